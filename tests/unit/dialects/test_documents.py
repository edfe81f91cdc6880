"""Web addresses and JSON: checked as strictly as machines check them."""

import pytest

from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.addresses import ascii_address, mail_address, web_address
from rightsdesk.consent.dialects.documents import parse_json, without_repeats


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" https://a.example/x ", "https://a.example/x"),
        ("http://a.example", "http://a.example"),
        ("a.example", ""),
        ("javascript:alert(1)", ""),
        ("https://a.example/x y", ""),
        ("https://a.example/\nDisallow: /", ""),
        ("https://[", ""),
        ('https://a.example/"><script>', ""),
        ("", ""),
    ],
)
def test_only_web_addresses_on_one_line(typed: str, address: str) -> None:
    assert web_address(typed) == ascii_address(typed) == address


def test_addresses_in_ascii() -> None:
    assert ascii_address("https://ö.example/ä%20") == "https://xn--nda.example/%C3%A4%20"
    assert ascii_address(f"https://{'ö' * 80}.example/") == ""


@pytest.mark.parametrize(
    ("typed", "address"),
    [(" ana@owl.example", "ana@owl.example"), ("ana", ""), ("a@b", ""), ("a@b.c, d@e.f", "")],
)
def test_mail_addresses(typed: str, address: str) -> None:
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":1,"a":2}',
        "NaN",
        "-Infinity",
        "[1e999]",
        "[" * 100_000,
        "9" * 5000,
        '{"a":1} x',
    ],
)
def test_json_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(DialectError):
        parse_json(text, "test")


def test_the_same_document_in_another_spelling_is_a_repeat() -> None:
    there = {"a": ('{"x": 1, "y": [2]}',), "b": ("{}",), "c": ('{"x": true}',)}
    edit = {"a": ('{"y":[2],"x":1}',), "b": (), "c": ('{"x": 1}',)}
    assert without_repeats(edit, there) == {"b": (), "c": ('{"x": 1}',)}
