"""The sign-in state of an account is one of a few values, stored as fixed words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from rightsdesk.enums.carriers import CarrierId
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.accounts import account_by_id, keep_account, set_state
from rightsdesk.roster.artists import add_artist
from rightsdesk.store.database import DamagedDatabase, Database
from rightsdesk.store.schema import accounts


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "r.sqlite3")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def account(database: Database) -> int:
    mira = add_artist(database, "Mira Koval")
    login = {"remote_id": "1", "base_url": "", "name": "Mira Koval"}
    return keep_account(database, artist_id=mira, platform=CarrierId.SOUNDCLOUD, **login)


def test_the_stored_words_are_fixed() -> None:
    words = {"connected", "reconnect", "unchecked", "unconfirmed"}
    assert {state.value for state in AccountState} == words


@pytest.mark.parametrize("state", AccountState)
def test_each_word_is_read_back_as_a_value(
    database: Database, account: int, state: AccountState
) -> None:
    set_state(database, account, state)
    assert account_by_id(database, account).state is state


def test_an_unknown_word_counts_as_damage(database: Database, account: int) -> None:
    with database.write() as connection:
        connection.execute(update(accounts).values(state="Connected"))
    with pytest.raises(DamagedDatabase, match="an account's state"):
        account_by_id(database, account)
