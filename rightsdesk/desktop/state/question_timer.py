"""When the window asks again whether something is due."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class QuestionTimer(QTimer):
    """Asks from `begin` on: first once the window has settled, then at an interval."""

    def __init__(
        self, ask: Callable[[], None], parent: QObject, *, first_ms: int, every_ms: int
    ) -> None:
        super().__init__(parent)
        self._ask, self._first_ms = ask, first_ms
        self.setInterval(every_ms)
        self.timeout.connect(ask)

    def begin(self) -> None:
        """Begin to ask."""
        QTimer.singleShot(self._first_ms, self, self._ask)
        self.start()
