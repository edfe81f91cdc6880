"""The look before a write: nothing that is not ours may differ, and the words must be there."""

import io

import pytest

from rightsdesk.files.containers import container_of
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.writing.checking import WouldHarm, check, digest_of, essence_digest
from tests.files import build
from tests.files.changing import NO_AI
from tests.files.writing import ASK, KINDS, tagged

MP3 = KINDS["mp3"]
AUDIO = MP3.index(b"\xff\xfb") + 100
TITLE = MP3.index(b"Title")
COMMENTS = build.vorbis_comments([b"TITLE=T"])
LONG_OGG = [build.vorbis(COMMENTS + b"\x01", audio=60), build.opus(COMMENTS, audio=60)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [True, False], ids=["grows", "in place"])
def test_a_good_change_passes_and_says_what_the_file_will(kind: str, first: bool) -> None:
    f = io.BytesIO(KINDS[kind] if first else tagged(kind))
    wanted = NO_AI if first else ASK
    container = container_of(f)
    patch = container.patch(f, wanted)
    says = check(f, patch, container, wanted)
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
def test_a_change_that_would_harm_is_refused(splices: list[Splice], what: str) -> None:
    """A container should never make such a patch; so nobody would notice if it did."""
    f = io.BytesIO(MP3)
    with pytest.raises(WouldHarm, match=what) as raised:
        check(f, Patch(len(MP3), tuple(splices)), container_of(f))
    assert raised.value.untouched


@pytest.mark.parametrize("file", LONG_OGG, ids=["vorbis", "opus"])
def test_pages_behind_other_headers_are_taken_as_one_only_where_they_still_count_on(
    file: bytes,
) -> None:
    """More pages of headers, and nobody told those behind them their new numbers."""
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
def test_another_byte_among_the_pages_is_noticed(file: bytes) -> None:
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
    with pytest.raises(WouldHarm, match="its form"):
        check(f, patch, container_of(f))


def test_bytes_that_come_back_the_same_do_no_harm() -> None:
    """What a splice reaches into is compared, not condemned."""
    f = io.BytesIO(MP3)
    same = Patch(len(MP3), (Splice(TITLE, 1, b"T"), Splice(AUDIO, 50, MP3[AUDIO : AUDIO + 50])))
    assert check(f, same, container_of(f)) == {}


def test_a_change_that_does_not_say_what_it_should_is_refused() -> None:
    f = io.BytesIO(MP3)
    container = container_of(f)
    with pytest.raises(WouldHarm, match="what it should say"):
        check(f, container.patch(f, NO_AI), container, ASK)


def test_a_digest_is_of_the_bytes_whatever_pieces_they_come_in() -> None:
    f = io.BytesIO(bytes(range(200)))
    assert digest_of(f, [(0, 200)]) == digest_of(f, [(0, 1), (1, 0), (1, 199)])
    assert digest_of(f, [(0, 199)]) != digest_of(f, [(0, 200)])
