"""`attest` and `platforms`: the steps to a switch, the recorded answer, and the JSON."""

from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.resources.facts import PlatformFacts, all_facts
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.cli.fakes import FakeWorkspace, Ran, run


@pytest.fixture
def data(isolated: Path) -> Path:
    """The data of a user who manages Mira Koval, whose consent is No AI."""
    with Workspace.open(isolated) as workspace:
        mira = workspace.artists.add("Mira Koval")
        workspace.consents.set(Scope(ScopeKind.ARTIST, mira.id), PRESETS[Preset.NO_AI])
    return isolated


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person is at the terminal; what they type is the run's input."""
    monkeypatch.setattr("rightsdesk.cli.commands.attesting.is_interactive", lambda: True)


def attest(data: Path, *arguments: str, typed: str = "") -> Ran:
    return run(Workspace.open(data), "attest", *arguments, typed=typed)


def attested(data: Path) -> list[str]:
    """The attested values, newest first."""
    with Workspace.open(data) as workspace:
        return [
            f"{attestation.platform} {attestation.value}"
            for attestation in workspace.platforms.attestations()
        ]


# --- attesting -----------------------------------------------------------------------------


def test_a_value_is_recorded_with_its_date(data: Path) -> None:
    done = attest(data, "x", "--artist", "Mira Koval", "--value", "Off", "--note", "by phone")
    assert done.code == 0
    assert "✎ noted by you: X, Mira Koval: Off (by phone)" in done.out
    assert "You recorded this on" in done.out
    assert attested(data) == ["x off"]


def test_a_wider_value_is_recorded_and_shown_as_a_conflict(data: Path) -> None:
    done = attest(data, "landr", "--value", "joined")
    assert done.code == 0
    assert "✗ says otherwise" in done.out
    assert "more than your consent: training AI that makes music" in done.out
    assert attested(data) == ["landr joined"]
    assert "allows more than you chose" in run(Workspace.open(data), "problems").out


def test_the_document_separates_facts_from_attestations(data: Path) -> None:
    shape = attest(data, "x", "--value", "on", "--json").json
    assert shape["artist"] == "Mira Koval"
    assert shape["platform"] == "x"
    assert shape["standing"] == "conflicts"
    assert shape["terms_date"] == "2026-07-16"
    terms = shape["facts"][0]
    assert (terms["about"], terms["date"], terms["strength"]) == ("terms", "2026-04-11", "document")
    assert terms["age"].endswith("months")
    assert terms["archive"] == "pga-versions 256cc33c"
    [control] = shape["controls"]
    assert control["evidence"] == "attested"
    assert control["says"] == {"generative_training": "allowed"}
    assert control["wider"] == ["generative_training"]
    assert control["fitting"] == "off"
    assert control["attested"]["value"] == "on"
    assert control["link_verified"] is False
    assert control["known_from"].startswith("The AI Data Use Index")


def test_withdrawing_keeps_the_record(data: Path) -> None:
    attest(data, "x", "--value", "off")
    done = attest(data, "x", "--withdraw", "--json")
    assert done.code == 0
    assert done.json["standing"] == "unknown"
    assert done.json["controls"][0]["attested"] is None
    assert attested(data) == ["x off"]
    again = attest(data, "x", "--withdraw", "--json")
    assert again.code == 1
    assert again.json["error"]["cause"] == "nothing-told"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere",),
        ("x", "--value", "maybe"),
        ("x", "--control", "colour"),
        ("x", "--control", "colour", "--value", "off"),
        ("audius", "--value", "off"),
        ("spotify", "--value", "off"),
        ("x", "--note", "alone"),
        ("x", "--withdraw", "--value", "off"),
        ("x", "--artist", "Nobody", "--value", "off"),
    ],
)
def test_an_impossible_value_exits_with_2_and_records_nothing(
    data: Path, arguments: tuple[str]
) -> None:
    done = attest(data, *arguments, "--json")
    assert done.code == 2
    assert done.json["error"]["sentence"]
    assert attested(data) == []


# --- the way there -------------------------------------------------------------------------


def test_without_a_value_the_steps_and_the_terms_are_shown(data: Path) -> None:
    done = attest(data, "x")
    assert done.code == 0
    assert "The newest version held is of 2026-04-11" in done.out
    assert "Looked up in 2026-11. Strong: read in the document itself." in done.out
    assert "Looked up in 2026-11. Fair: several sources report it" in done.out
    assert "    https://x.com/ (the home page" in done.out, "the page itself was not checked"
    assert "1. Open X and go to Settings" in done.out
    assert "What fits your consent: Off (off)" in done.out
    assert "rightsdesk attest x --value off|on" in done.err
    assert attested(data) == []


def test_a_platform_without_a_switch_is_reported(data: Path) -> None:
    done = attest(data, "cd-baby")
    assert done.code == 0
    assert "No switch was found (looked up 2026-11)." in done.out


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("answer", ["1\n", "off\n", "Off\n"])
def test_at_a_terminal_the_value_is_asked_for(data: Path, answer: str) -> None:
    done = attest(data, "x", typed=answer)
    assert done.code == 0
    assert "✎ noted by you" in done.out
    assert attested(data) == ["x off"]


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("answer", ["", "\n", "3\n", "yes\n"])
def test_an_invalid_answer_records_nothing(data: Path, answer: str) -> None:
    done = attest(data, "x", typed=answer)
    assert done.code == 0
    assert "Nothing was recorded." in done.err
    assert attested(data) == []


