"""Preparing many writes gives the same results, in order, with and without helper processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest

import rightsdesk
from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import opened
from rightsdesk.files.workers import process_pool
from rightsdesk.files.workers.protocol import send
from rightsdesk.files.writing import preparing
from rightsdesk.files.writing.checking import essence_digest
from rightsdesk.files.writing.in_place import write_in_place
from rightsdesk.files.writing.preparing import (
    PreparationResult,
    Write,
    WriteRequest,
    prepare,
    prepare_many,
)
from rightsdesk.files.writing.writer import stage
from tests.files.scan.test_tags import KINDS

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"
NO_AI = Declaration(PRESETS[Preset.NO_AI], rightsholder="Mira Koval")
OPEN = Declaration(PRESETS[Preset.OPEN], rightsholder="Mira Koval")


@pytest.fixture
def songs(tmp_path: Path) -> list[str]:
    """A file of every kind; one name is not valid text."""
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.flac")
    shutil.copy(SAMPLES / "sample.flac", odd)
    return [*(str(shutil.copy(SAMPLES / name, tmp_path)) for name in KINDS), odd]


def request(
    path: str, declaration: Declaration = NO_AI, *, restore: bytes | None = None
) -> WriteRequest:
    with opened(path) as f:
        container = container_of(f)
        edit = FILE_SUITE.edit(container.fields(f), declaration, settable=container.settable(f))
        return WriteRequest(path, edit, FileIdentity.of(f.fileno()).stamp, restore, first=True)


def carry_out(path: str, write: Write, expected: FileIdentity) -> FileIdentity:
    if write.image is not None:
        return write_in_place(path, write.image, expected)
    with stage(path, write.patch, expected) as staged:
        return staged.replace()


def comparable(found: Sequence[tuple[int, PreparationResult]]) -> list[object]:
    return [(key, type(f), str(f)) if isinstance(f, KnownError) else (key, f) for key, f in found]


@pytest.mark.parametrize("again", [False, True], ids=["growing", "in place"])
def test_a_helper_gives_the_same_results_as_this_process(
    songs: list[str], monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    monkeypatch.setattr(process_pool, "ALONE", 0)
    if again:
        for path in songs:
            found = prepare(request(path))
            assert found.write is not None
            carry_out(path, found.write, found.identity)
    good = [request(path, OPEN if again else NO_AI) for path in songs]
    bad = [WriteRequest(str(Path(songs[0]).with_name("gone.mp3")), {}, "1:2:3")]

    def tasks() -> Iterator[list[tuple[int, WriteRequest]]]:
        keys = count()
        for turn in range(12):
            yield [(next(keys), result) for result in [*good[turn % 3 :], *bad]]

    expected_keys = [key for task in tasks() for key, _ in task]

    here, helped = (list(prepare_many(tasks(), helpers=number)) for number in (0, 1))

    assert comparable(helped) == comparable(here)
    assert [key for key, _ in here] == expected_keys
    kinds = {type(result).__name__ for _, result in here}
    assert kinds == {"PreparedWrite", "Gone"}


def test_a_write_prepared_by_a_helper_can_be_carried_out(songs: list[str]) -> None:
    for path in songs:
        task = [(path, request(path))]
        question = preparing._Preparing().question(task)
        [found] = preparing._Preparing().result(task, preparing.answer(question))
        assert isinstance(found, preparing.PreparedWrite)
        assert found.write is not None
        with opened(path) as f:
            assert found.write.essence == essence_digest(container_of(f), f)

        carry_out(path, found.write, found.identity)

        with opened(path) as f:
            assert container_of(f).fields(f) == found.write.says


def test_unchanged_and_outdated_files_are_not_written(songs: list[str]) -> None:
    path = songs[0]
    held = request(path)
    found = prepare(held)
    assert found.write is not None
    after = carry_out(path, found.write, found.identity)

    assert prepare(WriteRequest(path, held.edit, after.stamp)).write is None
    assert prepare(request(path, OPEN)).write is not None
    assert prepare(WriteRequest(path, request(path, OPEN).edit, held.stamp)).write is None


def test_an_undo_of_an_unchanged_file_restores_every_byte(songs: list[str]) -> None:
    for path in songs:
        before = Path(path).read_bytes()
        there = prepare(request(path))
        assert there.write is not None
        carry_out(path, there.write, there.identity)
        now = request(path, OPEN)
        undone = {name: there.fields.get(name, ()) for name in now.edit}

        back = prepare(WriteRequest(path, undone, now.stamp, there.write.before_image))

        assert back.write is not None
        carry_out(path, back.write, back.identity)
        assert Path(path).read_bytes() == before


def test_a_helper_whose_parent_is_gone_ends_silently(songs: list[str]) -> None:
    first = request(songs[0])
    start = "import sys; from rightsdesk.files.workers.protocol import serve; serve(%r, %s, %s)"
    streams = ("sys.stdin.buffer", "sys.stdout.buffer")
    helper = subprocess.Popen(
        [sys.executable, "-c", start % ("rightsdesk.files.writing.preparing", *streams)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert helper.stdin is not None
    assert helper.stdout is not None
    assert helper.stderr is not None
    with helper, helper.stdin, helper.stderr:
        helper.stdout.close()
        question = [(os.fsencode(first.path), dict(first.edit), first.stamp, None, True)]
        send(helper.stdin, (1, question))
        assert helper.stderr.read() == b""
        assert helper.wait() == 0
