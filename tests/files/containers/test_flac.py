"""FLAC: of the metadata blocks, only the comments and the padding may change."""

from __future__ import annotations

import io
from typing import Any

import mutagen.flac
import pytest

from rightsdesk.consent.fields import LEFT_ALONE
from rightsdesk.files.errors import Damaged, TooLarge
from tests.files.build import flac, id3, id3v1, noise, vorbis_comments
from tests.files.changing import NO_AI, NOTHING, change, fields, keeps_lengths, nothing, plan
from tests.files.corpus import PACKET

reader: Any = mutagen.flac  # its own annotations are incomplete

TITLE = b"TITLE=Something"
ENTRIES = [TITLE, b"no equals sign", b"ARTIST=\xff\xfe not UTF-8", b"Copyright=2020 A", b"="]
COMMENTS = (4, vorbis_comments(ENTRIES))
SEEKTABLE = (3, noise(36))
APPLICATION = (2, b"riff" + noise(21))
CUESHEET = (5, noise(400))
PICTURE = (6, noise(5000))
UNKNOWN = (99, noise(13))


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [COMMENTS],
        [(4, vorbis_comments([]))],
        [SEEKTABLE, COMMENTS, PICTURE, APPLICATION, CUESHEET, UNKNOWN],
        [COMMENTS, PICTURE, (1, bytes(4096))],
        [(1, bytes(4096)), COMMENTS, (1, b""), (1, bytes(10))],
        [COMMENTS, (1, bytes(40))],
        [COMMENTS, (1, b"someone's data")],
        [SEEKTABLE, (1, bytes(3000)), PICTURE],
        [(4, vorbis_comments(ENTRIES) + b"\x01")],
        [(4, vorbis_comments([b"METADATA_BLOCK_PICTURE=" + b"A" * 300_000])), (1, bytes(999))],
    ],
    ids=lambda blocks: "-".join(f"{kind}x{len(data)}" for kind, data in blocks) or "bare",
)
@pytest.mark.parametrize("before", [b"", id3([("TIT2", b"\x00Title")], padding=30)])
@pytest.mark.parametrize("after", [b"", id3v1()])
def test_fields_come_and_go_and_everything_else_stays(
    blocks: list[tuple[int, bytes]], before: bytes, after: bytes
) -> None:
    file = before + flac(blocks) + after
    tagged = change(file, NO_AI)

    assert fields(tagged) == NO_AI
    assert tagged.startswith(before + b"fLaC")
    assert fields(change(tagged, NOTHING)) == {}


def test_padding_absorbs_a_change_in_place() -> None:
    file = flac([COMMENTS, PICTURE, (1, bytes(4096))])

    assert keeps_lengths(plan(file, NO_AI))
    assert keeps_lengths(
        plan(change(flac(), NO_AI), {"TDM-POLICY": ("https://elsewhere.example/",)})
    )


def test_padding_with_content_is_not_used() -> None:
    assert b"someone's data" in change(flac([COMMENTS, (1, b"someone's data")]), NO_AI)


def test_a_value_is_set_in_its_place_and_duplicates_are_removed() -> None:
    entries = [b"ai-consent=likeness=y", TITLE, b"AI-Consent=x"]
    tagged = change(flac([(4, vorbis_comments(entries))]), {"AI-CONSENT": ("likeness=n",)})

    expected = vorbis_comments([b"AI-CONSENT=likeness=n", TITLE])
    assert expected in tagged


def test_an_unchanged_value_keeps_its_entry() -> None:
    entries = [b"copyright=2020 A", b"Copyright=2021 B"]
    tagged = change(flac([(4, vorbis_comments(entries))]), {"COPYRIGHT": ("2020 A", "2021 B!")})

    assert vorbis_comments([b"copyright=2020 A", b"Copyright=2021 B!"]) in tagged


@pytest.mark.parametrize("first", [[TITLE], []], ids=["full", "empty"])
def test_of_several_comment_blocks_the_first_is_changed(first: list[bytes]) -> None:
    second = (4, vorbis_comments([b"TITLE=Other", b"COPYRIGHT=2001 X", b"AI-CONSENT=search=y"]))
    file = flac([(4, vorbis_comments(first)), second])

    assert fields(file) == {"COPYRIGHT": ("2001 X",), "AI-CONSENT": ("search=y",)}
    tagged = change(file, {**NO_AI, "COPYRIGHT": ("2001 X | No AI",)})
    assert fields(tagged) == {**NO_AI, "COPYRIGHT": ("2001 X | No AI",)}
    assert vorbis_comments([b"TITLE=Other", b"COPYRIGHT=2001 X"]) in tagged


def test_a_line_in_an_unknown_encoding_in_later_comments_is_left_alone() -> None:
    second = vorbis_comments([b"COPYRIGHT=\xa9 M\xfcller"])
    file = flac([(4, vorbis_comments([TITLE])), (4, second)])

    assert fields(file)[LEFT_ALONE] == ("COPYRIGHT",)
    tagged = change(file, {name: v for name, v in NO_AI.items() if name != "COPYRIGHT"})
    assert second in tagged


