"""Check the shape of a platform's JSON before it is used.

`answer.read_json` only guarantees JSON. The checks here are the same for all platforms. A value
that carries a declaration is never guessed. A value that is only displayed may be missing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from rightsdesk.platforms.http.errors import BadAnswer, ItemGone, PlatformError
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.sentences import worded

LARGEST_NUMBER = 10**18
LONGEST_SECONDS = 10**7
MOST_FAILURES = 3


class Shapes:
    """Checks the answers of one platform. A wrong shape raises `BadAnswer`.

    `advice` replaces the usual advice if the platform may not be to blame.
    """

    def __init__(self, service: str, *, advice: str = "") -> None:
        self._service = service
        self._advice = advice or (
            worded(
                "If this happens again, {service} has changed: check for a newer RightsDesk.",
                service=service,
            )
        )

    def unexpected(self, form: str, **values: str) -> BadAnswer:
        """Return the error for an unexpected answer: a form of `worded`, with `{service}`."""
        return BadAnswer(worded(form, service=self._service, **values), advice=self._advice)

    def repeats(self) -> BadAnswer:
        """Return the error for a list with pages that repeat or never end."""
        return BadAnswer(
            worded("{service} sent a list that repeats its pages.", service=self._service),
            advice="Try again later: RightsDesk can't tell whether it has read the whole list.",
        )

    def nameless(self) -> BadAnswer:
        """Return the error for an account without what it is known by."""
        return self.unexpected("{service} sent an account without a name.")

    def mapping(self, data: Any) -> Mapping[str, Any]:
        """Return a JSON object."""
        if not isinstance(data, dict):
            raise self.unexpected("{service} sent an answer in an unknown shape.")
        return data

    def exact(self, values: Mapping[str, Any], name: str) -> str:
        """Return a text that carries a declaration: "" if it is null, never guessed."""
        value = values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.unexpected("{service} sent a {name} that is not text.", name=name)
        return value or ""

    def tags(self, value: Any) -> tuple[str, ...]:
        """Return a list of texts that carries a declaration; () if it is null."""
        listed = value if value is not None else []
        if not isinstance(listed, list) or not all(isinstance(tag, str) for tag in listed):
            raise self.unexpected("{service} sent tags that are not text.")
        return tuple(listed)

    def number(self, values: Mapping[str, Any], name: str) -> str:
        """Return an object's numeric id as text."""
        number = values.get(name)
        if type(number) is not int or not 0 < number < LARGEST_NUMBER:
            raise self.unexpected("{service} sent something without a number.")
        return str(number)


def item_or_problem(remote_id: str, read: Callable[[], RemoteItem]) -> RemoteItem:
    """Return what `read` returns, or an item with the reason why it can't be read.

    One broken item must not hide the others of a list.
    """
    return ItemsOrProblems().read(remote_id, read)


class ItemsOrProblems:
    """`item_or_problem` for a list of items that are read one by one.

    After a few failures of the server in a row it raises that error, and the list ends.
    """

    def __init__(self) -> None:
        self._failed = 0

    def read(self, remote_id: str, read: Callable[[], RemoteItem]) -> RemoteItem:
        """Return what `read` returns, or an item with the reason why it can't be read."""
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
    """Return a text that is only shown or compared: "" if it is null or not text."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def milliseconds(seconds: Any) -> int | None:
    """Return the milliseconds for whole seconds; None if missing or implausible."""
    return seconds * 1000 if type(seconds) is int and 0 < seconds < LONGEST_SECONDS else None


def length(milliseconds: Any) -> int | None:
    """Return a length in milliseconds; None if missing or implausible."""
    longest = LONGEST_SECONDS * 1000
    return milliseconds if type(milliseconds) is int and 0 < milliseconds < longest else None


def one_value(name: str, values: tuple[str, ...]) -> str:
    """Return the text of a field with one value or none (""). Raises ValueError for more."""
    if len(values) > 1:
        raise ValueError(f"{name} holds one value")
    return values[0] if values else ""


def same_lines(text: str) -> str:
    """Return a text without spaces at the ends of its lines and of the whole, to compare it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()
