"""Test that reports are measured, with a small catalogue and no assertion about time."""

from pathlib import Path

import pytest

from tests.bench import reports


@pytest.mark.bench
def test_reports_are_measured_in_each_form(tmp_path: Path) -> None:
    found = list(reports.lines(tmp_path, 200))
    assert [line.job for line in found] == [
        f"report, {form.upper()} of 200{what}"
        for form in reports.FORMS
        for what in ("", ", memory")
    ]
    assert all(line.ratio > 0 for line in found)
