"""Makes the virtual environment with venv and pip, from the lock files, when it is not there yet.

What the two do not do is here: a second start needs no pip, a half-made environment is built
anew, two starts take turns, and a folder that holds something else is left alone.
"""

import importlib.util
import platform
import subprocess
import sys

from setting_up.onlyone import only_one
from setting_up.places import PROJECT, PYPROJECT, RUNTIME_LOCK, TEST_LOCK, Venv, digest
from setting_up.system import ensure_venv_module
from setting_up.words import CannotStart, say

_STDERR = 2  # stdout belongs to the program that is started


def ground(venv: Venv) -> str:
    """What an environment cannot change later: its Python, its system and its folder."""
    version = f"{sys.implementation.name} {sys.version_info[0]}.{sys.version_info[1]}"
    return f"{version} {sys.platform} {platform.machine()} in {venv.folder}"


def wanted(venv: Venv, *, tests: bool) -> list[str]:
    """The lines of the stamp that the environment must carry.

    `ground`, the project and the digest of all that is installed from, and `tests` where the
    tests' tools are wanted too.
    """
    sources = digest(PYPROJECT, RUNTIME_LOCK, TEST_LOCK)
    return [ground(venv), str(PROJECT), sources, *(["tests"] if tests else [])]


def found(venv: Venv) -> list[str]:
    """The lines of its stamp, which is written last; none when it is half-made or not there."""
    try:
        return venv.stamp.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def ready(venv: Venv, *, tests: bool) -> bool:
    """Whether the environment can be used as it is."""
    lines = wanted(venv, tests=tests)
    return found(venv)[: len(lines)] == lines and runs(venv)


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
    before = found(venv)
    tests = tests or "tests" in before  # what tests need stays
    try:
        venv.stamp.unlink(missing_ok=True)  # from here on it is half-made
    except OSError as problem:
        raise CannotStart(f"{venv.folder} cannot be changed ({problem.strerror}).") from problem
    if before[:1] != [ground(venv)] or not runs(venv):
        create(venv)
    say("Installing what RightsDesk needs (the first time takes a few minutes) …")
    lock = TEST_LOCK if tests else RUNTIME_LOCK
    pip(venv, "--require-hashes", "--only-binary=:all:", "-r", str(lock))
    # compat: a line with the folder, where setuptools' own finder slows every start of Python.
    link = ("--config-settings=editable_mode=compat", "-e", str(PROJECT))
    pip(venv, "--no-deps", "--no-build-isolation", "--no-index", *link)
    venv.stamp.write_text("\n".join(wanted(venv, tests=tests)), "utf-8")
    say("Everything is set up.")


def create(venv: Venv) -> None:
    """Makes it anew. `--clear` empties the folder, which may be a mount or a link and stays.

    Raises CannotStart when the folder holds something else: a wrong RIGHTSDESK_VENV costs
    nobody files.
    """
    folder = venv.folder
    is_ours = venv.config.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if folder.exists() and not is_ours:
        raise CannotStart(
            f"{folder} holds something that is not a whole Python environment, so it was left "
            "alone. Move it away, or name another folder in RIGHTSDESK_VENV."
        )
    ensure_venv_module(have=importlib.util.find_spec("ensurepip") is not None)
    say(f"Making a Python environment in {folder} …")
    _run([sys.executable, "-m", "venv", "--clear", str(folder)], "make a Python environment")


def runs(venv: Venv) -> bool:
    """Whether its Python starts: the one that it was made from may be gone."""
    try:
        command = [str(venv.python), "-I", "-S", "-c", ""]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def pip(venv: Venv, *arguments: str) -> None:
    """Runs `pip install` in it. Raises CannotStart when it fails."""
    pip = [str(venv.python), "-I", "-m", "pip", "install", "-qq", "--no-input"]
    _run([*pip, "--disable-pip-version-check", *arguments], "install what RightsDesk needs")


def _run(command: list[str], purpose: str) -> None:
    """Runs a step; what it says goes to stderr. Raises CannotStart when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=_STDERR,
        cwd=PROJECT,
        close_fds=False,  # the lock goes along: see onlyone
        check=False,
    )
    if done.returncode:
        raise CannotStart(
            f"Could not {purpose}; the lines above say why. Check the network and the free "
            "space, then run the same command again."
        )
