"""Whether deeds can still be undone: a page of them in a fixed number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import Column, Connection, select

from rightsdesk.consent import Consent
from rightsdesk.store import texts
from rightsdesk.store.bulk import rows_of, values_of
from rightsdesk.store.deeds import Deed, DeedKind
from rightsdesk.store.schema import (
    artists,
    attestations,
    health_decisions,
    items,
    recordings,
    releases,
    stored_consents,
)
from rightsdesk.workspace.catalogue.deciding.making import decidable
from rightsdesk.workspace.consents.consents import consent_of, scope_of
from rightsdesk.workspace.guided.attestations import same_attestation
from rightsdesk.workspace.history.types import WhyNot
from rightsdesk.workspace.imports.taking_back import PARTS, standing_in_the_way
from rightsdesk.workspace.licences.stored import licence_in, load, same_licence
from rightsdesk.workspace.types.findings import DecisionKind
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

Trouble = dict[int, WhyNot]
"""Why deeds can't be undone now, by id."""


def not_holding(connection: Connection, some: Iterable[Deed]) -> Trouble:
    """Which of these deeds can't be undone: their subject is gone, it was changed again, or its
    earlier value is not known."""
    of_kind: defaultdict[DeedKind, list[Deed]] = defaultdict(list)
    for one in some:
        of_kind[one.kind].append(one)
    found: Trouble = {}
    for kinds, check in _CHECKS:
        meant = [one for kind in kinds for one in of_kind[kind]]
        if meant:
            found |= check(connection, meant)
    return found


def _consents(connection: Connection, some: Collection[Deed]) -> Trouble:
    scopes = {one.id: scope_of(one) for one in some}
    there = {
        kind: values_of(connection, column, column, _ids(scopes.values(), kind))
        for kind, column in _OWNERS.items()
    }
    numbers = {scope.id for scope in scopes.values()}
    held: dict[tuple[str, int], Consent] = {
        (row["kind"], row["owner_id"]): texts.load_consent(row["consent"])
        for row in rows_of(connection, stored_consents.c.owner_id, numbers)
    }
    found: Trouble = {}
    for one in some:
        scope = scopes[one.id]
        if scope.id not in there[scope.kind]:
            found[one.id] = WhyNot.GONE
        elif one.before is None:
            found[one.id] = WhyNot.NOT_KNOWN
        elif held.get((scope.kind.value, scope.id)) != consent_of(one.after):
            found[one.id] = WhyNot.CHANGED_SINCE
    return found


_OWNERS: dict[ScopeKind, Column[int]] = {
    ScopeKind.ARTIST: artists.c.id,
    ScopeKind.RELEASE: releases.c.id,
    ScopeKind.RECORDING: recordings.c.id,
}


def _ids(scopes: Iterable[Scope], kind: ScopeKind) -> set[int]:
    return {scope.id for scope in scopes if scope.kind is kind}


def _artists(connection: Connection, some: Collection[Deed]) -> Trouble:
    numbers = {one.scope.artist_id for one in some}
    rows = {row["id"]: row for row in rows_of(connection, artists.c.id, numbers)}
    found: Trouble = {}
    for one in some:
        row = rows.get(one.scope.artist_id)
        if row is None:
            found[one.id] = WhyNot.GONE
        elif any(row[name] != value for name, value in (one.after or {}).items()):
            found[one.id] = WhyNot.CHANGED_SINCE
    return found


def _attestations(connection: Connection, some: Collection[Deed]) -> Trouble:
    numbers = {one.scope.artist_id for one in some}
    there = values_of(connection, artists.c.id, artists.c.id, numbers)
    counting: dict[tuple[int, str, str], dict[str, Any]] = {}
    for row in sorted(
        rows_of(connection, attestations.c.artist_id, numbers), key=lambda row: int(row["id"])
    ):
        if not row["withdrawn_at"]:
            counting[row["artist_id"], row["platform"], row["control"]] = row
    found: Trouble = {}
    for one in some:
        after, artist = one.after or {}, one.scope.artist_id or 0
        now = counting.get((artist, after["platform"], after["control"]))
        if artist not in there:
            found[one.id] = WhyNot.GONE
        elif not same_attestation(now, after["attestation"]):
            found[one.id] = WhyNot.CHANGED_SINCE
    return found


