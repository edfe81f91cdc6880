"""A broken fetch never raises an alarm, and neither does the way back."""

import pytest

from rightsdesk.terms.judging import compare_by_hand, compare_texts
from tests.unit.terms.texts import HOSTING

WITH_AI = f"{HOSTING}\n\nWe train AI models on your content.\n"
FILLING = "This is a sentence that has a few words more than the others. " * 8

BROKEN = {
    "empty": "",
    "a title": "# Terms\n\nLast updated May 1",
    "an error": f"# Page not found\n\n{FILLING}",
    "a login": f"Log in to continue\n\nForgot your password?\n\n{FILLING}",
    "a question": f"Please enable JavaScript to go on.\n\n{FILLING}",
    "cookies": f"We use cookies. Accept all cookies\n\n{FILLING}",
    "cut": WITH_AI[: len(WITH_AI) // 4],
    "garbled": "+ADw-script+AD4- 4xw qzp9 vlk " * 300,
    "Polish": "Jesteśmy serwisem i nie wykorzystujemy utworów bez zgody artystów. " * 90,
    "German": "Wir sind der Dienst, und das ist die Seite, die nicht von Ihnen ist. " * 90,
    "French": "Nous sommes le service, et vous êtes dans une page pour les gens. " * 90,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_fetch_is_no_change_in_either_direction(name: str) -> None:
    for old, new in ((WITH_AI, BROKEN[name]), (BROKEN[name], WITH_AI)):
        judged = compare_texts(old, new)
        assert (judged.ai_relevant, judged.broken_fetch) == (False, True)
        assert (judged.direction, judged.uses, judged.paragraphs) == ("none", (), ())
        assert judged.broken_why


@pytest.mark.parametrize("name", BROKEN)
def test_by_hand_a_broken_text_is_no_excerpt_of_a_document(name: str) -> None:
    for old, new in ((WITH_AI, BROKEN[name]), (BROKEN[name], WITH_AI), ("", BROKEN[name])):
        judged = compare_by_hand(old, new)
        assert (judged.ai_relevant, judged.broken_fetch) == (False, True)


def test_what_is_missing_in_a_part_of_the_page_is_no_change_but_what_is_new_is() -> None:
    part = "\n\n".join(WITH_AI.split("\n\n")[:11])
    judged = compare_texts(WITH_AI, part)
    assert (judged.ai_relevant, judged.broken_fetch) == (False, True)
    judged = compare_texts(part, WITH_AI)
    assert (judged.ai_relevant, judged.broken_fetch) == (True, True)


def test_terms_that_speak_of_cookies_and_errors_are_terms() -> None:
    text = HOSTING + "\n\nWe use cookies. Accept cookies in your browser. Error 404 is not ours.\n"
    assert not compare_texts(HOSTING, text * 2).broken_fetch


def test_a_version_without_the_announcement_of_the_next_one_is_whole() -> None:
    soon = HOSTING.replace("weekdays", "Sundays")
    judged = compare_texts(f"{soon}\n\nUntil then:\n\n{HOSTING}", soon)
    assert (judged.ai_relevant, judged.broken_fetch) == (False, False)
