"""Licences: by partner, with what ends soon, and the form in which one is added or changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rightsdesk.consent.licences.period import DEFAULT_ZONE
from rightsdesk.consent.licences.words import SOON
from rightsdesk.desktop.design.buttons import Button, ButtonKind
from rightsdesk.desktop.design.cards import EmptyState
from rightsdesk.desktop.design.chips import FilterChip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.pages.licences.form import LicenceForm
from rightsdesk.desktop.pages.licences.row import LicenceRow
from rightsdesk.desktop.pages.licences.words import Shown, chip_text, is_shown
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.parts.widgets import Flow, emptied, scrolled
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.licences.views import LicenceFilter, LicenceView

AT_ONCE = 100
"""Licences shown; the rest is found by the chips, and by the command line."""


@dataclass(frozen=True, slots=True)
class _Read:
    views: tuple[LicenceView, ...]
    now: datetime
    zone: str = DEFAULT_ZONE


class LicencesPage(Page):
    """The licences of the artist in view, or of all."""

    place = PagePlace.LICENCES

    def __init__(
        self, view_state: ViewState, job: MainJob, notice: NoticeBar, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view_state, self._job, self._notice = view_state, job, notice
        self._read = _Read((), datetime.now(UTC))
        self._shown = Shown.ALL
        self.form: LicenceForm | None = None
        self.header = PageHeader(tr("Licences"))
        self.add = self.header.add_button(
            Button(tr("Add a licence…"), self.begin, kind=ButtonKind.PRIMARY, name="add-licence")
        )
        self.chips: dict[Shown, FilterChip] = {}
        for shown in Shown:
            chip = FilterChip()
            chip.clicked.connect(lambda _on, shown=shown: self.show_only(shown))
            self.chips[shown] = chip
        self.chip_row = Flow()
        self.rows: list[LicenceRow] = []
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(3))
        self.list = QWidget()
        full = QVBoxLayout(self.list)
        full.setContentsMargins(0, 0, 0, 0)
        full.setSpacing(space(3))
        full.addWidget(self.chip_row)
        full.addWidget(scrolled(content), 1)
        self.empty = EmptyState("licences", clicked=self.begin)
        self.views = QStackedWidget()
        for widget in (QWidget(), self.list, self.empty):
            self.views.addWidget(widget)
        self.whole = QStackedWidget()
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        column.addWidget(self.header)
        column.addWidget(self.views, 1)
        self.whole.addWidget(front)
        self.column.addWidget(self.whole, 1)
        self.chip_row.show_widgets(list(self.chips.values()))

    def first_focus(self) -> QWidget | None:
        return self.add if self.form is None else None

    # --- reading ---------------------------------------------------------------------

    def refresh(self) -> None:
        workspace, artist = self._view_state.workspace, self._view_state.artist
        chosen = LicenceFilter(artist_id=artist.id if artist else None)

        def read() -> _Read:
            licences = workspace.licences
            return _Read(tuple(licences.all(chosen)), workspace.now(), licences.time_zone())

        self._view_state.read("licences", read, self._show)

    def _show(self, read: _Read) -> None:
        self._read = read
        artist = self._view_state.one_artist
        above = artist.name if artist else tr("All artists")
        self.header.show_words(*_heading(read.views), above=above)
        soon = sum(is_shown(view, Shown.SOON) for view in read.views)
        self.counted.emit(soon, True)
        for shown, chip in self.chips.items():
            number = sum(is_shown(view, shown) for view in read.views)
            chip.show_count(chip_text(shown), number)
            chip.setChecked(shown is self._shown)
            chip.setHidden(not number and shown not in (Shown.ALL, self._shown))
        self.chip_row.arrange([chip for chip in self.chips.values() if not chip.isHidden()])
        self.add.setVisible(bool(read.views))
        self.empty.tell(
            tr("No licences yet"),
            tr(
                "A licence lets one partner do what your choice refuses everyone: train on an "
                "album until 2027, say. Your files and sites then name that partner. All "
                "others may do no more than before. When it ends, it is taken out again."
            ),
            action=tr("Add a licence…"),
        )
        self.views.setCurrentWidget(self.list if read.views else self.empty)
        self._show_rows()

    def show_soon(self) -> None:
        """Show only what ends soon."""
        self.show_only(Shown.SOON)

    def show_only(self, shown: Shown) -> None:
        """Show only the licences of one chip."""
        self._shown = shown
        for other, chip in self.chips.items():
            chip.setChecked(other is shown)
        self._show_rows()

    def _show_rows(self) -> None:
        emptied(self._column)
        meant = [view for view in self._read.views if is_shown(view, self._shown)]
        self.rows = [LicenceRow(view, self._read.now) for view in meant[:AT_ONCE]]
        for row in self.rows:
            row.change_wanted.connect(self.begin)
            row.end_wanted.connect(self._end)
            self._column.addWidget(row)
        if len(meant) > AT_ONCE:
            rest = counted("And %n more.", "And %n more.", len(meant) - AT_ONCE)
            self._column.addWidget(Text(rest, tone=Tone.DIM))
        if not meant:
            self._column.addWidget(Text(tr("None at the moment."), tone=Tone.DIM))
        self._column.addStretch(1)

    # --- doing -----------------------------------------------------------------------

    def begin(self, view: LicenceView | None = None) -> None:
        """Open the form: for a new licence, or to change one."""
        self.form = LicenceForm(
            *(self._view_state, view, self._read.now, self._read.zone), parent=self.whole
        )
        self.form.back.connect(self._close)
        self.form.stored.connect(self._stored)
        self.whole.addWidget(self.form)
        self.whole.setCurrentWidget(self.form)
        self.form.first_field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> None:
        form, self.form = self.form, None
        if form is not None:
            self.whole.removeWidget(form)
            form.deleteLater()
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stored(self, partner: str) -> None:
        self._close()
        self._view_state.something_changed()
        words = tr("The licence of {partner} is stored. Files and sites name it once you write.")
        self._tell(words.format(partner=partner))

    def _tell(self, words: str) -> None:
        self._notice.tell(
            words,
            kind=Accent.GOOD,
            icon_name="agrees",
            offers=[(tr("Write to files…"), lambda: self._job.tag(self._view_state.filter))],
        )

    def _end(self, view: LicenceView) -> None:
        licences, number = self._view_state.workspace.licences, view.licence.id

        def ended(_view: LicenceView) -> None:
            self._view_state.something_changed()
            partner = view.licence.agreement.partner
            self._tell(tr("The licence of {partner} has ended.").format(partner=partner))

        self._view_state.work.run(Lane.WAIT, lambda _task: licences.end(number), ended, owner=self)


def _heading(views: tuple[LicenceView, ...]) -> tuple[str, str]:
    """The heading, and what is below it: how many hold, and how many end soon."""
    if not views:
        return tr("Licences"), ""
    holding = sum(is_shown(view, Shown.HOLDS) for view in views)
    soon = sum(is_shown(view, Shown.SOON) for view in views)
    title = counted("%n licence holds today", "%n licences hold today", holding)
    if not holding:
        title = tr("No licence holds today")
    form = counted("%n ends within {days} days", "%n end within {days} days", soon)
    return title, form.format(days=SOON) if soon else tr("None ends soon.") if holding else ""
