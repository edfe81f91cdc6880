"""Servers of others that tests talk to, from npm: each folder of packaging/servers is one.

They are the real thing where our practice servers only behave like it. Nobody needs them to
run RightsDesk, and most people have no Node: so nothing here ever fails a start. What can't be
installed is named in a sentence, and the tests that want it skip.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from setting_up.onlyone import only_one
from setting_up.places import PACKAGING, PROJECT, digest
from setting_up.words import say

SOURCES = PACKAGING / "servers"
INSTALLED = PROJECT / "build" / "servers"
OLDEST_NODE = 20
SECONDS = 600
TRY_AGAIN_AFTER = 24 * 3600
"""Seconds after which an installation that failed is tried again: it costs minutes."""

# JOBS: what has to be compiled is compiled on all cores.
_ENVIRONMENT = {"NODE_ENV": "production", "npm_config_update_notifier": "false", "JOBS": "max"}

Run = Callable[[list[str], Path], str]
"""Runs a command in a folder; what went wrong, or ""."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server: where its few files are, and where it is installed with all that it needs."""

    source: Path
    folder: Path

    @property
    def name(self) -> str:
        """Its folder's name."""
        return self.source.name

    @property
    def stamp(self) -> Path:
        """The note of what was installed, or tried. Written last."""
        return self.folder / "installed.json"

    @property
    def wanted(self) -> str:
        """What the installed one must have been made from."""
        return digest(*sorted(file for file in self.source.iterdir() if file.is_file()))


def servers(sources: Path = SOURCES, installed: Path = INSTALLED) -> list[Server]:
    """All of them."""
    found = sorted(file.parent for file in sources.glob("*/package.json"))
    return [Server(source, installed / source.name) for source in found]


def is_ready(server: Server) -> bool:
    """Whether it is installed as it is wanted now."""
    return _noted(server).get("made_from") == server.wanted


def node_version(node: str) -> int:
    """Node's major version; 0 where it does not say."""
    try:
        done = subprocess.run(
            [node, "--version"], capture_output=True, encoding="utf-8", check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", done.stdout or "")
    return int(found[1]) if found else 0


def ensure_servers(
    *,
    which: Callable[[str], str | None] = shutil.which,
    sources: Path = SOURCES,
    installed: Path = INSTALLED,
    run: "Run | None" = None,
    now: Callable[[], float] = time.time,
    version: Callable[[str], int] = node_version,
) -> None:
    """Installs those that are not there yet; once it is done, there is nothing to do again."""
    lacking = [s for s in servers(sources, installed) if not is_ready(s) and _is_due(s, now())]
    if not lacking:
        return
    names = ", ".join(server.name for server in lacking)
    npm, node = which("npm"), which("node")
    if not npm or not node:
        say(f"Tests against real servers ({names}) will skip: Node.js and npm are not installed.")
        return
    if (found := version(node)) < OLDEST_NODE:
        say(
            f"Tests against real servers ({names}) will skip: they need Node.js {OLDEST_NODE} or "
            f"newer, and this is {found or 'one that does not tell its version'}."
        )
        return
    with only_one(installed / "lock"):
        for server in lacking:
            if not is_ready(server):
                _install(server, npm, run or _run, now())


def _install(server: Server, npm: str, run: Run, now: float) -> None:
    say(f"Installing the server “{server.name}” for tests (once, a few minutes) …")
    server.folder.mkdir(parents=True, exist_ok=True)
    server.stamp.unlink(missing_ok=True)
    wanted = server.wanted
    for file in server.source.iterdir():
        if file.is_file():
            shutil.copyfile(file, server.folder / file.name)
    # No package's own install scripts, but for those that the server's `build` names.
    problem = run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
        server.folder,
    ) or run([npm, "run", "build", "--if-present"], server.folder)
    if problem:
        say(f"Tests against the server “{server.name}” will skip. npm says: {problem}")
    note = {"failed_at": now, "wanted": wanted} if problem else {"made_from": wanted}
    server.stamp.write_text(json.dumps(note), "utf-8")


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=SECONDS,
            env={**os.environ, **_ENVIRONMENT},
        )
    except subprocess.TimeoutExpired:
        return f"nothing, for {SECONDS // 60} minutes"
    except OSError as problem:
        return str(problem)
    if not done.returncode:
        return ""
    errors = [line for line in done.stdout.splitlines() if line.startswith("npm error")]
    lines = [line.removeprefix("npm error").strip() for line in errors or done.stdout.splitlines()]
    return next((line for line in lines if line), f"exit code {done.returncode}")


def _is_due(server: Server, now: float) -> bool:
    noted = _noted(server)
    failed_at = noted.get("failed_at")
    if noted.get("wanted") != server.wanted or not isinstance(failed_at, int | float):
        return True
    return not 0 <= now - failed_at < TRY_AGAIN_AFTER


def _noted(server: Server) -> dict[str, object]:
    try:
        noted = json.loads(server.stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}
