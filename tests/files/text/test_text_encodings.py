"""Copyright lines with a wrong encoding label keep every byte."""

from __future__ import annotations

import io
from typing import Any

import mutagen.id3
import pytest

from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING
from rightsdesk.files.errors import Unsupported
from tests.files.build import flac, id3, mpeg, opus, vorbis, vorbis_comments
from tests.files.changing import NO_AI, change, fields, plan

reader: Any = mutagen.id3

ADDED = " | AI rights reserved."
OTHERS = {name: values for name, values in NO_AI.items() if name != "COPYRIGHT"}
LATIN = "© 2004 Café Müller"
CYRILLIC = "© 2004 Мелодия"
JAPANESE = "© 2004 坂本"


def le(text: str) -> bytes:
    return text.encode("utf-16-le")


def be(text: str) -> bytes:
    return text.encode("utf-16-be")


def in_id3(content: bytes, version: int) -> bytes:
    name = "TCR" if version == 2 else "TCOP"
    return id3([(name, content)], version=version, padding=40) + mpeg()


def in_flac(raw: bytes) -> bytes:
    entries = [b"TITLE=x", b"Copyright=" + raw, b"ARTIST=Zo\xeb"]
    return flac([(4, vorbis_comments(entries)), (1, bytes(40))])


def in_ogg(raw: bytes) -> bytes:
    return vorbis(vorbis_comments([b"COPYRIGHT=" + raw]) + b"\1")


def in_opus(raw: bytes) -> bytes:
    return opus(vorbis_comments([b"COPYRIGHT=" + raw]))


@pytest.mark.parametrize("build", [in_flac, in_ogg, in_opus])
@pytest.mark.parametrize(
    "raw",
    [
        LATIN.encode("latin-1"),
        CYRILLIC.encode("cp1251"),
        CYRILLIC.encode("koi8-r", "replace"),
        "2004 坂本".encode("shift-jis"),
        "2004 坂本".encode("gb18030"),
        b"\xc3\xa9 and \xe9",
        bytes(range(1, 256)),
    ],
)
def test_comments_that_are_not_utf_8_keep_their_bytes(build: Any, raw: bytes) -> None:
    file = build(raw)
    (line,) = fields(file)["COPYRIGHT"]
    tagged = change(file, {**NO_AI, "COPYRIGHT": (line + ADDED,)})

    assert fields(file)[UNKNOWN_ENCODING] == ("COPYRIGHT",)
    assert raw + ADDED.encode() in tagged
    # field by field, after another program changed the file
    again = change(change(tagged, {"AI-CONSENT": ("x",)}), {"COPYRIGHT": (line,)})
    assert raw + b" |" not in again
    assert raw in again
    with pytest.raises(Unsupported, match="unknown encoding"):
        plan(file, {"COPYRIGHT": (line + " | Keine KI für niemanden.",)})


