"""The main job on the command line, with the real workspace and the practice SoundCloud."""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rightsdesk.cli.session import open_workspace
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from tests.cli.fakes import Ran, run

NO_AI = PRESETS[Preset.NO_AI].to_json()
KOVAL, SIGNAL = catalogue.KOVAL, catalogue.SIGNAL


class CommandLine:
    """One data folder, and commands on it."""

    def __init__(self, folder: Path) -> None:
        self.music = folder / "music"
        self.data = folder / "data"

    def __call__(self, *arguments: str, typed: str = "") -> Ran:
        workspace = open_workspace(self.data)
        try:
            return run(workspace, *arguments, typed=typed)
        finally:
            workspace.close()

    def json(self, *arguments: str, code: int = 0) -> Any:
        """A command's document, after its exit code was checked."""
        done = self(*arguments, "--json")
        assert done.code == code, done
        return done.json


@pytest.fixture(scope="session")
def sample_music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    catalogue.build(folder)
    return folder


@pytest.fixture
def cli(tmp_path: Path, sample_music: Path) -> CommandLine:
    """Two artists, scanned, without a consent so far."""
    cli = CommandLine(tmp_path)
    shutil.copytree(sample_music, cli.music)
    for artist in catalogue.artists():
        cli.json("artist", "add", artist)
    cli.json("scan", str(cli.music / KOVAL), "--artist", KOVAL)
    cli.json("scan", str(cli.music / SIGNAL), "--artist", SIGNAL, code=1)
    return cli


@pytest.fixture
def platform() -> Iterator[PracticeSoundCloud]:
    with PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None) as server:
        yield server


