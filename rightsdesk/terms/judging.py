"""Judges whether what AI may do with uploaded content differs between two versions of terms.

Each sentence that is in one version only is read by the rules: who acts, what is done with what,
and whether it is allowed or forbidden. What an older wording of the same sentence said already is
no change, and neither is what only moved. From what remains follow the direction and the uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rightsdesk.consent import Use
from rightsdesk.sentences import worded
from rightsdesk.terms.alignment import SentencePlace, Version, changed
from rightsdesk.terms.broken import Breakage, breakage, excerpts
from rightsdesk.terms.claims import Claim, ClaimKind, read, reading_of
from rightsdesk.terms.paragraphs import TermsParagraph, paragraphs
from rightsdesk.terms.rules import Rule
from rightsdesk.terms.values import ChangedParagraph as ChangedParagraph
from rightsdesk.terms.values import Direction as Direction
from rightsdesk.terms.values import Judgement as Judgement
from rightsdesk.terms.values import ParagraphReason, Stated

MOST_PARAGRAPHS = 50
"""Paragraphs that are listed. A text with more changes has to be read anyway."""

MOST_FOUND = 200
"""Sentences on each side that are judged, so that a hostile text takes no longer."""

MOST_COMPARED = 2_000
"""Sentences about AI whose older wording is searched for. All others count as new."""

SAME_WORDS = 0.5
"""Share of the shorter sentence's words in the other one that makes it the same in other words."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one sentence says that its counterpart does not."""

    place: SentencePlace
    counterpart: SentencePlace | None
    claims: frozenset[Claim]
    rules: tuple[Rule, ...]
    is_new: bool


def compare_texts(old: str, new: str, *, whole: bool = False) -> Judgement:
    """Return the judgement about two texts: Markdown, plain text or HTML.

    `whole`: both are known to be whole, however much is missing from one of them. Raises
    TermsTooLong or PageTooLarge.
    """
    return compare_paragraphs(paragraphs(old), paragraphs(new), whole=whole)


def compare_by_hand(old: str, new: str) -> Judgement:
    """Return the judgement about two texts that a person chose, which may be excerpts.

    Excerpts are judged in full, and still count as a broken fetch: they are no whole documents.
    """
    before, after = paragraphs(old), paragraphs(new)
    why = excerpts(before, after)
    judgement = compare_paragraphs(before, after, whole=bool(why))
    return replace(judgement, broken_fetch=True, broken_why=why) if why else judgement


def compare_paragraphs(
    old: Sequence[TermsParagraph], new: Sequence[TermsParagraph], *, whole: bool = False
) -> Judgement:
    """Return the judgement about two versions; `whole` as in `compare_texts`."""
    if [paragraph.key for paragraph in old] == [paragraph.key for paragraph in new] and old:
        return _nothing(None)
    before, after = Version(old), Version(new)
    broken = None if whole else breakage(before, after)
    if broken and broken.whole:
        return _nothing(broken)
    gained = list(islice(_differences(after, before, is_new=True), MOST_FOUND))
    lost = list(islice(_differences(before, after, is_new=False), MOST_FOUND))
    if broken and broken.which == "new":
        lost = []  # what is gone may only not have been fetched
    rewritten = _is_rewritten(before, after)
    gained, lost = _without_rewordings(gained, lost, rewritten=rewritten)
    if rewritten:
        gained, lost = (
            [found for found in side if not _is_unnamed(found)] for side in (gained, lost)
        )
    return _judgement([*gained, *lost], before, after, broken)


def _nothing(broken: Breakage | None) -> Judgement:
    return Judgement(
        ai_relevant=False,
        direction=Direction.NONE,
        uses=(),
        broken_fetch=broken is not None,
        paragraphs=(),
        broken_why=_broken_sentence(broken),
        broken_version=broken.which if broken else "",
        broken_whole=broken is not None and broken.whole,
    )


