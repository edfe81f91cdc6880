"""One consent for many recordings: set at the right scope, all or none, never widened silently."""

from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Consent, Preset, Use
from rightsdesk.workspace import WideningNotConfirmed, Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import Song, choose

NO_AI, ASK, OPEN = (PRESETS[preset] for preset in (Preset.NO_AI, Preset.ASK_FIRST, Preset.OPEN))
ARTIST, RELEASE, RECORDING = ScopeKind.ARTIST, ScopeKind.RELEASE, ScopeKind.RECORDING


@pytest.fixture
def ids(workspace: Workspace, artist: Artist, folder: Path, song: Song) -> dict[str, int]:
    """Two releases with two recordings each, and one recording without a release: title → id."""
    for number, title in enumerate(("Kettle", "Spoon"), 1):
        song(f"{title}.flac", title=title, album="Kitchen Tapes", tracknumber=str(number))
    for title in ("Ferry", "Harbour"):
        song(f"{title}.flac", title=title, album="Night Ferry")
    song("Loose.flac", title="Loose")
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist)
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    return {row.title: row.recording_id for row in rows}


def consents(workspace: Workspace, ids: dict[str, int]) -> dict[str, Consent]:
    return {row.title: row.consent for row in workspace.catalogue.rows(list(ids.values()))}


def kinds(workspace: Workspace, chosen: list[int], consent: Consent | None) -> list[ScopeKind]:
    made = workspace.consents.set_for(chosen, consent, confirmed=tuple(Use))
    return [scope.kind for scope in made.scopes]


def test_a_whole_release_is_set_at_once_and_other_recordings_separately(
    workspace: Workspace, ids: dict[str, int]
) -> None:
    chosen = [ids["Kettle"], ids["Spoon"], ids["Ferry"]]
    assert kinds(workspace, chosen, ASK) == [RELEASE, RECORDING]
    found = consents(workspace, ids)
    assert [found[title] for title in ids] == [
        ASK if number in chosen else NO_AI for number in ids.values()
    ]
    assert kinds(workspace, chosen, ASK) == [], "the consent is set already"
    assert kinds(workspace, chosen, None) == [RELEASE, RECORDING]
    assert set(consents(workspace, ids).values()) == {NO_AI}


def test_all_recordings_of_an_artist_set_the_artists_consent_and_remove_exceptions(
    workspace: Workspace, artist: Artist, ids: dict[str, int]
) -> None:
    workspace.consents.set(Scope(RECORDING, ids["Spoon"]), OPEN, confirmed=tuple(Use))
    made = workspace.consents.set_for(list(ids.values()), ASK, confirmed=tuple(Use))
    assert made.scopes == (Scope(ARTIST, artist.id), Scope(RECORDING, ids["Spoon"]))
    assert set(consents(workspace, ids).values()) == {ASK}
    assert workspace.consents.of(Scope(ARTIST, artist.id)).own == ASK


def test_widened_recordings_are_named_and_need_a_confirmation(
    workspace: Workspace, ids: dict[str, int]
) -> None:
    chosen = [ids["Ferry"], ids["Loose"]]
    found = workspace.consents.preview_for(chosen, OPEN)
    assert (found.recordings, found.before) == (2, NO_AI)
    assert {widened.title for widened in found.opened} == {"Ferry", "Loose"}
    assert Use.GENERATIVE_TRAINING in found.uses
    with pytest.raises(WideningNotConfirmed) as refused:
        workspace.consents.set_for(chosen, OPEN, confirmed=found.uses[:1])
    assert {widened.title for widened in refused.value.opened} == {"Ferry", "Loose"}
    assert set(consents(workspace, ids).values()) == {NO_AI}, "all or none"
    workspace.consents.set_for(chosen, OPEN, confirmed=found.uses)
    assert workspace.consents.preview_for(list(ids.values()), NO_AI).before is None
    assert workspace.consents.preview_for(list(ids.values()), NO_AI).uses == ()


def test_each_consent_is_in_the_history_and_can_be_undone(
    workspace: Workspace, ids: dict[str, int]
) -> None:
    workspace.consents.set_for([ids["Loose"]], ASK, confirmed=tuple(Use))
    newest = workspace.history.newest_undoable()
    assert newest is not None
    workspace.history.undo(newest.id)
    assert set(consents(workspace, ids).values()) == {NO_AI}
