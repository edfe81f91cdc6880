"""The figures of starting are measured. Only a quiet computer can compare them with targets."""

from pathlib import Path

import pytest

from tests.bench.starting import COMMANDS, lines


@pytest.mark.bench
def test_the_figures_are_measured(tmp_path: Path) -> None:
    found = list(lines(tmp_path / "data", 1))
    assert [line.job for line in found] == [f"rightsdesk {' '.join(words)}" for words in COMMANDS]
    assert all(line.processor_ratio > 0 for line in found)