def _broken_sentence(broken: Breakage | None) -> str:
    if broken is None:
        return ""
    if broken.which == "old":
        return worded("The old version is no whole text: {why}", why=broken.why)
    return worded("The new version is no whole text: {why}", why=broken.why)


def _differences(version: Version, other: Version, *, is_new: bool) -> Iterator[_Found]:
    """Yield what sentences of one version say, and the other version does not say there."""
    compared = 0
    for place in changed(version, other):
        claims, rules = read(place.sentence, place.paragraph)
        if not claims:
            continue
        compared += 1
        counterparts = other.counterparts(place.sentence) if compared <= MOST_COMPARED else []
        said: set[Claim] = set()
        for counterpart in counterparts:
            said |= read(counterpart.sentence, counterpart.paragraph)[0]
        left = claims - said
        if left:
            nearest = counterparts[0] if counterparts else None
            yield _Found(place, nearest, frozenset(left), rules, is_new)
    for place in _added_copies(version, other):
        yield _Found(place, None, *read(place.sentence, place.paragraph), is_new)
    yield from _wider_licences(version, other, is_new=is_new)


def _added_copies(version: Version, other: Version) -> Iterator[SentencePlace]:
    """Yield known sentences that a paragraph gained which did not have them.

    Terms of several regions repeat their paragraphs. A whole copy says nothing new; a sentence
    that is copied from one region's paragraph into another's does.
    """
    owners: dict[str, list[TermsParagraph]] = {}
    for paragraph in other.paragraphs:
        if paragraph.key not in version.paragraph_keys:
            for sentence in paragraph.sentences:
                owners.setdefault(sentence.key, []).append(paragraph)
    for place in version.places:
        key = place.sentence.key
        if not other.keys[key] or version.keys[key] <= other.keys[key]:
            continue
        if (
            place.paragraph.key in other.paragraph_keys
            or not read(place.sentence, place.paragraph)[0]
        ):
            continue
        rest = [sentence.key for sentence in place.paragraph.sentences if sentence.key != key]
        olds = [paragraph for one in rest if len(one) > 40 for paragraph in owners.get(one, ())[:5]]
        if olds and not any(
            key == sentence.key for paragraph in olds for sentence in paragraph.sentences
        ):
            yield place


def _wider_licences(version: Version, other: Version, *, is_new: bool) -> Iterator[_Found]:
    """Yield licences that reach prompts and outputs now, in a paragraph that lets AI train."""
    for paragraph, number in ((paragraph, n) for n, paragraph in enumerate(version.paragraphs)):
        if paragraph.key in other.paragraph_keys:
            continue
        trains = [
            claim
            for sentence in paragraph.sentences
            for claim in read(sentence, paragraph)[0]
            if claim.says is ClaimKind.ALLOWS
        ]
        if not trains:
            continue
        for sentence in paragraph.sentences:
            if other.knows(sentence) or not reading_of(sentence).has("licence"):
                continue
            if not reading_of(sentence).has("prompts"):
                continue
            counterparts = other.counterparts(sentence)
            if counterparts and not any(
                reading_of(one.sentence).has("prompts") for one in counterparts
            ):
                yield _Found(
                    SentencePlace(sentence, paragraph, number),
                    counterparts[0],
                    frozenset({Claim(Use.AI_INPUT, ClaimKind.REACHES_PROMPTS)}),
                    (),
                    is_new,
                )


def _without_rewordings(
    gained: list[_Found], lost: list[_Found], *, rewritten: bool
) -> tuple[list[_Found], list[_Found]]:
    """Return both sides without what was only said in other words.

    If most of the text is new, that may be anywhere in it. Otherwise the two sentences share words.
    """
    gone: dict[int, set[Claim]] = {}
    for i, one in enumerate(gained):
        for j, other in enumerate(lost):
            same = one.claims & other.claims
            if same and (rewritten or _shares_words(one, other)):
                gone.setdefault(i, set()).update(same)
                gone.setdefault(-1 - j, set()).update(same)
    return (
        _less(gained, [gone.get(i, set()) for i in range(len(gained))]),
        _less(lost, [gone.get(-1 - j, set()) for j in range(len(lost))]),
    )


