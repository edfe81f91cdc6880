"""Lists with broken items: all other items are still read."""

import pytest

from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Standing
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, SIGNAL, SignIn, choose


def unknown(workspace: Workspace) -> int:
    """How many recordings have an unknown standing on SoundCloud."""
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    cells = [row.cells["soundcloud"] for row in rows if "soundcloud" in row.cells]
    return sum(cell.standing is Standing.UNKNOWN for cell in cells)


def test_an_unreadable_track_is_reported_and_the_others_are_written(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    planned = workspace.jobs.plan_sync(Filter()).planned
    asked_about = unknown(workspace)
    urn = planned[0].target.locator
    soundcloud.edit(urn, tag_list=5)
    plan = workspace.jobs.plan_sync(Filter())
    left = [change for change in plan.changes if change.outcome is Outcome.SKIPPED]
    assert [change.target.locator for change in left] == [urn]
    assert "tag_list" in left[0].problem
    assert workspace.jobs.apply(plan).counts[Outcome.DONE] == len(planned) - 1
    [unread] = [p for p in workspace.catalogue.problems(Filter()) if p.kind == "item"]
    assert unread.sentence.startswith("1 SoundCloud track could not be read since ")
    assert "tag_list" in unread.advice
    assert unknown(workspace) == asked_about + 1, "an earlier observation no longer counts"

    soundcloud.edit(urn, tag_list="")
    assert workspace.jobs.apply(workspace.jobs.plan_sync(Filter())).counts[Outcome.DONE] == 1
    assert unknown(workspace) == asked_about
    assert not [p for p in workspace.catalogue.problems(Filter()) if p.kind in ("drift", "item")]


def test_an_unread_track_matches_no_recording(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    for track in soundcloud.tracks(KOVAL):
        soundcloud.edit(track["urn"], tag_list=5)
    sign_in(koval)
    choose(workspace, koval)
    known = workspace.catalogue.recordings(Filter())
    workspace.jobs.plan_sync(Filter())
    assert workspace.catalogue.recordings(Filter()) == known
    assert workspace.accounts.questions() == []
    [unread] = [p for p in workspace.catalogue.problems(Filter()) if p.kind == "item"]
    assert unread.count == len(soundcloud.tracks(KOVAL))


def test_a_track_of_another_user_in_a_list_is_no_item_of_the_account(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {track["urn"] for track in soundcloud.tracks(KOVAL)}
    everybody = [*soundcloud.tracks(KOVAL), *soundcloud.tracks(SIGNAL)]
    monkeypatch.setattr(soundcloud, "_own", lambda _account: iter(everybody))
    account = sign_in(koval)
    assert workspace.accounts.read_items(account.id) == len(own)


def test_items_read_before_a_list_breaks_off_are_linked(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    choose(workspace, koval)
    sign_in(koval)
    soundcloud.faults.add(Fault(FaultKind.PAGING_LOOP, "GET /me/tracks", times=0))
    plan = workspace.jobs.plan_sync(Filter())
    assert plan.notes
    assert plan.planned


def test_a_deleted_track_leaves_no_open_work(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))
    left = soundcloud.tracks(KOVAL)[:-1]
    monkeypatch.setattr(soundcloud, "_own", lambda _account: iter(left))
    assert workspace.jobs.plan_sync(Filter()).changes == ()
