"""What one sentence of terms says about AI and uploaded content, by the rules.

Who acts, what is done with what, and whether it is allowed, forbidden, or up to a choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile

from rightsdesk.consent import Use
from rightsdesk.terms.paragraphs import TermsParagraph, TermsSentence
from rightsdesk.terms.rules import RULES, Rule, SentenceWords

FEWEST_WORDS = 5
"""Words of a sentence outside lists, at least. A heading such as "Training AI" says nothing yet."""

_BEFORE = 40
"""Words before an act in which a negation belongs to it."""

_NEAR_END = 10
"""Words at the end of a list's opening line in which a negation belongs to the list."""

_NEGATIVE = frozenset(
    {"unless", "not", "don't", "haven't", "until", "without", "nicht", "pas", "sauf", "salvo"}
)
"""Words that make a condition the default: "unless you opt out"."""

_AFTER = 40
"""Words after the start of an act in which "is prohibited" belongs to it."""


class ClaimKind(StrEnum):
    """What a sentence says about a use."""

    ALLOWS = "allows"
    FORBIDS = "forbids"
    OFFERS_SWITCH = "offers a choice about"
    REACHES_PROMPTS = "reaches prompts and outputs with"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a sentence says. Equal claims say the same."""

    use: Use
    says: ClaimKind


@lru_cache(maxsize=4_096)
def reading_of(sentence: TermsSentence) -> SentenceWords:
    """Return the sentence with the places of the rules' words, found once."""
    return SentenceWords(sentence)


@lru_cache(maxsize=4_096)
def read(
    sentence: TermsSentence, paragraph: TermsParagraph
) -> tuple[frozenset[Claim], tuple[Rule, ...]]:
    """Return what a sentence says about AI and content, and the rules that found it."""
    reading = reading_of(sentence)
    if len(sentence.words) < FEWEST_WORDS and not paragraph.lead:
        return frozenset(), ()
    matches = [(rule, span) for rule in RULES.rule if (span := reading.match(rule))]
    matches = [match for match in matches if _is_about(match[0], paragraph)]
    if not all(rule.general for rule, _ in matches):
        matches = [match for match in matches if not match[0].general]
    if not matches or _is_other_matter(reading, paragraph):
        return frozenset(), ()
    claims = set()
    for rule, span in matches:
        forbids = _is_forbidden(reading, span) or _is_forbidden_by(paragraph.lead)
        if not forbids and rule.id == "mining" and not reading.has("licence", "use", "permits"):
            continue
        if forbids and (
            _is_rule_for_users(reading, paragraph)
            or (reading.has("service_subject") and not reading.has("theirs"))
        ):
            continue
        if not forbids and _is_rule_for_users(reading, paragraph) and not reading.has("others"):
            continue
        if forbids and not _protects_uploads(rule, reading, paragraph):
            continue
        if forbids and rule.uses == (Use.LIKENESS,) and not reading.has("actor"):
            continue  # a rule for uploads, against voices of others
        says = ClaimKind.FORBIDS if forbids else ClaimKind.ALLOWS
        if _is_choice(reading, span, forbids=forbids):
            says = ClaimKind.OFFERS_SWITCH
        claims |= {Claim(use, says) for use in _uses(rule, reading, span)}
    return frozenset(claims), tuple(rule for rule, _ in matches) if claims else ()


def _is_choice(reading: SentenceWords, span: tuple[int, int], *, forbids: bool) -> bool:
    """Return whether the sentence says how to stop or start it: "You can opt out of …".

    "If you do not opt out, we …" says what happens, so it is none. "If you object, we do not …" is
    one, and "Without your opt-in, we never …" is a prohibition.
    """
    if reading.has("not_wanted"):
        return True
    tokens = reading.sentence.tokens
    chosen: set[int] = set()
    defaults: set[int] = set()
    for start, _ in reading.spans("condition"):
        clause = list(takewhile(lambda at: tokens[at] not in ",;:)", range(start, len(tokens))))
        is_default = bool({tokens[at] for at in clause} & _NEGATIVE)
        (defaults if is_default else chosen).update(clause)
    if forbids:
        return any(start in chosen for start, _ in reading.spans("switch") if start <= span[1])
    if reading.has("asks_first"):
        return True
    return any(
        start <= span[1]
        and start not in defaults
        and "depending" not in tokens[max(0, start - 4) : start]
        for start, _ in reading.spans("switch")
    )


