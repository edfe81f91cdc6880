"""Sentences keep their form and values, and are plain text to everything else."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.sentences import Sentence, said


def test_a_sentence_is_its_english_text() -> None:
    sentence = said("{path} has {number} files.", path=Path("a"), number=3)
    assert sentence == "a has 3 files."
    assert isinstance(sentence, str)
    assert json.dumps([sentence]) == '["a has 3 files."]'
    assert (sentence.form, sentence.values) == (
        "{path} has {number} files.",
        {"path": "a", "number": "3"},
    )


def test_a_copy_keeps_its_form() -> None:
    sentence = said("{a} is not {b}.", a="x", b=said("{c}!", c="y"))
    for made in (copy.copy(sentence), copy.deepcopy(sentence)):
        assert made == "x is not y!."
        assert made.form == sentence.form
    inner = sentence.values["b"]
    assert isinstance(inner, Sentence)
    assert inner.form == "{c}!"


@given(st.text())
def test_foreign_text_is_never_taken_for_a_form(text: str) -> None:
    """Braces in a file name are its own."""
    assert said("“{name}” is gone.", name=text) == f"“{text}” is gone."


def test_an_error_has_its_parts() -> None:
    error = KnownError("It broke.", advice="Mend it.")
    assert error.parts == ("It broke.", "Mend it.")
    assert str(error) == "It broke. Mend it."
