"""A nightly run: due jobs are resumed, changes are listed, and no question is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.period import Period
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.roster.vault_errors import KeyringLocked
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.cli.fakes import Ran, run
from tests.fake_clock import FakeClock, Ticking

KOVAL = catalogue.KOVAL


@pytest.fixture
def soundcloud() -> Iterator[PracticeSoundCloud]:
    with PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None) as server:
        yield server


class Nights:
    """A workspace with an account, whose clock the test moves."""

    def __init__(self, workspace: Workspace, fake_clock: FakeClock) -> None:
        self.workspace = workspace
        self.fake_clock = fake_clock

    def __call__(self, *arguments: str) -> Ran:
        return run(self.workspace, *arguments)

    def json(self, *arguments: str, code: int = 0) -> Any:
        done = self(*arguments, "--json")
        assert done.code == code, done
        return done.json


@pytest.fixture
def nights(isolated: Path, tmp_path: Path, soundcloud: PracticeSoundCloud) -> Iterator[Nights]:
    fake_clock = Ticking()
    catalogue.build(tmp_path / "music")
    with Workspace.open(isolated, clock=fake_clock.clock) as workspace:
        artist = workspace.artists.add(KOVAL)
        workspace.catalogue.scan(artist.id, [str(tmp_path / "music" / KOVAL)])
        workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
        pending = workspace.accounts.begin_sign_in(
            artist.id, "soundcloud", client_id=CLIENT_ID, base_url=soundcloud.base_url, port=0
        )
        browser = PracticeBrowser(KOVAL)
        browser(pending.url)
        pending.finish()
        browser.close()
        yield Nights(workspace, fake_clock)


def test_a_waiting_job_is_resumed_when_due(nights: Nights, soundcloud: PracticeSoundCloud) -> None:
    soundcloud.faults.add(Fault(FaultKind.TOO_MANY, on="PUT /tracks/", retry_after="7200"))
    stopped = nights("sync", "--yes")
    assert stopped.code == 1
    assert "The window resumes it" in stopped.out
    [job] = nights.json("jobs")["jobs"]
    assert job["due_at"]
    assert "continues" in nights("jobs").out

    early = nights.json("jobs", "resume", "--due")
    assert early["went_on"] == []
    assert [job_shape["job"] for job_shape in early["waiting"]] == [job["id"]]
    assert "resumes" in nights("jobs", "resume", "--due").out

    nights.fake_clock.move(hours=3)
    late = nights.json("jobs", "resume", "--due")
    assert [job_shape["counts"] for job_shape in late["went_on"]] == [{"done": job["open_changes"]}]
    assert late["waiting"] == []
    assert "Nothing is due." in nights("jobs", "resume", "--due").out


@pytest.mark.parametrize("what", [("account", "remove", "soundcloud"), ("artist", "remove", KOVAL)])
def test_removing_an_account_ends_its_waiting_job_and_reports_it(
    nights: Nights, soundcloud: PracticeSoundCloud, what: tuple[str, ...]
) -> None:
    soundcloud.faults.add(Fault(FaultKind.TOO_MANY, on="PUT /tracks/", retry_after="7200"))
    nights("sync", "--yes")
    [job] = nights.json("jobs")["jobs"]
    removed = nights(*what, "--yes")
    assert removed.code == 0
    assert f"{job['open_changes']} changes" in removed.out
    assert "cancelled" in removed.out.lower()
    [job] = nights.json("jobs")["jobs"]
    assert job["open_changes"] == 0
    assert "Nothing is due." in nights("jobs", "resume", "--due").out


def test_resume_needs_a_job_or_the_option_for_due_jobs(nights: Nights) -> None:
    assert nights("jobs", "resume").code == 2
    assert nights("jobs", "resume", "1", "--due").code == 2


def test_scheduled_checks_are_off_until_turned_on(
    nights: Nights, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.seen.clear()
    assert nights.json("look", "--if-due") == {"due_at": "", "ended_licences": None}
    assert soundcloud.seen == []
    assert nights.json("look", "--every", "week") == {"every": "week"}
    assert "once a week" in nights("look", "--every", "week").out
    assert nights("look", "--every", "hour").code == 2

    first = nights.json("look", "--if-due")
    assert (first["items"] > 0, first["changed"], first["every"]) == (True, [], "week")
    assert nights.json("look", "--if-due")["due_at"]

    track, other, *_ = soundcloud.tracks(KOVAL)
    soundcloud.edit(track["urn"], tag_list="noai")
    nights.fake_clock.move(days=8)
    [changed] = nights.json("look", "--if-due")["changed"]
    assert changed["item"] == track["title"]
    soundcloud.edit(other["urn"], tag_list="noai")
    output = nights("look").out
    assert other["title"] in output
    assert track["title"] not in output, "reported once"


def test_an_unreadable_account_gives_exit_code_1(
    nights: Nights, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.revoke(KOVAL)
    checked = nights("look")
    assert checked.code == 1
    assert "could not be read" in checked.out


def test_an_interval_and_if_due_exclude_each_other(nights: Nights) -> None:
    assert nights("look", "--every", "week", "--if-due").code == 2
    assert nights("look", "--every", "week").code == 0


# --- without an account ------------------------------------------------------------------------


@pytest.fixture
def files_only(isolated: Path, tmp_path: Path) -> Iterator[Nights]:
    """A roster with files, a choice, a licence written into them, and no account."""
    fake_clock = FakeClock()
    catalogue.build(tmp_path / "music")
    with Workspace.open(isolated, clock=fake_clock.clock) as workspace:
        artist = workspace.artists.add(KOVAL)
        workspace.catalogue.scan(artist.id, [str(tmp_path / "music" / KOVAL)])
        scope = Scope(ScopeKind.ARTIST, artist.id)
        workspace.consents.set(scope, PRESETS[Preset.NO_AI])
        period = Period(None, fake_clock.wall.date(), "UTC")
        klay = Agreement("Klay", frozenset({Use.GENERATIVE_TRAINING}), period=period)
        workspace.licences.add(klay, [scope], confirmed=klay.uses)
        plan = workspace.jobs.plan_tag(Filter())
        workspace.jobs.apply(plan, confirmed=plan.confirmation())
        yield Nights(workspace, fake_clock)


def test_without_an_account_a_nightly_run_has_nothing_to_fail_at(files_only: Nights) -> None:
    files_only.json("look", "--every", "day")
    nothing = files_only("look", "--if-due")
    assert nothing.code == 0
    assert nothing.out == ""
    assert "No account is connected" in nothing.err
    assert files_only("jobs", "resume", "--due").code == 0
    document = files_only.json("look", "--if-due")
    assert (document["items"], document["changed"], document["every"]) == (0, [], "day")
    assert document["ended_licences"] is None
    assert "No account is connected" in " ".join(document["notes"])


@pytest.mark.parametrize("options", [(), ("--if-due",)], ids=["plain", "if-due"])
def test_without_an_account_an_ended_licence_is_told_not_hidden(
    files_only: Nights, options: tuple[str, ...]
) -> None:
    files_only.json("look", "--every", "day")
    files_only.fake_clock.move(days=1)
    document = files_only.json("look", *options)
    [newest, *_] = files_only.json("jobs")["jobs"]
    assert document["ended_licences"]["job"] == newest["id"]
    assert document["ended_licences"]["counts"]["done"] > 0
    assert "error" not in document
    assert "No account is connected" in " ".join(document["notes"])


def test_a_sync_ends_licences_before_it_misses_an_account(files_only: Nights) -> None:
    missing = files_only.json("sync", "--yes")
    assert (missing["changes"], "ended_licences" in missing) == ([], False)
    files_only.fake_clock.move(days=1)
    before = files_only.json("jobs")["jobs"]

    preview = files_only("sync", "--dry-run")
    assert (preview.code, preview.out) == (0, "")
    assert "A licence has ended" in preview.err
    assert files_only.json("jobs")["jobs"] == before

    document = files_only.json("sync", "--yes")
    assert (document["changes"], document["job"], "error" in document) == ([], None, False)
    [newest, *_] = files_only.json("jobs")["jobs"]
    assert document["ended_licences"]["job"] == newest["id"]
    assert newest["name"].startswith("The licence of Klay ended on")


@pytest.mark.parametrize("command", [("look",), ("sync", "--yes")], ids=" ".join)
def test_without_an_account_there_is_nothing_to_do_and_a_person_is_told(
    files_only: Nights, command: tuple[str, ...]
) -> None:
    done = files_only(*command)
    assert (done.code, "No account is connected" in done.err) == (0, True)
    assert "account add" in done.err
    assert "error" not in files_only.json(*command)


def test_a_platform_that_is_named_needs_an_account(files_only: Nights) -> None:
    missing = files_only.json("sync", "--platform", "soundcloud", "--yes", code=2)
    assert missing["error"]["cause"] == "no-account"


@pytest.mark.parametrize("step", ["accounts.check_all", "terms.due", "facts.update_if_due"])
def test_what_fails_later_does_not_hide_an_ended_licence(
    files_only: Nights, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_arguments: Any, **_more: Any) -> None:
        raise KeyringLocked

    part, name = step.split(".")
    monkeypatch.setattr(type(getattr(files_only.workspace, part)), name, fail)
    files_only.fake_clock.move(days=1)
    document = json.loads(files_only("look", "--json").out)
    assert document["ended_licences"]["counts"]["done"] > 0
