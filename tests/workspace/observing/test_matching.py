"""Items match their recordings or ask. A silent wrong match must never happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.workspace.catalogue.matching import (
    Match,
    OwnRecording,
    doubts,
    match_all,
    normal_isrc,
    normal_title,
)
from rightsdesk.workspace.observing.best_matches import best
from rightsdesk.workspace.types.matches import Doubt, MatchCandidate, MatchQuestion

ARTIST = "Mara Linde"
TIDE = OwnRecording(1, "Low Tide", ARTIST, "DEA232600001", 201_000)
SALT = OwnRecording(2, "Salt", ARTIST, "", 180_000)
SALT_LIVE = OwnRecording(3, "Salt (Live)", ARTIST, "", 181_000)
HARBOUR = OwnRecording(4, "Harbour Lights", ARTIST, "", 240_000)
ALL = (TIDE, SALT, SALT_LIVE, HARBOUR)


def item(
    title: str,
    duration_ms: int | None = None,
    isrc: str = "",
    artist: str = ARTIST,
    number: int = 1,
) -> RemoteItem:
    return RemoteItem(f"soundcloud:tracks:{number}", title, artist, isrc, duration_ms, "", {}, "")


def match(remote: RemoteItem, stored: dict[str, int] | None = None) -> Match:
    return match_all([remote], ALL, stored)[0]


def test_an_isrc_names_the_recording_under_any_title() -> None:
    found = match(item("Untitled upload 7", isrc="de-a23-26-00001"))
    assert (found.recording_id, found.how) == (1, "isrc")


@pytest.mark.parametrize(
    ("title", "duration_ms", "how"),
    [
        ("Salt", 180_000, "ask"),
        ("Salt", 201_500, "isrc"),
        ("Salt", None, "isrc"),
        ("", 180_000, "isrc"),
        ("Mara Linde - LOW TIDE (Official Video)", 240_000, "isrc"),
    ],
)
def test_an_isrc_contradicted_by_title_and_length_is_a_question(
    title: str, duration_ms: int | None, how: str
) -> None:
    found = match(item(title, duration_ms, isrc="DEA232600001"))
    assert found.how == how
    assert 1 in {candidate.recording_id for candidate in found.candidates} | {found.recording_id}


def test_a_contradicted_isrc_also_offers_the_recording_with_the_title() -> None:
    found = match(item("Salt", 180_000, isrc="DEA232600001"))
    assert [candidate.recording_id for candidate in found.candidates][:2] == [1, 2]


def test_an_answer_confirmed_by_an_isrc_holds_for_any_title() -> None:
    remote = item("Salt", 180_000, isrc="DEA232600001")
    found = match(remote, {"soundcloud:tracks:1": 1})
    assert (found.recording_id, found.how) == (1, "isrc")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Harbour Lights (Clean)", "Harbour Lights (Explicit)"),
        ("Harbour Lights (Clean)", "Harbour Lights"),
        ("Harbour Lights [Explicit]", "Harbour Lights"),
        ("Man Bites Dog", "Dog Bites Man"),
        ("One by Two", "Two by One"),
    ],
)
def test_another_edit_and_another_order_are_different_titles(first: str, second: str) -> None:
    for title, of in ((first, second), (second, first)):
        here = OwnRecording(1, of, ARTIST, "", 200_000)
        assert match_all([item(title, 200_000)], [here])[0].how == "ask"


def test_an_isrc_on_two_recordings_is_a_question() -> None:
    twin = OwnRecording(9, "Low Tide", ARTIST, "DE-A23-26-00001", 201_000)
    found = match_all([item("Low Tide", 201_000, "DEA232600001")], [TIDE, twin])[0]
    assert (found.recording_id, found.how) == (None, "ask")
    assert [candidate.recording_id for candidate in found.candidates] == [1, 9]


def test_an_answer_is_remembered() -> None:
    found = match(item("Something else"), {"soundcloud:tracks:1": 4})
    assert (found.recording_id, found.how) == (4, "stored")


def test_an_answer_for_a_missing_recording_is_asked_again() -> None:
    assert match(item("Something else"), {"soundcloud:tracks:1": 99}).how == "ask"


def test_an_answer_against_an_isrc_is_asked_again() -> None:
    found = match(item("Low Tide", isrc="DEA232600001"), {"soundcloud:tracks:1": 4})
    assert (found.recording_id, found.how) == (None, "ask")
    assert {candidate.recording_id for candidate in found.candidates} == {1, 4}


@pytest.mark.parametrize(
    "title",
    [
        "Harbour Lights",
        "HARBOUR LIGHTS",
        "Mara Linde - Harbour Lights",
        "Harbour Lights (Official Audio)",
        "Harbour Lights [Free DL]",
        "Hàrbour  Lights!",
    ],
)
def test_title_artist_and_duration_together_are_certain(title: str) -> None:
    found = match(item(title, 241_500))
    assert (found.recording_id, found.how) == (4, "certain")


@pytest.mark.parametrize(
    "remote",
    [
        item("Harbour Lights"),
        item("Harbour Lights", 243_000),
        item("Harbour Lights", 240_000, artist="Somebody Else"),
        item("Harbour Lights", 240_000, artist=""),
        item("Harbour Nights", 240_000),
        item("Harbour Lights (Remix)", 240_000),
        item("Harbour Lights 2", 240_000),
        item("Harbour Lights II", 240_000),
        item("Low Tide", 201_000, isrc="DEA232600002"),
    ],
    ids=lambda remote: f"{remote.title}, {remote.artist}, {remote.duration_ms}, {remote.isrc}",
)
def test_a_partial_match_is_a_question_with_candidates(remote: RemoteItem) -> None:
    found = match(remote)
    assert (found.recording_id, found.how) == (None, "ask")
    assert found.candidates


def test_a_live_version_does_not_match_the_studio_version() -> None:
    assert match(item("Salt", 180_500)).recording_id == 2
    assert match(item("Salt (live)", 180_500)).recording_id == 3


def test_two_equally_good_recordings_are_a_question() -> None:
    again = OwnRecording(8, "Harbour Lights", ARTIST, "", 240_500)
    found = match_all([item("Harbour Lights", 240_000)], [HARBOUR, again])[0]
    assert found.how == "ask"
    assert len(found.candidates) == 2


def test_two_items_that_claim_one_recording_are_questions() -> None:
    items = [item("Harbour Lights", 240_000, number=n) for n in (1, 2)]
    assert [found.how for found in match_all(items, ALL)] == ["ask", "ask"]


def test_two_uploads_with_one_isrc_are_both_that_recording() -> None:
    items = [item("Low Tide", 201_000, "DEA232600001", number=n) for n in (1, 2)]
    assert [found.recording_id for found in match_all(items, ALL)] == [1, 1]


def test_similarity_never_takes_a_recording_that_an_isrc_names() -> None:
    items = [item("x", isrc="DEA232600001"), item("Low Tide", 201_000, number=2)]
    assert [found.how for found in match_all(items, ALL)] == ["isrc", "ask"]


def test_an_unknown_item_has_no_candidates() -> None:
    found = match(item("ひかり", 100_000))
    assert (found.how, found.candidates, found.score) == ("ask", (), 0.0)


def test_titles_in_any_script_match() -> None:
    here = OwnRecording(1, "ひかり の うた", "青木", "", 100_000)
    found = match_all([item("ひかり の うた", 100_000, artist="青木")], [here])[0]
    assert found.how == "certain"


def test_a_title_that_is_only_the_artists_name_stays() -> None:
    assert normal_title("Mara Linde", "Mara Linde") == "mara linde"
    assert normal_title("Don’t Stop", "") == normal_title("Don't stop", "")


@pytest.mark.parametrize(
    ("text", "isrc"),
    [
        ("DEA232600001", "DEA232600001"),
        (" de-a23-26-00001 ", "DEA232600001"),
        ("", ""),
        ("DEA2326", ""),
        ("1EA232600001", ""),
        ("DEA23260000X", ""),
    ],
)
def test_an_isrc_is_normalised_or_none(text: str, isrc: str) -> None:
    assert normal_isrc(text) == isrc


titles = st.text(max_size=20) | st.sampled_from(["Salt", "Low Tide", "Study 1", "Study 2", "Ø"])
durations = st.none() | st.integers(0, 300_000)
knowns = st.lists(
    st.builds(
        OwnRecording,
        st.integers(1, 8),
        titles,
        titles,
        st.sampled_from(["", "DEA232600001"]),
        durations,
    ),
    max_size=6,
    unique_by=lambda known: known.recording_id,
)
items = st.lists(
    st.builds(
        item, titles, durations, st.sampled_from(["", "DEA232600001"]), titles, st.integers(1, 6)
    ),
    max_size=6,
)


@given(items, knowns, st.dictionaries(st.just("soundcloud:tracks:1"), st.integers(1, 9)))
def test_every_input_gives_one_known_recording_or_a_question(
    items: list[RemoteItem], recordings: list[OwnRecording], stored: dict[str, int]
) -> None:
    matches = match_all(items, recordings, stored)
    assert [found.remote_id for found in matches] == [remote.remote_id for remote in items]
    ids = {known.recording_id for known in recordings}
    for found in matches:
        assert (found.recording_id is None) == (found.how == "ask")
        assert found.recording_id is None or found.recording_id in ids
        assert {candidate.recording_id for candidate in found.candidates} <= ids
    certain = [found.recording_id for found in matches if found.how == "certain"]
    assert len(certain) == len(set(certain))


@given(st.text())
def test_a_normal_title_stays_unchanged(title: str) -> None:
    once = normal_title(title)
    assert normal_title(once) == once


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        (item("Low Tide", 201_500), {Doubt.SEVERAL}),
        (item("Low Tide", 240_000), {Doubt.LENGTH}),
        (item("Low Tide"), {Doubt.NO_LENGTH}),
        (item("Low Tides", 201_000), {Doubt.TITLE}),
        (item("Low Tide", 201_000, artist="Another Band"), {Doubt.ARTIST}),
        (item("Low Tide", 201_000, isrc="DEA232600009"), {Doubt.ISRC}),
        (item("Salt", 1_000, "DEA232600009", "X"), set(Doubt) - {Doubt.NO_LENGTH, Doubt.SEVERAL}),
    ],
)
def test_a_doubt_names_what_differs(remote: RemoteItem, expected: set[Doubt]) -> None:
    assert set(doubts(remote, TIDE)) == expected


def question(
    number: int, *candidates: tuple[int, float], doubt: Doubt = Doubt.TITLE, account: int = 1
) -> MatchQuestion:
    found = (
        MatchCandidate(recording, "", "", score, doubts=(doubt,)) for recording, score in candidates
    )
    return MatchQuestion(number, "soundcloud", "", "", None, tuple(found), account_id=account)


def test_only_a_clearly_better_candidate_is_best() -> None:
    assert best([question(7, (1, 92.0), (2, 85.0))]) == {7: 1}
    assert best([question(7)]) == {}, "no candidate"
    assert best([question(7, (1, 79.0))]) == {}, "too different"
    assert best([question(7, (1, 92.0), (2, 92.0))]) == {}, "two equally good candidates"
    assert best([question(7, (1, 92.0), doubt=Doubt.ISRC)]) == {}, "another code"
    both = question(7, (1, 92.0)), question(8, (1, 90.0))
    assert best(both) == {}, "two items can't be the same recording"
    assert best([both[0], question(8, (1, 90.0), account=2)]) == {7: 1, 8: 1}
