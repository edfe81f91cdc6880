"""The contract with scripts: exit codes, one document on stdout, a plan before every change."""

import io
import os
import signal

import pytest

from rightsdesk.changes.recover import Recovery
from rightsdesk.changes.types import JobKind, Outcome, Plan
from rightsdesk.cli import prompts
from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from tests.cli.fakes import NO_AI, OPEN, FakeWorkspace, change, plan, run, with_outcome

SAYS_NO = change("one.mp3", Consent(), NO_AI)
SAYS_YES = change("two.mp3", NO_AI, OPEN)
BROKEN = with_outcome(change("bad.mp3", Consent(), NO_AI), Outcome.SKIPPED, "It is damaged.")
AI_USES = [use.value for use in Use if use not in (Use.SEARCH, Use.RECOMMENDATION)]


class AnotherAtWork(KnownError):
    cause = Cause.ANOTHER_AT_WORK


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person is at the terminal; what they type is the run's input."""
    monkeypatch.setattr("rightsdesk.cli.plan_runner.is_interactive", lambda: True)
    monkeypatch.setattr("rightsdesk.cli.confirmation.is_interactive", lambda: True)


# --- plan, question, report ----------------------------------------------------------------


def test_yes_writes_and_reports_in_the_agreed_format() -> None:
    done = run(FakeWorkspace(plan(SAYS_NO, unchanged=3)), "tag", "--yes", "--json")
    assert done.code == 0
    assert done.json["job"] == 7
    assert done.json["dry_run"] is False
    assert done.json["counts"] == {"done": 1, "unchanged": 3}
    [shape] = done.json["changes"]
    assert shape["target"] == "/music/one.mp3"
    assert shape["carrier"] == "file"
    assert shape["before"] == {}
    assert shape["after"] == NO_AI.to_json()
    assert shape["widens"] == []
    assert shape["losses"] == []
    assert shape["outcome"] == "done"
    assert shape["problem"] == ""


def test_a_dry_run_writes_nothing() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO))
    done = run(workspace, "tag", "--dry-run", "--json")
    assert done.code == 0
    assert done.json["job"] is None
    assert done.json["dry_run"] is True
    assert done.json["counts"] == {"planned": 1}
    assert not workspace.applied


def test_without_yes_and_a_terminal_the_plan_is_shown_and_refused() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO))
    done = run(workspace, "tag")
    assert done.code == 2
    assert "one.mp3" in done.out
    assert "--yes" in done.err
    assert not workspace.applied


def test_a_refusal_is_a_single_document_too() -> None:
    done = run(FakeWorkspace(plan(SAYS_NO)), "tag", "--json")
    assert done.code == 2
    assert done.json["counts"] == {"planned": 1}
    assert done.json["error"]["cause"] == "usage"


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("answer", ["", "n\n", "no\n", "maybe\n"])
def test_any_unclear_answer_is_a_no(answer: str) -> None:
    workspace = FakeWorkspace(plan(SAYS_NO))
    done = run(workspace, "tag", typed=answer)
    assert done.code == 130
    assert not workspace.applied


@pytest.mark.usefixtures("person")
def test_a_person_can_confirm() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO))
    assert run(workspace, "tag", typed="y\n").code == 0
    assert len(workspace.applied) == 1


@pytest.mark.usefixtures("person")
def test_with_json_the_question_is_not_in_the_document() -> None:
    done = run(FakeWorkspace(plan(SAYS_NO)), "tag", "--json", typed="y\n")
    assert done.json["counts"] == {"done": 1}
    assert "Do this?" in done.err
    assert "one.mp3" in done.err


def test_nothing_to_do_is_reported_and_is_no_failure() -> None:
    done = run(FakeWorkspace(plan(unchanged=12)), "tag")
    assert done.code == 0
    assert done.out == "Everything already says what you chose.\n"


def test_excluded_changes_are_listed_and_give_exit_code_1() -> None:
    done = run(FakeWorkspace(plan(SAYS_NO, BROKEN)), "tag", "--yes")
    assert done.code == 1
    assert "Left alone: It is damaged.\n    /music/bad.mp3" in done.out


# --- widening ------------------------------------------------------------------------------


def test_yes_alone_never_widens() -> None:
    done = run(FakeWorkspace(plan(SAYS_NO, SAYS_YES)), "tag", "--yes", "--json")
    assert done.code == 1
    assert done.json["counts"] == {"done": 1, "skipped": 1}
    [skipped] = [c for c in done.json["changes"] if c["outcome"] == "skipped"]
    assert skipped["widens"] == AI_USES
    assert "not confirmed" in skipped["problem"]


