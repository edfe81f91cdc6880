"""`noai`: DeviantArt's directive of 2022 for robots, “not for AI”.

It occurs in `<meta name="robots" content="noai">` or in `X-Robots-Tag: noai`, among the site's own
directives (`noindex`, `nofollow`), which stay. One word covers training and use as AI input; no
word allows. `noimageai` is about images and is not read. A directive after a robot's name (`gptbot:
noai`) addresses that robot only, so the page does not state it. Readers accept any case or only
lower case (img2dataset, datadiligence), so lower case is written.
"""

import re
from collections.abc import Iterable, Iterator

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.coarse import reserved
from rightsdesk.consent.fields import Fields, difference
from rightsdesk.consent.uses import Permission, Use

COVERED = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT)
WORD = "noai"
_VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_ADDRESSED = re.compile(r"\s*([^\s:,]+)\s*:")


class NoaiHeader(Dialect):
    """`noai` in the response header `X-Robots-Tag`."""

    id = "noai-header"
    name = "noai (header)"
    fields = ("x-robots-tag",)

    def encode(self, declaration: Declaration) -> Fields:
        """`noai` as soon as one of its uses is reserved."""
        return {self.fields[0]: (WORD,)} if reserved(declaration.consent, COVERED) else {}

    def decode(self, fields: Fields) -> Consent:
        """Prohibited if the word addresses all robots."""
        if WORD in _said_to_all(fields.get(self.fields[0], ())):
            return Consent(dict.fromkeys(COVERED, Permission.PROHIBITED))
        return Consent()

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Adds or removes the word; every other directive stays."""
        values = fields.get(self.fields[0], ())
        wanted = reserved(declaration.consent, COVERED)
        if wanted == (WORD in _said_to_all(values)):
            return {}
        kept = (WORD, *values) if wanted else tuple(v for v in map(_without, values) if v)
        return difference({self.fields[0]: values}, {self.fields[0]: kept})


class NoaiMeta(NoaiHeader):
    """`noai` in a page's `<meta name="robots">`."""

    id = "noai-meta"
    name = "noai (web page)"
    fields = ("meta:robots",)

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """As in the header, but within one value: a page has one such element."""
        name = self.fields[0]
        changed = super().edit(fields, declaration)
        return {name: (", ".join(changed[name]),)} if changed.get(name) else changed


def _directives(value: str) -> Iterator[tuple[str, bool]]:
    """The directives in order, each with whether it addresses all robots."""
    to_all = True
    for part in value.split(","):
        found = _ADDRESSED.match(part)
        if found and found[1].lower() not in _VALUED:
            to_all = False
        yield part, to_all


def _said_to_all(values: Iterable[str]) -> set[str]:
    return {
        part.strip().lower() for value in values for part, to_all in _directives(value) if to_all
    }


def _without(value: str) -> str:
    directives = list(_directives(value))
    kept = [part for part, to_all in directives if not (to_all and part.strip().lower() == WORD)]
    return value if len(kept) == len(directives) else ",".join(kept).strip(" ,")
