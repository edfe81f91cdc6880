"""Machine tags about AI among a track's or video's own tags: `ai:USE=yes|no|ask`, and `noai`.

A machine tag is Flickr's form of 2007, `namespace:key=value`, which platforms accept as a tag like
any other (SoundCloud's API description names it). There is one for each stated use. The plain word
`noai` is added if none of generative training, other training and AI input is allowed.
"""

from collections.abc import Iterable

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.dialects.base import DialectError
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import worded

ANSWERS = {Permission.ALLOWED: "yes", Permission.PROHIBITED: "no", Permission.CONSTRAINED: "ask"}
PERMISSIONS = {word: permission for permission, word in ANSWERS.items()}
NO_AI = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT)
"""The uses that `noai` denies: training, and use as input to a model."""

_WORD = "noai"
_USES = {f"ai:{use.token}": use for use in Use}


def is_ours(tag: str) -> bool:
    """Whether a tag is one of these. Quotes around it and its case are ignored."""
    return _use_of(tag) is not None or tag.strip('"').lower() == _WORD


def tags_for(consent: Consent) -> list[str]:
    """The tags that state a consent."""
    tags = [f"ai:{use.token}={ANSWERS[answer]}" for use, answer in consent.items()]
    answers = [consent.get(use) for use in NO_AI]
    if Permission.ALLOWED not in answers and consent.get(NO_AI[0]) is Permission.PROHIBITED:
        tags.insert(0, _WORD)
    return tags


def stated_by_tags(tags: Iterable[str]) -> Consent:
    """The strictest answers of the tags. Raises DialectError for an invalid answer."""
    return strictest(map(_said_by, tags))


def is_machine_tag(tag: str) -> bool:
    """Whether a tag has the form of a machine tag, ours or not."""
    key, equals, _ = tag.strip('"').partition("=")
    namespace, colon, name = key.partition(":")
    return bool(equals and colon and namespace and name)


def with_tags(tags: Iterable[str], consent: Consent, *, machine_tags: bool = True) -> list[str]:
    """The tags followed by ours; unchanged if ours state the consent already."""
    old = list(tags)
    wanted = [tag for tag in tags_for(consent) if machine_tags or not is_machine_tag(tag)]
    if sorted(wanted) == sorted(tag for tag in old if is_ours(tag)):
        return old
    return [*(tag for tag in old if not is_ours(tag)), *wanted]


def _use_of(tag: str) -> Use | None:
    key, equals, _ = tag.strip('"').partition("=")
    return _USES.get(key.lower()) if equals else None


def _said_by(tag: str) -> Consent:
    if tag.strip('"').lower() == _WORD:
        return Consent(dict.fromkeys(NO_AI, Permission.PROHIBITED))
    use = _use_of(tag)
    if use is None:
        return Consent()
    word = tag.strip('"').partition("=")[2].lower()
    if word not in PERMISSIONS:
        raise DialectError(worded("The tag “{tag}” has no valid answer.", tag=tag[:60]))
    return Consent({use: PERMISSIONS[word]})
