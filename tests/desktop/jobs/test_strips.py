"""Progress, notices, failures and faults: plain words, grouped, and no secrets."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from rightsdesk.changes.types import (
    Change,
    JobKind,
    JobReport,
    JobSubject,
    Outcome,
    Result,
    Target,
)
from rightsdesk.consent import Consent, Preset
from rightsdesk.desktop.jobs.results import (
    FailuresDialog,
    job_summary,
    scan_groups,
    scan_summary,
    tried_in_vain,
)
from rightsdesk.desktop.shell.crash_dialog import CrashDialog
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.catalogue.scan_report import ScanReport
from rightsdesk.workspace.types.matrix import ReadFailure

TAG = JobKind.TAG


def no_ai(files: int) -> JobSubject:
    """What a job is about that says No AI in so many files."""
    return JobSubject(Preset.NO_AI, ((CarrierId.FILES, files),))


def result(number: int, outcome: Outcome, problem: str = "") -> Result:
    target = Target(CarrierId.FILES, number, f"/music/{number}.mp3", f"{number}.mp3")
    return Result(Change(target, Consent(), Consent(), {}, {}), outcome, problem)


def test_failures_are_grouped_by_cause_the_most_frequent_first(qtbot: QtBot) -> None:
    locked = ReadFailure("/music/5000.mp3", "It was changed.")
    full = [ReadFailure(f"/music/{n}.mp3", "The disk is full.") for n in range(1200)]
    groups = scan_groups([locked, *full])
    assert [(problem, len(names)) for problem, names in groups] == [
        ("The disk is full.", 1200),
        ("It was changed.", 1),
    ]
    dialog = FailuresDialog("What failed", groups)
    qtbot.addWidget(dialog)
    assert dialog.tree.model().rowCount() == 2
    assert dialog.tree.model().index(0, 0).data() == "The disk is full. (1,200)"
    dialog._copy()
    assert QGuiApplication.clipboard().text().count("/music/") == 1201


def test_the_numbers_of_a_job_add_up_to_what_its_name_says() -> None:
    ruled_out = result(9, Outcome.SKIPPED, "It is damaged.")
    ruled_out = replace(ruled_out, change=replace(ruled_out.change, outcome=Outcome.SKIPPED))
    outcomes = (Outcome.DONE, Outcome.UNCHANGED, Outcome.FAILED, Outcome.SKIPPED)
    tried = tuple(result(n, outcome, "x") for n, outcome in enumerate(outcomes))
    report = JobReport(1, TAG, no_ai(4), (ruled_out, *tried), unchanged=7)
    assert job_summary(report) == (
        "No AI on 4 files: 1 done. 1 was right already. 1 failed. 1 left alone. "
        "1 more could not be changed, as the review said."
    )
    assert tried_in_vain(report).tried == 2
    report = JobReport(1, TAG, no_ai(1), (ruled_out, tried[0]))
    assert job_summary(report) == (
        "Done: No AI on 1 file. 1 more could not be changed, as the review said."
    )


def test_a_job_that_was_stopped_says_that_nothing_is_half_done() -> None:
    left = tuple(result(n, Outcome.PLANNED) for n in range(2, 10))
    report = JobReport(1, TAG, no_ai(9), (result(1, Outcome.DONE), *left), cancelled=True)
    said = job_summary(report)
    assert said == "Stopped at 1 of 9: No AI on 9 files. Nothing is half done."
    assert tried_in_vain(report).tried == 0


def test_a_scan_is_told_in_a_line() -> None:
    failed = (ReadFailure("/a.mp3", "It is empty."), ReadFailure("/b.mp3", "It is empty."))
    report = ScanReport(files=1200, new=3, changed=1, unchanged=1196, missing=2, failed=failed)
    said = scan_summary(report)
    assert said == "1,200 audio files. 3 new, 1 changed, 2 missing. 2 could not be read."
    assert scan_groups(failed) == [("It is empty.", ["/a.mp3", "/b.mp3"])]


def test_a_fault_is_owned_up_to_and_holds_no_secret(qtbot: QtBot, tmp_path: Path) -> None:
    trace = (
        "Authorization: OAuth 2-290559-abc\n"
        "{'access_token': 'tok-123', \"refresh_token\": \"ref-456\"}\n"
        "https://x.example/cb?code=c0de&state=st4te client_secret=s3cret Bearer b3arer\n"
        "ValueError: nothing secret here"
    )
    dialog = CrashDialog(trace, data_dir=tmp_path)
    qtbot.addWidget(dialog)
    shown = dialog.text.toPlainText()
    for secret in ("290559", "tok-123", "ref-456", "c0de", "st4te", "s3cret", "b3arer"):
        assert secret not in shown
    assert "ValueError: nothing secret here" in shown
    assert dialog.path is not None
    assert dialog.path.read_text(encoding="utf-8") == shown


def test_a_folder_that_is_not_there_is_told_as_that() -> None:
    away = ReadFailure("/music", "This file or folder is not there.")
    said = scan_summary(ScanReport(0, 0, 0, 0, 0, failed=(away,), away=("/music",)))
    assert said == ("Can't find “/music”. The list shows what was there last time.")
    other = ReadFailure("/other/a.mp3", "It is damaged.")
    said = scan_summary(ScanReport(3, 0, 0, 3, 0, failed=(away, other), away=("/music",)))
    assert said.endswith("3 audio files. 1 could not be read.")


def test_a_folder_without_music_says_what_to_do() -> None:
    assert scan_summary(ScanReport(0, 0, 0, 0, 0)) == (
        "0 audio files. Once there are some, rescan."
    )
