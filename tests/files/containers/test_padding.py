"""The first change adds padding, so that every usual later change moves nothing."""

import io
from itertools import pairwise
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Declaration
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.files.containers import container_of
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.files.writing.in_place import suits
from rightsdesk.practice.catalogue import KINDS, sound, suffix
from rightsdesk.practice.sample_tags import Extra, put_tags

COVER = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200
SENTENCES = (None, "", "No." * 67, None, "Ask us before you train AI. " * 7)
REQUESTS = [
    Declaration(request, "Björk", "b@example.is", terms, sentence=sentence)
    for request in PRESETS.values()
    for terms in ("", "https://example.is/terms-of-use-for-machines")
    for sentence in SENTENCES
]
WITH_XMP = ("aac", "alac", "wav", "aiff")


def length(request: Declaration) -> int:
    edit = FILE_SUITE.edit({}, request)
    return sum(len(value) for values in edit.values() for value in values)


def changed(data: bytes, request: Declaration) -> tuple[bytes, bool, int]:
    """The file with the edit applied, whether in place, and the number of journal bytes."""
    f = io.BytesIO(data)
    container = container_of(f)
    edit = FILE_SUITE.edit(container.fields(f), request)
    settable = container.settable(f)
    patch = container.patch(f, {name: edit[name] for name in edit if name in settable})
    image = BeforeImage.of(f, patch, in_place=suits(patch))
    out = io.BytesIO()
    patch.write(f, out)
    return out.getvalue(), image.in_place, len(image.to_bytes())


@pytest.mark.parametrize("tagged", [True, False], ids=["with cover art", "bare"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_change_after_the_first_is_in_place(tmp_path: Path, kind: str, tagged: bool) -> None:
    path = tmp_path / f"song.{suffix(kind)}"
    path.write_bytes(sound(kind))
    if tagged:
        tags = {"title": "Song", "artist": "Björk", "album": "A", "tracknumber": "1"}
        put_tags(path, tags, Extra(dj=True, copyright="© 2024 Björk", cover=COVER))
    data, _, _ = changed(path.read_bytes(), max(REQUESTS, key=length))
    data, _, _ = changed(data, REQUESTS[0])  # the foreign data after the tag has moved by now
    moved = []
    usual = [
        request for request in REQUESTS if tagged or request.sentence != ""
    ]  # otherwise nothing stays in the file
    for before, after in pairwise(usual):
        data, in_place, _ = changed(data, after)
        if not in_place:
            moved.append((before.sentence, after.sentence))
    assert len(moved) <= (kind in WITH_XMP)  # an empty packet is removed


@pytest.mark.parametrize("kind", KINDS)
def test_the_journal_stores_few_bytes_of_each_change(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"song.{suffix(kind)}"
    path.write_bytes(sound(kind))
    put_tags(path, {"title": "Song"}, Extra(dj=True, copyright="© 2024 Björk", cover=COVER))
    data = path.read_bytes()
    sizes = []
    for request in REQUESTS[:6]:
        data, _, size = changed(data, request)
        sizes.append(size)
    assert max(sizes[2:]) < 10_000
