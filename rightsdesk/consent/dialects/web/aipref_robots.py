"""AIPREF in robots.txt: `Content-Usage` as a rule of a group.

Source: draft-ietf-aipref-attach-05 (2026-08-19), section 3. The rule may begin with a path; the
rest is the same dictionary as in the header (see `aipref`). A rule without a path covers the whole
site. For each address the rule with the longest matching path is selected, and the others do not
apply: only rules with the same path are combined, most restrictive first. What no crawler may fetch
carries no preference. A crawler with a group of its own ignores the group for everyone.
"""

from collections.abc import Iterator, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import DialectError
from rightsdesk.consent.dialects.web.aipref import AiprefHeader
from rightsdesk.consent.dialects.web.path_patterns import covers_all
from rightsdesk.consent.dialects.web.robots import (
    EVERYONE,
    FIELD,
    CrawlerGroup,
    RobotsPart,
    as_stated,
    barred,
    parse_robots,
    split_path,
    statements,
)
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission
from rightsdesk.consent.words import listed
from rightsdesk.sentences import worded

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

    def read(self, groups: Sequence[CrawlerGroup]) -> Consent:
        """The strictest of the rules. Raises DialectError if a rule does not parse."""
        return strictest(self._statements(groups))

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """As for the header."""
        return _FIELD.notes(declaration)

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """Statements to some crawlers only, rules that open a part of the site, and that what
        no crawler may fetch carries no preference."""
        groups = [group for text in fields.get(FIELD, ()) for group in parse_robots(text)]
        void = _closed(groups) and any(True for _ in statements(groups, self.line))
        closed = ("What crawlers may not fetch carries no AIPREF preference.",) if void else ()
        return (*closed, *_opened(groups), *super().notes_on(fields))

    def _statements(self, groups: Sequence[CrawlerGroup]) -> Iterator[Consent]:
        for value, to_everyone in _selected(groups):
            path, rest = split_path(value)
            consent = _FIELD.decode({"content-usage": (rest,)})
            if not (to_everyone and _closed(groups, path)):
                yield as_stated(consent, to_everyone=to_everyone, path=path)


def _selected(groups: Sequence[CrawlerGroup]) -> Iterator[tuple[str, bool]]:
    """The rules without those that a longer path for the whole site overrides."""
    rules = list(statements(groups, AiprefRobots.line))
    whole = [_length(value) for value, to_all in rules if to_all and _is_general(value)]
    for value, to_everyone in rules:
        general = to_everyone and _is_general(value)
        if not general or _length(value) == max(whole):
            yield value, to_everyone


def _is_general(value: str) -> bool:
    return covers_all(split_path(value)[0])


def _length(value: str) -> int:
    """Length of a rule's path in bytes; 0 without a path."""
    return len(split_path(value)[0].encode()) if value.startswith("/") else 0


def _opened(groups: Sequence[CrawlerGroup]) -> Iterator[str]:
    """For each part of the site with rules that do not repeat a no: what they leave open."""
    general: list[Consent] = []
    parts: dict[str, list[Consent]] = {}
    try:
        for value, to_everyone in _selected(groups):
            path, rest = split_path(value)
            if to_everyone:
                consent = _FIELD.decode({"content-usage": (rest,)})
                (general if covers_all(path) else parts.setdefault(path, [])).append(consent)
    except DialectError:
        return
    refused = [u for u, p in strictest(general).items() if p is Permission.PROHIBITED]
    for path, rules in parts.items():
        of_path = strictest(rules)
        if opened := [u for u in refused if of_path.get(u) is not Permission.PROHIBITED]:
            yield (
                worded(
                    "For {path} another AIPREF rule replaces the one for the whole site, and "
                    "it does not forbid {uses}.",
                    path=path[:60],
                    uses=listed(opened),
                )
            )


def _closed(groups: Sequence[CrawlerGroup], path: str = "/") -> bool:
    return barred((group for group in groups if EVERYONE in group.agents), path)
