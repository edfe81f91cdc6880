"""A temporary WordPress: the system's copy, a MariaDB on a socket, PHP's own web server."""

import getpass
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.dialects.files.sentence import standard_sentence
from tests.platforms.real.programs import SECONDS, free_port, program, running

SOURCES = Path(__file__).parent / "wordpress"
CREATE = """
$database = new mysqli( 'localhost', 'root', '', '', 0, getenv( 'RD_DB_SOCKET' ) );
$database->query( 'CREATE DATABASE wordpress' ) or die( 1 );
"""
SAID_IN_POSTS = standard_sentence(Declaration(PRESETS[Preset.NO_AI]))
INSTALLED = ("/usr/share/wordpress", "/usr/share/webapps/wordpress")


@dataclass(frozen=True, slots=True)
class Site:
    """Its address, and the application passwords of its users."""

    url: str
    passwords: dict[str, str]


@contextmanager
def wordpress(work: Path, *, permalinks: str) -> Iterator[Site]:
    """A new site; `permalinks` is `plain` or `pretty`. Skips if a program is missing."""
    php, install_db, server = program("php"), program("mariadb-install-db"), program("mariadbd")
    tree = next((place for place in map(Path, INSTALLED) if place.is_dir()), None)
    if tree is None:
        pytest.skip("WordPress is not installed here (on Debian: the package wordpress)")
    shutil.copytree(tree, work / "site", symlinks=False)
    for file in SOURCES.iterdir():
        shutil.copy(file, work / "site" / file.name)
    user, port = getpass.getuser(), free_port()
    common = ["--no-defaults", f"--datadir={work / 'db'}", f"--user={user}"]
    made = [install_db, *common, "--auth-root-authentication-method=normal", "--skip-test-db"]
    _done(made)
    socket = work / "sql"  # the path of a socket has to be short
    environment = {
        **os.environ,
        "RD_DB_USER": "root",
        "RD_DB_SOCKET": str(socket),
        "RD_SITE": f"http://127.0.0.1:{port}",
        "RD_PERMALINKS": permalinks,
        "RD_SENTENCE": SAID_IN_POSTS,
    }
    database = [server, *common, f"--socket={socket}", f"--pid-file={work / 'pid'}"]
    database += ["--skip-networking", "--innodb-buffer-pool-size=16M"]
    with running(database, "ready for connections"):
        _done([php, "-r", CREATE], environment)
        output = _done([php, str(work / "site" / "install.php")], environment)
        passwords = json.loads(output.strip().splitlines()[-1])
        web = [php, "-S", f"127.0.0.1:{port}", "-t", str(work / "site")]
        with running(web, "started", environment):
            yield Site(f"http://127.0.0.1:{port}", passwords)


def _done(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=3 * SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
