"""Text: labels in the sizes of the type scale. Plain text only; nothing in it is mark-up."""

from __future__ import annotations

import textwrap

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from rightsdesk.desktop.design.tokens import Size, Tone, font_of, theme_of
from rightsdesk.shown import shown


class Text(QLabel):
    """A label. Shows what it is given, letter by letter; invisible characters are written out.

    It breaks lines if `wrap`. Size and tone follow every switch of theme and text size.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        size: Size = Size.BODY,
        tone: Tone = Tone.TEXT,
        strong: bool = False,
        wrap: bool = False,
    ) -> None:
        super().__init__(parent)
        self._size, self._tone, self._strong = size, tone, strong
        self._leading = True
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.setText(text)
        self._aim()
        self.restyle()

    def setText(self, text: str) -> None:
        super().setText(shown(text, keep="\n"))

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        """As Qt has it. Text at the left begins at the right where the window is mirrored."""
        self._leading = not alignment & _CENTRED
        super().setAlignment(alignment)
        self._aim()

    def _aim(self) -> None:
        # Qt looks at the first letter instead: an English name in an Arabic window, and the
        # other way round, would begin at the wrong end.
        if self._leading:
            across = Qt.AlignmentFlag.AlignLeft
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                across = Qt.AlignmentFlag.AlignRight
            down = self.alignment() & Qt.AlignmentFlag.AlignVertical_Mask
            super().setAlignment(across | Qt.AlignmentFlag.AlignAbsolute | down)

    @property
    def tone(self) -> Tone:
        """What its colour means."""
        return self._tone

    def set_tone(self, tone: Tone) -> None:
        """Give it another tone."""
        self._tone = tone
        self._tint()

    def restyle(self) -> None:
        """Set size and tone again."""
        if self._size is not Size.BODY or self._strong:
            self.setFont(font_of(self._size, strong=self._strong))
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._tint()
        elif event.type() is QEvent.Type.LayoutDirectionChange:
            self._aim()

    def _tint(self) -> None:
        roles = QPalette.ColorRole
        role = _ROLES.get(self._tone, roles.WindowText)
        if self.foregroundRole() != role:  # setting it sends a change of the palette again
            self.setForegroundRole(role)
        if self._tone is not Tone.TEXT and self._tone not in _ROLES:
            colour = theme_of(self.palette()).colour(self._tone)
            if self.palette().color(roles.WindowText) != colour:
                own = QPalette()
                own.setColor(roles.WindowText, colour)
                self.setPalette(own)


_CENTRED = (
    Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignJustify
)
_ROLES = {
    Tone.DIM: QPalette.ColorRole.PlaceholderText,
    Tone.ACCENT: QPalette.ColorRole.Link,
}
"""Tones that the palette has a role for."""


class ElidedText(Text):
    """One line that gives way when room is short, in the middle or at the end.

    What does not fit is in the tooltip, and is what a screen reader says.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        size: Size = Size.BODY,
        tone: Tone = Tone.TEXT,
        strong: bool = False,
    ) -> None:
        super().__init__("", parent, size=size, tone=tone, strong=strong)
        self._mode, self._full = mode, ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Replace the text."""
        self._full = shown(text)
        self.setAccessibleName(self._full)
        self._fit()

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "_full"):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fitting = self.fontMetrics().elidedText(self._full, self._mode, self.width())
        self.setText(fitting)
        self.setToolTip(plain_tip(self._full) if fitting != self._full else "")


def plain_tip(text: str) -> str:
    """Text for a tooltip, in lines of a readable length.

    Qt takes `<b>` in a title for mark-up, and reads a tooltip to screen readers as it is. So it
    stays plain text: an invisible character parts what would look like mark-up.
    """
    lines = [
        line
        for part in shown(text, keep="\n").split("\n")
        for line in textwrap.wrap(part, TIP_WIDTH, drop_whitespace=True) or [""]
    ]
    return "\n".join(lines).replace("<", f"<{_APART}").replace("&", f"&{_APART}")


TIP_WIDTH = 84
"""Characters in a line of a tooltip."""
_APART = "\u200b"
