"""The Linguist files: complete, up to date, and with everything that the English has."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from PySide6.QtCore import QTranslator

from rightsdesk.desktop.shell import languages

PROJECT = Path(__file__).resolve().parents[3]
FOLDER = PROJECT / "resources" / "translations"
SOURCES = sorted(FOLDER.glob("rightsdesk_*.ts"))
PLACE = re.compile(r"\{\w*\}")
KEY = re.compile(r"&(?!&)(?=\S)")


def messages(source: Path) -> Iterator[tuple[str, list[str], bool]]:
    """Each message of a language: English, its forms, whether it has a number."""
    for message in etree.parse(str(source)).iter("message"):
        translation = message.find("translation")
        assert translation is not None
        plural = message.get("numerus") == "yes"
        forms = [form.text or "" for form in translation] if plural else [translation.text or ""]
        finished = "type" not in translation.attrib
        yield message.findtext("source") or "", forms if finished else [], plural


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_language_is_complete(source: Path) -> None:
    left = [text for text, forms, _ in messages(source) if not forms or not all(forms)]
    assert not left


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_translations_keep_what_is_filled_in(source: Path) -> None:
    """A missing `{name}` would lose a name, one too many would be an error in the window."""
    wrong: list[str] = []
    for text, forms, plural in messages(source):
        for place, form in enumerate(forms):
            if set(PLACE.findall(text)) != set(PLACE.findall(form)):
                wrong.append(f"{text!r}: {form!r}")
            if plural and place > 0 and ("%n" in text) != ("%n" in form):
                wrong.append(f"{text!r}: {form!r} has no number")
            if text.endswith("…") != form.rstrip().endswith("…"):
                wrong.append(f"{text!r}: {form!r} ends otherwise")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_key_of_a_menu_stays_one_key(source: Path) -> None:
    wrong = [
        f"{text!r}: {form!r}"
        for text, forms, _ in messages(source)
        for form in forms
        if bool(KEY.search(text.replace("&&", ""))) != bool(KEY.search(form.replace("&&", "")))
        and "& " not in text
    ]
    assert not wrong, "\n".join(wrong)


def test_all_languages_are_offered_and_load() -> None:
    codes = {path.stem.removeprefix("rightsdesk_") for path in SOURCES}
    assert {code for code, _ in languages.available()} == codes | {languages.ENGLISH}
    for path in SOURCES:
        assert QTranslator().load(str(languages.translations() / f"{path.stem}.qm"))


@pytest.mark.slow
def test_the_files_are_up_to_date() -> None:
    update = FOLDER / "update.py"
    done = subprocess.run(
        [sys.executable, str(update), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"python resources/translations/update.py\n{done.stdout}"
