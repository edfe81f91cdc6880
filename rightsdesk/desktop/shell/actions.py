"""The menus: everything that can be done, each by one action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPlainTextEdit, QWidget

from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.design.icons import SIGN
from rightsdesk.desktop.jobs.history_words import way_text
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.jobs.undoing import Undoer, Ways
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.message_box import ask, ask_name
from rightsdesk.desktop.parts.texts import (
    busy_reason,
    counted,
    number_text,
    plain_mnemonic,
    plain_tip,
    tr,
)
from rightsdesk.desktop.parts.theme import icon
from rightsdesk.desktop.shell.backups import Backups
from rightsdesk.desktop.shell.shortcuts import FieldKeys
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.workspace.history.types import Can
from rightsdesk.workspace.types.artists import Artist

if TYPE_CHECKING:
    from rightsdesk.desktop.shell.help import HelpDialog


class Actions(QObject):
    """Makes the actions, puts them into menus, and keeps them up to date.

    `account_wanted` asks for connecting an account, `matching_wanted` for the tracks that need
    matching, `terms_wanted` for the changes in terms.
    """

    account_wanted = Signal()
    terms_wanted = Signal()
    matching_wanted = Signal()
    forget_wanted = Signal()

    def __init__(
        self,
        window: QMainWindow,
        view_state: ViewState,
        job: MainJob,
        undoer: Undoer,
        memory: WindowSettings,
        page: Callable[[], Page],
        go_to: Callable[[str], object],
    ) -> None:
        """`page` gives the page in front."""
        super().__init__(window)
        self._window = window
        self._view_state = view_state
        self._job = job
        self._undoer = undoer
        self._memory = memory
        self._page, self._go_to = page, go_to
        self._in_menus: list[QAction] = []
        self._help_page: HelpDialog | None = None
        key = QKeySequence.StandardKey
        self.add_artist = self._action(tr("Add &artist…"), self._add_artist, "person")
        self.add_folder = self._action(tr("Add &folder…"), self._add_folder, "folder", key.Open)
        self.import_library = self._action(tr("&Import a library…"), self._import, "catalogue")
        self.export = self._action(tr("&Export…"), self._export, "", "Ctrl+E")
        self.backups = Backups(view_state, window)
        self.back_up = self._action(tr("&Back up…"), self.backups.ask_where_to)
        self.restore = self._action(tr("&Restore…"), self.backups.ask_what_from)
        self.restore.setVisible(False)  # for whoever can open the data again
        self.forget = self._action(tr("&Forget everything…"), self.forget_wanted.emit)
        self.forget.setVisible(False)  # likewise
        self.quit = self._action(tr("&Quit"), window.close, "", key.Quit)
        self.undo = self._action(tr("&Undo"), lambda: undoer.newest(Can.UNDO), "undo", key.Undo)
        self.redo = self._action(tr("&Redo"), lambda: undoer.newest(Can.REDO), "redo", key.Redo)
        keys = [*QKeySequence.keyBindings(key.Redo), QKeySequence("Ctrl+Shift+Z")]
        self.redo.setShortcuts(list(dict.fromkeys(keys)))
        self.find = self._action(tr("&Find"), self._find, "search", key.Find)
        self.anything = self._action(tr("&Go to…"), lambda: None, "search", "Ctrl+K")
        self.side = self._action(tr("&Side panel of the catalogue"), lambda: None, "", "F4")
        self.side.setCheckable(True)
        self.rescan = self._action(tr("&Rescan"), self._rescan, "refresh", key.Refresh)
        self.rescan.setIconText(tr("Rescan"))
        self.write = self._action(
            tr("&Write to files…"), lambda: job.tag(view_state.filter), "write", "Ctrl+Return"
        )
        self.verify = self._action(
            tr("&Verify that the audio is untouched"),
            lambda: job.verify(view_state.filter),
            "verify",
            "F7",
        )
        self.verify.setIconText(tr("Verify audio"))
        self.check_platforms = self._action(
            tr("Check &platforms"), lambda: job.check_platforms(), "look", "Shift+F5"
        )
        self.terms = self._action(tr("Changes in &terms…"), self.terms_wanted.emit, "terms_only")
        self.update_online = self._action(
            tr("Write &to platforms…"), lambda: job.sync(view_state.filter), "cloud", "Ctrl+U"
        )
        self.accounts = self._action(
            tr("&Connect an account…"), self.account_wanted.emit, "key", "Ctrl+Shift+K"
        )
        self.questions = self._action(tr("&Match tracks…"), self.matching_wanted.emit, "question")
        self.rename = self._action(tr("&Rename artist…"), self._rename)
        self.remove = self._action(tr("R&emove artist…"), self._remove)
        self.jobs = self._action(tr("&History"), lambda: go_to("activity"), "", "Ctrl+J")
        self._in_view = QActionGroup(self)
        self.pages: dict[str, QAction] = {}
        for number, place in enumerate(PagePlace, start=1):
            self.pages[place.key] = self._page_action(place, number)
        self.problems = self.pages["problems"]
        self.folders = self._action(tr("F&olders…"), self._folders, "folder")
        self.save_log = self._action(tr("Save the &log…"), self.backups.ask_log_where)
        self.help = self._action(tr("&Help"), self._help, "", key.HelpContents)
        self.signals = self._action(tr("&Who reads this?"), self._signals)
        self.about = self._action(tr("&About RightsDesk"), self._about)
        self._menus()
        view_state.artists_changed.connect(lambda _a: self._refresh())
        view_state.artist_changed.connect(lambda _a: self._refresh())
        view_state.left_counted.connect(self._show_left)
        view_state.facts_changed.connect(self._count_questions)
        job.busy_changed.connect(lambda _b: self._refresh())
        undoer.ways_changed.connect(self._show_ways)
        job.account_wanted.connect(self.accounts.trigger)
        self._keys = FieldKeys(
            [action for action in self._in_menus if action not in (self.undo, self.find)], self
        )
        self.leave_keys(window)
        self._refresh()
        self._count_questions()

    def _action(
        self,
        text: str,
        triggered: Callable[[], object],
        icon_name: str = "",
        shortcut: QKeySequence.StandardKey | str = "",
    ) -> QAction:
        action = QAction(text, self._window)
        if icon_name:
            action.setIcon(icon(icon_name, self._window))
            action.setProperty(SIGN, icon_name)
        if isinstance(shortcut, QKeySequence.StandardKey):
            action.setShortcuts(shortcut)
        elif shortcut:
            action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(lambda _checked=False: triggered())
        return action

    def leave_keys(self, part: QWidget) -> None:
        """Let the text fields of a part of the window leave the keys of the menus to these."""
        for kind in (QLineEdit, QPlainTextEdit):
            for field in part.findChildren(kind):
                field.installEventFilter(self._keys)

    def _page_action(self, place: PagePlace, number: int) -> QAction:
        key = place.key
        made = self._action(place.title, lambda: self._go_to(key), key, f"Ctrl+{number}")
        made.setCheckable(True)
        self._in_view.addAction(made)
        return made

    @property
    def all(self) -> Sequence[QAction]:
        """Every action of the menus."""
        return self._in_menus

    def show_page(self, key: str) -> None:
        """Mark the page in front."""
        self.pages[key].setChecked(True)

    def _menus(self) -> None:
        bar = self._window.menuBar()
        for title, actions in (
            (
                tr("&File"),
                (
                    *(self.add_artist, self.add_folder, self.import_library, None),
                    *(self.export, None),
                    *(self.back_up, self.restore, None, self.quit),
                ),
            ),
            (
                tr("&Edit"),
                (self.undo, self.redo, self.jobs, None, self.find, self.anything),
            ),
            (tr("&View"), (*self.pages.values(), None, self.side)),
            (
                tr("&Music"),
                (
                    self.rescan,
                    self.write,
                    self.verify,
                    None,
                    self.check_platforms,
                    self.update_online,
                    self.terms,
                ),
            ),
            (
                tr("A&rtist"),
                (self.accounts, self.questions, None, self.folders, self.rename, self.remove),
            ),
            (tr("&Help"), (self.help, self.signals, self.save_log, self.about)),
        ):
            menu = bar.addMenu(title)
            self._in_menus += [action for action in actions if action]
            for action in actions:
                if action is None:
                    menu.addSeparator()
                else:
                    menu.addAction(action)

    # --- keeping up ------------------------------------------------------------------

    def _refresh(self) -> None:
        busy = busy_reason(self._job.busy)
        free = not busy
        some = busy or ("" if self._view_state.artists else tr("Add an artist first."))
        folders = any(artist.folders for artist in self._meant())
        for action in (
            *(self.write, self.verify),
            *(self.check_platforms, self.update_online, self.questions),
        ):
            allow(action, unless=some)
        allow(self.rescan, unless=some or ("" if folders else tr("Add a folder first.")))
        for action, way in zip((self.undo, self.redo), self._undoer.ways, strict=True):
            action.setEnabled(free and way is not None)
        platforms = self._view_state.platforms
        self.check_platforms.setText(tr("Check &{platforms}").format(platforms=platforms))
        self.check_platforms.setIconText(tr("Check {platforms}").format(platforms=platforms))
        for action in (self.check_platforms, self.update_online):  # not offered without an account
            action.setVisible(bool(self._view_state.connected))
        allow(self.accounts, unless=some)
        for action in (self.import_library, self.restore, self.forget):
            allow(action, unless=busy)
        one = some or ("" if self._view_state.one_artist else tr("Choose one artist first."))
        for action in (self.add_folder, self.folders, self.rename, self.remove, self.export):
            allow(action, unless=one)

    def _show_left(self, number: int) -> None:
        form = tr("Write &to {platforms} ({n})…") if number else tr("Write &to {platforms}…")
        self.update_online.setText(
            form.format(platforms=self._view_state.platforms, n=number_text(number))
        )

    def _show_ways(self, ways: Ways) -> None:
        for action, entry, way in zip(
            (self.undo, self.redo), ways, (Can.UNDO, Can.REDO), strict=True
        ):
            words = way_text(entry, way)
            action.setText(f"&{plain_mnemonic(words)}")
            action.setToolTip(plain_tip(words))  # by itself Qt would read markup in a name
        self._refresh()

    def _count_questions(self) -> None:
        workspace, artist = self._view_state.workspace, self._view_state.artist
        artist_id = artist.id if artist else None

        def count() -> int:
            return sum(account.questions for account in workspace.accounts.all(artist_id))

        self._view_state.read("questions", count, self._show_questions, later=True)

    def _show_questions(self, number: int) -> None:
        text = counted("&Match %n track…", "&Match %n tracks…", number)
        self.questions.setText(text if number else tr("&Match tracks…"))
        self.questions.setVisible(bool(number))

    def _meant(self) -> tuple[Artist, ...]:
        return (self._view_state.artist,) if self._view_state.artist else self._view_state.artists

    # --- doing -----------------------------------------------------------------------

    def _find(self) -> None:
        """Search in the page in front; one without a search leaves that to the catalogue."""
        if not self._page().search_here():
            self._go_to(PagePlace.CATALOGUE.key)
            self._page().search_here()

    def _rescan(self) -> None:
        self._job.scan_all([(a.id, a.folders) for a in self._meant() if a.folders])

    def _add_artist(self) -> None:
        workspace = self._view_state.workspace

        def named(name: str) -> None:
            self._view_state.work.run(
                Lane.SHORT, lambda _t: workspace.artists.add(name), self._artist_added, owner=self
            )

        self._ask_name(tr("Add artist"), "", tr("Add"), named)

    def _artist_added(self, artist: Artist) -> None:
        from rightsdesk.desktop.catalogue.folders import add_folder

        self._view_state.artist = artist
        self._view_state.something_changed()
        add_folder(self._window, self._memory, artist, self._job)

    def _add_folder(self) -> None:
        from rightsdesk.desktop.catalogue.folders import add_folder

        if artist := self._view_state.one_artist:
            add_folder(self._window, self._memory, artist, self._job)

    def _import(self) -> None:
        from rightsdesk.desktop.catalogue.importing import ask_library

        ask_library(self._window, self._view_state, self._job, self._memory)

    def _folders(self) -> None:
        artist = self._view_state.one_artist
        if artist is None:
            return
        from rightsdesk.desktop.catalogue.folders import FoldersDialog

        dialog = FoldersDialog(self._view_state, artist, self._job, self._memory, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _rename(self) -> None:
        artist, workspace = self._view_state.one_artist, self._view_state.workspace
        if artist is None:
            return
        artist_id = artist.id

        def named(name: str) -> None:
            self._view_state.work.run(
                Lane.SHORT,
                lambda _t: workspace.artists.rename(artist_id, name),
                lambda _none: self._view_state.something_changed(),
                owner=self,
            )

        self._ask_name(tr("Rename artist"), artist.name, tr("Rename"), named)

    def _ask_name(self, title: str, name: str, yes: str, named: Callable[[str], None]) -> None:
        ask_name(self._window, title, tr("Name of the artist or band:"), name, yes, named)

    def _remove(self) -> None:
        artist, workspace = self._view_state.one_artist, self._view_state.workspace
        if artist is None:
            return
        artist_id = artist.id

        def removed(told: tuple[str, ...]) -> None:
            self._view_state.something_changed()
            if told:
                self._job.tell_left("\n".join(told))

        def agreed() -> None:
            self._view_state.work.run(
                Lane.WAIT,
                lambda _t: workspace.artists.remove(artist_id),
                removed,
                owner=self,
            )

        ask(
            self._window,
            tr("Remove “{name}” from RightsDesk?").format(name=artist.name),
            tr("&Remove"),
            tr("&Keep"),
            agreed,
            title=tr("Remove artist?"),
            details=tr(
                "What RightsDesk knows of the artist is deleted: choices, accounts, keys, and "
                "what jobs have left to do there. Your files and "
                "platforms stay as they are, and keep saying what they say."
            ),
            destructive=True,
        )

    def _export(self) -> None:
        artist = self._view_state.one_artist
        if artist is None:
            return
        from rightsdesk.desktop.exports.export import ExportDialog

        dialog = ExportDialog(self._view_state, artist, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _signals(self) -> None:
        from rightsdesk.desktop.exports.signals import SignalsDialog

        dialog = SignalsDialog(self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _help(self) -> None:
        from rightsdesk.desktop.shell.help import HelpDialog, help_sections

        if self._help_page is None:
            parts = help_sections(self._in_menus, self._view_state.workspace.data_dir)
            self._help_page = HelpDialog(parts, self._window)
        self._help_page.show()
        self._help_page.raise_()
        self._help_page.activateWindow()

    def _about(self) -> None:
        from rightsdesk.desktop.shell.help import about

        about(self._window)
