"""The scan: what it finds, what it skips, and that no failure stops it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scan.scanner import FileState, FolderListed, FoundFile, Scan, ScanFailure


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "Music"
    folder.mkdir()
    return folder


def put(folder: Path, *names: str) -> list[str]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound of " + os.fsencode(name))
    return [str(folder / name) for name in names]


def found(scan: Scan) -> list[str]:
    return [event.path for event in scan if isinstance(event, FoundFile)]


def failures(scan: Scan) -> dict[str, str]:
    return {event.path: event.error.cause for event in scan if isinstance(event, ScanFailure)}


def stored(*paths: str) -> dict[str, str]:
    return {path: FileIdentity.of(path).to_str() for path in paths}


def test_finds_every_kind_of_audio_below_a_folder(music: Path) -> None:
    paths = put(
        music,
        *("a.mp3", "b.FLAC", "c.Ogg", "d.oga", "e.opus", "e.spx", "f.m4a", "g.mp4", "h.alac"),
        *("i.wav", "j.wave", "k.aif", "l.AIFF", "m.aifc", "album/01.mp3", "album/cd 2/01.wav"),
    )
    put(music, "cover.jpg", "notes.txt", "mp3", "song.mp3.bak", ".rightsdesk-0a1b2c3d.tmp")

    assert sorted(found(Scan([str(music)]))) == sorted(paths)


def test_finds_names_in_any_script_and_of_no_encoding(music: Path) -> None:
    paths = put(music, "Björk.mp3", "椎名林檎.flac", "🎺 \u202eevil.wav", "new\nline.mp3", " .mp3")
    if sys.platform == "linux":
        paths += put(music, os.fsdecode(b"\xff\xfe.mp3"))

    assert sorted(found(Scan([os.fsencode(music)]))) == sorted(paths)


def test_new_changed_unchanged_and_missing_files_are_distinguished(music: Path) -> None:
    new, changed, unchanged, gone = put(music, "new.mp3", "changed.mp3", "same.mp3", "gone.mp3")
    before = stored(changed, unchanged, gone)
    os.utime(changed, ns=(7, 7))
    os.remove(gone)
    scan = Scan([str(music)], before)

    states = {event.path: event.state for event in scan if isinstance(event, FoundFile)}

    assert states == {new: FileState.NEW, changed: FileState.CHANGED}
    assert (scan.files, scan.new, scan.changed, scan.unchanged, scan.failed) == (3, 1, 1, 1, 0)
    assert scan.missing() == [gone]


@pytest.mark.parametrize(
    ("size", "time", "inode", "device", "state"),
    [
        (0, 0, 0, 0, None),
        (0, 0, 0, 7, None),  # a disk that was mounted again
        (1, 0, 0, 0, FileState.CHANGED),
        (0, 1, 0, 0, FileState.CHANGED),
        (0, 0, 1, 0, FileState.CHANGED),
    ],
)
def test_size_time_and_inode_show_a_change_but_the_device_does_not(
    music: Path, size: int, time: int, inode: int, device: int, state: FileState | None
) -> None:
    song, linked = put(music, "song.mp3", "elsewhere/linked.mp3")
    (music / "link.mp3").symlink_to(linked)
    link = str(music / "link.mp3")
    before = {}
    for path in (song, link):
        now = FileIdentity.of(path)
        then = FileIdentity(
            now.size + size, now.mtime_ns + time, now.inode + inode, now.device + device
        )
        before[path] = then.to_str()

    events = list(Scan([song, link], before))

    states = {event.path: event.state for event in events if isinstance(event, FoundFile)}
    assert states == ({song: state, link: state} if state else {})


def test_a_candidate_comes_with_its_identity(music: Path) -> None:
    (song,) = put(music, "song.mp3")

    (candidate,) = (event for event in Scan([str(music)]) if isinstance(event, FoundFile))

    assert candidate == FoundFile(song, FileIdentity.of(song), FileState.NEW)


def test_unchanged_files_are_neither_opened_nor_reported(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = put(music, "a.mp3", "b/c.mp3")
    before = stored(*paths)
    monkeypatch.setattr(os, "open", None)

    events = list(Scan([str(music)], before))

    assert events == [FolderListed(str(music)), FolderListed(str(music / "b"))]


def test_a_folder_is_reported_after_its_files_in_order(music: Path) -> None:
    b, a, inner = put(music, "b.mp3", "a.mp3", "album/c.mp3")

    events = [(type(event), event.path) for event in Scan([str(music)])]

    album = str(music / "album")
    assert events == [
        (FoundFile, a),
        (FoundFile, b),
        (FolderListed, str(music)),
        (FoundFile, inner),
        (FolderListed, album),
    ]


def test_a_single_file_can_be_scanned_and_counts_once(music: Path) -> None:
    (song,) = put(music, "song.mp3")

    assert found(Scan([song])) == [song]
    assert found(Scan([song, str(music), song])) == [song]


def test_nested_folders_count_once(music: Path) -> None:
    paths = put(music, "a.mp3", "album/b.mp3")

    assert sorted(found(Scan([str(music / "album"), str(music), str(music)]))) == paths


def test_only_files_in_scanned_folders_can_be_missing(music: Path) -> None:
    here, elsewhere = put(music, "a/song.mp3", "ab/song.mp3")
    before = stored(here, elsewhere)
    os.remove(here)
    os.remove(elsewhere)
    scan = Scan([str(music / "a")], before)

    with pytest.raises(RuntimeError, match="complete"):
        scan.missing()
    list(scan)

    assert scan.missing() == [here]


def test_files_on_an_unreachable_disk_are_not_called_missing(tmp_path: Path) -> None:
    """An external disk that is not connected has lost nothing."""
    disk = tmp_path / "disk"
    song = str(disk / "song.mp3")
    scan = Scan([str(disk)], {song: FileIdentity(1, 1, 1, 1).to_str()})

    assert failures(scan) == {str(disk): "gone"}
    assert scan.missing() == []


# Links


def test_circular_links_end(music: Path) -> None:
    (song,) = put(music, "album/song.mp3")
    (music / "album" / "again").symlink_to(music)
    (music / "album" / "self").symlink_to("self")
    (music / "self.mp3").symlink_to("self.mp3")

    scan = Scan([str(music)])
    events = list(scan)

    assert [event.path for event in events if isinstance(event, FoundFile)] == [song]
    assert [event.error.cause for event in events if isinstance(event, ScanFailure)] == [
        "link-loop"
    ]


def test_a_link_to_a_parent_folder_does_not_leave_the_scan(music: Path, tmp_path: Path) -> None:
    put(tmp_path, "not asked for.mp3")
    (song,) = put(music, "song.mp3")
    (music / "up").symlink_to("..")
    (music / "root").symlink_to("/")

    assert found(Scan([str(music)])) == [song]


def test_a_link_to_another_folder_is_followed_once(music: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "song.mp3")
    (music / "a").symlink_to(tmp_path / "elsewhere")
    (music / "b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path)

    assert found(Scan([str(music)])) == [str(music / "a" / "song.mp3")]


def test_a_linked_file_counts_once_under_its_own_path(music: Path, tmp_path: Path) -> None:
    (song,) = put(music, "z/song.mp3")
    put(tmp_path, "outside.mp3")
    (music / "a.mp3").symlink_to(song)
    (music / "b.mp3").symlink_to(tmp_path / "outside.mp3")
    (music / "c.mp3").symlink_to(tmp_path / "outside.mp3")

    assert found(Scan([str(music)])) == [song, str(music / "b.mp3")]


def test_links_are_recognised_by_the_next_scan(music: Path, tmp_path: Path) -> None:
    put(tmp_path, "outside.mp3")
    (music / "link.mp3").symlink_to(tmp_path / "outside.mp3")
    scan = Scan([str(music)], stored(str(music / "link.mp3")))

    assert list(scan) == [FolderListed(str(music))]
    assert (scan.unchanged, scan.missing()) == (1, [])


def test_a_broken_link_with_an_audio_file_name_is_named(music: Path) -> None:
    (music / "song.mp3").symlink_to("nowhere.mp3")
    (music / "notes.txt").symlink_to("nowhere.txt")

    assert failures(Scan([str(music)])) == {str(music / "song.mp3"): "gone"}


# What is no music


def test_recycle_bins_and_system_folders_are_skipped(music: Path) -> None:
    put(music, ".Trash-1000/files/old.mp3", "$RECYCLE.BIN/old.mp3", "@eaDir/a.mp3/b.mp3")
    put(music, "._song.mp3", "#recycle/old.wav")
    (song,) = put(music, ".hidden album/song.mp3")

    assert list(found(Scan([str(music)]))) == [song]


def test_empty_files_pipes_and_folders_with_audio_file_names(music: Path) -> None:
    (music / "empty.mp3").touch()
    os.mkfifo(music / "pipe.mp3")  # opening it would wait forever
    (inner,) = put(music, "folder.mp3/song.mp3")
    scan = Scan([str(music)])
    events = list(scan)

    causes = {event.path: event.error.cause for event in events if isinstance(event, ScanFailure)}
    assert causes == {str(music / "empty.mp3"): "empty", str(music / "pipe.mp3"): "not-a-file"}
    assert [event.path for event in events if isinstance(event, FoundFile)] == [inner]
    assert scan.failed == 2


def test_a_file_over_4_gb_is_an_ordinary_file(music: Path) -> None:
    with (music / "long.wav").open("wb") as file:
        file.truncate(5 << 30)  # sparse: uses no space

    (candidate,) = (event for event in Scan([str(music)]) if isinstance(event, FoundFile))

    assert candidate.identity.size == 5 << 30


# Failures do not stop the rest


def test_an_unreadable_folder_is_named_and_the_scan_continues(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song, locked = put(music, "b/song.mp3", "a/locked.mp3")
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if path == str(music / "a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    scan = Scan([str(music)], stored(locked))
    events = list(scan)

    assert [event.path for event in events if isinstance(event, FoundFile)] == [song]
    (failure,) = (event for event in events if isinstance(event, ScanFailure))
    assert failure.path == str(music / "a")
    assert str(failure.error).startswith("You have no permission to read this file or folder.")
    assert scan.missing() == []


def test_a_folder_that_vanishes_during_the_scan(music: Path) -> None:
    first, vanishing, last = put(music, "a/1.mp3", "b/2.mp3", "c/3.mp3")
    scan = Scan([str(music)], stored(vanishing))
    paths: list[str] = []
    for event in scan:
        if event == FolderListed(str(music / "a")):
            shutil.rmtree(music / "b")
        if isinstance(event, FoundFile):
            paths.append(event.path)

    assert paths == [first, last]
    assert scan.failed == 1


def test_a_file_that_vanishes_during_the_scan_is_missing(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, vanishing = put(music, "a.mp3", "b.mp3")
    before = stored(stays, vanishing)
    scandir = os.scandir

    class Vanishing:
        """A folder listing whose files vanish before they are read."""

        def __init__(self, path: str) -> None:
            with scandir(path) as entries:
                self._entries = list(entries)
            os.remove(vanishing)

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self._entries

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Vanishing)
    scan = Scan([str(music)], before)

    assert failures(scan) == {}
    assert scan.missing() == [vanishing]
