"""A database edited without the vault's key: no token leaves the computer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rightsdesk.errors import KnownError
from rightsdesk.practice import catalogue
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.roster.vault import SecretDamaged
from rightsdesk.store.database import FILE_NAME
from rightsdesk.store.schema import accounts, artists
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import SignIn, choose


@pytest.fixture
def rogue() -> Iterator[PracticeSoundCloud]:
    """The server to which an attacker tries to send the token."""
    with PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None) as server:
        yield server


@pytest.fixture
def account(
    workspace: Workspace, koval: Artist, signal: Artist, sign_in: SignIn, isolated: Path
) -> Account:
    """Mira Koval's account, after its items were read; the workspace is closed."""
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    choose(workspace, koval)
    workspace.close()
    return account


ELSEWHERE = {
    "id": 77,
    "artist_id": 2,
    "platform": "audius",
    "remote_id": "soundcloud:users:999",
    "base_url": "ROGUE",
    "auth_url": "ROGUE",
    "client_id": "another-app",
    "state": "unconfirmed",
}
"""Values that decide where a token goes, or for which artist.

If one changes, the secret stays sealed.
"""

HARMLESS = {
    "lacks": "[]",
    "unread_since": "2020-01-01T00:00:00+00:00",
    "unread_why": "It is offline.",
    "name": "Somebody Else",
    "url": "https://elsewhere.example/",
    "port": 1,
    "problem": "none",
    "checked_at": "2020-01-01T00:00:00+00:00",
    "created_at": "2020-01-01T00:00:00+00:00",
    "reading": '{"at": "ROGUE/me/tracks?page=2", "seen": [], "since": "NOW"}',
}
"""Values for display, and records of earlier checks.

Whatever they hold, the token goes only to its server.
"""

OF_ARTISTS = {
    "id": 88,
    "name": catalogue.SIGNAL + " II",
    "name_key": "somebody",
    "rightsholder": "Somebody",
    "contact": "ai@elsewhere.example",
    "terms_url": "https://elsewhere.example/",
    "sentence": "All is allowed.",
    "former_sentences": '["No."]',
    "sidecars": 1,
    "created_at": "2020-01-01T00:00:00+00:00",
    "musicbrainz_id": "6f3f5f5e-8a3c-4a43-9d6b-3b9f7d1a2c01",
}