def test_widening_needs_its_own_option() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO, SAYS_YES))
    assert run(workspace, "tag", "--yes", "--allow-widening").code == 0
    assert workspace.applied[0] == workspace.planned.confirmation()


NOT_WIDENED = {
    "sentence": "Nothing was changed: this lets AI do more than before.",
    "advice": "Add --allow-widening to allow it.",
    "cause": "widening",
}


def test_an_undo_that_would_widen_says_why_nothing_happened() -> None:
    workspace = FakeWorkspace(plan(SAYS_YES, kind=JobKind.UNDO))
    refused = run(workspace, "undo", "--yes", "--json")
    assert refused.code == 1
    assert refused.json["counts"] == {"planned": 1}
    assert refused.json["error"] == NOT_WIDENED
    assert workspace.applied == []
    words = run(workspace, "undo", "--yes").out
    assert f"{NOT_WIDENED['sentence']} {NOT_WIDENED['advice']}" in words


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("command", [("tag",), ("consent", "set", "likeness=no")])
def test_a_no_is_said_in_the_document(command: tuple[str, ...]) -> None:
    refused = run(FakeWorkspace(plan(SAYS_NO)), *command, "--json", typed="n\n")
    assert refused.code == 130
    assert refused.json["error"] == {
        "sentence": "Nothing was changed.",
        "advice": "",
        "cause": "cancelled",
    }


@pytest.mark.usefixtures("person")
def test_a_person_is_asked_a_second_time_about_widening() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO, SAYS_YES))
    done = run(workspace, "tag", typed="y\nn\n")
    assert done.code == 1
    assert not workspace.applied[0].named
    assert "training AI that makes music" in done.out
    assert "two.mp3" in done.out
    assert run(workspace, "tag", typed="y\ny\n").code == 0


# --- choosing ------------------------------------------------------------------------------


def test_choose_shows_what_changes() -> None:
    workspace = FakeWorkspace()
    done = run(workspace, "consent", "set", "--preset", "no-ai", "--yes")
    assert done.code == 0
    assert workspace.own == NO_AI
    assert "training AI that makes music: nothing said → No" in done.out
    assert "a signal, not a lock" in done.out


def test_a_widening_choose_needs_its_own_option() -> None:
    workspace = FakeWorkspace(own=NO_AI)
    command = ("consent", "set", "likeness=yes", "--yes", "--json")
    refused = run(workspace, *command)
    assert refused.code == 1
    assert refused.json["widens"] == ["likeness"]
    assert refused.json["outcome"] == "skipped"
    assert refused.json["error"] == NOT_WIDENED
    assert workspace.own == NO_AI
    assert run(workspace, *command, "--allow-widening").code == 0
    assert workspace.own[Use.LIKENESS] is Permission.ALLOWED


def test_a_widening_choose_names_every_title() -> None:
    names = [f"Song {number}" for number in range(300)]
    workspace = FakeWorkspace(own=NO_AI, titles=names)
    command = ("consent", "set", "likeness=yes", "--dry-run")
    lines = run(workspace, *command).out.splitlines()
    assert "  Mira Koval, Night Ferry: 300 recordings" in lines
    assert {f"    {name}" for name in names} <= set(lines)
    opens = run(workspace, *command, "--json").json["opens"]
    assert [opened["recording"] for opened in opens] == names
    assert opens[0]["uses"] == ["likeness"]


@pytest.mark.usefixtures("person")
def test_a_person_who_widens_is_asked_twice() -> None:
    workspace = FakeWorkspace(own=NO_AI)
    assert run(workspace, "consent", "set", "likeness=yes", typed="y\n").code == 1
    assert run(workspace, "consent", "set", "likeness=yes", typed="y\ny\n").code == 0


# --- endings -------------------------------------------------------------------------------


def test_a_workspace_that_cannot_be_opened_exits_with_3() -> None:
    problem = KnownError("The disk is full.", advice="Make room.")
    done = run(problem, "status", "--json")
    assert done.code == 3
    assert done.json == {
        "error": {"sentence": "The disk is full.", "advice": "Make room.", "cause": "other"}
    }
    assert "Make room." in done.err


def test_another_running_rightsdesk_exits_with_3() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO), fails={"apply": AnotherAtWork("Another one.")})
    assert run(workspace, "tag", "--yes").code == 3
    assert workspace.closed


