"""The environment that builds packages, and how a step of a build runs."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from setting_up import environment
from setting_up.onlyone import only_one
from setting_up.places import BUILD_LOCK, PROJECT, Venv, digest
from setting_up.words import CannotStart, say

OUTPUT = PROJECT / "build/packages"
"""Where packages are built. Git ignores it."""


def build_environment() -> Venv:
    """An environment with RightsDesk's locked dependencies and PyInstaller, made if need be.

    It is made anew for another lock file, Python or folder. Raises CannotStart.
    """
    venv = Venv(PROJECT / "build/packaging-venv")
    stamp = [environment.ground(venv), digest(BUILD_LOCK)]
    with only_one(venv.lock):
        if environment.found(venv) != stamp or not environment.runs(venv):
            venv.stamp.unlink(missing_ok=True)
            environment.create(venv)
            say("Installing what builds packages …")
            environment.pip(venv, "--require-hashes", "--only-binary=:all:", "-r", str(BUILD_LOCK))
            venv.stamp.write_text("\n".join(stamp), "utf-8")
    return venv


def run(
    command: Sequence[str | Path],
    purpose: str,
    *,
    cwd: Path = PROJECT,
    env: Mapping[str, str] | None = None,
) -> str:
    """Runs a step and returns what it prints. Raises CannotStart with all it said, if it fails."""
    say(f"{purpose[0].upper()}{purpose[1:]} …")
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as problem:
        raise CannotStart(f"Could not {purpose} ({problem}).") from problem
    if done.returncode:
        say(f"{done.stdout}{done.stderr}".rstrip())
        raise CannotStart(f"Could not {purpose}; the lines above say why.")
    return done.stdout


def size_of(folder: Path) -> int:
    """Bytes of all files below the folder. Links are not followed."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def megabytes(number: int) -> str:
    """A size in words, in units of a million bytes."""
    return f"{number / 1e6:.0f} MB"
