"""Reading robots.txt as a crawler does, with the lines that speak of use and not of access.

Source: RFC 9309. Lines that it does not know are kept: AIPREF and Content Signals put
their rules among them. One thing is read more strictly than crawlers would: a reservation
counts to whomever it is said, a grant only where it is said to everyone and for the whole
site.
"""

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.web.path_patterns import covers_all, matches
from rightsdesk.consent.dialects.web.robots_block import READ_BY_ALL, write_block
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.consent.words import listed

FIELD = "robots.txt"
EVERYONE = "*"
_TOKEN_END = re.compile(r"[/\s]")
_TOKEN = re.compile(r"[\w.-]+")
_RULES = ("allow", "disallow", "content-usage", "content-signal")
_AGENT = ("user-agent", "useragent")
KNOWN_LINES = frozenset(
    {*_AGENT, *_RULES, "sitemap", "crawl-delay", "host", "clean-param", "request-rate"}
    | {"visit-time", "noindex", "license", "tdm-reservation", "tdm-policy", "indexpage", "cache"}
)
"""What lines of robots.txt begin with, in the standard and in the habits of crawlers."""


@dataclass(frozen=True, slots=True)
class Group:
    """The crawlers addressed (lower case, no versions), and the lines said to them."""

    agents: frozenset[str]
    lines: tuple[tuple[str, str], ...]
    """Name (lower case) and value of each line."""


def product_token(name: str) -> str:
    """What identifies a crawler (RFC 9309, section 2.2.1): no version, nothing after a space.

    In lower case: the case of a token means nothing. Digits are kept, against the letter of
    the RFC, since some crawlers have them in their names.
    """
    return _TOKEN_END.split(name.strip(), maxsplit=1)[0].lower()


def parse_robots(text: str) -> tuple[Group, ...]:
    """The groups in order. Lines before the first belong to a group without crawlers.

    Only what every crawler reads counts: see `as_far_as_read`.
    """
    groups: list[tuple[list[str], list[tuple[str, str]]]] = [([], [])]
    gathering = True
    for line in re.split(r"\r\n|\r|\n", as_far_as_read(text).removeprefix("\ufeff")):
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name in _AGENT:
            if not gathering or not groups[-1][0]:
                groups.append(([], []))
            gathering = True
            groups[-1][0].append(product_token(value))
        else:
            gathering = gathering and name not in _RULES
            groups[-1][1].append((name, value))
    return tuple(Group(frozenset(agents), tuple(lines)) for agents, lines in groups)


def as_far_as_read(text: str) -> str:
    """The whole lines of a file that every crawler reads: the first 500 KiB."""
    data = text.encode("utf-8", "replace")
    if len(data) <= READ_BY_ALL:
        return text
    part = data[: READ_BY_ALL + 1].decode("utf-8", "ignore")
    return part[: max(part.rfind("\n"), part.rfind("\r"), 0)]


def says_something(text: str) -> bool:
    """Whether there is a single line that robots.txt knows."""
    return any(
        group.agents or any(name in KNOWN_LINES for name, _ in group.lines)
        for group in parse_robots(text)
    )


