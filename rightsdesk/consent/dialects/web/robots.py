"""Reads robots.txt as a crawler does, including lines about use instead of access.

Source: RFC 9309. Lines that it does not know are kept: AIPREF and Content Signals put their rules
there. One point is stricter than in crawlers: a reservation counts whomever it addresses, a grant
only if it addresses everyone and the whole site.
"""

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rightsdesk import phrases
from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.web.path_patterns import covers_all, matches
from rightsdesk.consent.dialects.web.robots_block import READ_BY_ALL, write_block
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.consent.words import listed
from rightsdesk.sentences import worded

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
"""Names of lines in robots.txt, by the standard and by the practice of crawlers."""


@dataclass(frozen=True, slots=True)
class CrawlerGroup:
    """The crawlers addressed (lower case, no versions), and their lines."""

    agents: frozenset[str]
    lines: tuple[tuple[str, str], ...]
    """Name (lower case) and value of each line."""


def product_token(name: str) -> str:
    """A crawler's identifier (RFC 9309, section 2.2.1): no version, nothing after a space.

    In lower case: the case of a token means nothing. Digits are kept, against the letter of the
    RFC, since some crawlers have them in their names.
    """
    return _TOKEN_END.split(name.strip(), maxsplit=1)[0].lower()


def parse_robots(text: str) -> tuple[CrawlerGroup, ...]:
    """The groups in order. Lines before the first group belong to a group without crawlers.

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
    return tuple(CrawlerGroup(frozenset(agents), tuple(lines)) for agents, lines in groups)


def as_far_as_read(text: str) -> str:
    """The whole lines of a file that every crawler reads: the first 500 KiB."""
    data = text.encode("utf-8", "replace")
    if len(data) <= READ_BY_ALL:
        return text
    part = data[: READ_BY_ALL + 1].decode("utf-8", "ignore")
    return part[: max(part.rfind("\n"), part.rfind("\r"), 0)]


def says_something(text: str) -> bool:
    """Whether any line has a name that robots.txt knows."""
    return any(
        group.agents or any(name in KNOWN_LINES for name, _ in group.lines)
        for group in parse_robots(text)
    )


def is_robots(text: str) -> bool:
    """Whether a text can be a robots.txt. It has a line of one or only comments, and does not begin
    like a web page."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return says_something(text) or all(not line or line.startswith("#") for line in lines)


PathAccess = tuple[int, bool]
"""Length of the deciding pattern, and whether it allows access."""

LET_IN: PathAccess = (-1, True)


def access_of(group: CrawlerGroup, path: str = "/") -> PathAccess:
    """What one group says about fetching the path.

    The longest matching pattern decides; between two of equal length, `Allow`. Among the groups of
    one crawler the greatest access counts, as if they were one group.
    """
    return max(
        (
            (len(pattern), name == "allow")
            for name, pattern in group.lines
            if name in ("allow", "disallow") and matches(pattern, path)
        ),
        default=LET_IN,
    )


def barred(groups: Iterable[CrawlerGroup], path: str = "/") -> bool:
    """Whether these groups together bar their crawlers from the path."""
    return not max((access_of(group, path) for group in groups), default=LET_IN)[1]


def statements(groups: Iterable[CrawlerGroup], name: str) -> Iterator[tuple[str, bool]]:
    """The values of the lines of this name, each with whether it addresses everyone.

    Without repeats: files repeat lines by habit, or to keep readers busy.
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
    """A rule's path (`/` if it names none), and the rest of the rule."""
    if not value.startswith("/"):
        return "/", value
    path, *rest = value.split(None, 1)
    return path, "".join(rest)


def own_groups(groups: Iterable[CrawlerGroup]) -> dict[str, list[CrawlerGroup]]:
    """The crawlers with groups of their own, and those groups. They ignore the group for
    everyone."""
    own: dict[str, list[CrawlerGroup]] = {}
    for group in groups:
        for agent in group.agents - {EVERYONE, ""}:
            own.setdefault(agent, []).append(group)
    return own


def without_line(groups: Iterable[CrawlerGroup], name: str) -> tuple[str, ...]:
    """The crawlers with access and groups of their own that lack this line."""
    return tuple(
        agent
        for agent, theirs in sorted(own_groups(groups).items())
        if not barred(theirs) and not any(n == name for group in theirs for n, _ in group.lines)
    )


