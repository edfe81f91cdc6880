"""The systems that the lock files serve, and the check that each finds wheels for all of a lock."""

import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from setting_up.places import TARGETS


@dataclass(frozen=True, slots=True)
class Target:
    """A system and a Python. `platform` is uv's name of the system, with the glibc on Linux."""

    name: str
    platform: str
    python: str

    def __str__(self) -> str:
        return f"{self.name}, Python {self.python}"


def targets() -> tuple[Target, ...]:
    """Every system of `targets.toml` with every Python that it lists."""
    rows = _read()["target"]
    return tuple(
        Target(row["name"], row["platform"], python) for row in rows for python in row["pythons"]
    )


def older_versions() -> tuple[str, ...]:
    """Requirements (PEP 508) that hold a package back where its newest version has no wheel."""
    return tuple(f"{row['requirement']}; {row['marker']}" for row in _read()["older"])


def dry_run_command(uv: Path, lock: Path, target: Target, folder: Path) -> list[str]:
    """uv's command line to resolve the lock for that system, from wheels alone.

    Nothing is installed: `folder` need not exist. Packages outside the lock are an error.
    """
    return [
        *(str(uv), "pip", "install", "--dry-run", "--quiet", "--no-config"),
        *("--require-hashes", "--only-binary=:all:", f"--target={folder}"),
        *(f"--python-platform={target.platform}", f"--python-version={target.python}"),
        *("--requirements", str(lock)),
    ]


def refusal(uv: Path, lock: Path, target: Target) -> str:
    """Why the lock cannot be installed there, as uv says it; "" when it can."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            dry_run_command(uv, lock, target, Path(folder)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    return done.stdout.strip() if done.returncode else ""


def _read() -> dict[str, Any]:
    with TARGETS.open("rb") as file:
        return tomllib.load(file)
