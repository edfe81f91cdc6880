"""Tries a built program: its commands, its window, and the helper processes that read files."""

import io
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from setting_up.places import PROJECT, Venv
from setting_up.words import CannotStart

from building.tools import run

_READER = "rightsdesk.files.scan.tags"


def try_program(program: Path, venv: Venv) -> None:
    """Runs the program as a person would, on data of its own. Raises CannotStart.

    The demo scans, writes and undoes files and talks to practice servers, with a window that is
    drawn into memory. `venv` made the program, so its Python speaks with helpers.
    """
    with tempfile.TemporaryDirectory() as place:
        env = {
            "RIGHTSDESK_DATA_DIR": f"{place}/data",
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        run([program, "--version"], "ask the program for its version", env=env)
        run([program, "status"], "show the status", env=env)
        demo = ["demo", "--headless", "--dir", f"{place}/demo"]
        run([program, *demo], "run the demo", env=env)
    probe = [str(venv.python), __file__, str(program)]
    path = os.pathsep.join(map(str, (PROJECT / "packaging", PROJECT)))
    run(probe, "read a file by a helper process", env={"PYTHONPATH": path})


def ask_helper(program: list[str], paths: list[Path], seconds: float = 60) -> list[Any]:
    """Returns what a helper process of the program reads in the files. Raises CannotStart."""
    # Only the Python of the environment that made the program can import this.
    from rightsdesk.files.workers.protocol import receive, send

    question = io.BytesIO()
    send(question, (1, [str(path).encode() for path in paths]))
    done = subprocess.run(
        [*program, "--helper-process", _READER],
        input=question.getvalue(),
        stdout=subprocess.PIPE,
        timeout=seconds,
        check=False,
    )
    message = receive(io.BytesIO(done.stdout))
    if done.returncode or message is None:
        raise CannotStart("The helper process gave no answer, so scans would use one processor.")
    number: int
    answer: list[Any]
    number, answer = message
    if number != 1 or len(answer) != len(paths):
        raise CannotStart("The helper process answered another question.")
    return answer


if __name__ == "__main__":
    import sys

    samples = sorted((PROJECT / "rightsdesk").rglob("*.flac"))
    ask_helper([sys.argv[1]], samples)
