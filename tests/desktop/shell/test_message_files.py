"""Translations read without Qt are those that Qt reads from the same files."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

from rightsdesk import phrases
from rightsdesk.desktop.shell.languages import available, translations
from rightsdesk.message_files import Messages, NotMessages, languages, speech_of
from rightsdesk.sentences import worded
from rightsdesk.speech import CONTEXT, Translator

SOURCES = Path(__file__).resolve().parents[3] / "resources" / "translations"
NUMBERS = (0, 1, 2, 5, 11, 100, 1000, 1_000_000)


def translator_of(language: str) -> Translator:
    """The translator of a language, which has to be there."""
    found = speech_of(language).translator
    assert found is not None
    return found


def test_the_languages_are_those_of_the_window(qapp: object) -> None:
    assert list(languages()) == [code for code, _name in available()]


@pytest.mark.parametrize("language", languages()[1:])
def test_every_message_is_what_qt_reads(language: str, qapp: object) -> None:
    qts = QTranslator()
    assert qts.load(str(translations() / f"rightsdesk_{language}.qm"))
    ours = translator_of(language)
    compared = 0
    for message in ElementTree.parse(SOURCES / f"rightsdesk_{language}.ts").iter("message"):
        source = message.findtext("source") or ""
        for number in NUMBERS if message.get("numerus") else (-1,):
            theirs = qts.translate(CONTEXT, source, None, number)
            assert (ours.translate(CONTEXT, source, None, number) or "") == theirs
            compared += 1
    assert compared > 1000


def test_texts_without_a_translation_have_none() -> None:
    for language in languages()[1:]:
        assert translator_of(language).translate(CONTEXT, "Nobody ever wrote this.") is None
        assert speech_of(language).say("Nobody ever wrote this.") == "Nobody ever wrote this."


def test_a_sentence_is_said_with_its_values() -> None:
    german = speech_of("de")
    sentence = worded("There are {releases} called “{name}”.", releases="2", name="Ferry")
    assert german.say(sentence) != sentence
    assert "Ferry" in german.say(sentence)
    assert german.say(phrases.counted(1200, "file")) == "1.200 Dateien"


@pytest.mark.parametrize("cut", [0, 3, 16, 20, 500])
def test_a_broken_file_is_refused(cut: int) -> None:
    content = (translations() / "rightsdesk_de.qm").read_bytes()
    if cut == 16:
        assert Messages(content[:cut]).translate(CONTEXT, "Files") is None  # no section at all
        return
    with pytest.raises(NotMessages):
        Messages(content[:cut])
