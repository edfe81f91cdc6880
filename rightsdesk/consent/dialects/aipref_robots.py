"""AIPREF in robots.txt: `Content-Usage` as a rule of a group.

Source: draft-ietf-aipref-attach-05 (2026-08-19), section 3. The rule may begin with a path;
the rest is the same dictionary as in the header (see `aipref`). A rule without a path is for
all of the site. What nobody may fetch carries no preference. A crawler with a group of its
own does not look at the group for everyone.
"""

from collections.abc import Iterator, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.aipref import AiprefHeader
from rightsdesk.consent.dialects.robots import (
    EVERYONE,
    FIELD,
    Group,
    RobotsPart,
    as_said,
    barred,
    parse_robots,
    split_path,
    statements,
)
from rightsdesk.consent.fields import Fields

_FIELD = AiprefHeader()


class AiprefRobots(RobotsPart):
    """`Content-Usage: train-ai=n, ai-use=n` for everyone."""

    id = "aipref-robots"
    name = "AIPREF (robots.txt)"
    line = "content-usage"

    def rules(self, declaration: Declaration) -> Sequence[str]:
        """One line, or none."""
        values = _FIELD.encode(declaration).get("content-usage", ())
        return [f"Content-Usage: {value}" for value in values]

    def read(self, groups: Sequence[Group]) -> Consent:
        """The strictest of the rules. Raises DialectError where one does not parse."""
        return strictest(self._statements(groups))

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """As for the header."""
        return _FIELD.notes(declaration)

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """What is said to some only, and that nothing is said of what nobody may fetch."""
        groups = [group for text in fields.get(FIELD, ()) for group in parse_robots(text)]
        void = _closed(groups) and any(True for _ in statements(groups, self.line))
        closed = ("What crawlers may not fetch carries no AIPREF preference.",) if void else ()
        return (*closed, *super().caveats(fields))

    def _statements(self, groups: Sequence[Group]) -> Iterator[Consent]:
        for value, to_everyone in statements(groups, self.line):
            path, rest = split_path(value)
            said = _FIELD.decode({"content-usage": (rest,)})
            if not (to_everyone and _closed(groups, path)):
                yield as_said(said, to_everyone=to_everyone, path=path)


def _closed(groups: Sequence[Group], path: str = "/") -> bool:
    return barred((group for group in groups if EVERYONE in group.agents), path)
