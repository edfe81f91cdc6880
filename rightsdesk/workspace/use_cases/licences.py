"""Licences: what single partners may do with the music, where, and until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path

from rightsdesk.changes.progress import uncounted
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    Cancel,
    JobReport,
    Never,
    Progress,
    no_progress,
)
from rightsdesk.consent import Use
from rightsdesk.consent.licences.agreement import Agreement, Certificate, Contract
from rightsdesk.consent.licences.period import DEFAULT_ZONE
from rightsdesk.resources.fairly_trained import certified, is_certified
from rightsdesk.workspace.licences import changing, documents, holding, narrowing
from rightsdesk.workspace.licences import views as reading
from rightsdesk.workspace.licences.opening import Opening
from rightsdesk.workspace.licences.views import LicenceFilter, LicenceView
from rightsdesk.workspace.types.scopes import Scope
from rightsdesk.workspace.use_cases.core import Core
from rightsdesk.workspace.use_cases.jobs import Jobs

EVERY_LICENCE = LicenceFilter()


class Licences:
    """Licences, and what follows when one ends.

    Thread-safe.
    """

    def __init__(self, core: Core, jobs: Jobs) -> None:
        self._database = core.database
        self._clock = core.clock
        self._data_dir = core.data_dir
        self._jobs = jobs

    def all(self, chosen: LicenceFilter = EVERY_LICENCE) -> list[LicenceView]:
        """The licences by partner, then by their last day."""
        return reading.views(self._database, chosen, self._clock.now())

    def named(self, number: int) -> LicenceView:
        """One licence. Raises NoSuchLicence."""
        return reading.view(self._database, number, self._clock.now())

    def preview(self, agreement: Agreement, scopes: Sequence[Scope], number: int = 0) -> Opening:
        """What adding a licence, or changing one, would open up. Raises LicenceFlaw."""
        return changing.preview(self._database, number, agreement, scopes, self._clock.now())

    def add(
        self, agreement: Agreement, scopes: Sequence[Scope], *, confirmed: Collection[Use] = ()
    ) -> int:
        """Add a licence; its number.

        Raises LicenceFlaw, and LicenceOpens unless `confirmed` has every use that opens up.
        """
        return changing.put(self._database, 0, agreement, scopes, confirmed, self._clock.now())

    def change(
        self,
        number: int,
        agreement: Agreement,
        scopes: Sequence[Scope],
        *,
        confirmed: Collection[Use] = (),
    ) -> None:
        """Change a licence. Raises NoSuchLicence, and what `add` raises."""
        changing.put(self._database, number, agreement, scopes, confirmed, self._clock.now())

    def end(self, number: int, last: date | None = None) -> LicenceView:
        """End a licence now, or with its last day. Raises NoSuchLicence and LicenceFlaw."""
        changing.end(self._database, number, self._clock.now(), last)
        return self.named(number)

    def document(self, path: str, *, keep: bool = False) -> Contract:
        """The contract at a path, as a licence names it. Raises NoDocument."""
        return documents.document_of(path, self._data_dir, keep=keep)

    def kept_at(self, document: Contract) -> Path | None:
        """Where the copy of a contract is; None if there is none."""
        return documents.kept_at(document, self._data_dir)

    def known_certificate(self, partner: str) -> Certificate | None:
        """The certificate of a partner on our copy of Fairly Trained's list; None if it is not
        there, which proves nothing."""
        if not is_certified(partner):
            return None
        return Certificate(True, certified().source, None)

    def time_zone(self) -> str:
        """The name of this computer's time zone, UTC if it has none."""
        from babel.localtime import LOCALTZ

        return str(getattr(LOCALTZ, "key", "")) or DEFAULT_ZONE

    def next_turn(self) -> datetime | None:
        """When a licence begins or ends next (aware, UTC); None if none does."""
        with self._database.read() as connection:
            return holding.next_turn(connection, self._clock.now())

    def to_narrow(self) -> bool:
        """Whether licences ended since `narrow_ended` last looked. Cheap: for asking often."""
        return narrowing.is_due(self._database, self._clock.now())

    def narrow_ended(
        self, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> JobReport | None:
        """Take the partners of ended licences out of files and items, without a question.

        Nothing else is changed. None if there is nothing to do. Raises AnotherAtWork.
        """
        from rightsdesk.workspace.planning.narrowing import plan_narrowing

        stop, now = cancel or Never(), self._clock.now()
        plan = plan_narrowing(self._database, uncounted(progress), stop, now)
        if stop.is_set():
            return None
        if plan is None:
            if self.to_narrow():
                narrowing.note_tried(self._database, now, done=True)
            return None
        report = self._jobs.apply(plan, confirmed=NO_CONFIRMATION, progress=progress, cancel=stop)
        done = not (report.failures or report.cancelled)
        narrowing.note_tried(self._database, now, done=done)
        return report
