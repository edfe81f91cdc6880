"""WordPress.com: the switch that stops a site's public content from being shared.

Source: WordPress.com's settings of a site, `wpcom_data_sharing_opt_out`, “Prevent third-party
sharing”. `true` withholds public content from companies that train AI. `false` is the default, so
it states nothing. One bit, for generative training.

While the switch is on, the site's robots.txt refuses AI crawlers. That follows from the switch and
is no separate statement: it only shows whether the switch took effect.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.dialects.web.robots import FIELD as ROBOTS
from rightsdesk.consent.dialects.web.robots import barred, parse_robots
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use

FIELD = "wpcom_data_sharing_opt_out"
COVERED = (Use.GENERATIVE_TRAINING,)
ON, OFF = "true", "false"
TURNED_AWAY = ("gptbot", "ccbot", "claudebot")
"""Some of the crawlers that WordPress.com refuses (Jetpack, blog-privacy.php)."""


class WordPressComOption(Dialect):
    """`wpcom_data_sharing_opt_out` of a site."""

    id = "wordpress-com"
    name = "WordPress.com third-party sharing"
    fields = (FIELD, ROBOTS)
    read_only = (ROBOTS,)

    def encode(self, declaration: Declaration) -> Fields:
        """On if generative training is reserved; else nothing."""
        return {FIELD: (ON,)} if one_bit(declaration.consent, COVERED) is False else {}

    def decode(self, fields: Fields) -> Consent:
        """Prohibited if it is on. Raises DialectError for anything but true and false."""
        return strictest(_meaning(value) for value in fields.get(FIELD, ()))

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Off again only if generative training is plainly allowed. A switch cannot be removed; if
        the use is not stated, the switch stays."""
        allowed = one_bit(declaration.consent, COVERED)
        if allowed is None or fields.get(FIELD) == ((OFF,) if allowed else (ON,)):
            return {}
        if allowed and FIELD not in fields:
            return {}
        return {FIELD: (OFF,) if allowed else (ON,)}

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """What the switch does not do."""
        if not self.encode(declaration):
            return ()
        return (
            "This also makes WordPress.com turn AI crawlers away in the site's robots.txt. It "
            "says nothing about what was passed on before.",
        )

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """The note that the site itself does not show the switch's effect."""
        robots = fields.get(ROBOTS, ())
        if fields.get(FIELD) != (ON,) or not robots:
            return ()
        groups = [group for text in robots for group in parse_robots(text)]
        if any(barred(g for g in groups if name in g.agents) for name in TURNED_AWAY):
            return ()
        return ("The switch is on, but the site's robots.txt does not show it.",)


def _meaning(value: str) -> Consent:
    if value not in (ON, OFF):
        raise DialectError("WordPress.com's switch is neither on nor off.")
    return Consent(dict.fromkeys(COVERED, Permission.PROHIBITED) if value == ON else {})