def named_spared(text: str, turned_away: Iterable[str]) -> tuple[str, ...]:
    """The crawlers with access and groups of their own in a file, as spelt there.

    Statements to everyone must be repeated for them. Refused crawlers are left out.
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


def as_stated(consent: Consent, *, to_everyone: bool, path: str) -> Consent:
    """What counts of a statement to these crawlers, for this path."""
    if to_everyone and covers_all(path):
        return consent
    return Consent({use: p for use, p in consent.items() if p is not Permission.ALLOWED})


class RobotsPart(Dialect):
    """One of the dialects inside robots.txt.

    Each can be read alone, and shows what it would write. `RobotsTxt` writes the file for all of
    them: they share one block.
    """

    fields = (FIELD,)
    read_only: tuple[str, ...] = (FIELD,)
    line = ""
    """The name of its line, if it addresses crawlers with access."""

    def rules(self, declaration: Declaration) -> Sequence[str]:
        """The lines for everyone."""
        return ()

    def turned_away(self, declaration: Declaration) -> Sequence[str]:
        """The crawlers that are refused."""
        return ()

    def comments(self, declaration: Declaration) -> Sequence[str]:
        """The block's comments about its lines, each beginning with `#`."""
        return ()

    @abstractmethod
    def read(self, groups: Sequence[CrawlerGroup]) -> Consent:
        """The consent that the groups of one robots.txt state in this dialect."""

    def encode(self, declaration: Declaration) -> Fields:
        """The block with only this dialect in it."""
        block = write_block(
            self.turned_away(declaration),
            self.rules(declaration),
            comments=self.comments(declaration),
        )
        return {FIELD: (block,)} if block else {}

    def decode(self, fields: Fields) -> Consent:
        """What the whole file states, in our lines and in others."""
        return strictest(self.read(parse_robots(text)) for text in fields.get(FIELD, ()))

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """Names statements to some crawlers or about a part of the site only, and the crawlers
        they do not address."""
        groups = [group for text in fields.get(FIELD, ()) for group in parse_robots(text)]
        try:
            consent = self.read(groups)
            general = [group for group in groups if EVERYONE in group.agents]
            to_all = self.read(general)
            of_all = self.read([_about_all(group, self.line) for group in general])
        except DialectError:
            return ()
        partly = [use for use in consent if consent[use] != to_all.get(use)]
        in_part = [use for use in to_all if to_all[use] != of_all.get(use)]
        deaf = without_line(groups, self.line) if self.line and consent else ()
        return (
            *self._favoured(groups, to_all),
            *(
                (worded("Said to some crawlers only: no {uses}.", uses=listed(partly)),)
                if partly
                else ()
            ),
            *(
                (worded("Said about a part of the site only: no {uses}.", uses=listed(in_part)),)
                if in_part
                else ()
            ),
            *(
                (
                    worded(
                        "{name} does not apply to {crawlers}: they have groups of their own.",
                        name=self.name,
                        crawlers=_few(deaf),
                    ),
                )
                if deaf
                else ()
            ),
        )

    def _favoured(self, groups: Sequence[CrawlerGroup], to_all: Consent) -> Iterator[str]:
        """Names the crawlers whose own groups allow more than everyone's."""
        favoured: dict[tuple[Use, ...], list[str]] = {}
        for agent, theirs in sorted(own_groups(groups).items()):
            consent = self.read([replace(group, agents=frozenset({EVERYONE})) for group in theirs])
            more = tuple(
                use
                for use, answer in consent.items()
                if answer is Permission.ALLOWED and to_all.get(use) is not Permission.ALLOWED
            )
            if more:
                favoured.setdefault(more, []).append(agent)
        for uses, agents in favoured.items():
            yield worded(
                "{name} allows {crawlers} in their own groups: {uses}.",
                name=self.name,
                crawlers=_few(agents),
                uses=listed(uses),
            )


def _about_all(group: CrawlerGroup, line: str) -> CrawlerGroup:
    """The group without its lines of this name that are about a part of the site."""
    lines = (
        (name, value)
        for name, value in group.lines
        if name != line or covers_all(split_path(value)[0])
    )
    return replace(group, lines=tuple(lines))


def _few(agents: Sequence[str]) -> str:
    return phrases.first_few(agents, 5)
