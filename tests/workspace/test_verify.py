"""Proof over a catalogue that the audio is what it was before the first change."""

import shutil
import threading
from pathlib import Path

from sqlalchemy import update

from rightsdesk.consent import Preset
from rightsdesk.store.schema import files
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Artist, Filter, Verdict, VerifyReport
from tests.workspace.conftest import KOVAL, choose

EVERYTHING = Filter()


def tag(workspace: Workspace, artist: Artist, preset: Preset = Preset.NO_AI) -> None:
    choose(workspace, artist, preset)
    plan = workspace.plan_tag(EVERYTHING)
    workspace.apply(plan, confirmed=plan.confirmation())


def of(report: VerifyReport, path: Path) -> Verdict:
    return next(file.verdict for file in report.files if file.path == str(path))


def test_what_was_never_touched_has_nothing_to_prove(workspace: Workspace, koval: Artist) -> None:
    assert workspace.verify(EVERYTHING).counts == {Verdict.UNTOUCHED: koval.files}


def test_the_audio_is_the_same_through_changes_and_undo(
    workspace: Workspace, koval: Artist
) -> None:
    for preset in (Preset.NO_AI, Preset.OPEN, Preset.ASK_FIRST):
        tag(workspace, koval, preset)
        assert workspace.verify(EVERYTHING).counts == {Verdict.SAME: koval.files}
    workspace.apply(workspace.plan_undo())
    assert workspace.verify(EVERYTHING).counts == {Verdict.SAME: koval.files}


def test_audio_that_another_program_changed_is_found(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    tag(workspace, koval)
    harmed = next((music / KOVAL).rglob("*.flac"))
    data = bytearray(harmed.read_bytes())
    data[-1] ^= 1
    harmed.write_bytes(data)
    gone = next((music / KOVAL).rglob("*.mp3"))
    gone.unlink()

    report = workspace.verify(EVERYTHING)

    assert of(report, harmed) is Verdict.CHANGED
    assert of(report, gone) is Verdict.UNREADABLE
    assert report.counts[Verdict.SAME] == koval.files - 2
    workspace.scan(koval.id, koval.folders)
    tag(workspace, koval, Preset.ASK_FIRST)
    assert of(workspace.verify(EVERYTHING), harmed) is Verdict.CHANGED, "the first digest stays"


def test_other_programs_may_change_tags(workspace: Workspace, koval: Artist, music: Path) -> None:
    tag(workspace, koval)
    song = next((music / KOVAL).rglob("*.mp3"))
    song.write_bytes(song.read_bytes().replace(b"Mira", b"MIRA"))
    assert of(workspace.verify(EVERYTHING), song) is Verdict.SAME


def test_a_file_keeps_its_proof_where_it_is_moved(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    tag(workspace, koval)
    song = next((music / KOVAL).rglob("*.flac"))
    moved = song.with_name("Renamed.flac")
    song.rename(moved)
    workspace.scan(koval.id, koval.folders)
    assert of(workspace.verify(EVERYTHING), moved) is Verdict.SAME


def test_what_was_not_noted_is_noted_only_while_the_file_is_as_it_was_left(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    tag(workspace, koval)
    with workspace._database.write() as connection:
        connection.execute(update(files).values(essence=None))
    changed = next((music / KOVAL).rglob("*.flac"))
    shutil.copy(changed, music / "copy")
    (music / "copy").replace(changed)  # by another program
    assert workspace.verify(EVERYTHING).counts == {Verdict.NOT_RECORDED: koval.files}
    again = workspace.verify(EVERYTHING)
    assert again.counts == {Verdict.SAME: koval.files - 1, Verdict.NOT_RECORDED: 1}
    assert of(again, changed) is Verdict.NOT_RECORDED


def test_it_can_be_stopped(workspace: Workspace, koval: Artist) -> None:
    stop = threading.Event()
    stop.set()
    assert workspace.verify(EVERYTHING, cancel=stop) == VerifyReport((), cancelled=True)
