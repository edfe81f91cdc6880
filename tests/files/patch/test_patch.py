"""Patches: which bytes they keep, how they are reversed, and how they are stored."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files.errors import ChangedOnDisk, DamagedPatch
from rightsdesk.files.patch.patch import BLOCK, Patch, Splice
from tests.files.changing import keeps_lengths


@st.composite
def originals_with_patches(draw: st.DrawFn) -> tuple[bytes, Patch]:
    original = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(original)), max_size=8)))
    splices = [
        Splice(start, end - start, draw(st.binary(max_size=9)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return original, Patch.of(len(original), splices)


def patched(patch: Patch, original: bytes) -> bytes:
    out = io.BytesIO()
    patch.write(io.BytesIO(original), out)
    return out.getvalue()


def test_a_patch_replaces_bytes_and_keeps_the_rest() -> None:
    patch = Patch.of(6, [Splice(4, 1, b""), Splice(1, 2, b"XYZ")])

    assert patched(patch, b"abcdef") == b"aXYZdf"
    assert list(patch.pieces()) == [(0, 1), b"XYZ", (3, 1), (5, 1)]
    assert patch.new_size == 6
    assert not keeps_lengths(patch)


def test_an_insertion_goes_before_a_replacement_at_the_same_place() -> None:
    patch = Patch.of(3, [Splice(1, 1, b"B"), Splice(1, 0, b"+")])

    assert patched(patch, b"abc") == b"a+Bc"


def test_splices_that_do_nothing_are_dropped() -> None:
    assert Patch.of(3, [Splice(1, 0, b"")]).empty


@pytest.mark.parametrize(
    "splices",
    [
        (Splice(0, 3, b""), Splice(2, 1, b"")),
        (Splice(2, 1, b""), Splice(0, 1, b"")),
        (Splice(4, 2, b""),),
    ],
)
def test_splices_that_overlap_run_backwards_or_exceed_the_file_are_bugs(
    splices: tuple[Splice, ...],
) -> None:
    with pytest.raises(ValueError, match="splice"):
        Patch(5, splices)


@given(originals_with_patches())
def test_the_inverse_restores_every_byte(case: tuple[bytes, Patch]) -> None:
    original, patch = case
    back = patch.inverse(io.BytesIO(original))

    assert patched(back, patched(patch, original)) == original
    assert back.inverse(io.BytesIO(patched(patch, original))) == patch


@given(originals_with_patches())
def test_pieces_cover_the_new_file(case: tuple[bytes, Patch]) -> None:
    original, patch = case
    rebuilt = b"".join(
        piece if isinstance(piece, bytes) else original[piece[0] : sum(piece)]
        for piece in patch.pieces()
    )

    assert rebuilt == patched(patch, original)
    assert len(rebuilt) == patch.new_size


@given(originals_with_patches())
def test_a_stored_patch_is_restored(case: tuple[bytes, Patch]) -> None:
    _, patch = case

    assert Patch.from_bytes(patch.to_bytes()) == patch


@given(originals_with_patches(), st.data())
def test_a_damaged_record_is_never_used(case: tuple[bytes, Patch], data: st.DataObject) -> None:
    stored = bytearray(case[1].to_bytes())
    at = data.draw(st.integers(0, len(stored) - 1))
    stored[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(DamagedPatch):
        Patch.from_bytes(bytes(stored))


@given(st.binary(max_size=40))
def test_bytes_that_are_no_record_are_refused(noise: bytes) -> None:
    with pytest.raises(DamagedPatch):
        Patch.from_bytes(noise)


def test_a_file_of_another_size_is_refused_before_any_write() -> None:
    out = io.BytesIO()

    with pytest.raises(ChangedOnDisk):
        Patch(10).write(io.BytesIO(b"short"), out)
    with pytest.raises(ChangedOnDisk):
        Patch.of(10, [Splice(4, 4, b"")]).inverse(io.BytesIO(b"short"))
    assert out.getvalue() == b""


def test_large_ranges_between_real_files(tmp_path: Path) -> None:
    original = bytes(range(256)) * (3 * BLOCK // 256)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(original)
    patch = Patch.of(len(original), [Splice(5, 0, b"new"), Splice(2 * BLOCK, 7, b"")])

    with source.open("rb") as read, target.open("wb") as write:
        patch.write(read, write)

    assert target.read_bytes() == patched(patch, original)
