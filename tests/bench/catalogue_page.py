"""The catalogue page with a large store: processor time of the main thread, offscreen.

The yardstick is a bare QTableView with a model of the same size in Python.
`python -m tests.bench --page 100000` makes the store and measures; `--store DATA` takes one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView

from rightsdesk.desktop.design.appearance import appearance
from rightsdesk.desktop.review.dialog import ReviewDialog
from rightsdesk.desktop.review.digest import Digest
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.shell.picture import settle
from rightsdesk.desktop.state.garbage import Collector
from rightsdesk.desktop.state.heap import give_back_memory
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.overview.values import GroupBy
from rightsdesk.workspace.types.scopes import Filter
from tests.bench.at_work import Heartbeat, page_lines, work_lines
from tests.bench.measuring import Cost, Line, megabytes
from tests.bench.memory import peak

STEPS, FRAMES = 400, 60
FIRST_ROWS = 0.5
"""Seconds for the first rows beyond what an empty window takes, and half of that."""
SEARCH, SORT, SELECT_ALL, REVIEW = 0.15, 0.2, 0.1, 1.5
"""The longest time, in seconds, that each action may take in the main thread."""
MOST_MEMORY = 300
"""The most memory, in MB, that the window may take in all of it."""


class Plain(QAbstractTableModel):
    """A model that only holds texts."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self._rows, self._columns = rows, columns

    def rowCount(self, _parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return self._rows

    def columnCount(self, _parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return self._columns

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        return f"{index.row()}" if role == Qt.ItemDataRole.DisplayRole else None


def cost_here(work: Callable[[], object]) -> Cost:
    """Do the work once; both times are the processor time of this thread, not of workers."""
    began = time.thread_time()
    work()
    spent = time.thread_time() - began
    return Cost(spent, spent)


def lines(workspace: Workspace, app: Heartbeat, folder: Path) -> Iterator[Line]:
    """Yield all measurements; `folder` is for music."""
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
    page, listed = window.catalogue, window.view_state.list
    number = len(listed.model.listing.grouped.ids)
    plain = QTableView()
    plain.setModel(Plain(listed.model.rowCount(), 10))
    plain.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    plain.resize(page.table.size())

    plain.show()

    def line(job: str, allowed: float, work_to_do: Callable[[], object]) -> Line:
        def run() -> None:
            work_to_do()
            settle(work)
            page.table.grab()

        all_threads = time.process_time()
        ours = cost_here(run)
        note = f"{time.process_time() - all_threads:.2f} s with the workers"
        limit = Cost(allowed, allowed)
        return Line(job, ours, "what is allowed", limit, reach=1, at_most=True, note=note)

    sort, up = page.table.sortByColumn, Qt.SortOrder.AscendingOrder
    column = listed.model.column_keys.index("youtube")
    yield line(f"page shown, {number:,} recordings", 0.15, partial(window.go_to, "catalogue"))
    yield line("search", SEARCH, partial(listed.search, "ferry"))
    yield line("search cleared", SEARCH, partial(listed.search, ""))
    for by in (GroupBy.FOLDER, GroupBy.NONE, GroupBy.RELEASE):
        yield line(f"group by {by.value}", SORT, partial(listed.group, by))
    yield line("sort by title", SORT, lambda: sort(0, up))
    yield line("sort by a carrier", SORT, lambda: sort(column, up))
    yield line("sort undone", SORT, lambda: sort(-1, up))

    def count_all() -> int:
        page.table.selectAll()
        return page.table.selected_count

    counted = cost_here(count_all)
    chosen = page.table.selected_count
    yield Line(
        f"select all, count {chosen:,}",
        counted,
        "what is allowed",
        Cost(SELECT_ALL, SELECT_ALL),
        reach=1,
        at_most=True,
    )
    page.table.clearSelection()
    plain.clearSelection()
    yield review_line(workspace, window)
    yield app.line("actions")
    ours, theirs = scrolled(page.table), scrolled(plain)
    yield Line("60 frames while scrolling", ours, "bare", theirs, reach=1.5, at_most=True)
    ours, theirs = jumped(page.table), jumped(plain)
    yield Line("60 frames at far places", ours, "bare", theirs, reach=1.5, at_most=True)
    yield from page_lines(app, window)
    yield megabytes("memory, window", peak() / 1e6, "300 MB", MOST_MEMORY, 1)
    yield from work_lines(workspace, app, window, folder)
    yield megabytes("memory, window and work", peak() / 1e6, "300 MB", MOST_MEMORY, 1)
    window.hide()
    work.close()


def first_rows_line(data: Path, rounds: int = 3) -> Line:
    """The start of the window until its first rows show, beside an empty window that imports the
    same: processor time of whole processes."""
    (data / "window.ini").write_text("[General]\npage=catalogue\n")
    ours, names = started(data)
    with TemporaryDirectory(prefix="rightsdesk-bench-") as folder:
        imports = Path(folder) / "imports.txt"
        imports.write_text("\n".join(names))
        turns = [
            (started(data)[0], started(data, "--empty", str(imports))[0]) for _ in range(rounds)
        ]
    ours = min(ours, *(turn[0] for turn in turns))
    empty = min(turn[1] for turn in turns)
    limit = 1.5 * empty + FIRST_ROWS
    return Line(
        "first rows",
        Cost(ours, ours),
        "1.5 × an empty window with the same imports + 0.5 s",
        Cost(limit, limit),
        reach=1,
        at_most=True,
        note=f"the empty window: {empty:.2f} s",
    )


def started(data: Path, *more: str) -> tuple[float, list[str]]:
    """Start a window in a process of its own; its processor time, and the modules it loads."""
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.first_rows", str(data), *more],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    first, *names = done.stdout.split()
    return float(first), names


def review_line(workspace: Workspace, window: MainWindow) -> Line:
    """The review of everything that can be written into files: computed, opened and painted."""
    plan = workspace.jobs.plan_tag(Filter())
    names = dict(workspace.catalogue.carriers())
    opened: list[ReviewDialog] = []

    def run() -> None:
        digest = Digest.of(plan, names, workspace.jobs.locations(plan.changes))
        opened.append(ReviewDialog(digest, window))
        opened[0].show()
        opened[0].grab()

    cost = cost_here(run)
    opened[0].reject()
    opened[0].deleteLater()
    job = f"review of {len(plan.changes):,} changes opens"
    return Line(job, cost, "what is allowed", Cost(REVIEW, REVIEW), reach=1, at_most=True)


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


def measured(data: Path, number: int = 0) -> Iterator[Line]:
    """Measure with a data folder; first fill it with this many recordings. Yields each line when it
    is measured."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if number:  # in a process of its own: its memory is not the window's
        filling = [sys.executable, "-m", "tests.bench.catalogue", str(data), str(number)]
        subprocess.run(filling, check=True)
    yield first_rows_line(data)
    give_back_memory()
    app = Heartbeat([])
    appearance(app)  # as the program has it: its style is set before there is a window
    collector = Collector(app)
    with (
        TemporaryDirectory(prefix="rightsdesk-bench-") as folder,
        Workspace.open(data, ask_passphrase=lambda _why: "a passphrase of the bench") as workspace,
    ):
        # A stand-in for the keyring: a passphrase takes 128 MB for a moment (RFC 7914, section 2).
        workspace.accounts.unlock_vault()
        yield from lines(workspace, app, Path(folder))
    collector.stop()
