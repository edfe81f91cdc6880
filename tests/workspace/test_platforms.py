"""Bluesky, YouTube and Audius, end to end: connect, plan, write, read back, undo."""

from collections.abc import Callable, Iterator

import pytest

from rightsdesk.changes.types import Outcome
from rightsdesk.consent import PRESETS, Permission, Preset, Standing, Use
from rightsdesk.consent.dialects.platforms.bluesky import LEXICON
from rightsdesk.consent.losses import loss_sentence
from rightsdesk.practice import audius as practice_audius
from rightsdesk.practice import youtube as practice_youtube
from rightsdesk.practice.audius import PracticeAudius
from rightsdesk.practice.bluesky import PracticeBluesky
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.http import PracticeServer
from rightsdesk.practice.youtube import PracticeYouTube
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import KOVAL, choose, pending_writes

EVERYTHING = Filter()
HANDLE, SELF = "koval.test", f"{LEXICON}/self"
TITLES = ("Night Ferry", "Paper Moons")


@pytest.fixture
def bluesky() -> Iterator[PracticeBluesky]:
    with PracticeBluesky({HANDLE: {}}) as server:
        yield server


@pytest.fixture
def youtube() -> Iterator[PracticeYouTube]:
    videos = [{"title": title, "duration": "PT2S", "permitted": ["all"]} for title in TITLES]
    with PracticeYouTube({KOVAL: videos}) as server:
        yield server


@pytest.fixture
def audius() -> Iterator[PracticeAudius]:
    with PracticeAudius({KOVAL: [{"title": title, "duration": 2} for title in TITLES]}) as server:
        server.edit("u1P5n", allow_ai_attribution=True)
        yield server


@pytest.fixture
def by_browser(workspace: Workspace) -> Callable[..., None]:
    def connect(artist: Artist, platform: str, server: PracticeServer, **app: str) -> None:
        pending = workspace.accounts.begin_sign_in(
            artist.id, platform, base_url=server.base_url, port=0, **app
        )
        browser = PracticeBrowser(KOVAL)
        browser(pending.url)
        try:
            pending.finish()
        finally:
            browser.close()

    return connect


@pytest.fixture
def on_bluesky(workspace: Workspace, koval: Artist, bluesky: PracticeBluesky) -> Workspace:
    workspace.accounts.confirm(
        workspace.accounts.add(
            koval.id,
            "bluesky",
            identifier=HANDLE,
            secret=bluesky.app_password(HANDLE),
            base_url=bluesky.base_url,
        ).id
    )
    return workspace


@pytest.fixture
def on_youtube(
    workspace: Workspace, koval: Artist, youtube: PracticeYouTube, by_browser: Callable[..., None]
) -> Workspace:
    app = {"client_id": practice_youtube.CLIENT_ID, "client_secret": practice_youtube.CLIENT_SECRET}
    by_browser(koval, "youtube", youtube, **app)
    return workspace


@pytest.fixture
def on_audius(
    workspace: Workspace, koval: Artist, audius: PracticeAudius, by_browser: Callable[..., None]
) -> Workspace:
    by_browser(koval, "audius", audius, client_id=practice_audius.CLIENT_ID)
    return workspace


def sync(workspace: Workspace) -> dict[str, int]:
    """Plan and apply a sync. Returns the outcomes; a second plan has to be empty."""
    report = workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    again = workspace.jobs.plan_sync(EVERYTHING)
    if set(report.counts) == {"done"}:
        assert again.changes == ()
    return dict(report.counts)


def undo(workspace: Workspace) -> dict[str, int]:
    return dict(workspace.jobs.apply(workspace.jobs.plan_undo()).counts)


