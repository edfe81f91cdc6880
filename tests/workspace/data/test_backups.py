"""Damaged or older databases are noticed, and backups can be restored."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from rightsdesk.changes.types import Outcome
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.consent import Preset, Standing
from rightsdesk.errors import KnownError
from rightsdesk.store import copies, migrations, state
from rightsdesk.store.database import FILE_NAME, DamagedDatabase, Database, NewerSchema, StoreError
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.data import backups
from rightsdesk.workspace.exports.saving import AlreadyThere, NotSaved
from rightsdesk.workspace.lock import AnotherAtWork, working
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, SignIn, choose

EVERYTHING = Filter()
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def at(moment: datetime) -> Clock:
    return replace(SYSTEM, now=lambda: moment)


def standings(workspace: Workspace, carrier: str = "file") -> set[Standing]:
    return {
        standing
        for standing, number in workspace.catalogue.counts(EVERYTHING)[carrier].items()
        if number
    }


def tagged(workspace: Workspace) -> int:
    report = workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    return sum(result.outcome is Outcome.DONE for result in report.results)


def own_backups(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / "backups").glob(f"*-{kind}*"))


# --- backup and restore --------------------------------------------------------------------


def test_a_restored_backup_keeps_logins_and_claims_no_standing(
    workspace: Workspace,
    koval: Artist,
    music: Path,
    sign_in: SignIn,
    isolated: Path,
    tmp_path: Path,
) -> None:
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    choose(workspace, koval)
    saved = workspace.back_up(str(tmp_path / "one.backup"))
    assert tagged(workspace)
    assert Standing.AGREES in standings(workspace)
    workspace.close()

    done = Workspace.restore(str(saved), isolated)
    assert done.kept is not None
    assert done.kept.is_file()
    with Workspace.open(isolated) as again:
        assert "older" in again.notes[0]
        assert again.jobs.all() == []
        assert standings(again) == {Standing.UNKNOWN}
        assert standings(again, "soundcloud") == {Standing.UNKNOWN}
        assert any(
            "unknown" in problem.sentence for problem in again.catalogue.problems(EVERYTHING)
        )
        assert {c.outcome for c in again.jobs.plan_tag(EVERYTHING).changes} == {Outcome.SKIPPED}
    with Workspace.open(isolated) as later:
        assert later.notes == ()
        later.catalogue.scan(koval.id, [str(music / KOVAL)])
        assert Standing.AGREES in standings(later)
        later.accounts.read_items(account.id)
        assert Standing.SILENT in standings(later, "soundcloud")
        assert not [
            problem
            for problem in later.catalogue.problems(EVERYTHING)
            if "without RightsDesk" in str(problem)
        ]
        assert later.jobs.plan_tag(EVERYTHING).planned == ()


def test_a_backup_is_a_single_private_file(
    workspace: Workspace, koval: Artist, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(koval)
    place = workspace.back_up(str(tmp_path / "one.backup"))
    assert [path.name for path in tmp_path.glob("*one*")] == ["one.backup"]
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with closing(sqlite3.connect(place)) as there:
        assert there.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert there.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        names = {row[0] for row in there.execute("SELECT name FROM backup_parts")}
        assert there.execute("SELECT name FROM artists").fetchall() == [(koval.name,)]
    assert names == {"vault.json"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such call for folders")
@pytest.mark.parametrize("replace", [False, True])
def test_a_backup_is_durable_before_success_is_reported(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    steps: list[str] = []
    fsync, link, rename = os.fsync, os.link, os.replace

    def synced(number: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        fsync(number)

    def linked(source: Path, target: Path) -> None:
        steps.append("name")
        link(source, target)

    def renamed(source: Path, target: Path) -> None:
        steps.append("name")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    monkeypatch.setattr(os, "replace", renamed)
    workspace.back_up(str(tmp_path / "one.backup"), replace=replace)
    assert steps == ["file", "name", "folder"]


def test_an_existing_file_is_replaced_only_on_request(workspace: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "mine.txt"
    place.write_text("mine")
    with pytest.raises(AlreadyThere):
        workspace.back_up(str(place))
    assert place.read_text() == "mine"
    workspace.back_up(str(place), replace=True)
    assert place.read_bytes().startswith(b"SQLite format 3\0")
    with pytest.raises(NotSaved, match="folder"):
        workspace.back_up(str(tmp_path))
    with pytest.raises(NotSaved, match="No such file"):
        workspace.back_up(str(tmp_path / "away" / "x"))


def test_a_restore_on_another_computer_includes_the_vault(
    workspace: Workspace, koval: Artist, sign_in: SignIn, isolated: Path, tmp_path: Path
) -> None:
    account = sign_in(koval)
    place = workspace.back_up(str(tmp_path / "one.backup"))
    done = Workspace.restore(str(place), tmp_path / "elsewhere")
    assert (done.kept, done.vault) == (None, True)
    with Workspace.open(tmp_path / "elsewhere") as other:
        other.accounts.read_items(account.id)  # both computers share the keyring here


@pytest.mark.parametrize("place", ["elsewhere", "here"])
def test_a_restored_latest_backup_claims_no_standing(
    workspace: Workspace, koval: Artist, music: Path, isolated: Path, tmp_path: Path, place: str
) -> None:
    """Even without newer data, it is unknown what changed since the backup."""
    choose(workspace, koval)
    assert tagged(workspace)
    saved = workspace.back_up(str(tmp_path / "one.backup"))
    workspace.close()
    folder = isolated if place == "here" else tmp_path / "elsewhere"
    Workspace.restore(str(saved), folder)
    with Workspace.open(folder) as again:
        assert standings(again) == {Standing.UNKNOWN}
        again.catalogue.scan(koval.id, [str(music / KOVAL)])
    with Workspace.open(folder) as later:
        assert later.notes == ()
        assert standings(later) == {Standing.AGREES}


def test_a_vault_with_the_same_key_stays(
    workspace: Workspace, koval: Artist, sign_in: SignIn, isolated: Path, tmp_path: Path
) -> None:
    sign_in(koval)
    place = workspace.back_up(str(tmp_path / "one.backup"))
    workspace.accounts.set_passphrase("four words quite long")
    newer = (isolated / "vault.json").read_bytes()
    workspace.close()
    assert not Workspace.restore(str(place), isolated).vault
    assert (isolated / "vault.json").read_bytes() == newer


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 9000])
def test_a_file_that_is_no_backup_is_refused(
    workspace: Workspace, isolated: Path, tmp_path: Path, content: bytes
) -> None:
    workspace.artists.add("Mira")
    workspace.close()
    (tmp_path / "x").write_bytes(content)
    before = (isolated / FILE_NAME).read_bytes()
    with pytest.raises(copies.NoBackup):
        Workspace.restore(str(tmp_path / "x"), isolated)
    assert (isolated / FILE_NAME).read_bytes() == before
    assert not (isolated / "restore.part").exists()
    with pytest.raises(copies.NoBackup, match="no file"):
        Workspace.restore(str(tmp_path / "not there"), isolated)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", NewerSchema),
        ("DELETE FROM alembic_version", copies.NoBackup),
        ("DROP TABLE changes", copies.NoBackup),
        ("CREATE TRIGGER t AFTER INSERT ON artists BEGIN DELETE FROM files; END", copies.NoBackup),
        ("CREATE VIEW v AS SELECT * FROM secrets", copies.NoBackup),
        ("INSERT INTO folders (artist_id, path) VALUES (77, x'2f')", copies.NoBackup),
    ],
)
def test_a_backup_of_the_wrong_version_is_refused(
    workspace: Workspace, isolated: Path, tmp_path: Path, statement: str, kind: type[KnownError]
) -> None:
    place = workspace.back_up(str(tmp_path / "one.backup"))
    workspace.close()
    with closing(sqlite3.connect(place)) as there, there:
        there.execute(statement)
    before = (isolated / FILE_NAME).read_bytes()
    with pytest.raises(kind):
        Workspace.restore(str(place), isolated)
    assert (isolated / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("revision", migrations.KNOWN[17:-1])
def test_a_backup_of_any_older_version_is_restored(tmp_path: Path, revision: str) -> None:
    """Its triggers may be other ones than today's."""
    place = tmp_path / "old.backup"
    older = Database(place)
    config = Config()
    config.set_main_option("script_location", "rightsdesk.store:migrations")
    with older.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.execute(
            text(
                "INSERT INTO artists"
                " (name, name_key, rightsholder, contact, terms_url, former_sentences, created_at)"
                " VALUES ('Mira', 'mira', '', '', '', '[]', '2026-05-01T08:00:00+00:00')"
            )
        )
    older.close()
    Workspace.restore(str(place), tmp_path / "data")
    with Workspace.open(tmp_path / "data") as workspace:
        assert [artist.name for artist in workspace.artists.all()] == ["Mira"]


