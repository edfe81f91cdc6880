"""Texts of reports in each language: one TOML file for a language, with the same keys in all.

A report is a whole in its language, and made without Qt. So its own texts do not go through the
window's translations; names of uses and entries of the history do (`message_files`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from rightsdesk import phrases

Forms = str | tuple[str, str]
"""A text, or the texts for one and for any other number."""


class WordingError(ValueError):
    """A file of texts does not follow its rules. This is a bug, not an external failure."""


class Wording:
    """The texts of one language; `language` is what CLDR calls it."""

    def __init__(self, language: str, forms: Mapping[str, Forms]) -> None:
        self.language = phrases.ENGLISH if language == "en" else language
        self.forms = forms

    def __call__(self, key: str, /, **values: str) -> str:
        """The text of a key, such as `heading.found`, with its values filled in."""
        form = self.forms[key]
        if not isinstance(form, str):
            raise WordingError(f"{key} needs a number")
        return form.format_map(values)

    def counted(self, key: str, number: int, /, **values: str) -> str:
        """The text of a key for a number, which is its value `n`."""
        form = self.forms[key]
        if isinstance(form, str):
            raise WordingError(f"{key} takes no number")
        chosen = phrases.plural(number, *form, self.language)
        return chosen.format_map({"n": phrases.number(number, self.language), **values})


@cache
def wording(language: str) -> Wording:
    """The texts of reports in a language. Raises FileNotFoundError if there are none."""
    return Wording(language, read_forms(files(__package__) / "report" / f"{language}.toml"))


@cache
def wordings() -> tuple[str, ...]:
    """The codes of the languages that reports are written in."""
    folder = files(__package__) / "report"
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def read_forms(file: Traversable) -> dict[str, Forms]:
    """The texts of a file by `table.key`. Raises WordingError."""
    found: dict[str, Forms] = {}
    for table, entries in tomllib.loads(file.read_text("utf-8")).items():
        if not isinstance(entries, dict):
            raise WordingError(f"{file.name}: {table} is no table")
        for key, form in entries.items():
            found[f"{table}.{key}"] = _checked(f"{file.name}: {table}.{key}", form)
    return found


def _checked(place: str, form: object) -> Forms:
    match form:
        case str(text) if text.strip():
            return text
        case [str(one), str(many)] if one.strip() and many.strip():
            return one, many
    raise WordingError(f"{place} is neither a text nor two")
