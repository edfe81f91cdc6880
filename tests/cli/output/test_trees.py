"""A preview names artist, release and path of each change, and stays short for many changes."""

from pathlib import Path

import pytest

from rightsdesk.changes.types import Change, Target
from rightsdesk.cli.output.trees import SHORT, Places, change_tree
from rightsdesk.consent import Consent
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.jobs.change_locations import ChangeLocation
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.cli.fakes import NO_AI, FakeWorkspace, change, plan, run
from tests.workspace.conftest import choose

FILE = ("file", "files")


def shelf(*titles: tuple[str, str, str]) -> tuple[list[Change], Places]:
    """Changes to files, and their artist, release and path."""
    changes = [change(path, Consent(), NO_AI) for _, _, path in titles]
    places = {
        (CarrierId.FILES, planned_change.target.id): ChangeLocation(path, FILE, artist, release)
        for planned_change, (artist, release, path) in zip(changes, titles, strict=True)
    }
    return changes, places


def test_a_few_changes_are_listed_by_artist_and_release() -> None:
    changes, places = shelf(
        ("Mira", "Ferry", "Ferry/01.mp3"),
        ("Ivo", "", "sketch.wav"),
        ("Mira", "Ferry", "Ferry/02.mp3"),
    )
    assert list(change_tree(changes, places, verbose=False)) == [
        "    Mira: 2 files",
        "      Ferry: 2 files",
        "        Ferry/01.mp3",
        "        Ferry/02.mp3",
        "    Ivo: 1 file",
        "      without a release: 1 file",
        "        sketch.wav",
    ]


def test_many_changes_are_counted_by_release() -> None:
    changes, places = shelf(*(("Mira", f"Album {n // 2}", f"{n}.mp3") for n in range(40)))
    lines = list(change_tree(changes, places, verbose=False))
    assert lines[0] == "    Mira: 40 files"
    assert lines[1:-1] == [f"      Album {n}: 2 files" for n in range(SHORT)]
    assert lines[-1] == "    8 more releases and all names: -v"
    assert len(list(change_tree(changes, places, verbose=True))) == 1 + 20 + 40


def test_kinds_are_counted_separately_and_thousands_are_grouped() -> None:
    changes, places = shelf(*(("Mira", "Ferry", f"{n}.mp3") for n in range(1200)))
    track = Change(Target(CarrierId.SOUNDCLOUD, 1, "urn", "Ferry"), Consent(), NO_AI, {}, {})
    tracks = ("SoundCloud track", "SoundCloud tracks")
    there = {**places, (CarrierId.SOUNDCLOUD, 1): ChangeLocation("Ferry", tracks, "Mira", "Ferry")}
    first = next(change_tree([*changes, track], there, verbose=False))
    assert first == "    Mira: 1,200 files, 1 SoundCloud track"


def test_a_removed_file_keeps_its_name() -> None:
    assert list(change_tree([change("a.mp3", Consent(), NO_AI)], {}, verbose=False)) == [
        "    a.mp3"
    ]


def test_names_cannot_forge_lines() -> None:
    changes, places = shelf(("Mira\n", "Fer\x1b[2Kry", "a\nb.mp3"))
    assert "\n" not in "".join(change_tree(changes, places, verbose=False))
    assert "\x1b" not in "".join(change_tree(changes, places, verbose=False))


def test_the_document_names_the_artist_of_each_change() -> None:
    place = ChangeLocation("Ferry/one.mp3", FILE, "Mira", "Ferry", "One")
    fake = FakeWorkspace(plan(change("one.mp3", Consent(), NO_AI)), places={"one.mp3": place})
    [shape] = run(fake, "tag", "--dry-run", "--json").json["changes"]
    assert (shape["artist"], shape["release"], shape["recording"]) == ("Mira", "Ferry", "One")
    assert shape["target"] == "/music/one.mp3"


# --- in a real catalogue ---------------------------------------------------------------------


def test_paths_are_below_the_artists_folder(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    planned = workspace.jobs.plan_tag(Filter(artist_id=koval.id))
    found = workspace.jobs.locations(planned.changes)
    assert len(found) == len(planned.changes)
    [folder] = koval.folders
    for planned_change in planned.changes:
        place = found[planned_change.target.carrier, planned_change.target.id]
        assert Path(folder, place.place) == Path(planned_change.target.locator)
        assert place.artist == "Mira Koval"
        assert place.recording
    assert {place.nouns for place in found.values()} == {FILE}


@pytest.mark.usefixtures("koval")
def test_the_command_shows_it(workspace: Workspace) -> None:
    run(workspace, "consent", "set", "--preset", "no-ai", "--yes")
    shown = run(workspace, "tag", "--dry-run").out
    assert "    Mira Koval: " in shown
    release = workspace.catalogue.releases()[0][1]
    assert f"      {release}: " in shown