def test_audio_may_be_absent() -> None:
    assert fields(change(flac(audio=b""), NO_AI)) == NO_AI


@pytest.mark.parametrize(
    "file",
    [
        b"fLaC",
        b"fLaC" + flac([COMMENTS])[42:],
        flac([COMMENTS])[:60],
        flac([(127, b"")]),
        flac([COMMENTS], audio=b"not a frame"),
        flac([(4, vorbis_comments([TITLE])[:-3])]),
        flac([(4, b"\xff\xff\xff\xff")]),
        flac([(4, bytes(4) + b"\xff\xff\xff\x7f")]),
        flac([(4, b"")]),
    ],
)
def test_damage_is_refused(file: bytes) -> None:
    with pytest.raises(Damaged):
        plan(file, NO_AI)


def test_comments_that_would_exceed_their_block_are_refused() -> None:
    with pytest.raises(TooLarge):
        plan(flac([COMMENTS]), {"COPYRIGHT": ("x" * (1 << 24),)})


def test_a_tag_before_the_stream_is_read_and_loses_our_fields() -> None:
    frames = [
        ("TXXX", b"\x00AI-CONSENT\x00likeness=y"),
        ("TXXX", b"\x00TDM-RESERVATION\x001"),
        ("TCOP", b"\x002019 A"),
        ("PRIV", b"XMP\0" + PACKET),
        ("TIT2", b"\x00Title"),
    ]
    file = id3(frames) + flac([(4, vorbis_comments([TITLE, b"TDM-RESERVATION=1"]))])
    only_read = {"tdm:reservation": ("0",)}
    assert fields(file) == only_read | {
        "TDM-RESERVATION": ("1",),
        "AI-CONSENT": ("likeness=y",),
        "COPYRIGHT-2": ("2019 A",),
    }
    tagged = change(file, NO_AI)
    assert fields(tagged) == {**NO_AI, "COPYRIGHT-2": ("2019 A",)} | only_read
    assert tagged.count(b"AI-CONSENT") == tagged.count(PACKET) == 1
    sentence = {"COPYRIGHT-2": ("2019 A. No AI.",)}
    assert fields(change(tagged, sentence)) == {**NO_AI, **sentence} | only_read
    assert fields(change(tagged, nothing(tagged))) == only_read


def test_an_unreadable_tag_before_the_stream_stays() -> None:
    odd = b"ID3\x03\x00\x00\x00\x00\x00\x10" + b"tit2\xff\xff\xff\xff" + bytes(8)

    assert change(odd + flac([COMMENTS]), NO_AI).startswith(odd + b"fLaC")


def test_no_padding_is_added_after_a_block_with_extra_data() -> None:
    """mutagen expects the next block right after the comments."""
    for rest in (bytes(60), b"\x08\0\0\0ARTIST=y"):
        file = flac([(4, vorbis_comments([b"TITLE=x"]) + rest)])
        tagged = change(file, NO_AI)
        assert reader.FLAC(io.BytesIO(tagged)).tags["AI-CONSENT"] == list(NO_AI["AI-CONSENT"])


NAMED = [("TIT2", b"\0Title"), ("TPE1", b"\x03One\0Two"), ("TCON", b"\x00(17)")]


@pytest.mark.parametrize(
    "blocks", [[], [(4, vorbis_comments([]))], [(4, vorbis_comments([]) + b"\1")]]
)
def test_first_comments_copy_the_texts_of_id3(blocks: list[tuple[int, bytes]]) -> None:
    tag = id3(
        [
            *NAMED,
            ("TCOP", b"\x002001 A"),
            ("TALB", b"\3\xff not UTF-8"),
            ("COMM", b"\0eng\0by hand"),
            ("COMM", b"\0eng"),
            ("TXXX", b"\0Catalog\0X-1"),
            ("TXXX", b"\0a=b\0no name"),
            ("TXXX", b"\0tdm-policy\0ours"),
            ("TRCK", b""),
            ("TPOS", b"\x09"),
        ]
    )
    file = tag + flac(blocks) + id3v1("Cut off Titl")
    tagged = change(file, {"AI-CONSENT": ("likeness=n",)})
    assert list(reader.FLAC(io.BytesIO(tagged)).tags) == [
        ("TITLE", "Title"),
        ("ARTIST", "One"),
        ("ARTIST", "Two"),
        ("GENRE", "Rock"),
        ("COMMENT", "by hand"),
        ("CATALOG", "X-1"),
        ("AI-CONSENT", "likeness=n"),
        ("COPYRIGHT", "2001 A"),
    ]
    assert change(tagged, {"AI-CONSENT": ("likeness=y",)}).count(b"CATALOG=X-1") == 1


def test_existing_comments_get_no_copies() -> None:
    file = id3(NAMED) + flac([(4, vorbis_comments([b"ARTIST=One"]))])
    assert b"TITLE=Title" not in change(file, NO_AI)
