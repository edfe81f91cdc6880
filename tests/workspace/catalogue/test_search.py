"""Searching the catalogue: which texts are searched, and that the index follows each change."""

from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from sqlalchemy import delete, insert, select, text, update

from rightsdesk.roster import artists as roster
from rightsdesk.store.schema import (
    artists,
    files,
    recordings,
    releases,
    search_stale,
    search_texts,
)
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import Song

Find = Callable[[str], set[str]]


@pytest.fixture
def find(workspace: Workspace) -> Find:
    def find(text: str) -> set[str]:
        ids = workspace.catalogue.recordings(Filter(text=text))
        return {row.title for row in workspace.catalogue.rows(ids)}

    return find


@pytest.fixture
def scanned(workspace: Workspace, artist: Artist, folder: Path, song: Song) -> Artist:
    song("01 Sól.flac", title="Sól", album="Kitchen Tapes", isrc="DEXX12400001")
    song("other name.flac", title="Kettle", album="Kitchen Tapes", isrc="DEXX12400002")
    for path in folder.iterdir():
        audio = mutagen.File(path)
        audio["barcode"] = "4006381333931"
        audio.save()
    workspace.catalogue.scan(artist.id, [str(folder)])
    return artist


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("sol", {"Sól"}),
        ("SÓL", {"Sól"}),
        ("kitchen", {"Sól", "Kettle"}),
        ("some kettle", {"Kettle"}),
        ("DE-XX1-24-00002", {"Kettle"}),
        ("dexx12400002", {"Kettle"}),
        ("XX1-24", {"Sól", "Kettle"}),
        ("isrc:DE-XX1-24-00001", {"Sól"}),
        ("isrc:XX1", set()),
        ("4006381333931", {"Sól", "Kettle"}),
        ("upc:40063 sol", {"Sól"}),
        ("upc:063", set()),
        ("other name.flac", {"Kettle"}),
        ("name", {"Kettle"}),
        ("ame", set()),  # words are found from their beginning
        ("ettle", set()),
        ("24", set()),  # in both ISRCs, and in the UPC: no code looks like that
        ("012", set()),
        ("1381", set()),
        ("13819", set()),
        ("813339", {"Sól", "Kettle"}),  # enough of a code
        ("01", set()),  # a short number is one of a name, not of a file
        ("so", {"Sól", "Kettle"}),  # the artist's name is Someone
        ("kettle sol", set()),
        ("%", set()),
        ("_", set()),
        ("", {"Sól", "Kettle"}),
    ],
)
def test_a_search_finds_recordings(
    scanned: Artist, find: Find, typed: str, titles: set[str]
) -> None:
    assert find(typed) == titles


def test_a_number_finds_the_release_that_has_it(
    workspace: Workspace, artist: Artist, song: Song, find: Find
) -> None:
    for number in (1, 2, 12, 20, 202):
        title, isrc = f"Song {number}", f"DEXX1240{number:04}2"[:12]
        song(f"2 {number}.flac", title=title, album=f"Release {number}", isrc=isrc, date="2022")
    workspace.catalogue.scan(artist.id, [str(song("2 1.flac").parent)])
    assert find("release 2") == {"Song 2"}
    assert find("release 20") == {"Song 20"}
    assert find("release 202") == {"Song 202"} | {f"Song {n}" for n in (1, 2, 12, 20)}, "a year"
    assert find("release song 12") == {"Song 12"}


@pytest.mark.parametrize(
    ("title", "typed", "finds"),
    [
        ("Lo-Fi (Live)", "fi", True),
        ("Lo-Fi (Live)", "live", True),
        ("Lo-Fi (Live)", "lo-fi", True),
        ("Don't [Mono]", "don't", True),
        ("What? *", "what?", True),
        ("Whatever", "what?", False),
        ("What? *", "*", True),
        ("Whatever", "*", False),
        ("Песня", "пес", True),
        ("Песня", "есн", False),
        ("夜の歌", "歌", True),
        ("!!!", "!!", True),
        ("[x] One", "[x]", True),
        ("[x] One", "[y]", False),
        ("Ende^", "ende^", True),
    ],
)
def test_a_word_is_found_where_a_word_begins(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    find: Find,
    title: str,
    typed: str,
    finds: bool,
) -> None:
    song("a.flac", title=title)
    workspace.catalogue.scan(artist.id, [str(song("a.flac").parent)])
    assert find(typed) == ({title} if finds else set())