def edit(folder: Path, statement: str, *values: object) -> None:
    """Edit like a person who knows SQLite: references to a changed id are updated."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute(statement, values)
        keys = 'SELECT "from" FROM pragma_foreign_key_list(?) WHERE id = ?'
        for table, row, _, number in connection.execute("PRAGMA foreign_key_check").fetchall():
            (column,) = connection.execute(keys, (table, number)).fetchone()
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (values[0], row))


def use_everything(folder: Path) -> list[KnownError]:
    """Do everything that would send a token. Returns the errors."""
    wrong = []
    with Workspace.open(folder) as workspace:
        for account in workspace.accounts.all():
            for act in (workspace.accounts.read_items, workspace.accounts.check):
                try:
                    act(account.id)
                except KnownError as error:
                    wrong.append(error)
        with suppress(KnownError):
            plan = workspace.jobs.plan_sync(Filter())
            workspace.jobs.apply(plan)
        for account in workspace.accounts.all():
            workspace.accounts.remove(account.id)
    return wrong


def test_each_column_is_tried() -> None:
    assert ELSEWHERE.keys() | HARMLESS.keys() == set(accounts.c.keys())
    assert OF_ARTISTS.keys() == set(artists.c.keys())


@pytest.mark.parametrize("column", ELSEWHERE)
def test_no_token_is_sent_to_a_changed_destination(
    account: Account,
    isolated: Path,
    soundcloud: PracticeSoundCloud,
    rogue: PracticeSoundCloud,
    column: str,
) -> None:
    value = rogue.base_url if ELSEWHERE[column] == "ROGUE" else ELSEWHERE[column]
    edit(isolated, f"UPDATE accounts SET {column} = ? WHERE id = ?", value, account.id)
    if column == "id":  # the secret moves along, as its foreign key requires
        edit(isolated, "UPDATE secrets SET account_id = 77")
    before = len(soundcloud.seen)
    wrong = use_everything(isolated)
    assert rogue.seen == []
    assert soundcloud.seen[before:] == []
    if column != "state":
        assert any(isinstance(error, SecretDamaged) for error in wrong)


@pytest.mark.parametrize("column", HARMLESS)
def test_changed_display_values_send_a_token_nowhere_else(
    account: Account,
    isolated: Path,
    soundcloud: PracticeSoundCloud,
    rogue: PracticeSoundCloud,
    column: str,
) -> None:
    value = HARMLESS[column]
    # the address where a truncated list continues, as if the platform had sent it
    if column == "reading":
        now = datetime.now(UTC).isoformat(timespec="seconds")
        value = str(value).replace("ROGUE", rogue.base_url).replace("NOW", now)
    edit(isolated, f"UPDATE accounts SET {column} = ?", value)
    before = len(soundcloud.seen)
    assert use_everything(isolated) == []
    assert rogue.seen == []
    assert soundcloud.seen[before:]


@pytest.mark.parametrize("column", OF_ARTISTS)
def test_no_token_is_sent_for_another_artist(
    account: Account, isolated: Path, soundcloud: PracticeSoundCloud, column: str
) -> None:
    where = "WHERE id = ?"
    edit(isolated, f"UPDATE artists SET {column} = ? {where}", OF_ARTISTS[column], 1)
    before = len(soundcloud.seen)
    use_everything(isolated)
    if column in ("id", "name"):
        assert soundcloud.seen[before:] == []


def test_an_edit_cannot_confirm_an_unconfirmed_login(
    workspace: Workspace,
    koval: Artist,
    isolated: Path,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
) -> None:
    account = sign_in(koval, catalogue.SIGNAL, theirs=False)
    assert account.state == "unconfirmed"
    workspace.close()
    edit(isolated, "UPDATE accounts SET state = 'connected', problem = ''")
    before = len(soundcloud.seen)
    assert use_everything(isolated)
    assert soundcloud.seen[before:] == []


def test_an_edit_during_a_running_program_is_noticed(
    workspace: Workspace,
    koval: Artist,
    isolated: Path,
    soundcloud: PracticeSoundCloud,
    rogue: PracticeSoundCloud,
    sign_in: SignIn,
) -> None:
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    edit(isolated, "UPDATE accounts SET base_url = ?", rogue.base_url)
    before = len(soundcloud.seen)
    with pytest.raises(SecretDamaged):
        workspace.accounts.read_items(account.id)
    assert (rogue.seen, soundcloud.seen[before:]) == ([], [])


def test_the_secret_of_another_account_is_not_accepted(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    isolated: Path,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
) -> None:
    first, second = sign_in(koval), sign_in(signal)
    workspace.close()
    edit(
        isolated,
        "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE account_id = ?)",
        second.id,
    )
    before = len(soundcloud.seen)
    with Workspace.open(isolated) as later, pytest.raises(SecretDamaged):
        later.accounts.read_items(first.id)
    assert soundcloud.seen[before:] == []


def test_a_renamed_artist_keeps_the_logins(
    workspace: Workspace, koval: Artist, isolated: Path, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    workspace.artists.rename(koval.id, "Mira Koval Trio")
    assert workspace.accounts.read_items(account.id)
    workspace.close()
    with Workspace.open(isolated) as later:
        assert later.accounts.read_items(account.id)
        with pytest.raises(KnownError):
            later.artists.rename(koval.id, "  ")
        later.artists.add("Someone")
        with pytest.raises(KnownError, match="already"):
            later.artists.rename(koval.id, "SOMEONE")
        assert later.accounts.read_items(account.id)


def test_a_secret_that_does_not_open_can_be_replaced(
    workspace: Workspace, account: Account, isolated: Path, sign_in: SignIn, koval: Artist
) -> None:
    edit(isolated, "UPDATE secrets SET sealed = zeroblob(40)")
    with pytest.raises(SecretDamaged, match="reconnect"):
        workspace.accounts.read_items(account.id)
    assert sign_in(koval).id == account.id
    assert workspace.accounts.read_items(account.id)


SWAPS = {
    "the accounts' ids": (
        "UPDATE accounts SET id = 9001 WHERE id = 1",
        "UPDATE accounts SET id = 1 WHERE id = 2",
        "UPDATE accounts SET id = 2 WHERE id = 9001",
    ),
    "their secrets": (
        "UPDATE secrets SET account_id = 9001 WHERE account_id = 1",
        "UPDATE secrets SET account_id = 1 WHERE account_id = 2",
        "UPDATE secrets SET account_id = 2 WHERE account_id = 9001",
    ),
    "their artists": ("UPDATE accounts SET artist_id = 3 - artist_id",),
    "the artists' ids": (
        "UPDATE artists SET id = 9001 WHERE id = 1",
        "UPDATE artists SET id = 1 WHERE id = 2",
        "UPDATE artists SET id = 2 WHERE id = 9001",
    ),
    "the artists' names": (
        "CREATE TEMP TABLE old AS SELECT id, name FROM artists",
        "UPDATE artists SET name = (SELECT name FROM old WHERE old.id != artists.id)",
    ),
    "their logins": (
        "CREATE TEMP TABLE old AS SELECT id, remote_id FROM accounts",
        "UPDATE accounts SET remote_id = (SELECT remote_id FROM old WHERE old.id != accounts.id)",
    ),
}
"""Rows of two artists, swapped without the vault's key."""


