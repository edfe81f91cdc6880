"""The artist's own reservation on platforms with texts and plain tags, but no field for AI.

PeerTube's videos and Funkwhale's tracks have a description and a list of tags, but no field for AI
consent. RightsDesk writes our sentence as a last paragraph of the description, and the tag `noai`
if none of generative training, other training and AI input is allowed. The tags are plain words, so
there are no machine tags as on SoundCloud: what is allowed cannot be stated at all.
"""

from collections.abc import Sequence

from rightsdesk import phrases
from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import SharedFields
from rightsdesk.consent.dialects.files.sentence import stated_by, with_sentence, without_written
from rightsdesk.consent.dialects.platforms.soundcloud import NO_AI, PARAGRAPH
from rightsdesk.consent.dialects.take_back import Values, from_list
from rightsdesk.consent.dialects.web.noai import WORD
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission
from rightsdesk.sentences import worded


class TagsAndDescription(SharedFields):
    """`tags`, one value each, and `description`, one text with our sentence as a paragraph."""

    fields = ("tags", "description")

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """Without the tags and the sentence that were written; all else stays as it is."""
        if name == "description":
            return without_written(now, written, before, PARAGRAPH)
        return from_list(now, written, before)


class Described(TagsAndDescription):
    """`description`, one text, and `tags`, one value each.

    `most_tags` is the platform's limit. If all are taken, the artist's own tags stay: `noai` is
    left out, and only the description states the reservation. `longest` is the maximum length of a
    description in characters.
    """

    most_tags: int
    longest: int

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the tag and of our sentence in the description."""
        tagged = [dict.fromkeys(NO_AI, Permission.PROHIBITED)] if _has_word(_tags(fields)) else []
        texts = fields.get("description", ())
        return strictest([*map(Consent, tagged), *(stated_by(text) for text in texts)])

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """What happens to the tag if there is no room for it."""
        if not _wants_word(declaration.consent):
            return ()
        return (
            worded(
                "{name} takes {tags}: “{word}” is only added where there is room.",
                name=self.name,
                tags=phrases.counted(self.most_tags, "tag"),
                word=WORD,
            ),
        )

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """The note that there is no room for the tag."""
        tags = _tags(fields)
        if len(tags) < self.most_tags or _has_word(tags):
            return ()
        return (
            worded(
                "All {number} tags are taken, so there is no room for “{word}”.",
                number=phrases.number(self.most_tags),
                word=WORD,
            ),
        )

    def refused(self, edit: Fields) -> str:
        """Refuses a description that is longer than the platform's limit."""
        length = max((len(text) for text in edit.get("description", ())), default=0)
        if length <= self.longest:
            return ""
        return worded(
            "The description would have {characters}; {name} takes {longest}. Shorten it there, "
            "or choose a shorter sentence of your own.",
            characters=phrases.counted(length, "character"),
            name=self.name,
            longest=phrases.number(self.longest),
        )

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        """Other tags keep their order and spelling; the description gains one paragraph."""
        tags = _tags(fields)
        if not _wants_word(declaration.consent):
            tags = tuple(tag for tag in tags if not _is_word(tag))
        elif not _has_word(tags) and len(tags) < self.most_tags:
            tags = (*tags, WORD)
        text = with_sentence(fields.get("description", ()), declaration, PARAGRAPH)
        filled = {"tags": tags, "description": text}
        return {name: values for name, values in filled.items() if values}


class PeerTubeVideo(Described):
    """A PeerTube video. Five tags of 2 to 30 characters each: PeerTube's REST API reference."""

    id = "peertube"
    name = "PeerTube"
    most_tags = 5
    longest = 10_000


class FunkwhaleTrack(Described):
    """A Funkwhale track. Funkwhale drops further tags silently: its TagsListField."""

    id = "funkwhale"
    name = "Funkwhale"
    most_tags = 30
    longest = 5_000


DESCRIBED: tuple[Described, ...] = (PeerTubeVideo(), FunkwhaleTrack())
"""The dialects of this kind. One of another platform is a class and its entry here."""


def _tags(fields: Fields) -> tuple[str, ...]:
    return tuple(fields.get("tags", ()))


def _is_word(tag: str) -> bool:
    return tag.strip().lower() == WORD


def _has_word(tags: Sequence[str]) -> bool:
    return any(map(_is_word, tags))


def _wants_word(consent: Consent) -> bool:
    answers = [consent.get(use) for use in NO_AI]
    return Permission.ALLOWED not in answers and answers[0] is Permission.PROHIBITED
