"""Groups for AI crawlers in robots.txt: which ones are refused.

Source: RFC 9309, and a list of crawlers from the caller (they change often; see
`resources/crawlers.toml`). It covers fetches from this site and no copies elsewhere. It can only
refuse: that a crawler may fetch a page does not mean that the music may be used, so nothing is read
as a grant. Search engines are never refused, since that would hide the artist from listeners; the
list calls them `search`.
"""

from collections.abc import Collection, Mapping, Sequence

from rightsdesk import phrases
from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.coarse import reserved
from rightsdesk.consent.dialects.web.robots import (
    EVERYONE,
    FIELD,
    LET_IN,
    CrawlerGroup,
    PathAccess,
    RobotsPart,
    access_of,
    barred,
    parse_robots,
    product_token,
)
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import worded

KINDS: Mapping[str, tuple[Use, ...]] = {
    "training": (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    "mining": (Use.DATA_MINING,),
    "input": (Use.AI_INPUT,),
}
"""The uses behind each kind of crawler. Kinds without an entry are left alone."""

CLOSED = (*KINDS["training"], *KINDS["mining"], *KINDS["input"], Use.SEARCH)
"""The uses that a site does not serve if it bars everyone."""


class AiCrawlers(RobotsPart):
    """`Disallow: /` for the crawlers of the uses that are not allowed.

    `crawlers` gives the kinds of each by its token: `{"CCBot": ("training", "mining")}`.
    """

    id = "ai-crawlers"
    name = "AI crawlers (robots.txt)"

    def __init__(self, crawlers: Mapping[str, Collection[str]] | None = None) -> None:
        self.crawlers = {
            token: tuple(use for kind in kinds for use in KINDS.get(kind, ()))
            for token, kinds in (crawlers or {}).items()
            if "search" not in kinds
        }

    def turned_away(self, declaration: Declaration) -> Sequence[str]:
        """Every crawler for a use that is stated and not plainly allowed."""
        return [t for t, uses in self.crawlers.items() if reserved(declaration.consent, uses)]

    def read(self, groups: Sequence[CrawlerGroup]) -> Consent:
        """Prohibited as soon as one known crawler of a use is refused."""
        uses = {use for token in self._absent(groups) for use in self.crawlers[token]}
        if barred(group for group in groups if EVERYONE in group.agents):
            uses.update(CLOSED)
        return Consent(dict.fromkeys(uses, Permission.PROHIBITED))

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """The note that it covers only the site itself."""
        return (
            ("This only keeps crawlers off your own site; it says nothing about copies elsewhere.",)
            if self.turned_away(declaration)
            else ()
        )

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """How many of the known crawlers are refused, if not all are."""
        groups = [group for text in fields.get(FIELD, ()) for group in parse_robots(text)]
        away, stated = self._absent(groups), self.read(groups)
        concerned = [t for t, uses in self.crawlers.items() if any(use in stated for use in uses)]
        if len(away) == len(concerned):
            return ()
        return (
            worded(
                "{refused} of {known} known AI crawlers are refused.",
                refused=phrases.number(len(away)),
                known=phrases.number(len(concerned)),
            ),
        )

    def _absent(self, groups: Sequence[CrawlerGroup]) -> list[str]:
        by_agent: dict[str, PathAccess] = {}
        for group in groups:
            of_group = access_of(group)
            for agent in group.agents:
                by_agent[agent] = max(of_group, by_agent.get(agent, LET_IN))
        general = by_agent.get(EVERYONE, LET_IN)
        return [t for t in self.crawlers if not by_agent.get(product_token(t), general)[1]]
