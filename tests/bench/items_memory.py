"""`python -m tests.bench.items_memory DATA N`: sync N items twice; print the peak in MB."""

import argparse
import sys
from pathlib import Path

from tests.bench.items import Items
from tests.bench.measuring import expect
from tests.bench.memory import peak


def main() -> None:
    """Sync twice, and print the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("number", type=int)
    given = parser.parse_args()
    with Items(given.data, given.number) as items:
        expect(items.sync()[1].counts, {"done": given.number})
        expect(items.sync()[0].changes, ())
    sys.stdout.write(f"{peak() / 1e6:.1f}\n")


if __name__ == "__main__":
    main()
