"""Makes the virtual environment and keeps it what the lock files say.

A second run finds the stamp, looks whether the files are there, and is done. Anything
half-made (the stamp is written last) or damaged is built anew.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from setting_up.onlyone import only_one
from setting_up.places import PROJECT, RUNTIME_LOCK, TEST_LOCK, Venv
from setting_up.stamp import (
    damage,
    distributions_in,
    read_stamp,
    wanted_stamp,
    write_stamp,
)
from setting_up.system import ensure_venv_module
from setting_up.words import CannotStart, say


def ready(venv: Venv, *, tests: bool) -> bool:
    """Whether the environment can be used as it is."""
    stamp = read_stamp(venv)
    wanted = wanted_stamp(venv, tests=tests)
    return stamp is not None and stamp.satisfies(wanted) and not damage(venv, stamp)


def ensure(venv: Venv, *, tests: bool) -> bool:
    """Sets the environment up unless it is ready; whether there was anything to do.

    Raises CannotStart when it can't be made: no room, no network, a folder in the way.
    """
    if ready(venv, tests=tests):
        return False
    with only_one(venv.lock):
        # Whoever held the lock before us may have done it all.
        if not ready(venv, tests=tests):
            _set_up(venv, tests=tests)
    return True


def _set_up(venv: Venv, *, tests: bool) -> None:
    wanted = wanted_stamp(venv, tests=tests)
    stamp = read_stamp(venv)
    problem = damage(venv, stamp) if stamp else ""
    if stamp and problem:
        say(f"The environment in {venv.folder} is damaged ({problem}). Building it anew.")
    if stamp is None or problem or not stamp.same_ground(wanted):
        _create(venv)
        stamp = None
    venv.stamp.unlink(missing_ok=True)  # from here on it is half-made

    if stamp and stamp.satisfies(replace(wanted, metadata=stamp.metadata, project=stamp.project)):
        # Only RightsDesk's own entry is old. What tests need stays, if it is there.
        wanted = replace(wanted, test=stamp.test)
    else:
        lock = TEST_LOCK if tests else RUNTIME_LOCK
        count = locked_packages(lock.read_text("utf-8"))
        say(f"Installing {count} packages (the first time takes a few minutes) …")
        _pip(venv, "install", "--require-hashes", "--only-binary=:all:", "-r", str(lock))
    say("Linking RightsDesk into it …")
    _pip(venv, "install", "--no-deps", "--no-build-isolation", "--no-index", "-e", str(PROJECT))
    write_stamp(venv, replace(wanted, distributions=distributions_in(venv)))
    say("Everything is set up.")


def locked_packages(lock: str) -> int:
    """How many packages a lock file's text names for this system (markers aside)."""
    return len(re.findall(r"^[A-Za-z0-9][\w.-]*==", lock, flags=re.MULTILINE))


def _create(venv: Venv) -> None:
    _clear(venv)
    ensure_venv_module(have=importlib.util.find_spec("ensurepip") is not None)
    say(f"Making a Python environment in {venv.folder} …")
    # The lock file stays beside it; the folder itself may be a mount or a link and stays too.
    venv.folder.mkdir(parents=True, exist_ok=True)
    (venv.folder / _OURS).write_text("Made by RightsDesk's packaging/start.py.\n", "utf-8")
    _run([sys.executable, "-m", "venv", str(venv.folder)], "make a Python environment")


_OURS = "made-by-rightsdesk.txt"


def _clear(venv: Venv) -> None:
    """Empties the environment's folder, if it is one: a wrong RIGHTSDESK_VENV costs nobody files.

    Raises CannotStart when the folder holds something else, or does not let itself be emptied.
    """
    folder = venv.folder
    if not os.path.lexists(folder):
        return
    marks = (venv.config, folder / _OURS, venv.stamp)
    if not folder.is_dir() or (any(folder.iterdir()) and not any(map(Path.exists, marks))):
        raise CannotStart(
            f"{folder} holds something that is not a Python environment, so it was left "
            "alone. Move it away, or name another folder in RIGHTSDESK_VENV."
        )
    try:
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != _OURS:  # last of all: until then the folder is known as ours
                entry.unlink()
    except OSError as problem:
        raise CannotStart(
            f"The old environment in {folder} could not be removed ({problem.strerror}). "
            "Close RightsDesk if it is open, then run the same command again."
        ) from problem


def _pip(venv: Venv, *arguments: str) -> None:
    _run(
        [str(venv.python), "-I", "-m", "pip", *arguments, "--no-input", "--progress-bar=off"],
        "install what RightsDesk needs",
    )


def _run(command: list[str], purpose: str) -> None:
    """Runs a step with its output kept back; only downloads of some size are told.

    Raises CannotStart with the last lines when it fails.
    """
    lines: list[str] = []
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=environment,
        cwd=PROJECT,
        close_fds=False,  # the lock goes along: see onlyone
    ) as process:
        assert process.stdout is not None  # a pipe was asked for
        for line in process.stdout:
            lines.append(line.rstrip())
            if download := large_download(line):
                say(f"  {download}")
    if process.returncode:
        for line in lines[-12:]:
            say(f"  | {line}")
        raise CannotStart(
            f"Could not {purpose}; the last lines above say why. Check the network and the "
            "free space, then run the same command again: it goes on where that makes sense."
        )


def large_download(line: str) -> str:
    """What to say of a line of pip's: "name (size)" for a download of megabytes, else ""."""
    found = re.match(r"\s*Downloading (\S+) \(([\d.]+ [MG]B)\)", line)
    return f"{found[1].rpartition('/')[2].split('-')[0]} ({found[2]})" if found else ""
