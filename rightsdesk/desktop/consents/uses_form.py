"""Seven uses, four answers each: the whole vocabulary for who wants to decide in detail."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.parts.texts import permission_text, tr, use_hint, use_title
from rightsdesk.desktop.parts.theme import em
from rightsdesk.desktop.parts.widgets import (
    CalmComboBox,
    button,
    described,
    dim_label,
    plain_label,
    vertical,
)


class UsesForm(QWidget):
    """Edits a consent use by use. `asked_for` gives it once the person says so, or with each
    answer if `at_once`."""

    asked_for = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, at_once: bool = False) -> None:
        super().__init__(parent)
        self._at_once = at_once
        self.boxes: dict[Use, QComboBox] = {}
        self._shown = Consent()
        layout = vertical(spacing=0.4)
        self.setLayout(layout)
        grid = QGridLayout()
        grid.setVerticalSpacing(em(self, 0.6))
        grid.setColumnStretch(0, 1)
        for place, use in enumerate(Use):
            label: QLabel = plain_label(use_title(use))
            box = CalmComboBox()
            box.setObjectName(f"use-{use.value}")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            for answer in (*Permission, None):
                box.addItem(permission_text(answer), answer)
            described(box, use_title(use), use_hint(use))
            box.activated.connect(self._answered)
            label.setBuddy(box)
            words = vertical(spacing=0.05)
            words.addWidget(label)
            words.addWidget(dim_label(use_hint(use)))
            grid.addLayout(words, place, 0)
            grid.addWidget(box, place, 1, Qt.AlignmentFlag.AlignTop)
            self.boxes[use] = box
        layout.addLayout(grid)
        self.save = button(tr("Use these a&nswers"), self._ask, name="save-uses")
        self.revert = button(tr("Put back"), lambda: self.show_consent(self._shown, {}))
        self.foot = QWidget()
        line = QHBoxLayout(self.foot)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.save)
        line.addWidget(self.revert)
        line.addStretch(1)
        layout.addWidget(self.foot)
        self.foot.setVisible(not at_once)
        self._edited()

    def show_consent(self, own: Consent, inherited: Mapping[Use, Permission]) -> None:
        """Show the answers of a scope; what is not stated says what it inherits."""
        self._shown = own
        for use, box in self.boxes.items():
            none = box.count() - 1
            if use in inherited:
                text = tr("Inherited: {answer}").format(answer=permission_text(inherited[use]))
                box.setItemText(none, text)
            elif inherited or use not in own:
                box.setItemText(none, permission_text(None))
            box.setCurrentIndex(none if use not in own else list(Permission).index(own[use]))
        self._edited()

    def consent(self) -> Consent:
        """The answers as they stand in the form."""
        chosen = {
            use: list(Permission)[box.currentIndex()]
            for use, box in self.boxes.items()
            if box.currentIndex() < len(Permission)
        }
        return Consent(chosen)

    def _answered(self) -> None:
        self._edited()
        if self._at_once:
            self._ask()

    def _edited(self) -> None:
        differs = self.consent() != self._shown
        for one in (self.save, self.revert):
            allow(one, unless="" if differs else tr("Nothing was changed."))

    def _ask(self) -> None:
        self.asked_for.emit(self.consent())