def test_a_upc_filter_matches_the_beginning(workspace: Workspace, scanned: Artist) -> None:
    count = workspace.catalogue.recordings
    assert len(count(Filter(upc="400638"))) == 2
    assert count(Filter(upc="638")) == []


@pytest.mark.parametrize(
    ("change", "typed"),
    [
        (update(recordings).values(title="Märzen"), "marzen"),
        (update(recordings).values(performer="Juno Adair"), "juno"),
        (update(recordings).values(isrc="GBAYE0601498"), "gb-aye-06-01498"),
        (update(releases).values(title="Night Ferry"), "ferry"),
        (update(releases).values(upc="4006381333955"), "4006381333955"),
        (update(releases).values(year=2026), "2026"),
        (update(releases).values(label="Lanternrecords"), "lanternrec"),
        (update(releases).values(catalogue_number="LR 017"), "lr 017"),
        (update(artists).values(name="The Low Harbour"), "harbour"),
        (update(files).values(path=b"/x/renamed \xff.flac"), "renamed"),
    ],
)
def test_a_search_follows_each_change(
    workspace: Workspace, artist: Artist, song: Song, find: Find, change: object, typed: str
) -> None:
    song("a.flac", title="Spoon", album="Kitchen Tapes")
    workspace.catalogue.scan(artist.id, [str(song("a.flac").parent)])
    assert find(typed) == set()
    with workspace._database.write() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert len(find(typed)) == 1


def test_deleted_recordings_are_not_found(
    workspace: Workspace, scanned: Artist, find: Find
) -> None:
    with workspace._database.write() as connection:
        connection.execute(text("DELETE FROM files WHERE CAST(path AS TEXT) LIKE '%other%'"))
    assert find("other name") == set()
    assert find("kettle") == {"Kettle"}
    with workspace._database.write() as connection:
        connection.execute(delete(releases))
    assert find("kitchen") == set()
    roster.remove_artist(workspace._database, scanned.id)
    with workspace._database.read() as connection:
        assert connection.execute(select(search_texts)).all() == []
        assert connection.execute(select(search_stale)).all() == []


def test_recordings_that_come_back_are_found(
    workspace: Workspace, scanned: Artist, find: Find
) -> None:
    """New recordings are those above all texts: one with an older id has to be marked."""
    with workspace._database.write() as connection:
        r = recordings.c
        first = connection.execute(select(recordings).order_by(r.id).limit(1)).mappings().one()
        connection.execute(delete(recordings).where(r.id == first["id"]))
    assert find(first["title"]) == set()
    with workspace._database.write() as connection:
        connection.execute(insert(recordings).values(dict(first)))
    assert find(first["title"]) == {first["title"]}


def test_a_failed_write_leaves_the_texts(workspace: Workspace, scanned: Artist) -> None:
    def fail() -> None:
        with workspace._database.write() as connection:
            connection.execute(update(recordings).values(title="Gone"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert workspace.catalogue.recordings(Filter(text="gone")) == []


def test_marked_recordings_are_indexed_with_the_next_write(
    workspace: Workspace, scanned: Artist, find: Find
) -> None:
    with workspace._database.engine.connect() as connection, connection.begin():
        connection.execute(delete(search_texts))
        marked = select(recordings.c.id)
        connection.execute(insert(search_stale).from_select(["recording_id"], marked))
    with workspace._database.write() as connection:
        connection.execute(update(artists).values(contact="x"))
    assert find("sol") == {"Sól"}
