"""robots.txt as a whole: all its dialects in one block of ours.

AIPREF, Content Signals and the groups for AI crawlers have their own modules. This one writes them
together, adds the address of an RSL licence (`License:`, RSL 1.0), and merges the block into the
existing file.
"""

from collections.abc import Collection, Mapping, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import ascii_address
from rightsdesk.consent.dialects.web.ai_crawlers import AiCrawlers
from rightsdesk.consent.dialects.web.aipref_robots import AiprefRobots
from rightsdesk.consent.dialects.web.content_signals import ContentSignals
from rightsdesk.consent.dialects.web.robots import (
    FIELD,
    CrawlerGroup,
    RobotsPart,
    as_far_as_read,
    named_spared,
)
from rightsdesk.consent.dialects.web.robots_block import merge_block, without_block, write_block
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.fields import Fields, difference

TOO_LONG = (
    "The file robots.txt is longer than 500 KB. Crawlers may stop there, so the rest is not "
    "counted."
)


class RobotsTxt(RobotsPart):
    """Everything that robots.txt can state.

    `crawlers` as for `AiCrawlers`; `licence_url` is the address of the site's RSL file, if it is
    published. It is named only if that file states something: what cannot be fetched counts as
    unlicensed, for search too (RSL 1.0, 4.2). `License:` is inside the groups, because outside of
    ours it would belong to the preceding group of the file.
    """

    id = "robots-txt"
    name = "robots.txt"
    read_only = ()

    def __init__(
        self, crawlers: Mapping[str, Collection[str]] | None = None, licence_url: str = ""
    ) -> None:
        self.parts: tuple[RobotsPart, ...] = (
            AiCrawlers(crawlers),
            AiprefRobots(),
            ContentSignals(),
        )
        self.licence_url = ascii_address(licence_url)

    def rules(self, declaration: Declaration) -> Sequence[str]:
        """The lines of every part."""
        return [line for part in self.parts for line in part.rules(declaration)]

    def turned_away(self, declaration: Declaration) -> Sequence[str]:
        """The crawlers of every part."""
        return [token for part in self.parts for token in part.turned_away(declaration)]

    def comments(self, declaration: Declaration) -> Sequence[str]:
        """The comments of every part."""
        return [line for part in self.parts for line in part.comments(declaration)]

    def read(self, groups: Sequence[CrawlerGroup]) -> Consent:
        """The strictest of the parts."""
        return strictest(part.read(groups) for part in self.parts)

    def encode(self, declaration: Declaration) -> Fields:
        """Our block; absent if nothing is stated."""
        block = self._block(declaration)
        return {FIELD: (block,)} if block else {}

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """The file with our block in it, everything else untouched.

        A crawler with a group of its own ignores the group for everyone (RFC 9309, section 2.2.1),
        so the lines are repeated for it.

        Raises DialectError if an older block of ours is damaged.
        """
        before = {FIELD: fields[FIELD]} if FIELD in fields else {}
        held = "\n".join(fields.get(FIELD, ()))
        text = merge_block(held, self._block(declaration, without_block(held)))
        return difference(before, {FIELD: (text,)} if text or before.get(FIELD) == ("",) else {})

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """The notes of every part."""
        return tuple(note for part in self.parts for note in part.notes(declaration))

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """The notes on every part, and that crawlers do not read all of a long file."""
        long = any(as_far_as_read(text) != text for text in fields.get(FIELD, ()))
        unread = (TOO_LONG,) if long else ()
        return (*unread, *(note for part in self.parts for note in part.notes_on(fields)))

    def _block(self, declaration: Declaration, existing: str = "") -> str:
        if not declaration.consent:
            return ""
        licensed = bool(self.licence_url) and bool(Rsl().encode(declaration))
        extra = [f"License: {self.licence_url}"] if licensed else []
        away = self.turned_away(declaration)
        named = named_spared(existing, away)
        rules, comments = self.rules(declaration), self.comments(declaration)
        return write_block(away, rules, extra, named, comments=comments)
