"""Sentences for people that keep what they were made of, so that they can be said again elsewhere.

The engine speaks English. The window may speak another language: it takes the form and the values
of a sentence, and never reads them out of English text.
"""

from __future__ import annotations

from collections.abc import Mapping
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

    def __getnewargs__(self) -> tuple[str, Mapping[str, str]]:  # type: ignore[override]  # copies keep the form
        return self.form, self.values


def said(form: str, /, **values: object) -> Sentence:
    """A sentence of a form and its values; whatever is no text is written as `str` does it."""
    texts = {
        name: value if isinstance(value, str) else str(value) for name, value in values.items()
    }
    return Sentence(form, texts)
