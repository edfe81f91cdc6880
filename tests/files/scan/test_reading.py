"""Reading many files gives the same results, in order, with and without helper processes."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

import rightsdesk
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scan import tags
from rightsdesk.files.scan.reading import read_batches
from rightsdesk.files.scan.scanner import FileState, FoundFile
from rightsdesk.files.scan.tags import ReadTags, read_file
from rightsdesk.files.workers import process_pool
from rightsdesk.files.workers.process_pool import Helper
from rightsdesk.files.workers.protocol import receive, send, serve
from rightsdesk.sentence_data import data_of, has_form
from tests.files import build
from tests.files.scan.test_tags import KINDS

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    """Good files of every kind, and what can't be read."""
    names = [str(shutil.copy(SAMPLES / name, tmp_path)) for name in KINDS]
    (tmp_path / "page.mp3").write_bytes(b"<html>404</html>" * 100)
    (tmp_path / "odd.mp3").write_bytes(build.id3([("TIT2", b"\0t")]) * 2 + build.mpeg())
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.flac")
    shutil.copy(SAMPLES / "sample.flac", odd)
    unreadable = [str(tmp_path / name) for name in ("page.mp3", "gone.mp3", "odd.mp3")]
    return [*names, *unreadable, odd]


@pytest.fixture
def helpers_for_any_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "ALONE", 0)


def candidates(paths: Sequence[str]) -> list[FoundFile]:
    return [FoundFile(path, FileIdentity(0, 0, 0, 0), FileState.NEW) for path in paths]


def batches(paths: Sequence[str], times: int) -> Iterator[Sequence[FoundFile]]:
    for number in range(times):
        turn = number % len(paths)
        yield candidates([*paths[turn:], *paths[:turn]])


def read_all(
    paths: Sequence[str], times: int, helpers: int
) -> list[list[tuple[FoundFile, ReadTags]]]:
    return list(read_batches(batches(paths, times), helpers=helpers))


@pytest.mark.usefixtures("helpers_for_any_task")
@pytest.mark.parametrize("helpers", [0, 1, 3])
def test_results_are_the_same_and_in_order_with_any_number_of_helpers(
    paths: list[str], helpers: int
) -> None:
    expected = [[(file, read_file(file.path)) for file in batch] for batch in batches(paths, 20)]

    assert read_all(paths, 20, helpers) == expected


def test_a_short_scan_starts_no_helper(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "Helper", None)

    assert len(read_all(paths, 3, helpers=3)) == 3


@pytest.mark.usefixtures("helpers_for_any_task")
def test_the_scan_continues_without_a_helper_that_dies(
    paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Helper[Any, Any]] = []
    enter = Helper.__enter__

    def entered(self: Helper[Any, Any]) -> Helper[Any, Any]:
        started.append(self)
        return enter(self)

    monkeypatch.setattr(Helper, "__enter__", entered)
    read = []
    for batch in read_batches(batches(paths, 12), helpers=2):
        read.append(batch)
        if len(read) == 2:
            for helper in started:
                helper._process.kill()
                helper._process.wait()

    assert read == read_all(paths, 12, helpers=0)


@pytest.mark.usefixtures("helpers_for_any_task")
def test_no_helper_outlives_the_scan(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Helper[Any, Any]] = []
    leave = Helper.__exit__

    def left(self: Helper[Any, Any], *error: Any) -> None:
        leave(self, *error)
        started.append(self)

    monkeypatch.setattr(Helper, "__exit__", left)
    stop = threading.Event()
    stopped = read_batches(batches(paths, 1000), stopped=stop.is_set, helpers=1)
    next(stopped)
    stop.set()
    assert list(stopped) == []

    closed = read_batches(batches(paths, 1000), helpers=1)
    next(closed)
    del closed

    assert [helper._process.returncode is not None for helper in started] == [True, True]
    assert not any(thread.name == "helping" for thread in threading.enumerate())


@pytest.mark.usefixtures("helpers_for_any_task")
def test_messages_larger_than_a_pipe_do_not_block(paths: list[str]) -> None:
    long = candidates([path for path in paths[: len(KINDS)] for _ in range(400)])

    read = list(read_batches(iter([long, long, long]), helpers=1))

    assert read[0] == read[1] == read[2]
    assert len(read[0]) == len(long)


def test_a_packaged_program_starts_itself_as_its_helper(
    paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Path(__file__).parents[3] / "packaging/program.py"  # what it is made of
    monkeypatch.setattr("sys.frozen", True, raising=False)
    this, *words = process_pool.command("rightsdesk.files.scan.tags")
    assert this == sys.executable
    with subprocess.Popen(
        [sys.executable, program, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(program.parents[1])},
    ) as helper:
        assert helper.stdin is not None
        assert helper.stdout is not None
        send(helper.stdin, (7, [os.fsencode(path) for path in paths]))
        number, answer = receive(helper.stdout)
    assert number == 7
    assert len(answer) == len(paths)


def test_without_a_program_to_start_no_helper_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "")

    assert process_pool.fitting() == 0


def test_a_helper_answers_until_the_requests_end(paths: list[str]) -> None:
    questions, answers = io.BytesIO(), io.BytesIO()
    for number in (7, 3):
        send(questions, (number, [os.fsencode(path) for path in paths]))
    questions.seek(0)

    serve("rightsdesk.files.scan.tags", questions, answers)

    answers.seek(0)
    for number in (7, 3):
        given, results = receive(answers)
        assert given == number
        assert [problem for _, problem in results] == [read_file(path)[1] for path in paths]
    assert receive(answers) is None


def test_answers_in_any_order_find_their_requests() -> None:
    helper = Helper(Doubling())
    tasks = [process_pool._Task[int, int](number) for number in range(4)]
    helper._process = Mock(stdin=io.BytesIO())
    for task in tasks:
        helper.ask(task)
    questions = io.BytesIO(helper._process.stdin.getvalue())
    received = [receive(questions) for _ in tasks]

    for number, question in reversed(received):
        helper._answers.put((number, 2 * question))
    helper.collect()

    assert [task.result for task in tasks] == [[0], [2], [4], [6]]
    assert not helper.pending


class Doubling:
    module = ""

    def here(self, task: int, stopped: Callable[[], bool]) -> int:
        return 2 * task

    def question(self, task: int) -> int:
        return task

    def result(self, task: int, answer: int) -> int:
        return answer


def test_a_truncated_message_is_no_message() -> None:
    whole = io.BytesIO()
    send(whole, [b"path"])
    message = whole.getvalue()

    read = [receive(io.BytesIO(message[:end])) for end in range(len(message) + 1)]

    assert read == [None] * len(message) + [[b"path"]]


def test_a_problem_keeps_its_form_on_the_way_from_a_helper(paths: list[str]) -> None:
    """A window in another language fills its translation with the same values."""
    questions, answers = io.BytesIO(), io.BytesIO()
    send(questions, (7, [os.fsencode(path) for path in paths]))
    questions.seek(0)
    serve(tags.__name__, questions, answers)
    answers.seek(0)
    number, answer = receive(answers)
    there = tags.answers_of(answer)
    here = [read_file(path) for path in paths]
    assert (number, there) == (7, here)
    assert any(has_form(problem) for _, problem in here)
    assert [data_of(problem) for _, problem in there] == [data_of(problem) for _, problem in here]
