"""Isolates every test from the machine it runs on, and from the network.

Each test has its own data folder and a dictionary as the operating system's keyring. Its sockets
reach only this machine.
"""

import ipaddress
import os
import random
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest
from sqlalchemy import Connection

from rightsdesk.desktop.utf8 import ensure_utf8
from rightsdesk.store import migrations
from rightsdesk.store.database import Database

hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


SCREEN = Path(__file__).with_name("desktop") / "screen.json"
SEED = "RIGHTSDESK_TEST_SEED"


def pytest_configure() -> None:
    """Prepare the environment before Qt is loaded.

    No window opens on the real screen, and the virtual screen has the same size everywhere. The
    locale is set as the program sets it before it starts Qt. Folders made by tests are private,
    whatever the umask, since data folders have to be.
    """
    os.umask(0o022)
    ensure_utf8()
    if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
        large = "" if ":" in str(SCREEN) else f":configfile={SCREEN}"  # a colon ends a value
        os.environ["QT_QPA_PLATFORM"] = f"offscreen{large}"


def pytest_report_header() -> list[str]:
    """How to repeat a random order."""
    seed = os.environ.get(SEED)
    return [f"random order: {SEED}={seed}"] if seed else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle modules, and the tests in each: no test may depend on another test."""
    seed = os.environ.get(SEED)
    if not seed:
        return
    dice = random.Random(seed)
    modules: dict[str, list[pytest.Item]] = {}
    for item in items:
        modules.setdefault(item.nodeid.partition("::")[0], []).append(item)
    order = list(modules)
    dice.shuffle(order)
    for name in order:
        dice.shuffle(modules[name])
    items[:] = [item for name in order for item in modules[name]]


# --- the person's own folders and settings ---------------------------------------------


@pytest.fixture(scope="session")
def _own_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


_number = count()


@pytest.fixture(autouse=True)
def isolated(_own_place: Path) -> Iterator[Path]:
    """The data folder of this test (not created yet), also for programs that it starts.

    Such programs get a keyring that refuses and empty settings folders. Their proxy does not exist,
    so only this machine can be reached.
    """
    data = _own_place / f"data-{next(_number)}"
    dead_proxy = "http://127.0.0.1:9"
    changes = {
        "RIGHTSDESK_DATA_DIR": str(data),
        "RIGHTSDESK_PASSPHRASE": None,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "XDG_CONFIG_HOME": str(_own_place / "config"),
        "XDG_CACHE_HOME": str(_own_place / "cache"),
        "XDG_DATA_HOME": str(_own_place / "share"),
        "XDG_STATE_HOME": str(_own_place / "state"),
        "http_proxy": dead_proxy,
        "https_proxy": dead_proxy,
        "HTTP_PROXY": dead_proxy,
        "HTTPS_PROXY": dead_proxy,
        "no_proxy": "127.0.0.1,localhost,::1",
        "NO_PROXY": "127.0.0.1,localhost,::1",
    }
    before = {name: os.environ.get(name) for name in changes}
    _set_environment(changes)
    yield data
    _set_environment(before)


def _set_environment(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


# --- new databases ---------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _closed_databases() -> Iterator[None]:
    """Closes the databases that a test leaves open.

    Python 3.13 and newer warn of those that are not closed, in whatever test runs then.
    """
    opened: list[Database] = []
    begin = Database.__init__

    def noted(self: Database, path: Path) -> None:
        opened.append(self)
        begin(self, path)

    patch = pytest.MonkeyPatch()
    patch.setattr(Database, "__init__", noted)
    yield
    patch.undo()
    for database in opened:
        if hasattr(database, "engine"):
            database.close()


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All migrations run once; new databases of this process then get what they made.

    They take a tenth of a second of processor time, and thousands of tests start with a new
    database. Databases that have tables already, and programs that tests start, run them.
    """
    path = tmp_path_factory.mktemp("migrated") / "rightsdesk.db"
    with closing(Database(path)) as database:
        database.migrate()
    with closing(sqlite3.connect(path)) as migrated:
        made = [line for line in migrated.iterdump() if line not in _OWN_TRANSACTION]
    upgrade = migrations.upgrade

    def copy_or_upgrade(connection: Connection) -> None:
        if connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first():
            upgrade(connection)
        else:
            for statement in made:
                connection.exec_driver_sql(statement)

    patch = pytest.MonkeyPatch()
    patch.setattr(migrations, "upgrade", copy_or_upgrade)
    yield
    patch.undo()


_OWN_TRANSACTION = ("BEGIN TRANSACTION;", "COMMIT;")


# --- the operating system's keyring ----------------------------------------------------


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring that works, in memory only; `entries` holds everything."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """The entry's secret; None if there is none."""
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Stores a secret."""
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Deletes an entry. Like a real keyring, raises PasswordDeleteError if there is none."""
        if self.entries.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not found")


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    """The keyring of this test, empty at first."""
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(backend)


@pytest.fixture
def no_keyring(memory_keyring: MemoryKeyring) -> None:
    """A machine without a usable keyring."""
    keyring.set_keyring(keyring.backends.fail.Keyring())


# --- the network -----------------------------------------------------------------------


class BeyondThisMachine(AssertionError):
    """A test tried to reach the network.

    Not an OSError: no code may treat it as a network failure.
    """


def _guard(host: object) -> None:
    text = host.decode() if isinstance(host, bytes) else str(host or "")
    if text in ("", "localhost"):
        return
    try:
        if ipaddress.ip_address(text.partition("%")[0]).is_loopback:
            return
    except ValueError:
        pass  # a name
    raise BeyondThisMachine(f"tests reach nothing beyond this machine, and this one asked {text}")


class _LoopbackSocket(socket.socket):
    def connect(self, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _guard(address[0])
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _guard(address[0])
        return super().connect_ex(address)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    resolve = socket.getaddrinfo

    def resolve_here(host: Any, *rest: Any, **named: Any) -> Any:
        _guard(host)
        return resolve(host, *rest, **named)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket, "socket", _LoopbackSocket)
    patch.setattr(socket, "getaddrinfo", resolve_here)
    yield
    patch.undo()


# --- the time zone ----------------------------------------------------------------------


@pytest.fixture
def in_zone() -> Iterator[Callable[[str], None]]:
    """`in_zone("Pacific/Kiritimati")`: sets the system's time zone for the rest of this test."""
    before = os.environ.get("TZ")

    def move(name: str) -> None:
        if not hasattr(time, "tzset"):
            pytest.skip("this system ignores the time zone from the environment")
        os.environ["TZ"] = name
        time.tzset()

    yield move
    _set_environment({"TZ": before})
    if hasattr(time, "tzset"):
        time.tzset()


# --- other programs ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def needs_tool() -> Callable[[str], str]:
    """`needs_tool("ffmpeg")` returns the program's path, or skips the test with a reason."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not installed here")
        return path

    return find
