"""The terms watch on the command line, as a person and a nightly job use it."""

from __future__ import annotations

from typing import Any

import pytest

from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from tests.cli.fakes import run
from tests.fake_clock import FakeClock
from tests.workspace.terms.conftest import (
    NEW,
    TERMS,
    TRAINING,
    TermsServer,
    archive,
    fake_clock,
    koval,
    server,
    workspace,
)

__all__ = ["archive", "fake_clock", "koval", "server", "workspace"]


@pytest.fixture
def alarmed(
    workspace: Workspace, koval: Artist, server: TermsServer, fake_clock: FakeClock
) -> dict[str, Any]:
    """The alarm of a change, as `terms check` reports it."""
    assert run(workspace, "terms", "check", "--json").json["alarms"] == []
    fake_clock.move(days=1)
    server.show(TERMS, NEW)
    done = run(workspace, "terms", "check", "--json")
    assert done.code == 0, done
    [alarm] = done.json["alarms"]
    return dict(alarm)


def test_a_nightly_run_does_nothing_until_the_watch_is_on(
    workspace: Workspace, koval: Artist, server: TermsServer
) -> None:
    assert "is off" in run(workspace, "terms", "check", "--if-due").out
    assert server.asked == []
    assert run(workspace, "terms", "on", "--json").json == {"on": True}
    assert run(workspace, "terms", "check", "--if-due", "--json").json["read"] == 1
    assert "is due" in run(workspace, "terms", "check", "--if-due").out
    assert "read today already" in run(workspace, "terms", "check").out
    assert len(server.asked) == 1
    assert run(workspace, "terms", "off", "--json").json == {"on": False}
    assert run(workspace, "terms", "check", "--if-due", "SoundCloud").code == 2


def test_an_alarm_says_what_changed_where_and_for_whom(
    workspace: Workspace, alarmed: dict[str, Any]
) -> None:
    assert alarmed["document"] == "soundcloud/terms"
    assert alarmed["direction"] == "widens"
    assert alarmed["artists"] == ["Mira Koval"]
    assert alarmed["paragraphs"][0]["new"] == TRAINING
    assert alarmed["new"]["source"] == "page"
    assert len(alarmed["new"]["text_sha256"]) == 64
    out = run(workspace, "terms", "show", str(alarmed["alarm"])).out
    assert f"New: {TRAINING}" in out
    assert "SHA-256" in out
    assert "Concerns: Mira Koval" in out


def test_an_answer_takes_it_off_the_list_until_its_day(
    workspace: Workspace, alarmed: dict[str, Any], fake_clock: FakeClock
) -> None:
    number = str(alarmed["alarm"])

    def waiting() -> list[Any]:
        return list(run(workspace, "terms", "list", "--json").json["alarms"])

    assert len(waiting()) == 1
    assert run(workspace, "terms", "answer", number, "--noted").code == 0
    assert waiting() == []
    assert len(run(workspace, "terms", "list", "--all", "--json").json["alarms"]) == 1
    assert run(workspace, "terms", "answer", number, "--reopen").code == 0
    assert len(waiting()) == 1
    day = (fake_clock.wall.date().replace(day=1, month=12)).isoformat()
    assert run(workspace, "terms", "answer", number, "--ask-again", day).code == 0
    assert waiting() == []
    fake_clock.move(days=30)
    assert len(waiting()) == 1
    said = run(workspace, "history", "--json").json["entries"]
    assert [one["kind"] for one in said].count("terms-alarm-answered") == 3
    assert "Change in terms noted: SoundCloud, Terms of Use" in [one["name"] for one in said]


@pytest.mark.parametrize(
    "arguments",
    [
        ("answer", "1"),
        ("answer", "1", "--noted", "--choice-changed"),
        ("answer", "1", "--ask-again", "soon"),
        ("answer", "1", "--ask-again", "2020-01-01"),
        ("answer", "99", "--noted"),
        ("show", "99"),
        ("show", "soundcloud/nothing"),
        ("show", "nowhere/terms"),
        ("versions", "nowhere"),
        ("check", "Nowhere"),
    ],
)
def test_wrong_usage_changes_nothing(
    workspace: Workspace, alarmed: dict[str, Any], arguments: tuple[str, ...]
) -> None:
    assert run(workspace, "terms", *arguments).code == 2
    assert len(run(workspace, "terms", "list", "--json").json["alarms"]) == 1


def test_versions_and_texts_are_what_was_fetched(
    workspace: Workspace, alarmed: dict[str, Any]
) -> None:
    kept = run(workspace, "terms", "versions", "soundcloud", "--json").json["versions"]
    assert [one["text_sha256"] for one in kept] == [
        alarmed["new"]["text_sha256"],
        alarmed["old"]["text_sha256"],
    ]
    shown = run(workspace, "terms", "show", "soundcloud/terms", "--json").json
    assert TRAINING in shown["text"]
    assert shown["version"] == kept[0]


def test_what_can_not_be_read_is_said_and_has_its_exit_code(
    workspace: Workspace, koval: Artist, server: TermsServer
) -> None:
    server.faults.add(Fault(FaultKind.ERROR, times=0, status=503))
    done = run(workspace, "terms", "check")
    assert done.code == 1
    assert "Not read: SoundCloud, Terms of Use" in done.err
    assert "No terms could be read" in done.out
    assert "Nothing changed" not in done.out
    assert "Not read from the platform's page since" in run(workspace, "terms", "list").out


def test_the_nightly_check_of_platforms_checks_the_terms_too_once_they_are_watched(
    workspace: Workspace, koval: Artist, server: TermsServer
) -> None:
    assert "terms" not in run(workspace, "look", "--if-due", "--json").json
    run(workspace, "terms", "on")
    assert run(workspace, "look", "--if-due", "--json").json["terms"]["read"] == 1
    assert "terms" not in run(workspace, "look", "--if-due", "--json").json