def _links(connection: Connection, some: Collection[Deed]) -> Trouble:
    numbers = {link[0] for one in some for link in (one.after or {})["links"]}
    rows = rows_of(connection, items.c.id, numbers)
    now = {row["id"]: (row["recording_id"], row["matched"]) for row in rows}
    found: Trouble = {}
    for one in some:
        links = (one.after or {})["links"]
        if any(link[0] not in now for link in links):
            found[one.id] = WhyNot.GONE
        elif any(now[link[0]] != (link[1], link[2]) for link in links):
            found[one.id] = WhyNot.CHANGED_SINCE
    return found


def _decisions(connection: Connection, some: Collection[Deed]) -> Trouble:
    of = {one.id: (one.after or {})["decision"] for one in some}
    d = health_decisions.c
    counting = {
        row["id"] for row in rows_of(connection, d.id, set(of.values())) if not row["undone_at"]
    }
    built_upon = _built_upon(connection, counting)
    return {
        deed: WhyNot.CHANGED_SINCE
        for deed, number in of.items()
        if number not in counting or number in built_upon
    }


def _decisions_undone(connection: Connection, some: Collection[Deed]) -> Trouble:
    """Which undone decisions can't be made again: the finding is gone or was decided otherwise.

    An ignored finding can always be ignored again.
    """
    wanted = {one.id: decision_in(one) for one in some if (one.before or {})["choice"] != "ignore"}
    if not wanted:
        return {}
    possible = decidable(connection, list(wanted.values()))
    return {
        number: WhyNot.CHANGED_SINCE
        for number, can in zip(wanted, possible, strict=True)
        if not can
    }


def decision_in(deed: Deed) -> tuple[str, DecisionKind, tuple[int, ...]]:
    """The decision that a deed undid: its finding, kind and members."""
    value = deed.before or {}
    return value["finding"], DecisionKind(value["choice"]), tuple(value["members"])


def _built_upon(connection: Connection, numbers: Collection[int]) -> set[int]:
    """The decisions whose music a later decision is also about."""
    if not numbers:
        return set()
    d = health_decisions.c
    query = select(d.id, d.before, d.summary).where(d.id >= min(numbers), d.undone_at == "")
    met: set[int] = set()
    later: set[tuple[str, object]] = set()
    for number, before, summary in connection.execute(query.order_by(d.id.desc())):
        mine: set[tuple[str, object]] = {("file", was[0]) for was in json.loads(before)["files"]}
        mine |= {("key", key) for key in json.loads(summary).get("keys", ())}
        if number in numbers and mine & later:
            met.add(number)
        later |= mine
    return met


def _licences(connection: Connection, some: Collection[Deed]) -> Trouble:
    held = {one.id: one for one in load(connection)}
    found: Trouble = {}
    for one in some:
        noted = licence_in(one.after)
        about = noted or licence_in(one.before)
        if about is None or not same_licence(held.get(about.id), noted):
            found[one.id] = WhyNot.CHANGED_SINCE
    return found


def _imports(connection: Connection, some: Collection[Deed]) -> Trouble:
    """The parts of imports that somebody built upon. Alone these kinds are never undone."""
    parts = [one for one in some if one.part_of is not None]
    return dict.fromkeys(standing_in_the_way(connection, parts), WhyNot.CHANGED_SINCE)


_Check = Callable[[Connection, Collection[Deed]], Trouble]
_CHECKS: tuple[tuple[tuple[DeedKind, ...], _Check], ...] = (
    ((DeedKind.CONSENT_SET, DeedKind.CONSENT_CLEARED), _consents),
    ((DeedKind.DETAILS_CHANGED, DeedKind.ARTIST_RENAMED), _artists),
    ((DeedKind.ATTESTED, DeedKind.ATTESTATION_WITHDRAWN), _attestations),
    ((DeedKind.MATCHED,), _links),
    ((DeedKind.DECIDED,), _decisions),
    ((DeedKind.DECISION_UNDONE,), _decisions_undone),
    (
        (DeedKind.LICENCE_ADDED, DeedKind.LICENCE_CHANGED, DeedKind.LICENCE_ENDED),
        _licences,
    ),
    (PARTS, _imports),
)
