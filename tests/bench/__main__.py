"""`python -m tests.bench [--files N]`: prints the ratios. Asserts nothing about time."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench.generated import generate
from tests.bench.measuring import Line, measure


def main() -> None:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--files", type=int, default=500, help="how many files (500)")
    parser.add_argument("--dir", type=Path, help="where to work; else a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rightsdesk-bench-", dir=given.dir) as name:
        folder = Path(name)
        paths = list(generate(folder / "music", given.files))
        size = sum(path.stat().st_size for path in paths)
        sys.stdout.write(f"{len(paths):,} files, {size / 1e6:,.0f} MB, cache warm\n\n")
        lines = measure(folder / "music", paths, folder / "data")
    sys.stdout.write(table(lines, len(paths)))


def table(lines: list[Line], files: int) -> str:
    """The results, aligned."""
    rows = [("", "seconds", "files/s", "times", "as long as", "seconds")]
    for line in lines:
        figures = (f"{line.seconds:.2f}", f"{files / line.seconds:,.0f}", f"{line.ratio:.2f}")
        rows.append((line.job, *figures, line.yardstick, f"{line.plain_seconds:.3f}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    texts = (
        "  ".join(
            cell.ljust(width) if index in (0, 4) else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "".join(f"{text.rstrip()}\n" for text in texts)


if __name__ == "__main__":
    main()
