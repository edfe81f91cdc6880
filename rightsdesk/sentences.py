"""Texts for people that keep what they were made of, so that they can be said again elsewhere.

The engine speaks English. The window may speak another language: it takes the form and the values
of a text, and never reads them out of English words. To everything else these are plain texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Self


class Sentence(str):
    """English text: `form` with its `values` filled in.

    `form` has a `{name}` for each value, as `str.format` reads it. Values are texts, which may be
    sentences themselves.
    """

    __slots__ = ("form", "values")

    form: str
    values: Mapping[str, str]

    def __new__(cls, form: str, values: Mapping[str, str]) -> Self:
        made = super().__new__(cls, form.format_map(values))
        made.form, made.values = form, values
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.form, self.values)


class Counted(str):
    """English text: a number with its noun. `one` and `many` have `%n` for the number."""

    __slots__ = ("many", "number", "one")

    number: int
    one: str
    many: str

    def __new__(cls, text: str, number: int, one: str, many: str) -> Self:
        made = super().__new__(cls, text)
        made.number, made.one, made.many = number, one, many
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.number, self.one, self.many)


class Listed(str):
    """English text: several texts as a list, `A, B and C`; with `or` if `either`."""

    __slots__ = ("either", "parts")

    parts: tuple[str, ...]
    either: bool

    def __new__(cls, text: str, parts: tuple[str, ...], either: bool) -> Self:
        made = super().__new__(cls, text)
        made.parts, made.either = parts, either
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.parts, self.either)


SKELETONS = frozenset({"EEEE", "MMMd", "MMMMd", "yMMMd", "yMMMM", "yMMMMd"})
"""What of a day is written (Unicode TR 35, Date Format Patterns): every language has these."""


class Dated(str):
    """English text: a day. `skeleton` says what is written of it: one of `SKELETONS`."""

    __slots__ = ("day", "skeleton")

    day: date
    skeleton: str

    def __new__(cls, text: str, day: date, skeleton: str) -> Self:
        made = super().__new__(cls, text)
        made.day, made.skeleton = day, skeleton
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.day, self.skeleton)


def together(texts: Iterable[str], between: str = " ") -> str:
    """Several texts as one, in which each keeps its form; empty ones are left out."""
    values = {f"text_{at}": text for at, text in enumerate(filter(None, texts), 1)}
    if len(values) < 2:
        return next(iter(values.values()), "")
    return Sentence(between.join(f"{{{name}}}" for name in values), values)


def worded(form: str, /, **values: object) -> str:
    """A `Sentence` of a form and its values; whatever is no text is written as `str` does it."""
    texts = {
        name: value if isinstance(value, str) else str(value) for name, value in values.items()
    }
    return Sentence(form, texts)
