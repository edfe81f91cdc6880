"""The type of columns with a text for people: it keeps the text's form, if it has one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from rightsdesk.sentence_data import dump_sentence, load_sentence


class SentenceText(TypeDecorator[str]):
    """A text column whose texts keep their form (`sentences`), stored by `sentence_data`.

    Plain texts are stored as they are, so SQL compares with them. `store.bulk` passes values to the
    driver and back without types, and treats these columns the same.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as stored."""
        return value if value is None else dump_sentence(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str], str]:
        """What makes a stored text one with its form; one call for each value, as it is called for
        every row."""
        return load_sentence
