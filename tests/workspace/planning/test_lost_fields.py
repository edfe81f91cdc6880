"""Another program drops a field that RightsDesk wrote: writing it back opens nothing up."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutagen.id3 import ID3, TXXX

from rightsdesk.changes.types import Change, Outcome
from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import Song, choose

EVERYTHING = Filter()
OURS = "TXXX:AI-CONSENT"


def written(workspace: Workspace, artist: Artist, song: Song, preset: Preset) -> Path:
    """An MP3 with everything that RightsDesk writes into it."""
    path = song("one.mp3", title="One", artist=artist.name)
    workspace.catalogue.scan(artist.id, [str(path.parent)])
    choose(workspace, artist, preset)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert OURS in ID3(path)
    return path


def drop(path: Path, *names: str) -> None:
    """Remove frames, as another program does that does not know them."""
    tags = ID3(path)
    for name in names:
        tags.delall(name)
    tags.save(path)


def planned(workspace: Workspace) -> Change:
    """The one change of the next plan."""
    (change,) = workspace.jobs.plan_tag(EVERYTHING).planned
    return change


@pytest.mark.parametrize("preset", [Preset.NO_AI, Preset.ASK_FIRST])
def test_a_lost_field_is_written_back_without_a_question(
    workspace: Workspace, artist: Artist, song: Song, preset: Preset
) -> None:
    path = written(workspace, artist, song, preset)
    before = ID3(path)[OURS].text
    drop(path, OURS)

    report = workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))

    assert [result.outcome for result in report.results] == [Outcome.DONE]
    assert ID3(path)[OURS].text == before


def test_without_our_write_the_stricter_field_of_others_stays_theirs(
    workspace: Workspace, artist: Artist, song: Song
) -> None:
    source = written(workspace, artist, song, Preset.NO_AI)
    copied = song("two.mp3", title="Two", artist=artist.name)
    ID3(source).save(copied)
    drop(copied, OURS)
    workspace.catalogue.scan(artist.id, [str(copied.parent)])

    assert planned(workspace).widens == (Use.RECOMMENDATION,)


def test_a_field_that_others_changed_is_not_a_lost_one(
    workspace: Workspace, artist: Artist, song: Song
) -> None:
    path = written(workspace, artist, song, Preset.NO_AI)
    tags = ID3(path)
    tags.add(TXXX(encoding=3, desc="AI-CONSENT", text=["recommendation=n"]))
    tags.save(path)

    assert Use.RECOMMENDATION in planned(workspace).widens


def test_a_consent_that_became_wider_since_needs_a_yes(
    workspace: Workspace, artist: Artist, song: Song
) -> None:
    path = written(workspace, artist, song, Preset.NO_AI)
    drop(path, OURS)
    scope = Scope(ScopeKind.ARTIST, artist.id)
    wider = PRESETS[Preset.ASK_FIRST]
    workspace.consents.set(scope, wider, confirmed=workspace.consents.widened_by(scope, wider))

    assert Use.GENERATIVE_TRAINING in planned(workspace).widens


def test_what_was_undone_is_not_lost(workspace: Workspace, artist: Artist, song: Song) -> None:
    source = written(workspace, artist, song, Preset.NO_AI)
    stricter = ID3(source)
    stricter.delall(OURS)
    undo = workspace.jobs.plan_undo()
    workspace.jobs.apply(undo, confirmed=undo.confirmation())
    assert OURS not in ID3(source)
    stricter.save(source)

    assert planned(workspace).widens == (Use.RECOMMENDATION,)


def test_an_answer_that_nothing_states_any_more_needs_a_yes(
    workspace: Workspace, artist: Artist, song: Song
) -> None:
    path = written(workspace, artist, song, Preset.OPEN)
    ID3(path).delete(path)
    tags = ID3()
    tags.save(path)
    workspace.catalogue.scan(artist.id, [str(path.parent)])

    assert Use.GENERATIVE_TRAINING in planned(workspace).widens