def _shares_words(one: _Found, other: _Found) -> bool:
    left, right = set(one.place.sentence.words), set(other.place.sentence.words)
    return len(left & right) >= SAME_WORDS * min(len(left), len(right))


def _less(side: Sequence[_Found], claims: Sequence[set[Claim]]) -> list[_Found]:
    return [
        _Found(found.place, found.counterpart, found.claims - less, found.rules, found.is_new)
        for found, less in zip(side, claims, strict=True)
        if found.claims - less
    ]


def _is_unnamed(found: _Found) -> bool:
    return bool(found.rules) and all(rule.unnamed for rule in found.rules)


def _is_rewritten(old: Version, new: Version) -> bool:
    """Return whether so much changed that it may be another edition, such as another region's."""
    union = len(old.keys.keys() | new.keys.keys())
    return len(old.keys.keys() & new.keys.keys()) < 0.65 * union


def _judgement(
    found: Sequence[_Found], before: Version, after: Version, broken: Breakage | None
) -> Judgement:
    if not found:
        return _nothing(broken)
    ways = [(claim, one.is_new) for one in found for claim in one.claims]
    uses = {claim.use for claim, _ in ways}
    return Judgement(
        ai_relevant=True,
        direction=_direction(ways),
        uses=tuple(use for use in Use if use in uses),
        broken_fetch=broken is not None,
        paragraphs=_changed_paragraphs(found, before, after),
        broken_why=_broken_sentence(broken),
        broken_version=broken.which if broken else "",
        broken_whole=broken is not None and broken.whole,
    )


def _direction(ways: Iterable[tuple[Claim, bool]]) -> Direction:
    widens = narrows = switches = 0
    for claim, is_new in ways:
        if claim.says is ClaimKind.OFFERS_SWITCH:
            switches += is_new
            widens += not is_new
        elif (claim.says is ClaimKind.FORBIDS) == is_new:
            narrows += 1
        else:
            widens += 1
    if widens and narrows:
        more = max(widens, narrows)
        return (
            Direction.UNCLEAR
            if min(widens, narrows) * 2 > more
            else Direction.WIDENS
            if widens == more
            else Direction.NARROWS
        )
    if widens or narrows:
        return Direction.WIDENS if widens else Direction.NARROWS
    return Direction.NEW_SWITCH


def _changed_paragraphs(
    found: Iterable[_Found], before: Version, after: Version
) -> tuple[ChangedParagraph, ...]:
    """Return the old and new paragraphs with all reasons, each pair once."""
    reasons: dict[tuple[str, str], dict[ParagraphReason, None]] = {}
    for one in found:
        here = one.place.paragraph
        if one.counterpart:
            there = one.counterpart.paragraph.text
        else:
            like = (before if one.is_new else after).paragraph_like(here)
            there = like.text if like else ""
        pair = (there, here.text) if one.is_new else (here.text, there)
        if pair in reasons or len(reasons) < MOST_PARAGRAPHS:
            reasons.setdefault(pair, {})[_reason(one)] = None
    return tuple(ChangedParagraph.because(*pair, tuple(whys)) for pair, whys in reasons.items())


def _reason(found: _Found) -> ParagraphReason:
    """Return what changed, by which rules."""
    says = {claim.says for claim in found.claims}
    if says == {ClaimKind.REACHES_PROMPTS}:
        return ParagraphReason(Stated.REACHES, found.is_new, (), ("licence-reach",))
    stated = Stated.FORBIDDEN if ClaimKind.FORBIDS in says else Stated.ALLOWED
    if says == {ClaimKind.OFFERS_SWITCH}:
        stated = Stated.CHOICE
    what = tuple(dict.fromkeys(rule.why for rule in found.rules))
    return ParagraphReason(stated, found.is_new, what, tuple(rule.id for rule in found.rules))
