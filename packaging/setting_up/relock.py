"""Writes the lock files anew from pyproject.toml: exact versions, with hashes.

They hold for every system and every Python from 3.11 on (uv's universal resolution), and
name no registry: pip takes the one that the machine is set up with.
"""

import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path

from setting_up.places import PROJECT, PYPROJECT, RUNTIME_LOCK, TEST_LOCK
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
    """Locks both files; `arguments` go to uv (`--upgrade`, `--upgrade-package NAME`).

    What builds RightsDesk (setuptools) is locked with the rest, so that linking the
    project in needs no network. The test lock takes over the runtime's versions.
    """
    with PYPROJECT.open("rb") as file:
        build = "\n".join(tomllib.load(file)["build-system"]["requires"])
    runtime = compile_command(uv, ["pyproject.toml", "-"], RUNTIME_LOCK, extras=(), more=arguments)
    _uv(runtime, build)
    constrained = [*arguments, f"--constraint={RUNTIME_LOCK}"]
    tests = compile_command(
        uv, ["pyproject.toml", "-"], TEST_LOCK, extras=("test", "dev"), more=constrained
    )
    _uv(tests, build)
    say(f"Wrote {RUNTIME_LOCK.name} and {TEST_LOCK.name}.")


def _uv(command: list[str], standard_input: str) -> None:
    done = subprocess.run(command, cwd=PROJECT, input=standard_input, text=True, check=False)
    if done.returncode:
        raise CannotStart("uv could not settle on versions; its words are above.")
