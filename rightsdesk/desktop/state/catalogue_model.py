"""The catalogue as a table model: headers and recordings, of which it holds nothing but ids.

Sorting, grouping and filtering happen in the workspace. Rows are fetched in blocks when they are
shown, outside the main thread, and kept; a refresh marks them stale instead of throwing them
away, so that nothing flickers. `flags()` and `data()` never touch the workspace.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from rightsdesk import phrases
from rightsdesk.desktop.design.words import within
from rightsdesk.desktop.parts.segments import (
    carrier_meaning,
    carrier_word,
    coverage_of,
    some_tracks_text,
)
from rightsdesk.desktop.parts.texts import (
    Absence,
    consent_short,
    licensed_text,
    plain_tip,
    row_consent_text,
    tr,
)
from rightsdesk.shown import shown
from rightsdesk.workspace.overview.values import CatalogueGroup, GroupBy, GroupedCatalogue
from rightsdesk.workspace.types.matrix import MatrixRow
from rightsdesk.workspace.types.scopes import Sort

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole

BLOCK = 64
LIMIT = 6000
"""Rows kept in memory: some screens of them, whatever the catalogue's size."""

TITLE, ARTIST, RELEASE, ISRC, LENGTH, CONSENT = FIXED = (
    *("title", "artist", "release"),
    *("isrc", "length", "consent"),
)
"""Columns about the recording; a column for each carrier follows."""


class RowSource(Protocol):
    """Who fetches rows, outside the main thread, and answers by `CatalogueModel.arrived`."""

    def fetch(self, ids: Sequence[int], generation: int) -> None: ...


SPARSE = 8
"""Numbers of recordings are sparse if the largest is so many times their count."""


def rows_by_id(ids: Sequence[int]) -> MutableMapping[int, int] | array[int]:
    """What takes a row for each of these recordings. An array by number takes a twentieth of a
    dict, unless most numbers below the largest are gone."""
    most = max(ids, default=0)
    return {} if most > SPARSE * len(ids) else array("i", [-1]) * (most + 1)


@dataclass(frozen=True, slots=True)
class Listing:
    """Recordings below their headers, and the row of each."""

    grouped: GroupedCatalogue
    by: GroupBy
    _rows: Mapping[int, int] | array[int]

    def row_of(self, recording_id: int) -> int | None:
        """The row of a recording; None if it is not listed."""
        if isinstance(self._rows, Mapping):
            return self._rows.get(recording_id)
        row = self._rows[recording_id] if 0 <= recording_id < len(self._rows) else -1
        return None if row < 0 else row

    @classmethod
    def of(cls, grouped: GroupedCatalogue, by: GroupBy) -> Listing:
        """For a worker to make: the rows of half a million recordings take a tenth of a second."""
        rows = rows_by_id(grouped.ids)
        starts = [header - place for place, header in enumerate(grouped.header_rows)]
        for above, start in enumerate(starts or [0]):
            end = starts[above + 1] if above + 1 < len(starts) else len(grouped.ids)
            shift = above + 1 if starts else 0
            for place in range(start, end):
                rows[grouped.ids[place]] = place + shift
        return cls(grouped, by, rows)


EMPTY = Listing(GroupedCatalogue((), (), ()), GroupBy.NONE, {})


