"""What stands around the recordings of a report: accounts, noted switches, and platforms' terms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select

from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.resources.facts import PlatformFacts, all_facts
from rightsdesk.resources.findings import Strength
from rightsdesk.store.database import Database
from rightsdesk.store.joins import catalogued
from rightsdesk.store.schema import recordings
from rightsdesk.workspace.guided.attestations import HERE, PRESENCE, current_attestations
from rightsdesk.workspace.licences.views import LicenceView
from rightsdesk.workspace.reports.sums import Condition
from rightsdesk.workspace.reports.types import (
    AccountLine,
    HeldLine,
    LicenceLine,
    NotedLine,
    Owner,
    TermsLine,
)
from rightsdesk.workspace.status.whole_accounts import WholeAccount, whole_accounts
from rightsdesk.workspace.suites import evidence_of
from rightsdesk.workspace.terms import keeping
from rightsdesk.workspace.terms.documents import documents_of
from rightsdesk.workspace.types.guided import Attestation
from rightsdesk.workspace.types.scopes import Filter, ScopeKind


def account_lines(
    database: Database, owners: Collection[Owner], now: datetime
) -> Iterator[AccountLine]:
    """The logins of these artists: a line for each whole account or site, else for the login."""
    ids = {owner.id for owner in owners}
    only = next(iter(ids)) if len(ids) == 1 else None
    for whole in whole_accounts(database, Filter(artist_id=only), now):
        if whole.account.artist_id in ids:
            yield from _lines(whole)


def _lines(whole: WholeAccount) -> Iterator[AccountLine]:
    account = whole.account
    evidence = evidence_of(account.platform)
    shared = (account.artist, account.platform, account.platform_name, account.name)
    place = account.url or account.base_url
    if not whole.states:
        yield AccountLine(
            *(*shared, place, account.state.value, "", "", None, whole.consent.__class__()),
            *(evidence, account.looked_at, account.problem or account.unread_why),
        )
    for state in whole.states:
        cell = state.cell
        problem = cell.problem or account.problem
        yield AccountLine(
            *(*shared, place, account.state.value, state.reach, state.title),
            *(cell.standing, cell.says, cell.evidence, cell.seen_at, problem),
        )


def noted_lines(connection: Connection, owners: Collection[Owner]) -> Iterator[NotedLine]:
    """The notes about switches that count today, by artist and platform."""
    facts_by_id = {facts.id: facts for facts in all_facts()}
    current = current_attestations(connection)
    for owner in owners:
        notes = current.get(owner.id, {})
        for (platform, control), note in sorted(notes.items()):
            facts = facts_by_id.get(platform)
            label, value = _labels(facts, control, note)
            name = facts.name if facts else platform
            yield NotedLine(owner.name, platform, name, label, value, note.note, note.attested_at)


def _labels(facts: PlatformFacts | None, control: str, note: Attestation) -> tuple[str, str]:
    """The switch and its setting in the platform's words, else their ids."""
    if control == PRESENCE:
        return PRESENCE, HERE if note.value == HERE else note.value
    switch = facts.control(control) if facts else None
    value = switch.value(note.value) if switch else None
    return switch.label if switch else control, value.label if value else note.value


def terms_lines(platforms: Collection[str]) -> Iterator[TermsLine]:
    """What the facts say of the terms of these platforms: a line for each document that is part of
    them, by platform, the newest first."""
    for facts in all_facts():
        for fact in facts.terms if facts.id in platforms else ():
            yield TermsLine(
                platform=facts.id,
                platform_name=facts.name,
                document=fact.document,
                short=fact.short,
                silent=fact.silent,
                date=fact.date,
                checked=facts.last_checked,
                url=fact.url or facts.terms_url,
                archive=fact.archive,
                read=fact.strength is Strength.DOCUMENT,
                maybe_stale=fact.maybe_stale,
            )


def held_lines(connection: Connection, platforms: Collection[str]) -> Iterator[HeldLine]:
    """The newest whole version of each document that this computer has fetched."""
    some = (facts for facts in all_facts() if facts.id in platforms)
    for watched in documents_of(some):
        versions = keeping.all_versions(connection, watched)
        newest = next((one for one in versions if not one.broken), None)
        if newest is not None:
            yield HeldLine(
                *(watched.platform, watched.platform_name, watched.document.title),
                *(newest.address, newest.fetched_sha256, newest.text_sha256),
                *(newest.first_seen, newest.last_seen),
            )


def licence_lines(
    connection: Connection, condition: Condition, licences: Iterable[LicenceView]
) -> Iterator[LicenceLine]:
    """The licences that cover some of the music, or all of its artist."""
    r = recordings.c
    columns = {
        ScopeKind.ARTIST: r.artist_id,
        ScopeKind.RELEASE: r.release_id,
        ScopeKind.RECORDING: r.id,
    }
    meant = select(func.count()).select_from(catalogued()).where(condition)
    for one in licences:
        names = []
        for music in one.covers:
            column = columns[music.kind]
            if music.id and connection.execute(meant.where(column == music.id)).scalar_one():
                names.append(music.name)
        if names:
            is_over = one.state is LicenceState.ENDED
            last, ended = one.licence.last_day, one.licence.ended_on if is_over else None
            period = one.licence.agreement.period if is_over else one.licence.period
            yield LicenceLine(
                *(one.licence.agreement, one.state.value, tuple(names), one.recordings, period),
                last_day=last.isoformat() if last else "",
                ended_on=ended.isoformat() if ended else "",
            )
