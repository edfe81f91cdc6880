"""`verify`: its messages and exit codes."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from rightsdesk.workspace.audio_proof import AudioState, VerifiedFile, VerifyReport
from tests.cli.fakes import FakeWorkspace, run


@dataclass
class Verifying(FakeWorkspace):
    report: VerifyReport = field(default_factory=lambda: VerifyReport(()))

    def verify(self, _chosen: Any, **_: Any) -> VerifyReport:
        return self.report


def report(*states: AudioState, cancelled: bool = False) -> Verifying:
    files = tuple(
        VerifiedFile(f"/music/{number}.flac", state, "It is gone." * (state == "unreadable"))
        for number, state in enumerate(states)
    )
    return Verifying(report=VerifyReport(files, cancelled))


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (report(), 0),
        (report(AudioState.SAME, AudioState.UNTOUCHED, AudioState.NOT_RECORDED), 0),
        (report(AudioState.SAME, AudioState.CHANGED), 1),
        (report(AudioState.UNREADABLE), 1),
        (report(AudioState.SAME, cancelled=True), 130),
    ],
)
def test_the_exit_code_shows_whether_everything_is_unchanged(found: Verifying, code: int) -> None:
    assert run(found, "verify").code == code


def test_only_files_that_need_attention_are_named() -> None:
    done = run(report(AudioState.SAME, AudioState.CHANGED, AudioState.UNREADABLE), "verify")
    assert "0.flac" not in done.out
    assert "/music/1.flac" in done.out
    assert "/music/2.flac: It is gone." in done.out
    assert "1 file different. The audio is no longer what it was" in done.out
    assert done.out.count("→ ") == 2, "advice for each kind"


def test_the_json_names_every_file() -> None:
    done = run(report(AudioState.SAME, AudioState.CHANGED), "verify", "--json")
    assert done.json["counts"] == {"same": 1, "changed": 1}
    assert done.json["files"][1] == {
        "path": "/music/1.flac",
        "verdict": "changed",
        "problem": "",
    }