def test_data_in_use_are_not_replaced(workspace: Workspace, isolated: Path, tmp_path: Path) -> None:
    place = workspace.back_up(str(tmp_path / "one.backup"))
    workspace.artists.add("Mira")
    with pytest.raises(backups.DatabaseInUse, match="open"):
        Workspace.restore(str(place), isolated)
    assert [artist.name for artist in workspace.artists.all()] == ["Mira"]
    workspace.close()
    with working(isolated), pytest.raises(AnotherAtWork):
        Workspace.restore(str(place), isolated)


def test_a_killed_restore_is_complete_or_has_not_begun(
    workspace: Workspace, isolated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at each disk access in turn, the next start finds either the old or the new state."""
    place = workspace.back_up(str(tmp_path / "one.backup"))
    workspace.artists.add("Mira")
    workspace.close()

    class Killed(BaseException):
        pass

    states = set()
    for step in range(1, 60):
        folder = tmp_path / f"try {step}"
        shutil.copytree(isolated, folder)
        left = step

        def counted(real: Any) -> Any:
            def call(*values: Any, **more: Any) -> Any:
                nonlocal left
                left -= 1
                if not left:
                    raise Killed
                return real(*values, **more)

            return call

        with monkeypatch.context() as patched:
            for name in ("replace", "rename", "unlink", "mkdir", "fsync"):
                patched.setattr(os, name, counted(getattr(os, name)))
            # A kill also skips the cleanup.
            patched.setattr(shutil, "rmtree", lambda *_a, **_k: None)
            try:
                Workspace.restore(str(place), folder)
                whole = True
            except Killed:
                whole = False
        with Workspace.open(folder) as again:
            artists = [artist.name for artist in again.artists.all()]
            assert bool(again.notes) == (artists == [])
        assert not (folder / "restore.ready").exists()
        states.add(tuple(artists))
        if whole:
            assert artists == []
            break
    else:
        pytest.fail("the steps do not end")
    assert states == {(), ("Mira",)}


@pytest.mark.parametrize("way", ["restored", "restored, and its note is lost", "put back by hand"])
def test_job_numbers_are_not_reused_after_older_data_are_restored(
    workspace: Workspace, koval: Artist, isolated: Path, tmp_path: Path, way: str
) -> None:
    choose(workspace, koval, Preset.ASK_FIRST)
    saved = workspace.back_up(str(tmp_path / "one.backup"))
    tagged(workspace)
    [first] = workspace.jobs.all()
    workspace.close()
    if way == "put back by hand":
        shutil.copyfile(saved, isolated / FILE_NAME)
    else:
        if way != "restored":
            (isolated / state.NAME).unlink()
        Workspace.restore(str(saved), isolated)
    with Workspace.open(isolated) as again:
        again.catalogue.scan(koval.id, koval.folders)
        choose(again, koval)
        tagged(again)
        assert [job.id for job in again.jobs.all()] == [first.id + 1]


def test_a_scan_after_restoring_older_data_recognises_known_files(
    workspace: Workspace, koval: Artist, isolated: Path, tmp_path: Path
) -> None:
    choose(workspace, koval)
    saved = workspace.back_up(str(tmp_path / "one.backup"))
    before = workspace.catalogue.scan(koval.id, koval.folders)
    [change, *_] = workspace.jobs.plan_tag(EVERYTHING).planned
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(path=change.target.locator)))
    workspace.close()
    Workspace.restore(str(saved), isolated)
    with Workspace.open(isolated) as again:
        found = again.catalogue.scan(koval.id, koval.folders)
        assert (found.files, found.new, found.missing) == (before.files, 0, 0)
        assert (found.changed, found.unchanged) == (1, before.files - 1)
        assert again.catalogue.scan(koval.id, koval.folders).unchanged == before.files
    Workspace.restore(str(saved), isolated)
    os.unlink(change.target.locator)
    with Workspace.open(isolated) as again:
        assert again.catalogue.scan(koval.id, koval.folders).missing == 1


def test_a_damaged_database_is_set_aside_and_replaced(
    workspace: Workspace, isolated: Path, tmp_path: Path
) -> None:
    workspace.artists.add("Mira")
    place = workspace.back_up(str(tmp_path / "one.backup"))
    workspace.close()
    (isolated / FILE_NAME).write_bytes(b"SQLite format 3\0" + b"broken" * 2000)
    with pytest.raises(DamagedDatabase):
        Workspace.open(isolated)
    done = Workspace.restore(str(place), isolated)
    assert done.kept is not None
    assert done.kept.read_bytes().endswith(b"broken")
    with Workspace.open(isolated) as again:
        assert [artist.name for artist in again.artists.all()] == ["Mira"]


# --- damage, and an older state ------------------------------------------------------------


def damage(path: Path) -> None:
    """Overwrite bytes in the middle of a file, as another program could."""
    content = bytearray(path.read_bytes())
    content[8192:20480] = b"\xa5" * 12288
    path.write_bytes(content)


def test_a_damaged_database_reports_nothing(
    workspace: Workspace, koval: Artist, isolated: Path
) -> None:
    workspace.close()
    damage(isolated / FILE_NAME)
    with pytest.raises(DamagedDatabase, match="damaged"):
        Workspace.open(isolated)
    assert not own_backups(isolated, "daily"), "damage does not overwrite a good backup"


def test_the_database_is_checked_after_an_unclean_end_and_once_a_day(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []
    real = Database.check

    def check(self: Database) -> None:
        checked.append(self.path)
        real(self)

    monkeypatch.setattr(Database, "check", check)

    def opened(hours: float) -> int:
        before = len(checked)
        with Workspace.open(isolated, clock=at(NOON + timedelta(hours=hours))) as workspace:
            workspace.artists.all()
        return len(checked) - before

    assert opened(0) == 1
    assert opened(1) == 0
    assert opened(2) == 0
    assert opened(25) == 1, "a day has passed"
    assert opened(26) == 0
    assert opened(1) == 1, "a clock that was set back proves nothing"
    killed = Workspace.open(isolated, clock=at(NOON + timedelta(hours=1)))
    killed.artists.add("Mira")
    left = isolated.parent / "left"
    shutil.copytree(isolated, left)  # as a kill would leave it
    killed.close()
    shutil.rmtree(isolated)
    shutil.copytree(left, isolated)
    assert opened(2) == 1
    assert opened(3) == 0
    (isolated / FILE_NAME).touch()
    assert opened(4) == 1, "another program changed the file"
    (isolated / state.NAME).write_text("{")
    assert opened(5) == 1


def test_an_older_database_is_noticed_once(
    workspace: Workspace, koval: Artist, isolated: Path, tmp_path: Path
) -> None:
    choose(workspace, koval)
    workspace.close()
    shutil.copy(isolated / FILE_NAME, tmp_path / "older")
    with Workspace.open(isolated) as again:
        assert again.notes == ()
        assert tagged(again)
        assert Standing.AGREES in standings(again)
    shutil.copy(tmp_path / "older", isolated / FILE_NAME)
    with Workspace.open(isolated) as older:
        [note] = older.notes
        assert "can't be undone" in note
        assert standings(older) == {Standing.UNKNOWN}
    with Workspace.open(isolated) as later:
        assert later.notes == ()
        assert standings(later) == {Standing.UNKNOWN}, "unknown until the files are read"


def test_an_older_database_is_noticed_after_a_kill_too(isolated: Path, tmp_path: Path) -> None:
    with Workspace.open(isolated) as first:
        first.artists.add("Mira")
    shutil.copy(isolated / FILE_NAME, tmp_path / "older")
    killed = Workspace.open(isolated)
    killed.artists.add("Ivo")
    noted = (isolated / state.NAME).read_bytes()
    killed.close()
    (isolated / state.NAME).write_bytes(noted)
    shutil.copy(tmp_path / "older", isolated / FILE_NAME)
    with Workspace.open(isolated) as again:
        assert "older" in again.notes[0]


def test_a_missing_or_emptied_database_is_reported(isolated: Path) -> None:
    with Workspace.open(isolated) as first:
        first.artists.add("Mira")
    (isolated / FILE_NAME).write_bytes(b"")
    with pytest.raises(DamagedDatabase, match="empty"):
        Workspace.open(isolated)
    (isolated / FILE_NAME).unlink()
    with Workspace.open(isolated) as again:
        assert "is gone" in again.notes[0]
        assert again.artists.all() == []


def test_a_database_of_another_program_is_refused_and_left_alone(isolated: Path) -> None:
    isolated.mkdir(mode=0o700, exist_ok=True)
    with closing(sqlite3.connect(isolated / FILE_NAME)) as theirs, theirs:
        theirs.execute("CREATE TABLE notes (text)")
    before = (isolated / FILE_NAME).read_bytes()
    with pytest.raises(DamagedDatabase, match="another program"):
        Workspace.open(isolated)
    with closing(sqlite3.connect(isolated / FILE_NAME)) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
    (isolated / FILE_NAME).write_bytes(before[:1])  # SQLite accepts one byte as an empty database
    with pytest.raises(DamagedDatabase, match="cut off"):
        Workspace.open(isolated)
    assert (isolated / FILE_NAME).read_bytes() == before[:1]


@pytest.mark.parametrize("kept", ["vault.json", "backups"])
def test_a_missing_database_is_reported_even_without_its_note(
    workspace: Workspace, koval: Artist, sign_in: SignIn, isolated: Path, kept: str
) -> None:
    sign_in(koval)
    workspace.close()
    Workspace.open(isolated, clock=at(NOON + timedelta(days=9))).close()
    assert (isolated / kept).exists()
    for other in isolated.iterdir():
        if other.is_dir() and other.name != kept:
            shutil.rmtree(other)
        elif other.is_file() and other.name != kept:
            other.unlink()
    with Workspace.open(isolated) as again:
        assert "is gone" in again.notes[0]
    with Workspace.open(isolated) as later:
        assert later.notes == ()


# --- RightsDesk's own backups --------------------------------------------------------------


def test_each_day_with_changes_gets_a_backup_and_a_few_are_kept(isolated: Path) -> None:
    for day in range(8):
        with Workspace.open(isolated, clock=at(NOON + timedelta(days=day))) as workspace:
            if day != 6:
                workspace.artists.add(f"Artist {day}")
    names = [backup.name for backup in own_backups(isolated, "daily")]
    assert [name[6:8] for name in names] == ["03", "04", "05"], names
    with closing(sqlite3.connect(own_backups(isolated, "daily")[-1])) as last:
        assert last.execute("SELECT count(*) FROM artists").fetchone() == (6,)


def test_a_day_without_changes_needs_no_backup(isolated: Path) -> None:
    for hours in (0, 1, 30, 60):
        with Workspace.open(isolated, clock=at(NOON + timedelta(hours=hours))) as workspace:
            if not hours:
                workspace.artists.add("Mira")
    assert len(own_backups(isolated, "daily")) == 1


def test_the_database_is_backed_up_before_the_schema_changes(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira")
    older, newest = migrations.KNOWN[-2:]

    def upgrade(connection: Any) -> None:
        assert own_backups(isolated, "before-update")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{newest}'")

    monkeypatch.setattr("rightsdesk.store.migrations.upgrade", upgrade)
    with closing(sqlite3.connect(isolated / FILE_NAME)) as there, there:
        there.execute("UPDATE alembic_version SET version_num = ?", [older])
    Workspace.open(isolated).close()
    [kept] = own_backups(isolated, "before-update")
    with closing(sqlite3.connect(kept)) as there:
        assert there.execute("SELECT version_num FROM alembic_version").fetchone() == (older,)


def test_a_full_disk_stops_updates_but_not_daily_use(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira")

    def full(*_values: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies, "copy", full)
    with Workspace.open(isolated) as again:
        assert again.notes == (
            "RightsDesk's own data could not be backed up today: the disk is full.",
        )
    with closing(sqlite3.connect(isolated / FILE_NAME)) as there, there:
        there.execute("UPDATE alembic_version SET version_num = ?", [migrations.KNOWN[-2]])
    with pytest.raises(StoreError, match="disk is full"):
        Workspace.open(isolated)


def test_a_failed_copy_leaves_nothing(isolated: Path, tmp_path: Path) -> None:
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira")
    damage(isolated / FILE_NAME)
    target = tmp_path / "there"
    target.mkdir()
    with suppress(DamagedDatabase):
        copies.copy(isolated / FILE_NAME, target / "x", {}, replace=False)
    assert list(target.iterdir()) == []
