"""Cloudflare in front of a site: what it states to AI crawlers, and which ones it blocks.

Source: Cloudflare's API, settings `bot_management` of a zone. `ai_training`: `disallow` (stated in
robots.txt), `block`, `only_on_ad_pages`, `disabled`; `ai_user` (crawlers that fetch for a person's
question) the same without `disallow`; `ai_bots_protection`, the older switch for all AI crawlers. A
zone has the settings of its plan. `disabled` grants nothing: there is just no rule. `ai_search`
(crawlers of search) is read and left alone: RightsDesk does not decide who appears in search.

Since 15 September 2026 a crawler with several purposes falls under the strictest rule (Cloudflare's
announcement of 1 July 2026): blocking training crawlers also blocks Googlebot, Applebot and
BingBot. So a block of training reads as a no to search. It is never set if there is another way to
state no.
"""

from collections.abc import Iterator

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import together, worded

TRAINING, USER, ALL_BOTS = "ai_training", "ai_user", "ai_bots_protection"
SEARCH = "ai_search"
COVERED = {
    TRAINING: (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    USER: (Use.AI_INPUT,),
    ALL_BOTS: (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    SEARCH: (Use.SEARCH,),
}
REFUSAL = {TRAINING: "disallow", USER: "block", ALL_BOTS: "block"}
"""The value for a reserved use: a statement if there is one, else a block."""

HITS_SEARCH = (TRAINING, ALL_BOTS)
"""Settings with a `block` that also stops the search crawlers of the large engines."""

HIDES = worded(
    "Blocking crawlers that train also blocks Googlebot, Applebot and BingBot: the site may vanish "
    "from search."
)

NO_SEARCH = "Cloudflare turns the crawlers of search away. RightsDesk leaves that setting as it is."

REFUSALS = frozenset({"disallow", "block"})
PARTLY, NO_RULE = "only_on_ad_pages", "disabled"


class CloudflareZone(Dialect):
    """`ai_training`, `ai_user`, `ai_bots_protection` and `ai_search` of a zone."""

    id = "cloudflare"
    name = "Cloudflare"
    fields = (TRAINING, USER, ALL_BOTS, SEARCH)
    read_only = (SEARCH,)

    def encode(self, declaration: Declaration) -> Fields:
        """The settings for a zone that has both newer ones."""
        return {
            name: (REFUSAL[name],)
            for name in (TRAINING, USER)
            if one_bit(declaration.consent, COVERED[name]) is False
        }

    def decode(self, fields: Fields) -> Consent:
        """Prohibited if crawlers are refused everywhere; nothing else is stated.

        Raises DialectError for a value that Cloudflare does not have.
        """
        return strictest(self._stated(fields))

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Only settings that the zone has, if that is known. A refusal of any strength stays; it
        ends only if all uses that it covers are plainly allowed."""
        if not any(name in fields for name in REFUSAL):
            return self.encode(declaration)
        edit: dict[str, tuple[str, ...]] = {}
        for name in self._settings(fields, declaration):
            allowed = one_bit(declaration.consent, COVERED[name])
            refused = fields.get(name, ("",))[0] in REFUSALS
            if allowed is False and not refused:
                edit[name] = (REFUSAL[name],)
            elif allowed and refused:
                edit[name] = (NO_RULE,)
        return edit

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Why training is refused in robots.txt and not blocked, if Cloudflare offers both."""
        if one_bit(declaration.consent, COVERED[TRAINING]) is not False:
            return ()
        return (
            together(
                (
                    HIDES,
                    worded(
                        "So RightsDesk sets “disallow” where Cloudflare offers it. A zone that "
                        "only has the older switch for AI bots is blocked: see the preview."
                    ),
                )
            ),
        )

    def on_replacing(self, fields: Fields) -> tuple[str, ...]:
        """Warns before the older switch is set, which blocks."""
        if fields.get(ALL_BOTS, ("block",))[:1] == ("block",):
            return ()
        older = worded("This zone only has the older switch for AI bots.")
        return (together((older, HIDES)),)

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """Names what is refused on some pages only, and what else a block stops."""
        partly = any(PARTLY in fields.get(name, ()) for name in self.fields)
        hides = any(fields.get(name) == ("block",) for name in HITS_SEARCH)
        no_search = fields.get(SEARCH) == ("block",)
        return (
            *((NO_SEARCH,) * no_search),
            *(("Cloudflare turns crawlers away only on pages with advertisements.",) * partly),
            *((HIDES,) * hides),
        )

    def _settings(self, fields: Fields, declaration: Declaration) -> Iterator[str]:
        for name in (TRAINING, USER):
            if name in fields:
                yield name
        # A refusal by the older switch must end too, or nothing would be allowed.
        if ALL_BOTS in fields and (
            TRAINING not in fields or one_bit(declaration.consent, COVERED[ALL_BOTS])
        ):
            yield ALL_BOTS

    def _stated(self, fields: Fields) -> Iterator[Consent]:
        for name in self.fields:
            for value in fields.get(name, ()):
                if value in REFUSALS:
                    hidden = COVERED[SEARCH] if value == "block" and name in HITS_SEARCH else ()
                    stopped = (*COVERED[name], *hidden)
                    yield Consent(dict.fromkeys(stopped, Permission.PROHIBITED))
                elif value not in (PARTLY, NO_RULE):
                    raise DialectError(
                        worded("Cloudflare has an unknown word for {name}.", name=name)
                    )
