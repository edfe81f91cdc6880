"""The benchmark still runs: a few files, and not a word about time."""

from pathlib import Path

import pytest

from tests.bench.__main__ import table
from tests.bench.generated import generate
from tests.bench.measuring import measure


@pytest.mark.bench
def test_every_job_is_measured_against_its_yardstick(tmp_path: Path) -> None:
    paths = list(generate(tmp_path / "music", 16))
    lines = measure(tmp_path / "music", paths, tmp_path / "data")
    assert [line.job for line in lines] == [
        "first scan",
        "second scan",
        "tag",
        "tag, nothing to do",
    ]
    assert all(line.ratio > 0 for line in lines)
    assert len(table(lines, len(paths)).splitlines()) == 5


def test_the_generated_catalogue_is_the_same_every_time(tmp_path: Path) -> None:
    one = [path.read_bytes() for path in generate(tmp_path / "one", 8)]
    two = [path.read_bytes() for path in generate(tmp_path / "two", 8)]
    assert one == two
    assert all(len(content) > 60_000 for content in one)
