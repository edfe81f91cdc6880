"""The rows of a review: releases, below each its files and items, below these their fields.

Virtual: the digest's own tuples are what is shown, and no object is made per row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication

from rightsdesk.changes.types import Change, Outcome
from rightsdesk.changes.words import preview_notes
from rightsdesk.desktop.design.tokens import Size as TextSize
from rightsdesk.desktop.design.tokens import Tone, font_of, theme_of
from rightsdesk.desktop.parts.texts import (
    path_text,
    plain_tip,
    sentence,
    tr,
    uses_text,
)
from rightsdesk.desktop.parts.things import things
from rightsdesk.desktop.review.digest import ChangeGroup, Digest, Happens
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.shown import shown
from rightsdesk.workspace.jobs.change_locations import ChangeKey, key_of
from rightsdesk.workspace.suites import suite_of

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
WHAT, NOW, AFTER, NOTE = range(4)
COLUMNS = 4
AT_ONCE = 500
"""Groups that are laid out at once."""
BESIDE = ROLE.UserRole + 1
"""What stands dim beside the first column's text."""
FIELDS = 1 << 40
"""Ids of fields begin here, those of changes at 1; a group has 0."""

TONES = {
    Happens.OPENS: (Tone.DIM, Tone.BAD),
    Happens.OTHERWISE: (Tone.DIM, Tone.GOOD),
    Happens.PARTLY: (Tone.DIM, Tone.GOOD),
    Happens.SILENT: (Tone.DIM, Tone.GOOD),
    Happens.SAME: (Tone.DIM, Tone.GOOD),
    Happens.LEFT: (Tone.DIM, Tone.DIM),
}
"""The tones of Now and After. Red is what allows more, and nothing else."""


_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_CHECKABLE = _PLAIN | Qt.ItemFlag.ItemIsUserCheckable
_LEAF = _PLAIN | Qt.ItemFlag.ItemNeverHasChildren


