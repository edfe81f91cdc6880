"""Reading a TOML table strictly: every key known, of its kind, and none left over.

Facts are written by hand. What is misspelt or left out has to be found by whoever edits
the file, and never by a musician who reads half a sentence.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class FactsError(ValueError):
    """A file of facts does not keep to its schema: a mistake of ours, not of the world."""


class Table:
    """One table of a file. Each reader takes its key out; `done` looks what is left."""

    def __init__(self, where: str, values: Mapping[str, object]) -> None:
        self.where = where
        self._left = dict(values)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that says something; without a default it has to be there."""
        value = self._take(key, str, default)
        if default is None and not value.strip():
            raise self.wrong(f"{key} is empty")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """true or false."""
        return self._take(key, bool, default)

    def texts(self, key: str, *, empty: bool = False) -> tuple[str, ...]:
        """A list of texts, each of which says something."""
        values = self._take(key, list, [] if empty else None)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.wrong(f"{key} holds something empty")
        if not (values or empty):
            raise self.wrong(f"{key} is empty")
        return tuple(values)

    def word(self, key: str, words: type[Word], default: Word | None = None) -> Word:
        """One word of those that an enumeration knows."""
        value = self._take(key, str, default.value if default else None)
        try:
            return words(value)
        except ValueError:
            raise self.wrong(f"{key} is none of {', '.join(words)}") from None

    def day(self, key: str, default: str | None = None) -> str:
        """A TOML date, or a text `YYYY-MM` where only the month is known; as ISO 8601."""
        value = self._left.pop(key, default)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value.isoformat()
        if isinstance(value, str) and (value == default or _MONTH.fullmatch(value)):
            return value
        raise self.wrong(f"{key} is no date")

    def link(self, key: str) -> str:
        """An https address; empty where none is known."""
        value = self.text(key, "")
        if value and not value.startswith("https://"):
            raise self.wrong(f"{key} is no https address")
        return value

    def permissions(self, key: str) -> dict[str, str]:
        """A table of words to words; may be absent."""
        values = self._take(key, dict, {})
        if not all(isinstance(word, str) for word in values.values()):
            raise self.wrong(f"{key} is no table of words")
        return dict(values)

    def table(self, key: str) -> Table | None:
        """A table inside this one, or None."""
        if key not in self._left:
            return None
        return Table(f"{self.where}, {key}", self._take(key, dict, None))

    def tables(self, key: str) -> list[Table]:
        """A list of tables inside this one; may be absent."""
        values = self._take(key, list, [])
        return [Table(f"{self.where}, {key} {n}", value) for n, value in enumerate(values, 1)]

    def done(self) -> None:
        """Raises FactsError where a key was not asked for."""
        if self._left:
            raise self.wrong(f"unknown: {', '.join(self._left)}")

    def wrong(self, what: str) -> FactsError:
        """A mistake in this table, to be raised."""
        return FactsError(f"{self.where}: {what}")

    def _take(self, key: str, kind: type[Value], default: Value | None) -> Value:
        value = self._left.pop(key, default)
        if not isinstance(value, kind):
            raise self.wrong(f"{key} is missing" if value is None else f"{key} is no {kind}")
        return value
