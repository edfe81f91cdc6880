"""Texts that keep their form (`sentences`), written down and read back: in columns of the store, in
JSON documents, and between processes.

What is read back may have been changed by another program, and it is filled in and said again. So
only what can do no harm becomes a sentence: plain places for values, known parts of a day, bounded
depth and length. Anything else stays the text that it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any

from rightsdesk.sentences import SKELETONS, Counted, Dated, Listed, Sentence

MARK = "\x1e"
"""In front of a text that is written down as JSON. Texts of people and platforms never begin with
it: it is a control character (ASCII's “record separator”)."""

FORMS = "forms"
"""Where a JSON document has the forms of its sentences."""

_MOST = 100_000
"""Characters of a text and of all texts in it, at most: a crafted form could multiply its values
until the memory is full."""
_DEEPEST = 32
"""Texts within texts, at most."""
_LARGEST = 2**31 - 1
"""The largest number that is counted: Qt's translations take no larger one."""
_PARSED = Formatter()


def dump_sentence(text: str) -> str:
    """A text as stored: a plain one as it is, one with a form as `MARK` and JSON.

    A form that can't be read back is dropped; the text itself never changes.
    """
    if type(text) is str:
        return text if _is_storable(text) else MARK + _json(text)
    try:
        data = data_of(text)
    except ValueError:
        data = "".join(text)
    if isinstance(data, str):
        return dump_sentence(data)
    return MARK + _json(data)


def load_sentence(stored: str) -> str:
    """The text that `dump_sentence` stored. Never fails: what it did not store stays as it is."""
    if type(stored) is not str or stored[:1] != MARK:  # SQLite stores values of any type
        return stored
    return _loaded(stored)


@lru_cache(maxsize=256)
def _loaded(stored: str) -> str:
    try:
        return text_of(json.loads(stored[1:]))
    except (ValueError, RecursionError):
        return stored


def has_form(text: str) -> bool:
    """Whether a text was made of a form, so that it can be said in another language."""
    return isinstance(text, Sentence | Counted | Listed | Dated)


def with_forms(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A JSON document with the forms of these texts of it, if they have any, as `forms`.

    The texts themselves stay English: other programs read the document, too.
    """
    forms: dict[str, Any] = {}
    for name in names:
        text = document.get(name, "")
        if has_form(text):
            with suppress(ValueError):
                forms[name] = data_of(text)
    return {**document, FORMS: forms} if forms else dict(document)


def said_in(document: Mapping[str, Any], name: str) -> str:
    """A text of a JSON document with the form that `with_forms` added; "" if there is none.

    A form that says something else than the text is ignored.
    """
    text, forms = str(document.get(name, "")), document.get(FORMS)
    if isinstance(forms, Mapping) and name in forms:
        with suppress(ValueError, RecursionError):
            return said if (said := text_of(forms[name])) == text else text
    return text


def data_of(text: str) -> Any:
    """A text as plain data for JSON, with its form.

    Raises ValueError for a form that `text_of` would refuse.
    """
    return _Writing().data(text, _DEEPEST)


def text_of(data: object) -> str:
    """The text of `data_of`. Raises ValueError for anything else."""
    return _Reading().text(data, _DEEPEST)


class _Bounded:
    """Counts the characters of texts within a text."""

    def __init__(self) -> None:
        self._left = _MOST

    def take(self, length: int) -> None:
        self._left -= length
        if self._left < 0:
            raise ValueError("too long")


class _Writing(_Bounded):
    def data(self, text: str, deep: int) -> Any:
        self.take(len(text))
        if type(text) is str:
            return text
        if deep == 0:
            raise ValueError("too deep")
        match text:
            case Sentence(form=form, values=values):
                _check_form(form, values)
                said = {name: self.data(value, deep - 1) for name, value in values.items()}
                return {"form": form, "values": said}
            case Counted(number=number, one=one, many=many):
                _check_number(number)
                return {"text": _plain(text), "number": number, "one": one, "many": many}
            case Listed(parts=parts, either=either):
                listed = [self.data(part, deep - 1) for part in parts]
                return {"text": _plain(text), "parts": listed, "either": either}
            case Dated(day=day, skeleton=skeleton):
                _check_skeleton(skeleton)
                return {"text": _plain(text), "day": day.isoformat(), "skeleton": skeleton}
        return _plain(text)


class _Reading(_Bounded):
    def text(self, data: object, deep: int) -> str:
        if isinstance(data, str):
            self.take(len(data))
            return data
        if deep == 0:
            raise ValueError("too deep")
        match data:
            case {"form": str(form), "values": dict(values), **more} if not more:
                said = {name: self.text(value, deep - 1) for name, value in values.items()}
                self.take(_check_form(form, said))
                return Sentence(form, said)
            case {
                "text": str(text),
                "number": int(number),
                "one": str(one),
                "many": str(many),
                **more,
            } if not more:
                self.take(len(text))
                _check_number(number)
                return Counted(text, number, one, many)
            case {"text": str(text), "parts": list(parts), "either": bool(either), **more} if (
                not more
            ):
                self.take(len(text))
                listed = tuple(self.text(part, deep - 1) for part in parts)
                return Listed(text, listed, either)
            case {"text": str(text), "day": str(day), "skeleton": str(skeleton), **more} if (
                not more
            ):
                self.take(len(text))
                _check_skeleton(skeleton)
                return Dated(text, date.fromisoformat(day), skeleton)
        raise ValueError("no text")


def _check_form(form: str, values: Mapping[str, str]) -> int:
    """The length of a form with its values filled in. Raises ValueError unless each place is the
    plain name of a value: `{name}`."""
    length = 0
    for literal, name, details, conversion in _PARSED.parse(form):
        length += len(literal)
        if name is None:
            continue
        if not name.isidentifier() or name not in values or details or conversion:
            raise ValueError("no plain place")
        length += len(values[name])
    return length


def _check_number(number: int) -> None:
    if isinstance(number, bool) or not 0 <= number <= _LARGEST:
        raise ValueError("no number of things")


def _check_skeleton(skeleton: str) -> None:
    if skeleton not in SKELETONS:
        raise ValueError("no parts of a day")


def _plain(text: str) -> str:
    return "".join(text)  # of a subclass, too


def _is_storable(text: str) -> bool:
    """Whether a plain text is read back as it is: it has no mark, and an encoding."""
    if text.isascii():
        return text[:1] != MARK
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a file name
        return False
    return text[0] != MARK


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