def is_robots(text: str) -> bool:
    """Whether a text can be a robots.txt: it has a line of one, or nothing but comments, and
    does not begin as a page does."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return says_something(text) or all(not line or line.startswith("#") for line in lines)


Verdict = tuple[int, bool]
"""How long the pattern is that decides, and whether it lets in."""

LET_IN: Verdict = (-1, True)


def verdict(group: Group, path: str = "/") -> Verdict:
    """What one group says of fetching the path.

    The longest pattern that matches decides; of two that are equally long, `Allow`. Of the
    groups for one crawler the greatest verdict counts, as if they were one.
    """
    return max(
        (
            (len(pattern), name == "allow")
            for name, pattern in group.lines
            if name in ("allow", "disallow") and matches(pattern, path)
        ),
        default=LET_IN,
    )


def barred(groups: Iterable[Group], path: str = "/") -> bool:
    """Whether these groups together keep their crawlers from fetching the path."""
    return not max((verdict(group, path) for group in groups), default=LET_IN)[1]


def statements(groups: Iterable[Group], name: str) -> Iterator[tuple[str, bool]]:
    """The values of the lines of this name, and whether each is said to everyone.

    Each once: files repeat themselves, by habit or to keep readers busy.
    """
    return iter(
        dict.fromkeys(
            (value, EVERYONE in group.agents)
            for group in groups
            for found, value in group.lines
            if found == name
        )
    )


def split_path(value: str) -> tuple[str, str]:
    """The path that a rule is for (`/` where it names none), and what it says."""
    if not value.startswith("/"):
        return "/", value
    path, *rest = value.split(None, 1)
    return path, "".join(rest)


def own_groups(groups: Iterable[Group]) -> dict[str, list[Group]]:
    """The crawlers that have groups of their own, with these. They don't look at the group for
    everyone."""
    own: dict[str, list[Group]] = {}
    for group in groups:
        for agent in group.agents - {EVERYONE, ""}:
            own.setdefault(agent, []).append(group)
    return own


def without_line(groups: Iterable[Group], name: str) -> tuple[str, ...]:
    """The crawlers that may fetch and have groups of their own, in which no such line is."""
    return tuple(
        agent
        for agent, theirs in sorted(own_groups(groups).items())
        if not barred(theirs) and not any(n == name for group in theirs for n, _ in group.lines)
    )


def named_spared(text: str, turned_away: Iterable[str]) -> tuple[str, ...]:
    """The crawlers that have groups of their own in a file and may fetch, as they are spelt.

    What is said to everyone has to be said to them again. Not those that are turned away.
    """
    away = {product_token(token) for token in turned_away}
    reached = set(without_line(parse_robots(text), "")) - away
    spelt: dict[str, str] = {}
    for line in re.split(r"\r\n|\r|\n", as_far_as_read(text).removeprefix("\ufeff")):
        name, _, value = line.partition("#")[0].partition(":")
        token = _TOKEN_END.split(value.strip(), maxsplit=1)[0]
        if name.strip().lower() in _AGENT and _TOKEN.fullmatch(token) and token.lower() in reached:
            spelt.setdefault(token.lower(), token)
    return tuple(spelt.values())


def as_said(consent: Consent, *, to_everyone: bool, path: str) -> Consent:
    """What counts of a statement made to these, for this path."""
    if to_everyone and covers_all(path):
        return consent
    return Consent({use: p for use, p in consent.items() if p is not Permission.ALLOWED})


class RobotsPart(Dialect):
    """One of the languages inside robots.txt.

    Each can be read by itself, and shows what it would write. The file is written by
    `RobotsTxt` for all of them: they share one block.
    """

    fields = (FIELD,)
    read_only: tuple[str, ...] = (FIELD,)
    line = ""
    """The name of its line, where it says something to crawlers that may fetch."""

    def rules(self, declaration: Declaration) -> Sequence[str]:
        """The lines said to everyone."""
        return ()

    def turned_away(self, declaration: Declaration) -> Sequence[str]:
        """The crawlers that are told to stay away."""
        return ()

    def comments(self, declaration: Declaration) -> Sequence[str]:
        """What the block says to people about its lines, each line beginning with `#`."""
        return ()

    @abstractmethod
    def read(self, groups: Sequence[Group]) -> Consent:
        """What the groups of one robots.txt say in this language."""

    def encode(self, declaration: Declaration) -> Fields:
        """The block with only this language in it."""
        block = write_block(
            self.turned_away(declaration),
            self.rules(declaration),
            comments=self.comments(declaration),
        )
        return {FIELD: (block,)} if block else {}

    def decode(self, fields: Fields) -> Consent:
        """What the whole file says, ours and everybody's."""
        return strictest(self.read(parse_robots(text)) for text in fields.get(FIELD, ()))

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """Names what is said to some crawlers only, and to whom it is not said."""
        groups = [group for text in fields.get(FIELD, ()) for group in parse_robots(text)]
        try:
            said = self.read(groups)
            to_all = self.read([group for group in groups if EVERYONE in group.agents])
        except DialectError:
            return ()
        partly = [use for use in said if said[use] != to_all.get(use)]
        deaf = without_line(groups, self.line) if self.line and said else ()
        return (
            *self._favoured(groups, to_all),
            *((f"Said to some crawlers only: no {listed(partly)}.",) if partly else ()),
            *((f"{self.name} is not said to {_few(deaf)}: see their own groups.",) if deaf else ()),
        )

    def _favoured(self, groups: Sequence[Group], to_all: Consent) -> Iterator[str]:
        """Names the crawlers that are allowed, in their own groups, what is not said to all."""
        favoured: dict[tuple[Use, ...], list[str]] = {}
        for agent, theirs in sorted(own_groups(groups).items()):
            said = self.read([replace(group, agents=frozenset({EVERYONE})) for group in theirs])
            more = tuple(
                use
                for use, answer in said.items()
                if answer is Permission.ALLOWED and to_all.get(use) is not Permission.ALLOWED
            )
            if more:
                favoured.setdefault(more, []).append(agent)
        for uses, agents in favoured.items():
            yield f"{self.name} allows {_few(agents)} in their own groups: {listed(uses)}."


def _few(agents: Sequence[str]) -> str:
    more = f" and {len(agents) - 5} more" if len(agents) > 5 else ""
    return ", ".join(agents[:5]) + more
