"""The artist's own reservation on a SoundCloud track: tags, and a paragraph of description.

SoundCloud's API has no field for AI consent, and its "no AI" tag is SoundCloud's own, for
the whole site. What an artist can write is the track's `tag_list` and `description`.
Tags: machine tags `ai:USE=yes|no|ask` for each stated use (SoundCloud does not show
machine tags on the page), and the visible tag `noai` where none of generative training,
other training and AI input is allowed. The grammar of `tag_list` (space separated, double
quotes around tags with spaces, machine tags) is that of SoundCloud's API description.
"""

import re
from collections.abc import Iterator

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.sentence import said_by, with_sentence
from rightsdesk.consent.fields import Fields, difference
from rightsdesk.consent.uses import Permission, Use

ANSWERS = {Permission.ALLOWED: "yes", Permission.PROHIBITED: "no", Permission.CONSTRAINED: "ask"}
PERMISSIONS = {word: permission for permission, word in ANSWERS.items()}
NO_AI = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT)
"""What the word `noai` denies where it is used: training, and use as input to a model."""

PARAGRAPH = "\n\n"
_TAG = re.compile(r'"[^"]*"|[^\s"]+|"')
_USES = {f"ai:{use.token}": use for use in Use}


def split_tags(tag_list: str) -> Iterator[str]:
    """The tags as they stand in the list, quotes included."""
    return (match.group() for match in _TAG.finditer(tag_list))


def _use_of(tag: str) -> Use | None:
    key, equals, _ = tag.strip('"').partition("=")
    return _USES.get(key.lower()) if equals else None


def _is_ours(tag: str) -> bool:
    return _use_of(tag) is not None or tag.strip('"').lower() == "noai"


class SoundCloudTrack(Dialect):
    """`tag_list` and `description` of a track."""

    id = "soundcloud"
    name = "SoundCloud"
    fields = ("tag_list", "description")

    def encode(self, declaration: Declaration) -> Fields:
        """The fields of a track that had neither tags nor description."""
        return self._filled({}, declaration)

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the tags and of our sentence in the description."""
        tags = [self._tag(tag) for value in fields.get("tag_list", ()) for tag in split_tags(value)]
        return strictest([*tags, *(said_by(text) for text in fields.get("description", ()))])

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Other tags keep their order and spelling; the description gains one paragraph."""
        ours = {name: fields[name] for name in self.fields if name in fields}
        return difference(ours, self._filled(fields, declaration))

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        consent = declaration.consent
        wanted = [f"ai:{use.token}={ANSWERS[answer]}" for use, answer in consent.items()]
        answers = [consent.get(use) for use in NO_AI]
        if Permission.ALLOWED not in answers and consent.get(NO_AI[0]) is Permission.PROHIBITED:
            wanted.insert(0, "noai")
        old_list = " ".join(fields.get("tag_list", ()))
        old_tags = list(split_tags(old_list))
        if sorted(wanted) == sorted(tag for tag in old_tags if _is_ours(tag)):
            tag_list = old_list
        else:
            tag_list = " ".join([*(tag for tag in old_tags if not _is_ours(tag)), *wanted])
        text = with_sentence(fields.get("description", ()), declaration, PARAGRAPH)
        filled = {"tag_list": (tag_list,) if tag_list else (), "description": text}
        return {name: values for name, values in filled.items() if values}

    def _tag(self, tag: str) -> Consent:
        if tag.strip('"').lower() == "noai":
            return Consent(dict.fromkeys(NO_AI, Permission.PROHIBITED))
        use = _use_of(tag)
        if use is None:
            return Consent()
        word = tag.strip('"').partition("=")[2].lower()
        if word not in PERMISSIONS:
            raise DialectError(f"The tag “{tag[:60]}” has no valid answer.")
        return Consent({use: PERMISSIONS[word]})
