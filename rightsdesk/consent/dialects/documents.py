"""Strict reading of JSON documents: an ambiguous document is no declaration.

A repeated name, a number that JSON does not know, and very deep nesting can each make two readers
see different things.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from rightsdesk.consent.dialects.base import DialectError
from rightsdesk.consent.fields import Fields
from rightsdesk.sentences import worded


def parse_json(text: str, dialect: str) -> Any:
    """The JSON value (RFC 8259). Raises DialectError unless the text is exactly one."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(result := dict(pairs)) != len(pairs):
            raise DialectError(
                worded("The {dialect} document says something twice.", dialect=dialect)
            )
        return result

    def no_number(word: str) -> NoReturn:
        raise ValueError(word)

    def finite(word: str) -> float:  # Python makes 1e999 infinite, which JSON cannot express
        return number if math.isfinite(number := float(word)) else no_number(word)

    try:
        return json.loads(
            text, object_pairs_hook=once, parse_constant=no_number, parse_float=finite
        )
    except (ValueError, RecursionError) as error:
        raise DialectError(
            worded("The {dialect} document can't be read.", dialect=dialect)
        ) from error


def parse_object(text: str, dialect: str) -> dict[str, Any]:
    """The JSON object. Raises DialectError for any other text."""
    return as_object(parse_json(text, dialect), dialect)


def as_object(value: object, dialect: str) -> dict[str, Any]:
    """The value if it is an object. Raises DialectError for anything else."""
    if not isinstance(value, dict):
        raise DialectError(
            worded("The {dialect} document does not follow its standard.", dialect=dialect)
        )
    return value


def write_json(value: object) -> str:
    """JSON on one line, for fields that hold an assertion or a record."""
    return json.dumps(value, ensure_ascii=False)


def write_document(value: object) -> str:
    """JSON on many lines, for a file that people also open."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def without_repeats(edit: Fields, fields: Fields) -> dict[str, tuple[str, ...]]:
    """The edit without documents that state the same as the existing ones."""
    return {
        name: values
        for name, values in edit.items()
        if not values or not _same(values, fields.get(name, ()))
    }


def _same(new: Iterable[str], old: Iterable[str]) -> bool:
    try:
        return [_canonical(text) for text in new] == [_canonical(text) for text in old]
    except DialectError:
        return False


def _canonical(text: str) -> str:
    try:
        return json.dumps(parse_json(text, ""), sort_keys=True)
    except RecursionError as error:
        raise DialectError("The document is nested too deeply.") from error


def text_of(document: Mapping[str, Any], name: str) -> str:
    """The member's text, stripped; empty if it is absent or not a text."""
    value = document.get(name)
    return value.strip() if isinstance(value, str) else ""
