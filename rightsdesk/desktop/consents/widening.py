"""The question before anything is opened up. Keeping things as they are is the default."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from rightsdesk.consent import Permission, Use
from rightsdesk.desktop.parts.opened import opened_widgets
from rightsdesk.desktop.parts.texts import permission_text, tr, use_hint, use_title
from rightsdesk.desktop.parts.theme import Accent, em, em_across
from rightsdesk.desktop.parts.widgets import (
    button,
    fit_height,
    heading,
    plain_label,
    primary,
    vertical,
    with_icon,
)
from rightsdesk.workspace.types.consents import Opened

GivenAnswers = Mapping[Use, Permission]


class WideningQuestion(QDialog):
    """Lists in words what a choice opens up, use by use, and every recording by its name."""

    def __init__(
        self,
        name: str,
        uses: tuple[Use, ...],
        *,
        before: GivenAnswers | None,
        after: GivenAnswers | None,
        opened: Sequence[Opened] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("widening")
        self.setWindowTitle(tr("This lets AI do more"))
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(
            with_icon(
                "conflicts",
                Accent.BAD,
                heading(tr("AI may then do more with {name}.").format(name=name), factor=1.15),
            )
        )
        reach = tr("Here, and wherever this choice is inherited, AI may then also do this:")
        layout.addWidget(plain_label(reach))
        for use in uses:
            form = tr("•  {use}: {before} → {after}")
            if after is None:  # what they said before differs
                form = "•  {use}"
            elif before is None:
                form = tr("•  {use}: {after}")
            line = form.format(
                use=use_title(use),
                before=permission_text((before or {}).get(use)),
                after=permission_text((after or {}).get(use)),
            )
            layout.addWidget(plain_label(f"{line}\n    {use_hint(use)}"))
        for widget in opened_widgets(opened):
            layout.addWidget(widget)
        layout.addWidget(
            plain_label(
                tr(
                    "Nothing is written yet. Once it is, you can change your mind, but not undo "
                    "what others did meanwhile."
                )
            )
        )
        box = QDialogButtonBox()
        self.keep = primary(button(tr("&Keep it as it is"), self.reject, name="keep"))
        self.open_up = button(tr("&Let AI do more"), self.accept, name="open-up")
        box.addButton(self.keep, QDialogButtonBox.ButtonRole.RejectRole)
        box.addButton(self.open_up, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addSpacing(em(self, 0.3))
        layout.addStretch(1)
        layout.addWidget(box)
        fit_height(self, em_across(self, 28), fixed=True)
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)


def ask_widening(
    parent: QWidget,
    name: str,
    uses: tuple[Use, ...],
    *,
    before: GivenAnswers | None,
    after: GivenAnswers | None,
    opened: Sequence[Opened] = (),
    yes: Callable[[], None],
    no: Callable[[], None] | None = None,
) -> None:
    """Ask, without stopping the event loop; `yes` is called only after a deliberate click."""
    question = WideningQuestion(
        name, uses, before=before, after=after, opened=opened, parent=parent
    )
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.accepted.connect(yes)
    if no:
        question.rejected.connect(no)
    question.open()
