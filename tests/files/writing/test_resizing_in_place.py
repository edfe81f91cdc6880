"""Files that grow or shrink at their end are written in place: never copied, never torn."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.files.opening import opened
from rightsdesk.files.patch.before_image import BeforeImage, ChangeState
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.writing.in_place import HalfWritten, Settled, settle, suits, write_in_place
from tests.files import build
from tests.files.changing import NO_AI, change, nothing, plan
from tests.files.writing.steps import KINDS, at_step, full_after, planned_in_place, refusing, tagged


@dataclass(frozen=True)
class EditedFile:
    """A file, and the edit that is applied to it."""

    old: bytes
    edit: Mapping[str, tuple[str, ...]]

    @property
    def new(self) -> bytes:
        return change(self.old, self.edit)


TURNS = {
    "a WAV grows": EditedFile(KINDS["wav"], NO_AI),
    "an AIFF grows": EditedFile(KINDS["aiff"], NO_AI),
    "an M4A whose index is last grows": EditedFile(
        build.mp4(build.udta(build.ilst(build.TITLE)), moov_first=False), NO_AI
    ),
    "a WAV shrinks": EditedFile(tagged("wav"), nothing(tagged("wav"))),
}
GROWS, SHRINKS = "a WAV grows", "a WAV shrinks"


@pytest.fixture(params=[GROWS, SHRINKS])
def turn(request: pytest.FixtureRequest) -> EditedFile:
    return TURNS[request.param]


@pytest.fixture
def song(tmp_path: Path, turn: EditedFile) -> Path:
    path = tmp_path / "album" / "song.wav"
    path.parent.mkdir()
    path.write_bytes(turn.old)
    return path


@pytest.mark.parametrize("name", TURNS)
def test_only_the_end_is_written_and_undo_restores_every_byte(tmp_path: Path, name: str) -> None:
    turn, path = TURNS[name], tmp_path / "song"
    path.write_bytes(turn.old)
    inode = path.stat().st_ino
    where, image, identity = planned_in_place(path, turn.edit)
    assert suits(image.forth)
    assert len(image.to_bytes()) < 8_000

    changed = write_in_place(where, image, identity)

    assert path.read_bytes() == turn.new
    with opened(where) as f:
        assert image.fits(f)
        back = BeforeImage.of(f, image.back, in_place=True)
    write_in_place(where, back, changed)
    assert path.read_bytes() == turn.old
    assert path.stat().st_ino == inode


def test_a_long_recording_is_not_copied_for_its_first_tag() -> None:
    long = build.wav(build.FMT, (b"data", bytes(3_000_000)))

    patch = plan(long, NO_AI)

    assert suits(patch)
    assert sum(splice.length for splice in patch.splices) < 100


def test_a_change_that_moves_remaining_bytes_is_not_done_in_place() -> None:
    assert suits(Patch(9, (Splice(1, 2, b"ab"), Splice(9, 0, b"more"))))
    assert suits(Patch(9, (Splice(5, 4, b""),)))
    assert not suits(Patch(9, (Splice(5, 3, b""),)))
    assert not suits(Patch(9, (Splice(0, 1, b"ab"), Splice(5, 4, b""))))


def test_an_image_from_the_journal_is_unchanged(song: Path, turn: EditedFile) -> None:
    image = planned_in_place(song, turn.edit)[1]

    assert BeforeImage.from_bytes(image.to_bytes()) == image
    with opened(str(song)) as f:
        assert image.state(f) is ChangeState.OLD


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EINTR])
def test_a_failure_at_any_step_leaves_a_whole_file(song: Path, turn: EditedFile, code: int) -> None:
    number, steps = 0, set[str]()
    while True:
        number += 1
        arguments = planned_in_place(song, turn.edit)
        failure: KnownError | None = None
        with at_step(number, refusing(code)) as calls:
            try:
                write_in_place(*arguments)
            except KnownError as error:
                failure = error
        now = song.read_bytes()
        assert now in (turn.old, turn.new)
        assert (now == turn.old) == bool(failure and failure.untouched)
        steps.update(calls)
        if len(calls) < number:
            break
        song.write_bytes(turn.old)
    assert {"pwrite", "ftruncate", "pread", "fsync"} <= steps


def test_a_disk_that_refuses_writes_is_reported_and_settled_later(tmp_path: Path) -> None:
    turn, song = TURNS[GROWS], tmp_path / "song.wav"
    song.write_bytes(turn.old)
    arguments = planned_in_place(song, turn.edit)

    with full_after(6), pytest.raises(HalfWritten):
        write_in_place(*arguments)

    assert song.read_bytes() != turn.old
    assert settle(str(song), arguments[1]) is Settled.TAKEN_BACK
    assert song.read_bytes() == turn.old


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_mixture_of_old_and_new_is_restored(
    song: Path, turn: EditedFile, data: st.DataObject
) -> None:
    """A power cut may keep any of the disk's blocks, and may leave zeros in added blocks."""
    song.write_bytes(turn.old)
    image = planned_in_place(song, turn.edit)[1]
    old, new = turn.old, turn.new
    length = data.draw(st.integers(*sorted((len(old), len(new)))))
    half = bytearray(old.ljust(len(new), b"\0")[:length])
    for splice in image.forth.splices:
        start = data.draw(st.integers(0, len(splice.data)))
        end = data.draw(st.integers(start, len(splice.data)))
        reach = slice(splice.offset + start, min(splice.offset + end, length))
        half[reach] = new[reach]
    song.write_bytes(half)

    settled = settle(str(song), image)

    assert settled is (Settled.WHOLE if half in (old, new) else Settled.TAKEN_BACK)
    assert song.read_bytes() == (new if half == new else old)
    assert settle(str(song), image) is Settled.WHOLE


@pytest.mark.parametrize("more", [b"more", b"\0"])
def test_bytes_added_by_another_program_stay(song: Path, turn: EditedFile, more: bytes) -> None:
    image = planned_in_place(song, turn.edit)[1]
    longest = max(turn.old, turn.new, key=len) + more
    song.write_bytes(longest)

    assert settle(str(song), image) is Settled.OTHER
    assert song.read_bytes() == longest


@pytest.mark.crash
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("edit", ["NO_AI", "dict.fromkeys(NO_AI, ())"], ids=["grow", "shrink"])
def test_a_kill_at_any_step_can_be_settled(tmp_path: Path, edit: str) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(KINDS["wav"] if edit == "NO_AI" else tagged("wav"))
    script = (
        "import sys; from pathlib import Path; from tests.files.writing.steps import *; "
        f"print(*kill_in_place_at_every_step(Path(sys.argv[1]), {edit}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps, torn = map(int, done.stdout.split())
    assert steps > 12
    assert torn > 1
