"""Makes the setup program for Windows of the built folder with NSIS, signed if there is a key."""

import os
import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from setting_up.places import PACKAGING
from setting_up.words import CannotStart, say

from building.folder import ICONS, build_folder
from building.share import version
from building.tools import OUTPUT, megabytes, run

SIGN = "RIGHTSDESK_SIGN_COMMAND"
"""A command line that signs a file, whose path takes the place of `%1`."""


def build_setup() -> Path:
    """Returns the setup program, freshly built. Raises CannotStart."""
    compiler = shutil.which("makensis") or shutil.which("makensis", path=_USUAL)
    if not compiler:
        raise CannotStart("NSIS is missing (nsis.sourceforge.io). Nothing was built.")
    folder = build_folder()
    for program in sorted(folder.glob("*.exe")):
        sign(program, os.environ)
    shutil.copy(ICONS / "rightsdesk.ico", folder)
    target = OUTPUT / f"RightsDesk-{version()}-setup.exe"
    run(nsis_command(compiler, folder, target, os.environ), "pack the setup program")
    say(f"{target}: {megabytes(target.stat().st_size)}")
    return target


_USUAL = r"C:\Program Files (x86)\NSIS"


def nsis_command(
    compiler: str, folder: Path, target: Path, environment: Mapping[str, str]
) -> list[str]:
    """makensis' command line. NSIS signs the setup and the uninstaller with `SIGN` itself."""
    command = [
        compiler,
        "-V2",
        "-WX",
        "-INPUTCHARSET",
        "UTF8",
        f"-DSOURCE={folder}",
        f"-DOUTPUT={target}",
    ]
    command += [f"-DVERSION={version()}", f"-DNUMBERS={four_numbers(version())}"]
    if signing := environment.get(SIGN):
        command.append(f"-DSIGN={signing}")
    return [*command, str(PACKAGING / "windows/rightsdesk.nsi")]


def four_numbers(version: str) -> str:
    """A version as Windows has it in program files: 0.2.0.dev0 is "0.2.0.0"."""
    numbers = re.findall(r"\d+", version.partition(".dev")[0])[:4]
    return ".".join([*numbers, *("0" for _ in range(4 - len(numbers)))])


def sign(program: Path, environment: Mapping[str, str]) -> None:
    """Signs a program file with the command of `SIGN`; without it, nothing is done."""
    if signing := environment.get(SIGN):
        words = [word.replace("%1", str(program)) for word in shlex.split(signing, posix=True)]
        run(words, f"sign {program.name}")
