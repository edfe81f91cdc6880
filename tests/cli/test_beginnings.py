"""Messages when another command has to come first, and the forms of arguments."""

import shlex
from pathlib import Path

import pytest
from sqlalchemy import update

from rightsdesk.cli.program import global_options_first
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.practice import catalogue
from rightsdesk.store.schema import changes
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from tests.cli.fakes import FakeWorkspace, run
from tests.workspace.conftest import choose


@pytest.mark.parametrize("command", ["tag", "scan", "export robots"])
def test_without_an_artist_every_command_says_how_to_add_an_artist(
    workspace: Workspace, command: str
) -> None:
    done = run(workspace, *command.split(), "--json")
    assert done.code == 2
    assert "artist add" in done.json["error"]["advice"]


def test_tag_without_music_says_how_to_scan(workspace: Workspace) -> None:
    workspace.artists.add("Mira Koval")
    done = run(workspace, "tag", "--yes")
    assert done.code == 2
    assert done.out == ""
    assert "scan FOLDER" in done.err


def test_a_folder_that_never_was_is_not_called_gone(workspace: Workspace, koval: Artist) -> None:
    done = run(workspace, "scan", f"{koval.folders[0]}x", "--artist", koval.name)
    assert done.code == 1
    assert "This file or folder is not there. Check its name." in done.out
    assert workspace.artists.named(koval.name).folders == koval.folders


@pytest.mark.usefixtures("koval")
@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("tag --artist 'Mira Kovall'", "Did you mean “Mira Koval”?"),
        ("tag --release 'Nigt Ferry'", "Did you mean “Night Ferry”?"),
        ("status --recording 'Small Hour'", "Did you mean “Small Hours”?"),
        ("consent set --presett no-ai", "Did you mean “--preset”? Help: rightsdesk consent set"),
        ("account add soundclud", "Did you mean “soundcloud”?"),
        ("platforms tikto", "Did you mean “tiktok”?"),
    ],
)
def test_a_mistyped_name_gets_a_suggestion(workspace: Workspace, command: str, meant: str) -> None:
    done = run(workspace, *shlex.split(command), "--json")
    assert done.code == 2
    assert meant in done.json["error"]["advice"]


def test_an_option_of_another_command_suggests_nothing_wrong(workspace: Workspace) -> None:
    error = run(workspace, "tag", "--presett", "no-ai", "--json").json["error"]
    assert (error["sentence"], error["advice"]) == (
        "There is no option --presett.",
        "Help: rightsdesk tag --help",
    )


