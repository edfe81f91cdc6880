"""The steps of connecting an account: the artist, the platform, the wait, and questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.accounts.texts import connect_minutes, way_text
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.cards import Card, Tile
from rightsdesk.desktop.design.grid import CardGrid
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.parts.search_field import make_search
from rightsdesk.desktop.parts.texts import counted, sentence, tr
from rightsdesk.folding import unaccented
from rightsdesk.shown import shown
from rightsdesk.workspace.sign_in.form import SignInForm
from rightsdesk.workspace.types.artists import Account, Artist


class ConnectStep(QWidget):
    """A step: a column, and the texts of the page's heading while it is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(space(3))
        self.title, self.under = "", ""

    def focus_first(self) -> None:
        """Give the keyboard to where the person begins."""


class WhoseStep(ConnectStep):
    """The artist that the account is for. `chosen` gives the artist."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("Whose account is it?")
        self.under = tr("An account acts for one artist only.")
        self._artists: tuple[Artist, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find an artist"))
        self.search.setAccessibleName(tr("Find an artist"))
        make_search(self.search, self.search.placeholderText())
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName("whose")
        self.list.setAccessibleName(tr("Artists"))
        self.list.itemActivated.connect(self._activated)
        self.list.itemClicked.connect(self._activated)
        self.lines.addWidget(self.search)
        self.lines.addWidget(self.list, 1)

    def show_artists(self, artists: Sequence[Artist]) -> None:
        """Offer these."""
        self._artists = tuple(artists)
        self.search.clear()
        self._searched("")

    def focus_first(self) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes into the list, Enter takes the artist that is marked."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if (item := self.list.currentItem()) is not None:
                    self._activated(item)
                return True
        return super().eventFilter(watched, event)

    def _searched(self, text: str) -> None:
        wanted = unaccented(text.strip().casefold())
        self.list.clear()
        for artist in self._artists:
            if wanted in unaccented(artist.name.casefold()):
                item = QListWidgetItem(shown(artist.name))
                item.setData(Qt.ItemDataRole.UserRole, artist.id)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _activated(self, item: QListWidgetItem) -> None:
        number = item.data(Qt.ItemDataRole.UserRole)
        self.chosen.emit(next(artist for artist in self._artists if artist.id == number))


class PlatformStep(ConnectStep):
    """The platforms as tiles, the easy ones first. `chosen` gives a form."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("Connect an account")
        self.under = tr("RightsDesk then reads what it says, and can write there. Easy ones first.")
        self.tiles: dict[str, Tile] = {}

    def show_forms(self, forms: Sequence[SignInForm]) -> None:
        """Offer these, once."""
        if self.tiles:
            return
        easy = sorted(forms, key=lambda form: (form.in_browser, connect_minutes(form)))
        for form in easy:
            minutes = counted("%n minute", "%n minutes", connect_minutes(form))
            tile = Tile(form.name, f"{way_text(form)} · {minutes}", icon_name="link")
            tile.setObjectName(f"connect-{form.platform}")
            tile.clicked.connect(lambda _on=False, form=form: self.chosen.emit(form))
            tile.installEventFilter(self)
            self.tiles[form.platform] = tile
        grid = CardGrid(least=58)
        grid.show_cards(list(self.tiles.values()))
        self.lines.addWidget(grid)
        self.lines.addStretch(1)

    def focus_first(self) -> None:
        next(iter(self.tiles.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys move through the tiles, Enter presses one."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
                return self.focusNextChild()
            if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
                return self.focusPreviousChild()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, Tile):
                watched.click()
                return True
        return super().eventFilter(watched, event)


class WaitStep(ConnectStep):
    """The wait for the browser, with its address for another browser; or for an answer."""

    def __init__(
        self,
        open_again: Callable[[], object],
        url: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._url = url
        self.text = Text(wrap=True)
        self.care = Text(tone=Tone.DIM, wrap=True)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setMaximumHeight(space(3))
        bar.setAccessibleName(tr("Waiting"))
        self.helpers = QWidget()
        line = QHBoxLayout(self.helpers)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(Button(tr("Open page again"), open_again, name="open-again"))
        line.addWidget(Button(tr("Copy address"), self._copy, name="copy-address"))
        line.addStretch(1)
        self.copied = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.to_register = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        for each in (self.text, bar, self.care, self.helpers, self.copied, self.to_register):
            self.lines.addWidget(each)
        self.lines.addStretch(1)

    def asking(self, platform: str) -> None:
        """There is nothing for the person to do."""
        title = tr("Connecting {platform}…").format(platform=platform)
        self.busy(title, tr("Waiting for {platform} to answer.").format(platform=platform))

    def busy(self, title: str, text: str) -> None:
        """Something takes its time."""
        self.title = title
        self.text.setText(text)
        for each in (self.care, self.helpers, self.copied, self.to_register):
            each.hide()

    def in_browser(self, platform: str, artist: str, to_register: str) -> None:
        """The browser is to show the platform's page. `to_register` is for one with an error."""
        self.title = tr("Say yes in your browser")
        self.browser(platform, opened=True)
        self.to_register.setText(to_register)
        self.care.setText(
            tr(
                "Check the login on that page: it has to be {artist}'s. If someone else is "
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
        self.copied.setText(tr("Copied. It works for this one sign-in."))


class QuestionStep(ConnectStep):
    """A question with two answers. Enter never says yes: the keyboard starts on the no."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = Card()
        self.sentence = Text(wrap=True)
        self.details = Text(tone=Tone.DIM, wrap=True)
        self.details.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.yes = Button("", lambda: self._answer(True), name="yes")
        self.no = Button("", lambda: self._answer(False), name="no")
        line = QHBoxLayout()
        line.setSpacing(space(2))
        line.addWidget(self.no)
        line.addWidget(self.yes)
        line.addStretch(1)
        self.card.body.addWidget(self.sentence)
        self.card.body.addWidget(self.details)
        self.card.body.addSpacing(space(2))
        self.card.body.addLayout(line)
        self.lines.addWidget(self.card)
        self.lines.addStretch(1)
        self._agreed: Callable[[], object] = lambda: None
        self._refused: Callable[[], object] = lambda: None

    def ask(
        self,
        title: str,
        sentence: str,
        details: str,
        yes: str,
        no: str,
        agreed: Callable[[], object],
        refused: Callable[[], object],
    ) -> None:
        """Put a question; the texts are shown as they are."""
        self.title, self.under = title, ""
        self.sentence.setText(sentence)
        self.details.setText(details)
        self.details.setVisible(bool(details))
        self.yes.setText(yes)
        self.no.setText(no)
        self._agreed, self._refused = agreed, refused

    def focus_first(self) -> None:
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, yes: bool) -> None:
        (self._agreed if yes else self._refused)()


class DoneStep(ConnectStep):
    """The account that answered, what is missing there, and the way on."""

    def __init__(self, done: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = Card()
        self.words = Text(wrap=True)
        self.url = Text(tone=Tone.DIM, wrap=True)
        self.lacks = Text(tone=Tone.OPEN, wrap=True)
        self.done = Button(tr("Done"), done, name="done")
        row = QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(Sign("agrees", Tone.GOOD, size=5))
        row.addWidget(self.words, 1)
        self.card.body.addLayout(row)
        for each in (self.url, self.lacks):
            self.card.body.addWidget(each)
        self.card.body.addWidget(self.done, 0, Qt.AlignmentFlag.AlignLeft)
        self.lines.addWidget(self.card)
        self.lines.addStretch(1)

    def tell(self, account: Account) -> None:
        """Say which account it is, and for whom it acts."""
        self.title = tr("Connected: {login} on {platform}").format(
            login=account.name, platform=account.platform_name
        )
        self.words.setText(tr("This account acts for {artist}.").format(artist=account.artist))
        self.url.setText(account.url)
        self.url.setVisible(bool(account.url))
        self.lacks.setText("\n".join(map(sentence, account.lacks)))
        self.lacks.setVisible(bool(account.lacks))

    def focus_first(self) -> None:
        self.done.setFocus(Qt.FocusReason.OtherFocusReason)
