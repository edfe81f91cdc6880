"""The artist's own reservation on a SoundCloud track: tags, and a paragraph of the description.

SoundCloud's API has no field for AI consent, and its "no AI" tag is SoundCloud's own, for the whole
site. An artist can write the track's `tag_list` and `description`. Of `ai_tags`, only the visible
tag `noai` is written. SoundCloud accepts machine tags but shows them neither on the page nor to a
GET (soundcloud/api issue 340): no one would read them, and RightsDesk could neither check nor undo
them. Machine tags that are shown are read. The grammar of `tag_list` (space separated, double
quotes around tags with spaces, machine tags) is that of SoundCloud's API description.
"""

import re
from collections.abc import Iterator

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import SharedFields
from rightsdesk.consent.dialects.files.sentence import stated_by, with_sentence, without_written
from rightsdesk.consent.dialects.platforms.ai_tags import (
    NO_AI,
    is_machine_tag,
    stated_by_tags,
    with_tags,
)
from rightsdesk.consent.dialects.take_back import Values, from_list
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.losses import CarrierLoss

__all__ = ["NO_AI", "PARAGRAPH", "SoundCloudTrack", "split_tags"]

PARAGRAPH = "\n\n"
_TAG = re.compile(r'"[^"]*"|[^\s"]+|"')


def split_tags(tag_list: str) -> Iterator[str]:
    """The tags as spelt in the list, including quotes."""
    return (match.group() for match in _TAG.finditer(tag_list))


class SoundCloudTrack(SharedFields):
    """`tag_list` and `description` of a track."""

    id = "soundcloud"
    name = "SoundCloud"
    fields = ("tag_list", "description")

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the tags and of our sentence in the description."""
        tags = (tag for value in fields.get("tag_list", ()) for tag in split_tags(value))
        texts = fields.get("description", ())
        return strictest([stated_by_tags(tags), *(stated_by(text) for text in texts)])

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """Without the tags and the sentence that were written; all else stays as it is."""
        if name == "description":
            return without_written(now, written, before, PARAGRAPH)
        lists = ([tag for value in v for tag in split_tags(value)] for v in (now, written, before))
        tags = from_list(*lists)
        return tags if not tags else (" ".join(tags),)

    def unshown(self, fields: Fields, edit: Fields) -> tuple[CarrierLoss, ...]:
        """The loss of the artist's own hidden machine tags when the list of tags is written."""
        shown = (tag for value in fields.get("tag_list", ()) for tag in split_tags(value))
        if "tag_list" not in edit or any(map(is_machine_tag, shown)):
            return ()
        return (CarrierLoss.MACHINE_TAGS,)

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        """Other tags keep their order and spelling; the description gains one paragraph."""
        old_list = " ".join(fields.get("tag_list", ()))
        old = list(split_tags(old_list))
        tags = with_tags(old, declaration.consent, machine_tags=False)
        tag_list = old_list if tags == old else " ".join(tags)
        text = with_sentence(fields.get("description", ()), declaration, PARAGRAPH)
        filled = {"tag_list": (tag_list,) if tag_list else (), "description": text}
        return {name: values for name, values in filled.items() if values}
