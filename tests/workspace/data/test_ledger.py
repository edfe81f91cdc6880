"""The ledger: whatever is tampered with is noticed and named, and others can check it, too."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import threading
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import mutagen
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from typer.testing import CliRunner

from rightsdesk.cli.program import app
from rightsdesk.cli.session import Session
from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.ledger.chain import GENESIS, ChainFaultKind, Head, linked
from rightsdesk.store import deed_lists
from rightsdesk.store.database import FILE_NAME, Database
from rightsdesk.store.deeds import DeedKind, DeedScope, head, note
from rightsdesk.store.schema import deeds, files
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.data import ledger
from rightsdesk.workspace.data.ledger import fault_words
from rightsdesk.workspace.history.types import HistoryFilter
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.cli.fakes import run

NOWHERE = Head()
COLUMNS = (
    *("at", "who", "kind", "artist_id", "release_id", "recording_id", "account_id", "names"),
    *("before", "after", "undoes", "job_id", "part_of", "seat", "format", "hash", "id"),
)
ENTRIES = 6


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database with six entries, one of them with a list of 2,500 lines."""
    path = tmp_path_factory.mktemp("ledger") / FILE_NAME
    database = Database(path)
    database.migrate()
    with database.write() as connection:
        for number in range(1, ENTRIES):
            after = {"name": f"Mïra {number}", "n": number}
            act = 1 if number == 4 else None
            note(connection, DeedKind.ARTIST_ADDED, DeedScope(number), after=after, part_of=act)
        lines = ({"file": number} for number in range(2500))
        note(connection, DeedKind.FILES_CHECKED, DeedScope(1), before={}, listed=lines)
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN "
        names = connection.execute(f"{triggers} ('deeds', 'deed_lists')").fetchall()
        for (name,) in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.commit()
    return path


