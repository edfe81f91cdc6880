"""The artist's own reservation on a YouTube video: tags, and a paragraph of the description.

It complements YouTube's own switch (see `youtube`), which no program can set. YouTube's tags are a
list, and YouTube itself has used machine tags there (`yt:stretch=16:9`). Limits: 5,000 bytes of
description, 500 characters of tags, counted as YouTube does (a comma between two, quotes around one
with a space): developers.google.com/youtube/v3/docs/videos.
"""

from collections.abc import Sequence

from rightsdesk import phrases
from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.files.sentence import stated_by, with_sentence
from rightsdesk.consent.dialects.platforms.ai_tags import stated_by_tags, with_tags
from rightsdesk.consent.dialects.platforms.described import TagsAndDescription
from rightsdesk.consent.dialects.platforms.soundcloud import PARAGRAPH
from rightsdesk.consent.fields import Fields
from rightsdesk.sentences import worded

MOST_DESCRIPTION_BYTES = 5_000
MOST_TAG_CHARACTERS = 500


class YoutubeVideo(TagsAndDescription):
    """`tags`, one value each, and `description` of a video."""

    id = "youtube-video"
    name = "YouTube"

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the tags and of our sentence in the description."""
        texts = fields.get("description", ())
        return strictest([stated_by_tags(fields.get("tags", ())), *map(stated_by, texts)])

    def refused(self, edit: Fields) -> str:
        """Refuses too much text, and `<` and `>` in the description: YouTube accepts neither."""
        if any(sign in text for text in edit.get("description", ()) for sign in "<>"):
            return (
                "YouTube takes no “<” and no “>” in a description. Use other characters in "
                "your own copyright sentence, your name, contact or terms, then repeat."
            )
        return too_long(edit)

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        """Other tags keep their order and spelling; the description gains one paragraph."""
        filled = {
            "tags": tuple(with_tags(fields.get("tags", ()), declaration.consent)),
            "description": with_sentence(fields.get("description", ()), declaration, PARAGRAPH),
        }
        return {name: values for name, values in filled.items() if values}


def too_long(fields: Fields) -> str:
    """A sentence about the field that exceeds YouTube's limit; "" if all fit."""
    description = sum(len(text.encode()) for text in fields.get("description", ()))
    if description > MOST_DESCRIPTION_BYTES:
        return worded(
            "The description would be too long for YouTube ({length} of {most} bytes). Shorten "
            "it, then repeat.",
            length=phrases.number(description),
            most=phrases.number(MOST_DESCRIPTION_BYTES),
        )
    if (tags := tag_length(fields.get("tags", ()))) > MOST_TAG_CHARACTERS:
        return worded(
            "The tags would be too long for YouTube ({length} of {most} characters). Take some "
            "away, then repeat.",
            length=phrases.number(tags),
            most=phrases.number(MOST_TAG_CHARACTERS),
        )
    return ""


def tag_length(tags: Sequence[str]) -> int:
    """The length of a list of tags as YouTube counts it."""
    written = sum(len(tag) + (2 if " " in tag else 0) for tag in tags)
    return written + max(len(tags) - 1, 0)
