"""Functions without input or output: parsing answers, formatting values, laying out tables."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.cli.consent_options import read_answers
from rightsdesk.cli.exits import EarlyExit
from rightsdesk.cli.output.output import Output
from rightsdesk.cli.output.previews import plan_lines
from rightsdesk.cli.output.tables import TableCell, plain_lines, print_table, width
from rightsdesk.cli.output.words import (
    STYLES,
    SYMBOLS,
    consent_words,
    shown,
    standing_count,
    standing_words,
)
from rightsdesk.cli.progress import ProgressLines
from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Standing, Use
from rightsdesk.consent.losses import Loss
from rightsdesk.consent.words import STANDING_NAMES
from tests.cli.fakes import change, plan

NO_AI = PRESETS[Preset.NO_AI]
NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("generative_training=no", {Use.GENERATIVE_TRAINING: NO}),
        ("generative-training=n", {Use.GENERATIVE_TRAINING: NO}),
        ("Likeness=ASK", {Use.LIKENESS: ASK}),
        ("search=y", {Use.SEARCH: YES}),
        ("search=allowed", {Use.SEARCH: YES}),
        ("data-mining=constrained", {Use.DATA_MINING: ASK}),
        ("ai_input=prohibited", {Use.AI_INPUT: NO}),
    ],
)
def test_permissions_in_all_their_spellings(pair: str, expected: dict[Use, Permission]) -> None:
    new = read_answers(None, [pair], inherit=False)
    assert new is not None
    assert new.over(Consent()) == Consent(expected)


@given(st.text())
def test_an_unknown_word_is_never_a_permission(text: str) -> None:
    try:
        new = read_answers(None, [f"likeness={text}"], inherit=False)
    except EarlyExit:
        return
    assert new is not None
    accepted = {"n", "no", "ask", "y", "yes", "inherit", "prohibited", "constrained", "allowed"}
    assert text.strip().lower() in accepted


def test_permissions_change_the_current_consent_or_a_preset() -> None:
    own = Consent({Use.LIKENESS: ASK})
    added = read_answers(None, ["search=yes"], inherit=False)
    assert added is not None
    assert added.over(own) == Consent({Use.LIKENESS: ASK, Use.SEARCH: YES})
    dropped = read_answers(None, ["likeness=inherit"], inherit=False)
    assert dropped is not None
    assert dropped.over(own) == Consent()
    preset = read_answers(Preset.NO_AI, ["likeness=ask"], inherit=False)
    assert preset is not None
    assert preset.over(own) == PRESETS[Preset.NO_AI].overlaid({Use.LIKENESS: ASK})


def test_inherit_removes_the_whole_consent() -> None:
    new = read_answers(None, [], inherit=True)
    assert new is not None
    assert new.over(PRESETS[Preset.OPEN]) == Consent()


def test_no_arguments_mean_no_consent() -> None:
    assert read_answers(None, [], inherit=False) is None


def test_every_standing_has_its_own_symbol_and_word() -> None:
    for mapping in (SYMBOLS, STANDING_NAMES):
        assert set(mapping) == set(Standing) == set(STYLES)
        assert len(set(mapping.values())) == len(Standing)
    assert standing_words(Standing.CONFLICTS) == "✗ says otherwise"
    assert standing_count(Standing.CONFLICTS, 1) == "1 says otherwise"
    assert standing_count(Standing.CONFLICTS, 1200) == "1,200 say otherwise"


def test_consents_in_words() -> None:
    assert consent_words(Consent()) == "nothing said"
    assert consent_words(PRESETS[Preset.NO_AI]) == "No AI"
    mixed = Consent({Use.LIKENESS: NO, Use.DATA_MINING: NO, Use.SEARCH: YES})
    assert consent_words(mixed) == "No to imitating voice or style, data mining; Yes to search"


@given(st.text(st.characters()))
def test_shown_text_can_be_printed_on_one_line(text: str) -> None:
    safe = shown(text)
    safe.encode()  # raises if a lone surrogate is left
    assert len(safe.splitlines()) <= 1
    assert "\x1b" not in safe


def test_ordinary_names_are_shown_as_they_are() -> None:
    for name in ("Љубав у луци", "夜の船", "Ágætis byrjun", "مرحبا", "a\u200db 🎹"):
        assert shown(name) == name


def test_a_name_cannot_reverse_the_line() -> None:
    assert shown("\u202egnp.exe") == "\\u202egnp.exe"
    assert shown("\u2066a\u2069") == "\\u2066a\\u2069"


def test_columns_line_up_with_wide_and_combining_letters() -> None:
    rows = [[TableCell("夜の船"), TableCell("x")], [TableCell("e\u0301te\u0301"), TableCell("y")]]
    lines = plain_lines(("Title", "Says"), [("", rows)])
    assert lines == ["Title   Says", "夜の船  x", "e\u0301te\u0301     y"]
    assert {
        width(line[: line.index(last)]) for line, last in zip(lines[1:], "xy", strict=True)
    } == {8}


def test_a_terminal_gets_the_same_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")  # no colours to remove before comparing
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    rows = [("One [bold]", TableCell(standing_words(Standing.AGREES), "green"))]
    print_table(Output(), ("Title", "Files"), [("Mira – Ferry", rows), ("Ivo – Sea", rows)])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "Mira – Ferry",
        "Title       Files",
        "One [bold]  ✓ says it",
        "",
        "Ivo – Sea",
        "One [bold]  ✓ says it",
    ]


def test_losses_of_one_dialect_make_one_sentence() -> None:
    uses = (Use.DATA_MINING, Use.LIKENESS)
    losses = tuple(Loss("AIPREF", use, Permission.PROHIBITED, None) for use in uses)
    other = Loss("SoundCloud", Use.SEARCH, Permission.CONSTRAINED, Permission.PROHIBITED)
    lines = list(
        plan_lines(plan(change("a.mp3", Consent(), NO_AI, losses=(*losses, other))), verbose=False)
    )
    assert "  AIPREF says nothing about data mining, imitating voice or style. (1×)" in lines
    assert "  SoundCloud says “No” to search, where you say “Ask me”. (1×)" in lines


def test_uses_stated_differently_in_the_same_way_make_one_sentence() -> None:
    losses = tuple(
        Loss("TDM reservation", use, Permission.CONSTRAINED, Permission.PROHIBITED)
        for use in (Use.DATA_MINING, Use.OTHER_TRAINING)
    )
    lines = list(plan_lines(plan(change("a.mp3", Consent(), NO_AI, losses=losses)), verbose=False))
    together = "data mining, training other AI"
    assert f"  TDM reservation says “No” to {together}, where you say “Ask me”. (1×)" in lines


def test_a_cancelled_task_ends_with_its_progress(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0.0
    lines = ProgressLines("Scanning", lambda: now)
    lines(1, 4000, "a")
    lines.close()  # nothing was shown yet, so the line needs no end
    assert capsys.readouterr().err == ""
    now = 10.0
    lines(1200, 4000, "b")
    lines(1300, 4000, "c")
    lines.close()
    lines.close()
    assert capsys.readouterr().err == "Scanning: 1,200 of 4,000\nScanning: 1,300 of 4,000\n"


def test_progress_lines_come_at_intervals_and_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = iter(range(1000))
    lines = ProgressLines("Scanning", lambda: next(clock))
    for done in range(1, 5):
        lines(done, 4, "x.mp3")
    shown_lines = capsys.readouterr().err.splitlines()
    assert shown_lines[-1] == "Scanning: 4 of 4"
    assert len(shown_lines) < 4
