"""A start after an interruption: what was stopped, how far it came, and both ways on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rightsdesk.changes.names import job_name
from rightsdesk.changes.recover import Recovery
from rightsdesk.changes.types import JobInfo
from rightsdesk.desktop.jobs.history_words import stopped_text
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.texts import (
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.view_state import ViewState


class PickingUp:
    """Looks once, at the start, whether the last job is unfinished, and says so in the banner."""

    def __init__(self, view_state: ViewState, job: MainJob, notice: NoticeBar) -> None:
        self._view_state, self._job, self._notice = view_state, job, notice

    def begin(self, recovery: Recovery, notes: Sequence[str]) -> None:
        """Look, and tell what recovery and the opening of the data have to say, too."""
        if recovery or notes:
            self._tell(recovery, notes, None)
        workspace = self._view_state.workspace
        self._view_state.read(
            "interrupted",
            lambda: workspace.jobs.interrupted(),  # jobs are loaded there, not here
            lambda found: self._found(recovery, notes, found),
            later=True,
        )

    def _found(self, recovery: Recovery, notes: Sequence[str], found: JobInfo | None) -> None:
        if found is not None:
            self._tell(recovery, notes, found)

    def _tell(self, recovery: Recovery, notes: Sequence[str], found: JobInfo | None) -> None:
        offers: list[tuple[str, Callable[[], object]]] = []
        said = [*notes, recovery.sentence]
        if found is not None:
            said = [
                f"{stopped_text(found)}: {sentence(job_name(found))}.",
                *notes,
                recovery.details,
            ]
            offers.append((tr("Continue"), partial(self._job.resume, found.id)))
            if found.undoable:
                offers.append((tr("Undo"), partial(self._job.undo, found.id)))
        elif recovery.unfinished is not None:
            offers.append((tr("Continue"), partial(self._job.resume, recovery.unfinished)))
        text = " ".join(sentence(part) for part in said if part)
        about = found.id if found is not None else 0
        self._notice.tell(text, kind=Accent.OPEN, offers=offers, job=about)