def test_other_known_errors_exit_with_1() -> None:
    workspace = FakeWorkspace(fails={"plan": KnownError("Nothing chosen yet.")})
    done = run(workspace, "tag", "--json")
    assert done.code == 1
    assert done.json["error"]["sentence"] == "Nothing chosen yet."


def test_bugs_are_raised() -> None:
    class Buggy(FakeWorkspace):
        def plan_tag(self, *_: object, **__: object) -> Plan:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(Buggy(), "tag")


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--unheard-of"),
        ("conset",),
        ("consent", "set"),
        ("consent", "set", "likeness=perhaps"),
        ("consent", "set", "--artist", "Nobody", "--preset", "no-ai"),
        ("consent", "set", "--inherit", "--preset", "no-ai"),
        ("scan",),
    ],
)
def test_usage_errors_exit_with_2_and_a_single_document(arguments: tuple[str, ...]) -> None:
    done = run(FakeWorkspace(), *arguments, "--json")
    assert done.code == 2
    assert done.json["error"]["sentence"]


def test_ctrl_c_stops_at_the_next_safe_point_and_still_reports() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO))
    workspace.before_apply = lambda _cancel: os.kill(os.getpid(), signal.SIGINT)
    before = signal.getsignal(signal.SIGINT)  # ignored if the tests run in the background
    done = run(workspace, "tag", "--yes", "--json")
    assert done.code == 130
    assert done.json["cancelled"] is True
    assert done.json["counts"] == {"planned": 1}
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_stops_at_once() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO))

    def impatient(_cancel: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    workspace.before_apply = impatient
    done = run(workspace, "tag", "--yes", "--json")
    assert done.code == 130
    assert done.json["error"]["cause"] == "cancelled"


# --- streams -------------------------------------------------------------------------------


def test_progress_is_on_stderr_and_silent_with_q() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO))
    assert run(workspace, "tag", "--dry-run").err == "Reading files: 2 of 2\n"
    assert run(workspace, "-q", "tag", "--dry-run").err == ""


def test_recovery_is_reported_on_stderr() -> None:
    workspace = FakeWorkspace(plan(SAYS_NO), recovery=Recovery("Two files were put right.", 7))
    done = run(workspace, "tag", "--dry-run", "--json")
    assert "Two files were put right." in done.err
    assert "rightsdesk jobs resume 7" in done.err
    assert done.json["counts"] == {"planned": 1}


def test_a_name_with_undecodable_bytes_is_printed_and_can_be_typed_back() -> None:
    workspace = FakeWorkspace(plan(change("b\udcffd\x1b[31m.mp3", Consent(), NO_AI)))
    assert "b\\xffd\\x1b[31m.mp3" in run(workspace, "tag", "--dry-run").out
    [shape] = run(workspace, "tag", "--dry-run", "--json").json["changes"]
    assert os.fsencode(shape["target"]) == b"/music/b\xffd\x1b[31m.mp3"


def test_secrets_are_read_from_stdin_only_on_request(capsys: object) -> None:
    assert prompts.secret("Secret: ", from_stdin=False) == ""


BEGIN, END = (f"-----{edge} OPENSSH PRIVATE KEY-----\n" for edge in ("BEGIN", "END"))
KEY = f"{BEGIN}b3BlbnNzaC1r\nZXktdjEA\n{END}"


@pytest.mark.parametrize(
    ("given", "secret", "rest"),
    [
        ("salt and sea\nyes\n", "salt and sea", "yes\n"),
        (f"{KEY}yes\n", KEY, "yes\n"),
        (KEY.replace("\n", "\r\n"), KEY, ""),
        (KEY[:50], KEY[:50] + "\n", ""),
        ("", "", ""),
    ],
)
def test_a_key_is_read_to_its_end_and_other_secrets_are_one_line(
    monkeypatch: pytest.MonkeyPatch, given: str, secret: str, rest: str
) -> None:
    typed = io.StringIO(given)
    monkeypatch.setattr("sys.stdin", typed)
    assert prompts.secret("Secret: ", from_stdin=True) == secret
    assert typed.read() == rest


def test_a_key_can_be_pasted_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(KEY.splitlines())
    texts: list[str] = []

    def typed(prompt: str) -> str:
        texts.append(prompt)
        return next(lines)

    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    monkeypatch.setattr("getpass.getpass", typed)
    assert prompts.secret("Secret: ", from_stdin=False) == KEY
    assert texts == ["Secret: ", "", "", ""]
