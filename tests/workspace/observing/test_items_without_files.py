"""Platform tracks without a file: shown, settable, and merged with their file once it is known."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from sqlalchemy import update

import rightsdesk
from rightsdesk.consent import PRESETS, Consent, Preset, Standing
from rightsdesk.practice.catalogue import LENGTH_MS
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.store.schema import items
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.matrix import MatrixRow
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import KOVAL, SignIn, choose

EVERYTHING = Filter()
ONLY = "Slow Tide"
SAMPLE = Path(rightsdesk.__file__).parent / "practice" / "samples" / "sample.flac"

AddFile = Callable[..., None]


@pytest.fixture
def urn(koval: Artist, soundcloud: PracticeSoundCloud) -> str:
    """A track that matches no file."""
    track = soundcloud.tracks(KOVAL)[1]
    soundcloud.edit(track["urn"], title=ONLY, isrc=None, duration=LENGTH_MS, tag_list="")
    return str(track["urn"])


@pytest.fixture
def account(urn: str, workspace: Workspace, koval: Artist, sign_in: SignIn) -> Account:
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    return account


@pytest.fixture
def add_file(workspace: Workspace, koval: Artist, music: Path) -> AddFile:
    """A function that scans one more file, tagged like that track."""

    def add(**tags: str) -> None:
        path = music / KOVAL / "later.flac"
        shutil.copy(SAMPLE, path)
        audio: Any = mutagen.File(path)
        for name, value in ({"title": ONLY, "artist": KOVAL, "album": "Tides"} | tags).items():
            audio[name] = value
        audio.save()
        workspace.catalogue.scan(koval.id, koval.folders)

    return add


def called(workspace: Workspace, title: str) -> list[MatrixRow]:
    return workspace.catalogue.rows(workspace.catalogue.recordings(Filter(text=title)))


def scoped(workspace: Workspace, row: MatrixRow, consent: Consent) -> None:
    scope = Scope(ScopeKind.RECORDING, row.recording_id)
    opened = workspace.consents.widened_by(scope, consent)
    workspace.consents.set(scope, consent, confirmed=opened)


def test_the_track_is_shown_and_settable_like_any_other(
    workspace: Workspace, koval: Artist, account: Account, soundcloud: PracticeSoundCloud, urn: str
) -> None:
    [row] = called(workspace, ONLY)
    assert set(row.cells) == {"soundcloud"}
    assert workspace.catalogue.counts(Filter(text=ONLY)) == {"soundcloud": {Standing.SILENT: 1}}
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    assert ONLY in {change.target.label for change in plan.planned}
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    [track] = [track for track in soundcloud.tracks(KOVAL) if track["urn"] == urn]
    assert "noai" in track["tag_list"]
    workspace.catalogue.scan(koval.id, koval.folders)
    [row] = called(workspace, ONLY)
    assert row.cells["soundcloud"].standing is Standing.AGREES


def test_a_later_check_finds_the_recording_under_its_old_name(
    workspace: Workspace, account: Account, soundcloud: PracticeSoundCloud, urn: str
) -> None:
    [before] = called(workspace, ONLY)
    soundcloud.edit(urn, title="High Water")
    workspace.accounts.read_items(account.id)
    [after] = called(workspace, "High Water")
    assert after.recording_id == before.recording_id
    assert called(workspace, ONLY) == []


@pytest.mark.parametrize("isrc", ["", "QZES52400077"])
def test_a_later_file_is_the_same_recording(
    workspace: Workspace,
    account: Account,
    soundcloud: PracticeSoundCloud,
    urn: str,
    add_file: AddFile,
    isrc: str,
) -> None:
    soundcloud.edit(urn, isrc=isrc or None)
    workspace.accounts.read_items(account.id)
    number = len(workspace.catalogue.recordings(EVERYTHING))
    add_file(**({"isrc": isrc, "title": "Slow Tide (Master)"} if isrc else {}))
    [row] = called(workspace, ONLY)
    assert set(row.cells) == {"file", "soundcloud"}
    assert row.release == "Tides"
    assert len(workspace.catalogue.recordings(EVERYTHING)) == number
    assert len(workspace.accounts.questions()) == 1, "the recording that is open already"
    workspace.accounts.read_items(account.id)
    [again] = called(workspace, ONLY)
    assert (again.recording_id, set(again.cells)) == (row.recording_id, set(row.cells))


@pytest.mark.parametrize("same", [True, False])
def test_a_file_that_may_be_the_same_recording_is_a_question(
    workspace: Workspace,
    koval: Artist,
    account: Account,
    add_file: AddFile,
    same: bool,
) -> None:
    add_file(title=f"{ONLY} (Live)")
    [own, live] = sorted(called(workspace, ONLY), key=lambda row: row.title)
    assert (set(own.cells), set(live.cells)) == ({"soundcloud"}, {"file"})
    [question] = [question for question in workspace.accounts.questions() if question.title == ONLY]
    workspace.accounts.answer(question.item_id, live.recording_id if same else None)
    workspace.accounts.read_items(account.id)
    assert ONLY not in {question.title for question in workspace.accounts.questions()}
    left = sorted(sorted(row.cells) for row in called(workspace, ONLY))
    assert left == ([["file", "soundcloud"]] if same else [["file"], ["soundcloud"]])


def test_after_none_of_these_a_certain_match_is_still_found(
    workspace: Workspace, account: Account, add_file: AddFile, koval: Artist, music: Path
) -> None:
    add_file(title=f"{ONLY} (Live)")
    [question] = [question for question in workspace.accounts.questions() if question.title == ONLY]
    workspace.accounts.answer(question.item_id, None)
    shutil.move(music / KOVAL / "later.flac", music / KOVAL / "live.flac")
    add_file()
    rows = {row.title: set(row.cells) for row in called(workspace, ONLY)}
    assert rows == {ONLY: {"file", "soundcloud"}, f"{ONLY} (Live)": {"file"}}


@pytest.mark.parametrize(
    ("of_artist", "own"), [(Preset.OPEN, Preset.NO_AI), (Preset.NO_AI, Preset.OPEN)]
)
def test_merging_track_and_file_widens_nothing(
    workspace: Workspace,
    koval: Artist,
    account: Account,
    add_file: AddFile,
    of_artist: Preset,
    own: Preset,
) -> None:
    choose(workspace, koval, of_artist)
    [row] = called(workspace, ONLY)
    scoped(workspace, row, PRESETS[own])
    add_file()
    [row] = called(workspace, ONLY)
    assert set(row.cells) == {"file", "soundcloud"}
    assert row.consent == PRESETS[Preset.NO_AI]


def test_a_deleted_track_disappears_and_returns(
    workspace: Workspace, account: Account, soundcloud: PracticeSoundCloud, urn: str
) -> None:
    taken = soundcloud._tracks.pop(urn)
    workspace.accounts.read_items(account.id)
    assert called(workspace, ONLY) == []
    soundcloud._tracks[urn] = taken
    workspace.accounts.read_items(account.id)
    [row] = called(workspace, ONLY)
    scoped(workspace, row, PRESETS[Preset.NO_AI])
    del soundcloud._tracks[urn]
    workspace.accounts.read_items(account.id)
    soundcloud._tracks[urn] = taken
    workspace.accounts.read_items(account.id)
    [back] = called(workspace, ONLY)
    assert back.consent == PRESETS[Preset.NO_AI], "its consent still counts"


def test_recordings_without_files_are_removed_with_their_account(
    workspace: Workspace, account: Account
) -> None:
    [row] = called(workspace, ONLY)
    scoped(workspace, row, PRESETS[Preset.NO_AI])
    number = len(workspace.catalogue.recordings(EVERYTHING))
    workspace.accounts.remove(account.id)
    assert called(workspace, ONLY) == []
    assert len(workspace.catalogue.recordings(EVERYTHING)) == number - 1


def test_a_track_uploaded_twice_is_one_recording(
    workspace: Workspace, account: Account, soundcloud: PracticeSoundCloud, urn: str
) -> None:
    [other] = [track for track in soundcloud.tracks(KOVAL) if track["title"] == "Lantern (Harbour)"]
    for track in (urn, other["urn"]):
        soundcloud.edit(track, title=ONLY, isrc="QZES52400077")
    workspace.accounts.read_items(account.id)
    [row] = called(workspace, ONLY)
    assert row.cells["soundcloud"].count == 2


def test_a_rejected_match_from_before_is_not_asked_again(
    workspace: Workspace, account: Account
) -> None:
    [question] = workspace.accounts.questions()
    with workspace._database.write() as connection:
        refused = {"matched": "refused", "recording_id": None, "candidates": "[]"}
        connection.execute(update(items).where(items.c.id == question.item_id).values(refused))
    workspace.accounts.read_items(account.id)
    assert workspace.accounts.questions() == []
    [row] = [r for r in called(workspace, question.title) if set(r.cells) == {"soundcloud"}]
    assert row.title == question.title