@pytest.mark.parametrize(
    ("version", "content", "expected"),
    [
        (3, b"\0" + LATIN.encode("latin-1"), (LATIN,)),
        (4, b"\0" + LATIN.encode("latin-1"), (LATIN,)),
        (2, b"\0" + LATIN.encode("latin-1") + b"\0", (LATIN,)),
        (3, b"\0" + CYRILLIC.encode("cp1251"), None),
        (4, b"\0" + CYRILLIC.encode("cp1251") + b"\0two", None),
        (3, b"\0" + b"2004 \x96 Label", None),
        (4, b"\3" + LATIN.encode("latin-1"), None),
        (3, b"\3" + LATIN.encode("utf-8"), (LATIN,)),
        (4, b"\3" + b"\xef\xbb\xbf" + LATIN.encode(), ("\ufeff" + LATIN,)),
        (4, b"\3one\0two", ("one", "two")),
        (3, b"\0one\0two\0\0", ("one", "two")),
        (3, b"\1\xff\xfe" + le(JAPANESE), (JAPANESE,)),
        (3, b"\1\xfe\xff" + be(JAPANESE), (JAPANESE,)),
        (3, b"\1\xfe\xff" + be(JAPANESE) + b"\0\0", (JAPANESE,)),
        (3, b"\1\xff\xfe" + le(LATIN) + b"\0", (LATIN,)),
        (3, b"\1\xff\xfe" + le(LATIN) + b"\0\0\0", (LATIN,)),
        (4, b"\1\xfe\xff" + be(LATIN) + b"\0\0\xff\xfe" + le("two"), (LATIN, "two")),
        (4, b"\1\xff\xfe" + le(LATIN) + b"\0\0" + le("two"), (LATIN, "two")),
        (4, b"\2" + be(LATIN), (LATIN,)),
        (2, b"\1\xfe\xff" + be(JAPANESE) + b"\0\0", (JAPANESE,)),
        (3, b"\1\xff\xfe" + le("one") + b"\0\0\xff\xfe", ("one",)),
    ],
)
def test_a_line_in_id3_keeps_its_bytes_and_its_encoding(
    version: int, content: bytes, expected: tuple[str, ...] | None
) -> None:
    file = in_id3(content, version)
    lines = fields(file)["COPYRIGHT"]
    tagged = change(file, {**NO_AI, "COPYRIGHT": (*lines[:-1], lines[-1] + ADDED)})

    assert lines == (expected or lines)
    ending = {0: 0, 1: 2, 2: 2, 3: 0}[content[0]]
    kept = content.rstrip(b"\0") + (b"" if len(content.rstrip(b"\0")) % 2 or not ending else b"\0")
    if expected != ("one",):
        assert kept in tagged
    back = change(change(tagged, {"AI-CONSENT": ("x",)}), {"COPYRIGHT": lines})
    assert content in back


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize(
    "content",
    [
        b"\1" + be(LATIN),
        b"\1" + le(LATIN),
        b"\1\xff\xfe" + le(LATIN) + b"x",
        b"\1\xff\xfe" + le("2004 \U0001d11e")[:-2],
        b"\2" + be(LATIN) + b"x",
        b"\x09no such encoding",
        b"\0" + b"\0x" * 5000,
    ],
)
def test_a_line_without_a_readable_meaning_is_left_alone(version: int, content: bytes) -> None:
    file = in_id3(content, version)
    tagged = change(file, OTHERS)

    assert fields(file) == {LEFT_ALONE: ("COPYRIGHT",)}
    assert fields(tagged) == {**OTHERS, LEFT_ALONE: ("COPYRIGHT",)}
    assert content in tagged
    with pytest.raises(Unsupported, match="unknown encoding"):
        plan(file, NO_AI)


def test_a_sentence_that_latin_1_cannot_encode_changes_the_encoding() -> None:
    file = in_id3(b"\0" + LATIN.encode("latin-1"), 3)
    tagged = change(file, {"COPYRIGHT": (LATIN + " | 坂本",)})

    assert str(reader.ID3(io.BytesIO(tagged))["TCOP"]) == LATIN + " | 坂本"


def test_text_is_added_to_an_unknown_encoding_only_if_it_is_ascii_compatible() -> None:
    file = in_id3(b"\3" + LATIN.encode("latin-1"), 4)
    (line,) = fields(file)["COPYRIGHT"]

    with pytest.raises(Unsupported, match="unknown encoding"):
        plan(file, {"COPYRIGHT": (line + " – nein",)})


@pytest.mark.parametrize("text", ["\x80 label", "2004 \x81"])
def test_text_that_latin_1_would_change_is_written_as_utf_16(text: str) -> None:
    for file in (id3([]) + mpeg(), in_id3(b"\0" + LATIN.encode("latin-1"), 3)):
        tagged = change(file, {"COPYRIGHT": (text,)})
        assert fields(tagged) == {"COPYRIGHT": (text,)}
        assert str(reader.ID3(io.BytesIO(tagged))["TCOP"]) == text
