"""A damaged XMP packet stays byte for byte. All other fields are read and written."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsdesk.consent import Permission
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.files.containers import container_of
from rightsdesk.files.errors import DamagedXmp
from rightsdesk.files.owned import DAMAGED_PACKET, OWNED, XMP_DAMAGED, XMP_OWNED
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.scan.tags import read_audio
from rightsdesk.files.writing.checking import check
from rightsdesk.practice.catalogue import sound
from tests.files.changing import NO_AI, NO_AI_IN_XMP, change, fields, plan, settable

KINDS = ("mp3", "wav", "aiff", "alac")
ALLOWED = {"plus:DataMining": ("http://ns.useplus.org/ldf/vocab/DMI-ALLOWED",)}
START, END = b"<?xpacket begin", b'<?xpacket end="w"?>'

every_kind = pytest.mark.parametrize("kind", KINDS)


@lru_cache
def sample(kind: str) -> tuple[bytes, int, int]:
    """A file with a packet that other programs can read, and the packet's position."""
    file = change(sound(kind), ALLOWED)
    return file, file.index(START), file.index(END) + len(END)


def packet_of(file: bytes) -> bytes:
    return file[file.index(START) : file.index(END) + len(END)]


def damaged(kind: str) -> bytes:
    return sample(kind)[0].replace(b"</rdf:RDF>", b"<rdf:/RDF>")


def known_fields(file: bytes) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in fields(file).items() if name not in XMP_OWNED}


@every_kind
def test_the_fields_are_written_and_the_packet_stays(kind: str) -> None:
    file = damaged(kind)
    assert fields(file)[XMP_DAMAGED]
    assert not set(fields(file)) & set(XMP_OWNED)
    assert set(OWNED) <= set(settable(file))
    assert not set(settable(file)) & set(XMP_OWNED)

    tagged = change(file, NO_AI)
    assert NO_AI.items() <= fields(tagged).items()
    assert packet_of(tagged) == packet_of(file)
    assert plan(tagged, NO_AI).empty, "a second write has nothing to do"
    with pytest.raises(DamagedXmp):
        plan(file, NO_AI_IN_XMP)


@every_kind
def test_an_undo_restores_every_byte(kind: str) -> None:
    old = io.BytesIO(damaged(kind))
    patch: Patch = plan(old.getvalue(), NO_AI)
    check(old, patch, container_of(old), NO_AI)
    new, back = io.BytesIO(), io.BytesIO()
    patch.write(old, new)
    patch.inverse(old).write(new, back)
    assert back.getvalue() == old.getvalue()


@every_kind
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damage_to_the_packet_never_grants_more(kind: str, data: st.DataObject) -> None:
    """Any bytes of the packet may change: it is read, or reported and left alone."""
    file, start, end = sample(kind)
    at = data.draw(st.integers(start, end - 1))
    junk = data.draw(st.binary(min_size=1, max_size=min(12, end - at)))
    now = file[:at] + junk + file[at + len(junk) :]
    found = fields(now)
    tagged = change(now, NO_AI)
    assert NO_AI.items() <= fields(tagged).items()
    if XMP_DAMAGED in found:
        assert tagged.count(now[start:end]) == 1
        alone = {name: values for name, values in found.items() if name in XMP_OWNED}
        assert not alone
    reading = FILE_SUITE.read(fields(tagged))
    assert all(p is not Permission.ALLOWED for u, p in reading.consent.items() if "train" in u)


@every_kind
def test_a_scan_reports_the_damage_and_keeps_the_rest(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"song.{kind}"
    path.write_bytes(change(damaged(kind), NO_AI))
    audio = read_audio(str(path))
    assert audio.problem == DAMAGED_PACKET
    assert NO_AI.items() <= audio.fields.items()
    assert "x" not in audio.places


def test_one_damaged_packet_among_several_stops_all_xmp() -> None:
    file, start, end = sample("wav")
    chunk = b"_PMX" + (4).to_bytes(4, "little") + b"<x>\0"
    both = bytearray(file + chunk)
    both[4:8] = (len(both) - 8).to_bytes(4, "little")
    found = fields(bytes(both))
    assert found[XMP_DAMAGED]
    assert found["plus:DataMining"] == ALLOWED["plus:DataMining"]
    tagged = change(bytes(both), NO_AI)
    assert tagged.count(file[start:end]) == tagged.count(chunk) == 1


def test_the_unread_packet_is_reported_and_is_no_permission() -> None:
    says = FILE_SUITE.read(known_fields(damaged("mp3")))
    assert not says.consent
    (statement,) = says.statements
    assert "not known" in statement.problem
