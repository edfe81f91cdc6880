"""The check before a write: nothing foreign may differ, and the new fields must be present."""

import io

import pytest

from rightsdesk.files.containers import container_of
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.writing.checking import WouldHarm, check, digest_of, essence_digest
from tests.files import build
from tests.files.changing import NO_AI
from tests.files.writing.steps import ASK, KINDS, tagged

MP3 = KINDS["mp3"]
AUDIO = MP3.index(b"\xff\xfb") + 100
TITLE = MP3.index(b"Title")
COMMENTS = build.vorbis_comments([b"TITLE=T"])
LONG_OGG = [build.vorbis(COMMENTS + b"\x01", audio=60), build.opus(COMMENTS, audio=60)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [True, False], ids=["grows", "in place"])
def test_a_good_change_passes_and_returns_the_new_fields(kind: str, first: bool) -> None:
    f = io.BytesIO(KINDS[kind] if first else tagged(kind))
    edit = NO_AI if first else ASK
    container = container_of(f)
    patch = container.patch(f, edit)
    says = check(f, patch, container, edit)
    out = io.BytesIO()
    patch.write(f, out)
    assert says == container.fields(out)
    assert essence_digest(container, out) == essence_digest(container, f)


@pytest.mark.parametrize(
    ("splices", "what"),
    [
        ([Splice(AUDIO, 1, b"?")], "its audio"),
        ([Splice(AUDIO, 1, b"")], "its audio"),
        ([Splice(TITLE, 1, b"?")], "its part “ID3v2.3 TIT2”"),
        ([Splice(len(MP3) - 1, 1, b"?")], "its part “data after the audio”"),
    ],
)
def test_a_harmful_change_is_refused(splices: list[Splice], what: str) -> None:
    """A container never makes such a patch, so no other test would notice a missing check."""
    f = io.BytesIO(MP3)
    with pytest.raises(WouldHarm, match=what) as raised:
        check(f, Patch(len(MP3), tuple(splices)), container_of(f))
    assert raised.value.untouched


@pytest.mark.parametrize("file", LONG_OGG, ids=["vorbis", "opus"])
def test_pages_after_longer_headers_need_new_numbers(
    file: bytes,
) -> None:
    """The headers need more pages, but the later pages keep their old numbers."""
    f = io.BytesIO(file)
    container = container_of(f)
    start, _ = container.framed(f)
    longer = container.patch(f, {"AI-CONSENT": ("x" * 70_000,)})
    headers = tuple(splice for splice in longer.splices if splice.offset < start)
    assert len(headers) < len(longer.splices)
    check(f, longer, container)
    with pytest.raises(WouldHarm, match="its part “page number”"):
        check(f, Patch(longer.size, headers), container)


@pytest.mark.parametrize("file", LONG_OGG, ids=["vorbis", "opus"])
def test_a_changed_byte_in_the_pages_is_noticed(file: bytes) -> None:
    f = io.BytesIO(file)
    container = container_of(f)
    start, length = container.framed(f)
    for at in (start + 3, start + 20, start + length // 2, start + length - 1):
        old = file[at]
        patch = Patch(len(file), (Splice(at, 1, bytes((old ^ 1,))),))
        with pytest.raises(WouldHarm):
            check(f, patch, container)


def test_a_change_to_another_kind_of_file_is_refused() -> None:
    f = io.BytesIO(MP3)
    patch = Patch(len(MP3), (Splice(0, len(MP3), KINDS["flac"]),))
    with pytest.raises(WouldHarm, match="damaged its structure"):
        check(f, patch, container_of(f))


def test_replacing_bytes_with_the_same_bytes_is_allowed() -> None:
    """A part that a splice touches is compared, not refused at once."""
    f = io.BytesIO(MP3)
    same = Patch(len(MP3), (Splice(TITLE, 1, b"T"), Splice(AUDIO, 50, MP3[AUDIO : AUDIO + 50])))
    assert check(f, same, container_of(f)) == {}


def test_a_change_without_the_intended_fields_is_refused() -> None:
    f = io.BytesIO(MP3)
    container = container_of(f)
    with pytest.raises(WouldHarm, match="would not hold your consent"):
        check(f, container.patch(f, NO_AI), container, ASK)


def test_a_digest_does_not_depend_on_how_the_bytes_are_split() -> None:
    f = io.BytesIO(bytes(range(200)))
    assert digest_of(f, [(0, 200)]) == digest_of(f, [(0, 1), (1, 0), (1, 199)])
    assert digest_of(f, [(0, 199)]) != digest_of(f, [(0, 200)])
