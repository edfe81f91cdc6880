"""What is shown while a platform is asked, and what it answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import Accent, em
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    emptied,
    heading,
    plain_label,
    vertical,
    with_icon,
)
from rightsdesk.workspace.types import Account


class WaitPage(QWidget):
    """The wait for the browser, with its address for another browser; or for an answer."""

    def __init__(self, open_again: Callable[[], object], url: Callable[[], str]) -> None:
        super().__init__()
        self._url = url
        layout = vertical(spacing=0.6)
        self.setLayout(layout)
        self.text = plain_label()
        self.care = dim_label()
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setMaximumHeight(em(self, 0.8))
        bar.setAccessibleName(tr("Waiting"))
        layout.addWidget(self.text)
        layout.addWidget(bar)
        layout.addWidget(self.care)
        self.helpers = QWidget()
        line = QHBoxLayout(self.helpers)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button(tr("Open the page &again"), open_again, name="open-again"))
        line.addWidget(button(tr("&Copy the address"), self._copy, name="copy-address"))
        line.addStretch(1)
        layout.addWidget(self.helpers)
        self.copied = dim_label()
        layout.addWidget(self.copied)
        self.to_register = dim_label()
        layout.addWidget(self.to_register)
        layout.addStretch(1)

    def asking(self, platform: str) -> None:
        """Nothing for a person to do."""
        self.text.setText(tr("Asking {platform}…").format(platform=platform))
        for each in (self.care, self.helpers, self.copied, self.to_register):
            each.hide()

    def in_browser(self, platform: str, artist: str, to_register: str) -> None:
        """The browser is to show the platform's page. `to_register` is for one with an error."""
        self.browser(platform, opened=True)
        self.to_register.setText(to_register)
        self.care.setText(
            tr(
                "Look whose login the page names: it has to be {artist}'s. If somebody else is "
                "signed in there, copy the address and open it in another browser or in a "
                "private window on this computer."
            ).format(artist=artist)
        )
        self.copied.setText("")
        for each in (self.care, self.helpers, self.copied, self.to_register):
            each.show()

    def browser(self, platform: str, *, opened: bool) -> None:
        """Whether the browser shows the platform's page now."""
        text = (
            tr("Your browser shows {platform} now. Say yes there, then come back.")
            if opened
            else tr(
                "No browser could be opened. Copy the address, open it in a browser on this "
                "computer, and say yes to {platform} there."
            )
        )
        self.text.setText(text.format(platform=platform))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._url())
        self.copied.setText(tr("Copied. It is good for this one sign-in."))


class DonePage(QWidget):
    """Who answered, and for which artist that account will act."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = vertical(spacing=0.6)
        self.setLayout(self._lines)

    def tell(self, account: Account, *, certain: bool) -> None:
        """`certain`: the login's name is plainly the artist's."""
        emptied(self._lines)
        words = {
            "platform": account.platform_name,
            "login": account.name,
            "artist": account.artist,
        }
        if certain:
            title = tr("Connected: {login} on {platform}").format(**words)
            sign = with_icon("agrees", Accent.GOOD, heading(title, factor=1.1))
            text = tr("This account acts for {artist}.").format(**words)
        else:
            title = tr("Is “{login}” {artist}'s?").format(**words)
            sign = with_icon("conflicts", Accent.OPEN, heading(title, factor=1.1))
            text = tr(
                "That is the name of the login that answered on {platform}. If it is somebody "
                "else's, remove it again: what {artist} wants would be written there. If you "
                "close this without an answer, it is removed."
            ).format(**words)
        self.words = plain_label(text)
        for each in (sign, dim_label(account.url), self.words):
            self._lines.addWidget(each)
        for lack in account.lacks:
            self._lines.addWidget(with_icon("conflicts", Accent.OPEN, plain_label(lack)))
        self._lines.addStretch(1)
