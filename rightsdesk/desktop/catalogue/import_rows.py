"""The artists that a library names, as rows to choose, to search, and to narrow to a label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from rightsdesk.desktop.parts.texts import number_text, path_text, plain_tip, tr
from rightsdesk.folding import unaccented
from rightsdesk.shown import shown
from rightsdesk.workspace.imports.types import ProposedArtist

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
NAME, LABELS, FILES, PLACES = range(4)
COLUMNS = 4
NO_INDEX = QModelIndex()
MOST_IN_TIP = 12
"""So many places are named in a tool tip."""
_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class ImportRows(QAbstractTableModel):
    """A row for each artist that would add something. `chosen_changed` tells of another choice."""

    chosen_changed = Signal()

    def __init__(self, artists: Sequence[ProposedArtist], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.artists = tuple(artist for artist in artists if artist.adds)
        self._chosen: set[int] = set()

    @property
    def chosen(self) -> list[ProposedArtist]:
        """The artists that a person chose, in their order."""
        return [self.artists[row] for row in sorted(self._chosen)]

    def choose(self, rows: Sequence[int], on: bool) -> None:
        """Choose these rows, or leave them out."""
        self._chosen = self._chosen | set(rows) if on else self._chosen - set(rows)
        if self.artists:
            last = self.index(len(self.artists) - 1, NAME)
            self.dataChanged.emit(self.index(0, NAME), last, [ROLE.CheckStateRole])
        self.chosen_changed.emit()

    def is_chosen(self, row: int) -> bool:
        """Whether a row is chosen."""
        return row in self._chosen

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.artists)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else COLUMNS

    def flags(self, index: Index) -> Qt.ItemFlag:
        checkable = Qt.ItemFlag.ItemIsUserCheckable
        return _PLAIN | checkable if index.column() == NAME else _PLAIN

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == ROLE.TextAlignmentRole and section in (FILES, PLACES):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == ROLE.DisplayRole:
            return (tr("Artist"), tr("Labels"), tr("Files"), tr("Places"))[section]
        return None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        artist, column = self.artists[index.row()], index.column()
        if role == ROLE.DisplayRole:
            return _text(artist, column)
        if role == ROLE.CheckStateRole and column == NAME:
            on = index.row() in self._chosen
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == ROLE.TextAlignmentRole and column in (FILES, PLACES):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == ROLE.ToolTipRole:
            return plain_tip(_tip(artist, column))
        if role == ROLE.AccessibleTextRole and column == NAME:
            return f"{_text(artist, NAME)}, {number_text(artist.files)} {tr('Files')}"
        return None

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        if role != ROLE.CheckStateRole or index.column() != NAME:
            return False
        self.choose([index.row()], Qt.CheckState(value) is Qt.CheckState.Checked)
        return True


def _text(artist: ProposedArtist, column: int) -> str:
    if column == FILES:
        return number_text(artist.files)
    if column == PLACES:
        return number_text(len(artist.places))
    if column == LABELS:
        return shown(", ".join(artist.labels))
    name = shown(artist.name)
    if artist.artist_id is None:
        return name
    return tr("{name} (in your roster)").format(name=name)


def _tip(artist: ProposedArtist, column: int) -> str:
    if column == PLACES:
        more = ["…"] if len(artist.places) > MOST_IN_TIP else []
        return "\n".join([*map(path_text, artist.places[:MOST_IN_TIP]), *more])
    if column == NAME:
        lines = [shown(artist.name)]
        if artist.also:
            names = shown(", ".join(artist.also))
            lines.append(tr("Also written: {names}").format(names=names))
        if artist.musicbrainz_id:
            lines.append(f"MusicBrainz: {artist.musicbrainz_id}")
        return "\n".join(lines)
    return _text(artist, column)


class ImportFilter(QSortFilterProxyModel):
    """The rows with a text in the artist's names, and on a label if one is wanted."""

    def __init__(self, rows: ImportRows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = rows
        self._text = self._label = ""
        self.setSourceModel(rows)

    def search(self, text: str) -> None:
        """Narrow to artists whose names hold the text; accents and case do not matter."""
        self._text = unaccented(text)
        self.invalidate()

    def only_label(self, label: str) -> None:
        """Narrow to artists on a label; "" for all."""
        self._label = label
        self.invalidate()

    @property
    def there(self) -> list[int]:
        """The rows that are let through, by their place in the list of all."""
        indexes = (self.index(row, NAME) for row in range(self.rowCount()))
        return [self.mapToSource(index).row() for index in indexes]

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        artist = self.rows.artists[row]
        if self._label and self._label not in artist.labels:
            return False
        names = "\n".join((artist.name, *artist.also))
        return self._text in unaccented(names) if self._text else True
