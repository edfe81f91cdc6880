"""Enums of texts that are stored, so that another version may have written others."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


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
