"""Lists that change or end early while they are read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.dialects.files.sentence import standard_sentence
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import RateLimited
from rightsdesk.platforms.interface import Bookmark, RemoteItem
from rightsdesk.platforms.soundcloud import SoundCloud
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.practice.wordpress import PracticeWordPress
from rightsdesk.store.database import FILE_NAME
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.observing import syncing
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.fake_clock import FakeClock
from tests.workspace.conftest import KOVAL, choose

EVERYTHING = Filter()
SENTENCE = standard_sentence(Declaration(PRESETS[Preset.NO_AI]))
LEFT_OUT = {"Night Ferry", "Paper Moons"}


@pytest.fixture
def account(koval: Artist, workspace: Workspace, sign_in: Callable[..., Account]) -> Account:
    account = sign_in(koval)
    choose(workspace, koval)
    workspace.accounts.read_items(account.id)
    return account


@pytest.fixture
def leaves_out(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A track was deleted between two requests: the next track is on neither page."""
    whole = SoundCloud.items

    def items(
        self: SoundCloud, client: Client, mark: Bookmark | None = None
    ) -> Iterator[RemoteItem]:
        return (item for item in whole(self, client, mark) if item.title not in LEFT_OUT)

    monkeypatch.setattr(SoundCloud, "items", items)


def unread(workspace: Workspace) -> list[str]:
    return [
        problem.advice
        for problem in workspace.catalogue.problems(EVERYTHING)
        if problem.kind == "item"
    ]


@pytest.mark.usefixtures("leaves_out")
def test_an_item_missing_from_a_list_is_requested(
    workspace: Workspace, soundcloud: PracticeSoundCloud
) -> None:
    asked = soundcloud.count("GET /tracks/")
    assert workspace.accounts.check_all().gone == ()
    assert soundcloud.count("GET /tracks/") == asked + len(LEFT_OUT)
    assert unread(workspace) == []


