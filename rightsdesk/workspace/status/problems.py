"""The problems list: conflicts and failures, grouped, with what to do about each."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import product

from sqlalchemy import case, false, func, select
from sqlalchemy.engine import Row

from rightsdesk import phrases
from rightsdesk.changes import job_infos, sent_writes
from rightsdesk.changes.names import job_name
from rightsdesk.changes.words import artist_words
from rightsdesk.consent import Standing
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.platforms.interface import counted_items
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.accounts import AccountRecord, all_accounts
from rightsdesk.roster.artists import all_artists, folders_of
from rightsdesk.sentence_data import has_form
from rightsdesk.sentences import together, worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import OWNED_FILES, OWNED_ITEMS, OWNED_SIDECARS, within
from rightsdesk.store.partial import is_filled
from rightsdesk.store.schema import accounts, artists, files, items, sidecars
from rightsdesk.workspace.catalogue import health
from rightsdesk.workspace.catalogue.decisions import load_ignored
from rightsdesk.workspace.guided import views
from rightsdesk.workspace.jobs.change_locations import ChangeKey, owners
from rightsdesk.workspace.jobs.pauses import never_shown_items
from rightsdesk.workspace.jobs.refused import refused
from rightsdesk.workspace.observing.drift import drifted
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.observing.linking import questions
from rightsdesk.workspace.planning.plan import unconfirmed_sentence
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.status.whole_accounts import whole_accounts
from rightsdesk.workspace.suites import holds_for_all
from rightsdesk.workspace.types.findings import DecisionKind
from rightsdesk.workspace.types.problems import Problem, ProblemKind, problem_id
from rightsdesk.workspace.types.scopes import Filter


def problems(database: Database, chosen: Filter, now: datetime) -> list[Problem]:
    """All problems of the filtered music, most pressing first, without those that are ignored.

    `now` is aware. Those of all artists, or of one, can be ignored: the others are parts of them.
    """
    whole = chosen in (Filter(), Filter(artist_id=chosen.artist_id))
    with database.read() as connection:
        ignored = load_ignored(connection)
    return [
        one if one.decisions or not whole else replace(one, decisions=(DecisionKind.IGNORE,))
        for one in _all(database, chosen, now)
        if not whole or one.count > ignored.get(one.id, -1)
    ]


def _all(database: Database, chosen: Filter, now: datetime) -> list[Problem]:
    waiting = {
        key for key, never_shown in never_shown_items(database).items() if never_shown.again > now
    }
    return [
        *_unfinished(database, chosen),
        *_accounts(database, chosen),
        *_folders(database, chosen),
        *_unconfirmed(database, chosen),
        *refused(database, chosen, now),
        *_drifted(database, chosen),
        *_unchosen(database, chosen),
        *_standings(database, chosen, waiting, now),
        *_whole_accounts(database, chosen, waiting, now),
        *views.problems(database, chosen),
        *_questions(database, chosen),
        *health.problems(database, chosen),
        *_unread_items(database, chosen),
        *_unread(database, chosen),
    ]


def _unfinished(database: Database, chosen: Filter) -> Iterator[Problem]:
    owners_by_job = owners(database)
    for job in job_infos.job_list(database):
        job_owners = owners_by_job.get(job.id, {})
        if job.open_changes and (chosen.artist_id is None or chosen.artist_id in job_owners):
            yield Problem(
                ProblemKind.UNFINISHED,
                job_name(job),
                worded(
                    "This job stopped before its end: {number} left.",
                    number=phrases.number(job.open_changes),
                ),
                worded("Continue it (jobs resume {id}) or undo it (undo {id}).", id=job.id),
                job.open_changes,
                artist_words(list(job_owners.values())),
                id=problem_id(ProblemKind.UNFINISHED, job.id),
                job=job.id,
            )


def _unconfirmed(database: Database, chosen: Filter) -> Iterator[Problem]:
    """Writes to platforms that do not show yet."""
    with database.read() as connection:
        for carrier, writes in sent_writes.unconfirmed(connection).items():
            query = select(items.c.id, artists.c.id, artists.c.name).select_from(OWNED_ITEMS)
            query = query.where(accounts.c.platform == carrier)
            if chosen.artist_id is not None:
                query = query.where(accounts.c.artist_id == chosen.artist_id)
            items_by_artist = Counter(
                (artist, name)
                for number, artist, name in connection.execute(query)
                if number in writes
            )
            for (artist, name), number in items_by_artist.items():
                yield Problem(
                    ProblemKind.UNCONFIRMED,
                    carrier,
                    unconfirmed_sentence(carrier, number),
                    "Check again later (look).",
                    number,
                    name,
                    id=problem_id(ProblemKind.UNCONFIRMED, carrier, artist),
                    artist_id=artist,
                    carrier=carrier,
                )


def _accounts(database: Database, chosen: Filter) -> Iterator[Problem]:
    old = _old_readings(database)
    names = {artist.id: artist.name for artist in all_artists(database)}
    with database.read() as connection:
        fresh = Freshness.of(connection)
    for account in all_accounts(database, chosen.artist_id):
        platform, since = platform_by_id(account.platform), account.unread_since
        if account.state in (AccountState.RECONNECT, AccountState.UNCONFIRMED):
            unread = (
                worded(
                    "Not read since {day} ({age}).",
                    day=phrases.iso_day(since),
                    age=fresh.span(since),
                )
                if since
                else ""
            )
            sentence = together((account.problem, unread))
            advice = "Connect the account again."
            yield _of_account(
                ProblemKind.ACCOUNT, account, names, sentence, advice, since, account.state.value
            )
        elif since:
            sentence = worded(
                "{platform} could not be read since {day} ({age}): {why}",
                platform=platform.name,
                day=phrases.iso_day(since),
                age=fresh.span(since),
                why=account.unread_why,
            )
            advice = "Try again (account check)."
            yield _of_account(
                ProblemKind.UNREAD, account, names, sentence, advice, since, account.unread_why
            )
        if account.id in old:
            number, seen_at = old[account.id]
            sentence = worded(
                "{items} on {platform}: the last reading is {age} old. That is too old to say how "
                "things are now, so it counts as unknown."
                if number == 1
                else "{items} on {platform}: the last reading is up to {age} old. That is too old "
                "to say how things are now, so they count as unknown.",
                items=phrases.counted(number, platform.noun, platform.nouns),
                platform=platform.name,
                age=fresh.span(seen_at),
            )
            advice = "Read them again (account check), or turn on automatic checks (look --every)."
            yield _of_account(
                ProblemKind.OLD, account, names, sentence, advice, seen_at, count=number
            )


def _of_account(
    kind: ProblemKind,
    account: AccountRecord,
    names: Mapping[int, str],
    sentence: str,
    advice: str,
    since: str,
    *reason: str,
    count: int = 1,
) -> Problem:
    return Problem(
        *(kind, account.name, sentence, advice, count, names.get(account.artist_id, "")),
        since=since,
        id=problem_id(kind, account.id, *reason),
        artist_id=account.artist_id,
        carrier=account.platform,
        account_id=account.id,
    )


def _old_readings(database: Database) -> dict[int, tuple[int, str]]:
    """Readings that are too old, by account: their number and the oldest."""
    with database.read() as connection:
        fresh = Freshness.of(connection)
        query = select(items.c.account_id, func.count(), func.min(items.c.seen_at)).where(
            items.c.seen_at.between("0", fresh.before),
            items.c.seen_at != fresh.before,
            items.c.gone.is_(False),
            items.c.problem == "",
        )
        rows = connection.execute(query.group_by(items.c.account_id))
        return {account: (number, oldest) for account, number, oldest in rows}


def _folders(database: Database, chosen: Filter) -> Iterator[Problem]:
    names = {artist.id: artist.name for artist in all_artists(database)}
    for artist_id, places in folders_of(database).items():
        for place in places if chosen.artist_id in (None, artist_id) else ():
            if not os.path.exists(place):
                yield Problem(
                    ProblemKind.FOLDER,
                    place,
                    "This folder is not there. RightsDesk shows it as it was last read.",
                    "Connect its disk again. If it was moved, scan it where it is now.",
                    artist=names.get(artist_id, ""),
                    id=problem_id(ProblemKind.FOLDER, artist_id, place),
                    artist_id=artist_id,
                    carrier=CarrierId.FILES,
                    path=place,
                )


def _drifted(database: Database, chosen: Filter) -> Iterator[Problem]:
    for drift in drifted(database, chosen):
        advice = worded(
            "If that was not you, write your choice there again ({command}).",
            command=_command(drift.carrier),
        )
        sentence = worded("Changed without RightsDesk: {changes}.", changes=drift.changes)
        yield Problem(
            *(ProblemKind.DRIFT, drift.place, sentence, advice),
            artist=drift.artist,
            id=problem_id(ProblemKind.DRIFT, drift.artist, drift.place, drift.changes),
            carrier=drift.carrier,
            path=drift.label if drift.carrier == CarrierId.FILES else "",
        )


def _unchosen(database: Database, chosen: Filter) -> Iterator[Problem]:
    numbers = Counter(matrix.unchosen(database, chosen).values())
    if not numbers:
        return
    for artist in all_artists(database):
        if number := numbers[artist.id]:
            yield Problem(
                ProblemKind.UNCHOSEN,
                "",
                worded(
                    "{recordings} for which you have not chosen yet what AI may do.",
                    recordings=phrases.counted(number, "recording"),
                ),
                "Choose that first (consent set).",
                number,
                artist.name,
                id=problem_id(ProblemKind.UNCHOSEN, artist.id),
                artist_id=artist.id,
            )


_KIND_OF = {
    Standing.CONFLICTS: ProblemKind.CONFLICTS,
    Standing.SILENT: ProblemKind.SILENT,
}


def _standings(
    database: Database, chosen: Filter, waiting: Collection[ChangeKey], now: datetime
) -> Iterator[Problem]:
    """What has to be written again.

    Unconfirmed and waiting writes are left out: they have problems of their own.
    """
    names = {artist.id: artist.name for artist in all_artists(database)}
    for carrier, by_artist in matrix.to_write(database, chosen, waiting, now).items():
        each = product(names, _KIND_OF.items())  # in the order of names
        for artist, (standing, kind) in each:
            number = by_artist.get(artist, {}).get(standing, 0)
            if not number:
                continue
            if holds_for_all(carrier):
                number = 1
                sentence = _of_whole(platform_by_id(carrier).name, standing)
            else:
                sentence = _of_recordings(carrier, standing, number)
            yield Problem(
                kind,
                carrier,
                sentence,
                worded("Write your choice there ({command}).", command=_command(carrier)),
                number,
                names[artist],
                id=problem_id(kind, carrier, artist),
                artist_id=artist,
                carrier=carrier,
            )


def _whole_accounts(
    database: Database, chosen: Filter, waiting: Collection[ChangeKey], now: datetime
) -> Iterator[Problem]:
    """Whole-account states of artists without recordings, whom the matrix does not count.

    Unconfirmed writes are left out: they have a problem of their own.
    """
    with database.read() as connection:
        sent = sent_writes.unconfirmed(connection)
    names = {artist.id: artist.name for artist in all_artists(database)}
    for whole in whole_accounts(database, chosen, now, counted=False):
        for state in whole.states if whole.consent and not whole.recordings else ():
            where = whole.account.platform
            if state.item_id in sent.get(where, {}) or (where, state.item_id) in waiting:
                continue
            standing = state.cell.standing
            if standing is Standing.CONFLICTS and state.pending:
                standing = Standing.SILENT
            if kind := _KIND_OF.get(standing):
                yield Problem(
                    kind,
                    where,
                    _of_whole(state.title or whole.account.name, standing),
                    worded("Write your choice there ({command}).", command=_command(where)),
                    artist=names.get(whole.account.artist_id, ""),
                    id=problem_id(kind, where, whole.account.id, state.item_id),
                    artist_id=whole.account.artist_id,
                    carrier=where,
                    account_id=whole.account.id,
                )


def _of_whole(name: str, standing: Standing) -> str:
    """The sentence for a carrier that holds for a whole account."""
    return worded(
        "{name} conflicts with your choice."
        if standing is Standing.CONFLICTS
        else "{name} does not say all that you chose.",
        name=name,
    )


def _of_recordings(carrier: CarrierId, standing: Standing, number: int) -> str:
    recordings = phrases.counted(number, "recording")
    if carrier == CarrierId.FILES:
        return worded(
            "{recordings} with files that conflict with your choice."
            if standing is Standing.CONFLICTS
            else "{recordings} with files that do not say all that you chose.",
            recordings=recordings,
        )
    return worded(
        "{recordings} with items on {platform} that conflict with your choice."
        if standing is Standing.CONFLICTS
        else "{recordings} with items on {platform} that do not say all that you chose.",
        recordings=recordings,
        platform=platform_by_id(carrier).name,
    )


def _command(carrier: CarrierId) -> str:
    return "tag" if carrier == CarrierId.FILES else "sync"


def _questions(database: Database, chosen: Filter) -> Iterator[Problem]:
    asked = Counter(question.artist for question in questions(database, chosen.artist_id))
    numbers = {artist.name: artist.id for artist in all_artists(database)}
    for artist, number in asked.items():
        sentence = phrases.counted(
            number,
            "track on a platform waits for your answer: which recording is it?",
            "tracks on platforms wait for your answer: which recordings are they?",
        )
        advice = "Say which recording each is (match)."
        yield Problem(
            *(ProblemKind.QUESTION, "", sentence, advice, number, artist),
            id=problem_id(ProblemKind.QUESTION, numbers.get(artist, artist)),
            artist_id=numbers.get(artist),
        )


_READ_LAST = case((items.c.seen_at != "", items.c.seen_at), else_=items.c.since)
"""When an item was last read, or first seen if it never was."""


_OWN = (accounts.c.platform, artists.c.id, artists.c.name)


def _unread_items(database: Database, chosen: Filter) -> Iterator[Problem]:
    """Items on platforms that could not be read, grouped by reason."""
    query = (
        select(*_OWN, items.c.problem, func.count(), func.min(_READ_LAST))
        .select_from(OWNED_ITEMS)
        .where(is_filled(items.c.problem), items.c.gone.is_(False))
        .group_by(*_OWN, items.c.problem)
    )
    if chosen.artist_id is not None:
        query = query.where(accounts.c.artist_id == chosen.artist_id)
    groups: dict[tuple[CarrierId, str, int, str], tuple[str, int, str]] = {}
    with database.read() as connection:
        for platform, artist, name, why, number, since in connection.execute(query):
            # Older rows have the same reason without its form.
            key = platform, name, artist, why
            said, more, before = groups.get(key, (why, 0, since))
            said = max(said, why, key=has_form)
            groups[key] = said, number + more, min(since, before)
    for (platform, name, artist, _), (why, number, since) in sorted(groups.items()):
        sentence = worded(
            "{items} could not be read, some since {day}."
            if number > 1
            else "{items} could not be read since {day}.",
            items=counted_items(platform_by_id(platform), number),
            day=phrases.iso_day(since),
        )
        yield Problem(
            *(ProblemKind.ITEM, platform, sentence, why, number, name),
            since=since,
            id=problem_id(ProblemKind.ITEM, platform, why, artist),
            artist_id=artist,
            carrier=platform,
        )


def _unread(database: Database, chosen: Filter) -> Iterator[Problem]:
    owned = (files.c.artist_id, artists.c.name)
    of_files = select(files.c.path, files.c.problem, files.c.missing, *owned)
    of_files = of_files.select_from(OWNED_FILES)
    of_files = of_files.where(is_filled(files.c.problem))
    of_sidecars = select(sidecars.c.path, sidecars.c.problem, false().label("missing"), *owned)
    of_sidecars = of_sidecars.select_from(OWNED_SIDECARS)
    rows: list[Row[tuple[bytes, str, bool, int, str]]] = []
    with database.read() as connection:
        for query in (of_files, of_sidecars.where(sidecars.c.problem != "")):
            if chosen.artist_id is not None:
                query = query.where(files.c.artist_id == chosen.artist_id)
            if chosen.path:
                query = query.where(within(files.c.path, chosen.path))
            rows += connection.execute(query.order_by(files.c.path))
    seen: set[tuple[bytes, str]] = set()
    for row in rows:
        if (row.path, row.problem) in seen:
            continue  # a file of several artists has one row per artist
        seen.add((row.path, row.problem))
        path = os.path.abspath(texts.load_path(row.path))
        # The sentence of a file that is there says what to do, if anything helps.
        advice = "Put it back, or scan the folder where it is now." if row.missing else ""
        yield Problem(
            *(ProblemKind.FILE, path, row.problem, advice, 1, row.name),
            id=problem_id(ProblemKind.FILE, path, row.problem),
            artist_id=row.artist_id,
            carrier=CarrierId.FILES,
            path=path,
            cause=Cause.GONE if row.missing else Cause.NONE,
        )
