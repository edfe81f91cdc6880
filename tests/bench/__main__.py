"""`python -m tests.bench`: print the targets and the results. Asserts nothing."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import catalogue_page, items, reports, starting
from tests.bench.generated import generate
from tests.bench.jobs import Bench
from tests.bench.measuring import table


def main() -> None:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--files", type=int, default=500, help="number of files (500)")
    parser.add_argument("--many", type=int, default=0, help="number of extra tiny files (0)")
    parser.add_argument("--items", type=int, help="measure a sync of this many items instead")
    parser.add_argument("--start", action="store_true", help="measure how commands start instead")
    parser.add_argument("--page", type=int, help="measure the window with so many recordings")
    parser.add_argument("--report", type=int, help="measure reports of so many recordings instead")
    parser.add_argument("--store", type=Path, help="a data folder for --page; else a new one")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the best counts (3)")
    parser.add_argument("--dir", type=Path, help="working folder; else a temporary folder")
    parser.add_argument(
        "--beets", default=shutil.which("beet") or "", help="path of the program beet"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rightsdesk-bench-", dir=given.dir) as name:
        folder = Path(name)
        if given.start:
            sys.stdout.write(f"\n{table(list(starting.lines(folder / 'data', given.rounds)))}")
            return
        if given.report:
            sys.stdout.write(f"\n{table(list(reports.lines(folder, given.report)))}")
            return
        if given.page:
            number = 0 if given.store else given.page
            found = []
            for line in catalogue_page.measured(given.store or folder, number):
                found.append(line)
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
            sys.stdout.write(f"\n{table(found)}")
            return
        if given.items:
            sys.stdout.write(f"\n{table(list(items.lines(folder, given.items)))}")
            return
        paths = list(generate(folder / "music", given.files))
        size = sum(path.stat().st_size for path in paths)
        sys.stdout.write(f"{len(paths):,} files, {size / 1e6:,.0f} MB, cache warm\n")
        if not given.beets:
            sys.stdout.write("Without beets: it is not installed (see --beets).\n")
        bench = Bench(
            folder / "music",
            paths,
            folder,
            rounds=given.rounds,
            beets=given.beets,
            many=given.many,
        )
        lines = list(bench.lines())
    sys.stdout.write(f"\n{table(lines)}")


if __name__ == "__main__":
    main()
