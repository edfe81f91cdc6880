"""The checks and the tests, as CI and people run them."""

import os
import random
import subprocess
import time
from collections.abc import Mapping, Sequence

from setting_up.places import PROJECT, Venv


def commands(venv: Venv) -> dict[str, list[str]]:
    """The checks that come before the tests, by name."""
    python = str(venv.python)
    return {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [str(venv.script("lint-imports")), "--no-logo"],
    }


def pytest_command(venv: Venv, arguments: Sequence[str], cores: int) -> list[str]:
    """pytest's command line: side by side on several cores, unless told what to run.

    Tests wait for disks, servers and windows half of their time, so more run than there are cores.
    """
    spread = [] if arguments or cores < 2 else ["-n", str(min(cores + 2, 8))]
    return [str(venv.python), "-m", "pytest", *spread, *arguments]


SEED, FONT = "RIGHTSDESK_TEST_SEED", "RIGHTSDESK_TEST_FONT"
OTHER_FONT = "tall"
ELSEWHERE = {"LC_ALL": "C", "TZ": "Pacific/Kiritimati"} if os.name == "posix" else {}
"""Where the window's tests run once more: in a locale without a language, where it is tomorrow."""


def test_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What the tests see: Qt draws into memory unless a platform was chosen, and the order
    is random, by a seed that pytest's header names."""
    seed = str(random.randrange(1_000_000))
    return {"QT_QPA_PLATFORM": "offscreen", SEED: seed, **environment}


def _tell(line: str) -> None:
    """To stdout, where pytest's words follow, and at once, so that they do follow."""
    print(line, flush=True)


def run_all(venv: Venv, arguments: Sequence[str]) -> int:
    """Runs every check, then pytest; 0 only if all passed.

    What failed is named before pytest's output, so that its closing line is the last.
    """
    failed = [name for name, command in commands(venv).items() if not _passes(name, command)]
    if failed:
        _tell(f"FAILED before the tests: {', '.join(failed)}. The tests run all the same.")
    cores = os.cpu_count() or 1
    env = test_environment(os.environ)
    if not arguments and FONT not in os.environ:
        where = " ".join(f"{name}={value}" for name, value in ELSEWHERE.items())
        _tell(f"The window's tests with the font “{OTHER_FONT}” {where}, then all tests:")
        command = [*pytest_command(venv, (), cores), "-m", "not slow", "tests/desktop"]
        if subprocess.call(command, cwd=PROJECT, env={**env, **ELSEWHERE, FONT: OTHER_FONT}):
            failed.append("window")
            _tell(f"FAILED: the window with the font “{OTHER_FONT}”. All tests run all the same.")
    code = subprocess.call(pytest_command(venv, arguments, cores), cwd=PROJECT, env=env)
    return code or (1 if failed else 0)


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as problem:
        _tell(f"{name}: could not run ({problem})")
        return False
    seconds = time.monotonic() - started
    _tell(f"{name}: {'FAILED' if done.returncode else 'passed'} ({seconds:.1f} s)")
    if done.returncode:
        _tell(done.stdout.rstrip())
    return done.returncode == 0