class ReviewModel(QAbstractItemModel):
    """The tree. `chosen_changed` tells that rows were left out or taken in again."""

    chosen_changed = Signal()

    def __init__(self, digest: Digest, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.digest = digest
        self.choosable = digest.number > 1
        """Whether rows can be left out."""
        self._starts = [group.start for group in digest.groups]
        self._shown = min(AT_ONCE, len(digest.groups))
        self._left: set[int] = set()
        self._left_of = [0] * len(digest.groups)
        self.planned: Counter[CarrierId] = Counter(digest.planned)
        """How many of each carrier are written, without those that are left out."""
        self.opened: Counter[CarrierId] = Counter(digest.opening)
        """How many of these open something up."""

    def let_go(self, empty: Digest) -> None:
        """Show nothing any more, and let go of all changes."""
        self.beginResetModel()
        self.digest, self._shown = empty, 0
        self._starts, self._left_of = [], []
        self._left.clear()
        self.endResetModel()

    # --- the tree --------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        if not parent.isValid():  # asked for each group at each layout: no detours
            if 0 <= row < self._shown and 0 <= column < COLUMNS:
                return self.createIndex(row, column, 0)
            return QModelIndex()
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        number = parent.internalId()
        if number == 0:
            return self.createIndex(row, column, parent.row() + 1)
        return self.createIndex(row, column, FIELDS + self._place(parent))

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # QObject has one, too
        number = index.internalId() if index.isValid() else 0
        if number == 0:
            return QModelIndex()
        if number < FIELDS:
            return self.createIndex(number - 1, 0, 0)
        place = number - FIELDS
        group = self.group_at(place)
        return self.createIndex(place - self._starts[group], 0, group + 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        if not parent.isValid():
            return self._shown
        if parent.column() > 0:
            return 0
        number = parent.internalId()
        if number == 0:
            return self.digest.groups[parent.row()].size
        return len(self._fields(parent)) if number < FIELDS else 0

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:
        return not parent.isValid() or (parent.column() == 0 and parent.internalId() < FIELDS)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return COLUMNS

    def more(self) -> None:
        """Show more groups. A tree view lays out all rows of a level at once, so they come as one
        scrolls down."""
        last = min(self._shown + AT_ONCE, len(self.digest.groups))
        if last > self._shown:
            self.beginInsertRows(QModelIndex(), self._shown, last - 1)
            self._shown = last
            self.endInsertRows()

    def group_at(self, place: int) -> int:
        """The group that the change at a place belongs to."""
        return bisect_right(self._starts, place) - 1

    def _place(self, index: Index) -> int:
        """The place of a change's row in the digest."""
        return self._starts[index.internalId() - 1] + index.row()

    # --- what is shown ---------------------------------------------------------------

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole:
            return (tr("What"), tr("Now"), tr("After"), tr("Note"))[section]
        if orientation is Qt.Orientation.Horizontal and role == ROLE.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        number = index.internalId()
        if number >= FIELDS:
            return _LEAF
        if self.choosable and index.column() == WHAT:
            group = self.digest.groups[index.row() if number == 0 else number - 1]
            if group.happens is not Happens.LEFT:
                return _CHECKABLE
        return _PLAIN

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = index.column()
        if role == ROLE.DisplayRole:
            return self._text(index, column)
        if role == ROLE.CheckStateRole:
            return self._state(index) if column == WHAT else None
        if role == BESIDE:
            return self._beside(index) if column == WHAT else ""
        if role == ROLE.ToolTipRole:
            beside = self._beside(index) if column == WHAT else ""
            return plain_tip("\n".join(filter(None, (self._text(index, column), beside))))
        if role == ROLE.ForegroundRole:
            return self._colour(index, column)
        if role == ROLE.FontRole:
            return self._font(index, column)
        if role == ROLE.AccessibleTextRole and column == WHAT:
            return self._spoken(index)
        return None

    def _text(self, index: Index, column: int) -> str:
        number = index.internalId()
        if number == 0:
            group = self.digest.groups[index.row()]
            return (group.title, group.now, group.after, group.note)[column]
        if number >= FIELDS:
            place = number - FIELDS
            return self._field_texts(self.digest.changes[place])[index.row()][column]
        place = self._place(index)
        change = self.digest.changes[place]
        if column == WHAT:
            return self.digest.title_of(change)
        group = self.digest.groups[number - 1]
        return ("", group.now, group.after, group.note)[column]

    def _beside(self, index: Index) -> str:
        number = index.internalId()
        if number == 0:
            group = self.digest.groups[index.row()]
            several = len(self.digest.whose) > 1
            counts = (
                Counter(
                    change.target.carrier for change in self.digest.changes[group.start : group.end]
                )
                if group.size <= 500
                else None
            )
            what = things(counts) if counts else things(self._counts(group))
            return " · ".join(filter(None, (group.artist if several else "", what)))
        if number >= FIELDS:
            return ""
        change = self.digest.changes[self._place(index)]
        own = path_text(change.target.label)
        if not change.target.on_disk:
            where = self.digest.names.get(change.target.carrier, change.target.carrier)
            return shown(where)
        return own if own != self.digest.title_of(change) else ""

    def _counts(self, group: ChangeGroup) -> Counter[CarrierId]:
        """What a large group holds, counted once."""
        known: dict[int, Counter[CarrierId]] = self.__dict__.setdefault("_counted", {})
        if group.start not in known:
            known[group.start] = Counter(
                change.target.carrier for change in self.digest.changes[group.start : group.end]
            )
        return known[group.start]

    def _happens(self, index: Index) -> Happens | None:
        number = index.internalId()
        if number >= FIELDS:
            return None
        return self.digest.groups[index.row() if number == 0 else number - 1].happens

    def _colour(self, index: Index, column: int) -> QColor | None:
        what = self._happens(index)
        if column == NOTE or what is None:
            tone = Tone.BAD if what is Happens.OPENS else Tone.DIM
        elif column in (NOW, AFTER):
            tone = TONES[what][column - NOW]
        else:
            return None
        return theme_of(QApplication.palette()).colour(tone)

    def _font(self, index: Index, column: int) -> QFont | None:
        if column == WHAT and index.internalId() == 0:
            return font_of(TextSize.BODY, strong=True)
        if column == NOW and self._happens(index) is Happens.OTHERWISE:
            font = font_of(TextSize.BODY)
            font.setStrikeOut(True)
            return font
        return None

    def _spoken(self, index: Index) -> str:
        what, now, after, note = (self._text(index, column) for column in range(4))
        if index.internalId() >= FIELDS:
            return tr("{what}: now {now}, after {after}").format(what=what, now=now, after=after)
        beside = self._beside(index)
        form = tr("{what}, {beside}: now {now}, after {after}. {note}")
        if not beside:
            form = tr("{what}: now {now}, after {after}. {note}")
        said = form.format(what=what, beside=beside, now=now, after=after, note=note).strip()
        if self._state(index) is Qt.CheckState.Unchecked:
            said = tr("{said} Left out.").format(said=said)
        return said

    # --- fields ----------------------------------------------------------------------

    def _fields(self, index: Index) -> Sequence[tuple[str, str, str, str]]:
        return self._field_texts(self.digest.changes[self._place(index)])

    def _field_texts(self, change: Change) -> list[tuple[str, str, str, str]]:
        target = change.target
        place = path_text(target.locator) if target.on_disk else path_text(target.label)
        lines = [(place, "", "", "")]
        lines += [(shown(sentence(note)), "", "", "") for note in preview_notes(change)]
        if change.widens:
            opens = tr("Newly allows: {uses}").format(uses=uses_text(change.widens))
            lines.append((opens, "", "", ""))
        if target.carrier == CarrierId.SIDECARS and change.edit and not any(change.edit.values()):
            gone = tr("A sidecar that RightsDesk made goes again if nothing else is in it.")
            lines.append((gone, "", "", ""))
        suite = suite_of(target.carrier)
        for name, written in change.edit.items():
            values = [suite.shown(name, value) for value in written]
            before = change.expected.get(name, ())
            now = " / ".join(before) if before else tr("(not there)")
            after = " / ".join(values) if values else tr("(removed)")
            lines.append((shown(suite.label(name)), shown(now), shown(after), ""))
        if not change.edit and change.exact_undo_of is not None:
            exact = tr("The file will be exactly as it was, byte for byte.")
            lines.append((exact, "", "", ""))
        return lines

    # --- leaving out -----------------------------------------------------------------

    def _can_be_left(self, index: Index) -> bool:
        what = self._happens(index)
        return self.choosable and what is not None and what is not Happens.LEFT

    def _state(self, index: Index) -> Qt.CheckState | None:
        if not self._can_be_left(index):
            return None
        number = index.internalId()
        if number == 0:
            left, size = self._left_of[index.row()], self.digest.groups[index.row()].size
            if not left:
                return Qt.CheckState.Checked
            return Qt.CheckState.Unchecked if left == size else Qt.CheckState.PartiallyChecked
        left_out = self._place(index) in self._left
        return Qt.CheckState.Unchecked if left_out else Qt.CheckState.Checked

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        if role != ROLE.CheckStateRole or not self._can_be_left(index):
            return False
        taken = Qt.CheckState(value) is not Qt.CheckState.Unchecked
        if index.internalId() == 0:
            self._set(index.row(), *self._range(index.row()), taken=taken)
        else:
            place = self._place(index)
            self._set(index.internalId() - 1, place, place + 1, taken=taken)
        self.chosen_changed.emit()
        return True

    def _range(self, group: int) -> tuple[int, int]:
        return self.digest.groups[group].start, self.digest.groups[group].end

    def _set(self, group: int, start: int, end: int, *, taken: bool) -> None:
        part = range(start, end)
        if taken:
            moved = [place for place in part if place in self._left]
            self._left.difference_update(moved)
        else:
            moved = [place for place in part if place not in self._left]
            self._left.update(moved)
        self._left_of[group] += -len(moved) if taken else len(moved)
        counts = Counter(self.digest.changes[place].target.carrier for place in moved)
        opens = self.digest.groups[group].happens is Happens.OPENS
        for numbers in (self.planned, self.opened) if opens else (self.planned,):
            if taken:
                numbers.update(counts)
            else:
                numbers.subtract(counts)
            for carrier in [carrier for carrier, n in numbers.items() if n <= 0]:
                del numbers[carrier]
        if group >= self._shown:
            return
        head = self.createIndex(group, 0, 0)
        self.dataChanged.emit(head, head)
        first = self.createIndex(0, 0, group + 1)
        last = self.createIndex(self.digest.groups[group].size - 1, 0, group + 1)
        self.dataChanged.emit(first, last)

    def leave_out_what_opens(self) -> None:
        """Leave out every row that opens something up."""
        for number, group in enumerate(self.digest.groups):
            if group.happens is Happens.OPENS:
                self._set(number, group.start, group.end, taken=False)
        self.chosen_changed.emit()

    @property
    def counts(self) -> Counter[Happens]:
        """How many there are of what happens, without those that are left out."""
        found = Counter(self.digest.counts)
        for group, left in zip(self.digest.groups, self._left_of, strict=True):
            found[group.happens] -= left
        return found

    @property
    def left_out(self) -> frozenset[ChangeKey]:
        """The carriers that are left out."""
        changes = self.digest.changes
        return frozenset(
            key_of(changes[place].target)
            for place in self._left
            if changes[place].outcome is Outcome.PLANNED
        )
