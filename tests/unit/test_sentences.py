"""Sentences keep their form and values. For all other code they are plain text."""

from __future__ import annotations

import ast
import copy
import json
import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rightsdesk import phrases
from rightsdesk.errors import KnownError
from rightsdesk.sentences import Counted, Dated, Listed, Sentence, together, worded


def test_a_sentence_is_its_english_text() -> None:
    sentence = worded("{path} has {number} files.", path=Path("a"), number=3)
    assert sentence == "a has 3 files."
    assert isinstance(sentence, Sentence)
    assert json.dumps([sentence]) == '["a has 3 files."]'
    assert (sentence.form, sentence.values) == (
        "{path} has {number} files.",
        {"path": "a", "number": "3"},
    )


def test_a_copy_keeps_its_form() -> None:
    sentence = worded("{a} is not {b}.", a="x", b=worded("{c}!", c="y"))
    assert isinstance(sentence, Sentence)
    for made in (copy.copy(sentence), copy.deepcopy(sentence)):  # this includes other processes
        assert made == "x is not y!."
        assert isinstance(made, Sentence)
        assert made.form == sentence.form
    inner = sentence.values["b"]
    assert isinstance(inner, Sentence)
    assert inner.form == "{c}!"


@given(st.text())
def test_foreign_text_is_never_interpreted_as_a_form(text: str) -> None:
    """Braces in a file name belong to the name."""
    assert worded("“{name}” is gone.", name=text) == f"“{text}” is gone."


def test_an_error_keeps_its_parts() -> None:
    error = KnownError("It broke.", advice="Mend it.")
    assert error.parts == ("It broke.", "Mend it.")
    assert str(error) == "It broke. Mend it."


def test_joined_texts_keep_their_forms() -> None:
    gone = worded("{name} is gone.", name="{a}")
    text = together((gone, "", "Scan again."))
    assert text == "{a} is gone. Scan again."
    assert isinstance(text, Sentence)
    assert (text.form, text.values) == (
        "{text_1} {text_2}",
        {"text_1": gone, "text_2": "Scan again."},
    )
    assert text.values["text_1"] is gone
    assert together((gone,)) is gone
    assert together(()) == ""
    assert together(("A", "B"), ", ") == "A, B"
    assert isinstance(str(KnownError(gone, advice="Scan again.")), Sentence)


def test_numbers_lists_and_days_keep_their_values() -> None:
    counted = phrases.counted(1200, "file")
    assert counted == "1,200 files"
    assert isinstance(counted, Counted)
    assert (counted.one, counted.many, counted.number) == ("%n file", "%n files", 1200)
    listed = phrases.and_list(["A", counted])
    assert isinstance(listed, Listed)
    assert (listed, listed.parts, listed.either) == ("A and 1,200 files", ("A", counted), False)
    day = phrases.short_date(date(2026, 5, 3))
    assert isinstance(day, Dated)
    assert (day, day.day, day.skeleton) == ("3 May 2026", date(2026, 5, 3), "yMMMd")
    for made in (counted, listed, day):
        assert copy.deepcopy(made) == made
        assert type(copy.deepcopy(made)) is type(made)


PROGRAM = Path(__file__).parents[2] / "rightsdesk"


def forms(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from forms(node.body)
        yield from forms(node.orelse)
    elif isinstance(node, ast.Constant):
        yield str(node.value)


def worded_calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(PROGRAM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="worded")):
                    yield f"{path.name}:{node.lineno}", node


def test_each_form_has_its_values_and_readable_names() -> None:
    """A form without one of its values would fail only when a person should read it."""
    seen = 0
    for place, call in worded_calls():
        given = {keyword.arg for keyword in call.keywords}
        assert not any(re.fullmatch(r"len|\w+_\d+", str(name)) for name in given), place
        for form in forms(call.args[0]):
            needed = {name for _, name, _, _ in string.Formatter().parse(form) if name}
            assert None in given or needed <= given, place
            seen += 1
    assert seen > 300
