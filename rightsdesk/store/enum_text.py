"""The type of columns with a value of an enum (`enums.stored`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import String
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from rightsdesk.enums.stored import Members, StoredEnum


class EnumText(TypeDecorator[StoredEnum]):
    """A text column whose values are read as members; unknown texts keep their text.

    `store.bulk` passes values to the driver and back without types: it gives plain texts.
    """

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StoredEnum]) -> None:
        super().__init__()
        self.kind = kind

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """What makes a stored text a member; one look-up for each value, as it is called for
        every row."""
        members: dict[Any, Any] = Members(self.kind)
        members[None] = None
        return members.__getitem__
