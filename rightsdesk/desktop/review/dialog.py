"""The review: nothing is written before a person has seen what will be, and said yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.changes.types import NO_CONFIRMATION
from rightsdesk.desktop.design.buttons import Button, LinkButton, allow
from rightsdesk.desktop.design.cards import Panel
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.texts import capital, tr
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import (
    Expander,
    Flow,
    button,
    plain_label,
    primary,
    scrolled,
    vertical,
    with_icon,
)
from rightsdesk.desktop.review import words
from rightsdesk.desktop.review.digest import Digest
from rightsdesk.desktop.review.model import ReviewModel
from rightsdesk.desktop.review.notes import forecast_box, notes_box, signed_box
from rightsdesk.desktop.review.view import ReviewView
from rightsdesk.desktop.state.window_settings import WindowSettings

NAMED = 6
"""Titles of what opens up that stand in the text; more have a list of their own to scroll."""


class ReviewDialog(QDialog):
    """Shows a plan. `agreed` gives the plan, the confirmation that the person gave and the
    carriers that are left out; `even_signed` asks for a plan that spares no signed file."""

    agreed = Signal(object, object, object)
    even_signed = Signal()

    def __init__(
        self,
        digest: Digest,
        parent: QWidget | None = None,
        *,
        memory: WindowSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("review")
        self.setWindowTitle(tr("Review"))
        self.setSizeGripEnabled(True)
        self.plan, self.digest, self._memory = digest.plan, digest, memory
        self.rows = ReviewModel(digest, self)
        self.rows.chosen_changed.connect(self._chosen_changed)
        self.agree = QCheckBox()
        self.agree.setObjectName("agree")
        self.agree.toggled.connect(lambda _on: self._may_go())
        self.heading = Text(size=Size.TITLE, strong=True, wrap=True)
        layout = QVBoxLayout(self)
        edge = space(6)
        layout.setContentsMargins(edge, edge, edge, space(4))
        layout.setSpacing(space(3))
        words_above = QVBoxLayout()
        words_above.setSpacing(space(1))
        words_above.addWidget(self.heading)
        words_above.addWidget(Text(words.sub_of(digest), tone=Tone.DIM, wrap=True))
        layout.addLayout(words_above)
        middle = QWidget()
        parts = QVBoxLayout(middle)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(space(3))
        self.chips = Flow(spacing=space(2))
        parts.addWidget(self.chips)
        if digest.forecast:
            parts.addWidget(forecast_box(digest.forecast))
        if digest.plan.notes:
            parts.addWidget(notes_box(digest.plan.notes))
        if signed := digest.signed:
            parts.addWidget(signed_box(signed, self._even_signed))
        self.opens = self._opening()
        parts.addWidget(self.opens)
        self.table = ReviewView(self.rows)
        if digest.changes:
            parts.addWidget(self.table, 1)
        else:
            self.table.setParent(self)
            self.table.hide()
            parts.addStretch(1)
        for title, said in (
            (words.losses_title(digest), digest.losses),
            (words.remarks_title(digest), digest.remarks),
        ):
            if said:
                parts.addWidget(self._folded(title, said))
        layout.addWidget(_scrolled(middle), 1)
        layout.addLayout(self._buttons())
        self._chosen_changed()
        self._take_size()
        (self.table if digest.changes else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- size ------------------------------------------------------------------------

    def _take_size(self) -> None:
        kept = self._memory if self.digest.changes else None
        if kept is not None and kept.restore_dialog(self):
            return
        across = em_across(self, 68)
        down = em(self, 40) if self.digest.changes else self.sizeHint().height()
        room = self.screen().availableGeometry()
        self.resize(min(across, round(room.width() * 0.94)), min(down, round(room.height() * 0.9)))

    def done(self, result: int) -> None:
        if self._memory is not None and self.digest.changes:
            self._memory.keep_dialog(self)
        super().done(result)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DeferredDelete:
            self._let_go()
        return super().event(event)

    def _let_go(self) -> None:
        """Let go of what may be half a million objects: this dialog itself is in cycles, which are
        collected much later."""
        self.plan = replace(self.plan, changes=())
        self.digest = replace(self.digest, plan=self.plan, changes=(), groups=(), places={})
        self.rows.let_go(self.digest)

    # --- parts -----------------------------------------------------------------------

    def _opening(self) -> QWidget:
        """What opens up, by title, and the yes to it."""
        frame = Panel(Tone.BAD)
        frame.setObjectName("widenings")
        lines = vertical(spacing=0.4, margin=0.7)
        frame.setLayout(lines)
        self._opening_title = plain_label()
        lines.addWidget(with_icon("conflicts", Tone.BAD, self._opening_title))
        for uses, titles in self.digest.opened:
            if len(titles) > NAMED:
                lines.addWidget(plain_label(f"{capital(uses)} {words.more_text(len(titles))}:"))
                names = NamesList(titles)
                names.setFixedHeight(min(names.height(), em(self, 6)))
                lines.addWidget(names)
            else:
                lines.addWidget(plain_label(f"{capital(uses)}: {', '.join(titles)}"))
        line = QHBoxLayout()
        line.addWidget(self.agree, 1)
        leave = LinkButton(tr("&Leave these out"), self.rows.leave_out_what_opens, name="leave-out")
        if not self.rows.choosable or self.rows.opened == self.rows.planned:
            leave.hide()  # shown without a parent it would be a window for a moment
        line.addWidget(leave)
        lines.addLayout(line)
        return frame

    def _folded(self, title: str, said: Sequence[str]) -> QWidget:
        content = QWidget()
        lines = vertical(spacing=0.15)
        content.setLayout(lines)
        for one in said:
            lines.addWidget(plain_label(f"•  {one}"))
        area = scrolled(content)
        area.setMinimumHeight(min(em(self, 7), content.sizeHint().height() + em(self, 0.5)))
        area.setMaximumHeight(em(self, 8))
        return Expander(title, area)

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(space(2))
        self.left = Text(size=Size.SMALL, tone=Tone.DIM)
        line.addWidget(self.left, 1)
        box = QDialogButtonBox()
        self.go: Button = button("", self._agreed, name="go")
        if self.digest.number:
            self.cancel = button(tr("Cancel"), self.reject, name="cancel")
            box.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
            box.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
            primary(self.go)
            if self.rows.opened:  # Enter keeps things as they are
                self.go.setDefault(False)
                self.cancel.setAutoDefault(True)
                self.cancel.setDefault(True)
        else:
            self.go.setParent(self)
            self.go.hide()
            self.cancel = primary(button(tr("Close"), self.reject, name="cancel"))
            box.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        line.addWidget(box)
        return line

    # --- what is chosen --------------------------------------------------------------

    def _chosen_changed(self) -> None:
        digest, planned, opened = self.digest, self.rows.planned, self.rows.opened
        self.heading.setText(words.heading_of(digest, planned))
        chips = words.chips_of(digest, self.rows.counts)
        self.chips.show_widgets([Chip(text, tone) for text, tone in chips])
        yes = words.yes_of if self._all_open else words.action_of
        self.go.setText(yes(digest, planned))
        self.opens.setVisible(bool(opened))
        self.agree.setVisible(not self._all_open)
        if opened:
            self._opening_title.setText(words.opening_of(digest, opened))
            self.agree.setText(words.yes_of(digest, opened))
        left = digest.number - sum(planned.values())
        self.left.setText(words.left_text(left) if left else "")
        self._may_go()

    @property
    def _all_open(self) -> bool:
        """Whether all that is chosen opens something up: then the button is the yes, so that
        nobody is asked twice in one dialog."""
        return bool(self.rows.opened) and self.rows.opened == self.rows.planned

    @property
    def _yes(self) -> bool:
        return self._all_open or (bool(self.rows.opened) and self.agree.isChecked())

    def _may_go(self) -> None:
        reason = ""
        if not self.rows.planned:
            reason = tr("Everything is left out.")
        elif self.rows.opened and not self._yes:
            reason = tr("AI may do more after this. Say yes to that above first.")
        allow(self.go, unless=reason)

    def _even_signed(self) -> None:
        self.even_signed.emit()
        self.reject()

    def _agreed(self) -> None:
        confirmation = self.digest.confirmation if self._yes else NO_CONFIRMATION
        about = replace(self.plan.about, carriers=tuple(sorted(self.rows.planned.items())))
        plan = replace(self.plan, about=about) if self.rows.left_out else self.plan
        self.agreed.emit(plan, confirmation, self.rows.left_out)
        self.accept()


def _scrolled(content: QWidget) -> QScrollArea:
    """The content, which scrolls where the dialog is too small for all of it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area
