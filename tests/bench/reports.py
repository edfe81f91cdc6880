"""Reports of large catalogues: time that grows with the music, and memory that does not.

`python -m tests.bench.reports DATA FILE` writes one report and prints seconds of processor time and
the peak in MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter
from rightsdesk.workspace.use_cases.reports import Printer
from tests.bench.catalogue import fill
from tests.bench.measuring import Cost, Line
from tests.bench.memory import peak

FORMS = ("json", "html", "pdf")
PART = 4
"""A report is compared with one of a quarter of the music."""

TIME_REACH, MEMORY_REACH = 1.3, 1.25


def lines(folder: Path, number: int) -> Iterator[Line]:
    """Time against four reports of a quarter of the music, and memory against one of them."""
    stores = {count: folder / f"store-{count}" for count in (number // PART, number)}
    for count, store in stores.items():
        with Workspace.open(store) as workspace:
            fill(workspace._database, count)
    for form in FORMS:
        small, large = (_written(store, folder / f"report.{form}") for store in stores.values())
        name = f"report, {form.upper()} of {number:,}"
        parts = Cost(small[0] * PART, small[0] * PART)
        yield Line(
            name,
            Cost(large[0], large[0]),
            f"{PART} of {number // PART:,}",
            parts,
            reach=TIME_REACH,
            at_most=True,
            note=f"{large[0]:.1f} s of processor time",
        )
        yield Line(
            f"{name}, memory",
            Cost(large[1], large[1]),
            f"of {number // PART:,}",
            Cost(small[1], small[1]),
            reach=MEMORY_REACH,
            at_most=True,
            note=f"{large[1]:.0f} MB at most",
        )


def _written(store: Path, target: Path) -> tuple[float, float]:
    """Seconds of processor time and peak memory in MB of one report, in a process of its own."""
    command = (sys.executable, "-m", __name__, str(store), str(target))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    """Write one report, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("file")
    given = parser.parse_args()
    printer: Printer | None = None
    if given.file.endswith(".pdf"):
        from rightsdesk.desktop.printing.pdf import pdf  # loads Qt

        printer = pdf
    with Workspace.open(given.data) as workspace:
        before = time.process_time()
        workspace.reports.save(Filter(), given.file, printer=printer, replace=True)
        seconds = time.process_time() - before
    sys.stdout.write(f"{seconds:.2f} {peak() / 1e6:.1f}\n")


if __name__ == "__main__":
    main()