def _is_forbidden_by(lead: str) -> bool:
    """Return whether the line above a list forbids what the list says: "We will not use it to:"."""
    reading = reading_of(TermsSentence(lead))
    last = len(reading.sentence.tokens)
    return any(last - end < _NEAR_END for _, end in reading.spans("negation"))


def _is_about(rule: Rule, paragraph: TermsParagraph) -> bool:
    if not rule.about:
        return True
    readings = [reading_of(sentence) for sentence in paragraph.sentences]
    if paragraph.lead:
        readings.append(reading_of(TermsSentence(paragraph.lead)))
    return any(reading.has(*rule.about) for reading in readings)


def _uses(rule: Rule, reading: SentenceWords, span: tuple[int, int]) -> tuple[Use, ...]:
    """Return the uses of a rule. Training is generative, other, or both, by the words for it."""
    if rule.uses != (Use.OTHER_TRAINING,):
        return rule.uses
    if reading.has("generative"):
        both = any(abs(start - span[1]) < 12 for start, _ in reading.spans("not_only_generative"))
        return (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING) if both else (Use.GENERATIVE_TRAINING,)
    if reading.has("ai") and any(start <= span[1] for start, _ in reading.spans("ai")):
        words = reading.sentence.key
        if "artificial intelligence" in words or " ai " in f" {words} ":
            return (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING)
    return (Use.OTHER_TRAINING,)


def _is_other_matter(reading: SentenceWords, paragraph: TermsParagraph) -> bool:
    """Return whether it is about something else: support chats, or data on usage only."""
    if reading.has("support"):
        return True
    readings = [reading_of(sentence) for sentence in paragraph.sentences]
    usage = any(one.has("usage") for one in readings)
    return usage and not any(one.has("content") for one in readings)


def _is_rule_for_users(reading: SentenceWords, paragraph: TermsParagraph) -> bool:
    """Return whether it tells users what to do or not, and does not protect users' own content."""
    readings = [reading, *([reading_of(TermsSentence(paragraph.lead))] if paragraph.lead else [])]
    if any(one.has("you_may_not") for one in readings):
        return not reading.has("your_content")
    return any(one.has("user_subject") for one in readings) and not reading.has("theirs")


def _protects_uploads(rule: Rule, reading: SentenceWords, paragraph: TermsParagraph) -> bool:
    """Return whether a prohibition binds the platform, or is for what members uploaded.

    "No part of the site may be used to train AI" protects the platform's own site.
    """
    readings = [reading, *([reading_of(TermsSentence(paragraph.lead))] if paragraph.lead else [])]
    groups = ["theirs", "your_content"]
    if rule.uses != (Use.DATA_MINING,):  # "we prohibit scraping" is about the platform, too
        groups.append("protector")
    return any(one.has(*groups) for one in readings)


def _is_forbidden(reading: SentenceWords, span: tuple[int, int]) -> bool:
    """Return whether a negation belongs to the words of a rule.

    A condition such as "If you do not opt out, …" is no negation of what follows it, and neither
    are words in brackets. "Works of those who do not consent" is one,
    and so is "only if you opt in".
    """
    if any(start < span[0] for start, _ in reading.spans("no_consent")):
        return True
    if reading.has("only_then") or (
        "only" in reading.sentence.tokens and reading.has("asks_first")
    ):
        return True
    ignored = _ignored(reading, span)
    for start, _ in reading.spans("negation"):
        between = reading.sentence.tokens[start : span[0]]
        if start in ignored or start > span[1] or len(between) > _BEFORE:
            continue
        if ";" not in between and "but" not in between:
            return True
    after = reading.spans("forbidden_after")
    return any(0 < start - span[0] < _AFTER for start, _ in after) or reading.has("reserved")


def _ignored(reading: SentenceWords, span: tuple[int, int]) -> set[int]:
    """Return the tokens in which a negation does not count: conditions, brackets, "not only"."""
    tokens = reading.sentence.tokens
    ignored = {at for start, end in reading.spans("no_negation") for at in range(start, end + 1)}
    for start, _ in reading.spans("condition"):
        for at in range(start, len(tokens)):
            if tokens[at] in ",;:)":
                break
            ignored.add(at)
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token == "(":
            opened.append(at)
        elif token == ")" and opened:
            start = opened.pop()
            if not start <= span[0] <= at:
                ignored.update(range(start, at))
    return ignored
