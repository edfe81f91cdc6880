"""Proof that the audio of a catalogue is unchanged since before the first change."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from rightsdesk.consent import Preset
from rightsdesk.store.schema import files
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.audio_proof import AudioState, VerifyReport
from rightsdesk.workspace.carriers.files import FileCarrier
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, choose

EVERYTHING = Filter()


def tag(workspace: Workspace, artist: Artist, preset: Preset = Preset.NO_AI) -> None:
    choose(workspace, artist, preset)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())


def of(report: VerifyReport, path: Path) -> AudioState:
    return next(file.state for file in report.files if file.path == str(path))


def test_an_unchanged_file_has_nothing_to_prove(workspace: Workspace, koval: Artist) -> None:
    assert workspace.catalogue.verify(EVERYTHING).counts == {AudioState.UNTOUCHED: koval.files}


def test_the_audio_is_the_same_after_changes_and_undo(workspace: Workspace, koval: Artist) -> None:
    for preset in (Preset.NO_AI, Preset.OPEN, Preset.ASK_FIRST):
        tag(workspace, koval, preset)
        assert workspace.catalogue.verify(EVERYTHING).counts == {AudioState.SAME: koval.files}
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert workspace.catalogue.verify(EVERYTHING).counts == {AudioState.SAME: koval.files}


def test_audio_changed_by_another_program_is_found(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    tag(workspace, koval)
    harmed = next((music / KOVAL).rglob("*.flac"))
    data = bytearray(harmed.read_bytes())
    data[-1] ^= 1
    harmed.write_bytes(data)
    gone = next((music / KOVAL).rglob("*.mp3"))
    gone.unlink()

    report = workspace.catalogue.verify(EVERYTHING)

    assert of(report, harmed) is AudioState.CHANGED
    assert of(report, gone) is AudioState.UNREADABLE
    assert report.counts[AudioState.SAME] == koval.files - 2
    workspace.catalogue.scan(koval.id, koval.folders)
    tag(workspace, koval, Preset.ASK_FIRST)
    assert of(workspace.catalogue.verify(EVERYTHING), harmed) is AudioState.CHANGED, (
        "the first digest stays"
    )


def test_other_programs_may_change_tags(workspace: Workspace, koval: Artist, music: Path) -> None:
    tag(workspace, koval)
    song = next((music / KOVAL).rglob("*.mp3"))
    song.write_bytes(song.read_bytes().replace(b"Mira", b"MIRA"))
    assert of(workspace.catalogue.verify(EVERYTHING), song) is AudioState.SAME


def test_a_moved_file_keeps_its_proof(workspace: Workspace, koval: Artist, music: Path) -> None:
    tag(workspace, koval)
    song = next((music / KOVAL).rglob("*.flac"))
    moved = song.with_name("Renamed.flac")
    song.rename(moved)
    workspace.catalogue.scan(koval.id, koval.folders)
    assert of(workspace.catalogue.verify(EVERYTHING), moved) is AudioState.SAME


def test_audio_without_an_early_digest_is_never_called_proven(
    workspace: Workspace, koval: Artist
) -> None:
    tag(workspace, koval)
    with workspace._database.write() as connection:
        connection.execute(update(files).values(essence=None))
    for _ in range(2):
        assert workspace.catalogue.verify(EVERYTHING).counts == {
            AudioState.NOT_RECORDED: koval.files
        }


def test_a_kill_right_after_the_write_loses_no_proof(
    workspace: Workspace, koval: Artist, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal holds the audio's digest before the first byte changes."""

    class Killed(BaseException):
        pass

    def write_and_die(carrier: FileCarrier, prepared: Sequence[Any], cancel: Any) -> Iterator[Any]:
        yield from ()
        list(written(carrier, prepared, cancel))
        raise Killed

    written = FileCarrier.write
    with monkeypatch.context() as patch:
        patch.setattr(FileCarrier, "write", write_and_die)
        with pytest.raises(Killed):
            tag(workspace, koval)
    assert workspace.catalogue.verify(EVERYTHING).counts == {AudioState.NOT_RECORDED: koval.files}
    harmed = next((music / KOVAL).rglob("*.flac"))
    data = bytearray(harmed.read_bytes())
    data[-1] ^= 1

    with Workspace.open(workspace.data_dir) as again:
        assert again.catalogue.verify(EVERYTHING).counts == {AudioState.SAME: koval.files}
        harmed.write_bytes(data)
        again.catalogue.scan(koval.id, koval.folders)
        for _ in range(2):
            assert of(again.catalogue.verify(EVERYTHING), harmed) is AudioState.CHANGED


def test_verifying_can_be_stopped(workspace: Workspace, koval: Artist) -> None:
    stop = threading.Event()
    stop.set()
    assert workspace.catalogue.verify(EVERYTHING, cancel=stop) == VerifyReport((), cancelled=True)
