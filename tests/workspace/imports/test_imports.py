"""Libraries of other programs as a first roster: read as they are, proposed, taken over, undone."""

from __future__ import annotations

import os
import plistlib
import shutil
import sqlite3
import threading
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from rightsdesk.consent import PRESETS, Consent, Preset
from rightsdesk.roster.artists import ArtistExists
from rightsdesk.store.deeds import ChangedLater, DeedKind
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.history.types import Can, WhyNot
from rightsdesk.workspace.history.words import entry_words
from rightsdesk.workspace.imports import gathering
from rightsdesk.workspace.imports.locations import local_path
from rightsdesk.workspace.imports.types import (
    LibraryKind,
    LibraryUnreadable,
    MusicFolderNeeded,
    NotALibrary,
    NothingToImport,
    Proposal,
)
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.cli.fakes import run
from tests.workspace.conftest import SAMPLES

A = "0f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
B = "7ed2a4f0-1f2d-4b4c-8d3c-2a6c0a1f3b22"

Values = dict[str, object]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Files of several artists, in folders as people keep them."""
    root = tmp_path / "Music"
    for name in (
        "Mira Koval/Night Ferry/1.flac",
        "Mira Koval/Night Ferry/2.flac",
        "Mira Koval/Lanterns/1.flac",
        "Salt/Harbour/1.flac",
        "Mixed/Spring/1.flac",
        "Mixed/Spring/2.flac",
        "Nameless/1.flac",
    ):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / "sample.flac", file)
    return root


def tracks(music: Path) -> list[Values]:
    """What a library lists of them, and of some files that are elsewhere."""
    koval = {"artist": "Mira Koval", "albumartist": "Mira Koval", "mb_albumartistid": A}
    label = {"label": "Low Tide"}
    various = {"albumartist": "Various Artists", "comp": 1}
    return [
        {"path": music / "Mira Koval/Night Ferry/1.flac", **koval, **label},
        {"path": music / "Mira Koval/Night Ferry/2.flac", **koval, **label},
        {"path": music / "Mira Koval/Lanterns/1.flac", **koval, "albumartist": "Mira Kovál"},
        {"path": music / "Mira Koval/Lanterns/2.flac", **koval},
        {"path": music / "Salt/Harbour/1.flac", "artist": "Salt"},
        {"path": music / "Mixed/Spring/1.flac", "artist": "Salt", **various},
        {"path": music / "Mixed/Spring/2.flac", "artist": "mira koval", **various},
        {"path": music / "Nameless/1.flac", "artist": ""},
        {"path": music / "Salt/film.mov", "artist": "Salt"},
    ]


# --- libraries as the other programs write them ----------------------------------------------

BEETS_ITEMS = """CREATE TABLE items (
    id INTEGER PRIMARY KEY, path BLOB, album_id INTEGER, title TEXT, artist TEXT, artist_sort TEXT,
    albumartist TEXT, album TEXT, comp INTEGER, label TEXT, catalognum TEXT, isrc TEXT,
    mb_trackid TEXT, mb_albumid TEXT, mb_artistid TEXT, mb_artistids TEXT,
    mb_albumartistid TEXT, mb_albumartistids TEXT, length REAL, added REAL
)"""


def beets(file: Path, rows: Iterable[Values], *, below: Path | None = None) -> Path:
    """A library of beets. With `below` its paths are relative, as newer versions write them."""
    connection = sqlite3.connect(file)
    connection.execute(BEETS_ITEMS)
    connection.execute("CREATE TABLE albums (id INTEGER PRIMARY KEY, artpath BLOB, album TEXT)")
    for row in rows:
        path = row["path"]
        if isinstance(path, Path):
            path = os.fsencode(path.relative_to(below) if below else path)
        values = {**row, "path": path}
        marks = ", ".join("?" * len(values))
        connection.execute(
            f"INSERT INTO items ({', '.join(values)}) VALUES ({marks})", [*values.values()]
        )
    connection.commit()
    connection.close()
    return file


def itunes(file: Path, rows: Iterable[Values]) -> Path:
    """A library that iTunes or Music exported."""
    found = {}
    for number, row in enumerate(rows, 1):
        location = row["path"]
        if isinstance(location, Path):
            location = f"file://localhost{quote(os.fsencode(location))}"
        found[str(number)] = {
            "Track ID": number,
            "Name": f"Song {number}",
            "Artist": row["artist"],
            "Album Artist": row.get("albumartist", ""),
            "Total Time": 60_000,
            "Track Type": "File",
            "Location": location,
        }
    library = {
        "Major Version": 1,
        "Music Folder": "file://localhost/Users/mira/Music/",
        "Tracks": found,
        "Playlists": [{"Name": "All", "Playlist Items": [{"Track ID": 1}]}],
    }
    file.write_bytes(plistlib.dumps(library, sort_keys=False))
    return file


def rekordbox(file: Path, rows: Iterable[Values]) -> Path:
    """A collection that rekordbox exported."""
    root = ElementTree.Element("DJ_PLAYLISTS", Version="1.0.0")
    ElementTree.SubElement(root, "PRODUCT", Name="rekordbox", Version="7.0.5", Company="AlphaTheta")
    collection = ElementTree.SubElement(root, "COLLECTION")
    for number, row in enumerate(rows, 1):
        location = f"file://localhost{quote(os.fsencode(str(row['path'])))}"
        track = ElementTree.SubElement(collection, "TRACK", TrackID=str(number), Name="Song")
        track.attrib |= {"Artist": str(row["artist"]), "Label": str(row.get("label", ""))}
        track.attrib["Location"] = location
        ElementTree.SubElement(track, "TEMPO", Inizio="0.0", Bpm="120.00")
    node = ElementTree.SubElement(ElementTree.SubElement(root, "PLAYLISTS"), "NODE", Name="ROOT")
    ElementTree.SubElement(node, "TRACK", Key="1", Artist="Nobody", Location="file:///x.flac")
    ElementTree.ElementTree(root).write(file, "utf-8", xml_declaration=True)
    return file


MAKERS: dict[str, Callable[[Path, Iterable[Values]], Path]] = {
    "beets": beets,
    "itunes": itunes,
    "rekordbox": rekordbox,
}


def proposed(workspace: Workspace, file: Path, **more: Any) -> Proposal:
    found = workspace.imports.propose(str(file), **more)
    assert found is not None
    return found


def by_name(proposal: Proposal) -> dict[str, Any]:
    return {one.name: one for one in proposal.artists}


# --- reading ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_library_is_proposed_by_what_it_holds_and_not_by_its_name(
    workspace: Workspace, tmp_path: Path, music: Path, name: str
) -> None:
    file = MAKERS[name](tmp_path / "something.bin", tracks(music))
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    found = proposed(workspace, file)
    assert found.kind is LibraryKind(name)
    counts = (found.tracks, found.there, found.gone, found.elsewhere, found.other_formats)
    assert (*counts, found.unnamed) == (9, 7, 1, 0, 1, 1)
    artists = by_name(found)
    assert set(artists) == {"Mira Koval", "Salt"}
    koval, salt = artists["Mira Koval"], artists["Salt"]
    assert (koval.files, salt.files) == (4, 2)
    assert koval.places == (str(music / "Mira Koval"), str(music / "Mixed/Spring/2.flac"))
    assert salt.places == (str(music / "Salt"), str(music / "Mixed/Spring/1.flac"))
    assert koval.artist_id is None
    assert koval.musicbrainz_id == (A if name == "beets" else "")
    assert koval.labels == (() if name == "itunes" else ("Low Tide",))
    assert found.labels == (() if name == "itunes" else (("Low Tide", 2),))
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_relative_paths_begin_in_the_music_folder(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    file = beets(tmp_path / "library.db", tracks(music), below=music)
    with pytest.raises(MusicFolderNeeded) as needed:
        proposed(workspace, file)
    assert needed.value.untouched == "Nothing was changed."
    assert proposed(workspace, file, music_folder=str(music)).there == 7


@pytest.mark.parametrize(
    "line",
    ["directory: Music", "directory: 'Music'", 'directory: "Music"   # ours', "directory:\tMusic "],
)
def test_beets_configuration_beside_the_library_names_the_music_folder(
    workspace: Workspace, tmp_path: Path, music: Path, line: str
) -> None:
    file = beets(tmp_path / "library.db", tracks(music), below=music)
    (tmp_path / "config.yaml").write_text(f"# ours\nplugins: []\n{line}\n", "utf-8")
    assert proposed(workspace, file).there == 7


def test_an_older_beets_library_without_ids_and_labels_is_read(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    file = tmp_path / "library.blb"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, path BLOB, artist TEXT)")
    path = os.fsencode(music / "Salt/Harbour/1.flac")
    connection.execute("INSERT INTO items (path, artist) VALUES (?, 'Salt')", [path])
    connection.commit()
    connection.close()
    assert [one.name for one in proposed(workspace, file).artists] == ["Salt"]


ODD: list[Values] = [
    {"path": 7, "artist": "Salt"},
    {"path": None, "artist": "Salt"},
    {"path": b"", "artist": "Salt"},
    {"path": b"/nowhere\0/x.flac", "artist": "Salt"},
    {"path": "/nowhere/text.flac", "artist": b"\xff\xfe"},
    {"path": b"/nowhere/\xff.flac", "artist": 12.5},
    {"path": b"/../../etc/passwd", "artist": "Salt"},
]


def test_odd_values_in_a_beets_library_are_counted_and_left_out(
    workspace: Workspace, tmp_path: Path
) -> None:
    found = proposed(workspace, beets(tmp_path / "library.db", ODD))
    assert (found.tracks, found.there, found.artists) == (7, 0, ())
    assert (found.elsewhere, found.other_formats, found.gone) == (4, 1, 2)


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TABLE t (x); CREATE VIEW items AS SELECT x AS path FROM t",
        "CREATE VIRTUAL TABLE items USING fts5(path)",
        "CREATE TABLE items (title TEXT)",
        "CREATE TABLE albums (path BLOB)",
    ],
    ids=["view", "virtual", "other-items", "other"],
)
def test_another_database_is_no_library(workspace: Workspace, tmp_path: Path, schema: str) -> None:
    file = tmp_path / "library.db"
    connection = sqlite3.connect(file)
    connection.executescript(schema)
    connection.close()
    with pytest.raises(NotALibrary, match="no library of beets"):
        proposed(workspace, file)


def test_nothing_is_written_beside_a_database_with_a_log(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    file = beets(tmp_path / "library.db", tracks(music))
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("UPDATE items SET title = 'x'")
    writer.commit()
    with pytest.raises(LibraryUnreadable, match="Another program is using"):
        proposed(workspace, file)
    writer.close()
    before = sorted(path.name for path in tmp_path.iterdir())
    assert proposed(workspace, file).there == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_cut_database_is_called_damaged(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    file = beets(tmp_path / "library.db", tracks(music) * 300)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LibraryUnreadable, match="damaged"):
        proposed(workspace, file)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no library that RightsDesk knows"),
        (b"Mira Koval\n", "no library that RightsDesk knows"),
        (b"<html><body/></html>", "no library that RightsDesk knows"),
        (b"<NML VERSION='19'></NML>", "no library that RightsDesk knows"),
        (plistlib.dumps({"Tracks": {}}, fmt=plistlib.FMT_BINARY), "in binary form"),
        (plistlib.dumps({"CFBundleName": "Music"}), "no music library"),
        (plistlib.dumps([{"Tracks": {}}]), "no music library"),
        (b"<DJ_PLAYLISTS><PLAYLISTS/></DJ_PLAYLISTS>", "no collection of rekordbox"),
    ],
)
def test_what_is_no_library_is_said_in_plain_words(
    workspace: Workspace, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "library.xml"
    file.write_bytes(content)
    with pytest.raises(NotALibrary, match=words) as refused:
        proposed(workspace, file)
    assert refused.value.advice


def test_a_folder_and_a_missing_file_are_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotALibrary, match="is a folder"):
        proposed(workspace, tmp_path)
    with pytest.raises(LibraryUnreadable, match="is not there"):
        proposed(workspace, tmp_path / "gone.xml")


LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE DJ_PLAYLISTS [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<DJ_PLAYLISTS><COLLECTION><TRACK Artist="&b;"/></COLLECTION></DJ_PLAYLISTS>"""
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE DJ_PLAYLISTS [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<DJ_PLAYLISTS><COLLECTION><TRACK Artist="&a;"/></COLLECTION></DJ_PLAYLISTS>"""


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS,
        OUTSIDE,
        b"<DJ_PLAYLISTS><COLLECTION><TRACK Artist='" + b"x" * 10_000_000,
        b"<DJ_PLAYLISTS><COLLECTION>" + b"<a>" * 1000,
        b"<DJ_PLAYLISTS><COLLECTION><TRACK",
        b"<plist><dict><key>Tracks</key><dict></array>",
    ],
    ids=["entities", "outside", "endless", "deep", "cut", "crossed"],
)
def test_hostile_and_damaged_xml_is_refused(
    workspace: Workspace, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "library.xml"
    file.write_bytes(content)
    with pytest.raises((LibraryUnreadable, NotALibrary)):
        proposed(workspace, file)


@pytest.mark.skipif(os.name == "nt", reason="paths as this system writes them")
@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("file://localhost/Users/mira/A%20B/x.mp3", "/Users/mira/A B/x.mp3"),
        ("file:///Users/mira/x.mp3", "/Users/mira/x.mp3"),
        ("FILE://LOCALHOST/x%2Fy.mp3", "/x/y.mp3"),
        ("file://localhost/a/%C3%A9%23%25.mp3", "/a/é#%.mp3"),
        ("file://localhost/a/100%.mp3", "/a/100%.mp3"),
        ("file://localhost/a/../b/%2e%2e/c.mp3", "/c.mp3"),
        ("file://localhost/C:/Music/x.mp3", "/C:/Music/x.mp3"),
        ("file://server/share/x.mp3", ""),
        ("file://localhost/a%00b.mp3", ""),
        ("https://localhost/x.mp3", ""),
        ("/Users/mira/x.mp3", ""),
        ("", ""),
    ],
)
def test_locations_become_local_paths(location: str, path: str) -> None:
    assert local_path(location) == path


def test_bytes_that_are_no_text_stay_in_a_path() -> None:
    if os.name == "posix":
        assert os.fsencode(local_path("file://localhost/a%FF.mp3")) == b"/a\xff.mp3"


# --- whose, and where ------------------------------------------------------------------------


def test_one_id_is_one_artist_and_two_ids_of_one_name_are_two(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    def row(name: str, artist: str, number: str = "") -> Values:
        return {"path": music / name, "artist": artist, "mb_artistid": number}

    rows = [
        row("Mira Koval/Night Ferry/1.flac", "Nina", A),
        row("Mira Koval/Night Ferry/2.flac", "Nina", A),
        row("Mira Koval/Lanterns/1.flac", "Nina & Band", A),
        row("Salt/Harbour/1.flac", "nina", B),
        row("Mixed/Spring/1.flac", "Nina"),
        {**row("Mixed/Spring/2.flac", "Nina; Salt", A), "mb_artistids": f"{A}\\␀{B}"},
    ]
    found = proposed(workspace, beets(tmp_path / "library.db", rows))
    ids = {one.name: (one.musicbrainz_id, one.files) for one in found.artists}
    assert ids == {
        "Nina": (A, 3),
        "Nina (2)": ("", 1),
        "nina (3)": (B, 1),
        "Nina; Salt": ("", 1),
    }
    assert by_name(found)["Nina"].also == ("Nina & Band",)


def test_an_artist_of_the_roster_is_found_by_id_and_by_name(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    mira = workspace.artists.add("mira  koval")
    file = beets(tmp_path / "library.db", tracks(music))
    first = proposed(workspace, file)
    assert by_name(first)["mira koval"].artist_id == mira.id
    workspace.imports.take_over(first, first.chosen(["Mira Koval"]))
    workspace.artists.rename(mira.id, "M. K.")
    again = proposed(workspace, file)
    assert by_name(again)["M. K."].artist_id == mira.id, "the id was learned"
    assert by_name(again)["M. K."].places == ()
    assert not by_name(again)["M. K."].adds


def test_a_drive_and_the_home_folder_are_too_high_to_be_proposed(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    rows: list[Values] = []
    for name in ("one.flac", "Downloads/two.flac", "Music/three.flac", "Music/X/four.flac"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / "sample.flac", file)
        rows.append({"path": file, "artist": "Salt"})
    found = proposed(workspace, beets(tmp_path / "library.db", rows))
    places = by_name(found)["Salt"].places
    assert places == (
        *(str(tmp_path / n) for n in ("Downloads", "Music")),
        str(tmp_path / "one.flac"),
    )


def test_of_many_single_files_the_rest_is_counted(
    workspace: Workspace, tmp_path: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MOST_SINGLE", 1)
    rows: list[Values] = [
        {"path": music / "Mixed/Spring/1.flac", "artist": "Salt"},
        {"path": music / "Mixed/Spring/2.flac", "artist": "Salt"},
        {"path": music / "Mixed/Spring/2.flac", "artist": "Mira Koval"},
    ]
    found = by_name(proposed(workspace, beets(tmp_path / "library.db", rows)))
    assert (len(found["Salt"].places), found["Salt"].left_out) == (1, 1)


def test_what_was_chosen_is_by_name_and_by_label(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    found = proposed(workspace, beets(tmp_path / "library.db", tracks(music)))

    def names(*artists: str, labels: tuple[str, ...] = ()) -> list[str]:
        return [one.name for one in found.chosen(artists, labels)]

    assert names() == []
    assert names("MIRA kovál") == ["Mira Koval"]
    assert names(labels=("low tide",)) == ["Mira Koval"]
    assert names("Salt", labels=("Low Tide",)) == ["Mira Koval", "Salt"]
    with pytest.raises(NothingToImport, match="no “Nobody”"):
        names("Salt", "Nobody")


# --- taking over, and back -------------------------------------------------------------------


def imported(workspace: Workspace, tmp_path: Path, music: Path) -> int:
    found = proposed(workspace, beets(tmp_path / "library.db", tracks(music)))
    return workspace.imports.take_over(found, found.artists).deed


def roster(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    return {one.name: one.folders for one in workspace.artists.all()}


def test_an_import_is_one_entry_and_the_scan_reads_the_files(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    found = proposed(workspace, beets(tmp_path / "library.db", tracks(music)))
    done = workspace.imports.take_over(found, found.artists)
    assert done.artists == 2
    [entry] = workspace.history.entries()
    assert (entry.id, entry.can, entry.parts) == (done.deed, Can.UNDO, 7)
    assert entry.deed.kind is DeedKind.LIBRARY_IMPORTED
    assert entry_words(entry) == "Imported from beets: 2 new artists, 4 places"
    assert {one.name: one.musicbrainz_id for one in workspace.artists.all()} == {
        "Mira Koval": A,
        "Salt": "",
    }
    for number, places in done.places:
        workspace.catalogue.scan(number, places)
    files = {one.name: one.files for one in workspace.artists.all()}
    assert files == {"Mira Koval": 4, "Salt": 2}
    kinds = [one.deed.kind for one in workspace.history.entries()]
    assert kinds == [DeedKind.FILES_CHECKED] * 2 + [DeedKind.LIBRARY_IMPORTED]
    assert workspace.evidence.verify().fault is None


def test_an_undo_removes_what_an_import_added_and_a_redo_brings_it_back(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    salt = workspace.artists.add("Salt")
    before = roster(workspace)
    deed = imported(workspace, tmp_path, music)
    after = roster(workspace)
    for artist in workspace.artists.all():
        workspace.catalogue.scan(artist.id, artist.folders)
    ids = {one.name: one.id for one in workspace.artists.all()}
    workspace.history.undo(deed)
    assert roster(workspace) == before
    assert workspace.artists.named("Salt").files == 0
    newest = workspace.history.newest_redoable()
    assert newest is not None
    workspace.history.redo(newest.id)
    assert roster(workspace) == after
    assert {one.name: one.id for one in workspace.artists.all()} == ids
    assert ids["Salt"] == salt.id
    undoable = workspace.history.newest_undoable()
    assert undoable is not None
    workspace.history.undo(undoable.id)
    assert roster(workspace) == before
    assert workspace.evidence.verify().fault is None


def test_an_artist_in_use_is_not_taken_away(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    deed = imported(workspace, tmp_path, music)
    mira = workspace.artists.named("Mira Koval")
    scope = Scope(ScopeKind.ARTIST, mira.id)
    workspace.consents.set(scope, PRESETS[Preset.NO_AI])
    before = roster(workspace)
    assert workspace.history.entry(deed).why_not is WhyNot.CHANGED_SINCE
    with pytest.raises(ChangedLater):
        workspace.history.undo(deed)
    assert roster(workspace) == before
    newest = workspace.history.newest_undoable()
    assert newest is not None
    assert newest.deed.kind is DeedKind.CONSENT_SET, "what was done last is undone first"
    workspace.history.undo(newest.id, confirmed=tuple(PRESETS[Preset.NO_AI]))
    workspace.history.undo(deed)
    assert roster(workspace) == {}


@pytest.mark.parametrize("what", ["rename", "details", "folder", "attest", "write", "remove"])
def test_whatever_was_built_upon_an_import_stands_in_its_way(
    workspace: Workspace, tmp_path: Path, music: Path, what: str
) -> None:
    deed = imported(workspace, tmp_path, music)
    mira = workspace.artists.named("Mira Koval")
    scope = Scope(ScopeKind.ARTIST, mira.id)
    if what == "rename":
        workspace.artists.rename(mira.id, "Mira")
    elif what == "details":
        details = workspace.artists.details(mira.id)
        workspace.artists.set_details(mira.id, type(details)(rightsholder="Low Tide"))
    elif what == "folder":
        workspace.catalogue.scan(mira.id, [str(music / "Nameless")])
    elif what == "attest":
        workspace.platforms.place(mira.id, "bandcamp", here=True)
    elif what == "remove":
        workspace.artists.remove(mira.id)
    else:
        workspace.catalogue.scan(mira.id, mira.folders)
        workspace.consents.set(scope, PRESETS[Preset.NO_AI])
        plan = workspace.jobs.plan_tag(workspace.catalogue.find(artist=mira.name))
        workspace.jobs.apply(plan, confirmed=plan.confirmation())
        workspace.consents.set(scope, Consent(), confirmed=tuple(PRESETS[Preset.NO_AI]))
        workspace.consents.set(scope, None)
    before = roster(workspace)
    assert workspace.history.entry(deed).can is Can.NOTHING
    with pytest.raises(ChangedLater):
        workspace.history.undo(deed)
    assert roster(workspace) == before


def test_a_later_import_is_undone_before_the_first_also_in_a_list(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    """Each import is judged alone, whatever else is on the same page of the history."""
    first = imported(workspace, tmp_path, music)
    rows: list[Values] = [{"path": music / "Nameless/1.flac", "artist": "Salt"}]
    again = proposed(workspace, beets(tmp_path / "more.db", rows))
    second = workspace.imports.take_over(again, again.artists).deed
    listed = {entry.id: entry.can for entry in workspace.history.entries()}
    assert listed == {second: Can.UNDO, first: Can.NOTHING}
    assert workspace.history.entry(first).can is Can.NOTHING
    workspace.history.undo(second)
    workspace.history.undo(first)
    assert roster(workspace) == {}


def test_the_same_import_again_adds_nothing(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    imported(workspace, tmp_path, music)
    version = workspace.history.version()
    again = proposed(workspace, tmp_path / "library.db")
    with pytest.raises(NothingToImport, match="nothing new"):
        workspace.imports.take_over(again, again.artists)
    assert workspace.history.version() == version


def test_a_roster_that_changed_meanwhile_refuses_the_whole(
    workspace: Workspace, tmp_path: Path, music: Path
) -> None:
    found = proposed(workspace, beets(tmp_path / "library.db", tracks(music)))
    workspace.artists.add("salt")
    version, before = workspace.history.version(), roster(workspace)
    with pytest.raises(ArtistExists):
        workspace.imports.take_over(found, found.artists)
    assert (workspace.history.version(), roster(workspace)) == (version, before)


# --- large ones ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_cancel_ends_the_reading(
    workspace: Workspace, tmp_path: Path, music: Path, name: str
) -> None:
    file = MAKERS[name](tmp_path / "library", tracks(music) * 200)
    stop = threading.Event()

    def progress(_done: int, _total: int, _label: str) -> None:
        stop.set()

    assert workspace.imports.propose(str(file), progress=progress, cancel=stop) is None
    assert roster(workspace) == {}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_memory_does_not_grow_with_the_tracks(
    workspace: Workspace, tmp_path: Path, music: Path, name: str
) -> None:
    file = MAKERS[name](tmp_path / "library", tracks(music) * 1500)
    proposed(workspace, MAKERS[name](tmp_path / "small", tracks(music)))  # loads what is loaded
    tracemalloc.start()
    try:
        found = proposed(workspace, file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.tracks == 13_500
    assert peak < 3_000_000


# --- on the command line ---------------------------------------------------------------------


def test_the_command_shows_asks_and_takes_over(isolated: Path, tmp_path: Path, music: Path) -> None:
    file = str(beets(tmp_path / "library.db", tracks(music)))
    shown = run(Workspace.open(isolated), "import", file, "--dry-run")
    assert shown.code == 0
    assert "beets: 9 files, and 7 of them on this computer." in shown.out
    assert "No longer there: 1 file." in shown.out
    assert "Mira Koval  4      2       Low Tide  new" in shown.out
    looked = run(Workspace.open(isolated), "import", file)
    assert looked.code == 0
    assert looked.out.splitlines()[: len(shown.out.splitlines())] == shown.out.splitlines()
    assert "To take artists over, choose those that you look after." in looked.out
    unasked = run(Workspace.open(isolated), "import", file, "--all")
    assert (unasked.code, "no terminal to ask on" in unasked.err) == (2, True)
    unchosen = run(Workspace.open(isolated), "import", file, "--yes")
    assert (unchosen.code, "Choose the artists that you look after" in unchosen.err) == (2, True)
    assert run(Workspace.open(isolated), "artist", "list", "--json").json == {"artists": []}

    done = run(Workspace.open(isolated), "import", file, "--artist", "Salt", "--yes", "--json")
    assert (done.code, done.json["outcome"], done.json["library"]) == (0, "done", "beets")
    assert {one["name"]: one["chosen"] for one in done.json["artists"]} == {
        "Mira Koval": False,
        "Salt": True,
    }
    assert done.json["scan"]["new"] == 2
    [artist] = run(Workspace.open(isolated), "artist", "list", "--json").json["artists"]
    assert (artist["name"], artist["files"], artist["musicbrainz_id"]) == ("Salt", 2, "")
    back = run(Workspace.open(isolated), "history", "undo", str(done.json["deed"]), "--yes")
    assert back.code == 0
    assert run(Workspace.open(isolated), "artist", "list", "--json").json == {"artists": []}


def test_the_command_can_leave_the_scan_for_later(
    isolated: Path, tmp_path: Path, music: Path
) -> None:
    file = str(rekordbox(tmp_path / "rekordbox.xml", tracks(music)))
    done = run(Workspace.open(isolated), "import", file, "--all", "--no-scan", "--yes")
    assert (done.code, "To read the music: rightsdesk scan" in done.out) == (0, True)
    again = run(Workspace.open(isolated), "import", file, "--yes")
    assert (again.code, "There is nothing new to take over." in again.out) == (0, True)
    assert run(Workspace.open(isolated), "scan").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--artist", "Nobody"], "no “Nobody”"),
        (["--label", "Nothing"], "no “Nothing”"),
    ],
)
def test_the_command_refuses_what_the_library_does_not_name(
    isolated: Path, tmp_path: Path, music: Path, arguments: list[str], words: str
) -> None:
    file = str(beets(tmp_path / "library.db", tracks(music)))
    refused = run(Workspace.open(isolated), "import", file, *arguments, "--yes")
    assert (refused.code, words in refused.err) == (2, True)


def test_the_command_asks_for_the_music_folder(isolated: Path, tmp_path: Path, music: Path) -> None:
    file = str(beets(tmp_path / "library.db", tracks(music), below=music))
    refused = run(Workspace.open(isolated), "import", file, "--yes", "--json")
    assert (refused.code, refused.json["error"]["cause"]) == (2, "music-folder-needed")
    assert "--music-folder DIR" in refused.err
    done = run(
        *(Workspace.open(isolated), "import", file, "--music-folder", str(music)),
        *("--all", "--yes", "--json"),
    )
    assert done.json["scan"]["new"] == 6
