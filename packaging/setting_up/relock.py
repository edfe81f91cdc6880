"""Writes the lock files anew from pyproject.toml: exact versions, with hashes.

They hold for every system and Python in `targets.toml` (uv's universal resolution), and
name no registry: pip takes the one that the machine is set up with.
"""

import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from setting_up.places import BUILD_LOCK, PROJECT, PYPROJECT, RUNTIME_LOCK, TEST_LOCK
from setting_up.targets import older_versions, refusal, targets
from setting_up.words import CannotStart, say


def compile_command(
    uv: Path, inputs: Sequence[str], target: Path, *, extras: Sequence[str], more: Sequence[str]
) -> list[str]:
    """uv's command line to lock `inputs` (files; "-" is stdin) into `target`."""
    options = [f"--extra={extra}" for extra in extras]
    return [
        *(str(uv), "pip", "compile"),
        *("--universal", "--generate-hashes", "--python-version=3.11", "--quiet"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-config"),
        *("--custom-compile-command=python3 packaging/start.py lock", f"--output-file={target}"),
        *options,
        *more,
        *inputs,
    ]


def relock(uv: Path, arguments: Sequence[str]) -> None:
    """Locks the three files; `arguments` go to uv (`--upgrade`, `--upgrade-package NAME`).

    What builds RightsDesk (setuptools) is locked with the rest, so that linking the
    project in needs no network. The other locks take over the runtime's versions. Raises
    CannotStart when a system finds no wheels for what was locked.
    """
    with PYPROJECT.open("rb") as file:
        build = "\n".join(tomllib.load(file)["build-system"]["requires"])
    inputs = ["pyproject.toml", "-"]
    with tempfile.TemporaryDirectory() as folder:
        older = Path(folder) / "older.txt"
        older.write_text("\n".join(older_versions()) + "\n", "utf-8")
        more = [*arguments, f"--constraint={older}"]
        _uv(compile_command(uv, inputs, RUNTIME_LOCK, extras=(), more=more), build)
        more.append(f"--constraint={RUNTIME_LOCK}")
        for lock, extras in ((TEST_LOCK, ("test", "dev")), (BUILD_LOCK, ("build",))):
            _uv(compile_command(uv, inputs, lock, extras=extras, more=more), build)
    say("Wrote the lock files. Checking them for every system …")
    for lock in (RUNTIME_LOCK, BUILD_LOCK):
        _check(uv, lock)


def _check(uv: Path, lock: Path) -> None:
    refused = 0
    for target in targets():
        if reason := refusal(uv, lock, target):
            say(f"{target}:\n{reason}")
            refused += 1
    if refused:
        raise CannotStart(
            f"{lock.name} was written, but has no wheels for {refused} of the systems in "
            "packaging/targets.toml, which are named above. Hold the package back there, under "
            "“older”, then lock again."
        )


def _uv(command: list[str], standard_input: str) -> None:
    done = subprocess.run(command, cwd=PROJECT, input=standard_input, text=True, check=False)
    if done.returncode:
        raise CannotStart("uv could not settle on versions; its words are above.")