def test_the_plan_says_why_it_is_silent_about_search(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    noted = run(workspace, "tag", "--dry-run").out
    assert "Note: AIPREF says nothing about search, though you say Yes" in noted


@pytest.mark.usefixtures("koval")
def test_tag_without_a_consent_says_how_to_set_it(workspace: Workspace) -> None:
    done = run(workspace, "tag", "--yes")
    assert done.code == 2
    assert "--preset no-ai" in done.err


def test_sync_without_an_account_says_how_to_connect_an_account(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    done = run(workspace, "sync", "--dry-run")
    assert done.code == 0  # nothing to do, as on a day without changes
    assert "account add" in done.err


def test_unknown_music_is_no_success(workspace: Workspace, koval: Artist, tmp_path: Path) -> None:
    choose(workspace, koval)
    done = run(workspace, "tag", "--path", str(tmp_path / "elsewhere"))
    assert done.code == 2
    assert "has no music there" in done.err


@pytest.mark.parametrize("command", ["undo 99", "jobs resume 99"])
def test_a_missing_job_is_a_usage_error(workspace: Workspace, command: str) -> None:
    done = run(workspace, *command.split())
    assert done.code == 2
    assert done.err.startswith("There is no job 99.")


def test_a_job_with_nothing_left_is_not_called_an_undo(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    job = run(workspace, "tag", "--yes", "--json").json["job"]
    undo = run(workspace, "undo", "--yes", "--allow-widening", "--json").json["job"]
    for number in (job, undo):
        done = run(workspace, "jobs", "resume", str(number))
        assert done.code == 0
        assert done.out == f"Job {number} has nothing left to do.\n"


def test_an_interrupted_undo_is_not_called_nothing(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    run(workspace, "tag", "--yes")
    undo = run(workspace, "undo", "--yes", "--allow-widening", "--json").json["job"]
    with workspace._database.write() as connection:  # as a kill would leave it, between two batches
        connection.execute(update(changes).where(changes.c.job_id == undo).values(state="planned"))
    done = run(workspace, "undo", "--yes", "--allow-widening")
    assert "Undo: No AI on 9 files was stopped with 9 changes still to do." in done.err
    assert f"rightsdesk jobs resume {undo}" in done.err


def test_an_unscanned_path_is_not_called_a_first_start(
    workspace: Workspace, koval: Artist, tmp_path: Path
) -> None:
    done = run(workspace, "status", "--path", str(tmp_path / "nope"))
    assert done.out.startswith("RightsDesk has no music there yet.")
    assert str(koval.folders[0]) not in done.out


@pytest.mark.usefixtures("koval")
def test_unused_platforms_have_no_column(workspace: Workspace) -> None:
    assert "SoundCloud" not in run(workspace, "status").out
    assert "SoundCloud" not in run(workspace, "export", "matrix").out
    assert dict(workspace.catalogue.carriers()) == {"file": "Files"}


def test_files_with_the_same_problem_are_listed_together(
    workspace: Workspace, koval: Artist
) -> None:
    places = [Path(koval.folders[0]) / f"odd {number}.mp3" for number in range(3)]
    for place in places:
        place.write_bytes(b"no audio" * 100)
    run(workspace, "scan")
    output = run(workspace, "problems").out
    assert output.count("not an audio file that RightsDesk knows") == 1
    assert [output.count(str(place)) for place in places] == [1, 1, 1]
    found = run(workspace, "problems", "--json").json["problems"]
    assert [problem["where"] for problem in found if problem["kind"] == "file"] == [
        str(p) for p in places
    ]


@pytest.mark.usefixtures("koval")
def test_without_a_consent_no_file_counts_as_differing(workspace: Workspace) -> None:
    output = run(workspace, "problems").out
    assert output.startswith(
        f"{catalogue.KOVAL}: 6 recordings for which you have not chosen yet what AI may do.\n"
    )
    assert "that you chose" not in output
    run(workspace, "consent", "set", "--preset", "no-ai", "--yes")
    output = run(workspace, "problems").out
    assert "not chosen yet" not in output
    assert "do not say all that you chose" in output


def test_music_without_a_choice_names_its_artists(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    found = run(workspace, "problems", "--json").json["problems"]
    unchosen = [one for one in found if one["kind"] == "unchosen"]
    assert [(one["artist"], one["artist_id"], one["count"]) for one in unchosen] == [
        (koval.name, koval.id, 6),
        (signal.name, signal.id, 5),
    ]
    lines = run(workspace, "problems").out.splitlines()
    words = "recordings for which you have not chosen yet what AI may do."
    assert lines[:3] == [
        f"{koval.name}: 6 {words}",
        f"{signal.name}: 5 {words}",
        "    → Choose that first (consent set).",
    ]
    assert run(workspace, "problems", "-v").out.count("health ignore unchosen-") == 2
    run(workspace, "health", "ignore", unchosen[0]["id"], "--yes")
    left = run(workspace, "problems", "--json").json["problems"]
    assert [one["artist"] for one in left if one["kind"] == "unchosen"] == [signal.name]


def test_one_choice_for_every_artist_is_one_entry_of_the_history(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    yes = ("--yes", "--allow-widening")
    every = ("consent", "set", "--every-artist", "--preset")
    run(workspace, "artist", "add", "New")
    run(workspace, "consent", "set", "--release", "Night Ferry", "likeness=ask", "--yes")

    named = run(workspace, "consent", "set", "--preset", "no-ai", "--json").json["error"]
    assert named["sentence"] == "Name the artist: --artist NAME, or --every-artist."

    preview = run(workspace, *every, "no-ai", "--dry-run").out
    assert preview.startswith("3 artists: No AI\n")
    assert "    stays different: 1 release\n" in preview
    done = run(workspace, *every, "no-ai", *yes, "--json").json
    assert [one["name"] for one in done["artists"]] == [koval.name, "New", signal.name]
    assert (done["outcome"], done["widens"]) == ("done", [])
    found = {one.name: one.consent for one in workspace.artists.all()}
    assert set(found.values()) == {PRESETS[Preset.NO_AI]}
    shown = run(workspace, "consent", "show", "--release", "Night Ferry", "--json").json
    assert shown["scopes"][0]["effective"]["likeness"] == "constrained"

    assert run(workspace, *every, "no-ai").out.startswith("This is the consent of every artist")
    assert run(workspace, *every, "open", "--yes").code == 1
    assert run(workspace, *every, "open", *yes).code == 0
    [newest, *_] = run(workspace, "history", "--json").json["entries"]
    assert newest["deeds"] == 3
    run(workspace, "history", "undo", str(newest["id"]), "--yes")
    assert {one.name: one.consent for one in workspace.artists.all()} == found


@pytest.mark.parametrize("more", ["--artist X --preset no-ai", "likeness=no", "--inherit"])
def test_every_artist_takes_a_preset_only(workspace: Workspace, koval: Artist, more: str) -> None:
    done = run(workspace, "consent", "set", "--every-artist", *more.split(), "--json")
    assert done.code == 2
    assert "--every-artist" in done.json["error"]["sentence"]


def test_the_list_of_artists_shows_what_is_left_to_do(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    run(workspace, "artist", "add", "New")
    run(workspace, "consent", "set", "--preset", "no-ai", "--artist", koval.name, "--yes")
    rows = run(workspace, "artist", "list").out.splitlines()[1:]
    assert [row.split("  ")[-1].strip() for row in rows] == [
        "write 9 files",
        "add music",
        "choose for 5",
    ]
    listed = run(workspace, "artist", "list", "--json").json["artists"]
    assert listed[0]["to_do"][0] == {
        "action": "write",
        "platform": "file",
        "name": "",
        "count": 9,
    }
    run(workspace, "tag", "--artist", koval.name, "--yes")
    assert run(workspace, "artist", "list").out.splitlines()[1].endswith("  nothing")


# --- undo -------------------------------------------------------------------------------------


def test_an_undo_says_that_the_choice_stays_and_what_redoes_it(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    yes = ("--yes", "--allow-widening")
    run(workspace, "tag", "--yes")
    done = run(workspace, "undo", *yes).out
    assert "Your choice stays, so the next tag or sync writes it again" in done
    assert "To redo it: rightsdesk undo 2" in done
    assert run(workspace, "undo", *yes).out == (
        "There is nothing left to undo. To redo the last: rightsdesk undo 2\n"
    )
    assert run(workspace, "undo", "1", *yes).out == (
        "Job 1 was undone by job 2. To redo it: rightsdesk undo 2\n"
    )
    redone = run(workspace, "undo", "2", *yes).out
    assert "To undo it again: rightsdesk undo 3" in redone
    assert "Your choice" not in redone
    assert run(workspace, "undo", "1", *yes).out == (
        "Job 1 was redone by job 3. To undo it again: rightsdesk undo 3\n"
    )
    assert run(workspace, "undo", "2", *yes).out == (
        "What job 2 undid was redone by job 3. To undo it again: rightsdesk undo 3\n"
    )
    assert run(workspace, "undo", "3", *yes, "--json").json["choice_stands"] is True
    run(workspace, "tag", "--yes")
    assert run(workspace, "undo", "4", *yes).out == (
        "What job 4 undid is no longer there as it was, so there is nothing to redo.\n"
    )
    run(workspace, "consent", "set", "--preset", "open", *yes)
    run(workspace, "tag", *yes)
    run(workspace, "consent", "set", "--preset", "no-ai", "--yes")
    assert run(workspace, "undo", "--yes", "--json").json["choice_stands"] is False


# --- every artist in one run -------------------------------------------------------------------


def test_a_scan_without_a_folder_covers_all_artists(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    workspace.artists.add("Nobody Yet")
    done = run(workspace, "scan")
    assert f"{koval.name}:\n" in done.out
    assert f"{signal.name}:\n" in done.out
    assert "Nobody Yet" not in done.out
    document = run(workspace, "scan", "--json").json
    assert [scanned["artist"] for scanned in document["artists"]] == [koval.name, signal.name]
    for number in ("files", "new", "changed", "unchanged", "missing"):
        assert document[number] == sum(scanned[number] for scanned in document["artists"])
    assert document["failed"] == [f for scanned in document["artists"] for f in scanned["failed"]]


def test_a_scan_of_one_artist_keeps_its_json_format(workspace: Workspace, koval: Artist) -> None:
    document = run(workspace, "scan", "--json").json
    [only] = document["artists"]
    assert document == {**{k: v for k, v in only.items() if k != "artist"}, "artists": [only]}
    assert only["artist"] == koval.name == catalogue.KOVAL


def test_an_artist_without_folders_has_to_name_a_folder(workspace: Workspace) -> None:
    workspace.artists.add("Mira Koval")
    assert run(workspace, "scan").code == 2
    assert run(workspace, "scan", "--artist", "Mira Koval").code == 2


# --- options that may come anywhere ------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["tag", "-v"], ["-v", "tag"]),
        (
            ["tag", "--artist", "A", "--quiet", "--yes"],
            ["--quiet", "tag", "--artist", "A", "--yes"],
        ),
        (["-q", "jobs", "resume", "1"], ["-q", "jobs", "resume", "1"]),
        (["artist", "add", "--", "-v"], ["artist", "add", "--", "-v"]),
    ],
)
def test_verbosity_may_be_set_at_the_end(given: list[str], expected: list[str]) -> None:
    assert global_options_first(given) == expected


def test_quiet_after_the_command_is_quiet() -> None:
    loud, quiet = run(FakeWorkspace(), "tag"), run(FakeWorkspace(), "tag", "-q")
    assert loud.err.startswith("Reading files: 2 of 2")
    assert quiet.err == ""
    assert quiet.out == loud.out


def test_a_scan_names_the_artists_in_the_files(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    signal = workspace.artists.add("Salt & Signal")
    above = run(workspace, "scan", str(music), "--artist", koval.name)
    assert "other artists of yours: Salt & Signal (" in above.out
    assert "scan --forget" in above.out
    theirs = run(workspace, "scan", str(music / ".."), "--artist", signal.name)
    assert f"Not added: This file belongs to {koval.name} here." in theirs.out
    assert theirs.out.startswith("0 files: 0 new")
    assert theirs.code == 1
    both = run(workspace, "scan", str(music), "--artist", signal.name)
    assert f"Files that also belong to another artist: {koval.name} (" in both.out
    assert "The stricter of the artists' consents is written" in both.out


def test_a_consent_is_called_so_and_keeps_the_older_names_of_its_keys(
    workspace: Workspace, koval: Artist
) -> None:
    run(workspace, "consent", "set", "--preset", "no-ai", "--artist", koval.name, "--yes")
    [artist] = run(workspace, "artist", "list", "--json").json["artists"]
    assert artist["consent"] == artist["wish"]
    assert artist["consent"]["generative_training"] == "prohibited"
    state = run(workspace, "status", "--json").json
    attested = run(workspace, "attest", "x", "--artist", koval.name, "--value", "on", "--json").json
    for one in (*state["rows"], *state["accounts"], attested):
        assert one["consent"] == one["wanted"] == artist["consent"]
