"""Content Credentials: found at every place in the specification, and read if they say anything."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files.containers import container_of
from rightsdesk.files.containers.base import Signed
from rightsdesk.files.signed import cbor
from rightsdesk.files.signed.manifest import UnreadManifest, declared_in
from rightsdesk.files.signed.manifest_place import Detached, manifest_beside, signature_of
from tests.files.build import (
    COMM,
    FMT,
    SAMPLES,
    SOUND,
    aiff,
    box,
    flac,
    id3,
    mp4,
    mpeg,
    noise,
    opus,
    page,
    rf64,
    vorbis_comments,
    wav,
)
from tests.files.jumbf import assertion, encoded, manifest, superbox

NO_TRAINING = {"entries": {"cawg.ai_training": {"use": "notAllowed"}}}
ALLOWED = {"entries": {"cawg.ai_training": {"use": "allowed"}}}


OTHER = assertion({"actions": [{"action": "c2pa.created"}]}, "c2pa.actions.v2")
STORE = superbox(
    b"c2pa",
    "c2pa",
    manifest(assertion(ALLOWED), name="urn:c2pa:0"),  # of an ingredient
    manifest(OTHER, assertion(NO_TRAINING)),
)
GEOB = ("GEOB", b"\0application/c2pa\0c2pa manifest\0c2pa manifest store\0" + STORE)
OLD_GEOB = ("GEOB", b"\x03application/x-c2pa-manifest-store\0\0\0" + STORE)
OTHER_GEOB = ("GEOB", b"\0application/octet-stream\0\0Serato Markers2\0\1\1" + noise(90))
BOX = box(
    b"uuid",
    bytes.fromhex("d8fec3d61b0e483c92975828877ec481"),
    bytes(4) + b"manifest\0" + bytes(8) + STORE,
)
OTHER_BOX = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + bytes(9))

SIGNED = {
    "MP3": (id3([OTHER_GEOB, GEOB], version=4) + mpeg(), "ID3 GEOB"),
    "MP3, old media type": (id3([OLD_GEOB]) + mpeg(), "ID3 GEOB"),
    "FLAC": (id3([GEOB], version=4) + flac(), "ID3 GEOB"),
    "WAV": (wav(FMT, SAMPLES, (b"C2PA", STORE)), "C2PA chunk"),
    "RF64": (rf64(FMT, SAMPLES, (b"C2PA", STORE)), "C2PA chunk"),
    "AIFF": (aiff(COMM, SOUND, (b"ID3 ", id3([GEOB]))), "ID3 GEOB"),
    "M4A": (mp4(after=OTHER_BOX + BOX), "uuid box"),
}


def found(file: bytes) -> tuple[Signed | None, io.BytesIO]:
    opened = io.BytesIO(file)
    return signature_of(container_of(opened), opened), opened


@pytest.mark.parametrize(("file", "place"), SIGNED.values(), ids=SIGNED)
def test_a_manifest_is_found_and_read(file: bytes, place: str) -> None:
    signed, opened = found(file)

    assert signed is not None
    assert signed.place == place
    assert STORE in file[signed.offset : signed.offset + signed.length]
    assert "would break" in signed.sentence
    (text,) = declared_in(signed, opened)["cawg.training-mining"]
    assert json.loads(text) == NO_TRAINING


def test_a_manifest_in_a_separate_ogg_stream() -> None:
    plain = opus(vorbis_comments([]))
    first_page = plain[: plain.index(b"OggS", 1)]
    file = first_page + page(b"\0c2pa" + bytes(9), 0, flags=2, serial=9) + plain[len(first_page) :]
    signed, opened = found(file)

    assert signed is not None
    assert signed.place == "Ogg stream"
    with pytest.raises(UnreadManifest):
        declared_in(signed, opened)


@pytest.mark.parametrize(
    "file",
    [
        mpeg(),
        id3([OTHER_GEOB, ("TIT2", b"\0application/c2pa\0")]) + mpeg(),
        flac(),
        id3([OTHER_GEOB]) + flac(),
        wav(FMT, SAMPLES, (b"c2pa", STORE)),
        aiff(COMM, SOUND, (b"ID3 ", id3([OTHER_GEOB]))),
        mp4(after=OTHER_BOX),
        opus(vorbis_comments([b"X=\0c2pa"])),
        wav(FMT, SAMPLES)[:-1],
    ],
)
def test_files_without_a_manifest(file: bytes) -> None:
    assert found(file)[0] is None


def test_a_malformed_tag_is_still_searched() -> None:
    odd = b"ID3\x04\0\0\0\0\0\x40" + b"geob" + GEOB[1][:60]

    assert found(odd + flac())[0] is not None
    assert found(odd.replace(b"c2pa", b"c3pa") + flac())[0] is None


def declared(store: bytes) -> dict[str, tuple[str, ...]]:
    file = wav(FMT, SAMPLES, (b"C2PA", store))
    signed, opened = found(file)
    assert signed is not None
    return declared_in(signed, opened)


def test_both_labels_repeated_labels_and_json_are_read() -> None:
    old = {"entries": {"c2pa.ai_training": {"use": "allowed"}}}
    store = superbox(
        b"c2pa",
        "c2pa",
        manifest(
            assertion(NO_TRAINING),
            assertion(ALLOWED, "cawg.training-mining__1"),
            superbox(b"json", "c2pa.training-mining", box(b"json", json.dumps(old).encode())),
        ),
    )

    assert declared(store) == {
        "cawg.training-mining": (json.dumps(NO_TRAINING), json.dumps(ALLOWED)),
        "c2pa.training-mining": (json.dumps(old),),
    }


TWICE = bytes.fromhex("a2") + encoded("a") + encoded("b") + encoded("a") + encoded("c")


@pytest.mark.parametrize(
    "store",
    [
        b"",
        b"something else",
        STORE[:-1],
        STORE.replace(b"jumd", b"jumx"),
        superbox(b"c2pa", "c2pa"),
        superbox(b"c2pa", "c2pa", manifest(superbox(b"cbor", "cawg.training-mining"))),
        superbox(
            b"c2pa",
            "c2pa",
            manifest(superbox(b"cbor", "cawg.training-mining", box(b"cbor", b"\xbf"))),
        ),
        superbox(
            b"c2pa",
            "c2pa",
            manifest(
                superbox(b"cbor", "cawg.training-mining", box(b"cbor", TWICE)),
            ),
        ),
        superbox(b"c2pa", "c2pa", manifest(OTHER), superbox(b"c2cm", "compressed")),
        superbox(b"c2pa", "c2pa", superbox(b"c2um", "an update of nothing")),
    ],
)
def test_an_unreadable_manifest_is_reported(store: bytes) -> None:
    with pytest.raises(UnreadManifest):
        declared(store)


def test_json_is_passed_unchanged_to_the_dialect() -> None:
    twice = '{"entries": {}, "entries": {"cawg.ai_training": {"use": "allowed"}}}'
    part = superbox(b"json", "cawg.training-mining", box(b"json", twice.encode()))

    assert declared(superbox(b"c2pa", "c2pa", manifest(part))) == {"cawg.training-mining": (twice,)}


def test_an_update_keeps_the_assertions_it_updates() -> None:
    update = superbox(b"c2um", "urn:c2pa:2", superbox(b"c2as", "c2pa.assertions", OTHER))
    older, active = manifest(assertion(ALLOWED)), manifest(assertion(NO_TRAINING))

    store = superbox(b"c2pa", "c2pa", older, active, update, update)
    assert declared(store) == {"cawg.training-mining": (json.dumps(NO_TRAINING),)}


@given(st.integers(0, len(STORE) - 1), st.binary(min_size=1, max_size=4))
def test_a_broken_manifest_is_refused_or_read(at: int, lie: bytes) -> None:
    with suppress(UnreadManifest):
        declared(STORE[:at] + lie + STORE[at + len(lie) :])


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 64), (1 << 64) - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)


@given(values)
def test_encoded_cbor_is_decoded(value: cbor.CborValue) -> None:
    assert cbor.decode(encoded(value)) == value  # type: ignore[arg-type]  # no floats in it


def test_cbor_of_every_form() -> None:
    assert cbor.decode(bytes.fromhex("bf6161019f0203ffff".replace("9f", "61629f", 1))) == {
        "a": 1,
        "b": [2, 3],
    }
    assert cbor.decode(bytes.fromhex("7f61616162ff")) == "ab"
    assert cbor.decode(b"\xfb" + struct.pack(">d", 1.5)) == 1.5
    assert cbor.decode(bytes.fromhex("f93e00")) == 1.5


@pytest.mark.parametrize(
    "data",
    [
        "",
        "00 00",
        "18",
        "1c",
        "1f",
        "61 ff",
        "9b ffffffffffffffff",
        "c0 00",
        "f8 20",
        "a1 00 00",
        "81" * 40,
        "a2 6161 01 6161 02",
        "5f",
        "62 61",
        "a1 4161 00",
        "5b ffffffffffffffff",
        "bb ffffffffffffffff",
    ],
)
def test_unsupported_cbor_is_refused(data: str) -> None:
    with pytest.raises(cbor.CborError):
        cbor.decode(bytes.fromhex(data))


@pytest.mark.parametrize("content", ["00", "61 61", "41 61", "80", "a0", "82 02 03"])
def test_no_cbor_tag_is_interpreted(content: str) -> None:
    """A library turns tags into patterns, mails, addresses, huge numbers, and references."""
    for tag in (*range(24, 1 << 9), 1004, 43_000, 55_799, 0xFFFF):
        with pytest.raises(cbor.CborError):
            cbor.decode(b"\xd9" + struct.pack(">H", tag) + bytes.fromhex(content))
    for tag in range(24):
        with pytest.raises(cbor.CborError):
            cbor.decode(bytes((0xC0 | tag,)) + bytes.fromhex(content))


def test_the_nesting_of_cbor_is_limited() -> None:
    assert cbor.decode(b"\x81" * 16 + b"\x00")
    with pytest.raises(cbor.CborError):
        cbor.decode(b"\x81" * 17 + b"\x00")


@pytest.mark.parametrize("ask", [manifest_beside, lambda path: Detached().manifest_of(path)])
def test_a_manifest_in_a_separate_file(tmp_path: Path, ask: Callable[[str], str]) -> None:
    song = str(tmp_path / "song.opus")
    assert ask(song) == ""
    (tmp_path / "song.c2pa").touch()
    assert ask(song) == "song.c2pa"
    (tmp_path / "song.opus.c2pa").touch()
    assert ask(song) == "song.opus.c2pa"
    assert ask(str(tmp_path / "songs.opus")) == ""
    assert ask(str(tmp_path / "gone" / "song.opus")) == ""