def changed(whole: Path, folder: Path, *statements: str) -> Path:
    """A copy of the database in which these statements were run, past all triggers."""
    path = folder / "copy.sqlite3"
    shutil.copyfile(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def test_every_column_is_in_the_chain() -> None:
    assert set(COLUMNS) == {column.name for column in deeds.c}


def test_a_whole_ledger_is_said_to_be_whole(whole: Path) -> None:
    report = ledger.verify(whole, NOWHERE)
    assert (report.entries, report.fault, report.lists) == (ENTRIES, None, 1)
    assert len(report.head.hash) == 64
    assert ledger.verify(whole, report.head).fault is None
    assert ledger.check_newest(whole, report.head) is None


@given(
    entry=st.integers(1, ENTRIES),
    column=st.sampled_from(COLUMNS),
    place=st.integers(0, 10_000),
    new=st.integers(0, 255),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_byte_of_any_column_is_noticed_and_named(
    whole: Path, tmp_path: Path, entry: int, column: str, place: int, new: int
) -> None:
    path = tmp_path / "copy.sqlite3"
    shutil.copyfile(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        query = f'SELECT typeof("{column}"), CAST("{column}" AS BLOB) FROM deeds WHERE id = ?'
        kind, content = connection.execute(query, (entry,)).fetchone()
        update = f'UPDATE deeds SET "{column}" = {{}} WHERE id = {entry}'
        if kind == "null":
            number = "id" in column or column in ("undoes", "part_of")
            connection.execute(update.format("?"), (new if number else "{}",))
        elif kind == "integer":
            connection.execute(update.format("?"), (int(content) + 1000 + new,))
        else:
            at = place % len(content)
            if content[at] == new:
                return
            bad = content[:at] + bytes([new]) + content[at + 1 :]
            connection.execute(update.format("CAST(? AS TEXT)"), (bad,))
        connection.commit()
    fault = ledger.verify(path, NOWHERE).fault
    assert fault is not None
    assert fault.number == entry
    assert str(entry) in fault_words(fault)


@pytest.mark.parametrize("value", ["CAST({} AS BLOB)", "{} || ' '", "NULL"])
@pytest.mark.parametrize("column", ["at", "who", "kind", "names", "after", "hash"])
def test_another_type_or_a_space_is_a_change(
    whole: Path, tmp_path: Path, column: str, value: str
) -> None:
    now = value.format(column)
    if now == "NULL" and column != "after":
        now = "''"
    path = changed(whole, tmp_path, f"UPDATE deeds SET {column} = {now} WHERE id = 3")
    fault = ledger.verify(path, NOWHERE).fault
    assert (fault and (fault.kind, fault.number)) == (ChainFaultKind.CHANGED, 3)


def test_a_missing_entry_is_named(whole: Path, tmp_path: Path) -> None:
    path = changed(whole, tmp_path, "DELETE FROM deeds WHERE id IN (2, 3)")
    fault = ledger.verify(path, NOWHERE).fault
    assert fault is not None
    assert (fault.kind, fault.number, fault.last) == (ChainFaultKind.MISSING, 2, 3)
    assert fault_words(fault) == "Entries 2 to 3 are missing."


def test_exchanged_entries_are_named(whole: Path, tmp_path: Path) -> None:
    swap = [f"UPDATE deeds SET id = {new} WHERE id = {old}" for old, new in ((3, 99), (4, 3))]
    path = changed(whole, tmp_path, *swap, "UPDATE deeds SET id = 4 WHERE id = 99")
    fault = ledger.verify(path, NOWHERE).fault
    assert (fault and (fault.kind, fault.number)) == (ChainFaultKind.CHANGED, 3)


@pytest.mark.parametrize("counted", [True, False])
def test_a_cut_tail_is_named(whole: Path, tmp_path: Path, counted: bool) -> None:
    known = ledger.verify(whole, NOWHERE).head
    forget = [] if counted else ["UPDATE sqlite_sequence SET seq = 4 WHERE name = 'deeds'"]
    path = changed(whole, tmp_path, "DELETE FROM deeds WHERE id > 4", *forget)
    fault = ledger.verify(path, known).fault
    assert fault is not None
    assert (fault.kind, fault.number, fault.last) == (ChainFaultKind.CUT_OFF, 5, 6)
    assert fault.witness == "note"
    assert ledger.check_newest(path, known) == fault
    without = ledger.verify(path, NOWHERE).fault
    assert (without.witness if without else "") == ("counter" if counted else "")


def test_a_time_stamp_proves_a_cut_tail_and_another_chain(whole: Path, tmp_path: Path) -> None:
    known = ledger.verify(whole, NOWHERE).head
    stamped = (
        "INSERT INTO stamps (kind, number, hash, source, made_at, query, reply) VALUES "
        f"('rfc3161', 6, '{known.hash}', '', '', x'', x'')"
    )
    assert ledger.verify(changed(whole, tmp_path, stamped), NOWHERE).stamps == 1
    forget = "UPDATE sqlite_sequence SET seq = 4 WHERE name = 'deeds'"
    cut = changed(whole, tmp_path, stamped, "DELETE FROM deeds WHERE id > 4", forget)
    fault = ledger.verify(cut, NOWHERE).fault
    assert fault is not None
    assert (fault.kind, fault.number, fault.last) == (ChainFaultKind.CUT_OFF, 5, 6)
    assert fault.witness == "stamp"
    anew = changed(whole, tmp_path, stamped, "UPDATE deeds SET who = 'nobody' WHERE id = 2")
    _chain_anew(anew)
    fault = ledger.verify(anew, NOWHERE).fault
    assert (fault and (fault.kind, fault.number)) == (ChainFaultKind.REPLACED, 6)
    assert ledger.verify(anew, known).fault is not None


def test_a_chain_that_was_made_anew_is_noticed_by_the_noted_head(
    whole: Path, tmp_path: Path
) -> None:
    known = ledger.verify(whole, NOWHERE).head
    path = changed(whole, tmp_path, "UPDATE deeds SET who = 'nobody' WHERE id = 2")
    _chain_anew(path)
    assert ledger.verify(path, NOWHERE).fault is None
    fault = ledger.verify(path, known).fault
    assert (fault and (fault.kind, fault.witness)) == (ChainFaultKind.REPLACED, "note")
    assert ledger.check_newest(path, known) == fault


def _chain_anew(path: Path) -> None:
    """What a person who knows the rule would do."""
    from rightsdesk.store.chain_reading import links

    with closing(sqlite3.connect(path)) as connection:
        previous = GENESIS
        for link, _ in list(links(connection)):
            assert link.entry is not None
            previous = linked(previous, link.entry)
            connection.execute("UPDATE deeds SET hash = ? WHERE id = ?", (previous, link.number))
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM deed_lists WHERE part = 2",
        "UPDATE deed_lists SET content = x'00' WHERE part = 1",
        "UPDATE deed_lists SET part = 7 WHERE part = 0",
        "UPDATE deed_lists SET content = 'text' WHERE part = 1",
        "INSERT INTO deed_lists SELECT deed_id, 3, content FROM deed_lists WHERE part = 2",
    ],
)
def test_a_changed_list_is_named(whole: Path, tmp_path: Path, statement: str) -> None:
    fault = ledger.verify(changed(whole, tmp_path, statement), NOWHERE).fault
    assert (fault and (fault.kind, fault.number)) == (ChainFaultKind.LIST_CHANGED, ENTRIES)


@pytest.mark.parametrize(
    ("values", "named"),
    [("2, 0", 2), (f"{ENTRIES}, 7", ENTRIES), ("99, 0", 99), ("x'6162', 0", ENTRIES)],
)
def test_a_list_that_no_entry_has_is_named(
    whole: Path, tmp_path: Path, values: str, named: int
) -> None:
    added = f"INSERT INTO deed_lists SELECT {values}, content FROM deed_lists WHERE part = 2"
    fault = ledger.verify(changed(whole, tmp_path, added), NOWHERE).fault
    assert (fault and (fault.kind, fault.number)) == (ChainFaultKind.LIST_CHANGED, named)


def test_a_list_with_other_ends_of_lines_is_named(whole: Path, tmp_path: Path) -> None:
    path = changed(whole, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT content FROM deed_lists WHERE part = 0"
        (content,) = connection.execute(query).fetchone()
        lines = zlib.decompress(content).replace(b"\n", b"\r", 1)
        connection.execute(
            "UPDATE deed_lists SET content = ? WHERE part = 0", (zlib.compress(lines),)
        )
        connection.commit()
    fault = ledger.verify(path, NOWHERE).fault
    assert (fault and (fault.kind, fault.number)) == (ChainFaultKind.LIST_CHANGED, ENTRIES)


def test_a_part_is_read_from_the_table_and_not_from_an_index(whole: Path, tmp_path: Path) -> None:
    """A byte of the table changed, which the index still has as it was."""
    path = changed(whole, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT content FROM deed_lists WHERE part = 1"
        (content,) = connection.execute(query).fetchone()
    stored = bytearray(path.read_bytes())
    place = stored.index(content[:40]) - 1
    assert stored[place] == ENTRIES
    stored[place] = 77
    path.write_bytes(stored)
    fault = ledger.verify(path, NOWHERE).fault
    assert (fault and (fault.kind, fault.number)) == (ChainFaultKind.LIST_CHANGED, ENTRIES)


def test_the_tables_refuse_changes(tmp_path: Path) -> None:
    database = Database(tmp_path / FILE_NAME)
    database.migrate()
    with database.write() as connection:
        note(connection, DeedKind.FILES_CHECKED, listed=[{"a": 1}])
    for statement in ("UPDATE deed_lists SET part = 2", "DELETE FROM deed_lists"):
        with pytest.raises(Exception, match="only ever added"), database.write() as connection:
            connection.exec_driver_sql(statement)
    database.close()


def test_several_writers_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    first, second = Database(path), Database(path)
    first.migrate()

    def write(database: Database) -> None:
        for number in range(20):
            with database.write() as connection:
                note(connection, DeedKind.ARTIST_ADDED, after={"n": number})

    threads = [threading.Thread(target=write, args=(one,)) for one in (first, second, first)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = ledger.verify(path, NOWHERE)
    assert (report.entries, report.fault) == (60, None)
    first.close()
    second.close()


def note_twice(connection: Connection) -> None:
    note(connection, DeedKind.ARTIST_ADDED)
    note(connection, DeedKind.ARTIST_ADDED, after={"n": 0.5})


def test_a_failed_transaction_leaves_no_gap(tmp_path: Path) -> None:
    database = Database(tmp_path / FILE_NAME)
    database.migrate()
    with pytest.raises(ValueError, match="no place in a deed"), database.write() as connection:
        note_twice(connection)
    with database.write() as connection:
        assert note(connection, DeedKind.ARTIST_ADDED) == 1
        assert head(connection).number == 1
    database.close()
    assert ledger.verify(database.path, NOWHERE).fault is None


# --- through the facade ---------------------------------------------------------------


def with_entries(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        artist = workspace.artists.add("Mira Koval")
        workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])


def tampered(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        for name in ("deeds_no_update", "deeds_no_delete"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_opening_says_that_the_history_is_not_whole(isolated: Path) -> None:
    with_entries(isolated)
    tampered(isolated, "DELETE FROM deeds WHERE id = 2")
    for _ in range(2):  # until somebody does something about it
        with Workspace.open(isolated) as workspace:
            (said,) = workspace.notes
            assert "Entry 2 is missing. RightsDesk had noted the newest hash" in said
            assert "rightsdesk ledger verify" in said
            assert workspace.artists.all(), "everything else can be used"


def test_entries_after_an_unclean_end_are_checked_too(isolated: Path) -> None:
    with_entries(isolated)
    state = (isolated / "database-state.json").read_bytes()
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Another")
    (isolated / "database-state.json").write_bytes(state)
    tampered(isolated, "UPDATE deeds SET who = 'nobody' WHERE id = 3")
    with Workspace.open(isolated) as workspace:
        assert "Entry 3 does not fit" in workspace.notes[0]


def test_a_restored_backup_goes_on_with_an_entry_and_no_alarm(
    isolated: Path, tmp_path: Path
) -> None:
    with_entries(isolated)
    with Workspace.open(isolated) as workspace:
        backup = workspace.back_up(str(tmp_path / "backup"))
        workspace.artists.add("Lost again")
        lost = workspace.evidence.head()
    Workspace.restore(str(backup), isolated)
    for _ in range(2):
        with Workspace.open(isolated) as workspace:
            assert not [said for said in workspace.notes if "whole" in said]
            newest = workspace.history.entries()[0]
            assert newest.deed.kind is DeedKind.DATA_RESTORED
            assert newest.deed.before == {"entry": lost.number, "hash": lost.hash}
            assert workspace.evidence.verify().fault is None


def test_a_removed_artist_stays_in_the_ledger(isolated: Path) -> None:
    with_entries(isolated)
    with Workspace.open(isolated) as workspace:
        workspace.artists.remove(1)
        report = workspace.evidence.verify()
        assert (report.entries, report.fault) == (3, None)
        assert {entry.deed.names["artist"] for entry in workspace.history.entries()} == {
            "Mira Koval"
        }


# --- on the command line --------------------------------------------------------------


def test_ledger_verify_names_the_entry(isolated: Path) -> None:
    with_entries(isolated)
    done = run(Workspace.open(isolated), "ledger", "verify", "--json")
    assert (done.code, done.json["whole"], done.json["entries"]) == (0, True, 2)
    tampered(isolated, "UPDATE deeds SET after = '{}' WHERE id = 2")
    done = run(Workspace.open(isolated), "ledger", "verify")
    assert done.code == 1
    assert "Entry 2 does not fit the one before it" in done.out
    assert "Entries before it that fit: 1." in done.out


def test_ledger_verify_names_the_entry_of_data_that_do_not_open(isolated: Path) -> None:
    with_entries(isolated)
    (isolated / "database-state.json").unlink()
    tampered(isolated, "UPDATE deeds SET kind = 'nonsense' WHERE id = 2")
    session = Session(data_dir=isolated)
    done = CliRunner().invoke(app, ["ledger", "verify", "--json"], obj=session)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["fault"]["entry"] == 2


def leaf_pages(path: Path, table: str) -> list[int]:
    """The pages that hold a table's rows, by SQLite's own list."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno"
        try:
            return [number for (number,) in connection.execute(query, (table,))]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite was built without dbstat")


def test_ledger_verify_names_what_else_is_damaged(isolated: Path) -> None:
    with_entries(isolated)
    with Workspace.open(isolated) as workspace:
        for number in range(300):
            workspace.artists.add(f"Artist {number}")
    path = isolated / FILE_NAME
    (isolated / "database-state.json").unlink()
    *_, last = leaf_pages(path, "artists")
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    content[(last - 1) * size : last * size] = b"\xa5" * size
    path.write_bytes(content)

    done = CliRunner().invoke(app, ["ledger", "verify", "--json"], obj=Session(data_dir=isolated))

    said = json.loads(done.stdout)
    assert (done.exit_code, said["error"]["cause"]) == (3, "database-damaged")
    assert (said["whole"], said["entries"], said["fault"]) == (True, 302, None)
    (damaged,) = said["damaged"]
    assert (damaged["table"], damaged["to_end"]) == ("artists", False)
    assert 0 < damaged["rows"] < 302
    assert said["sound"] > 20
    done = CliRunner().invoke(app, ["ledger", "verify"], obj=Session(data_dir=isolated))
    assert "The history is whole: 302 entries" in done.stdout
    assert "Damaged: the table “artists”." in done.stdout


def test_ledger_verify_names_a_value_that_is_not_ours(isolated: Path) -> None:
    with_entries(isolated)
    (isolated / "database-state.json").unlink()
    tampered(isolated, "UPDATE artists SET former_sentences = 'nonsense'")

    done = CliRunner().invoke(app, ["ledger", "verify", "--json"], obj=Session(data_dir=isolated))

    said = json.loads(done.stdout)
    assert (done.exit_code, said["whole"], said["damaged"]) == (3, True, [])
    assert "“former_sentences” in the table “artists”" in said["error"]["sentence"]


def test_ledger_head_is_the_newest_hash(isolated: Path) -> None:
    with_entries(isolated)
    with Workspace.open(isolated) as workspace:
        newest = workspace.evidence.head()
    done = run(Workspace.open(isolated), "ledger", "head", "--json")
    assert done.json == {"entry": 2, "hash": newest.hash}


# --- for another program --------------------------------------------------------------


def checked_by_others(path: Path) -> tuple[int, str]:
    """The rule of docs/ledger.md, without anything of RightsDesk."""
    previous, number = "0" * 64, 0
    of_list: object = None
    lines: list[bytes] = []

    def end_of_list() -> None:
        if of_list is not None:
            digest = hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
            assert of_list == {"count": len(lines), "sha256": digest}, number

    for raw in path.read_bytes().splitlines()[1:]:
        record = json.loads(raw)
        if "of" in record:
            assert record["of"] == number
            lines.append(_canonical(record["line"]))
            continue
        end_of_list()
        entry = _canonical(record["entry"])
        text = b"RightsDesk ledger, format 1\n" + previous.encode() + b"\n" + entry
        previous, number = hashlib.sha256(text).hexdigest(), number + 1
        assert (record["hash"], record["entry"]["id"]) == (previous, number)
        of_list, lines = (record["entry"]["after"] or {}).get("list"), []
    end_of_list()
    return number, previous


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def test_another_program_can_check_an_exported_ledger(isolated: Path, tmp_path: Path) -> None:
    with_entries(isolated)
    with Workspace.open(isolated) as workspace:
        with workspace._database.write() as connection:
            note(connection, DeedKind.FILES_CHECKED, listed=({"é": n} for n in range(1001)))
        newest = workspace.evidence.head()
    target = tmp_path / "ledger.jsonl"
    done = run(Workspace.open(isolated), "ledger", "export", str(target), "--json")
    assert (done.code, done.json["entry"], done.json["hash"]) == (0, 3, newest.hash)
    assert checked_by_others(target) == (3, newest.hash)
    spoilt = target.read_bytes().replace(b"Mira", b"Vera", 1)
    target.write_bytes(spoilt)
    with pytest.raises(AssertionError):
        checked_by_others(target)
    again = run(Workspace.open(isolated), "ledger", "export", str(target))
    assert again.code == 2
    assert target.read_bytes() == spoilt


# --- what is listed beside an entry ----------------------------------------------------


def lists_of(workspace: Workspace, kind: DeedKind) -> list[list[dict[str, object]]]:
    """The lists of all entries of a kind, oldest first."""
    found = workspace.history.entries(HistoryFilter(kinds=(kind,)))
    with workspace._database.read() as connection:
        return [deed_lists.lines_of(connection, entry.id) for entry in reversed(found)]


def test_a_job_ends_with_an_entry_that_lists_each_change(
    workspace: Workspace, koval: Artist
) -> None:
    workspace.consents.set(Scope(ScopeKind.ARTIST, koval.id), PRESETS[Preset.NO_AI])
    plan = workspace.jobs.plan_tag(Filter(artist_id=koval.id))
    report = workspace.jobs.apply(plan)
    assert DeedKind.JOB_FINISHED not in [e.deed.kind for e in workspace.history.entries()]
    (finished,) = workspace.history.entries(HistoryFilter(kinds=(DeedKind.JOB_FINISHED,)))
    done = report.counts["done"]
    assert finished.deed.after is not None
    assert finished.deed.after["counts"] == {"done": done}
    assert (finished.deed.job_id, finished.deed.scope.artist_id) == (report.job, koval.id)
    (lines,) = lists_of(workspace, DeedKind.JOB_FINISHED)
    assert len(lines) == done == finished.deed.after["list"]["count"]
    assert {line["outcome"] for line in lines} == {"done"}
    assert all(line["after"] == PRESETS[Preset.NO_AI].to_json() for line in lines)
    assert workspace.evidence.verify().lists == 1


def test_a_job_lists_the_partners_that_files_name_before_and_after(
    workspace: Workspace, koval: Artist
) -> None:
    workspace.consents.set(Scope(ScopeKind.ARTIST, koval.id), PRESETS[Preset.NO_AI])
    chosen = Filter(artist_id=koval.id)
    workspace.jobs.apply(workspace.jobs.plan_tag(chosen))
    agreement = Agreement("Klay", frozenset({Use.AI_INPUT}))
    scope = Scope(ScopeKind.ARTIST, koval.id)
    licence = workspace.licences.add(agreement, [scope], confirmed=agreement.uses)
    plan = workspace.jobs.plan_tag(chosen)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    workspace.licences.end(licence)
    workspace.jobs.apply(workspace.jobs.plan_tag(chosen))
    none, named, gone = lists_of(workspace, DeedKind.JOB_FINISHED)
    assert not any("licensed_before" in line for line in none), "nobody was named"
    klay = {
        "partner": "Klay",
        "uses": ["ai_input"],
        "territory": "world",
        "until": "",
        "zone": "UTC",
    }
    assert [line["licensed_after"] for line in named] == [[klay]] * len(none)
    assert [line["licensed_before"] for line in named] == [[]] * len(none)
    assert [line["licensed_before"] for line in gone] == [[klay]] * len(none)
    assert [line["licensed_after"] for line in gone] == [[]] * len(none)
    assert workspace.evidence.verify().fault is None


def test_a_scan_lists_what_changed_without_us(workspace: Workspace, koval: Artist) -> None:
    assert lists_of(workspace, DeedKind.FILES_CHECKED) == [[]], "new files have not changed"
    workspace.consents.set(Scope(ScopeKind.ARTIST, koval.id), PRESETS[Preset.NO_AI])
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(artist_id=koval.id)))
    with workspace._database.read() as connection:
        path = sorted(map(os.fsdecode, connection.execute(select(files.c.path)).scalars()))[0]
    audio = mutagen.File(path)
    audio.delete()
    workspace.catalogue.scan(koval.id, [os.path.dirname(path)])
    (line,) = lists_of(workspace, DeedKind.FILES_CHECKED)[-1]
    assert (line["path"], line["after"], line["evidence"]) == (path, {}, "file")
    assert line["before"] == PRESETS[Preset.NO_AI].to_json()


def test_signing_in_again_is_an_entry(
    workspace: Workspace, koval: Artist, sign_in: Callable[..., Account]
) -> None:
    account = sign_in(koval)
    sign_in(koval)
    kinds = [entry.deed.kind for entry in workspace.history.entries()]
    assert kinds.count(DeedKind.ACCOUNT_CONNECTED) == 1
    (again,) = workspace.history.entries(HistoryFilter(kinds=(DeedKind.SIGNED_IN,)))
    assert again.deed.scope.account_id == account.id
    assert again.deed.names["platform"] == "soundcloud"
    assert "token" not in str(again.deed)
