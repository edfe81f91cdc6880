"""Sentences written down and read back: the same text and form, and no harm from foreign data."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rightsdesk import phrases
from rightsdesk import sentences as all_sentences
from rightsdesk.desktop.design.directions import DirectedForm
from rightsdesk.files.workers import protocol
from rightsdesk.sentence_data import (
    FORMS,
    MARK,
    data_of,
    dump_sentence,
    has_form,
    load_sentence,
    said_in,
    with_forms,
)
from rightsdesk.sentences import SKELETONS, Counted, Dated, Listed, Sentence, worded
from rightsdesk.speech import Speech
from tests.unit.strategies import sentences

LANGUAGES = ("en_GB", "de", "fr", "es")


class Marking:
    """A translator that puts every message in brackets."""

    def translate(
        self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1, /
    ) -> str:
        return f"[{source_text}]"


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, in form, too."""
    return one == other and type(one) is type(other) and data_of(one) == data_of(other)


@given(sentences)
@example(MARK)
@example(f'{MARK}"x"')
@example(f"{MARK}{MARK}")
@example("\udcff")  # a byte of a file name that is no UTF-8
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    stored = dump_sentence(text)
    assert type(stored) is str
    assert same(load_sentence(stored), text)
    stored.encode()  # the database takes it


@given(st.text())
def test_a_plain_text_is_stored_as_it_is(text: str) -> None:
    if not text.startswith(MARK):
        assert dump_sentence(text) == text


@given(sentences)
def test_a_text_is_said_as_before(text: str) -> None:
    speech = Speech("de", Marking())
    assert speech.say(load_sentence(dump_sentence(text))) == speech.say(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["form", "values", "text", "number", "one", "many", "parts", "either", "day"]
            ),
            inner,
        )
        | st.fixed_dictionaries({"form": st.text(), "values": st.dictionaries(st.text(), inner)})
    ),
    max_leaves=20,
)


@given(json_values)
@example({"form": "{a.__class__}", "values": {"a": "x"}})
@example({"form": "{a!r}", "values": {"a": "x"}})
@example({"form": "{a:999999999}", "values": {"a": "x"}})
@example({"form": "{a:{b}}", "values": {"a": "x", "b": "9"}})
@example({"form": "{}", "values": {"": "x"}})
@example({"form": "{0}", "values": {"0": "x"}})
@example({"form": "{a", "values": {"a": "x"}})
@example({"form": "{a}", "values": {}})
@example({"form": "{self} {args}", "values": {"self": "x", "args": "y"}})
@example({"form": "{a}", "values": {"a": 1}})
@example({"form": "a", "values": {}, "more": 1})
@example({"text": "x", "number": 2**31, "one": "%n", "many": "%n"})
@example({"text": "x", "number": True, "one": "%n", "many": "%n"})
@example({"text": "x", "number": -1, "one": "%n", "many": "%n"})
@example({"text": "x", "day": "2026-13-40", "skeleton": "yMMMd"})
@example({"text": "x", "day": "2026-01-01", "skeleton": "qqqqqqqqq"})
@example({"text": "x", "parts": [], "either": False})
def test_what_another_program_wrote_never_fails(value: object) -> None:
    """Neither when it is read nor when it is said, in any language or direction."""
    said = load_sentence(MARK + json.dumps(value))
    assert isinstance(said, str)
    for language in LANGUAGES:
        Speech(language, Marking()).say(said)
        Speech(language, Marking(), form=DirectedForm).say(worded("א {said}", said=said))
    assert load_sentence(dump_sentence(said)) == said


@pytest.mark.parametrize(
    "written", ["", "{", "[1", '{"form":', "1" * 5000, "[" * 100_000, "NaN", "\ud800", "\0"]
)
def test_what_is_no_json_stays_the_text_that_it_is(written: str) -> None:
    assert load_sentence(MARK + written) == MARK + written


def test_a_value_of_another_type_stays_what_it_is() -> None:
    """SQLite stores any: the check of the database says so, not the reading of a column."""
    values: list[Any] = [None, 7, b"\x1e{}"]
    for value in values:
        assert load_sentence(value) is value


def test_a_form_that_multiplies_its_values_is_not_filled_in() -> None:
    """Ten places in each of nine levels would be a thousand million characters."""
    value: object = "xxxxxxxxxx"
    for _ in range(9):
        value = {"form": "{a}" * 10, "values": {"a": value}}
    stored = MARK + json.dumps(value)
    assert load_sentence(stored) == stored


def test_a_text_that_is_too_deep_or_too_long_is_kept_without_its_form() -> None:
    deep: str = "x"
    for _ in range(1000):
        deep = worded("{deep}!", deep=deep)
    for text in (deep, worded("{long}", long="x" * 200_000)):
        assert dump_sentence(text) == text
        assert type(dump_sentence(text)) is str
        assert with_forms({"a": text}, "a") == {"a": text}


def test_only_forms_that_can_be_read_back_are_stored() -> None:
    for text in (
        Sentence("{a!r}", {"a": "x"}),
        Counted("5,000,000,000 files", 5_000_000_000, "%n file", "%n files"),
        Dated("QQ", date(2026, 5, 3), "QQ"),
    ):
        assert dump_sentence(text) == text
        assert type(load_sentence(dump_sentence(text))) is str


def test_stored_texts_of_equal_sentences_are_equal() -> None:
    """So that SQL groups and finds them."""
    one, other = (
        worded("{b} and {a}", **values) for values in ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    )
    assert dump_sentence(one) == dump_sentence(other)


@pytest.mark.parametrize("skeleton", sorted(SKELETONS))
def test_every_language_writes_each_part_of_a_day(skeleton: str) -> None:
    for language in LANGUAGES:
        assert phrases.written(date(2026, 5, 3), skeleton, language)


@given(sentences)
def test_a_document_keeps_forms_beside_its_texts(text: str) -> None:
    document = with_forms({"why": text, "other": "x"}, "why", "other", "none")
    read = json.loads(json.dumps(document))
    assert read["why"] == text
    assert same(said_in(read, "why"), text)
    assert said_in(read, "other") == "x"
    assert said_in(read, "none") == ""
    assert (FORMS in read) == has_form(text)


@pytest.mark.parametrize(
    "forms", [None, [], {"why": None}, {"why": {"form": "Another text.", "values": {}}}]
)
def test_a_form_that_does_not_fit_its_document_is_ignored(forms: object) -> None:
    said = said_in({"why": "The disk is full.", FORMS: forms}, "why")
    assert (said, type(said)) == ("The disk is full.", str)


def test_helper_processes_send_texts_with_their_form() -> None:
    gone = worded("{name} is gone.", name="a")
    message = (7, [(None, gone), (("mp3", 3, b"x"), f"{MARK}x"), ({"a": (gone,)}, "")])
    pipe = io.BytesIO()
    protocol.send(pipe, message)
    protocol.send(pipe, [("plain", f"{MARK}y")])
    pipe.seek(0)
    received = protocol.receive(pipe)
    assert received == message
    assert same(received[1][0][1], gone)
    assert same(received[1][2][0]["a"][0], gone)
    assert protocol.receive(pipe) == [("plain", f"{MARK}y")]
    assert protocol.receive(pipe) is None


def test_every_kind_of_text_with_a_form_is_known() -> None:
    """A new kind in `sentences` has to be written down, too."""
    kinds = {kind for kind in vars(all_sentences).values() if isinstance(kind, type)}
    of_texts = {kind for kind in kinds if issubclass(kind, str)}
    assert of_texts == {Sentence, Counted, Listed, Dated}
    assert not has_form("x")
