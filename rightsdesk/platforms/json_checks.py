"""What a platform's JSON has to look like before anything is believed of it.

`answer.read_json` says only that an answer is JSON. Whether it holds what was asked for is
told here, in one way for all platforms: a value that carries a declaration is never guessed
at, one that is only shown may be missing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from rightsdesk.platforms.http.errors import BadAnswer, ItemGone, PlatformError
from rightsdesk.platforms.interface import RemoteItem

LARGEST_NUMBER = 10**18
LONGEST_SECONDS = 10**7
MOST_FAILURES = 3


class Shapes:
    """Looks at the answers of one platform. What does not fit is raised as `BadAnswer`.

    `advice` is for where the platform itself may not be to blame.
    """

    def __init__(self, service: str, *, advice: str = "") -> None:
        self._service = service
        self._advice = advice or (
            f"If this stays, {service} has changed: look for a newer RightsDesk."
        )

    def unexpected(self, what: str) -> BadAnswer:
        """The error to raise where the platform sent something else."""
        return BadAnswer(f"{self._service} sent {what}.", advice=self._advice)

    def circle(self, nouns: str) -> BadAnswer:
        """The error to raise where the pages of a list repeat themselves or never end."""
        whose = f"{self._service}'" if self._service.endswith("s") else f"{self._service}'s"
        return BadAnswer(
            f"{whose} list of {nouns} leads in a circle.",
            advice=f"Try again later: RightsDesk can't tell whether it saw all {nouns}.",
        )

    def mapping(self, data: Any) -> Mapping[str, Any]:
        """A JSON object."""
        if not isinstance(data, dict):
            raise self.unexpected("an answer in an unknown shape")
        return data

    def exact(self, values: Mapping[str, Any], name: str) -> str:
        """A text that carries a declaration: "" where it is null, never guessed at."""
        value = values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.unexpected(f"a {name} that is no text")
        return value or ""

    def tags(self, value: Any) -> tuple[str, ...]:
        """A list of texts that carries a declaration; none where it is null."""
        listed = value if value is not None else []
        if not isinstance(listed, list) or not all(isinstance(tag, str) for tag in listed):
            raise self.unexpected("tags that are no texts")
        return tuple(listed)

    def number(self, values: Mapping[str, Any], name: str) -> str:
        """The number by which a thing is known, as text."""
        number = values.get(name)
        if type(number) is not int or not 0 < number < LARGEST_NUMBER:
            raise self.unexpected("something without a number")
        return str(number)


def or_why(remote_id: str, read: Callable[[], RemoteItem]) -> RemoteItem:
    """What `read` gives; or, where just this item can't be read, one that says why.

    One item that is broken there must not hide all the others of a list.
    """
    return EachOrWhy().read(remote_id, read)


class EachOrWhy:
    """`or_why` for a list whose items are asked for one by one: where the server itself fails
    a few times in a row, it is left in peace, and the list ends with that error."""

    def __init__(self) -> None:
        self._failed = 0

    def read(self, remote_id: str, read: Callable[[], RemoteItem]) -> RemoteItem:
        """What `read` gives, or why there is nothing."""
        try:
            item = read()
        except PlatformError as error:
            self._failed = self._failed + 1 if error.wears_out else 0
            if error.stops or isinstance(error, ItemGone) or self._failed >= MOST_FAILURES:
                raise
            return RemoteItem(remote_id, "", "", "", None, "", {}, "", problem=str(error))
        self._failed = 0
        return item


def text_in(values: Mapping[str, Any], name: str) -> str:
    """A text that is only shown or compared: "" where it is null or no text."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def milliseconds(seconds: Any) -> int | None:
    """A length that is told in whole seconds; None where it is missing or can't be."""
    return seconds * 1000 if type(seconds) is int and 0 < seconds < LONGEST_SECONDS else None


def length(milliseconds: Any) -> int | None:
    """A length that is told in milliseconds; None where it is missing or can't be."""
    longest = LONGEST_SECONDS * 1000
    return milliseconds if type(milliseconds) is int and 0 < milliseconds < longest else None


def one_value(name: str, values: tuple[str, ...]) -> str:
    """The text of a field that holds at most one; "" for none. Raises ValueError for more."""
    if len(values) > 1:
        raise ValueError(f"{name} holds one value")
    return values[0] if values else ""


def same_lines(text: str) -> str:
    """A text as platforms keep it at the least: without spaces at the ends of its lines, or
    of the whole. Only for comparing."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()
