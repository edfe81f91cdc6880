"""Read the window's translations without Qt: `.qm` files, as `lrelease` writes them.

The format has no specification but Qt's reader (`qtranslator.cpp`): a magic number, then sections
of a tag, a length and data, all big-endian. Hashes of source texts lead to their messages; rules in
a small byte code say which plural form a number asks for.
"""

from __future__ import annotations

import struct
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from rightsdesk.speech import Speech

ENGLISH = "en"
_PREFIX, _SUFFIX = "rightsdesk_", ".qm"
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES, _NUMERUS_RULES = 0x42, 0x69, 0x88
_END, _SOURCE_16, _TRANSLATION, _CONTEXT_16 = 1, 2, 3, 4
_OBSOLETE, _SOURCE, _CONTEXT, _COMMENT = 5, 6, 7, 8


class NotMessages(ValueError):
    """The file is no `.qm` file. This is a fault of the installation."""


class Messages:
    """The messages of one `.qm` file: a `speech.Translator`. Raises NotMessages."""

    def __init__(self, content: bytes) -> None:
        sections = _sections(content)
        self._messages = sections.get(_MESSAGES, b"")
        self._rules = sections.get(_NUMERUS_RULES, b"")
        hashes = sections.get(_HASHES, b"")
        try:
            pairs = list(struct.iter_unpack(">II", hashes))
        except struct.error as problem:
            raise NotMessages(str(problem)) from problem
        self._places: dict[int, list[int]] = {}
        for number, offset in pairs:
            self._places.setdefault(number, []).append(offset)

    def translate(
        self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1, /
    ) -> str | None:
        """The translation of a message; None if there is none."""
        wanted = {
            _SOURCE: source_text.encode("utf-8"),
            _CONTEXT: context.encode("utf-8"),
            _COMMENT: (disambiguation or "").encode("utf-8"),
        }
        form = 0 if n < 0 else _form(self._rules, n)
        number = _hash(wanted[_SOURCE] + wanted[_COMMENT])
        for offset in self._places.get(number, ()):
            if (found := self._at(offset, wanted, form)) is not None:
                return found
        return None

    def _at(self, offset: int, wanted: dict[int, bytes], form: int) -> str | None:
        forms: list[str] = []
        data, at = self._messages, offset
        while at < len(data):
            tag = data[at]
            at += 1
            if tag == _END:
                break
            if tag == _OBSOLETE:
                at += 4
                continue
            if tag not in (_SOURCE_16, _TRANSLATION, _CONTEXT_16, *wanted):
                raise NotMessages(f"tag {tag}")
            length = int.from_bytes(data[at : at + 4], "big")
            at += 4
            if length == 0xFFFFFFFF:  # no text
                continue
            part = data[at : at + length]
            at += length
            if tag == _TRANSLATION:
                forms.append(part.decode("utf-16-be"))
            elif tag in wanted and part != wanted[tag]:
                return None
        return forms[min(form, len(forms) - 1)] if forms else None


def languages() -> tuple[str, ...]:
    """The codes of the languages that there are: English, and each with a translation."""
    folder = _folder()
    names = [file.name for file in folder.iterdir()] if folder.is_dir() else []
    codes = [n.removeprefix(_PREFIX).removesuffix(_SUFFIX) for n in names if n.endswith(_SUFFIX)]
    return (ENGLISH, *sorted(set(codes) - {ENGLISH}))


@cache
def speech_of(language: str) -> Speech:
    """How texts are said in a language of `languages`. Raises NotMessages if its file is broken."""
    if language == ENGLISH:
        return Speech()
    file = _folder() / f"{_PREFIX}{language}{_SUFFIX}"
    return Speech(language, Messages(file.read_bytes()))


def _folder() -> Traversable:
    return files("rightsdesk") / "desktop" / "resources" / "translations"


def _sections(content: bytes) -> dict[int, bytes]:
    if not content.startswith(_MAGIC):
        raise NotMessages("another magic number")
    found: dict[int, bytes] = {}
    at = len(_MAGIC)
    while at < len(content):
        tag, length = content[at], int.from_bytes(content[at + 1 : at + 5], "big")
        at += 5
        if at + length > len(content):
            raise NotMessages("cut short")
        found[tag] = content[at : at + length]
        at += length
    return found


def _hash(text: bytes) -> int:
    """The hash of an ELF symbol, but never 0."""
    number = 0
    for byte in text:
        number = (number << 4) + byte
        high = number & 0xF0000000
        if high:
            number ^= high >> 24
        number &= ~high
    return number or 1


_EQUAL, _LESS, _AT_MOST, _BETWEEN = 1, 2, 3, 4
_OPERATION, _NOT, _MOD_10, _MOD_100, _LEAD_1000 = 0x07, 0x08, 0x10, 0x20, 0x40
_AND, _OR, _NEW_RULE = 0xFD, 0xFE, 0xFF


def _form(rules: bytes, number: int) -> int:
    """Which plural form a number has: the first rule that holds, or what comes after all."""
    if not rules:
        return 0
    parts = rules.split(bytes([_NEW_RULE]))
    return next((at for at, rule in enumerate(parts) if _any_of(rule, number)), len(parts))


def _any_of(rule: bytes, number: int) -> bool:
    return any(_all_of(part, number) for part in rule.split(bytes([_OR])))


def _all_of(rule: bytes, number: int) -> bool:
    return all(_holds(part, number) for part in rule.split(bytes([_AND])))


def _holds(test: bytes, number: int) -> bool:
    code, values = test[0], test[1:]
    left = number
    if code & _MOD_10:
        left %= 10
    elif code & _MOD_100:
        left %= 100
    elif code & _LEAD_1000:
        while left >= 1000:
            left //= 1000
    operation = code & _OPERATION
    held = {
        _EQUAL: left == values[0],
        _LESS: left < values[0],
        _AT_MOST: left <= values[0],
        _BETWEEN: values[0] <= left <= values[-1],
    }[operation]
    return held != bool(code & _NOT)
