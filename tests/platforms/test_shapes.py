"""Answers of a platform with an unexpected shape are refused."""

from functools import partial
from typing import Any

import pytest

from rightsdesk.consent.dialects.platforms.described import PeerTubeVideo
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.errors import AddressRefused, BadAnswer, DoesNotFit, ServerTrouble
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.json_checks import (
    LARGEST_NUMBER,
    MOST_FAILURES,
    ItemsOrProblems,
    Shapes,
    milliseconds,
    one_value,
    same_lines,
    text_in,
)
from rightsdesk.platforms.tagged_media import DESCRIPTION, TAGS, fitting, same_described, server_of

SHAPES = Shapes("Example")


def test_an_error_names_the_platform_and_says_what_may_help() -> None:
    error = SHAPES.unexpected("{service} sent something odd.")
    assert error.sentence == "Example sent something odd."
    assert "Example has changed" in error.advice
    assert Shapes("Example", advice="Wait.").unexpected("x").advice == "Wait."


def test_an_endless_list_has_its_own_message() -> None:
    assert SHAPES.repeats().sentence == "Example sent a list that repeats its pages."


@pytest.mark.parametrize("data", [None, [], "{}", 1, True])
def test_only_an_object_is_an_object(data: Any) -> None:
    with pytest.raises(BadAnswer):
        SHAPES.mapping(data)
    assert SHAPES.mapping({}) == {}


def test_a_text_with_a_declaration_is_never_guessed() -> None:
    assert SHAPES.exact({"a": "b"}, "a") == "b"
    assert SHAPES.exact({"a": None}, "a") == SHAPES.exact({}, "a") == ""
    with pytest.raises(BadAnswer):
        SHAPES.exact({"a": 1}, "a")


def test_a_text_for_display_may_be_missing() -> None:
    assert [text_in(values, "a") for values in ({"a": "b"}, {"a": 1}, {})] == ["b", "", ""]


def test_tags_are_texts_or_none() -> None:
    assert SHAPES.tags(["a", "b"]) == ("a", "b")
    assert SHAPES.tags(None) == ()
    for wrong in ("a", [1], {"a": 1}, 0):
        with pytest.raises(BadAnswer):
            SHAPES.tags(wrong)


def test_a_number_is_whole_positive_and_bounded() -> None:
    assert SHAPES.number({"id": 7}, "id") == "7"
    for wrong in (0, -1, True, "7", 7.0, None, LARGEST_NUMBER):
        with pytest.raises(BadAnswer):
            SHAPES.number({"id": wrong}, "id")


def test_a_length_is_known_or_unknown() -> None:
    assert milliseconds(3) == 3000
    assert {milliseconds(wrong) for wrong in (0, -3, True, "3", 3.5, None, 10**9)} == {None}


def test_a_single_valued_field() -> None:
    assert (one_value("a", ()), one_value("a", ("b",))) == ("", "b")
    with pytest.raises(ValueError, match="one value"):
        one_value("a", ("b", "c"))


def test_lines_are_compared_without_what_platforms_remove() -> None:
    assert same_lines("  a \r\nb\t\n\n") == "a\nb"
    assert same_lines("a\n\nb") != same_lines("a\nb")


def test_descriptions_and_tags_of_self_hosted_servers() -> None:
    assert same_described(TAGS, ("Jazz", "noai"), ("NoAI", "jazz"))
    assert not same_described(TAGS, ("jazz",), ())
    assert same_described(DESCRIPTION, ("a \r\nb",), ("a\nb",))

    class Short(PeerTubeVideo):
        longest = 9

    suite = Suite((Short(),))
    assert fitting(("a" * 9,), suite) == "a" * 9
    with pytest.raises(DoesNotFit, match="10 characters; PeerTube takes 9"):
        fitting(("a" * 10,), suite)


def test_a_self_hosted_server_has_to_be_named() -> None:
    assert server_of(Endpoints("https://a.example", ""), "Example", "") == "https://a.example"
    with pytest.raises(AddressRefused, match="no central server"):
        server_of(Endpoints("", ""), "Example", "https://a.example")


def test_repeated_server_failures_end_the_list() -> None:
    asked: list[str] = []

    def fail(name: str) -> RemoteItem:
        asked.append(name)
        raise ServerTrouble("It has a problem on its side (500).")

    reader = ItemsOrProblems()
    for name in "abcdefghij"[: MOST_FAILURES - 1]:
        assert reader.read(name, partial(fail, name)).problem
    with pytest.raises(ServerTrouble):
        reader.read("k", partial(fail, "k"))
    assert len(asked) == MOST_FAILURES


def test_an_item_read_in_between_lets_the_list_continue() -> None:
    well = RemoteItem("x", "X", "", "", None, "", {}, "")

    def read(number: int) -> RemoteItem:
        if number % 3 < 2:
            raise ServerTrouble("It has a problem on its side (500).")
        return well

    reader = ItemsOrProblems()
    found = [reader.read(str(number), partial(read, number)) for number in range(9)]
    assert [bool(item.problem) for item in found] == [True, True, False] * 3
