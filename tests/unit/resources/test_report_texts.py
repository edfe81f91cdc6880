"""The texts of reports: the same keys and values in each language, and forms that can be filled."""

import string
from importlib.resources import files

import pytest

from rightsdesk.message_files import languages
from rightsdesk.resources.wording import Forms, Wording, WordingError, read_forms, wording, wordings

ENGLISH = wording("en").forms


def values_in(form: Forms) -> set[str]:
    """The names of the values of a text."""
    texts = (form,) if isinstance(form, str) else form
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_reports_speak_the_languages_of_the_window() -> None:
    assert set(wordings()) == set(languages())


@pytest.mark.parametrize("language", wordings())
def test_each_language_says_all_of_it(language: str) -> None:
    forms = wording(language).forms
    assert list(forms) == list(ENGLISH)
    for key, form in forms.items():
        assert values_in(form) == values_in(ENGLISH[key]), key
        assert isinstance(form, str) == isinstance(ENGLISH[key], str), key


def test_every_text_is_used() -> None:
    """A key that no module names, or names the end of, is a leftover."""
    folders = ("workspace/reports", "workspace/use_cases", "workspace/letters")
    package = files("rightsdesk")
    source = "".join(
        file.read_text("utf-8")
        for folder in folders
        for file in (package / folder).iterdir()
        if file.name.endswith(".py")
    )
    last_parts = {key: key.partition(".")[2] for key in ENGLISH}
    tables = (
        "kind",
        "standing",
        "evidence",
        "permission",
        "scope",
        "licence",
        "stamp",
        "letter",
    )  # named by values
    left = [
        key
        for key, last in last_parts.items()
        if key not in source and f'"{last}"' not in source and key.partition(".")[0] not in tables
    ]
    assert not left


def test_a_number_chooses_its_form() -> None:
    assert wording("en").counted("count.recordings", 1) == "1 recording"
    assert wording("en").counted("count.recordings", 1200) == "1,200 recordings"
    assert wording("fr").counted("count.recordings", 0) == "0 enregistrement"
    assert wording("de").counted("count.recordings", 1200) == "1.200 Aufnahmen"


def test_a_text_is_not_mistaken_for_a_counted_one() -> None:
    made = Wording("en", {"a.one": "text", "a.two": ("{n} x", "{n} xs")})
    with pytest.raises(WordingError):
        made.counted("a.one", 3)
    with pytest.raises(WordingError):
        made("a.two")


@pytest.mark.parametrize("content", ["a = 1", "[a]\nb = 1", "[a]\nb = ['x']", "[a]\nb = ' '"])
def test_a_broken_file_is_refused(content: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("texts") / "xx.toml"
    place.write_text(content, "utf-8")
    with pytest.raises(WordingError):
        read_forms(place)
