"""`python -m tests.bench.catalogue_page DATA`: the catalogue page with a large store.

Prints the processor time of the main thread in milliseconds, compared with a plain QTableView. The
view has a Python model of the same size. `tests.bench.catalogue.fill` creates the store. Runs
offscreen.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView

from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.shell.picture import settle
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.overview.values import GroupBy
from tests.bench.measuring import Cost, Line

STEPS, FRAMES = 400, 60
LONGEST_TURN = 0.05
"""The longest time, in seconds, that one turn of the main thread may take."""


class Plain(QAbstractTableModel):
    """A model that only holds texts."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self._rows, self._columns = rows, columns

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return self._rows

    def columnCount(self, _parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return self._columns

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        return f"{index.row()}" if role == Qt.ItemDataRole.DisplayRole else None


class Heartbeat(QApplication):
    """Records the processor time of the longest turn of the main thread."""

    longest, by = 0.0, ""
    _depth = 0

    def notify(self, receiver: object, event: QEvent) -> bool:
        self._depth += 1
        began = time.thread_time()
        try:
            return super().notify(receiver, event)  # type: ignore[arg-type]  # as Qt hands it over
        finally:
            self._depth -= 1
            took = time.thread_time() - began
            if not self._depth and took > self.longest:
                self.longest, self.by = took, f"{type(receiver).__name__}, {event.type().name}"


def cost_here(work: Callable[[], object]) -> Cost:
    """Do the work once; return the processor time of this thread only."""
    clock, processor = time.perf_counter(), time.thread_time()
    work()
    return Cost(time.perf_counter() - clock, time.thread_time() - processor)


def lines(workspace: Workspace, app: Heartbeat) -> Iterator[Line]:
    """Yield all measurements."""
    work = TaskRunner()
    window = MainWindow(workspace, work)
    window.resize(1280, 800)
    window.show()
    settle(work)
    window.go_to("catalogue")
    settle(work)
    window.go_to("home")
    settle(work)
    app.longest = 0.0
    page, listed = window.catalogue, window.desk.list
    number = len(listed.model.listing.grouped.ids)
    plain = QTableView()
    plain.setModel(Plain(listed.model.rowCount(), 10))
    plain.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    plain.resize(page.table.size())
    bare = cost_here(lambda: (plain.show(), plain.grab()))
    size = f"{number:,} recordings"

    def waited(work_to_do: Callable[[], object]) -> Cost:
        def run() -> None:
            work_to_do()
            settle(work)
            page.table.grab()

        return cost_here(run)

    shown = waited(lambda: window.go_to("catalogue"))
    yield _line(f"page shown, {size}", shown, "bare QTableView shown", bare)
    for text, job in (("ferry", "search, 2 of 14 words"), ("", "search cleared")):
        yield _line(job, waited(partial(listed.search, text)), "bare", bare)
    for by in (GroupBy.FOLDER, GroupBy.NONE, GroupBy.RELEASE):
        yield _line(f"group by {by.value}", waited(partial(listed.group, by)), "bare", bare)
    up = Qt.SortOrder.AscendingOrder
    yield _line("sort by title", waited(lambda: page.table.sortByColumn(0, up)), "bare", bare)
    column = listed.model.column_keys.index("youtube")
    yield _line("sort by a carrier", waited(lambda: page.table.sortByColumn(column, up)), "", bare)
    yield _line("sort undone", waited(lambda: page.table.sortByColumn(-1, up)), "bare", bare)
    plain_all = cost_here(plain.selectAll)

    def count_all() -> int:
        page.table.selectAll()
        return page.table.selected_count

    counted = cost_here(count_all)
    expect_all = page.table.selected_count
    yield _line(f"select all, count {expect_all:,}", counted, "selectAll of a bare one", plain_all)
    page.table.clearSelection()
    plain.clearSelection()
    turn, by = app.longest, app.by
    ours, theirs = scrolled(page.table), scrolled(plain)
    yield Line("60 frames while scrolling", ours, "bare", theirs, reach=1.5, at_most=True)
    ours, theirs = jumped(page.table), jumped(plain)
    yield Line("60 frames at far places", ours, "bare", theirs, reach=1.5, at_most=True)
    yield Line(
        f"longest turn: {by}",
        Cost(turn, turn),
        "what is allowed",
        Cost(LONGEST_TURN, LONGEST_TURN),
        reach=1,
        at_most=True,
    )
    window.hide()
    work.close()


def _line(job: str, ours: Cost, yardstick: str, plain: Cost) -> Line:
    return Line(job, ours, yardstick or "bare", plain, at_most=True)


def scrolled(view: QAbstractItemView) -> Cost:
    """Show this many frames, each one step further."""
    return _frames(view, range(0, STEPS * FRAMES, STEPS))


def jumped(view: QAbstractItemView) -> Cost:
    """Show this many frames, each at a different position."""
    last = view.verticalScrollBar().maximum()
    return _frames(view, [last * place * 37 % FRAMES // FRAMES for place in range(FRAMES)])


def _frames(view: QAbstractItemView, places: range | list[int]) -> Cost:
    bar = view.verticalScrollBar()

    def run() -> None:
        for place in places:
            bar.setValue(place)
            view.viewport().repaint()
            QApplication.processEvents()

    return cost_here(run)


def main() -> None:
    """Measure, and print a line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = Heartbeat([])
    with Workspace.open(given.data) as workspace:
        for line in lines(workspace, app):
            ours, plain = line.cost.processor * 1000, line.plain.processor * 1000
            ratio = f"{line.processor_ratio:.2f} ×" if line.reach else ""
            clock = line.cost.clock * 1000
            sys.stdout.write(
                f"{line.job:38} {ours:8.1f} ms (clock {clock:7.0f})  {line.yardstick:26} "
                f"{plain:8.1f} ms {ratio}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
