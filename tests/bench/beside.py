"""`python -m tests.bench.beside MUSIC`: what the window works on, in a process of its own.

Writes files into MUSIC and runs a practice server, so that their memory and time are not the
window's. Prints the server's address and the token of its account as JSON, and ends once its
standard input is closed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rightsdesk.practice.funkwhale import PracticeFunkwhale
from tests.bench.generated import generate
from tests.bench.measuring import expect

ACCOUNT = "bench"
FILES, TRACKS = 200, 40


def main() -> None:
    """Write the files, and serve until the input ends."""
    expect(len(list(generate(Path(sys.argv[1]), FILES))), FILES)
    tracks = [{"title": f"Track {number}"} for number in range(TRACKS)]
    with PracticeFunkwhale({ACCOUNT: tracks}) as server:
        answer = {"address": server.base_url, "token": server.tokens[ACCOUNT]}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
        sys.stdin.read()


@contextmanager
def beside(music: Path) -> Iterator[tuple[str, str]]:
    """Run it with a folder for the files; gives the server's address and the account's token."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.beside", str(music)],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:  # leaving it closes the input, and waits
        assert process.stdout is not None  # as it was asked for
        answer = json.loads(process.stdout.readline())
        yield answer["address"], answer["token"]


if __name__ == "__main__":
    main()
