"""The database: one schema, durable commits, atomic writes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError

from rightsdesk.store.database import DamagedDatabase, Database, NewerSchema, StoreError
from rightsdesk.store.migrations import KNOWN, own_triggers, versions
from rightsdesk.store.schema import artists, metadata

ARTIST = {"name": "Velvet Owl", "name_key": "velvet owl", "created_at": "2026-11-22"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "x.sqlite3")
    database.migrate()
    yield database
    database.close()


def test_the_migrations_produce_the_schema(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_trigger_is_in_our_list(database: Database) -> None:
    """A backup with any other trigger is refused."""
    with database.read() as connection:
        made = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
    assert {row.name: row.sql for row in made} == own_triggers()


def test_every_migration_is_in_our_list() -> None:
    """A database at a revision that is missing there is taken for one of a newer RightsDesk."""
    found = Path(versions.__file__).parent.glob("rev_*.py")
    assert sorted(path.stem.split("_")[1] for path in found) == list(KNOWN)


def test_migrating_twice_changes_nothing(database: Database) -> None:
    every_object = text("SELECT * FROM sqlite_master")
    with database.read() as connection:
        before = connection.execute(every_object).all()
    database.migrate()
    with database.read() as connection:
        assert connection.execute(every_object).all() == before


def test_a_newer_schema_is_refused_with_a_clear_message(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match="newer RightsDesk"):
        database.migrate()


def test_a_write_is_all_or_nothing(database: Database) -> None:
    def half_a_write() -> None:
        with database.write() as connection:
            connection.execute(insert(artists).values(ARTIST))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_write()
    with database.read() as connection:
        assert connection.execute(select(artists)).all() == []


def test_every_commit_is_durable(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL


def test_names_are_compared_beyond_ascii(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(text("SELECT folded('ÄRGER')")).scalar() == "ärger"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"not a database at all, but long enough to look at" * 20)
    database = Database(path)
    with pytest.raises(StoreError, match="damaged"):
        database.migrate()
    database.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    database = Database(tmp_path / "gone" / "x.sqlite3")
    with pytest.raises(StoreError, match="may not write"):
        database.migrate()
    database.close()


def test_a_disk_too_full_to_open_it_is_called_full(database: Database) -> None:
    """A limit on the size of files stands in for a full disk: 32 KiB next to the database."""
    resource = pytest.importorskip("resource", reason="only POSIX limits the size of files")
    database.close()
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    again = Database(database.path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 10, kept[1]))
    try:
        with pytest.raises(StoreError, match="is full"), again.read():
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        again.close()


def test_a_write_by_another_program_is_noticed_once(database: Database) -> None:
    assert not database.changed_elsewhere()
    with database.write() as connection:
        connection.execute(insert(artists).values(ARTIST))
    assert not database.changed_elsewhere(), "our own writes are no outside change"
    other = Database(database.path)
    with other.write() as connection:
        connection.execute(text("DELETE FROM artists"))
    other.close()
    assert database.changed_elsewhere()
    assert not database.changed_elsewhere()


def test_a_connection_that_reads_while_it_is_closed_is_closed_afterwards(
    database: Database,
) -> None:
    with database.read() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        database.close()
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        driver.execute("SELECT 1")
    assert not database.changed_elsewhere()


def test_the_generation_grows_only_with_changed_rows(database: Database) -> None:
    first = database.generation
    with database.write() as connection:
        connection.execute(text("DELETE FROM artists WHERE id = 77"))
    assert database.generation == first
    with database.write() as connection:
        connection.execute(insert(artists).values(ARTIST))
    assert database.generation == first + 1
    database.raise_generation(100)
    assert database.generation == 101
    other = Database(database.path)
    assert other.generation == 101
    other.close()


def test_the_generation_rolls_back_with_its_write(database: Database) -> None:
    first = database.generation

    def half_a_write() -> None:
        with database.write() as connection:
            connection.execute(insert(artists).values(ARTIST))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_write()
    assert database.generation == first


def test_the_generation_restarts_after_its_maximum(database: Database) -> None:
    database.raise_generation(2**31 - 2)
    assert database.generation == 2**31 - 1
    database.raise_generation(0)
    assert database.generation == 1


def overwritten(path: Path) -> None:
    """Every page but the first holds garbage."""
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def test_a_damaged_database_is_reported_as_damaged_by_every_query(database: Database) -> None:
    database.close()
    overwritten(database.path)
    again = Database(database.path)
    for ask in (again.check, again.check_schema, again.migrate):
        with pytest.raises(DamagedDatabase, match="rightsdesk restore"):
            ask()
    with pytest.raises(DamagedDatabase), again.read() as connection:
        connection.execute(select(artists)).all()
    again.close()


@pytest.mark.parametrize(
    "statement", ["DROP TABLE limits", "ALTER TABLE files DROP COLUMN settable"]
)
def test_a_changed_schema_counts_as_damage(database: Database, statement: str) -> None:
    database.check_schema()
    with database.write() as connection:
        connection.execute(text(statement))
    with pytest.raises(DamagedDatabase, match=r"limits|files"):
        database.check_schema()


def test_a_value_that_is_no_json_counts_as_damage(database: Database) -> None:
    with pytest.raises(DamagedDatabase), database.read() as connection:
        connection.execute(text("SELECT json_extract('{', '$.a')")).all()


@pytest.mark.parametrize(
    ("place", "byte"),
    [
        pytest.param(47, 0x84, id="a format that SQLite does not know"),
        pytest.param(None, 0xC5, id="a schema that is no text"),
    ],
)
def test_a_schema_that_sqlite_cannot_read_counts_as_damage(
    database: Database, place: int | None, byte: int
) -> None:
    database.close()
    content = bytearray(database.path.read_bytes())
    if place is None:  # SQLite quotes a name that it can't read in its error
        place = content.index(b"CREATE TABLE") + len("CREATE ")
    content[place] = byte
    database.path.write_bytes(content)
    again = Database(database.path)
    with pytest.raises(DamagedDatabase, match="rightsdesk restore"):
        again.check()
    again.close()


def test_a_column_that_is_no_text_counts_as_damage_and_is_not_quoted(database: Database) -> None:
    with pytest.raises(DamagedDatabase) as raised, database.read() as connection:
        connection.execute(text("SELECT CAST(X'6B65794B4559FF' AS TEXT)")).all()
    assert "keyKEY" not in str(raised.value)


def test_a_bug_in_our_statement_does_not_count_as_damage(database: Database) -> None:
    with pytest.raises(OperationalError, match="syntax"), database.read() as connection:
        connection.execute(text("SELEKT 1"))
