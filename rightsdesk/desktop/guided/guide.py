"""The way to one switch as a checklist, one step at a time; at its end the person says how it is
set now."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, font_of, space, theme_of
from rightsdesk.desktop.guided.noting import NoteFields, Said
from rightsdesk.desktop.guided.texts import (
    is_now_text,
    minutes_text,
    nothing_done_text,
    still_text,
)
from rightsdesk.desktop.parts.opening import OpenUrl, tell_where
from rightsdesk.desktop.parts.texts import plain_mnemonic, plain_tip, tr
from rightsdesk.desktop.parts.widgets import Expander, Flow
from rightsdesk.resources.controls import Value
from rightsdesk.resources.facts import PlatformFacts
from rightsdesk.workspace.guided.views import minutes
from rightsdesk.workspace.types.guided import ControlView


class StepSign(QWidget):
    """The number of a step in a disc; a check mark once it is done. Decoration."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.done, self.now = number, False, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, *, done: bool, now: bool) -> None:
        """Paint it as done, as the one at hand, or as one that comes later."""
        self.done, self.now = done, now
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(space(6), space(6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = theme.accent if self.now else theme.neutral_ground
        painter.setBrush(theme.ground(Tone.GOOD) if self.done else QColor(ground))
        painter.drawEllipse(disc)
        if self.done:
            inner = disc.adjusted(3, 3, -3, -3)
            paint_icon(painter, inner, "check", theme.colour(Tone.GOOD))
        else:
            painter.setPen(QColor(theme.on_accent if self.now else theme.dim))
            painter.setFont(font_of(Size.SMALL, strong=True))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.number))
        painter.end()


class StepRow(QWidget):
    """One step. The one at hand shows its buttons."""

    def __init__(self, number: int, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign = StepSign(number)
        self.text = Text(text, wrap=True)
        self.deeds = QWidget()
        self.line = QHBoxLayout(self.deeds)
        self.line.setContentsMargins(0, space(1), 0, space(1))
        self.line.setSpacing(space(2))
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(self.text)
        words.addWidget(self.deeds)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self._number, self._words = number, text

    def show_state(self, *, done: bool, now: bool) -> None:
        """Where it stands: done, at hand, or later."""
        self.sign.show_state(done=done, now=now)
        self.text.set_tone(Tone.TEXT if now else Tone.DIM)
        self.deeds.setVisible(now)
        state = tr("done") if done else tr("at hand") if now else tr("later")
        spoken = tr("Step {number}, {state}: {text}")
        name = spoken.format(number=self._number, state=state, text=self._words)
        self.setAccessibleName(name)


class Guide(Card):
    """`said` gives what the person says is set there now."""

    said = Signal(object)

    def __init__(
        self,
        facts: PlatformFacts,
        one: ControlView,
        open_url: OpenUrl,
        parent: QWidget | None = None,
    ) -> None:
        control = one.control
        super().__init__(tr(control.label), parent=parent)
        self.setObjectName(f"guide-{control.id}")
        self._one, self._open_url = one, open_url
        self.at = 0
        self.head.addWidget(
            Text(minutes_text(minutes(control)), size=Size.SMALL, tone=Tone.DIM),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        self.body.addWidget(Text(nothing_done_text(control), tone=Tone.DIM, wrap=True))
        self.rows = [StepRow(number, tr(step)) for number, step in enumerate(control.steps, 1)]
        self.rows.append(StepRow(len(self.rows) + 1, tr("How is it set there now?")))
        self.values: dict[str, Button] = {}
        for place, row in enumerate(self.rows[:-1]):
            self._fill_step(place, row)
            self.body.addWidget(row)
        self._fill_last(self.rows[-1])
        self.body.addWidget(self.rows[-1])
        self.fields = NoteFields()
        self.more = Expander(tr("Another day, a reminder, a note…"), self.fields)
        self.body.addWidget(self.more)
        kept = tr("Your answer is kept with its date. It is yours: RightsDesk did not read it.")
        self.kept = Text(kept, size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.body.addWidget(self.kept)
        self.go_to(0)

    def go_to(self, place: int) -> None:
        """Take a step in hand; those before it are done."""
        self.at = max(0, min(place, len(self.rows) - 1))
        for number, row in enumerate(self.rows):
            row.show_state(done=number < self.at, now=number == self.at)
        last = self.at == len(self.rows) - 1
        self.more.setVisible(last)
        self.kept.setVisible(last)
        if self.isVisible():
            announce(self, self.rows[self.at].accessibleName())
            self._first_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def _first_button(self) -> QWidget:
        row = self.rows[self.at]
        found = [b for b in row.deeds.findChildren(Button) if not b.isHidden()]
        return found[0] if found else row

    def focus_first(self) -> None:
        """Give the keyboard to the step at hand."""
        self._first_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_step(self, place: int, row: StepRow) -> None:
        control = self._one.control
        following = Button(tr("Next"), lambda: self.go_to(place + 1), name=f"next-{place + 1}")
        if place == 0 and control.link:
            exact = control.link_verified
            text = tr("Open page") if exact else tr("Open home page")
            opened = Button(text, self._open, icon_name="external", name="open-page")
            only = tr("Only the home page is known for sure. The steps lead on from there.")
            meaning = control.link if exact else f"{control.link}\n{only}"
            opened.setToolTip(plain_tip(meaning))
            opened.setAccessibleDescription(meaning)
            row.line.addWidget(opened)
        row.line.addWidget(following)
        if place:
            back = LinkButton(tr("Step back"), lambda: self.go_to(place - 1), name="step-back")
            row.line.addWidget(back)
        else:
            skip = LinkButton(
                tr("I know the way"), lambda: self.go_to(len(self.rows) - 1), name="skip-steps"
            )
            row.line.addWidget(skip)
        row.line.addStretch(1)

    def _fill_last(self, row: StepRow) -> None:
        """The values as buttons: the one that fits what the person wants comes first."""
        control, one = self._one.control, self._one
        for value in sorted(control.values, key=lambda value: value.id != one.fitting):
            made = Button(
                plain_mnemonic(self._value_text(value)),
                partial(self._say, value),
                kind=ButtonKind.PRIMARY if value.id == one.fitting else ButtonKind.QUIET,
                name=f"value-{value.id}",
            )
            if value.id == one.fitting:
                made.setAccessibleDescription(tr("This fits your choice."))
            self.values[value.id] = made
        flow = Flow(spacing=space(2))
        row.line.addWidget(flow, 1)
        flow.show_widgets(list(self.values.values()))

    def _value_text(self, value: Value) -> str:
        told = self._one.attestation
        return still_text(value) if told and told.value == value.id else is_now_text(value)

    def _say(self, value: Value) -> None:
        said: Said = self.fields.said(self._one.control.id, value.id)
        self.said.emit(said)

    def _open(self) -> None:
        if self._open_url(self._one.control.link) is False:
            tell_where(self, self._one.control.link)
