"""A sidecar is created, changed and removed in one step, even if that step fails."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.files.errors import ChangedOnDisk, DamagedPatch
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.files.sidecars.reading import Sidecar
from rightsdesk.files.sidecars.writing import (
    Changing,
    Making,
    Removing,
    SidecarImage,
    WriteKind,
    Writing,
)
from rightsdesk.files.writing.writer import sweep
from tests.files.changing import NO_AI_IN_XMP
from tests.files.writing.steps import STEPS, at_step, in_a_child, left_over, refusing

OLD = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF' + (
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta>'
)
NEW = b"what the sidecar holds" * 9
EVERY_STEP = (*STEPS, "link", "rename", "unlink", "chmod")


def making(path: Path) -> Writing:
    path.unlink(missing_ok=True)
    return Making(NEW)


def changing(path: Path) -> Writing:
    path.write_bytes(OLD)
    f = io.BytesIO(OLD)
    patch = Sidecar().patch(f, NO_AI_IN_XMP)
    return Changing(patch, BeforeImage.of(f, patch, in_place=False), FileIdentity.of(str(path)))


def removing(path: Path) -> Writing:
    path.write_bytes(NEW)
    return Removing(NEW, FileIdentity.of(str(path)))


def now(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "song.flac.xmp"


@pytest.mark.parametrize("make", [making, changing, removing])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_step_the_sidecar_is_complete_or_absent(
    make: Callable[[Path], Writing], place: Path
) -> None:
    states, number, ended = set(), 0, False
    while not ended:
        number += 1
        work = make(place)
        before = now(place)
        ended = in_a_child(number, lambda: work.put(str(place)), EVERY_STEP)  # noqa: B023  # at once
        states.add(now(place))
        sweep(str(place.parent))
        assert left_over(place.parent) == []
    assert len(states) == 2, "only the old and the new state may occur"
    assert before in states
    assert now(place) != before


@pytest.mark.parametrize("make", [making, removing])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EACCES])
def test_a_failure_at_any_step_is_reported_and_leaves_nothing_behind(
    make: Callable[[Path], Writing], code: int, place: Path
) -> None:
    number = 0
    while True:
        number += 1
        work = make(place)
        before = now(place)
        refused = False
        with at_step(number, refusing(code), (*STEPS, "link")) as calls:
            try:
                work.put(str(place))
            except KnownError:
                refused = True
        assert (now(place) == before) is refused
        sweep(str(place.parent))
        assert left_over(place.parent) == []
        if len(calls) < number:
            break
    assert now(place) != before


def test_without_hard_links_a_new_sidecar_replaces_no_existing_file(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_paths: str, **_named: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    Making(NEW).put(str(place))
    assert place.read_bytes() == NEW
    place.write_bytes(OLD)
    with pytest.raises(ChangedOnDisk):
        Making(NEW).put(str(place))
    assert place.read_bytes() == OLD
    assert os.listdir(place.parent) == [place.name]


def test_only_the_observed_sidecar_is_removed(place: Path) -> None:
    work = removing(place)
    place.write_bytes(OLD)
    with pytest.raises(ChangedOnDisk):
        work.put(str(place))
    other = place.with_name("other")
    other.write_bytes(NEW)
    place.unlink()
    place.symlink_to(other)
    with pytest.raises(ChangedOnDisk):
        Removing(NEW, FileIdentity.of(str(place))).put(str(place))
    assert place.read_bytes() == NEW


@given(st.sampled_from(WriteKind), st.binary(max_size=99), st.data())
def test_the_record_is_restored_exactly_or_refused(
    kind: WriteKind, held: bytes, data: st.DataObject
) -> None:
    image = SidecarImage(kind, held)
    stored = image.to_bytes()
    assert SidecarImage.from_bytes(stored) == image
    place = data.draw(st.integers(0, len(stored) - 1))
    damaged = bytearray(stored)
    damaged[place] ^= data.draw(st.integers(1, 255))
    for wrong in (bytes(damaged), stored[:place]):
        with pytest.raises(DamagedPatch):
            SidecarImage.from_bytes(wrong)
