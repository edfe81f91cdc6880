"""Folding: accents are dropped only where people leave them out, in every script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.folding import (
    folded,
    has_letters,
    letters,
    same_but_for_accents,
    unaccented,
    words,
)
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.roster.login_names import better_fit, is_plainly
from rightsdesk.workspace.catalogue.matching import OwnRecording, match_all

SCRIPTS = {
    "devanagari": (0x0900, 0x097F),
    "bengali": (0x0980, 0x09FF),
    "tamil": (0x0B80, 0x0BFF),
    "thai": (0x0E00, 0x0E7F),
    "tibetan": (0x0F00, 0x0FDA),
    "myanmar": (0x1000, 0x109F),
    "khmer": (0x1780, 0x17FF),
    "hebrew": (0x0591, 0x05F4),
    "arabic": (0x0610, 0x06FF),
    "syriac": (0x0700, 0x074F),
    "hangul jamo": (0x1100, 0x11FF),
    "hangul": (0xAC00, 0xD7A3),
    "kana": (0x3041, 0x30FF),
    "halfwidth kana": (0xFF66, 0xFF9F),
}
in_a_script = st.sampled_from(sorted(SCRIPTS.values())).flatmap(
    lambda reach: st.text(st.characters(min_codepoint=reach[0], max_codepoint=reach[1]), max_size=8)
)
anything = st.text(max_size=30) | in_a_script


def certain(title: str, known: str) -> bool:
    item = RemoteItem("x:1", title, "Mara Linde", "", 200_000, "", {}, "")
    return (
        match_all([item], [OwnRecording(1, known, "Mara Linde", "", 200_000)])[0].how == "certain"
    )


@given(in_a_script, in_a_script)
def test_outside_european_scripts_no_mark_is_lost(first: str, second: str) -> None:
    same = unicodedata.normalize("NFKC", first).casefold()
    theirs = unicodedata.normalize("NFKC", second).casefold()
    if unaccented(first) == unaccented(second):
        assert "".join(same.split()) == "".join(theirs.split())


@given(in_a_script.filter(has_letters))
def test_a_title_without_one_of_its_marks_is_another_title(title: str) -> None:
    decomposed = unicodedata.normalize("NFKD", title)
    for place, char in enumerate(decomposed):
        if unicodedata.category(char)[0] == "M":
            other = unicodedata.normalize("NFC", decomposed[:place] + decomposed[place + 1 :])
            assert not certain(title, other)


@given(anything)
def test_folding_a_second_time_changes_nothing(text: str) -> None:
    assert unaccented(unaccented(text)) == unaccented(text)
    assert words(" ".join(words(text))) == words(text)


@given(anything)
def test_all_unicode_forms_of_a_text_are_equal(text: str) -> None:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, text)
        assert folded(written) == folded(text)
        assert unaccented(written) == unaccented(text)
        assert same_but_for_accents(written, text)


@pytest.mark.parametrize(
    ("typed", "intended"),
    [
        ("ze ramos", "Zé Ramos"),
        ("em cua ngay hom qua", "Em của ngày hôm qua"),
        ("bjork", "Björk"),
        ("sigur ros", "Sigur Rós"),
        ("istanbul", "İSTANBUL"),
        ("lodz", "Łódź"),
        ("strasse", "Straße"),
        ("αντιο", "Αντίο"),
        ("елка", "Ёлка"),
        ("дорога", "доро́га"),
        ("ﾊﾞｽ", "バス"),
        ("ＬＯＶＥ", "love"),
        ("가", "가"),
    ],
)
def test_a_text_typed_without_accents_is_equal(typed: str, intended: str) -> None:
    assert unaccented(typed) == unaccented(intended)
    assert certain(typed, intended)
    assert certain(intended, typed)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("バス", "ハス"),
        ("がか", "かか"),
        ("नमस्ते", "नमसत"),
        ("नमस्ते", "नमस्ता"),
        ("मन", "मान"),
        ("ข้าว", "ขาว"),
        ("ไกล", "ใกล้"),
        ("мой", "мои"),
        ("їх", "іх"),
        ("шар", "щар"),
        ("שָׁלוֹם", "שִׁלּוּם"),
        ("كَتَبَ", "كُتِبَ"),
        ("사랑", "사람"),
        ("má", "mà"),
        ("rosé", "rosê"),
        ("C", "C#"),
        ("A+", "A-"),
        (
            "東京の夜の終わりに乗った最後のバスの窓から見た青い海と空",
            "東京の夜の終わりに乗った最後のハスの窓から見た青い海と空",
        ),
        (
            "The very long and winding song of autumn rain, the minor",
            "The very long and winding song of autumn rain, the miner",
        ),
        ("Wave ♥", "Wave ♦"),
    ],
)
def test_two_different_titles_never_match(first: str, second: str) -> None:
    assert not certain(first, second)
    assert not certain(second, first)


@given(st.text(st.characters(blacklist_categories=["L", "Cs"]), max_size=6))
def test_a_title_without_letters_is_uncertain(title: str) -> None:
    assert not certain(title, title)


@pytest.mark.parametrize(
    ("artist", "login", "others", "plainly", "better"),
    [
        ("Zé Ramos", "Zeramos", [], True, ""),
        ("Zé Ramos", "zeramos", ["Ramos"], True, ""),
        ("Ramos", "zeramos", ["Zé Ramos"], False, "Zé Ramos"),
        ("Velvet Owl", "velvetowlmusic", ["Mara Linde"], True, ""),
        ("Velvet Owl", "Mara Linde", ["Mara Linde"], False, "Mara Linde"),
        ("Velvet Owl", "somebody", ["Mara Linde"], False, ""),
        ("Ana", "Ana Banana", ["Ana Banana"], False, "Ana Banana"),
        ("U2", "u2", [], True, ""),
        ("U2", "u2fans", [], False, ""),
        ("青木", "青木", [], True, ""),
        ("नमस्ते", "नमसत", [], False, ""),
        ("!!!", "???", [], False, ""),
    ],
)
def test_a_login_is_compared_with_the_artists_own_name_first(
    artist: str, login: str, others: list[str], plainly: bool, better: str
) -> None:
    assert is_plainly(artist, login, others) is plainly
    assert better_fit(artist, login, others) == better


def test_only_letters_are_compared() -> None:
    assert letters("CD Baby") == letters("cd-baby") == "cdbaby"
