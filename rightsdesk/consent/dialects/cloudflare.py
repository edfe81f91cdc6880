"""Cloudflare in front of a site: what it tells AI crawlers, and which it turns away.

Source: Cloudflare's API, settings `bot_management` of a zone. `ai_training`: `disallow`
(said in robots.txt), `block`, `only_on_ad_pages`, `disabled`; `ai_user` (crawlers that fetch
for a person's question) the same without `disallow`; `ai_bots_protection`, the older switch
for all AI crawlers. A zone has those that its plan offers. `disabled` grants nothing: it
only stands for no rule. `ai_search` is shown and left alone: who may be found by search is
not decided here.
"""

from collections.abc import Iterator

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use

TRAINING, USER, ALL_BOTS = "ai_training", "ai_user", "ai_bots_protection"
COVERED = {
    TRAINING: (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    USER: (Use.AI_INPUT,),
    ALL_BOTS: (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
}
REFUSAL = {TRAINING: "disallow", USER: "block", ALL_BOTS: "block"}
"""What is set where a use is reserved: what says it, and where there is no such, what acts."""

REFUSALS = frozenset({"disallow", "block"})
PARTLY, NO_RULE = "only_on_ad_pages", "disabled"


class CloudflareZone(Dialect):
    """`ai_training`, `ai_user` and `ai_bots_protection` of a zone."""

    id = "cloudflare"
    name = "Cloudflare"
    fields = (TRAINING, USER, ALL_BOTS)

    def encode(self, declaration: Declaration) -> Fields:
        """The settings for a zone that has both of the newer ones."""
        return {
            name: (REFUSAL[name],)
            for name in (TRAINING, USER)
            if one_bit(declaration.consent, COVERED[name]) is False
        }

    def decode(self, fields: Fields) -> Consent:
        """Prohibited where crawlers are refused everywhere; nothing else is said.

        Raises DialectError for a word that Cloudflare does not have.
        """
        return strictest(self._said(fields))

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Only settings that the zone has, if it is known. A refusal of any strength stays; it
        ends only where all that it covers is plainly allowed."""
        if not any(name in fields for name in self.fields):
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

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """Names what is refused on some pages only."""
        if any(PARTLY in fields.get(name, ()) for name in self.fields):
            return ("Cloudflare turns crawlers away only on pages with advertisements.",)
        return ()

    def _settings(self, fields: Fields, declaration: Declaration) -> Iterator[str]:
        for name in (TRAINING, USER):
            if name in fields:
                yield name
        # A refusal by the older switch has to end too, or nothing would be allowed.
        if ALL_BOTS in fields and (
            TRAINING not in fields or one_bit(declaration.consent, COVERED[ALL_BOTS])
        ):
            yield ALL_BOTS

    def _said(self, fields: Fields) -> Iterator[Consent]:
        for name in self.fields:
            for value in fields.get(name, ()):
                if value in REFUSALS:
                    yield Consent(dict.fromkeys(COVERED[name], Permission.PROHIBITED))
                elif value not in (PARTLY, NO_RULE):
                    raise DialectError(f"Cloudflare has an unknown word for {name}.")
