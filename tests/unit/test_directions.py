"""Names written in the other direction, set apart from the sentence around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.desktop.design.directions import DirectedForm, apart, backwards
from rightsdesk.sentences import worded
from rightsdesk.shown import shown
from rightsdesk.speech import Speech

SONG, LIVE = "שיר", "أغنية (live)"
LRM, RLM = "\u200e", "\u200f"


@pytest.mark.parametrize("value", ["Lantern", "Zoë", "Љубав у луци", "夜の船", "7/8", "", "a\nb"])
def test_texts_of_one_direction_stay_as_they_are(value: str) -> None:
    assert DirectedForm("{name}: 3 files").format(name=value) == f"{value}: 3 files"


def test_a_name_of_the_other_direction_is_set_apart() -> None:
    said = DirectedForm("{name}: 3 files").format(name=SONG)
    assert said == f"{LRM}{RLM}{SONG}{RLM}{LRM}: 3 files"
    assert backwards(said) is False, "the sentence still begins at the left"


def test_in_a_sentence_from_right_to_left_it_is_the_other_way_round() -> None:
    assert DirectedForm("קובץ {name}").format(name=SONG) == f"קובץ {SONG}"
    said = DirectedForm("{name} קובץ").format(name="AC/DC")
    assert said == f"{RLM}{LRM}AC/DC{LRM}{RLM} קובץ"


def test_numbers_are_filled_in_as_ever() -> None:
    assert DirectedForm("{0} of {number:,}").format(1, number=2000) == "1 of 2,000"


def test_what_the_engine_says_is_set_apart_in_a_window_only() -> None:
    text = worded("{what} Try again.", what=worded("{name} is gone.", name=LIVE))
    assert Speech().say(text) == f"{LIVE} is gone. Try again."
    assert LRM not in text
    said = Speech(form=DirectedForm).say(text)
    assert f"{RLM}{LIVE}{RLM}{LRM} is gone." in said
    assert backwards(said) is False


@given(st.text(), st.booleans())
def test_nothing_but_marks_is_added_and_labels_show_them_as_marks(value: str, inside: bool) -> None:
    made = apart(value, inside=inside)
    assert made.strip(LRM + RLM) == value.strip(LRM + RLM)
    assert shown(made).count("\\u200") == shown(value).count("\\u200")


def test_a_turned_direction_of_a_name_is_written_out_all_the_same() -> None:
    said = shown(DirectedForm("{name} is gone.").format(name=f"{SONG}\u202ecod"))
    assert "\\u202ecod" in said