@pytest.fixture
def signed_in(
    cli: CommandLine, platform: PracticeSoundCloud, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The same, with both artists signed in through a scripted browser."""
    address = platform.base_url
    for artist in catalogue.artists():
        browser = PracticeBrowser(artist)
        monkeypatch.setattr("webbrowser.open", browser)
        login = ("--base-url", address, "--auth-url", address, "--port", "0")
        done = cli.json(
            "account", "add", "soundcloud", "--artist", artist, "--client-id", CLIENT_ID, *login
        )
        browser.close()
        assert done["account"]["name"] == artist
        assert done["account"]["state"] == "connected"
    return cli


def everything(folder: Path) -> dict[str, bytes]:
    """All files' bytes by name."""
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def choose_no_ai(cli: CommandLine) -> None:
    for artist in catalogue.artists():
        cli.json("consent", "set", "--artist", artist, "--preset", "no-ai", "--yes")


def standings(cli: CommandLine, carrier: str) -> dict[str, str]:
    rows = cli.json("status")["rows"]
    return {
        row["recording"]: row["cells"][carrier]["standing"]
        for row in rows
        if carrier in row["cells"]
    }


def test_a_scan_counts_the_files_and_names_unreadable_files(cli: CommandLine) -> None:
    again = cli.json("scan", "--artist", SIGNAL, code=1)
    assert again["files"] == again["unchanged"] == 7
    assert len(again["failed"]) == 1, "a file that is still unreadable is named again"
    (cli.music / catalogue.UNREADABLE).write_bytes(b"still no music")
    changed = cli.json("scan", "--artist", SIGNAL, code=1)
    assert changed["changed"] == 1
    [failure] = changed["failed"]
    assert failure["path"].endswith("05 Lost Take.flac")
    assert failure["problem"]


def test_inspect_shows_declarations_and_contradictions(cli: CommandLine) -> None:
    path = cli.music / KOVAL / "Lantern Songs" / "03 Small Hours.m4a"
    [file] = cli.json("inspect", str(path))["files"]
    assert file["path"] == str(path)
    assert file["container"] == "M4A"
    assert file["says"]["generative_training"] == "prohibited"
    assert file["says"]["data_mining"] == "allowed"
    assert file["conflicts"] == ["generative_training"]
    by_dialect = {d["dialect"]: d for d in file["declarations"]}
    assert all(d["valid"] for d in by_dialect.values())
    assert any("generative-training=y" in d["raw"] for d in by_dialect.values())


def test_inspect_names_an_unreadable_file(cli: CommandLine) -> None:
    [file] = cli.json("inspect", str(cli.music / catalogue.UNREADABLE), code=1)["files"]
    assert file["error"]
    assert file["says"] == {}


def test_sidecars_are_written_once_they_are_turned_on(cli: CommandLine) -> None:
    before = everything(cli.music)
    choose_no_ai(cli)
    asked = cli("consent", "set", "--artist", KOVAL, "--sidecars", "--yes")
    assert "sidecars: also written" in asked.out
    assert "next to FLAC, Ogg and Opus files" in cli("consent", "show", "--artist", KOVAL).out
    done = cli.json("tag", "--artist", KOVAL, "--yes")
    made = [
        change_shape for change_shape in done["changes"] if change_shape["carrier"] == "sidecar"
    ]
    assert [change_shape["target"] for change_shape in made] == [
        change_shape["locator"] for change_shape in made
    ]
    assert {Path(change_shape["target"]).name for change_shape in made} == {
        "01 Lantern.ogg.xmp",
        "01 Night Ferry.flac.xmp",
        "02 Lantern (Harbour Version).opus.xmp",
        "02 Љубав у луци.flac.xmp",
    }
    assert cli.json("tag", "--artist", KOVAL, "--yes")["changes"] == []
    scanned = cli("scan", "--artist", KOVAL)
    assert "4 XMP sidecars next to them." in scanned.out
    assert cli.json("scan", "--artist", KOVAL)["sidecars"] == 4
    off = cli("consent", "set", "--artist", KOVAL, "--no-sidecars", "--yes")
    assert "Existing sidecars stay" in off.out
    assert cli.json("tag", "--artist", KOVAL, "--yes")["changes"] == []
    cli.json("undo", "--yes", "--allow-widening")
    assert everything(cli.music) == before


def test_sidecars_are_turned_on_per_artist(cli: CommandLine) -> None:
    done = cli("consent", "set", "--release", "Night Ferry", "--sidecars", "--yes")
    assert done.code == 2


def test_tag_and_undo_restore_every_byte(cli: CommandLine) -> None:
    before = everything(cli.music)
    choose_no_ai(cli)
    planned = cli.json("tag", "--dry-run")
    assert everything(cli.music) == before
    assert planned["counts"] == {"planned": 15, "skipped": 1}
    done = cli.json("tag", "--yes", code=1)
    assert done["counts"] == {"done": 15, "skipped": 1}
    for change in done["changes"]:
        assert change["after"] == NO_AI or change["target"].endswith("Lost Take.flac")
    assert set(standings(cli, "file").values()) == {"agrees", "unknown"}
    # The files on disk agree too, not only our database.
    files = cli.json("inspect", str(cli.music), code=1)["files"]
    assert [f["says"] for f in files if not f["error"]] == [NO_AI] * 15
    again = cli.json("tag", "--artist", KOVAL, "--yes")
    assert again["job"] is None
    assert again["changes"] == []
    assert again["counts"] == {"unchanged": 9}
    assert set(cli.json("undo", "--yes", "--allow-widening")["counts"]) == {"done"}
    assert everything(cli.music) == before
    states = [(job["kind"], job["undone_by"]) for job in cli.json("jobs")["jobs"]]
    assert states == [("undo", None), ("tag", 2)]


def test_a_release_can_have_a_different_consent(cli: CommandLine) -> None:
    choose_no_ai(cli)
    scoped = cli.json(
        "consent", "set", "--release", "Night Ferry", "likeness=ask", "--yes", "--allow-widening"
    )
    assert scoped["widens"] == ["likeness"]
    assert scoped["after"] == NO_AI | {"likeness": "constrained"}
    [scope] = cli.json("consent", "show", "--recording", "QZES52400001")["scopes"]
    assert scope["origin"]["likeness"] == {"kind": "release", "name": "Night Ferry"}
    assert scope["origin"]["search"] == {"kind": "artist", "name": KOVAL}
    assert scope["own"] == {}
    output = cli("consent", "show", "--artist", KOVAL).out
    assert "Different consents below it: 1 release." in output
    assert "No AI, different for 1 release" in cli("artist", "list").out
    back = cli.json("consent", "set", "--release", "Night Ferry", "--inherit", "--yes")
    assert back["after"] == NO_AI


@pytest.mark.parametrize("preset", Preset)
def test_a_preset_is_explained_in_the_words_of_its_card(cli: CommandLine, preset: Preset) -> None:
    command = ("consent", "set", "--artist", KOVAL, "--preset", preset)
    meaning = PRESET_TEXTS[preset].meaning

    assert meaning in cli(*command, "--dry-run").out
    cli.json(*command, "--yes", "--allow-widening")
    assert meaning in cli("consent", "show", "--artist", KOVAL).out
    other = cli("consent", "set", "--artist", KOVAL, "likeness=ask", "search=no", "--dry-run")
    assert meaning not in other.out


def test_a_preset_that_leaves_uses_open_names_what_still_holds_there(cli: CommandLine) -> None:
    choose_no_ai(cli)
    command = ("consent", "set", "--release", "Night Ferry", "--preset", "no-generative")
    done = cli(*command, "--yes")
    assert done.code == 0
    assert (
        "“No generative AI” doesn't cover training other AI, data mining: "
        f"there, the answer for {KOVAL} still applies (No)." in done.out
    )
    more = ("other-training=yes", "data-mining=yes", "--allow-widening")
    assert " ".join(more) in done.out
    allowed = cli.json(*command, *more, "--yes")
    assert allowed["widens"] == ["other_training", "data_mining"]


def test_widening_in_files_is_skipped_until_it_is_allowed(cli: CommandLine) -> None:
    choose_no_ai(cli)
    cli.json("tag", "--artist", KOVAL, "--yes")
    where = ("--recording", "Paper Moons")
    cli.json("consent", "set", *where, "ai-input=yes", "--yes", "--allow-widening")
    refused = cli.json("tag", *where, "--yes", code=1)
    assert refused["counts"] == {"skipped": 1}
    assert refused["changes"][0]["widens"] == ["ai_input"]
    assert cli.json("tag", *where, "--yes", "--allow-widening")["counts"] == {"done": 1}


def test_filters_narrow(cli: CommandLine) -> None:
    choose_no_ai(cli)
    folder = str(cli.music / KOVAL / "Lantern Songs")
    assert cli.json("tag", "--path", folder, "--dry-run")["counts"] == {"planned": 3}
    assert len(cli.json("status", "--artist", SIGNAL)["rows"]) == 5
    assert len(cli.json("status", "--release", "night ferry")["rows"]) == 3


def test_status_and_problems_are_readable(cli: CommandLine) -> None:
    choose_no_ai(cli)
    text = cli("status").out
    assert "Mira Koval – Night Ferry" in text
    assert "Љубав у луци" in text
    assert "○ silent" in text
    assert "✗ says otherwise" in text
    assert cli("problems").out


def test_sync_writes_the_reservation_and_undo_removes_it(
    signed_in: CommandLine, platform: PracticeSoundCloud
) -> None:
    before = {name: platform.tracks(name) for name in catalogue.artists()}
    choose_no_ai(signed_in)
    done = signed_in.json("sync", "--yes")
    assert done["counts"] == {"done": 6}
    assert {change["carrier"] for change in done["changes"]} == {"soundcloud"}
    [ferry] = [t for t in platform.tracks(KOVAL) if t["title"] == "Night Ferry"]
    assert ferry["tag_list"].startswith('ambient "night music" noai')
    assert ferry["description"].startswith("Recorded on deck.\n\n")
    assert ferry["license"] == "all-rights-reserved"
    found = set(standings(signed_in, "soundcloud").values())
    assert found == {"agrees", "unknown"}, "the match of one track is uncertain"
    puts = platform.count("PUT ")
    assert signed_in.json("sync", "--yes")["counts"] == {"unchanged": 6}
    assert platform.count("PUT ") == puts
    assert set(signed_in.json("undo", "--yes", "--allow-widening")["counts"]) == {"done"}
    assert [_texts(t) for t in platform.tracks(KOVAL)] == [_texts(t) for t in before[KOVAL]]


def _texts(track: dict[str, Any]) -> tuple[str, str, str]:
    return track["title"], track["tag_list"] or "", track["description"] or ""


def test_an_uncertain_track_is_a_question_and_is_left_alone(
    signed_in: CommandLine, platform: PracticeSoundCloud
) -> None:
    choose_no_ai(signed_in)
    signed_in.json("sync", "--yes")
    [question] = signed_in.json("match")["questions"]
    assert question["title"] == catalogue.UNCERTAIN[KOVAL]["title"]
    number = str(question["item_id"])
    answered = signed_in.json("match", number, "--recording", "Lantern (Harbour Version)")
    assert answered["questions"] == []
    assert signed_in.json("sync", "--yes")["counts"] == {"done": 1, "unchanged": 6}


def test_an_answer_is_searched_in_the_music_of_the_tracks_artist(signed_in: CommandLine) -> None:
    assert "nothing to match" not in signed_in("match").out
    signed_in.json("sync", "--yes", code=2)
    choose_no_ai(signed_in)
    signed_in.json("sync", "--yes")
    [question] = signed_in.json("match", "--artist", KOVAL)["questions"]
    number = str(question["item_id"])
    assert f"{question['title']}, {KOVAL}" in signed_in("match").out
    flac = next((signed_in.music / KOVAL).rglob("*Harbour*"))
    shutil.copy(flac, signed_in.music / SIGNAL / flac.name)
    signed_in.json("scan", "--artist", SIGNAL, code=1)
    done = signed_in("match", number, "--recording", "Lantern (Harbour Version)")
    assert done.code == 0
    assert "linked to “Lantern (Harbour Version)”" in done.out


def test_an_unknown_track_number_is_reported(signed_in: CommandLine) -> None:
    unknown = signed_in("match", "9999", "--none")
    assert unknown.code == 2
    assert "There is no track 9999" in unknown.err


def test_clear_matches_are_accepted_at_once(signed_in: CommandLine) -> None:
    [question] = signed_in.json("match")["questions"]
    assert question["candidates"][0]["doubts"] == ["title"]
    assert (
        "may be: Lantern (Harbour Version) (Lantern Songs): another title" in signed_in("match").out
    )
    wrong = signed_in("match", str(question["item_id"]), "--best", "--json")
    assert wrong.code == 2
    done = signed_in("match", "--best")
    assert done.out.splitlines() == [
        "1 track matched with the best candidate.",
        "Every track is matched.",
    ]
    assert signed_in.json("match")["questions"] == []


def test_without_an_account_nothing_is_called_matched(cli: CommandLine) -> None:
    assert "No account is connected yet" in cli("match").out


def test_accounts_are_listed_checked_and_removed(
    signed_in: CommandLine, platform: PracticeSoundCloud
) -> None:
    accounts = signed_in.json("account", "list")["accounts"]
    assert [(a["artist"], a["items"]) for a in accounts] == [(KOVAL, 5), (SIGNAL, 2)]
    which = ("soundcloud", "--artist", KOVAL)
    assert signed_in.json("account", "check", *which)["account"]["state"] == "connected"
    platform.revoke(KOVAL)
    refused = signed_in("account", "check", *which)
    assert refused.code == 1
    assert "reconnect" in signed_in("account", "list").out.lower()
    signed_in.json("account", "remove", *which, "--yes")
    assert [a["artist"] for a in signed_in.json("account", "list")["accounts"]] == [SIGNAL]


def test_removing_an_account_shows_what_ends_and_what_stays(signed_in: CommandLine) -> None:
    done = signed_in("account", "remove", "soundcloud", "--artist", KOVAL)
    assert done.code == 2
    ends, _, stays = done.out.partition("What stays:")
    for words in ("sign-in is deleted", "5 tracks", "can't be undone"):
        assert words in ends
    assert "tracks at SoundCloud" in stays
    assert len(signed_in.json("account", "list")["accounts"]) == 2


def test_without_a_browser_the_address_is_the_only_line_on_stdout(
    cli: CommandLine, platform: PracticeSoundCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = PracticeBrowser(KOVAL)
    threads: list[threading.Thread] = []

    def write(stream: Any, line: str) -> None:
        if stream is sys.stdout:
            browser(line)
            threads.append(threading.current_thread())
        stream.write(line + "\n")

    monkeypatch.setattr("rightsdesk.cli.commands.accounts.write", write)
    address = ("--base-url", platform.base_url, "--port", "0", "--client-id", CLIENT_ID)
    done = cli("account", "add", "soundcloud", "--artist", KOVAL, "--no-browser", *address)
    browser.close()
    assert done.code == 0, done
    [line] = done.out.splitlines()
    assert line.startswith(f"{platform.base_url}/authorize?")
    assert f"Connected SoundCloud as {KOVAL}" in done.err


def test_a_file_whose_name_is_no_text(cli: CommandLine) -> None:
    if sys.platform in ("darwin", "win32"):
        pytest.skip("this system has no such names")
    folder = cli.music / KOVAL / "Odd"
    folder.mkdir()
    name = os.fsencode(folder) + b"/caf\xe9 \x1b[2J.mp3"
    with open(name, "wb") as file:
        file.write(catalogue.sound("mp3"))
    choose_no_ai(cli)
    cli.json("scan", str(folder), "--artist", KOVAL)
    assert "caf\ufffd \\x1b[2J" in cli("status").out
    [change] = cli.json("tag", "--path", str(folder), "--yes")["changes"]
    assert change["outcome"] == "done"
    assert os.fsencode(change["target"]) == name


def test_accounts_are_listed_in_the_order_of_the_artists(signed_in: CommandLine) -> None:
    signed_in.json("artist", "rename", SIGNAL, "A Salt")
    listed = [account["artist"] for account in signed_in.json("account", "list")["accounts"]]
    assert listed == ["A Salt", KOVAL]


def test_artists_with_odd_names_are_distinguished(cli: CommandLine) -> None:
    cli.json("artist", "rename", SIGNAL, "Salt, Signal")
    assert f"There are: “{KOVAL}”, “Salt, Signal”." in cli("scan", "--artist", "Nobody").err
