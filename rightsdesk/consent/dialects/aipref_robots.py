"""AIPREF in robots.txt: `Content-Usage` as a rule of a group.

Source: draft-ietf-aipref-attach-05 (2026-08-19). The rule may begin with a path; the rest
is the same dictionary as in the header (see `aipref`). A rule without a path is for all
of the site.
"""

from collections.abc import Iterator, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.aipref import AiprefHeader
from rightsdesk.consent.dialects.robots import Group, RobotsPart, as_said, statements

_FIELD = AiprefHeader()


class AiprefRobots(RobotsPart):
    """`Content-Usage: train-ai=n, search=y` for everyone."""

    id = "aipref-robots"
    name = "AIPREF (robots.txt)"

    def rules(self, declaration: Declaration) -> Sequence[str]:
        """One line, or none."""
        values = _FIELD.encode(declaration).get("content-usage", ())
        return [f"Content-Usage: {value}" for value in values]

    def read(self, groups: Sequence[Group]) -> Consent:
        """The strictest of the rules. Raises DialectError where one does not parse."""
        return strictest(self._statements(groups))

    def _statements(self, groups: Sequence[Group]) -> Iterator[Consent]:
        for value, to_everyone in statements(groups, "content-usage"):
            path, rest = split_path(value)
            said = _FIELD.decode({"content-usage": (rest,)})
            yield as_said(said, to_everyone=to_everyone, path=path)


def split_path(value: str) -> tuple[str, str]:
    """The path that a rule is for (`/` where it names none), and what it says."""
    if not value.startswith("/"):
        return "/", value
    path, *rest = value.split(None, 1)
    return path, "".join(rest)