def test_a_whole_account_on_bluesky_and_back(
    on_bluesky: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    choose(on_bluesky, koval)
    assert sync(on_bluesky) == {"done": 1}
    record = bluesky.records(HANDLE)[SELF]
    assert record["preferences"]["training"]["allow"] is False
    assert not record["updatedAt"].startswith("1970")
    rows = on_bluesky.catalogue.rows(on_bluesky.catalogue.recordings(EVERYTHING))
    assert {row.cells["bluesky"].says[Use.LIKENESS] for row in rows} == {Permission.PROHIBITED}
    assert undo(on_bluesky) == {"done": 1}
    assert bluesky.records(HANDLE) == {}


def test_an_account_wide_setting_is_counted_once(on_bluesky: Workspace, koval: Artist) -> None:
    choose(on_bluesky, koval)
    for account in on_bluesky.accounts.all():
        on_bluesky.accounts.read_items(account.id)
    assert pending_writes(on_bluesky) == 1
    [problem] = [
        problem
        for problem in on_bluesky.catalogue.problems(EVERYTHING)
        if problem.where == "bluesky"
    ]
    assert problem.sentence == "Bluesky does not say all that you chose."
    assert "bluesky" in on_bluesky.catalogue.carriers_for_all()
    assert "soundcloud" not in on_bluesky.catalogue.carriers_for_all()


def test_a_different_consent_for_one_recording_is_no_conflict_of_the_account(
    on_bluesky: Workspace, koval: Artist
) -> None:
    choose(on_bluesky, koval)
    assert sync(on_bluesky) == {"done": 1}
    recording = on_bluesky.catalogue.recordings(EVERYTHING)[0]
    on_bluesky.consents.set(
        Scope(ScopeKind.RECORDING, recording), PRESETS[Preset.OPEN], confirmed=tuple(Use)
    )
    assert set(on_bluesky.catalogue.counts(EVERYTHING)["bluesky"]) == {Standing.AGREES}
    cells = [
        row.cells["bluesky"]
        for row in on_bluesky.catalogue.rows(on_bluesky.catalogue.recordings(EVERYTHING))
    ]
    assert {cell.standing for cell in cells} == {Standing.AGREES}
    assert [bool(cell.problem) for cell in cells] == [True] + [False] * (len(cells) - 1)
    views = [
        view
        for view in on_bluesky.catalogue.recording(recording).carriers
        if view.kind == "bluesky"
    ]
    assert [view.standing for view in views] == [Standing.AGREES]
    assert "bluesky" not in {problem.where for problem in on_bluesky.catalogue.problems(EVERYTHING)}


def test_the_record_of_another_app_is_restored(
    on_bluesky: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    theirs = {
        "$type": LEXICON,
        "updatedAt": "2026-05-01T00:00:00.000Z",
        "scope": {"$type": f"{LEXICON}#globalScope"},
        "preferences": {"training": {"allow": True, "updatedAt": "2026-05-01T00:00:00.000Z"}},
        "note": "from elsewhere",
    }
    bluesky.edit(HANDLE, SELF, theirs)
    choose(on_bluesky, koval)
    assert sync(on_bluesky) == {"done": 1}
    assert bluesky.records(HANDLE)[SELF]["note"] == "from elsewhere"
    assert undo(on_bluesky) == {"done": 1}
    assert bluesky.records(HANDLE)[SELF] == theirs


def test_an_item_that_changed_since_the_plan_is_left_alone(
    on_bluesky: Workspace, koval: Artist, bluesky: PracticeBluesky
) -> None:
    choose(on_bluesky, koval)
    plan = on_bluesky.jobs.plan_sync(EVERYTHING)
    meanwhile = {"$type": LEXICON, "scope": {"$type": "#globalScope"}, "preferences": {}}
    bluesky.edit(HANDLE, SELF, meanwhile)
    assert on_bluesky.jobs.apply(plan).counts == {"skipped": 1}
    assert bluesky.records(HANDLE)[SELF] == meanwhile


def test_videos_get_the_reservation_and_youtubes_switch_stays_separate(
    on_youtube: Workspace, koval: Artist, youtube: PracticeYouTube
) -> None:
    before = youtube.videos(KOVAL)
    choose(on_youtube, koval)
    plan = on_youtube.jobs.plan_sync(EVERYTHING)
    assert {change.target.label for change in plan.changes} == set(TITLES)
    assert on_youtube.jobs.forecast(plan) == ("YouTube: All 2 today.",)
    assert not any(
        "YouTube third-party" in loss_sentence(loss) for c in plan.changes for loss in c.losses
    )
    assert sync(on_youtube) == {"done": 2}
    tagged = [video["snippet"]["tags"] for video in youtube.videos(KOVAL)]
    assert all("noai" in tags for tags in tagged)
    [number] = on_youtube.catalogue.recordings(Filter(text="paper moons"))
    carrier = next(
        c for c in on_youtube.catalogue.recording(number).carriers if c.kind == "youtube"
    )
    assert {statement.dialect for statement in carrier.statements} == {
        "youtube-video",
        "youtube-trainability",
    }
    assert Use.GENERATIVE_TRAINING in carrier.conflicts, "the switch still says all"
    [switch] = [p for p in on_youtube.catalogue.problems(EVERYTHING) if p.kind == "switch"]
    assert switch.count == 2
    assert "allow more than you chose (2 videos)" in switch.sentence
    assert "YouTube Studio" in switch.advice
    assert undo(on_youtube) == {"done": 2}
    after = youtube.videos(KOVAL)
    assert [video["snippet"] for video in after] == [video["snippet"] for video in before]


def test_a_quota_that_runs_out_leaves_the_rest_for_later(
    on_youtube: Workspace, koval: Artist, youtube: PracticeYouTube
) -> None:
    choose(on_youtube, koval)
    plan = on_youtube.jobs.plan_sync(EVERYTHING)
    youtube.units = 60
    report = on_youtube.jobs.apply(plan)
    assert [result.outcome for result in report.results] == [Outcome.DONE, Outcome.PLANNED]
    assert report.results[1].cause == "rate-limited"
    [outlook] = on_youtube.jobs.forecast(plan)
    assert outlook.startswith("YouTube: None of 2 today, all ")
    assert sum("noai" in video["snippet"].get("tags", ()) for video in youtube.videos(KOVAL)) == 1


def test_both_switches_on_audius_and_back(
    on_audius: Workspace, koval: Artist, audius: PracticeAudius
) -> None:
    choose(on_audius, koval)
    plan = on_audius.jobs.plan_sync(EVERYTHING)
    assert not plan.widening
    assert on_audius.jobs.forecast(plan) == ()
    assert sync(on_audius) == {"done": 3}
    assert audius.user(KOVAL)["allow_ai_attribution"] is False
    assert [track["no_ai_use"] for track in audius.tracks(KOVAL)] == [True, True]
    assert undo(on_audius) == {"done": 3}
    assert audius.user(KOVAL)["allow_ai_attribution"] is True
    assert [track["no_ai_use"] for track in audius.tracks(KOVAL)] == [False, False]


@pytest.mark.parametrize("preset", [Preset.NO_AI, Preset.NO_GENERATIVE, Preset.ASK_FIRST])
def test_a_use_that_audius_cannot_state_is_no_work(
    on_audius: Workspace, koval: Artist, preset: Preset
) -> None:
    choose(on_audius, koval, preset)
    assert sync(on_audius) == {"done": 3}
    assert pending_writes(on_audius) == 0
    assert set(on_audius.catalogue.counts(EVERYTHING)["audius"]) == {Standing.AGREES}
    assert "audius" not in {problem.where for problem in on_audius.catalogue.problems(EVERYTHING)}


def test_a_change_that_audius_ignores_is_not_done(
    on_audius: Workspace, koval: Artist, audius: PracticeAudius
) -> None:
    audius.ignores_tracks = True
    choose(on_audius, koval)
    report = on_audius.jobs.apply(on_audius.jobs.plan_sync(EVERYTHING))
    assert report.counts == {"done": 1, "unconfirmed": 2}
    late = (result for result in report.results if result.outcome is Outcome.UNCONFIRMED)
    problems = {result.problem for result in late}
    assert all("does not show it" in problem for problem in problems)
    [number] = on_audius.catalogue.recordings(Filter(text="paper moons"))
    cell = on_audius.catalogue.rows([number])[0].cells["audius"]
    assert cell.standing is not Standing.AGREES
