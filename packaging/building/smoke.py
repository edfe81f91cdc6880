"""Tries a built program: its commands, its window, and the helper processes that read files."""

import marshal
import subprocess
import tempfile
from pathlib import Path

from setting_up.places import PROJECT, Venv
from setting_up.words import CannotStart

from building.tools import run

_LENGTH = 8  # bytes before each message: see rightsdesk/files/workers/protocol.py
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
    run(probe, "read a file by a helper process", env={"PYTHONPATH": str(PROJECT / "packaging")})


def ask_helper(program: Path, paths: list[Path], seconds: float = 60) -> object:
    """Returns what a helper process of the program reads in the files. Raises CannotStart."""
    question = marshal.dumps((1, [str(path).encode() for path in paths]))
    done = subprocess.run(
        [program, "--helper-process", _READER],
        input=len(question).to_bytes(_LENGTH, "big") + question,
        stdout=subprocess.PIPE,
        timeout=seconds,
        check=False,
    )
    length = int.from_bytes(done.stdout[:_LENGTH], "big")
    if done.returncode or not length or len(done.stdout) != _LENGTH + length:
        raise CannotStart("The helper process gave no answer, so scans would use one processor.")
    number, answer = marshal.loads(done.stdout[_LENGTH:])
    if number != 1 or len(answer) != len(paths):
        raise CannotStart("The helper process answered another question.")
    return answer


if __name__ == "__main__":
    import sys

    samples = sorted((PROJECT / "rightsdesk").rglob("*.flac"))
    ask_helper(Path(sys.argv[1]), samples)
