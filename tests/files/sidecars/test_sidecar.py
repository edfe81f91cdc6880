"""Sidecars: an XMP packet in a separate file, whose name shows which audio file it describes."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from rightsdesk.files.containers import foreign_difference
from rightsdesk.files.errors import DamagedXmp
from rightsdesk.files.sidecars.reading import Neighbours, Sidecar, new_sidecar, sidecars_of
from rightsdesk.files.xmp.parse import LARGEST
from tests.files.changing import NO_AI, NO_AI_IN_XMP

CONTAINER = Sidecar()
FOREIGN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    b"<dc:title>Title</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>\n"
)


def change(old: bytes, edit: dict[str, tuple[str, ...]]) -> bytes:
    before, after = io.BytesIO(old), io.BytesIO()
    CONTAINER.patch(before, edit).write(before, after)
    assert foreign_difference(CONTAINER, before, after) is None
    return after.getvalue()


@pytest.mark.parametrize("old", [b"", b"\n", FOREIGN])
def test_properties_come_and_go(old: bytes) -> None:
    tagged = change(old, NO_AI_IN_XMP)

    assert CONTAINER.fields(io.BytesIO(tagged)) == NO_AI_IN_XMP
    assert CONTAINER.patch(io.BytesIO(tagged), NO_AI_IN_XMP).empty
    assert not list(CONTAINER.essence(io.BytesIO(tagged)))
    names = CONTAINER.settable(io.BytesIO(tagged))
    assert change(tagged, dict.fromkeys(names, ())) == (old.strip() and FOREIGN)


def test_a_file_that_is_no_packet_is_left_alone() -> None:
    for content in (b"<x>", FOREIGN[:-30], b"\xff" * 9, FOREIGN + b" " * LARGEST):
        with pytest.raises(DamagedXmp):
            CONTAINER.patch(io.BytesIO(content), NO_AI_IN_XMP)
    with pytest.raises(ValueError, match="held here"):
        CONTAINER.patch(io.BytesIO(), NO_AI)


def test_the_name_shows_the_audio_file(tmp_path: Path) -> None:
    song = tmp_path / "song.flac"
    song.touch()
    long_name, short_name = tmp_path / "song.flac.xmp", tmp_path / "song.xmp"

    assert sidecars_of(str(song)) == ([], {})
    assert new_sidecar(str(song)) == str(long_name)
    short_name.touch()
    (tmp_path / "song.cue").touch()
    (tmp_path / "other.ogg").touch()
    assert sidecars_of(str(song)) == ([str(short_name)], {})
    long_name.touch()
    assert sidecars_of(str(song)) == ([str(long_name), str(short_name)], {})
    (tmp_path / "song.ogg").touch()
    both = ("song.flac", "song.ogg")
    assert sidecars_of(str(song)) == ([str(long_name)], {str(short_name): both})


@pytest.mark.parametrize(
    ("names", "sidecar", "owners"),
    [
        (["a.flac", "a.jpg", "a.CUE"], "a.xmp", ("a.flac",)),
        (["a.flac", "a.flac.xmp", "a.xmp"], "a.flac.xmp", ("a.flac",)),
        (["a.FLAC"], "a.XMP", ("a.FLAC",)),
        (["a.flac", "a.wav"], "a.xmp", ("a.flac", "a.wav")),
        (["a.flac", "a.mov"], "a.xmp", ("a.flac", "a.mov")),  # the video may be meant
        (["a.nef"], "a.xmp", ()),
        (["a.nef"], "a.nef.xmp", ()),
        (["A.flac"], "a.xmp", ()),
        ([], "a.xmp", ()),
    ],
)
def test_the_owner_of_a_sidecar_depends_on_its_neighbours(
    names: list[str], sidecar: str, owners: tuple[str, ...]
) -> None:
    assert Neighbours(names).owners(sidecar) == owners


def test_in_a_folder_that_cannot_be_listed_only_the_long_name_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "song.xmp").touch()

    def refused(_path: str) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refused)
    assert sidecars_of(str(tmp_path / "song.flac")) == ([], {})
