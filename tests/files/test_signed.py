"""Content Credentials: found wherever the specification puts them, and read where they speak."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files import cbor
from rightsdesk.files.containers import container_of
from rightsdesk.files.manifest import declared_in
from rightsdesk.files.signed import Signed, detached_manifest, signature_of
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

Encodable = None | bool | int | str | bytes | list["Encodable"] | dict[str, "Encodable"]


def encoded(value: Encodable) -> bytes:
    """CBOR, as RFC 8949 section 3 words it."""

    def head(major: int, number: int) -> bytes:
        if number < 24:
            return bytes((major << 5 | number,))
        size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
        return bytes((major << 5 | 24 + size.bit_length() - 1,)) + number.to_bytes(size, "big")

    match value:
        case None | True | False:
            return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case bytes():
            return head(2, len(value)) + value
        case str():
            return head(3, len(value.encode())) + value.encode()
        case list():
            return head(4, len(value)) + b"".join(map(encoded, value))
        case dict():
            pairs = (encoded(key) + encoded(one) for key, one in value.items())
            return head(5, len(value)) + b"".join(pairs)


def superbox(kind: bytes, label: str, *parts: bytes) -> bytes:
    identifier = kind + bytes.fromhex("00110010800000aa00389b71")
    return box(b"jumb", box(b"jumd", identifier, b"\x03", label.encode(), b"\0"), *parts)


NO_TRAINING = {"entries": {"cawg.ai_training": {"use": "notAllowed"}}}
ALLOWED = {"entries": {"cawg.ai_training": {"use": "allowed"}}}


def manifest(*assertions: bytes, name: str = "urn:c2pa:1") -> bytes:
    claim = superbox(b"c2cl", "c2pa.claim", box(b"cbor", encoded({"alg": "sha256"})))
    store = superbox(b"c2as", "c2pa.assertions", *assertions)
    return superbox(b"c2ma", name, store, claim)


def assertion(data: Encodable, label: str = "cawg.training-mining") -> bytes:
    return superbox(b"cbor", label, box(b"cbor", encoded(data)))


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
    (said,) = declared_in(signed, opened)["cawg.training-mining"]
    assert json.loads(said) == NO_TRAINING


def test_a_stream_of_its_own_in_ogg() -> None:
    plain = opus(vorbis_comments([]))
    first_page = plain[: plain.index(b"OggS", 1)]
    file = first_page + page(b"\0c2pa" + bytes(9), 0, flags=2, serial=9) + plain[len(first_page) :]
    signed, opened = found(file)

    assert signed is not None
    assert signed.place == "Ogg stream"
    assert declared_in(signed, opened) == {}


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
def test_files_without_one(file: bytes) -> None:
    assert found(file)[0] is None


def test_a_tag_that_cannot_be_followed_is_still_searched() -> None:
    odd = b"ID3\x04\0\0\0\0\0\x40" + b"geob" + GEOB[1][:60]

    assert found(odd + flac())[0] is not None
    assert found(odd.replace(b"c2pa", b"c3pa") + flac())[0] is None


def declared(store: bytes) -> dict[str, tuple[str, ...]]:
    file = wav(FMT, SAMPLES, (b"C2PA", store))
    signed, opened = found(file)
    assert signed is not None
    return declared_in(signed, opened)


def test_both_labels_repeated_ones_and_json_are_read() -> None:
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
            manifest(superbox(b"json", "cawg.training-mining", box(b"json", b"[" * 9999))),
        ),
    ],
)
def test_what_cannot_be_followed_says_nothing(store: bytes) -> None:
    assert declared(store) == {}


@given(st.integers(0, len(STORE) - 1), st.binary(min_size=1, max_size=4))
def test_a_broken_manifest_does_no_harm(at: int, lie: bytes) -> None:
    declared(STORE[:at] + lie + STORE[at + len(lie) :])


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 64), (1 << 64) - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)


@given(values)
def test_cbor_comes_back(value: cbor.Value) -> None:
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
        "5f",
        "62 61",
    ],
)
def test_cbor_that_is_not_read_is_refused(data: str) -> None:
    with pytest.raises(cbor.CborError):
        cbor.decode(bytes.fromhex(data))


def test_a_manifest_in_a_file_of_its_own(tmp_path: Path) -> None:
    song = str(tmp_path / "song.opus")
    assert detached_manifest(song) is None
    (tmp_path / "song.c2pa").touch()
    assert detached_manifest(song) == str(tmp_path / "song.c2pa")
    (tmp_path / "song.opus.c2pa").touch()
    assert detached_manifest(song) == str(tmp_path / "song.opus.c2pa")
