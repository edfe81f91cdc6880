"""The first start: the music, the choice, and then the review of what will change."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.consent import PRESETS, Consent, Preset, preset_of
from rightsdesk.desktop.consents.cards import PresetCards
from rightsdesk.desktop.consents.uses_form import UsesForm
from rightsdesk.desktop.design.buttons import Button, ButtonKind, allow
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.start.drop_zone import folders_in
from rightsdesk.desktop.pages.start.music import Music
from rightsdesk.desktop.parts.texts import tr, under_way
from rightsdesk.desktop.parts.widgets import Expander, scrolled
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings

WIDEST_STEPS = 190
"""The column is at most so wide, in steps of the grid."""
TWO_COLUMNS_STEPS = 130
"""From this width on the choices stand two by two."""


class StartPage(QWidget):
    """Asks for the music and the choice. `answered` gives the artist's name, the folders, and the
    consent; an empty one for "choose later"."""

    answered = Signal(str, list, object)

    def __init__(
        self, view_state: ViewState, memory: WindowSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("start")
        self.setAccessibleName(tr("First start"))
        self.setAcceptDrops(True)
        self.consent = PRESETS[Preset.NO_AI]
        self._busy = False
        self.steps = [Chip(), Chip(), Chip()]
        self.music = Music(view_state, memory)
        self.cards = PresetCards(columns=2)
        self.uses = UsesForm(at_once=True)
        self.expander = Expander(tr("Choose each &use yourself"), self.uses)
        self.honest = Text(
            tr(
                "A declaration is a signal, not a lock: it reserves your rights where machines "
                "and courts can read it. It can't stop those who don't look."
            ),
            size=Size.SMALL,
            tone=Tone.DIM,
            wrap=True,
        )
        self.later = Button(tr("Choose &later"), self._later, name="choose-later")
        self.go_on = Button(
            tr("&See what will change"), self._go_on, kind=ButtonKind.PRIMARY, name="go-on"
        )
        self._lay_out()
        self.music.changed.connect(self._show)
        self.cards.asked_for.connect(lambda preset: self._choose(PRESETS[preset]))
        self.uses.asked_for.connect(self._choose)
        self._choose(self.consent)

    def _lay_out(self) -> None:
        column = QWidget()
        column.setMaximumWidth(space(WIDEST_STEPS))
        rows = QVBoxLayout(column)
        rows.setContentsMargins(space(5), space(9), space(5), space(6))
        rows.setSpacing(space(3.5))
        rows.addWidget(Text(tr("What may AI do with your music?"), size=Size.TITLE, wrap=True))
        rows.addWidget(
            Text(
                tr(
                    "Say it once. RightsDesk writes it into your files and accounts. Nothing is "
                    "changed before you have seen it, and every change can be undone."
                ),
                tone=Tone.DIM,
                wrap=True,
            )
        )
        line = QHBoxLayout()
        line.setSpacing(space(2.5))
        for chip in self.steps:
            line.addWidget(chip)
        line.addStretch(1)
        rows.addLayout(line)
        rows.addWidget(self.music)
        rows.addSpacing(space(1))
        rows.addWidget(self.cards)
        rows.addWidget(self.expander)
        foot = QHBoxLayout()
        foot.setSpacing(space(3))
        foot.addWidget(self.honest, 1)
        foot.addWidget(self.later)
        foot.addWidget(self.go_on)
        rows.addLayout(foot)
        rows.addStretch(1)
        row = QWidget()
        centred = QHBoxLayout(row)
        centred.setContentsMargins(0, 0, 0, 0)
        centred.addStretch(1)
        centred.addWidget(column, 100)
        centred.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(row))

    def first_focus(self) -> QWidget:
        """What is to be answered first."""
        return self.music.first_focus()

    def ask_again(self) -> None:
        """The answers could not be taken; they stay as they are."""
        self._set_busy(False)

    def give_back(self) -> None:
        """The answers were taken; a later first start begins empty."""
        self.music.forget()
        self._choose(PRESETS[Preset.NO_AI])
        self._set_busy(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.cards.set_columns(2 if self.width() >= space(TWO_COLUMNS_STEPS) else 1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if folders_in(event.mimeData()) and not self._busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.music.add_folders(folders_in(event.mimeData()))
        event.acceptProposedAction()

    # --- answers ---------------------------------------------------------------------

    def _choose(self, consent: Consent) -> None:
        self.consent = consent
        self.cards.show_preset(preset_of(consent), suggested=Preset.NO_AI)
        self.uses.show_consent(consent, {})
        self._show()

    def _show(self) -> None:
        done = self.music.ready
        self.steps[0].show_chip(
            tr("1  Music"), Tone.GOOD if done else Tone.ACCENT, sign="check" if done else ""
        )
        self.steps[1].show_chip(tr("2  Your choice"), Tone.ACCENT if done else Tone.DIM)
        self.steps[2].show_chip(tr("3  Review"), Tone.DIM)
        self.later.setVisible(bool(self.music.folders))
        self.go_on.setVisible(bool(self.music.folders))
        missing = under_way() if self._busy else ""
        if not done and not missing:
            missing = tr("The music is being read.")
            if not self.music.artist:
                missing = tr("Enter the artist's name first.")
        allow(self.later, unless=missing)
        if not self.consent and not missing:
            missing = tr("Choose what AI may do first.")
        allow(self.go_on, unless=missing)

    def _later(self) -> None:
        self._answer(Consent())

    def _go_on(self) -> None:
        # What opens up is asked once: in the review, which follows and names each title.
        self._answer(self.consent)

    def _answer(self, consent: Consent) -> None:
        self._set_busy(True)
        self.answered.emit(self.music.artist, list(self.music.folders), consent)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for part in (self.music, self.cards, self.expander):
            part.setEnabled(not busy)
        self._show()
