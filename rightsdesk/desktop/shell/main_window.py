"""The main window: puts the parts together, and holds nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QMainWindow,
    QStackedWidget,
    QWidget,
)

from rightsdesk import log_file
from rightsdesk.changes.types import JobReport
from rightsdesk.consent import Consent
from rightsdesk.desktop.design.appearance import appearance
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.guided.facts_updates import FactsUpdates
from rightsdesk.desktop.guided.update_notice import UpdateNotice
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.jobs.results import job_summary
from rightsdesk.desktop.jobs.saved_notices import SavedNotices
from rightsdesk.desktop.jobs.undoing import Undoer
from rightsdesk.desktop.opening.paths import PathOpener
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.pages.settings.titles import parts
from rightsdesk.desktop.pages.start.drop_zone import folders_in
from rightsdesk.desktop.palette.destinations import Destinations
from rightsdesk.desktop.palette.view import Palette
from rightsdesk.desktop.parts.reading_order import order_tab
from rightsdesk.desktop.parts.texts import (
    day_text,
    error_text,
    tr,
)
from rightsdesk.desktop.parts.theme import Accent, app_icon, em, em_across
from rightsdesk.desktop.parts.widgets import vertical
from rightsdesk.desktop.shell.actions import Actions
from rightsdesk.desktop.shell.badges import Badges
from rightsdesk.desktop.shell.external_changes import ExternalChanges
from rightsdesk.desktop.shell.languages import available
from rightsdesk.desktop.shell.leaving import Leaving
from rightsdesk.desktop.shell.picking_up import PickingUp
from rightsdesk.desktop.shell.schedule import Schedule
from rightsdesk.desktop.shell.sidebar import SideBar
from rightsdesk.desktop.shell.tray import Tray
from rightsdesk.desktop.state.catalogue_list import Narrowing
from rightsdesk.desktop.state.status_bar import NoticeBar, ProgressArea
from rightsdesk.desktop.state.tasks import Lane, TaskRunner
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.errors import KnownError
from rightsdesk.workspace.catalogue.scan_report import ScanReport
from rightsdesk.workspace.history.types import Can
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

if TYPE_CHECKING:
    from rightsdesk.desktop.opening.second_start import Call
    from rightsdesk.desktop.pages.activity.page import ActivityPage
    from rightsdesk.desktop.pages.catalogue.page import CataloguePage
    from rightsdesk.desktop.pages.evidence.page import EvidencePage
    from rightsdesk.desktop.pages.home.page import HomePage
    from rightsdesk.desktop.pages.licences.page import LicencesPage
    from rightsdesk.desktop.pages.platforms.page import PlatformsPage
    from rightsdesk.desktop.pages.problems.page import ProblemsPage
    from rightsdesk.desktop.pages.settings.page import SettingsPage
    from rightsdesk.desktop.pages.start.page import StartPage
    from rightsdesk.desktop.shell.mending import Mending
    from rightsdesk.desktop.shell.next_steps import NextSteps
    from rightsdesk.desktop.terms.reader import TermsReader
    from rightsdesk.workspace import Workspace

NARROW_EMS = 66
"""Below this many lines of text in width the side bar shows its icons only."""
LEAST_EMS = 22
"""The least width and height: what one pane needs."""
ACCOUNTS = "accounts"
P = TypeVar("P", bound=Page)


@dataclass(frozen=True, slots=True)
class Forget:
    """The order to remove all data. `warnings`: sign-ins that could not be ended."""

    keep_backups: bool
    warnings: tuple[str, ...] = ()


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
        self.view_state = ViewState(workspace, work, self)
        self.notice = NoticeBar(self)
        self.progress = ProgressArea(work, self)
        self.job = MainJob(self.view_state, self.progress, self.notice, self)
        self.undoer = Undoer(self.view_state, self.job, self.notice, self)
        self.saved = SavedNotices(self.view_state, self.job, self.undoer, self.notice)
        self.side_bar = SideBar(self.view_state)
        self.tray = Tray(self)
        self.leaving = Leaving(self.job, work, self.notice, self.tray, self)
        self._review_for: int | None = None
        self._built: list[Page] = []
        self._stops: list[QWidget] = []
        self._put_together()
        self.actions_ = Actions(
            *(self, self.view_state, self.job, self.undoer),
            *(self.memory, lambda: self.page, self.go_to),
        )
        self.destinations = Destinations(
            self.view_state,
            go_to=self.go_to,
            platform=self._go_elsewhere,
            catalogue=self._show_in_catalogue,
        )
        self.finder = Palette(
            *(self, self.view_state, self.memory),
            gather=lambda: self.destinations.at_once(
                [one for one in self.actions_.all if one is not self.actions_.anything],
                parts(),
                self._show_setting,
            ),
            look_up=self.destinations.in_store,
            search=lambda text: self._show_in_catalogue(Narrowing(text)),
        )
        self.actions_.anything.triggered.connect(self.finder.toggle)
        self.badges = Badges(
            self.view_state,
            lambda key, number: self.side_bar.show_count(key, number, alarm=True),
            lambda key: any(page.key == key and page.isVisible() for page in self._built),
            self,
        )
        self.following = ExternalChanges(self.view_state, self.job, self)
        self.schedule = Schedule(self.view_state, self.job, self.notice, self)
        self.facts_updates = FactsUpdates(self.view_state, self.notice, self)
        self.update_notice = UpdateNotice(self.view_state, self.notice, self)
        self.schedule.put_into(self.actions_.update_online)
        self.actions_.quit.triggered.disconnect()
        self.actions_.quit.triggered.connect(lambda _c=False: self.leaving.quit())
        self.tray.offer(
            *(self.actions_.check_platforms, self.schedule.pause, None, self.actions_.quit)
        )
        self.schedule.found.connect(self.tray.notify)
        self.schedule.terms_wanted.connect(lambda alarms: self.terms.show(alarms))
        self.actions_.terms_wanted.connect(lambda: self.terms.show_all())
        self.job.ended.connect(self._tell_outside)
        self.tray.stay(self.memory.notifications)
        self.opening = PathOpener(
            *(self.view_state, self.job, self.notice),
            show=self._show_in_catalogue,
            first=lambda folders: self.start.music.add_folders(folders),
            scan=self._scan_dropped,
            window=self,
        )
        self._connect()
        # Qt would keep the window as wide as all panes need, though fewer are shown in less room.
        layout = self.layout()
        assert layout is not None  # a QMainWindow has one from the start
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(em_across(self, LEAST_EMS), em(self, LEAST_EMS))
        room = self.screen().availableSize() * 0.95
        self.resize(QSize(em_across(self, 90), em(self, 56)).boundedTo(room))
        self.restore_from = ""
        self.forget: Forget | None = None
        self.page_at(PagePlace.CATALOGUE)  # its list is read at once, whatever page is in front
        self.view_state.reload()
        self.undoer.read(later=True)
        PickingUp(self.view_state, self.job, self.notice).begin(workspace.recovery, workspace.notes)
        self.view_state.read("modules", load_pages, lambda _none: None, later=True)

    # --- pages, each built when it is first needed ------------------------------------

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages, in the order of the side bar. Builds those that were not needed so far."""
        return tuple(map(self.page_at, PagePlace))

    def page_at(self, place: PagePlace) -> Page:
        """The page at this place."""
        found = getattr(self, place.key)
        assert isinstance(found, Page)  # one property for each place
        return found

    @property
    def page(self) -> Page:
        """The page in front; at first that is Home."""
        found = self.stack.currentWidget()
        return found if isinstance(found, Page) else self.home

    @cached_property
    def home(self) -> HomePage:
        """How far an artist is, and the next steps."""
        from rightsdesk.desktop.pages.home.page import HomePage

        page = HomePage(self.view_state, self.job)
        page.set_deeds(verify=self.actions_.verify, export=self.actions_.export)
        page.consent_wanted.connect(self._show_consent)
        page.chooser.chosen.connect(self.saved.tell_artists)
        page.step_chosen.connect(self.steps.do)
        page.news_chosen.connect(lambda _news: self.go_to(PagePlace.CATALOGUE.key))
        page.terms_chosen.connect(lambda alarm: self.terms.show_one(alarm))
        return self._added(page)

    @cached_property
    def catalogue(self) -> CataloguePage:
        """What each recording says."""
        from rightsdesk.desktop.pages.catalogue.page import CataloguePage

        actions = self.actions_
        page = CataloguePage(
            self.view_state,
            self.job,
            self.memory,
            add_folder=actions.add_folder.trigger,
            accounts=actions.accounts.trigger,
        )
        page.add_actions((actions.rescan, actions.check_platforms))
        page.set_side(actions.side.isChecked())
        actions.side.toggled.connect(page.set_side)
        page.side_wanted.connect(actions.side.setChecked)
        page.details.platform_wanted.connect(self._go_elsewhere)
        page.consent.chooser.chosen.connect(self.saved.tell)
        page.chooser.chosen.connect(self.saved.tell_recordings)
        return self._added(page)

    @cached_property
    def platforms(self) -> PlatformsPage:
        """The platforms in use, accounts and matching."""
        from rightsdesk.desktop.pages.platforms.page import PlatformsPage

        page = PlatformsPage(self.view_state, self.job, self.notice)
        page.terms_wanted.connect(lambda platform: self.terms.show_platform(platform))
        self.leaving.stopping.connect(page.give_up)
        page.connected.connect(
            lambda account: self.job.check_platforms([account], just_connected=True)
        )
        page.undo_wanted.connect(lambda deed: self.undoer.take_back(deed, Can.UNDO))
        return self._added(page)

    @cached_property
    def licences(self) -> LicencesPage:
        """What single partners may do, and until when."""
        from rightsdesk.desktop.pages.licences.page import LicencesPage

        return self._added(LicencesPage(self.view_state, self.job, self.notice))

    @cached_property
    def activity(self) -> ActivityPage:
        """What is under way, and the history."""
        from rightsdesk.desktop.pages.activity.page import ActivityPage

        page = ActivityPage(self.view_state, self.job, self.undoer)
        page.accounts_wanted.connect(self.actions_.accounts.trigger)
        page.rescan_wanted.connect(self.actions_.rescan.trigger)
        page.check_wanted.connect(self.actions_.check_platforms.trigger)
        return self._added(page)

    @cached_property
    def problems(self) -> ProblemsPage:
        """What needs a person."""
        from rightsdesk.desktop.pages.problems.page import ProblemsPage

        page = ProblemsPage(self.view_state)
        page.mend_wanted.connect(self.mending.do)
        page.decided.connect(self.saved.tell_newest)
        return self._added(page)

    @cached_property
    def evidence(self) -> EvidencePage:
        """The record, reports and letters."""
        from rightsdesk.desktop.pages.evidence.page import EvidencePage

        page = EvidencePage(self.view_state)
        page.setting_wanted.connect(self._show_setting)
        return self._added(page)

    @cached_property
    def settings(self) -> SettingsPage:
        """Everything that can be set."""
        from rightsdesk.desktop.pages.settings.page import SettingsPage
        from rightsdesk.desktop.shell.autostart import autostart

        at_login = autostart(self.view_state.workspace.data_dir)
        page = SettingsPage(
            self.view_state,
            self.memory,
            languages=available(),
            starts=at_login.is_on,
            set_start=at_login.switch,
            tray=self.tray.there,
            checks=self.schedule.choices,
            data=(self.actions_.back_up, self.actions_.restore),
            leaving=self.actions_.forget,
        )
        page.notifications_changed.connect(self.tray.stay)
        return self._added(page)

    @cached_property
    def start(self) -> StartPage:
        """The first start: what the window shows instead of pages while there is no artist."""
        from rightsdesk.desktop.pages.start.page import StartPage

        page = StartPage(self.view_state, self.memory)
        page.answered.connect(self._first_artist)
        page.music.zone.import_wanted.connect(self.actions_.import_library.trigger)
        self.whole.addWidget(page)
        self.actions_.leave_keys(page)
        return page

    @cached_property
    def steps(self) -> NextSteps:
        """What the next steps on Home lead to."""
        from rightsdesk.desktop.shell.next_steps import NextSteps

        return NextSteps(
            self.view_state,
            self.job,
            self.memory,
            connect=self._connect_account,
            consent=self._show_consent,
            questions=self._match,
            platform=self._go_elsewhere,
            add_folder=self.actions_.add_folder.trigger,
            licences=self._show_ending_licences,
            window=self,
        )

    @cached_property
    def terms(self) -> TermsReader:
        """What the changes in terms are read in."""
        from rightsdesk.desktop.terms.reader import TermsReader

        return TermsReader(self.view_state, self._choose_for, self)

    @cached_property
    def mending(self) -> Mending:
        """What the buttons of problems lead to."""
        from rightsdesk.desktop.shell.mending import Mending

        return Mending(
            self.view_state,
            self.job,
            self.memory,
            connect=self._connect_account,
            consent=self._show_consent,
            questions=self._match,
            platform=self._go_elsewhere,
            resume=self.job.resume,
            history=lambda: self.go_to(PagePlace.ACTIVITY.key),
            catalogue=self._show_in_catalogue,
            window=self,
        )

    def _added(self, page: P) -> P:
        key = page.key
        self._built.append(page)
        self.stack.addWidget(page)
        if page.foot is not None:
            page.foot.hide()
            self._feet.addWidget(page.foot)
        page.counted.connect(
            lambda number, alarm: self.side_bar.show_count(key, number, alarm=alarm)
        )
        self.actions_.leave_keys(page)
        return page

    def go_to(self, key: str) -> None:
        """Bring a page to the front, by its key; an unknown one changes nothing."""
        if key == ACCOUNTS:
            self.actions_.accounts.trigger()
            return
        place = next((one for one in PagePlace if one.key == key), None)
        if place is None:
            return
        page = self.page_at(place)
        moved = page is not self.page
        self.stack.setCurrentWidget(page)
        self._fit_notice()
        for one in self._built:
            if one.foot is not None:
                one.foot.setVisible(one is page)
        self.side_bar.choose(key)
        self.actions_.show_page(key)
        self.progress.keep_back(place is PagePlace.ACTIVITY)
        page.shown()
        if moved and self.whole.currentWidget() is self.main_view:
            self._focus_page()

    def _focus_page(self) -> None:
        """Give the keyboard to what is first on the page in front, if that wants it."""
        target = self.page.first_focus()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_together(self) -> None:
        self.stack = QStackedWidget()
        for place in PagePlace:
            self.side_bar.add_place(place, below=place is PagePlace.SETTINGS)
        column = QWidget()
        rows = vertical(spacing=0)
        column.setLayout(rows)
        rows.addWidget(self.stack, 1)
        rows.addWidget(self.progress)
        self._told = vertical(spacing=0)
        self._told.addWidget(self.notice)
        self.notice.left_keyboard.connect(self._focus_page)
        rows.addLayout(self._told)
        self._feet = vertical(spacing=0)
        rows.addLayout(self._feet)
        self.main_view = QWidget()
        line = QHBoxLayout(self.main_view)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.side_bar)
        line.addWidget(column, 1)
        self.whole = QStackedWidget()
        self.whole.addWidget(QWidget())
        self.whole.addWidget(self.main_view)
        self.setCentralWidget(self.whole)

    def _connect(self) -> None:
        view_state, work = self.view_state, self.work
        view_state.artists_changed.connect(self._artists_changed)
        view_state.artist_changed.connect(lambda _a: self._outdated())
        view_state.facts_changed.connect(self._outdated)
        self.side_bar.chosen.connect(self.go_to)
        self.side_bar.menu.add.clicked.connect(self.actions_.add_artist.trigger)
        self.job.scanned.connect(self._scanned)
        self.actions_.account_wanted.connect(self._connect_account)
        self.actions_.matching_wanted.connect(self._match)
        self.job.shown_in_history.connect(self._show_in_history)
        work.failed.connect(self._known_error)
        work.fault.connect(self.show_fault)
        self.actions_.backups.restore_wanted.connect(self._restore)
        self.actions_.forget_wanted.connect(self._ask_to_forget)
        self.job.forget_wanted.connect(self._ask_to_forget)

    def _restore(self, path: str) -> None:
        """Close. Whoever opened the window restores `restore_from` and opens it again."""
        self.restore_from = path
        self.leaving.quitting = True
        self.close()

    def _ask_to_forget(self) -> None:
        from rightsdesk.desktop.shell.forgetting import ForgetDialog

        dialog = ForgetDialog(self.view_state, self._forget, self.job.take_back, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _forget(self, keep_backups: bool, warnings: Sequence[str]) -> None:
        """Close. Whoever opened the window removes the data."""
        self.forget = Forget(keep_backups, tuple(warnings))
        self.leaving.quitting = True
        self.close()

    def as_it_was(self) -> None:
        """Take the look, size, panes, columns and page that the window had when it was closed."""
        appearance().choose(self.memory.look)
        self.memory.restore_window(self)
        self.catalogue.as_it_was()
        self.actions_.side.setChecked(self.memory.side_panel)
        self.view_state.artist_before = self.memory.artist
        self.go_to(self.memory.page or PagePlace.HOME.key)

    def _show_ending_licences(self) -> None:
        self.go_to(PagePlace.LICENCES.key)
        self.licences.show_soon()

    def _show_in_history(self, job_id: int) -> None:
        self.go_to(PagePlace.ACTIVITY.key)
        self.activity.show_job(job_id)

    def _show_in_catalogue(self, narrowing: Narrowing) -> None:
        self.go_to(PagePlace.CATALOGUE.key)
        self.view_state.list.narrow(narrowing)

    def _tell_outside(self, report: JobReport) -> None:
        """A job ended while the person was elsewhere."""
        self.tray.notify(tr("RightsDesk is done"), job_summary(report))

    def _show_setting(self, key: str) -> None:
        self.go_to(PagePlace.SETTINGS.key)
        self.settings.show_part(key)

    def _show_consent(self) -> None:
        self.go_to(PagePlace.CATALOGUE.key)
        self.catalogue.show_consent()

    def _choose_for(self, artist_id: int) -> None:
        self.view_state.choose_artist(artist_id)
        self._show_consent()

    def _outdated(self) -> None:
        for page in self._built:
            page.outdated()

    # --- what happens ----------------------------------------------------------------

    def _artists_changed(self, artists: Sequence[Artist]) -> None:
        view = self.main_view if artists else self.start
        if self.whole.currentWidget() is not view:
            self.whole.setCurrentWidget(view)
            self.go_to(self.page.key)
            target = self.page.first_focus() if artists else self.start.first_focus()
            (target or self.side_bar.pages.items[self.page.key]).setFocus()
        self._fit()

    def _connect_account(self, platform: str = "", account_id: int | None = None) -> None:
        self.go_to(PagePlace.PLATFORMS.key)
        self.platforms.connect_by_id(platform, account_id)

    def _match(self, platform: str = "") -> None:
        self.go_to(PagePlace.PLATFORMS.key)
        self.platforms.match(platform)

    def _go_elsewhere(self, artist_id: int, platform: str) -> None:
        self.go_to(PagePlace.PLATFORMS.key)
        self.platforms.go_to(artist_id, platform)

    def _first_artist(self, name: str, folders: list[str], consent: Consent) -> None:
        workspace = self.view_state.workspace

        def begin(_task: object) -> Artist:
            artist = workspace.artists.add(name)
            scope = Scope(ScopeKind.ARTIST, artist.id)
            if consent:
                # Where it opens something up, the review asks, before anything is written.
                uses = workspace.consents.widened_by(scope, consent)
                workspace.consents.set(scope, consent, confirmed=uses)
            return artist

        def begun(artist: Artist) -> None:
            self.start.give_back()
            self.view_state.artist = artist
            self.view_state.reload()
            self._review_for = artist.id if consent else None
            self.job.scan(artist.id, folders)

        def failed(error: KnownError) -> None:
            self.start.ask_again()
            self._known_error(error)

        self.work.run(Lane.SHORT, begin, begun, failed=failed, owner=self)

    def _scanned(self, artist_id: int, _report: ScanReport) -> None:
        """After the first start, show what its choice will change."""
        if self._review_for == artist_id:
            self._review_for = None
            self.job.tag(Filter(artist_id=artist_id))

    def _known_error(self, error: KnownError) -> None:
        log_file.note_failure(error)
        self.notice.tell(error_text(error), kind=Accent.BAD, icon_name="conflicts")

    def called(self, call: Call) -> None:
        """A second start wants this window, and gives it what it was to open."""
        if call.token:
            # Qt's Wayland plug-in takes it from there when a window asks to be activated.
            os.environ["XDG_ACTIVATION_TOKEN"] = call.token
        self.leaving.come_back()
        self.opening.open(call.paths)

    def show_fault(self, details: str) -> None:
        """Own up to a bug."""
        log_file.note("a fault was shown")
        from rightsdesk.desktop.shell.crash_dialog import CrashDialog

        dialog = CrashDialog(details, self, data_dir=self.view_state.workspace.data_dir)
        dialog.save_wanted.connect(self.actions_.backups.ask_log_where)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # --- size, drops, end ------------------------------------------------------------

    def _fit(self) -> None:
        self.side_bar.set_narrow(self.width() < em_across(self, NARROW_EMS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._fit_notice()

    def focusNextPrevChild(self, onwards: bool) -> bool:
        self._stops = order_tab(self, self._stops)
        return super().focusNextPrevChild(onwards)

    def _fit_notice(self) -> None:
        """Give the notice the margins of the page above it."""
        page = self.stack.currentWidget()
        if isinstance(page, Page):
            edges, down = page.column.contentsMargins(), space(2)
            self._told.setContentsMargins(edges.left(), down, edges.right(), down)
            self.progress.setContentsMargins(edges.left(), 0, edges.right(), 0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        ready = self.whole.currentWidget() is self.main_view and not self.job.busy
        if ready and folders_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Scan the folders for the artist in view; with all of them in view ask for whom."""
        folders = folders_in(event.mimeData())
        event.acceptProposedAction()
        if artist := self.view_state.one_artist:
            self._scan_dropped(artist, folders)
            return
        from rightsdesk.desktop.catalogue.dropped import WhoseFolders

        dialog = WhoseFolders(self.view_state, folders, self._scan_dropped, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _scan_dropped(self, whose: Artist | str, folders: list[str]) -> None:
        if isinstance(whose, Artist):
            self.job.scan(whose.id, [*whose.folders, *folders])
            return
        workspace, name = self.view_state.workspace, whose

        def added(artist: Artist) -> None:
            self.view_state.something_changed()
            self.job.scan(artist.id, folders)

        self.work.run(Lane.SHORT, lambda _task: workspace.artists.add(name), added, owner=self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """During work a person is asked first; what is stopped stops at a safe point."""
        if self.leaving.may_close():
            self.memory.keep_window(self)
            self.memory.keep_side_panel(self.actions_.side.isChecked())
            self.memory.keep_page(self.page.key)
            self.memory.keep_artist(self.view_state.artist.id if self.view_state.artist else None)
            super().closeEvent(event)
            return
        event.ignore()


def load_pages() -> None:
    """Load the modules of all pages, for the first click on one, and how dates are written.
    Called in a worker."""
    for place in PagePlace:
        import_module(f"rightsdesk.desktop.pages.{place.key}.page")
    import_module("rightsdesk.desktop.shell.next_steps")
    day_text(datetime.now(UTC).date().isoformat())