@pytest.mark.parametrize("what", SWAPS)
def test_no_token_is_sent_after_two_rows_were_swapped(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    isolated: Path,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
    what: str,
) -> None:
    assert {sign_in(koval).id, sign_in(signal).id} == {1, 2}
    workspace.close()
    with closing(sqlite3.connect(isolated / FILE_NAME, isolation_level=None)) as connection:
        for statement in SWAPS[what]:
            connection.execute(statement)
    before = len(soundcloud.seen)
    wrong = use_everything(isolated)
    assert soundcloud.seen[before:] == []
    assert any(isinstance(error, SecretDamaged) for error in wrong)


def test_a_copied_account_has_no_secret(
    account: Account, isolated: Path, soundcloud: PracticeSoundCloud, rogue: PracticeSoundCloud
) -> None:
    columns = [column.name for column in accounts.c if column.name != "id"]
    values = [f"'{rogue.base_url}'" if c in ("base_url", "auth_url") else c for c in columns]
    edit(
        isolated,
        f"INSERT INTO accounts (id, {', '.join(columns)}) SELECT 77, {', '.join(values)} "
        "FROM accounts",
    )
    edit(isolated, "INSERT INTO secrets SELECT 77, sealed FROM secrets")
    use_everything(isolated)
    assert rogue.seen == []


ODD = (b"\xff\x00", 7.5)


@pytest.mark.parametrize("column", [*ELSEWHERE, *HARMLESS])
@pytest.mark.parametrize("value", ODD, ids=["bytes", "number"])
def test_a_value_of_the_wrong_type_causes_no_traceback(
    account: Account, isolated: Path, column: str, value: object
) -> None:
    """SQLite stores any type in any column, so every value must be checked."""
    with suppress(sqlite3.IntegrityError):  # an id has to be a number
        edit(isolated, f"UPDATE accounts SET {column} = ?", value)
    with suppress(KnownError):
        use_everything(isolated)


def test_limits_of_the_wrong_type_are_ignored(account: Account, isolated: Path) -> None:
    for state in ("{", "[]", "7", b"\xff", '{"until": "when?"}'):
        edit(isolated, "INSERT OR REPLACE INTO limits VALUES ('a\n\nb', ?)", state)
        edit(isolated, "UPDATE limits SET state = ?", state)
        with Workspace.open(isolated) as workspace:
            assert workspace.accounts.read_items(account.id)
