"""What the terms of platforms say about AI: watched, kept, compared, answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from rightsdesk.changes.types import Cancel, Never, Progress, no_progress
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.terms.types import (
        Alarm,
        AlarmAnswer,
        DocumentState,
        TermsCheck,
        TermsVersion,
        Watched,
    )

WATCH, ON = "terms-watch", "on"
_LAST_CHECK = "terms-checked"


class Terms:
    """The terms watch. It is off until a person switches it on; a check can be asked for any time.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database
        self._clock = core.clock

    def is_on(self) -> bool:
        """Whether the terms of the platforms in use are checked once a day."""
        with self._database.read() as connection:
            return setting(connection, WATCH) == ON

    def switch(self, on: bool) -> None:
        """Switch the daily check on or off. What is known stays."""
        with self._database.write() as connection:
            keep_setting(connection, WATCH, ON if on else "")

    def due(self, now: datetime | None = None) -> datetime | None:
        """When the next daily check is due, which may be in the past; None if the watch is off."""
        from rightsdesk.workspace.observing import last_checks
        from rightsdesk.workspace.observing.check_interval import CheckInterval

        every = CheckInterval.DAY if self.is_on() else CheckInterval.NEVER
        return last_checks.due(self._database, _LAST_CHECK, every, now or self._clock.now())

    def check(
        self,
        platforms: Sequence[str] = (),
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> TermsCheck:
        """Read the terms of platforms by name or id; without any, of all that an artist uses.

        Each source is read once a day at most. Raises NotOffered and NothingToWatch.
        """
        from rightsdesk.workspace.observing import last_checks
        from rightsdesk.workspace.terms import documents, watching

        self._use_proxy()
        chosen = documents.watched(self._database, platforms)
        begun = self._clock.now()
        result = watching.check(self._database, self._clock, chosen, progress, cancel or Never())
        if not platforms and not result.cancelled:
            ok = bool(result.read or result.unchanged or not result.unread)
            last_checks.note(self._database, _LAST_CHECK, begun, ok=ok)
        return result

    def nothing_to_watch(self) -> None:
        """Note that today's check found no platform in use, so that the next one is tomorrow."""
        from rightsdesk.workspace.observing import last_checks

        last_checks.note(self._database, _LAST_CHECK, self._clock.now(), ok=True)

    def documents(self, platforms: Sequence[str] = ()) -> list[DocumentState]:
        """The watched documents with what is known of each; without platforms, of those in use.

        Raises NotOffered and NothingToWatch.
        """
        from rightsdesk.workspace.terms import documents, keeping
        from rightsdesk.workspace.terms.types import DocumentState

        chosen = documents.watched(self._database, platforms)
        found = []
        with self._database.read() as connection:
            for watched in chosen:
                versions = keeping.all_versions(connection, watched)
                newest = next((one for one in versions if not one.broken), None)
                sources = tuple(
                    keeping.state_of(connection, watched, source, address)
                    for source, address in watched.sources
                )
                number = len({one.text_sha256 for one in versions if not one.broken})
                found.append(DocumentState(watched, sources, newest, number))
        return found

    def document(self, name: str) -> Watched:
        """A document by `soundcloud/terms`, or by its platform if that has one. Raises NoSuchAlarm
        and NotOffered."""
        from rightsdesk.workspace.terms import documents

        return documents.named(name)

    def versions(self, watched: Watched) -> list[TermsVersion]:
        """All kept versions of a document, also broken ones; the newest first."""
        from rightsdesk.workspace.terms import keeping

        with self._database.read() as connection:
            return keeping.all_versions(connection, watched)

    def text(self, version: TermsVersion) -> str:
        """The text of a version, as it was fetched on this computer; "" if it had none."""
        from rightsdesk.workspace.terms import keeping

        with self._database.read() as connection:
            return keeping.text_of(connection, version.text_sha256)

    def alarms(self, artist_id: int | None = None, *, open_only: bool = False) -> list[Alarm]:
        """The alarms, newest first; those that concern an artist, and wait for an answer."""
        from rightsdesk.workspace.terms import alarms, documents

        today = self.today().isoformat()
        with self._database.read() as connection:
            found = alarms.all_alarms(connection)
            if artist_id is not None and found:
                using = documents.users(connection)
                found = [one for one in found if artist_id in alarms.artists_of(one, using)]
        return [one for one in found if one.is_open(today)] if open_only else found

    def alarm(self, number: int) -> Alarm:
        """One alarm. Raises NoSuchAlarm."""
        from rightsdesk.workspace.terms import alarms

        with self._database.read() as connection:
            return alarms.alarm_by_id(connection, number)

    def answer(self, number: int, given: AlarmAnswer, *, ask_on: date | None = None) -> Alarm:
        """Store a person's answer to an alarm; it may be changed later.

        `ask_on` is the day to ask again, 30 days from now by default. Raises NoSuchAlarm and
        NoSuchDay.
        """
        from rightsdesk.workspace.terms import alarms

        return alarms.answer(self._database, number, given, self._clock.now(), ask_on=ask_on)

    def today(self) -> date:
        """Today, where the person is."""
        return self._clock.now().astimezone().date()

    def _use_proxy(self) -> None:
        from rightsdesk.workspace.use_cases.settings import Settings

        Settings(self._core).use_proxy()
