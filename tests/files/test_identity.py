"""A file's identity distinguishes the states of a file, and survives the store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files.identity import FileIdentity, stored_start

numbers = st.integers(min_value=0, max_value=2**64 - 1)


@given(st.builds(FileIdentity, numbers, st.integers(-(2**62), 2**62), numbers, numbers))
def test_the_store_returns_the_same_identity(identity: FileIdentity) -> None:
    back = FileIdentity.from_str(identity.to_str())

    assert (back, back.device) == (identity, identity.device)
    assert FileIdentity.stamp_in(identity.to_str()) == identity.stamp


@pytest.mark.parametrize(
    "stored", ["", "1:2:3", "1:2:3:4:5", "a:b:c:d", "1:2:3:-4", " 1:2:3:4", "1:2:3:4\n"]
)
def test_any_other_text_is_refused(stored: str) -> None:
    with pytest.raises(ValueError, match="not a file identity"):
        FileIdentity.from_str(stored)


def test_a_path_a_link_and_a_descriptor_have_the_same_identity(tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    song.write_bytes(b"tune")
    link = tmp_path / "link.mp3"
    link.symlink_to(song)

    identity = FileIdentity.of(os.fsencode(song))

    assert identity == FileIdentity.of(str(link))
    with song.open("rb") as opened:
        assert identity == FileIdentity.of(opened.fileno())


def test_a_stored_identity_starts_as_a_scan_expects(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"x")
    found = path.stat()
    stored = FileIdentity.of_stat(found).to_str()
    assert stored == f"{stored_start(found, inode=True)}{found.st_dev}"
    assert stored.startswith(stored_start(found, inode=False))


def test_a_different_size_time_or_file_is_a_different_identity(tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    song.write_bytes(b"tune")
    os.utime(song, ns=(1, 1))
    before = FileIdentity.of(str(song))

    os.utime(song, ns=(1, 2))
    touched = FileIdentity.of(str(song))
    song.write_bytes(b"tunes")
    os.utime(song, ns=(1, 1))
    longer = FileIdentity.of(str(song))
    other = tmp_path / "other.mp3"
    other.write_bytes(b"tune")
    os.utime(other, ns=(1, 1))
    os.replace(other, song)
    replaced = FileIdentity.of(str(song))

    assert len({before, touched, longer, replaced}) == 4


def test_a_remounted_disk_holds_the_same_files() -> None:
    assert FileIdentity(1, 2, 3, device=4) == FileIdentity(1, 2, 3, device=5)
