"""The commands of packaging/start.py."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from setting_up import checks, environment, servers, system
from setting_up.places import Venv, chosen_venv
from setting_up.relock import relock
from setting_up.words import CannotStart, say

USAGE = """\
Usage: python3 packaging/start.py [COMMAND] [ARGUMENTS]

  (no command)    set RightsDesk up and open it
  demo [...]      set it up and run the whole job on a sample catalogue
  run ARGUMENTS   set it up and hand the arguments to RightsDesk's command line
  test [...]      set it up with what tests need; run the checks and pytest [...]
  setup           set it up only
  lock [...]      write the lock files anew (--upgrade for the newest versions)
  build [KIND]    build what people install, into build/packages. KIND: folder (the program
                  and all that it loads), deb, appimage, or on their systems windows, macos

RIGHTSDESK_VENV names another folder than .venv for the Python environment.
"""

COULD_NOT_START = 3
USAGE_ERROR = 2
CANCELLED = 130


@dataclass(frozen=True, slots=True)
class Launch:
    """A start of RightsDesk: its arguments, and what its environment has on top."""

    arguments: tuple[str, ...]
    added: Mapping[str, str]


def launch_for(command: str, arguments: Sequence[str], env: Mapping[str, str]) -> Launch:
    """What to start for "", "demo" or "run".

    Without a display the demo runs headless, with Qt drawing into memory. A Qt platform
    that the person chose stays chosen.
    """
    if command == "run":
        return Launch(tuple(arguments), {})
    if command == "":
        return Launch((), {})
    shown = system.has_display(env) or bool(env.get("QT_QPA_PLATFORM"))
    headless = not shown or "--headless" in arguments
    extra = ("--headless",) if headless and "--headless" not in arguments else ()
    added = {} if shown else {"QT_QPA_PLATFORM": "offscreen"}
    return Launch(("demo", *arguments, *extra), added)


def main(arguments: Sequence[str]) -> int:
    """Runs a command; the exit code: 0, the program's own, 2 usage, 3 could not start."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", ())
    if command in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    if command not in ("", "demo", "run", "test", "setup", "lock", "build"):
        sys.stderr.write(f"There is no command “{command}”.\n\n{USAGE}")
        return USAGE_ERROR
    try:
        return _carry_out(command, rest)
    except CannotStart as problem:
        say(str(problem))
        return COULD_NOT_START
    except KeyboardInterrupt:
        say("Stopped. Run the same command again to go on.")
        return CANCELLED


def _carry_out(command: str, arguments: Sequence[str]) -> int:
    venv = chosen_venv(os.environ)
    if command == "lock":
        relock(_find_uv(venv), arguments)
        return 0
    if command == "build":
        from building.kinds import build  # only those who make packages need it

        return build(arguments)
    testing = command == "test"
    was_built = environment.ensure(venv, tests=testing)
    # `run` serves nightly jobs, most of which never open a window: they look only once.
    if command != "run" or was_built:
        system.ensure_libraries()
    if testing:
        system.ensure_tools()
        servers.ensure_servers()
        return checks.run_all(venv, arguments)
    if command == "setup":
        return 0
    if command == "" and not system.has_display(os.environ) and "QT_QPA_PLATFORM" not in os.environ:
        raise CannotStart(
            "RightsDesk is set up, but there is no display here to open its window on. "
            "Try: python3 packaging/start.py demo, or: python3 packaging/start.py run --help"
        )
    return _start(venv, launch_for(command, arguments, os.environ))


def _find_uv(venv: Venv) -> Path:
    """uv of the environment, which may be older than the lock files, else one on the path."""
    inside, outside = venv.script("uv"), shutil.which("uv")
    if not inside.exists():
        if outside:
            return Path(outside)
        environment.ensure(venv, tests=True)
    return inside


def _start(venv: Venv, launch: Launch) -> int:
    """Becomes RightsDesk. -P: a file of the person's folder must not pass for a module."""
    command = [str(venv.python), "-P", "-m", "rightsdesk", *launch.arguments]
    env = {**os.environ, **launch.added}
    if os.name != "nt":
        sys.stdout.flush()
        _become(command, env)
    # Windows' exec returns to the shell at once, so there we stay and wait.
    with subprocess.Popen(command, env=env) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # RightsDesk got it too, and ends in its own time


def _become(command: list[str], env: Mapping[str, str]) -> NoReturn:
    os.execve(command[0], command, env)
