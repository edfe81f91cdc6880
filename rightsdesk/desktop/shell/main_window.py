"""The main window: puts the parts together, and holds nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from rightsdesk.changes.recover import Recovery
from rightsdesk.consent import Consent
from rightsdesk.desktop.catalogue.artists import ArtistChooser
from rightsdesk.desktop.catalogue.welcome import WelcomePage, folders_in
from rightsdesk.desktop.consents.panel import ChoicePanel
from rightsdesk.desktop.guided.page import GuidedPage
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.matrix.browse_bar import BrowseBar
from rightsdesk.desktop.matrix.empty import EmptyList
from rightsdesk.desktop.matrix.inspector import Inspector
from rightsdesk.desktop.matrix.summary import SummaryBar
from rightsdesk.desktop.matrix.view import MatrixView
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import Accent, app_icon, em, em_across
from rightsdesk.desktop.parts.widgets import vertical
from rightsdesk.desktop.shell.actions import Actions
from rightsdesk.desktop.shell.crash_dialog import CrashDialog
from rightsdesk.desktop.shell.external_changes import ExternalChanges
from rightsdesk.desktop.shell.schedule import Schedule
from rightsdesk.desktop.state.status_bar import NoticeBar, ProgressArea
from rightsdesk.desktop.state.tasks import Lane, TaskRunner
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types import Artist, EffectiveConsent, Scope, ScopeKind
from rightsdesk.workspace.words import inherited_reservations_words

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace

NARROW_EMS = 66
"""Below this many lines of text in width the artist list becomes a box."""
ONE_PANE_EMS = 54
"""Below this the recordings become a tab beside the choice: each then has all the room."""
LEAST_EMS = 22
"""The least width and height: what one pane needs."""


class MainWindow(QMainWindow):
    """Everything in its place. `work` and `workspace` are the caller's to close."""

    def __init__(self, workspace: Workspace, work: TaskRunner) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setWindowTitle("RightsDesk")
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.work = work
        self.memory = WindowSettings(workspace.data_dir)
        self.desk = ViewState(workspace, work, self)
        self.notice = NoticeBar(self)
        self.progress = ProgressArea(work, self)
        self.job = MainJob(self.desk, self.progress, self.notice, self)
        self.chooser = ArtistChooser(self.desk)
        self.browse = BrowseBar(self.desk)
        self.summary = SummaryBar(self.desk, self.job)
        self.matrix = MatrixView(self.desk.model)
        self.choice = ChoicePanel(self.desk)
        self.inspector = Inspector(self.desk)
        self.elsewhere = GuidedPage(self.desk, self.notice)
        self.welcome = WelcomePage(self.memory)
        self._closing = False
        self._put_together()
        self.actions_ = Actions(self, self.desk, self.job, self.memory, self.browse.field)
        self.following = ExternalChanges(self.desk, self.job, self)
        self.schedule = Schedule(self.desk, self.job, self.notice, self)
        self.schedule.put_into(self.actions_.update_online)
        self._connect()
        # Qt would keep the window as wide as all panes need, though fewer are shown in less room.
        layout = self.layout()
        assert layout is not None  # a QMainWindow has one from the start
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(em_across(self, LEAST_EMS), em(self, LEAST_EMS))
        room = self.screen().availableSize() * 0.95
        self.resize(QSize(em_across(self, 90), em(self, 56)).boundedTo(room))
        self.restore_from = ""
        if workspace.recovery or workspace.notes:
            self._tell_recovery(workspace.recovery, workspace.notes)
        self.desk.reload()
        self.job.look_for_undo()

    def _put_together(self) -> None:
        middle = QWidget()
        column = vertical(spacing=0.45, margin=0.5)
        middle.setLayout(column)
        column.addWidget(self.summary)
        column.addWidget(self.browse)
        self.empty_list = EmptyList(
            self.desk,
            add_folder=lambda: self.actions_.add_folder.trigger(),
            accounts=lambda: self.actions_.accounts.trigger(),
            clear_search=self.browse.field.clear,
        )
        self.list = QStackedWidget()
        self.list.addWidget(self.matrix)
        self.list.addWidget(self.empty_list)
        column.addWidget(self.list, 1)
        self.middle = middle
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.choice, tr("Your &choice"))
        self.tabs.addTab(self.inspector, tr("What is &said"))
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setObjectName("panes")
        self.places = QTabWidget()
        self.places.setObjectName("places")
        self.places.setDocumentMode(True)
        self.places.setCornerWidget(self.chooser.box)
        self.places.addTab(self.panes, tr("&Tracks"))
        self.places.addTab(self.elsewhere, tr("Other &platforms"))
        centre = QWidget()
        stack = vertical(spacing=0.3)
        centre.setLayout(stack)
        stack.addWidget(self.places, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("splitter")
        for splitter, pane, stretch in (
            (self.panes, middle, 1),
            (self.panes, self.tabs, 0),
            (self.splitter, self.chooser, 0),
            (self.splitter, centre, 1),
        ):
            splitter.addWidget(pane)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
            splitter.setChildrenCollapsible(False)
        middle.setMinimumWidth(em_across(self, 18))
        self.tabs.setMinimumWidth(em_across(self, 17))
        self.splitter.setSizes([em_across(self, 12), em_across(self, 78)])
        self.panes.setSizes([em_across(self, 57), em_across(self, 21)])
        self.pages = QStackedWidget()
        self.pages.addWidget(QWidget())
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.splitter)
        whole = QWidget()
        layout = vertical(spacing=0)
        whole.setLayout(layout)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.progress)
        layout.addWidget(self.notice)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        desk, work = self.desk, self.work
        desk.artists_changed.connect(self._artists_changed)
        desk.listed.connect(self._listed)
        self.matrix.current_changed.connect(desk.hold)
        self.matrix.opened.connect(self._open_track)
        self.actions_.side.toggled.connect(self._show_side)
        self.chooser.add.clicked.connect(self.actions_.add_artist.trigger)
        # The button goes when all is written: Ctrl+Z is then to mean the job, not a field.
        self.summary.write.clicked.connect(lambda: self.matrix.setFocus())
        self.job.write_wanted.connect(self.actions_.write.trigger)
        self.welcome.answered.connect(self._first_artist)
        self.places.currentChanged.connect(self._place_changed)
        self.elsewhere.opened.connect(self._count_elsewhere)
        self.inspector.platform_wanted.connect(self._go_elsewhere)
        self.elsewhere.account_wanted.connect(self.actions_.accounts.trigger)
        self.choice.chooser.chosen.connect(self._choice_made)
        work.failed.connect(self._known_error)
        work.fault.connect(self.show_fault)
        work.drained.connect(self._nothing_left)
        self.actions_.backups.restore_wanted.connect(self._restore)

    def _tell_recovery(self, recovery: Recovery, notes: Sequence[str]) -> None:
        offers: list[tuple[str, Callable[[], object]]] = []
        if recovery.unfinished is not None:
            offers.append((tr("Go on…"), partial(self.job.resume, recovery.unfinished)))
        text = " ".join(part for part in (*notes, recovery.sentence) if part)
        self.notice.tell(text, kind=Accent.OPEN, offers=offers)

    def _restore(self, path: str) -> None:
        """Close. Whoever opened the window restores `restore_from` and opens it again."""
        self.restore_from = path
        self.close()

    def as_it_was(self) -> None:
        """Take the size, panes and columns that the window had when it was closed last."""
        self.memory.restore_window(self)
        self.matrix.set_widths(self.memory.columns)
        self.actions_.side.setChecked(self.memory.side_panel)

    def _open_track(self) -> None:
        self.actions_.side.setChecked(True)
        self.tabs.setCurrentWidget(self.inspector)

    def _show_side(self, wanted: bool) -> None:
        """Give the list the room of the choice and of what is said, or take it back."""
        self.tabs.setVisible(wanted or self.tabs.indexOf(self.middle) >= 0)

    # --- what happens ----------------------------------------------------------------

    def _artists_changed(self, artists: Sequence[Artist]) -> None:
        page = self.splitter if artists else self.welcome
        if self.pages.currentWidget() is not page:
            self.pages.setCurrentWidget(page)
            self.actions_.bar.setVisible(bool(artists))
            (self.matrix if artists else self.welcome.name).setFocus()
        self._fit()

    def _listed(self, number: int) -> None:
        self.matrix.show_recording(self.desk.recording_id)
        if not number:
            self.empty_list.tell()
        self.list.setCurrentWidget(self.matrix if number else self.empty_list)

    def _place_changed(self, place: int) -> None:
        if self.places.widget(place) is self.elsewhere:
            self.elsewhere.look()

    def _go_elsewhere(self, artist_id: int, platform: str) -> None:
        self.places.setCurrentWidget(self.elsewhere)
        self.elsewhere.go_to(artist_id, platform)

    def _count_elsewhere(self, number: int) -> None:
        title = tr("Other &platforms ({n})") if number else tr("Other &platforms")
        self.places.setTabText(1, title.format(n=number))

    def _first_artist(self, name: str, folders: list[str], consent: Consent) -> None:
        workspace = self.desk.workspace

        def begin(_task: object) -> Artist:
            artist = workspace.artists.add(name)
            scope = Scope(ScopeKind.ARTIST, artist.id)
            # The page asked already, where the choice opens something up.
            uses = workspace.consents.widened_by(scope, consent)
            workspace.consents.set(scope, consent, confirmed=uses)
            return artist

        def begun(artist: Artist) -> None:
            self.welcome.give_back()
            self.desk.artist = artist
            self.desk.reload()
            self.job.scan(artist.id, folders)

        def failed(error: KnownError) -> None:
            self.welcome.ask_again()
            self._known_error(error)

        self.work.run(Lane.LOOK, begin, begun, failed=failed, owner=self)

    def _choice_made(self, scoped: EffectiveConsent) -> None:
        kept = tr(
            "Your choice for {name} is kept. Files and platforms say it once you write it there."
        ).format(name=scoped.name)
        if rest := inherited_reservations_words(scoped):
            allow = tr("To allow that, too, answer it yourself below “Choose each use”.")
            kept = f"{kept} {rest} {allow}"
        self.notice.tell(
            kept,
            kind=Accent.GOOD,
            icon_name="agrees",
            offers=[(tr("Write it to files…"), self.actions_.write.trigger)],
        )

    def _known_error(self, error: KnownError) -> None:
        self.notice.tell(str(error), kind=Accent.BAD, icon_name="conflicts")

    def show_fault(self, details: str) -> None:
        """Own up to a bug."""
        dialog = CrashDialog(details, self, data_dir=self.desk.workspace.data_dir)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # --- size, drops, end ------------------------------------------------------------

    def _fit(self) -> None:
        narrow = self.width() < em_across(self, NARROW_EMS)
        several = len(self.desk.artists) > 1
        self.chooser.setVisible(not narrow)
        self.chooser.box.setVisible(narrow and several)
        self._one_pane(self.width() < em_across(self, ONE_PANE_EMS))

    def _one_pane(self, wanted: bool) -> None:
        """Put the recordings among the tabs, or back beside them."""
        if wanted == (self.tabs.indexOf(self.middle) >= 0):
            return
        if wanted:
            self.tabs.insertTab(0, self.middle, tr("&List"))
            self.tabs.setCurrentWidget(self.middle)
        else:
            self.tabs.removeTab(self.tabs.indexOf(self.middle))
            self.panes.insertWidget(0, self.middle)
            self.panes.setStretchFactor(0, 1)
            self.panes.setSizes([em_across(self, 57), em_across(self, 21)])
        self.middle.show()
        self.actions_.side.setEnabled(not wanted)
        self._show_side(self.actions_.side.isChecked())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.desk.artist is not None and folders_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        artist = self.desk.artist
        if artist is not None:
            self.job.scan(artist.id, [*artist.folders, *folders_in(event.mimeData())])
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop at the next safe point first; the window says so and then closes."""
        if self.work.idle:
            self.memory.keep_window(self)
            self.memory.keep_columns(self.matrix.widths_by_hand())
            self.memory.keep_side_panel(self.actions_.side.isChecked())
            super().closeEvent(event)
            return
        self._closing = True
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.work.cancel_all()
        if self.job.busy:
            self.notice.tell(tr("Finishing the file at hand, then RightsDesk closes."))
        event.ignore()

    def _nothing_left(self) -> None:
        if self._closing:
            QTimer.singleShot(0, self, self.close)
