"""Test that the benchmarks run, with a few files and no assertion about time."""

import os
import subprocess
import sys
from pathlib import Path

import mutagen
import pytest

from rightsdesk.files.containers import container_of
from tests.bench.generated import generate, long_wav, tiny
from tests.bench.jobs import Bench
from tests.bench.measuring import Cost, Line, in_turns, table


@pytest.mark.bench
def test_every_job_is_measured_against_its_yardstick(tmp_path: Path) -> None:
    paths = list(generate(tmp_path / "music", 16))
    bench = Bench(tmp_path / "music", paths, tmp_path, rounds=1, many=30, long=4 << 20)

    lines = list(bench.lines())

    assert [line.job for line in lines] == [
        "first scan",
        "second scan, 16 files",
        "tag, files grow",
        "tag, padding suffices",
        "tag, nothing to do",
        "table, 16 rows in order",
        "table, standings counted",
        "table, 50 rows shown",
        "second scan, 30 files",
        "table, 30 rows in order",
        "table, standings counted",
        "table, 50 rows shown",
        "memory, 30 files",
        "memory, a WAV of 4 MB",
    ]
    assert all(line.ratio > 0 for line in lines)
    assert len(table(lines).splitlines()) == len(lines) + 1


def test_generated_catalogues_are_the_same_every_time(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in generate(tmp_path / "first", 8)]
    second = [path.read_bytes() for path in generate(tmp_path / "second", 8)]
    assert first == second
    assert all(len(content) > 60_000 for content in first)


def test_tiny_and_long_files_are_what_they_are_named(tmp_path: Path) -> None:
    tiny(tmp_path, 12)
    long_wav(tmp_path / "long.wav", 4 << 20)
    paths = sorted(tmp_path.rglob("*.*"))

    assert len(paths) == 13
    for path in paths:
        with path.open("rb") as file:
            assert container_of(file).fields(file) == {}
        assert mutagen.File(path) is not None


def test_at_most_inverts_the_ratio() -> None:
    fast = Line("a", Cost(1, 2), "b", Cost(5, 4), reach=5)
    slow = Line("a", Cost(4, 2), "b", Cost(1, 1), reach=3, at_most=True)

    assert (fast.ratio, fast.processor_ratio, fast.reached) == (5, 2, True)
    assert (slow.ratio, slow.processor_ratio, slow.reached) == (4, 2, False)
    assert "4.00 × as long !" in table([fast, slow])


def test_turns_are_taken_in_order() -> None:
    done: list[str] = []

    costs = in_turns(2, lambda: done.append("a"), lambda: done.append("b"))

    assert done == ["a", "b", "a", "b"]
    assert len(costs) == 2


def test_the_page_is_measured_with_any_number(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--page", "300", "--dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=600,
    )
    for job in (
        *("first rows", "page shown, 300 recordings", "select all, count 300", "while scrolling"),
        *("palette", "problems opened", "scan of 200 files", "tag of 200 files"),
        *("look at 40 items", "sync of 40 items", "memory, window"),
    ):
        assert job in done.stdout
