"""Home: for one artist the figure that matters and the next steps; for all, who needs what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from rightsdesk.desktop.consents.many import ArtistsChooser
from rightsdesk.desktop.design.buttons import Button, LinkButton, action_button, allow
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.pages.home.artist_view import ArtistView
from rightsdesk.desktop.pages.home.roster_view import RosterView
from rightsdesk.desktop.pages.home.words import SETTLED, chosen_words, headline, need_of
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.artist_rows import SEARCH_FROM
from rightsdesk.desktop.parts.search_field import SearchField
from rightsdesk.desktop.parts.texts import (
    busy_reason,
    consent_short,
    counted,
    licensed_text,
    number_text,
    tr,
)
from rightsdesk.desktop.parts.things import write_things_text
from rightsdesk.desktop.parts.widgets import Flow, scrolled
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.overview.values import Action, Home, RosterRow, Step

WIDE_STEPS = 250
"""From this width on, in steps of the grid, the cards are in two columns."""


class HomePage(Page):
    """One artist, or all.

    `step_chosen` gives a Step to do, `news_chosen` a News to show, `terms_chosen` an
    Alarm to read; `choice_wanted` asks for the
    choice of the artist in view.
    """

    step_chosen = Signal(object)
    news_chosen = Signal(object)
    terms_chosen = Signal(object)
    consent_wanted = Signal()
    place = PagePlace.HOME

    def __init__(self, view_state: ViewState, job: MainJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_state, self._job = view_state, job
        self.header = PageHeader()
        self.header.primary.clicked.connect(self._primary)
        self._chooses = False
        self.chip = Chip(gives_way=True)
        self.since = Text(tone=Tone.DIM)
        self.change = LinkButton(tr("Change"), self.consent_wanted.emit, name="change-choice")
        choice = Flow(spacing=space(3))
        self.header.under.addWidget(choice, 1)
        choice.arrange((self.chip, self.since, self.change))
        self.artist = ArtistView()
        self.artist.step_chosen.connect(self.step_chosen)
        self.artist.news_chosen.connect(self.news_chosen)
        self.artist.terms_chosen.connect(self.terms_chosen)
        self.roster = RosterView()
        self.roster.artist_chosen.connect(view_state.choose_artist)
        self.roster.rows_selected.connect(self._show_choose)
        self.roster.menu_wanted.connect(self._open_menu)
        self.chooser = ArtistsChooser(view_state, self._meant, self)
        self.choose = self.header.add_button(Button(name="choose-for-artists"))
        self.choose.setMenu(QMenu(self.choose))
        self.chooser.fill(self.choose.menu())
        self.choose.hide()
        self.views = QStackedWidget()
        self._blank = QWidget()
        self._one = scrolled(self.artist)
        self._all = QWidget()
        self.field = SearchField(tr("Find an artist"), name="find-in-roster", pause=0)
        self.field.searched.connect(self._search)
        self.none = Text(tone=Tone.DIM, wrap=True)
        self.none.hide()
        rows = QVBoxLayout(self._all)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space(3))
        rows.addWidget(self.field)
        rows.addWidget(self.none)
        rows.addWidget(self.roster, 1000)
        rows.addStretch(1)
        for view in (self._blank, self._one, self._all):
            self.views.addWidget(view)
        self.column.addWidget(self.header)
        self.column.addWidget(self.views, 1)
        job.busy_changed.connect(lambda _busy: self._free())

    def set_deeds(self, *, verify: QAction, export: QAction) -> None:
        """Take the actions of the menus that the page offers as buttons."""
        deeds = (("verify", verify), ("export", export))
        made = [action_button(action, name=f"home-{name}") for name, action in deeds]
        self.artist.buttons.arrange(made)

    def first_focus(self) -> QWidget | None:
        if self.views.currentWidget() is self._all:
            return self.roster.list
        primary = self.header.primary
        return primary if primary.isVisibleTo(self) and primary.isEnabled() else None

    def search_here(self) -> bool:
        if self.views.currentWidget() is not self._all or self.field.isHidden():
            return False
        self.field.take_focus()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.artist.lay_out(wide=self.width() >= space(WIDE_STEPS))

    def refresh(self) -> None:
        artist, workspace = self._view_state.one_artist, self._view_state.workspace
        if artist is not None:
            one = artist.id
            self._view_state.read("home", lambda: workspace.catalogue.home(one), self._show_artist)
        elif self._view_state.artists:
            self._view_state.read("home", workspace.catalogue.roster, self._show_roster)

    # --- showing ---------------------------------------------------------------------

    def _show_artist(self, home: Home) -> None:
        artist = self._view_state.one_artist
        if artist is None or artist.id != home.artist_id:
            return
        focused: QWidget | None = self.window().focusWidget()
        self.header.show_words(headline(home), above=artist.name)
        chosen = bool(home.recordings) and bool(home.consent)
        self.chip.setVisible(bool(home.recordings))
        for part in (self.since, self.change):
            part.setVisible(chosen)
        tone = Tone.GOOD if home.consent else Tone.OPEN
        self.chip.show_chip(licensed_text(consent_short(home.consent), home.grants), tone)
        self.since.setText(chosen_words(home))
        self._offer(home.steps)
        self._chooses = bool(home.recordings) and not home.consent
        if self._chooses:
            self.header.primary.setText(tr("Choose what AI may do…"))
            self.header.primary.show()
        self.choose.hide()
        self.artist.show_home(home, self._view_state.for_all)
        self.views.setCurrentWidget(self._one)
        if focused is not None and self.isAncestorOf(focused) and not focused.isVisibleTo(self):
            self._keep_keyboard(focused.objectName())

    def _keep_keyboard(self, name: str) -> None:
        """What had the keyboard is gone: give it to what has its place now, else to what is first.
        Qt would give it to anything that comes next."""
        buttons = [one for one in self.findChildren(Button) if one.isVisibleTo(self)]
        same = (one for one in buttons if name and one.objectName() == name)
        steps = (one for one in buttons if self.artist.next.isAncestorOf(one))
        target = next(same, None) or self.first_focus() or next(steps, None)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_roster(self, rows: list[RosterRow]) -> None:
        if self._view_state.one_artist is not None:
            return
        recordings = sum(row.recordings for row in rows)
        names = counted("%n artist", "%n artists", len(rows))
        tracks = counted("%n recording", "%n recordings", recordings)
        needing = sum(need_of(row)[0] < SETTLED for row in rows)
        if needing:
            form = counted("%n of {all} artists needs you", "%n of {all} artists need you", needing)
            title = form.format(all=number_text(len(rows)))
        else:
            title = tr("Nothing to do for any artist")
        self.header.show_words(title, f"{names} · {tracks}")
        for part in (self.chip, self.since, self.change):
            part.hide()
        self._offer([step for row in rows for step in row.steps])
        self.field.setVisible(len(rows) > SEARCH_FROM)
        if self.field.isHidden():
            self.field.clear()
            self.roster.searched = ""
        self.roster.show_rows(rows)
        self._show_none()
        self._show_choose()
        self.choose.show()
        self.views.setCurrentWidget(self._all)

    # --- a choice for several artists ------------------------------------------------

    def _search(self, text: str) -> None:
        self.roster.search(text)
        self._show_none()
        self._show_choose()

    def _show_none(self) -> None:
        nobody = not self.roster.model.rows
        self.none.setText(
            tr("No artist has “{text}” in their name.").format(text=self.field.text())
        )
        self.none.setVisible(nobody)
        self.roster.setVisible(not nobody)

    def _meant(self) -> tuple[int, ...]:
        """The selected artists, else all that are listed."""
        return self.roster.selected or tuple(row.artist_id for row in self.roster.model.rows)

    def _show_choose(self) -> None:
        self.choose.setText(self._choose_words())
        allow(self.choose, unless="" if self._meant() else tr("No artist is listed."))

    def _choose_words(self) -> str:
        number = len(self._meant())
        if number == len(self.roster.rows) and not self.roster.selected:
            return tr("Choice for all artists")
        return counted("Choice for %n artist", "Choice for %n artists", number)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("roster-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.roster.selected
        if len(chosen) == 1:
            menu.addAction(tr("&Open"), lambda: self._view_state.choose_artist(chosen[0]))
        self.chooser.fill(menu.addMenu(self._choose_words()))
        menu.addSeparator()
        menu.addAction(tr("Select &all"), self.roster.list.selectAll)
        menu.popup(at)

    # --- writing ---------------------------------------------------------------------

    def _primary(self) -> None:
        if self._chooses:
            self.consent_wanted.emit()
        else:
            self._job.write(self._view_state.filter)

    def _offer(self, steps: Iterable[Step]) -> None:
        to_write = Counter[CarrierId]()
        for step in steps:
            if step.action is Action.WRITE:
                to_write[CarrierId(step.platform)] += step.count
        primary = self.header.primary
        primary.setText(write_things_text(to_write))
        primary.setVisible(bool(to_write))
        self._chooses = False
        self._free()

    def _free(self) -> None:
        allow(self.header.primary, unless=busy_reason(self._job.busy))
