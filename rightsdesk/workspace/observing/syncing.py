"""Syncs an account: reads its items and stores what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, case, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from rightsdesk.changes import journal, sent_writes
from rightsdesk.changes.confirming import Same, Sent, settled
from rightsdesk.changes.edits import stated_consent
from rightsdesk.changes.states import SEEN_BEFORE, UNSETTLED
from rightsdesk.changes.types import Cancel, Outcome, Progress
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    ItemGone,
    PlatformError,
    Refused,
)
from rightsdesk.platforms.interface import Bookmark, RemoteItem, ResumesReading
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.roster.accounts import AccountRecord, all_accounts
from rightsdesk.store import drift_lines, texts
from rightsdesk.store.bulk import update_many
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.drift import noted
from rightsdesk.store.numbers import last_item
from rightsdesk.store.schema import accounts, items, recordings, releases
from rightsdesk.workspace.observing import linking
from rightsdesk.workspace.suites import suite_of
from rightsdesk.workspace.types.scopes import Filter

CHUNK = 200


def accounts_for(
    database: Database, chosen: Filter, platform: CarrierId | None
) -> list[AccountRecord]:
    """The accounts in which the filtered recordings can have items."""
    found = all_accounts(database, _artist_of(database, chosen))
    return [account for account in found if platform in (None, account.platform)]


def _artist_of(database: Database, chosen: Filter) -> int | None:
    if chosen.artist_id is not None:
        return chosen.artist_id
    query = None
    if chosen.recording_id is not None:
        query = select(recordings.c.artist_id).where(recordings.c.id == chosen.recording_id)
    elif chosen.release_id is not None:
        query = select(releases.c.artist_id).where(releases.c.id == chosen.release_id)
    if query is None:
        return None
    with database.read() as connection:
        return connection.execute(query).scalar()


def read_items(
    database: Database, account: AccountRecord, client: Client, progress: Progress, cancel: Cancel
) -> int:
    """List an account's items, store what they say, and link them. Returns the number of items.

    Items that were listed before an error are kept. Once a whole list was read, missing items are
    marked as gone: see `_gone`. Items that belong to someone else, by the platform's word, are
    skipped.
    """
    seen: list[str] = []
    page: list[RemoteItem] = []
    mark = _kept_mark(database, account, client.clock.now())
    before = frozenset(mark.seen)
    was = _drifted(database, account.id)
    gone: list[dict[str, Any]] = []
    complete = False
    try:
        for item in _listed(client, account, mark):
            if cancel.is_set():
                break
            if item.owner not in ("", account.remote_id):
                continue
            page.append(item)
            seen.append(item.remote_id)
            progress(len(seen), 0, item.title)
            if len(page) >= CHUNK:
                _store(database, account, page, client.clock.now())
                page = []
        else:
            complete = True
            gone = _gone(database, account, client, {*seen, *before}, cancel)
    except KnownError:
        _keep_mark(database, account, replace(mark, seen={*seen, *before}), client.clock.now())
        raise
    finally:
        _store(database, account, page, client.clock.now())
        with database.write() as connection:
            if complete:
                update_many(connection, items, gone)
                connection.execute(_marked(account.id, ""))
            linking.link(connection, account)
            _note_found(connection, account, was, len(gone))
    return len(seen)


def _drifted(database: Database, account_id: int) -> drift_lines.Records:
    """The items of an account that changed without RightsDesk, with what is kept of that."""
    with database.read() as connection:
        return drift_lines.records(connection, items, items.c.account_id == account_id)


def _note_found(
    connection: Connection, account: AccountRecord, was: drift_lines.Records, gone: int
) -> None:
    """Write down what a reading found changed without RightsDesk, if anything."""
    now = drift_lines.records(connection, items, items.c.account_id == account.id)
    changed = drift_lines.changed(was, now)
    if changed or gone:
        scope = DeedScope(account.artist_id, account_id=account.id)
        found = {"changed": len(changed), "gone": gone}
        evidence = platform_by_id(account.platform).capabilities.evidence
        names = (items.c.remote_id, items.c.title)
        lines = drift_lines.lines(connection, items, changed, names, evidence)
        listed = lines if changed else None
        note(connection, DeedKind.ACCOUNT_CHECKED, scope, after=found, listed=listed)


MARK_HOLDS = timedelta(days=1)
"""How long a list that was cut off is continued; after that it is read from the start."""


def _listed(client: Client, account: AccountRecord, mark: Bookmark) -> Iterator[RemoteItem]:
    """Yields the account's items, from where an earlier reading was cut off.

    If the platform no longer knows that place, they are read from the start.
    """
    platform = platform_by_id(account.platform)
    if not isinstance(platform, ResumesReading):
        yield from platform.items(client)
        return
    begun = False
    try:
        for item in platform.items(client, mark):
            begun = True
            yield item
    except (Refused, ItemGone, BadAnswer, AddressRefused):
        if begun or not (mark.at or mark.before_at):
            raise
    else:
        return
    mark.reset()
    yield from platform.items(client, mark)


def _kept_mark(database: Database, account: AccountRecord, now: datetime) -> Bookmark:
    """Where the last reading was cut off; the start if it was not, or too long ago."""
    with database.read() as connection:
        query = select(accounts.c.reading).where(accounts.c.id == account.id)
        kept = connection.execute(query).scalar()
    return _read_mark(kept, now)[0]


def _read_mark(kept: str | None, now: datetime) -> tuple[Bookmark, datetime]:
    """A stored bookmark, and when its reading began.

    If there is none, or it is too old or unreadable: the start, and now. A bookmark only saves
    calls.
    """
    fresh_start = Bookmark(), now
    try:
        stored = json.loads(kept or "{}")
        began = datetime.fromisoformat(stored["since"])
        mark = Bookmark(str(stored["at"]), {str(name) for name in stored["seen"]})
        mark.before_at = str(stored.get("before_at", ""))
        for name, lines in dict(stored.get("before", {})).items():
            mark.before[name] = [str(line) for line in lines]
        return (mark, began) if timedelta(0) <= now - began < MARK_HOLDS else fresh_start
    except (ValueError, TypeError, KeyError):
        return fresh_start


def _keep_mark(database: Database, account: AccountRecord, mark: Bookmark, now: datetime) -> None:
    """Store where a reading was cut off. A continued reading keeps its first time."""
    if not isinstance(platform_by_id(account.platform), ResumesReading):
        return
    with database.write() as connection:
        query = select(accounts.c.reading).where(accounts.c.id == account.id)
        kept = connection.execute(query).scalar()
        since = _read_mark(kept, now)[1].isoformat(timespec="seconds")
        stored: dict[str, Any] = {"at": mark.at, "seen": sorted(mark.seen), "since": since}
        if mark.before_at:
            stored |= {"before_at": mark.before_at, "before": mark.before}
        connection.execute(_marked(account.id, texts.dump(stored)))


def _marked(account_id: int, mark: str) -> Update:
    return update(accounts).where(accounts.c.id == account_id).values(reading=mark)


def _store(
    database: Database, account: AccountRecord, page: list[RemoteItem], read_at: datetime
) -> None:
    if not page:
        return
    now, suite = texts.now(), suite_of(account.platform)
    with database.write() as connection:
        _note_unread(connection, account.id, [item for item in page if item.problem], now)
        page = [item for item in page if not item.problem]
        earlier = _earlier_items(connection, account.id, page)
        by_us, turned_back = _settle(connection, account, page, earlier, read_at)
        first = last_item(connection) + 1
        rows = []
        for number, item in enumerate(page, first):
            says = texts.dump_consent(stated_consent(suite, item.fields))
            was = earlier.get(item.remote_id)
            before, drift = (was.says, was.drift) if was else (says, "")
            if item.remote_id in turned_back:
                before = turned_back[item.remote_id]
            elif item.remote_id in by_us:
                before, drift = says, ""
            row: dict[str, Any] = {
                "id": number,  # if it is new
                "account_id": account.id,
                "remote_id": item.remote_id,
                "reach": item.reach.value,
                "title": item.title,
                "performer": item.artist,
                "isrc": item.isrc,
                "duration_ms": item.duration_ms,
                "url": item.url,
                "fields": texts.dump_fields(item.fields),
                "says": says,
                "stamp": item.stamp,
                "problem": "",
                "seen_at": now,
                "since": now,
                "gone": False,
                "drift": noted(drift, previous=before, current=says, now=now),
            }
            rows.append(row)
        if rows:
            connection.execute(_stored(tuple(rows[0])), rows)


def _note_unread(
    connection: Connection, account_id: int, unread: list[RemoteItem], now: str
) -> None:
    """Store why items could not be read. Their earlier consent is kept."""
    first = last_item(connection) + 1
    for number, item in enumerate(unread, first):
        row = {
            "id": number,  # if it is new
            "account_id": account_id,
            "remote_id": item.remote_id,
            "reach": item.reach.value,
            "title": item.remote_id,
            "fields": "{}",
            "says": "{}",
            "problem": item.problem,
            "since": now,
        }
        connection.execute(
            upsert(items)
            .values(row)
            .on_conflict_do_update(
                index_elements=["account_id", "remote_id"],
                set_={"problem": item.problem, "gone": False},
            )
        )


@lru_cache(maxsize=1)
def _stored(columns: tuple[str, ...]) -> Insert:
    """The statement that stores a read item; `since` changes only with `says`."""
    new = upsert(items).values({name: bindparam(name) for name in columns})
    row: dict[str, Any] = {name: new.excluded[name] for name in columns if name != "id"}
    same = new.excluded.says == items.c.says
    row["since"] = case((same, items.c.since), else_=new.excluded.since)
    return new.on_conflict_do_update(index_elements=["account_id", "remote_id"], set_=row)


@dataclass(frozen=True, slots=True)
class _EarlierItem:
    """An item as the last reading stored it."""

    id: int
    says: str
    drift: str
    fields: Fields


def _earlier_items(
    connection: Connection, account_id: int, page: list[RemoteItem]
) -> dict[str, _EarlierItem]:
    """The items of a page as the last reading stored them, by remote id."""
    query = select(items.c.remote_id, items.c.id, items.c.says, items.c.drift, items.c.fields)
    query = query.where(
        items.c.account_id == account_id,
        items.c.remote_id.in_([item.remote_id for item in page]),
        items.c.seen_at != "",
    )
    return {
        remote: _EarlierItem(number, says, drift, texts.load_fields(fields))
        for remote, number, says, drift, fields in connection.execute(query)
    }


def _settle(
    connection: Connection,
    account: AccountRecord,
    page: list[RemoteItem],
    earlier: Mapping[str, _EarlierItem],
    now: datetime,
) -> tuple[set[str], dict[str, str]]:
    """Settle the writes to the items of a page.

    Returns the remote ids that differ because of RightsDesk, so that they do not count as drift.
    Also returns, by remote id, the consent that our write had set where others have since restored
    the old one.

    Unconfirmed writes are ours, whatever is read meanwhile. Text of an unconfirmed job that a later
    job overwrote may still be read for a while.
    """
    platform = platform_by_id(account.platform)
    within, prompt = platform.capabilities.shows_within, platform.capabilities.prompt
    sent = sent_writes.sent_to(
        connection, account.platform, [write.id for write in earlier.values()]
    )
    by_us, turned_back = set[str](), dict[str, str]()
    became: list[dict[str, Any]] = []
    for item in page:
        was = earlier.get(item.remote_id)
        writes = sent.get(was.id, []) if was else []
        if was is None or not writes:
            continue
        for write in (live := sent_writes.not_written_over(writes)):
            still_stated = _says_as_much(platform.suite, item.fields, write)
            settling = write, item.fields, platform.same, now, within, prompt
            if found := settled(*settling, still_stated=still_stated):
                journal.set_state(connection, write.id, found[0], found[1])
                became.append({"change": write.id, "before": write.state, "after": found[0]})
                by_us.add(item.remote_id)
                if write.state == SEEN_BEFORE and not write.shown(item.fields, platform.same):
                    shown = platform.suite.edited(item.fields, write.edit)
                    turned_back[item.remote_id] = texts.dump_consent(
                        stated_consent(platform.suite, shown)
                    )
        recent = [
            write for write in writes if write.state != Outcome.DONE and write.may_come(now, within)
        ]
        unsettled = any(write.state in UNSETTLED for write in live)
        if unsettled or _explained(item.fields, was.fields, recent, platform.same):
            by_us.add(item.remote_id)
    if became:
        scope, number = DeedScope(account.artist_id, account_id=account.id), len(became)
        kind, after = DeedKind.WRITES_SETTLED, {"settled": number}
        note(connection, kind, scope, after=after, listed=became)
    return by_us, turned_back


def _says_as_much(suite: Suite, fields: Fields, sent: Sent) -> bool:
    """Whether fields say what they would say if a write were made to them now."""
    return stated_consent(suite, fields) == stated_consent(suite, suite.edited(fields, sent.edit))


def _explained(now: Fields, before: Fields, writes: Sequence[Sent], same: Same) -> bool:
    """Whether our writes set or replaced everything that differs from the last reading."""
    names = [n for n in {*now, *before} if not same(n, before.get(n, ()), now.get(n, ()))]
    return bool(names) and all(
        any(write.explains(name, now.get(name, ()), same) for write in writes) for name in names
    )


MOST_SINGLE_READS = 50
"""Limit of single reads, per reading, for items that a list lacks."""
NOT_LISTED = (
    "The account's list lacks it, and it could not be read on its own. Read the account again."
)


def _gone(
    database: Database, account: AccountRecord, client: Client, seen: set[str], cancel: Cancel
) -> list[dict[str, Any]]:
    """Updates for the stored items that are missing from the list just read.

    A list that changes while it is read leaves out items that moved to a page already read. So each
    missing item is read by its id, up to `MOST_SINGLE_READS`. An item that answers is stored. One
    that can't be read becomes *unknown*, not gone.
    """
    platform = platform_by_id(account.platform)
    query = select(items.c.id, items.c.remote_id, items.c.gone).where(
        items.c.account_id == account.id
    )
    with database.read() as connection:
        missing = [row for row in connection.execute(query).all() if row.remote_id not in seen]
    noted: list[dict[str, Any]] = []
    found: list[RemoteItem] = []
    left = MOST_SINGLE_READS
    for row in missing:
        if row.gone:
            continue
        left -= 1
        try:
            if left < 0 or cancel.is_set():
                raise PlatformError(NOT_LISTED)
            item = platform.item(client, row.remote_id)
        except ItemGone:
            noted.append({"id": row.id, "gone": True, "problem": ""})
        except PlatformError as error:
            left = 0 if error.stops else left
            noted.append({"id": row.id, "gone": False, "problem": NOT_LISTED})
        else:
            if item.owner in ("", account.remote_id):
                found.append(item)
            else:
                noted.append({"id": row.id, "gone": True, "problem": ""})
    _store(database, account, found, client.clock.now())
    return noted
