"""For all artists: who has to act on platforms, and whose accounts need a sign-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.design.chips import chip_size, paint_chip
from rightsdesk.desktop.design.tokens import Size, Theme, Tone, font_of, space
from rightsdesk.desktop.pages.platforms.counting import needs_you, numbers
from rightsdesk.desktop.parts.artist_rows import (
    ARROW,
    ArtistRowDelegate,
    ArtistRows,
    Index,
    is_backwards,
    paint_arrow,
    paint_artist,
)
from rightsdesk.desktop.parts.texts import counted, number_text, tr
from rightsdesk.shown import shown
from rightsdesk.workspace.overview.values import RosterRow
from rightsdesk.workspace.types.artists import Account

NO_INDEX = QModelIndex()
ROW = Qt.ItemDataRole.UserRole + 1
NAME_SHARE = 0.4
"""So much of a row is for avatar and name."""


@dataclass(frozen=True, slots=True)
class OnPlatforms:
    """An artist, with the number of accounts. `named`: it is known which platforms are in use."""

    row: RosterRow
    accounts: int
    named: bool

    def chips(self) -> Iterator[tuple[str, Tone]]:
        """What the artist needs on platforms, the most urgent first."""
        yield from chips_of(self.row)
        if not self.named:
            yield tr("platforms to name"), Tone.OPEN


def chips_of(one: RosterRow) -> Iterator[tuple[str, Tone]]:
    """What an artist needs on the platforms that are in use, the most urgent first."""
    switches, sign_ins, to_write, to_match = numbers(one)
    if sign_ins:
        yield counted("%n sign-in ended", "%n sign-ins ended", sign_ins), Tone.BAD
    if switches:
        yield counted("%n switch to set", "%n switches to set", switches), Tone.OPEN
    if to_write:
        yield counted("%n to write", "%n to write", to_write), Tone.ACCENT
    if to_match:
        yield counted("%n to match", "%n to match", to_match), Tone.OPEN


def accounts_text(number: int) -> str:
    """`2 accounts`, or that there is none."""
    return counted("%n account", "%n accounts", number) if number else tr("no account connected")


class PlatformRosterModel(QAbstractListModel):
    """A row for each artist, who needs the person most first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[OnPlatforms, ...] = ()

    def show_artists(
        self, found: Sequence[RosterRow], accounts: Sequence[Account], named: Collection[int]
    ) -> None:
        """Replace what is shown. `named`: the artists of whom a person told which they use."""
        connected = Counter(account.artist_id for account in accounts)
        known = {*named, *connected}

        def urgency(one: OnPlatforms) -> tuple[int, int, int, bool, str]:
            switches, sign_ins, to_write, _to_match = numbers(one.row)
            return -sign_ins, -switches, -to_write, one.named, one.row.name.casefold()

        each = (OnPlatforms(one, connected[one.artist_id], one.artist_id in known) for one in found)
        self.beginResetModel()
        self.rows = tuple(sorted(each, key=urgency))
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        one = self.rows[index.row()]
        if role == ROW:
            return one
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(one.row.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = [words for words, _ in one.chips()] or [tr("nothing to do")]
            return ", ".join((shown(one.row.name), *parts, accounts_text(one.accounts)))
        return None


class PlatformRosterDelegate(ArtistRowDelegate):
    """Avatar and name with the accounts below, and a chip for each thing to do."""

    def paint_row(self, painter: QPainter, rect: QRect, index: Index, theme: Theme) -> None:
        one: OnPlatforms = index.data(ROW)
        inner = rect.adjusted(space(3.5), 0, -space(3.5), 0)
        across, backwards = round(inner.width() * NAME_SHARE), is_backwards(painter)
        name = QRect(inner.left(), inner.top(), across, inner.height())
        rest = inner.adjusted(across + space(3), 0, -space(ARROW + 2), 0)
        if backwards:
            name.moveRight(inner.right())
            rest.moveLeft(inner.left() + space(ARROW + 2))
        paint_artist(painter, name, one.row.name, accounts_text(one.accounts), theme)
        font = font_of(Size.SMALL, strong=True)
        for words, tone in one.chips():
            paint_chip(painter, rest, words, tone, theme, font)
            used = chip_size(words, font).width() + space(1.5)
            rest = rest.adjusted(0, 0, -used, 0) if backwards else rest.adjusted(used, 0, 0, 0)
            if rest.width() < space(8):  # a screen reader says what has no room
                break
        paint_arrow(painter, inner, theme)


class Roster(ArtistRows):
    """The artists, one row each. `chosen` gives an artist's id."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.model = PlatformRosterModel()
        super().__init__(
            *(self.model, PlatformRosterDelegate()),
            name="artists-on-platforms",
            spoken=tr("Platforms by artist"),
            parent=parent,
        )
        self.model.setParent(self)
        self.row_chosen.connect(lambda row: self.chosen.emit(self.model.rows[row].row.artist_id))

    def show_artists(
        self, found: Sequence[RosterRow], accounts: Sequence[Account], named: Collection[int]
    ) -> None:
        """Replace what is shown; the artist that was marked stays so."""
        place = self.keep_place()
        self.model.show_artists(found, accounts, named)
        self.back_to(place)

    def heading(self) -> tuple[str, str]:
        """Who needs the person, in a sentence, and what to do about it."""
        rows = self.model.rows
        needing = sum(needs_you(one.row) for one in rows)
        to_do = tr("Choose an artist to see what there is to do.")
        if needing:
            form = counted("%n of {all} artists needs you", "%n of {all} artists need you", needing)
            return form.format(all=number_text(len(rows))), to_do
        if rows and not any(one.named for one in rows):
            return tr("Which platforms do your artists use?"), tr("Choose an artist to tell which.")
        return tr("No artist needs you on a platform"), to_do
