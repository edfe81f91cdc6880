"""Copies that share blocks have the same content as ordinary copies."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsdesk.files.patch.patch import BLOCK, Patch, Splice
from rightsdesk.files.writing.cloning import write_cloned

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux can share blocks this way"
)

SIZE = BLOCK + 5000
OLD = bytes(range(256)) * (SIZE // 256) + bytes(SIZE % 256)


@pytest.fixture
def sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that shares blocks, or simulates sharing."""

    def ioctl(new: int, request: int, original: int) -> int:
        assert request == 0x40049409
        os.pwrite(new, os.pread(original, SIZE, 0), 0)
        return 0

    monkeypatch.setattr("fcntl.ioctl", ioctl)


@st.composite
def patches(draw: st.DrawFn) -> Patch:
    """A replacement at the start, and growth or shrinkage near the end."""
    front = draw(st.lists(st.integers(0, 900), max_size=3, unique=True))
    splices = [Splice(offset * 1000, 4, b"abcd") for offset in sorted(front)]
    start = draw(st.integers(BLOCK, SIZE))
    length = draw(st.integers(0, SIZE - start))
    splices.append(Splice(start, length, draw(st.binary(max_size=300))))
    return Patch.of(SIZE, splices)


def patched(path: Path, patch: Patch, by_sharing: bool) -> bytes:
    with path.open("rb") as original, (path.parent / "new").open("w+b") as new:
        if by_sharing:
            assert write_cloned(original, patch, new.fileno())
        else:
            patch.write(original, new)
    return (path.parent / "new").read_bytes()


@pytest.mark.usefixtures("sharing")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(patch=patches())
def test_a_clone_equals_an_ordinary_copy(tmp_path: Path, patch: Patch) -> None:
    path = tmp_path / "old"
    path.write_bytes(OLD)
    assert patched(path, patch, True) == patched(path, patch, False)


@pytest.mark.usefixtures("sharing")
@pytest.mark.parametrize(
    "patch", [Patch(SIZE, (Splice(0, 0, b"tag"),)), Patch(99, (Splice(99, 0, b"tag"),))]
)
def test_a_copy_with_few_shared_blocks_is_not_cloned(tmp_path: Path, patch: Patch) -> None:
    path = tmp_path / "old"
    path.write_bytes(OLD[: patch.size])
    with path.open("rb") as original, (tmp_path / "new").open("w+b") as new:
        assert not write_cloned(original, patch, new.fileno())
    assert (tmp_path / "new").read_bytes() == b""
