"""How a fact is known: a small “i” that opens source, date and strength."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from rightsdesk.desktop.design.icons import icon
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.guided.texts import (
    covers_texts,
    fact_texts,
    looked_up_text,
    nothing_done_text,
    read_text,
    told_text,
)
from rightsdesk.desktop.parts.texts import day_text, plain_tip, sentence, tr
from rightsdesk.desktop.parts.widgets import scrolled
from rightsdesk.workspace.types.guided import GuidedView


@dataclass(frozen=True, slots=True)
class SourcedFact:
    """One fact: what kind it is, what it says, how that is known, and of when it is."""

    kind: str
    says: str
    how: str = ""
    dated: str = ""


def sourced_facts(view: GuidedView) -> Iterator[SourcedFact]:
    """All that is known of a platform for an artist, fact by fact."""
    facts = view.facts
    for one in view.controls:
        control = one.control
        parts = (f"“{tr(control.label)}”.", nothing_done_text(control), *covers_texts(control))
        how = looked_up_text(control.evidence, facts.last_checked, control.strength)
        yield SourcedFact(tr("Its own setting"), " ".join(parts), how)
        for reading in one.read:
            yield SourcedFact(tr("Read by RightsDesk"), read_text(reading, facts.name))
        if one.attestation:
            yield SourcedFact(
                tr("Noted by you"), told_text(one), tr("RightsDesk did not read it itself.")
            )
    if not view.controls:
        yield SourcedFact(tr("Its own setting"), sentence(facts.no_control))
    for control in facts.reported:
        how = looked_up_text(control.evidence, facts.last_checked, control.strength)
        yield SourcedFact(tr("Said to exist, not confirmed"), f"“{tr(control.label)}”", how)
    for fact in facts.facts:
        yield SourcedFact(*fact_texts(fact, facts.last_checked))
    if not facts.terms:
        looked = tr("Looked for in {day}.").format(day=day_text(facts.last_checked))
        yield SourcedFact(tr("Its terms"), sentence(facts.no_terms), looked)


MOST_OF_SCREEN = 0.8
"""The panel gets no higher than this part of the screen; then it scrolls."""


class SourcesPanel(QFrame):
    """The panel that the “i” opens. Escape or a click elsewhere closes it."""

    def __init__(self, known: Sequence[SourcedFact], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("known")
        self.setAccessibleName(tr("How this is known"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        lines = QVBoxLayout(content)
        lines.setContentsMargins(space(4), space(3), space(4), space(3))
        lines.setSpacing(space(1))
        for number, one in enumerate(known):
            if number:
                lines.addSpacing(space(2))
            lines.addWidget(Text(one.kind, size=Size.SMALL, strong=True))
            lines.addWidget(Text(one.says, wrap=True))
            if one.how:
                lines.addWidget(Text(one.how, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(content))
        self.setFixedWidth(space(96))
        most = int(parent.screen().availableGeometry().height() * MOST_OF_SCREEN)
        edge = 2 * self.frameWidth()
        self.setFixedHeight(min(lines.totalHeightForWidth(self.width() - edge) + edge, most))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.close()
            return
        super().keyPressEvent(event)


class SourcesButton(QToolButton):
    """The “i”. A screen reader hears in its description what it opens."""

    def __init__(
        self, about: str, known: Sequence[SourcedFact], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.known = tuple(known)
        self.setObjectName("known-button")
        self.setIcon(icon("info", Tone.DIM))
        self.setAutoRaise(True)
        self.setToolTip(plain_tip(tr("How is this known?")))
        self.setAccessibleName(tr("How is this known? {name}").format(name=about))
        lines = (f"{one.kind}: {one.says} {one.how}" for one in self.known)
        self.setAccessibleDescription("\n".join(lines))
        self.clicked.connect(self.open_panel)

    def open_panel(self) -> None:
        """Show the panel below the button, within the screen."""
        panel = SourcesPanel(self.known, self)
        room = self.screen().availableGeometry()
        corner = self.mapToGlobal(QPoint(0, self.height() + space(1)))
        corner.setX(max(room.left(), min(corner.x(), room.right() - panel.width())))
        if corner.y() + panel.height() > room.bottom():
            above = self.mapToGlobal(QPoint(0, 0)).y() - space(1) - panel.height()
            corner.setY(max(room.top(), above))
        panel.move(corner)
        panel.show()
        panel.setFocus(Qt.FocusReason.PopupFocusReason)
