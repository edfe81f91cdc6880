"""Checks documents: each source at most once a day, hosts in parallel, every result kept.

Each source is stored by itself, so that a check that was stopped continues where it ended.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from rightsdesk.changes.concurrency import run_concurrently
from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.clock import Clock
from rightsdesk.platforms.http.address import Origin, origin_of
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.http.public_pages import PublicPage, PublicPages
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, note
from rightsdesk.store.limits import keep_limit, stored_limits
from rightsdesk.workspace.observing.check_interval import CheckInterval
from rightsdesk.workspace.observing.last_checks import AGAIN
from rightsdesk.workspace.terms import alarms, keeping
from rightsdesk.workspace.terms.deciding import FetchDecision, FetchKind, broken_before, decide
from rightsdesk.workspace.terms.reading import FetchedText, read_text
from rightsdesk.workspace.terms.types import Alarm, DocumentSource, TermsCheck, Watched

ARCHIVE_NAME = "Open Terms Archive"
PER_SECOND = 2.0
"""Requests a second to one host, at most."""

_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Target:
    watched: Watched
    source: DocumentSource
    address: str

    @property
    def service(self) -> str:
        """Whom the request goes to, in words."""
        return ARCHIVE_NAME if self.source is DocumentSource.ARCHIVE else self.watched.platform_name

    @property
    def label(self) -> str:
        return worded(
            "{platform}, {title}"
            if self.source is DocumentSource.PAGE
            else "{platform}, {title} in Open Terms Archive",
            platform=self.watched.platform_name,
            title=self.watched.document.title,
        )


def check(
    database: Database,
    clock: Clock,
    documents: Sequence[Watched],
    progress: Progress,
    cancel: Cancel,
) -> TermsCheck:
    """Read the sources of documents that were not read today, and keep what they show."""
    run = _Run(database, clock, progress)
    by_host: dict[tuple[Origin, str], list[_Target]] = {}
    for watched in documents:
        for source, address in watched.sources:
            target = _Target(watched, source, address)
            if run.is_early(target):
                run.early += 1
                continue
            by_host.setdefault((origin_of(address), target.service), []).append(target)
            run.total += 1
    works = [
        partial(run.read_host, origin, service, targets)
        for (origin, service), targets in by_host.items()
    ]
    if works:
        run_concurrently(works, cancel)
    return run.result(cancelled=cancel.is_set())


class _Run:
    """One check: what it needs, and what it found so far."""

    def __init__(self, database: Database, clock: Clock, progress: Progress) -> None:
        self._database = database
        self._clock = clock
        self._progress = progress
        self._lock = threading.Lock()
        self._limits = Limits(
            stored_limits(database), changed=partial(keep_limit, database), clock=clock
        )
        self.total = self.early = self._done = self._read = self._unchanged = self._new = 0
        self._alarms: list[int] = []
        self._broken: list[str] = []
        self._unread: list[str] = []

    def is_early(self, target: _Target) -> bool:
        """Whether a source was read today, or failed within the last hour."""
        with self._database.read() as connection:
            row = keeping.source_row(connection, target.watched, target.source)
        return not is_due(row["checked_at"], row["tried_at"], self._clock.now())

    def read_host(
        self, origin: Origin, service: str, targets: Sequence[_Target], cancel: Cancel
    ) -> None:
        """Read the sources on one host, one after the other."""
        limiter = self._limits.of(
            service=service, host=str(origin), client_id="terms", per_second=PER_SECOND
        )
        stopped: PlatformError | None = None
        with PublicPages(str(origin), limiter=limiter, service=service, clock=self._clock) as pages:
            for target in targets:
                if cancel.is_set():
                    return
                try:
                    if stopped is not None:
                        raise stopped
                    self._read_one(pages, target)
                except PlatformError as error:
                    stopped = error if error.stops else None
                    self._note_unread(target, error)
                with self._lock:
                    self._done += 1
                    self._progress(self._done, self.total, target.label)

    def _read_one(self, pages: PublicPages, target: _Target) -> None:
        with self._database.read() as connection:
            row = keeping.source_row(connection, target.watched, target.source)
        moved = row["address"] not in ("", target.address)
        page = pages.fetch(
            target.address,
            language=target.watched.document.language,
            etag="" if moved else row["etag"],
            last_modified="" if moved else row["last_modified"],
        )
        if page.unchanged:
            self._note_unchanged(target, page)
            return
        fetched = read_text(target.watched, page.body)
        for _ in range(_TRIES):  # another program may store a version meanwhile
            with self._database.read() as connection:
                decision = decide(
                    connection, target.watched, target.source, fetched, self._clock.now()
                )
            if self._keep(target, page, fetched, decision):
                return

    def _note_unchanged(self, target: _Target, page: PublicPage) -> None:
        now = self._clock.now()
        with self._database.write() as connection:
            last = keeping.newest(connection, target.watched, target.source, whole=True)
            if last is not None:
                keeping.seen_again(connection, last.id, _text(now))
            keeping.note_read(connection, target.watched, target.source, page, now, ok=True)
        with self._lock:
            self._unchanged += 1

    def _note_unread(self, target: _Target, error: PlatformError) -> None:
        with self._database.write() as connection:
            keeping.note_unread(
                connection, target.watched, target.source, error.sentence, self._clock.now()
            )
        with self._lock:
            self._unread.append(worded("{label}: {why}", label=target.label, why=error.sentence))

    def _keep(
        self, target: _Target, page: PublicPage, fetched: FetchedText, decision: FetchDecision
    ) -> bool:
        """Store a result; False if another program stored a version since it was decided."""
        now = self._clock.now()
        with self._database.write() as connection:
            last = keeping.newest(connection, target.watched, target.source, whole=True)
            if (last and last.id) != (decision.last and decision.last.id):
                return False
            alarm = _store(connection, target, page, fetched, decision, _text(now))
            ok = decision.kind is not FetchKind.BROKEN
            keeping.note_read(connection, target.watched, target.source, page, now, ok=ok)
        with self._lock:
            self._read += 1
            self._new += decision.kind in (FetchKind.NEW, FetchKind.ACCEPTED)
            if alarm is not None:
                self._alarms.append(alarm)
            if decision.kind is FetchKind.BROKEN:
                words = worded("{label}: {why}", label=target.label, why=decision.why)
                self._broken.append(words)
        return True

    def result(self, *, cancelled: bool) -> TermsCheck:
        """What was found."""
        with self._database.read() as connection:
            found: list[Alarm] = [
                alarms.alarm_by_id(connection, number) for number in sorted(self._alarms)
            ]
        return TermsCheck(
            read=self._read,
            unchanged=self._unchanged,
            early=self.early,
            new_versions=self._new,
            alarms=tuple(found),
            broken=tuple(sorted(self._broken)),
            unread=tuple(sorted(self._unread)),
            cancelled=cancelled,
        )


def _store(
    connection: Connection,
    target: _Target,
    page: PublicPage,
    fetched: FetchedText,
    decision: FetchDecision,
    at: str,
) -> int | None:
    """Store what a fetched text is, and its alarm; the alarm's id."""
    watched, source, last = target.watched, target.source, decision.last
    if decision.kind is FetchKind.SAME and last:
        keeping.seen_again(connection, last.id, at)
        return None
    if decision.kind is FetchKind.BROKEN:
        before = broken_before(connection, watched, source, fetched, decision.why)
        if before:
            keeping.seen_again(connection, before.id, at)
        else:
            broken = FetchedText(fetched.text, fetched.fetched_sha256, decision.why)
            keeping.add(connection, watched, source, page, broken, at)
        return None
    if decision.old_is_broken and last:
        keeping.reject(connection, last.id, decision.old_is_broken)
    number = keeping.add(connection, watched, source, page, fetched, at)
    alarm = None
    if decision.alarm and last:
        alarm = alarms.raise_alarm(connection, watched, last, number, decision.alarm, at)
    if decision.again:
        alarms.note_return(connection, watched, decision.again, at)
    note(
        connection,
        DeedKind.TERMS_VERSION,
        names={"platform": watched.platform, "document": watched.document.title},
        before={"text": last.text_sha256} if last and not decision.old_is_broken else None,
        after={
            "version": number,
            "document": watched.key,
            "source": source.value,
            "address": page.address,
            "text": fetched.sha256,
            "fetched": fetched.fetched_sha256,
            "alarm": alarm,
        },
    )
    return alarm


def is_due(checked_at: str, tried_at: str, now: datetime) -> bool:
    """Whether a source may be read: not read today, and not tried within the last hour.

    Times ahead of a clock that was set back do not count.
    """
    checked = datetime.fromisoformat(checked_at) if checked_at else None
    tried = datetime.fromisoformat(tried_at) if tried_at else None
    if checked and checked <= now:
        after = CheckInterval.DAY.after(checked)
        if after is not None and now < after:
            return False
    return not (tried and tried <= now < tried + AGAIN)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
