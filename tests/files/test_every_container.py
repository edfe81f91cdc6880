"""What holds for every container: values come back, all else stays, damage does no harm."""

from __future__ import annotations

import io
import random
import tracemalloc
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.files.containers import (
    Container,
    container_of,
    foreign_difference,
    same_essence,
)
from rightsdesk.files.errors import NotAudio, Unsupported
from rightsdesk.files.owned import COPYRIGHT_2, OWNED, SETTABLE, XMP_OWNED
from rightsdesk.files.patch import Patch
from tests.files.build import (
    COMM,
    FMT,
    SAMPLES,
    SOUND,
    TITLE,
    aiff,
    apev2,
    box,
    flac,
    id3,
    id3v1,
    ilst,
    mp4,
    mpeg,
    noise,
    opus,
    rf64,
    udta,
    vorbis,
    vorbis_comments,
    wav,
)
from tests.files.changing import (
    NO_AI,
    NO_AI_IN_XMP,
    change,
    fields,
    nothing,
    plan,
    settable,
)

FRAMES = [("TIT2", b"\x00Title"), ("TCOP", b"\x002020 A"), ("TXXX", b"\x00AI-CONSENT\x00x")]
OLD_FRAMES = [("TT2", b"\x00Title"), ("TXX", b"\x00AI-CONSENT\x00x")]
ENTRIES = vorbis_comments([b"TITLE=Title", b"COPYRIGHT=2020 A", b"AI-CONSENT=x"])
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Someone">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:tdm="http://www.w3.org/ns/tdmrep/" tdm:reservation="0">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Title</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
          <?xpacket end="w"?>""".encode()
XMP_BOX = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), PACKET)
INFO = (b"LIST", b"INFOIART\x02\0\0\0A\0ICOP\x05\0\0\0mine\0\0")
FILES = {
    "MP3 2.2": id3(OLD_FRAMES, version=2, padding=20) + mpeg(),
    "MP3 2.3": id3(FRAMES, padding=200) + mpeg() + apev2() + id3v1(),
    "MP3 2.3 unsynchronised": id3([*FRAMES, ("PRIV", b"\xff\x00\xff\xe0")], stuff=True) + mpeg(),
    "MP3 2.4": id3(FRAMES, version=4, flags=0x10) + id3(FRAMES) + mpeg(),
    "MP3 with XMP": id3([*FRAMES, ("PRIV", b"XMP\0" + PACKET)], padding=99) + mpeg(),
    "FLAC": id3(FRAMES) + flac([(3, noise(18)), (4, ENTRIES), (1, bytes(60))]),
    "Ogg Vorbis": vorbis(ENTRIES + b"\x01", segments=2),
    "Opus": opus(ENTRIES + bytes(40)) + opus(ENTRIES, serial=3),
    "M4A": mp4(udta(ilst(TITLE, box(b"cprt", box(b"data", bytes(8), b"2020 A"))))),
    "M4A at the end": mp4(
        udta(box(b"free", bytes(90))), moov_first=False, wide=True, table=b"co64"
    ),
    "M4A with XMP": mp4(udta(ilst(TITLE)), between=XMP_BOX),
    "WAV with lines": wav(FMT, INFO, (b"_PMX", PACKET), SAMPLES, (b"cue ", noise(7))),
    "RF64": rf64(FMT, SAMPLES, (b"id3 ", id3(FRAMES))),
    "AIFF with lines": aiff(COMM, SOUND, (b"(c) ", b"2020 A"), (b"APPL", b"XMP " + PACKET)),
    "WAV": wav(FMT, (b"LIST", b"odd"), SAMPLES, (b"id3 ", id3(FRAMES))) + b"garbage",
    "AIFF": aiff(COMM, (b"ID3 ", id3(FRAMES, padding=9)), SOUND),
}
every_file = pytest.mark.parametrize("name", FILES)

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
xml_text = st.text(
    st.characters(exclude_characters="\ufffe\uffff", exclude_categories=["Cs", "Cc"])
    | st.sampled_from("\t\n\r"),
    max_size=40,
)
edits = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.just(()), st.tuples(words), st.just(("a", "b")))
        for names, words in (((*OWNED, COPYRIGHT_2), text), (XMP_OWNED, xml_text))
        for name in names
    },
)


@every_file
@given(wanted=edits, later=edits)
def test_what_is_set_is_read_and_nothing_else_changes(
    name: str, wanted: dict[str, Any], later: dict[str, Any]
) -> None:
    names = settable(FILES[name])
    first, second = ({n: v for n, v in one.items() if n in names} for one in (wanted, later))
    change(change(FILES[name], first), second)


@every_file
def test_a_file_that_already_says_it_is_not_touched(name: str) -> None:
    assert plan(FILES[name], fields(FILES[name])).empty
    assert plan(FILES[name], {}).empty


@every_file
def test_setting_and_removing_leaves_no_trace_of_ours(name: str) -> None:
    bare = change(FILES[name], nothing(FILES[name]))
    again = change(change(bare, all_of(bare)), nothing(bare))

    assert fields(again) == {}
    assert b"likeness=n" not in again
    assert b"useplus" not in again


@every_file
def test_a_field_that_cannot_be_held_is_refused(name: str) -> None:
    for stranger in {*SETTABLE, "TITLE", "dc:rights"} - set(settable(FILES[name])):
        with pytest.raises((ValueError, Unsupported)):
            plan(FILES[name], {stranger: ("x",)})


def all_of(file: bytes) -> dict[str, tuple[str, ...]]:
    """No AI in every field that this file can hold, its own copyright line apart."""
    names = settable(file)
    return NO_AI | {name: v for name, v in NO_AI_IN_XMP.items() if name in names}


def changed_or_refused(file: bytes) -> str:
    """Read and change a file that may be anything; everything else than a KnownError is a bug."""
    opened = io.BytesIO(file)
    try:
        container = container_of(opened)
        container.fields(opened)
        wanted = all_of(file)
        patch = container.patch(opened, wanted)
        before = list(container.foreign(opened))
    except KnownError as refused:
        return refused.cause
    assert len(before) < 100_000
    new, back = io.BytesIO(), io.BytesIO()
    patch.write(opened, new)
    assert container_of(new).name == container.name
    assert foreign_difference(container, opened, new) is None
    assert same_essence(container, opened, new)
    found = container.fields(new)
    assert {name: found.get(name) for name in wanted} == wanted
    Patch.from_bytes(patch.inverse(opened).to_bytes()).write(new, back)
    assert back.getvalue() == file
    return ""


def mutated(file: bytes, numbers: random.Random) -> bytes:
    """A file with flipped bits, lying sizes, bytes lost or bytes too many."""
    out = bytearray(file)
    for _ in range(numbers.choice((1, 1, 2, 5))):
        # the beginning and the end hold the structure, and are hit more often
        at = numbers.choice((numbers.randrange(len(out)), numbers.randrange(min(300, len(out)))))
        kind = numbers.randrange(6)
        if kind == 0:
            out[at] ^= 1 << numbers.randrange(8)
        elif kind == 1:
            out[at] = numbers.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2:
            out[at : at + 4] = numbers.choice((bytes(4), b"\xff" * 4, b"\x7f" * 4, b"\0\0\0\1"))
        elif kind == 3 and len(out) > 1:
            del out[at:]
        elif kind == 4:
            del out[at : at + numbers.randrange(1, 40)]
        else:
            out[at:at] = numbers.randbytes(numbers.randrange(1, 40))
        if not out:
            break
    return bytes(out)


@every_file
def test_mutations_are_refused_or_change_nothing_foreign(name: str) -> None:
    numbers = random.Random(name)
    outcomes = {changed_or_refused(mutated(FILES[name], numbers)) for _ in range(150)}

    assert "" in outcomes
    assert len(outcomes) > 1


@every_file
def test_every_cut_is_refused_or_harmless(name: str) -> None:
    file = FILES[name]
    for length in range(0, len(file), max(1, len(file) // 150)):
        changed_or_refused(file[:length])


@given(st.binary(max_size=200), st.sampled_from([b"", *(file[:16] for file in FILES.values())]))
def test_noise_is_refused(noise: bytes, start: bytes) -> None:
    with pytest.raises(KnownError):
        fields(start + noise)


@pytest.mark.parametrize("lie", [b"\xff" * 4, b"\x7f" * 4])
@every_file
def test_a_lying_size_costs_no_memory(name: str, lie: bytes) -> None:
    file = FILES[name]
    tracemalloc.start()
    for at in range(0, min(len(file), 400), 4):
        changed_or_refused(file[:at] + lie + file[at + 4 :])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 20_000_000


@every_file
def test_a_changed_byte_is_noticed_wherever_it_is(name: str) -> None:
    """The comparison that guards every write sees the whole file, not only what is tidy.

    What may go unnoticed are flags of our own frames and the like: a handful of bytes.
    """
    file = io.BytesIO(FILES[name])
    container = container_of(file)
    unnoticed = 0
    for at in range(0, len(FILES[name]), 3):
        other = bytearray(FILES[name])
        other[at] ^= 0x04
        unnoticed += not noticed(container, file, io.BytesIO(bytes(other)))

    assert unnoticed <= 8


def noticed(container: Container, old: BinaryIO, new: BinaryIO) -> bool:
    try:
        return (
            container_of(new).name != container.name
            or foreign_difference(container, old, new) is not None
            or not same_essence(container, old, new)
            or container.fields(old) != container.fields(new)
        )
    except KnownError:
        return True


@pytest.mark.parametrize("kind", [b"wvPk", b"caff", b"APETAGEX", b"MAC "])
def test_other_kinds_of_audio_are_named(kind: bytes) -> None:
    with pytest.raises(Unsupported, match="can't write yet: "):
        fields(kind + noise(100))


@pytest.mark.parametrize(
    "other", [b"", b"\x89PNG\r\n\x1a\n" + noise(300), b"%PDF-1.7", b"RIFF----AVI "]
)
def test_other_kinds_are_no_audio(other: bytes) -> None:
    with pytest.raises(NotAudio):
        fields(other)
