"""The licences that hold for an artist, a release or a recording, joined to its consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from rightsdesk.consent.licences.grant import beyond
from rightsdesk.store.database import Database
from rightsdesk.store.schema import recordings, releases
from rightsdesk.workspace.consents.sharing import ConsentPlace, partners
from rightsdesk.workspace.licences.holding import holding
from rightsdesk.workspace.types.consents import EffectiveConsent
from rightsdesk.workspace.types.scopes import Scope, ScopeKind


def with_grants_of(database: Database, scoped: EffectiveConsent, now: datetime) -> EffectiveConsent:
    """The consent of a scope with what licences let partners do beyond it, as of an aware moment.

    Licences of single releases and recordings below the scope are not in it.
    """
    with database.read() as connection:
        held = holding(connection, now, partners(connection))
        place = _place(connection, scoped.scope) if held else None
    if place is None:
        return scoped
    return replace(scoped, grants=beyond(held.at(*place), scoped.effective))


def _place(connection: Connection, scope: Scope) -> ConsentPlace | None:
    if scope.kind is ScopeKind.ARTIST:
        return ConsentPlace(scope.id, None, None)
    r, of = recordings.c, releases.c
    if scope.kind is ScopeKind.RELEASE:
        artist = connection.execute(select(of.artist_id).where(of.id == scope.id)).scalar()
        return None if artist is None else ConsentPlace(artist, scope.id, None)
    query = select(r.artist_id, r.release_id).where(r.id == scope.id)
    row = connection.execute(query).first()
    return None if row is None else ConsentPlace(row.artist_id, row.release_id, scope.id)