class CatalogueModel(QAbstractTableModel):
    """Headers and recordings down, carriers across. `sorted_by` gives the order asked for."""

    sorted_by = Signal(object)

    def __init__(self, source: RowSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._listing = EMPTY
        self._length = 0
        self._rows: dict[int, MatrixRow] = {}
        self._fresh: set[int] = set()
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._generation = 0
        self._carriers: tuple[tuple[str, str], ...] = ()
        self._read: Mapping[tuple[int, str], bool] = {}
        self._reached: frozenset[str] = frozenset()
        self._short = False
        self.several = False
        """Whether the recordings are of several artists."""

    # --- what is shown ---------------------------------------------------------------

    @property
    def listing(self) -> Listing:
        """What is listed."""
        return self._listing

    @property
    def by(self) -> GroupBy:
        """What it is grouped by."""
        return self._listing.by

    @property
    def carriers(self) -> tuple[tuple[str, str], ...]:
        """The carriers that have a column, by id and name."""
        return self._carriers

    def show_accounts(self, reached: frozenset[str], read: Mapping[tuple[int, str], bool]) -> None:
        """Which carriers need an account, and who (artist, carrier) has one that was read or
        was not: an empty cell says why it is empty."""
        if (reached, read) != (self._reached, self._read):
            self._reached, self._read = reached, read
            self.refresh()

    def show_listing(
        self, listing: Listing, carriers: Sequence[tuple[str, str]], *, several_artists: bool
    ) -> None:
        """The recordings to show, and the columns. Rows already known stay until refetched."""
        same = (
            listing.by is self._listing.by
            and listing.grouped.header_rows == self._listing.grouped.header_rows
            and listing.grouped.ids == self._listing.grouped.ids
            and tuple(carriers) == self._carriers
            and several_artists == self.several
        )
        if same:
            self._listing = listing
            self.refresh()
            return
        self.beginResetModel()
        self._listing, self._length = listing, len(listing.grouped)
        self._carriers, self.several = tuple(carriers), several_artists
        self._outdated()
        if len(self._rows) > LIMIT:
            self._rows.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """Everything may have changed: fetch again what is shown."""
        self._outdated()
        if self._length:
            last = self.index(self._length - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def arrived(self, rows: Sequence[MatrixRow], generation: int) -> None:
        """Rows that were asked for are here. Those asked for before a refresh are too old."""
        if generation != self._generation:
            return
        if len(self._rows) > LIMIT:
            self._rows = {key: row for key, row in self._rows.items() if key in self._asked}
            self._fresh &= set(self._rows)
        places = []
        for row in rows:
            self._rows[row.recording_id] = row
            self._fresh.add(row.recording_id)
            place = self._listing.row_of(row.recording_id)
            if place is not None:
                places.append(place)
        self._asked.difference_update(row.recording_id for row in rows)
        if places:
            last = self.index(max(places), self.columnCount() - 1)
            self.dataChanged.emit(self.index(min(places), 0), last)

    def at(self, row: int) -> CatalogueGroup | int:
        """The header or the recording's id in a row. Raises IndexError."""
        return self._listing.grouped.at(row)

    def id_at(self, row: int) -> int | None:
        """The recording of a row; None for a header, and where there is no row."""
        if not 0 <= row < self._length:
            return None
        here = self.at(row)
        return here if isinstance(here, int) else None

    def row_of(self, recording_id: int) -> int | None:
        """The row of a recording."""
        return self._listing.row_of(recording_id)

    def row_at(self, row: int) -> MatrixRow | None:
        """What is known of a row's recording; asks for it if that is not fresh."""
        recording_id = self.id_at(row)
        if recording_id is None:
            return None
        if recording_id not in self._fresh:
            self._want(row)
        return self._rows.get(recording_id)

    def known_row(self, row: int) -> MatrixRow | None:
        """What is known of a row's recording already; does not fetch."""
        recording_id = self.id_at(row)
        return None if recording_id is None else self._rows.get(recording_id)

    def column_key(self, column: int) -> str:
        """`title`, `artist`, …, or a carrier's id."""
        return FIXED[column] if column < len(FIXED) else self._carriers[column - len(FIXED)][0]

    @property
    def column_keys(self) -> list[str]:
        """The keys of all columns."""
        return [*FIXED, *(key for key, _ in self._carriers)]

    def use_short_names(self, short: bool) -> None:
        """Head the columns of carriers with two letters, where there is no room for names."""
        if short != self._short:
            self._short = short
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def column_name(self, column: int) -> str:
        """The full name of a column."""
        if column >= len(FIXED):
            return shown(self._carriers[column - len(FIXED)][1])
        first = tr("Release and track") if self.by is GroupBy.RELEASE else tr("Title")
        names = first, tr("Artist"), tr("Release"), tr("ISRC"), tr("Length"), tr("Choice")
        return names[column]

    # --- Qt --------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._length

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(FIXED) + len(self._carriers)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Constant time: Qt asks for every selected cell."""
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= self.columnCount():
            return None
        if role == ROLE.DisplayRole:
            name = self.column_name(section)
            return short_name(name) if self._short and section >= len(FIXED) else name
        if role == ROLE.AccessibleTextRole:
            return self.column_name(section)
        if role == ROLE.TextAlignmentRole:
            across = Qt.AlignmentFlag.AlignLeft
            if section >= len(FIXED):
                across = Qt.AlignmentFlag.AlignHCenter
            elif self.column_key(section) == LENGTH:
                across = Qt.AlignmentFlag.AlignRight
            return across | Qt.AlignmentFlag.AlignVCenter
        if role == ROLE.ToolTipRole:
            tip = tr("{column}. Click to sort, right-click to choose columns.")
            return plain_tip(tip.format(column=self.column_name(section)))
        return None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if role not in _ROLES or not index.isValid():
            return None
        here, column = self.at(index.row()), index.column()
        if isinstance(here, CatalogueGroup):
            return self._header_data(here, column, role)
        row = self.row_at(index.row())
        if row is None:
            return "…" if column == 0 and role != ROLE.ToolTipRole else None
        text = self._text(row, column)
        if role == ROLE.DisplayRole:
            return text
        if role == ROLE.AccessibleTextRole:
            return self.spoken(row) if column == 0 else f"{self.column_name(column)}: {text}"
        if column < len(FIXED):
            return plain_tip(text)
        key, name = self._carriers[column - len(FIXED)]
        return plain_tip(carrier_meaning(row, key, name, self.absence(row, key)))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorting is the workspace's: this only asks for it. No column: by release again."""
        if column < 0:
            self.sorted_by.emit(Sort())
            return
        descending = order is Qt.SortOrder.DescendingOrder
        self.sorted_by.emit(Sort(self.column_key(column), descending))

    def spoken(self, row: MatrixRow) -> str:
        """The whole row as a screen reader says it."""
        about = [
            row.title or tr("Untitled"),
            tr("track {number}").format(number=row.track) if row.track else "",
            row.release,
            row.artist if self.several else "",
            phrases.length(row.duration_ms),
            licensed_text(consent_short(row.consent), row.grants),
        ]
        said = [
            f"{name}: {within(carrier_word(row, key, self.absence(row, key)))}"
            for key, name in self._carriers
        ]
        first = ", ".join(part for part in about if part)
        return shown(f"{first}. {', '.join(said)}.")

    def absence(self, row: MatrixRow, carrier: str) -> Absence:
        """Why a carrier has nothing of a recording."""
        if carrier not in self._reached:
            return Absence.NOT_THERE
        read = self._read.get((row.artist_id, carrier))
        if read is None:
            return Absence.NO_ACCOUNT
        return Absence.NOT_THERE if read else Absence.NOT_READ

    # --- parts -----------------------------------------------------------------------

    def _outdated(self) -> None:
        self._generation += 1
        self._fresh.clear()
        self._asked.clear()

    def _header_data(self, group: CatalogueGroup, column: int, role: int) -> Any:
        name = shown(group_name(group, self.by))
        if column:  # nothing is shown there; a screen reader says what the row is
            return name if role == ROLE.AccessibleTextRole else None
        if role == ROLE.DisplayRole:
            return name
        rough = self._listing.grouped.rough
        choice = "" if rough else group_consent(group)
        said = [name, group_line(group, self.by, several=self.several), choice]
        words = shown(". ".join(filter(None, (*said, coverage_of(group.bar).words))))
        return words if role == ROLE.AccessibleTextRole else plain_tip(words.replace(". ", "\n"))

    def _text(self, row: MatrixRow, column: int) -> str:
        if column >= len(FIXED):
            key, _ = self._carriers[column - len(FIXED)]
            return carrier_word(row, key, self.absence(row, key))
        texts = (
            *(row.title or tr("Untitled"), row.artist, row.release or tr("No release")),
            *(isrc_text(row.isrc), phrases.length(row.duration_ms), row_consent_text(row)),
        )
        return shown(texts[column])

    def _want(self, row: int) -> None:
        if not self._wanted:
            QTimer.singleShot(0, self, self._fetch)
        self._wanted.add(self._listing.grouped.place(row) // BLOCK)

    def _fetch(self) -> None:
        blocks, self._wanted = sorted(self._wanted), set()
        for block in blocks:
            ids = self._listing.grouped.ids[block * BLOCK : (block + 1) * BLOCK]
            missing = [i for i in ids if i not in self._fresh and i not in self._asked]
            if missing:
                self._asked.update(missing)
                self._source.fetch(missing, self._generation)


def group_name(group: CatalogueGroup, by: GroupBy) -> str:
    """The title of a header."""
    if group.name:
        return group.name
    return {
        GroupBy.RELEASE: tr("No release"),
        GroupBy.LABEL: tr("No label"),
        GroupBy.FOLDER: tr("No file"),
    }.get(by, "")


def group_line(group: CatalogueGroup, by: GroupBy, *, several: bool) -> str:
    """The line below the title of a header: `2024 · 10 tracks · UPC 4006381333931`. Where a filter
    hides some of them, `3 of 10 tracks`."""
    parts = [
        group.artist if several and by is not GroupBy.ARTIST else "",
        str(group.year) if group.year else "",
        some_tracks_text(group.count, group.whole),
        tr("UPC {code}").format(code=group.upc) if group.upc else "",
    ]
    return " · ".join(part for part in parts if part)


def group_consent(group: CatalogueGroup) -> str:
    """What was chosen for the recordings below a header."""
    if group.consent is None:
        return tr("Differs")
    said = consent_short(group.consent)
    if group.grants is None:
        return tr("{consent}, with exceptions").format(consent=said)
    return licensed_text(said, group.grants)


def has_own_consent(row: MatrixRow) -> bool:
    """Whether a recording has a choice of its own, other than its release's or artist's."""
    return bool(row.consent) and row.inherited_from is None


def isrc_text(isrc: str) -> str:
    """`DE-XX1-24-00001`; what is no ISRC stays as it is."""
    if len(isrc) != 12 or not isrc.isalnum():
        return isrc
    return f"{isrc[:2]}-{isrc[2:5]}-{isrc[5:7]}-{isrc[7:]}"


def short_name(name: str) -> str:
    """`SC` for SoundCloud, `Bl` for Bluesky: for columns that are too narrow for names."""
    capitals = "".join(letter for letter in name if letter.isupper())
    return capitals[:2] if len(capitals) > 1 else name[:2]


_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_ROLES = frozenset({ROLE.DisplayRole, ROLE.ToolTipRole, ROLE.AccessibleTextRole})
