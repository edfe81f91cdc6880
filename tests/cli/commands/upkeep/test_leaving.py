"""`forget-everything`: says what stays, takes back if asked, and removes what is RightsDesk's."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rightsdesk import data_folder
from rightsdesk.cli.commands import window
from rightsdesk.cli.commands.upkeep import leaving
from rightsdesk.consent import Preset
from rightsdesk.roster import system_keyring
from rightsdesk.roster.accounts import StoredSecrets
from rightsdesk.roster.vault import Vault
from rightsdesk.store.database import FILE_NAME, NewerSchema
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from tests.cli.fakes import run
from tests.conftest import MemoryKeyring
from tests.workspace.conftest import choose


@pytest.fixture(autouse=True)
def autostart(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The data folders whose start at login was ended."""
    ended: list[Path] = []
    monkeypatch.setattr(window, "end_autostart", ended.append)
    return ended


@pytest.fixture
def tagged(workspace: Workspace, koval: Artist) -> dict[str, bytes]:
    """The files as they were before RightsDesk wrote into them."""
    folder = Path(koval.folders[0])
    before = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    choose(workspace, koval)
    assert run(workspace, "tag", "--yes").code == 0
    return before


def forget(workspace: Workspace, *arguments: str, typed: str = "") -> Any:
    """Run the command on the folder of this workspace, as a program of its own would."""
    workspace.close()
    return run(
        Workspace.open(workspace.data_dir),
        "--data-dir",
        str(workspace.data_dir),
        "forget-everything",
        *arguments,
        typed=typed,
    )


def test_a_preview_says_what_stays_and_removes_nothing(
    workspace: Workspace, tagged: dict[str, bytes]
) -> None:
    done = forget(workspace, "--dry-run")
    assert done.code == 0
    assert f"declarations in {len(tagged)} files" in done.out
    assert str(workspace.data_dir) in done.out
    assert workspace.data_dir.is_dir()
    document = forget(workspace, "--dry-run", "--json").json
    assert document["files"] == len(tagged)
    assert document["jobs"] == [1]
    assert not document["forgotten"]


def test_without_a_terminal_nothing_is_removed(
    workspace: Workspace, tagged: dict[str, bytes]
) -> None:
    done = forget(workspace)
    assert done.code == 2
    assert "--yes" in done.err
    assert (workspace.data_dir / "rightsdesk.sqlite3").exists()


def test_declarations_stay_unless_they_are_taken_back(
    workspace: Workspace, tagged: dict[str, bytes], autostart: list[Path]
) -> None:
    written = {path: Path(path).read_bytes() for path in tagged}
    assert written != tagged
    done = forget(workspace, "--yes", "--json")
    assert (done.code, done.json["forgotten"], done.json["left"]) == (0, True, [])
    assert {path: Path(path).read_bytes() for path in tagged} == written
    assert not workspace.data_dir.exists()
    assert autostart == [workspace.data_dir]


def test_taking_back_gives_files_their_bytes_back(
    workspace: Workspace, tagged: dict[str, bytes]
) -> None:
    done = forget(workspace, "--take-back", "--yes", "--json")
    assert (done.code, done.json["error"]["cause"]) == (1, "widening")
    assert "--allow-widening" in done.json["error"]["advice"]
    assert workspace.data_dir.exists()
    done = forget(workspace, "--take-back", "--yes", "--allow-widening", "--json")
    assert (done.code, done.json["taken_back"]) == (0, [1])
    assert {path: Path(path).read_bytes() for path in tagged} == tagged
    assert not workspace.data_dir.exists()


def test_what_can_not_be_taken_back_keeps_the_data(
    workspace: Workspace, tagged: dict[str, bytes]
) -> None:
    gone = next(path for path in tagged if path.endswith(".flac"))
    os.unlink(gone)
    done = forget(workspace, "--take-back", "--yes", "--allow-widening")
    assert done.code == 1
    assert "could not be taken back" in done.err
    assert (workspace.data_dir / "rightsdesk.sqlite3").exists()
    again = forget(workspace, "--take-back", "--yes", "--allow-widening", "--json")
    assert (again.code, again.json["files"], again.json["jobs"]) == (1, 1, [1])
    assert (workspace.data_dir / "rightsdesk.sqlite3").exists()


