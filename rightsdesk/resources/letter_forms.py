"""Forms of letters: one TOML file for a kind, with a table for each language.

    [en]
    title, about        what the kind is called, and when it helps
    subject             the subject line
    paragraphs          texts in order; `when` names a value without which one is left out

`{values}` are filled from the record (`workspace/letters/filling.py`). A value that the record does
not have is marked in the letter, never invented.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from rightsdesk.resources.strict_toml import FactsError, FilledText, Strict

VALUES = (
    *("recipient", "address", "day", "artist", "rightsholder", "person", "contact", "account"),
    *("choice", "since", "licences", "carriers", "terms_url", "terms", "observed", "titles"),
    *("grounds", "material", "record", "stamp"),
)
"""All values that a form may name."""


class LetterParagraph(Strict, frozen=True, kw_only=True):
    """A paragraph; it is left out where the value `when` is not there."""

    text: FilledText
    when: str = ""


class LetterForm(Strict, frozen=True, kw_only=True):
    """One kind of letter in one language."""

    title: FilledText
    about: FilledText
    subject: FilledText
    paragraphs: tuple[LetterParagraph, ...]

    def __post_init__(self) -> None:
        named = {one.when for one in self.paragraphs} - {""}
        for text in (self.subject, *(one.text for one in self.paragraphs)):
            named |= {name for _, name, _, _ in string.Formatter().parse(text) if name}
        if unknown := named - set(VALUES):
            raise ValueError(f"no value is called {', '.join(sorted(unknown))}")


@cache
def letter_forms() -> Mapping[str, Mapping[str, LetterForm]]:
    """The forms by kind and language. Raises FactsError for one that does not follow the schema."""
    found = {}
    for file in (files(__package__) / "letters").iterdir():
        if file.name.endswith(".toml"):
            try:
                tables = tomllib.loads(file.read_text("utf-8"))
                forms = msgspec.convert(tables, dict[str, LetterForm])
            except (msgspec.ValidationError, ValueError) as problem:
                raise FactsError(f"{file.name}: {problem}") from problem
            found[file.name.removesuffix(".toml")] = forms
    return dict(sorted(found.items()))
