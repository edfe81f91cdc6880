"""Builds the program as one folder, and tries it."""

import os
import sys
from pathlib import Path

from setting_up.places import PACKAGING, PROJECT, Venv
from setting_up.words import say

from building import smoke
from building.tools import OUTPUT, build_environment, megabytes, run, size_of
from building.trimming import trim

ICONS = OUTPUT / "icons"
LARGEST = 180_000_000
"""Bytes that the folder may have."""


def build_folder() -> Path:
    """Returns the folder with the program, freshly built and tried. Raises CannotStart."""
    venv = build_environment()
    make_icons(venv)
    run(
        [
            *(venv.python, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"),
            *(f"--distpath={OUTPUT}", f"--workpath={OUTPUT / 'work'}"),
            PACKAGING / "rightsdesk.spec",
        ],
        "build the program",
        env={"PYTHONHASHSEED": "1"},  # the same files from the same source
    )
    folder = OUTPUT / "rightsdesk"
    if sys.platform.startswith("linux"):
        trim(folder)
    collect = [venv.python, PACKAGING / "building/licences.py", folder / "LICENCES.txt"]
    run(collect, "collect the licences of what is inside")
    smoke.try_program(program_of(folder), venv)
    size = size_of(folder)
    say(f"{folder}: {megabytes(size)}")
    if size > LARGEST:
        say(f"That is more than the {megabytes(LARGEST)} that were meant: see building/slim.py.")
    return folder


def program_of(folder: Path) -> Path:
    """The program file in the folder."""
    return folder / ("rightsdesk.exe" if os.name == "nt" else "rightsdesk")


def make_icons(venv: Venv) -> None:
    """Draws the icon in every size and form that packages need, into `build/packages/icons`."""
    run(
        [venv.python, PROJECT / "resources/icons/make.py", ICONS],
        "draw the icons",
        env={"QT_QPA_PLATFORM": "offscreen"},
    )