def test_a_person_can_say_that_files_are_gone_for_good(
    workspace: Workspace, tagged: dict[str, bytes]
) -> None:
    gone = next(path for path in tagged if path.endswith(".flac"))
    os.unlink(gone)
    every = ("--take-back", "--yes", "--allow-widening", "--json")
    done = forget(workspace, *every)
    assert (done.code, done.json["gone"], done.json["forgotten"]) == (1, [gone], False)
    assert "--gone-for-good" in done.json["error"]["advice"]

    done = forget(workspace, *every, "--gone-for-good")

    assert (done.code, done.json["gone"], done.json["forgotten"]) == (0, [gone], True)
    left = {path: before for path, before in tagged.items() if path != gone}
    assert {path: Path(path).read_bytes() for path in left} == left
    assert not workspace.data_dir.exists()


def test_files_that_are_gone_are_listed_before_a_person_says_so(
    workspace: Workspace, tagged: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = next(path for path in tagged if path.endswith(".flac"))
    os.unlink(gone)
    monkeypatch.setattr(leaving, "is_interactive", lambda: True)
    asked: list[str] = []

    def answer(question: str) -> bool:
        asked.append(question)
        return "gone for good" not in question or len(asked) > 2

    monkeypatch.setattr(leaving, "confirmed", answer)
    done = forget(workspace, typed="forget everything\n")
    assert (done.code, gone in done.out + done.err) == (1, True)
    assert (workspace.data_dir / FILE_NAME).exists()

    done = forget(workspace, typed="forget everything\n")

    assert done.code == 0
    assert f"Not taken back, since they are gone for good:\n  {gone}" in done.out
    assert not workspace.data_dir.exists()


def test_what_only_can_not_be_read_is_not_gone(
    workspace: Workspace, tagged: dict[str, bytes]
) -> None:
    other = next(path for path in tagged if path.endswith(".flac"))
    Path(other).write_bytes(b"no audio any more")
    done = forget(
        workspace, "--take-back", "--yes", "--allow-widening", "--gone-for-good", "--json"
    )
    assert (done.code, done.json["gone"], done.json["forgotten"]) == (1, [], False)
    assert (workspace.data_dir / FILE_NAME).exists()


def test_taking_back_says_which_job_of_how_many(
    workspace: Workspace, koval: Artist, tagged: dict[str, bytes]
) -> None:
    workspace.close()
    with Workspace.open(workspace.data_dir) as again:
        choose(again, koval, Preset.ASK_FIRST)
        run(again, "tag", "--yes", "--allow-widening")
    done = forget(workspace, "--take-back", "--yes", "--allow-widening")
    assert done.code == 0
    said = [line for line in done.err.splitlines() if line.startswith(("Reading", "Undoing"))]
    number = len(tagged)
    assert said == [
        f"Undoing job 2 (1 of 2): {number} of {number}",
        f"Undoing job 1 (2 of 2): {number} of {number}",
    ]
    assert {path: Path(path).read_bytes() for path in tagged} == tagged


def test_what_others_took_out_already_is_no_failure(
    workspace: Workspace, koval: Artist, tagged: dict[str, bytes]
) -> None:
    workspace.close()
    with Workspace.open(workspace.data_dir) as again:
        choose(again, koval, Preset.ASK_FIRST)
        run(again, "tag", "--yes", "--allow-widening")
    for path, before in tagged.items():
        Path(path).write_bytes(before)
    done = forget(workspace, "--take-back", "--yes", "--allow-widening", "--json")
    assert (done.code, done.json["taken_back"]) == (0, [2, 1])
    assert {path: Path(path).read_bytes() for path in tagged} == tagged


def test_what_was_undone_already_does_not_count(
    workspace: Workspace, tagged: dict[str, bytes]
) -> None:
    run(workspace, "undo", "--yes", "--allow-widening")
    document = forget(workspace, "--dry-run", "--json").json
    assert (document["files"], document["jobs"]) == (0, [])


def test_a_person_types_that_it_is_meant(
    workspace: Workspace, tagged: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "is_interactive", lambda: True)
    done = forget(workspace, typed="n\nyes\n")
    assert done.code == 130
    assert "Nothing was removed" in done.err
    assert workspace.data_dir.exists()
    done = forget(workspace, typed="y\nForget everything\n")
    assert done.code == 0
    assert {path: Path(path).read_bytes() for path in tagged} == tagged
    assert not workspace.data_dir.exists()


def test_the_keys_of_the_vault_and_of_those_in_backups_go(
    workspace: Workspace, memory_keyring: MemoryKeyring
) -> None:
    vault = Vault(workspace.data_dir, StoredSecrets(workspace._database))
    vault.unlock()
    (workspace.data_dir / "backups").mkdir(exist_ok=True)
    workspace.back_up(str(workspace.data_dir / "backups" / "20260101T000000Z-daily.sqlite3"))
    vault.start_anew()
    memory_keyring.set_password("RightsDesk", "of another folder", "key")
    assert len(memory_keyring.entries) == 3
    assert forget(workspace, "--yes").code == 0
    assert list(memory_keyring.entries) == [("RightsDesk", "of another folder")]


def test_a_keyring_that_refuses_is_named(
    workspace: Workspace, memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vault(workspace.data_dir, StoredSecrets(workspace._database)).unlock()

    def refuse(*_: str) -> None:
        raise OSError

    monkeypatch.setattr(memory_keyring, "delete_password", refuse)
    done = forget(workspace, "--yes")
    assert done.code == 1
    [(_, name)] = memory_keyring.entries
    assert f"with the name {name}" in done.err
    assert not workspace.data_dir.exists(), "the data are removed all the same"
    assert system_keyring.SERVICE in done.err


def test_data_that_this_version_can_not_open_are_removed_too(workspace: Workspace) -> None:
    workspace.close()
    with closing(sqlite3.connect(workspace.data_dir / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchema) as newer:
        Workspace.open(workspace.data_dir)
    place = str(workspace.data_dir)
    done = run(newer.value, "--data-dir", place, "forget-everything", "--yes")
    assert (done.code, workspace.data_dir.exists()) == (0, False)
    assert "newer RightsDesk" in done.err
    assert "What RightsDesk wrote elsewhere is not known." in done.err


def test_files_of_others_and_chosen_backups_stay(workspace: Workspace) -> None:
    own = workspace.data_dir / "notes.txt"
    own.write_text("mine")
    backups = workspace.data_dir / "backups"
    backups.mkdir(exist_ok=True)
    (backups / "20260101T000000Z-daily.sqlite3").write_bytes(b"x")
    done = forget(workspace, "--yes", "--keep-backups")
    assert done.code == 0
    assert "notes.txt" in done.err
    assert {path.name for path in workspace.data_dir.iterdir()} == {"notes.txt", "backups"}


def test_links_in_the_folder_are_removed_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "backups").symlink_to(elsewhere)
    data_folder.remove_ours(folder)
    assert not folder.exists()
    assert (elsewhere / "kept").exists()


def test_data_that_are_open_elsewhere_stay(workspace: Workspace) -> None:
    with Workspace.open(workspace.data_dir):
        done = forget(workspace, "--yes")
    assert done.code == 3
    assert "Another RightsDesk has these data open." in done.err
    assert (workspace.data_dir / "rightsdesk.sqlite3").exists()


def test_where_nothing_is_nothing_is_removed(workspace: Workspace, tmp_path: Path) -> None:
    done = run(workspace, "--data-dir", str(tmp_path / "none"), "forget-everything", "--yes")
    assert done.code == 0
    assert done.out.startswith("There are no data of RightsDesk in")


PACKAGE = Path(data_folder.__file__).parent
NAMED = re.compile(r'^(?:FOLDER|NAME|FILE_NAME)(?:, \w+)? = "([\w.-]+)"', re.MULTILINE)


def test_whatever_has_a_name_in_the_data_folder_is_removed(tmp_path: Path) -> None:
    """Each room names its file or folder in a constant."""
    rooms = (PACKAGE, *(PACKAGE / room for room in ("roster", "store", "workspace", "desktop")))
    sources = [path for room in rooms for path in room.glob("**/*.py" if room != PACKAGE else "*")]
    named = {name for path in sources if path.is_file() and path.suffix == ".py"
             for name in NAMED.findall(path.read_text("utf-8"))} - {"rightsdesk"}  # fmt: skip
    assert {"covers", "backups", "licences", "vault.json", "window.ini", "logs"} <= named
    folder = tmp_path / "data"
    folder.mkdir()
    for name in named:
        (folder / name).touch()
    data_folder.remove_ours(folder)
    assert not folder.exists()
