"""The start-up cost of a command, in units of a library's import.

It is the processor time of a whole process, divided by that of a Python that only imports
SQLAlchemy. This ratio is the same on slow and fast computers.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measuring import Line, in_turns

PROJECT = Path(__file__).resolve().parents[2]
LIBRARY = ("-c", "import sqlalchemy")
COMMANDS = {
    # An import of SQLAlchemy took 0.116 s when the limits were set to 0.1 s and 0.35 s.
    ("--version",): 0.86,
    ("--help",): 0.86,
    ("status",): 3.0,
}


def lines(folder: Path, rounds: int) -> Iterator[Line]:
    """One line for each command, run on an empty roster in `folder`."""
    _start("-m", "rightsdesk", "--data-dir", str(folder), "status")()
    for command, most in COMMANDS.items():
        ours = _start("-P", "-m", "rightsdesk", "--data-dir", str(folder), *command)
        cost, plain = in_turns(rounds, ours, _start("-P", *LIBRARY))
        words = f"rightsdesk {' '.join(command)}"
        yield Line(words, cost, "import sqlalchemy", plain, reach=most, at_most=True)


def _start(*arguments: str) -> Callable[[], object]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    # the bytecode of an installed program exists already
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return lambda: subprocess.run(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True
    )