@pytest.mark.usefixtures("person")
def test_with_json_no_question_is_asked(data: Path) -> None:
    done = attest(data, "x", "--json", typed="1\n")
    assert done.json["controls"][0]["attested"] is None
    assert attested(data) == []


# --- what is known -------------------------------------------------------------------------


class FactsOnly(FakeWorkspace):
    """Knows the facts, which need no data."""

    def facts(self) -> tuple[PlatformFacts, ...]:
        return all_facts()


def test_every_platform_is_listed() -> None:
    done = run(FactsOnly(), "platforms")
    assert done.code == 0
    for facts in all_facts():
        assert f"{facts.name} ({facts.kind}, {facts.id})" in done.out
    assert "on unless you switch it off" in done.out
    assert "out unless you join" in done.out
    assert "Google's own use: Only the terms apply" in done.out


def test_offers_show_whether_their_companies_are_certified() -> None:
    done = run(FactsOnly(), "platforms", "tunecore")
    assert "Not on our copy of the Fairly Trained list of 2024-08" in done.out
    shape = run(FactsOnly(), "platforms", "TuneCore (Believe)", "--json").json
    [platform] = shape["platforms"]
    assert platform["offers"][0]["companies"] == [
        {"name": "ElevenLabs", "certified": False},
        {"name": "Udio", "certified": False},
    ]


def test_the_list_is_a_single_json_document() -> None:
    shapes = run(FactsOnly(), "platforms", "--json").json["platforms"]
    assert [shape["platform"] for shape in shapes] == [facts.id for facts in all_facts()]
    assert run(FactsOnly(), "platforms", "nowhere", "--json").code == 2


# --- what is to do -------------------------------------------------------------------------


def test_the_date_and_a_reminder_can_be_given(data: Path) -> None:
    done = attest(
        data, "linkedin", "--value", "off", "--on", "2026-05-03", "--remind", "2030-01-02"
    )
    assert done.code == 0
    assert "You recorded this on 2026-05-03; check again by 2030-01-02." in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--value", "off", "--on", "3 May"),
        ("--value", "off", "--on", "2999-01-01"),
        ("--on", "2026-05-03"),
        ("--here", "--value", "off"),
    ],
)
def test_impossible_dates_exit_with_2_and_record_nothing(data: Path, arguments: tuple[str]) -> None:
    assert attest(data, "x", *arguments, "--json").code == 2
    assert attested(data) == []


def test_a_platform_that_is_not_used_is_listed_last(data: Path) -> None:
    assert attest(data, "x", "--not-here", "--json").json["group"] == "aside"
    lines = run(Workspace.open(data), "platforms", "--artist", "Mira Koval").out.splitlines()
    assert lines.index("Not used:") == len(lines) - 2
    assert lines[-1].startswith("  X (x)")
    assert attest(data, "x", "--not-here", "--withdraw", "--json").json["group"] == "ask"


def test_for_an_artist_platforms_are_sorted_by_what_is_to_do(data: Path) -> None:
    attest(data, "meta", "--value", "not-objected")
    attest(data, "linkedin", "--value", "off")
    attest(data, "x", "--here")
    done = run(Workspace.open(data), "platforms", "--artist", "Mira Koval")
    to_do, rest = done.out.split("Done:")
    assert to_do.startswith("To do:")
    assert "✗ says otherwise on " in to_do
    assert "X (x): on unless you switch it off" in to_do
    assert "✎ noted by you on " in rest.split("Through an account")[0]
    shape = run(Workspace.open(data), "platforms", "x", "-a", "Mira Koval", "--json").json
    assert [platform["group"] for platform in shape["platforms"]] == ["to_do"]


def test_one_platform_shows_setting_attestation_and_signal_separately(data: Path) -> None:
    attest(data, "x", "--value", "off")
    done = run(Workspace.open(data), "platforms", "x", "-a", "Mira Koval")
    assert "  Its terms: The licence you give covers training" in done.out
    assert "Of “Grok & Third-party Collaborators”: ✎ noted by you on " in done.out
    assert "What RightsDesk wrote there: it can't read or write there" in done.out
    done = run(Workspace.open(data), "platforms", "youtube", "-a", "Mira Koval")
    assert "What RightsDesk wrote there: nothing, no account is connected" in done.out
    shape = run(Workspace.open(data), "platforms", "x", "-a", "Mira Koval", "--json").json
    assert shape["platforms"][0]["signals"] is None
    assert shape["platforms"][0]["controls"][0]["read"] == []


def test_for_all_artists_open_platforms_are_counted(data: Path) -> None:
    with Workspace.open(data) as workspace:
        workspace.artists.add("Salt & Signal")
    attest(data, "x", "--value", "off", "--artist", "Mira Koval")
    attest(data, "x", "--here", "--artist", "Salt & Signal")
    shape = run(Workspace.open(data), "platforms", "--open", "--json").json
    hers, theirs = shape["artists"]
    assert (hers["artist"], hers["done"], theirs["done"]) == ("Mira Koval", 1, 0)
    assert hers["to_do"] == theirs["to_do"] - 1
    assert "Mira Koval: " in run(Workspace.open(data), "platforms", "--open").out
    assert run(Workspace.open(data), "platforms", "x", "--open", "--json").code == 2
