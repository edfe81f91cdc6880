"""The history as rows: days, and what was done on each, fetched page by page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from rightsdesk import phrases
from rightsdesk.desktop.design.words import language
from rightsdesk.desktop.jobs.history_words import (
    details_of,
    not_done,
    retriable,
    sign_of,
    title_of,
    under_of,
    way_text,
)
from rightsdesk.desktop.jobs.main_job import retry_text
from rightsdesk.desktop.pages.activity.mending import Act, mending
from rightsdesk.desktop.parts.texts import (
    counted,
    path_text,
    plain_tip,
    sentence,
    tr,
)
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.shown import shown
from rightsdesk.workspace.history.types import Can, HistoryEntry, HistoryFilter
from rightsdesk.workspace.jobs.failures import FailedGroup

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
PAGE = 60
MOST_AGAIN = 1000
"""So many entries are read again at most when something changed; older ones come on scrolling."""
NAMED = 5
"""Places named below a reason."""


class PlaceInCard(IntEnum):
    """Where a row is in the card of its day. The heading of the newest day is at the top."""

    TOP = -1
    HEAD = 0
    ONLY = 1
    FIRST = 2
    MIDDLE = 3
    LAST = 4


@dataclass(slots=True)
class Reason:
    """Why some of a job was not done, as it is shown, with the buttons that mend it."""

    text: str
    places: str
    acts: tuple[Act, ...]


@dataclass(slots=True)
class FeedRow:
    """One row. A heading has only a title."""

    title: str
    place: PlaceInCard
    entry: HistoryEntry | None = None
    time: str = ""
    under: str = ""
    sign: str = ""
    acts: tuple[Act, ...] = ()
    details: tuple[str, ...] = ()
    unfolded: bool = False
    reasons: tuple[Reason, ...] | None = None

    @property
    def all_acts(self) -> tuple[Act, ...]:
        """Its buttons, in the order of the keyboard: those of the row, then of its reasons."""
        more = [act for reason in self.reasons or () for act in reason.acts]
        return (*self.acts, *(more if self.unfolded else ()))


def day_of(at: str) -> datetime.date:
    """The local day of a stored time."""
    return datetime.datetime.fromisoformat(at).astimezone().date()


def day_title(day: datetime.date, today: datetime.date) -> str:
    """`Today`, `Yesterday`, `21 November`, with the year where it is not this one."""
    if day == today:
        return tr("Today")
    if (today - day).days == 1:
        return tr("Yesterday")
    return phrases.short_date(day, language(), without_year=today.year)


def acts_of(entry: HistoryEntry) -> tuple[Act, ...]:
    """The buttons of an entry; the way back comes last, where it always is."""
    acts = []
    job = entry.job
    if job is not None and job.open_changes and not job.due_at:
        acts.append(Act("continue", tr("Continue")))
    if job is not None and not_done(job) and job.undone_by is None:
        again = retriable(job)
        acts.append(Act("retry", retry_text(again)) if again else Act("why", tr("Show why")))
    if entry.can is not Can.NOTHING:
        acts.append(Act(entry.can.value, way_text(None, entry.can)))
    return tuple(acts)


def row_of(entry: HistoryEntry, *, of_one: bool) -> FeedRow:
    """An entry as a row; `of_one`: all entries are of one artist, who is named elsewhere."""
    clock = phrases.clock_time(datetime.datetime.fromisoformat(entry.deed.at))
    return FeedRow(
        title=shown(title_of(entry)),
        place=PlaceInCard.MIDDLE,
        entry=entry,
        time=clock,
        under=shown(under_of(entry, of_one=of_one)),
        sign=sign_of(entry),
        acts=acts_of(entry),
        details=tuple(shown(line) for line in details_of(entry)),
    )


class FeedModel(QAbstractListModel):
    """Rows of the history, newest first. Only what was scrolled to is held."""

    def __init__(self, view_state: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self.rows: list[FeedRow] = []
        self.chosen = HistoryFilter(kinds=frozenset())
        self.loaded = False
        self._oldest: int | None = None
        self._entries = 0
        self._more = False
        self._asked = 0

    # --- what a view asks ------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.rows[index.row()].entry is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROLE.DisplayRole:
            return row.title
        if role == ROLE.ToolTipRole and row.entry is not None:
            return plain_tip("\n".join(filter(None, (row.title, row.under, *row.details[-1:]))))
        if role == ROLE.AccessibleTextRole:
            return spoken(row)
        return None

    # --- reading ---------------------------------------------------------------------

    def reload(self) -> None:
        """Read again what is shown, from the newest on."""
        self._ask(None, max(PAGE, min(self._entries + PAGE // 2, MOST_AGAIN)), self._arrived)

    def more(self) -> None:
        """Read the next page, if there is one. Not `fetchMore`: a tree view asks for that at each
        layout, seen or not."""
        if self._more:
            self._more = False
            self._ask(self._oldest, PAGE, self._arrived_more)

    def choose(self, chosen: HistoryFilter) -> bool:
        """Show these entries; whether they are others than before."""
        if chosen == self.chosen:
            return False
        self.chosen = chosen
        self._entries = 0
        self.reload()
        return True

    def _ask(self, before: int | None, limit: int, done: Any) -> None:
        workspace, chosen = self._view_state.workspace, self.chosen
        of_one = self._view_state.one_artist is not None
        self._asked += 1
        asked = self._asked

        def read() -> tuple[list[FeedRow], list[HistoryEntry], bool]:
            entries = workspace.history.entries(chosen, before, limit)
            rows = [row_of(entry, of_one=of_one) for entry in entries]
            return rows, entries, len(entries) == limit

        def arrived(found: tuple[list[FeedRow], list[HistoryEntry], bool]) -> None:
            if asked == self._asked:
                done(*found)

        self._view_state.work_for(self, read, arrived)

    def _arrived(self, rows: list[FeedRow], entries: Sequence[HistoryEntry], more: bool) -> None:
        kept = {row.entry.id: row for row in self.rows if row.entry and row.unfolded}
        for row in rows:
            if row.entry is not None and (old := kept.get(row.entry.id)):
                row.unfolded, row.reasons = True, old.reasons
        self.beginResetModel()
        self.rows = with_days(rows, None)
        self._note(entries, more)
        self._entries = len(rows)
        self.loaded = True
        self.endResetModel()

    def _arrived_more(
        self, rows: list[FeedRow], entries: Sequence[HistoryEntry], more: bool
    ) -> None:
        if not rows:
            return
        last = self.rows[-1] if self.rows else None
        added = with_days(rows, last)
        start = len(self.rows)
        self.beginInsertRows(QModelIndex(), start, start + len(added) - 1)
        self.rows += added
        self._note(entries, more)
        self._entries += len(rows)
        self.endInsertRows()
        if start:
            joint = self.index(start - 1)
            self.dataChanged.emit(joint, joint)

    def _note(self, entries: Sequence[HistoryEntry], more: bool) -> None:
        self._oldest = entries[-1].id if entries else None
        self._more = more

    # --- folding ---------------------------------------------------------------------

    def fold(self, number: int, *, unfolded: bool | None = None) -> None:
        """Fold or unfold a row; what a job did not do is read then."""
        row = self.rows[number]
        if row.entry is None:
            return
        row.unfolded = not row.unfolded if unfolded is None else unfolded
        index = self.index(number)
        self.dataChanged.emit(index, index)
        job = row.entry.job
        if not (row.unfolded and job is not None and not_done(job) and row.reasons is None):
            return
        workspace, entry_id, job_id = self._view_state.workspace, row.entry.id, job.id

        def read() -> tuple[Reason, ...]:
            return tuple(_reason(group) for group in workspace.jobs.failures(job_id))

        self._view_state.work_for(self, read, lambda reasons: self._reasons(entry_id, reasons))

    def _reasons(self, entry_id: int, reasons: tuple[Reason, ...]) -> None:
        number = self.row_of_entry(entry_id)
        if number is not None:
            self.rows[number].reasons = reasons
            index = self.index(number)
            self.dataChanged.emit(index, index)

    def row_of_entry(self, entry_id: int) -> int | None:
        """Where an entry is; None where it is not loaded."""
        return next(
            (n for n, row in enumerate(self.rows) if row.entry and row.entry.id == entry_id), None
        )

    def row_of_job(self, job_id: int) -> int | None:
        """Where a job is; None where it is not loaded."""
        return next(
            (
                n
                for n, row in enumerate(self.rows)
                if row.entry and row.entry.job and row.entry.job.id == job_id
            ),
            None,
        )


def _reason(group: FailedGroup) -> Reason:
    problem = sentence(group.problem) or tr("No reason is on record.")
    text = f"{counted('%n place', '%n places', group.count)}: {problem}"
    named = [path_text(place) for place in group.places[:NAMED]]
    rest = group.count - len(named)
    if rest > 0:
        named.append(counted("and %n more", "and %n more", rest))
    return Reason(shown(text), "\n".join(named), mending(group))


def spoken(row: FeedRow) -> str:
    """A row as a sentence, with what can be done."""
    if row.entry is None:
        return row.title
    parts = [row.time, row.title, row.under]
    if row.unfolded:
        parts += [*row.details, *(reason.text for reason in row.reasons or ())]
    said = ". ".join(filter(None, (part.rstrip(".") for part in parts)))
    acts = ", ".join(act.text for act in row.all_acts)
    return tr("{said}. Buttons: {acts}").format(said=said, acts=acts) if acts else f"{said}."


def with_days(rows: Sequence[FeedRow], before: FeedRow | None) -> list[FeedRow]:
    """The rows under headings for their days; `before` is the row that they follow."""
    today = datetime.datetime.now().astimezone().date()
    found: list[FeedRow] = []
    last = before
    day = day_of(before.entry.deed.at) if before is not None and before.entry else None
    for row in rows:
        assert row.entry is not None  # headings are made here
        own = day_of(row.entry.deed.at)
        if own != day:
            found.append(
                FeedRow(
                    day_title(own, today), PlaceInCard.HEAD if found or last else PlaceInCard.TOP
                )
            )
            row.place = PlaceInCard.ONLY
            day = own
        else:
            row.place = PlaceInCard.LAST
            if last is not None:
                top = last.place in (PlaceInCard.ONLY, PlaceInCard.FIRST)
                last.place = PlaceInCard.FIRST if top else PlaceInCard.MIDDLE
        found.append(row)
        last = row
    return found
