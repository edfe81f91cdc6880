"""Enums of texts that are stored, so that another version may have written others."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, Self, TypeVar


class StoredEnum(StrEnum):
    """An enum that knows what to do with the text of another version.

    `Kind(text)` never fails for a text. One without a member becomes a value of its own: it keeps
    its text, is equal to no member, and its name is `UNKNOWN`. So compare with `==` and `in`, not
    with `is`.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_, unknown._value_ = "UNKNOWN", value
        return unknown


_Kind = TypeVar("_Kind", bound=StoredEnum)


class Members(dict[str, _Kind], Generic[_Kind]):
    """The members of an enum by text: `members[text]` is `Kind(text)`, faster for many rows."""

    def __init__(self, kind: type[_Kind]) -> None:
        super().__init__({member.value: member for member in kind})
        self._kind = kind

    def __missing__(self, text: str) -> _Kind:
        """A text of another version. It is not kept, as there may be many."""
        return self._kind(text)
