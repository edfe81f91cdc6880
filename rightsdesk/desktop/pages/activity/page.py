"""Activity: what is under way, and everything that was done, with a way back for each."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from rightsdesk.desktop.design.cards import EmptyState
from rightsdesk.desktop.design.chips import FilterChip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.jobs.history_words import CHECKS, CONSENTS, LICENCES, MATCHES, NOTES
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.jobs.undoing import Undoer
from rightsdesk.desktop.pages.activity.feed_model import FeedModel
from rightsdesk.desktop.pages.activity.feed_view import FeedView
from rightsdesk.desktop.pages.activity.mending import Act
from rightsdesk.desktop.pages.activity.running import RunningCard
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.opening import open_folder_of
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.widgets import Flow
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace.history.types import Can, HistoryFilter


class ActivityPage(Page):
    """What runs, and the history. `accounts_wanted`, `rescan_wanted` and `check_wanted` ask for
    what mends a failure."""

    accounts_wanted = Signal()
    rescan_wanted = Signal()
    check_wanted = Signal()
    place = PagePlace.ACTIVITY

    def __init__(
        self, view_state: ViewState, job: MainJob, undoer: Undoer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view_state, self._job, self._undoer = view_state, job, undoer
        self._wanted_job: int | None = None
        self.header = PageHeader(tr("Activity"), tr("Everything RightsDesk did, newest first."))
        self.running = RunningCard(job, view_state.work)
        self.feed = FeedModel(view_state, self)
        self.history = FeedView(self.feed)
        self.history.acted.connect(self._acted)
        self.empty = EmptyState("activity")
        self.kinds = self._filters()
        self.body = QStackedWidget()
        self.body.addWidget(self.history)
        self.body.addWidget(self.empty)
        self.column.addWidget(self.header)
        self.column.addWidget(self.running)
        self.column.addWidget(self.chips)
        self.column.addWidget(self.body, 1)
        self.feed.modelReset.connect(self._arrived)

    def _filters(self) -> dict[FilterChip, Collection[DeedKind]]:
        self.chips = Flow(spacing=space(2))
        made: dict[FilterChip, Collection[DeedKind]] = {}
        for name, text, kinds in (
            ("choices", tr("Choices"), CONSENTS),
            ("writes", tr("Written"), (DeedKind.JOB,)),
            ("matches", tr("Matches and decisions"), MATCHES),
            ("notes", tr("Notes"), NOTES),
            ("licences", tr("Licences"), LICENCES),
            ("checks", tr("Checks"), CHECKS),
        ):
            chip = FilterChip(text)
            chip.setObjectName(f"kind-{name}")
            chip.clicked.connect(lambda _on=False: self._choose())
            made[chip] = kinds
        self.chips.arrange(list(made))
        return made

    def _choose(self) -> bool:
        """Take what the chips and the artist in view mean; whether that is something else."""
        kinds = frozenset(
            kind for chip, kinds in self.kinds.items() if chip.isChecked() for kind in kinds
        )
        several = len(self._view_state.artists) > 1
        artist = self._view_state.artist if several else None
        return self.feed.choose(HistoryFilter(artist_id=artist.id if artist else None, kinds=kinds))

    def refresh(self) -> None:
        if not self._choose():
            self.feed.reload()

    def first_focus(self) -> QWidget | None:
        return self.history if self.feed.rows else None

    def show_job(self, job_id: int) -> None:
        """Show a job, unfolded, as soon as it is read."""
        self._wanted_job = job_id
        self.feed.reload()

    # --- what arrives ----------------------------------------------------------------

    def _arrived(self) -> None:
        nothing = not self.feed.rows
        self.body.setCurrentWidget(self.empty if nothing else self.history)
        chosen = bool(self.feed.chosen.kinds)
        self.chips.setVisible(not nothing or chosen)
        if nothing:
            self.empty.tell(
                tr("Nothing of this kind yet.") if chosen else tr("Nothing was done yet."),
                tr("What you choose, note, match and write appears here, and can be undone."),
            )
        if self._wanted_job is None:
            return
        number = self.feed.row_of_job(self._wanted_job)
        self._wanted_job = None
        if number is not None:
            self.history.setCurrentIndex(self.feed.index(number))
            self.feed.fold(number, unfolded=True)
            self.history.scrollTo(self.feed.index(number))

    # --- what is pressed -------------------------------------------------------------

    def _acted(self, number: int, act: Act) -> None:
        entry = self.feed.rows[number].entry
        if entry is None:
            return
        if act.key in (Can.UNDO.value, Can.REDO.value):
            self._undoer.take_back(entry.id, Can(act.key))
            return
        job = entry.job
        deeds: dict[str, Callable[[], object]] = {
            "accounts": self.accounts_wanted.emit,
            "rescan": self.rescan_wanted.emit,
            "check": self.check_wanted.emit,
            "folder": lambda: open_folder_of(act.place, self),
            "copy": lambda: QGuiApplication.clipboard().setText(act.place),
        }
        if job is not None:
            deeds["continue"] = lambda: self._job.resume(job.id)
            deeds["why"] = lambda: self.feed.fold(number, unfolded=True)
            deeds["retry"] = lambda: self._job.retry(job.id)
        if act.key in deeds:
            deeds[act.key]()
