"""XMP from other programs in Vorbis comments: read like any other, and never written."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightsdesk.consent import Permission, Use
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.files.owned import DAMAGED_PACKET, OWNED, XMP_DAMAGED
from rightsdesk.files.scan.tags import read_audio
from tests.files.build import flac, opus, vorbis, vorbis_comments
from tests.files.changing import NO_AI, NOTHING, change, fields, settable
from tests.files.corpus import PACKET

SEVERAL = [PACKET.replace(b'="0"', b'="1"'), PACKET]


def files(*packets: bytes) -> dict[str, bytes]:
    comments = vorbis_comments([b"TITLE=x", *(b"xmp=" + packet for packet in packets)])
    return {
        "flac": flac([(4, comments)]),
        "ogg": vorbis(comments + b"\x01"),
        "opus": opus(comments),
        "chained.opus": opus(vorbis_comments([])) + opus(comments, serial=3),
    }


KINDS = list(files())
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_the_packet_is_read_and_stays_unchanged(kind: str) -> None:
    file = files(PACKET)[kind]
    tagged = change(file, NO_AI)

    assert fields(file) == {"tdm:reservation": ("0",)}
    assert fields(tagged) == NO_AI | {"tdm:reservation": ("0",)}
    assert set(settable(tagged)) == set(OWNED)
    assert fields(change(tagged, NOTHING)) == {"tdm:reservation": ("0",)}


@every_kind
def test_several_packets_are_read_strictly(kind: str) -> None:
    reading = FILE_SUITE.read(fields(files(*SEVERAL)[kind]))

    assert reading.consent[Use.DATA_MINING] is Permission.PROHIBITED


@every_kind
@pytest.mark.parametrize("packet", [b"<x:xmpmeta", PACKET + b"<" + b" " * (1 << 21)])
def test_an_unreadable_packet_is_reported_and_stops_no_write(
    kind: str, packet: bytes, tmp_path: Path
) -> None:
    file = files(packet)[kind]
    assert fields(file) == {XMP_DAMAGED: ("unreadable",)}
    assert fields(change(file, NO_AI)).items() >= NO_AI.items()

    path = tmp_path / f"song.{kind}"
    path.write_bytes(file)
    assert read_audio(str(path)).problem.startswith(DAMAGED_PACKET)


@every_kind
def test_a_scan_reads_the_packet_too(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"song.{kind}"
    path.write_bytes(files(PACKET)[kind])

    assert read_audio(str(path)).fields == {"tdm:reservation": ("0",)}


@every_kind
def test_an_empty_packet_states_nothing(kind: str) -> None:
    assert fields(files(b"", b" \n")[kind]) == {}