@pytest.mark.usefixtures("leaves_out")
def test_a_deleted_item_is_gone(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    [urn] = [t["urn"] for t in soundcloud.tracks(koval.name) if t["title"] == "Paper Moons"]
    del soundcloud._tracks[urn]
    assert workspace.accounts.check_all().gone == ("Paper Moons",)
    assert workspace.accounts.check_all().gone == ()


@pytest.mark.usefixtures("leaves_out")
def test_an_item_that_cannot_be_requested_is_unknown_and_not_gone(
    workspace: Workspace, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.faults.add(Fault(FaultKind.ERROR, on="GET /tracks/", status=400, times=0))
    assert workspace.accounts.check_all().gone == ()
    assert unread(workspace) == [syncing.NOT_LISTED]
    soundcloud.faults.clear()
    workspace.accounts.check_all()
    assert unread(workspace) == []


@pytest.mark.usefixtures("leaves_out")
def test_the_number_of_requests_is_limited(
    workspace: Workspace, soundcloud: PracticeSoundCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "MOST_SINGLE_READS", 1)
    asked = soundcloud.count("GET /tracks/")
    assert workspace.accounts.check_all().gone == ()
    assert soundcloud.count("GET /tracks/") == asked + 1
    assert unread(workspace) == [syncing.NOT_LISTED]


def test_a_refused_sign_in_leaves_the_changes_open(
    workspace: Workspace, account: Account, koval: Artist, soundcloud: PracticeSoundCloud
) -> None:
    plan = workspace.jobs.plan_sync(EVERYTHING)
    soundcloud.revoke(koval.name)
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert report.counts["planned"] == len(plan.planned)
    assert "failed" not in report.counts
    [job] = workspace.jobs.all()
    assert job.open_changes == len(plan.planned)
    assert {result.cause for result in report.results} == {"needs-reconnect", "stopped"}


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cut_off(
    isolated: Path,
    music: Path,
    fake_clock: FakeClock,
    soundcloud: PracticeSoundCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workspace]:
    """A list with one track per page, cut off by a rate limit after two pages."""
    monkeypatch.setattr("rightsdesk.platforms.soundcloud.PAGE_SIZE", "1")
    with Workspace.open(isolated, clock=fake_clock.clock) as workspace:
        artist = workspace.artists.add(KOVAL)
        workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
        where = {"client_id": CLIENT_ID, "base_url": soundcloud.base_url}
        pending = workspace.accounts.begin_sign_in(artist.id, "soundcloud", port=0, **where)
        browser = PracticeBrowser(KOVAL)
        browser(pending.url)
        account = workspace.accounts.confirm(pending.finish())
        browser.close()
        soundcloud.faults.add(Fault(FaultKind.SLOW, on="GET /me/tracks", times=2))
        limited = Fault(FaultKind.TOO_MANY, on="GET /me/tracks", retry_after="3600")
        soundcloud.faults.add(limited)
        with pytest.raises(RateLimited):
            workspace.accounts.read_items(account.id)
        assert workspace.accounts.all()[0].items == 2
        soundcloud.seen.clear()
        yield workspace


def pages(soundcloud: PracticeSoundCloud) -> int:
    return soundcloud.count("GET /me/tracks")


def test_a_read_that_was_cut_off_is_resumed(
    cut_off: Workspace, fake_clock: FakeClock, soundcloud: PracticeSoundCloud
) -> None:
    number = len(soundcloud.tracks(KOVAL))
    fake_clock.move(hours=2)
    [account] = cut_off.accounts.all()
    cut_off.accounts.read_items(account.id)
    assert pages(soundcloud) == number - 2
    assert cut_off.accounts.all()[0].items == number
    assert cut_off.accounts.check_all().gone == (), "items from before the cut are kept"
    assert pages(soundcloud) == 2 * number - 2, "the next read starts at the beginning"


def test_a_repeated_limit_still_makes_progress(
    cut_off: Workspace, fake_clock: FakeClock, soundcloud: PracticeSoundCloud
) -> None:
    [account] = cut_off.accounts.all()
    number = len(soundcloud.tracks(KOVAL))
    for read in range(3, number + 1):
        fake_clock.move(hours=2)
        soundcloud.faults.add(Fault(FaultKind.SLOW, on="GET /me/tracks"))
        soundcloud.faults.add(Fault(FaultKind.TOO_MANY, on="GET /me/tracks", retry_after="3600"))
        with suppress(RateLimited):
            cut_off.accounts.read_items(account.id)
        assert cut_off.accounts.all()[0].items == read


@pytest.mark.parametrize("old", [False, True], ids=["refused", "too old"])
def test_an_outdated_bookmark_starts_again(
    cut_off: Workspace, fake_clock: FakeClock, soundcloud: PracticeSoundCloud, old: bool
) -> None:
    [account] = cut_off.accounts.all()
    fake_clock.move(hours=25 if old else 2)
    if not old:
        soundcloud.faults.add(Fault(FaultKind.ERROR, on="GET /me/tracks", status=400))
    cut_off.accounts.read_items(account.id)
    number = len(soundcloud.tracks(KOVAL))
    assert pages(soundcloud) == number + (0 if old else 1)
    assert cut_off.accounts.all()[0].items == number


@pytest.mark.parametrize(
    "kept",
    [
        "no JSON",
        "[]",
        '{"at": "x", "seen": []}',
        '{"at": "x", "seen": null, "since": "2026-11-29T12:00:00+00:00"}',
        '{"at": "x", "seen": [], "since": "2026-11-29"}',
        '{"at": "https://elsewhere.example/", "seen": [], "since": "<now>"}',
        '{"at": "x", "seen": [], "since": "<now>", "before_at": "posts 2", "before": 3}',
        '{"at": "x", "seen": [], "since": "<now>", "before_at": "x", "before": {"y": 3}}',
    ],
)
def test_an_invalid_bookmark_starts_again(
    workspace: Workspace, account: Account, isolated: Path, kept: str
) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with closing(sqlite3.connect(isolated / FILE_NAME)) as there, there:
        there.execute("UPDATE accounts SET reading = ?", [kept.replace("<now>", now)])
    workspace.accounts.read_items(account.id)
    with closing(sqlite3.connect(isolated / FILE_NAME)) as there:
        assert there.execute("SELECT reading FROM accounts").fetchone() == ("",)


def test_observations_of_posts_are_kept_if_a_limit_stops_reading_the_files(
    isolated: Path, fake_clock: FakeClock
) -> None:
    post = f"[audio /files/11.mp3]\n<p>{SENTENCE}</p>"
    titles = [{"title": f"Song {number}"} for number in range(3)]
    with (
        PracticeWordPress({"mara": titles}) as server,
        Workspace.open(isolated, clock=fake_clock.clock) as workspace,
    ):
        artist = workspace.artists.add("Mara")
        where = {"identifier": "mara", "base_url": server.base_url}
        added = workspace.accounts.add(
            artist.id, "wordpress", secret=server.passwords["mara"], **where
        )
        account = workspace.accounts.confirm(added.id)
        server.posts = [post]
        server.faults.add(
            Fault(FaultKind.TOO_MANY, on="GET /wp-json/wp/v2/media", retry_after="3600")
        )
        with pytest.raises(RateLimited):
            workspace.accounts.read_items(account.id)
        fake_clock.move(hours=2)
        server.seen.clear()
        workspace.accounts.read_items(account.id)
        assert server.count("GET /wp-json/wp/v2/posts") == 0
        with closing(sqlite3.connect(isolated / FILE_NAME)) as there:
            assert SENTENCE in str(there.execute("SELECT fields FROM items").fetchall())
