"""The sentence for people and courts, which survives every transcoding.

It is appended to the copyright line, the one field that all tools carry over, and never replaces
the text there. It only ever reserves: what is allowed needs no reservation, and a grant has no
place in a copyright line.

Directive (EU) 2019/790, Article 4(3), is the legal basis for reserving text and data mining, which
is taken to include training (recital 8; EU AI Act, Article 53(1)(c)). It is cited for these uses
only. Versions up to 0.1 cited it for every use: their sentences are still read.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import RESERVED
from rightsdesk.consent.dialects.take_back import Values, from_texts
from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING, Fields, difference
from rightsdesk.consent.uses import Permission, Use

PHRASES = {
    Use.GENERATIVE_TRAINING: "training of generative AI",
    Use.OTHER_TRAINING: "training of other AI",
    Use.LIKENESS: "imitation of voice or style",
    Use.AI_INPUT: "use as AI input",
    Use.DATA_MINING: "text and data mining",
    Use.SEARCH: "search indexing",
    Use.RECOMMENDATION: "recommendation",
}
_USES = {phrase: use for use, phrase in PHRASES.items()}

SEPARATOR = " | "
"""Separates the existing copyright line from our sentence, and differs from both."""

_OPENING = "AI rights reserved: "
_DIRECTIVE = "Art. 4(3) Directive (EU) 2019/790"
MINING = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING)
"""The uses that the Directive lets rightsholders reserve."""

# Possessive quantifiers, no backtracking: a list of phrases ends where its letters end.
_STANDARD = re.compile(
    re.escape(_OPENING)
    + r"(?=no |licence )"
    + r"(?:no (?P<no>[a-zA-Z ,]{1,300}+))?"
    + r"(?:(?:; )?licence required for (?P<ask>[a-zA-Z ,]{1,300}+))?"
    + r"(?:; see (?P<see>\S++)(?: for terms(?=\.)| (?=\())|(?<= )(?=\()|(?=\.))"
    + rf"(?:\((?:for text and data mining: )?{re.escape(_DIRECTIVE)}\))?\."
)
_OURS = re.compile(rf"(?:{re.escape(SEPARATOR)}|\n\n)?{_STANDARD.pattern}")


def standard_sentence(declaration: Declaration) -> str:
    """The standard wording; "" if nothing is reserved."""

    def phrases(permission: Permission) -> str:
        return ", ".join(PHRASES[u] for u, p in declaration.consent.items() if p is permission)

    reserved = {use for use, answer in declaration.consent.items() if answer in RESERVED}
    parts = []
    if no := phrases(Permission.PROHIBITED):
        parts.append(f"no {no}")
    if ask := phrases(Permission.CONSTRAINED):
        parts.append(f"licence required for {ask}")
    if not parts:
        return ""
    ground = _ground(reserved)
    if declaration.terms_url and re.fullmatch(r"\S+", declaration.terms_url):
        parts.append(f"see {declaration.terms_url}{'' if ground else ' for terms'}")
    return f"{_OPENING}{'; '.join(parts)}{ground}."


def _ground(reserved: Collection[Use]) -> str:
    """The law that is cited, with a space before it; only for the uses that it covers."""
    if not any(use in MINING for use in reserved):
        return ""
    if all(use in MINING for use in reserved):
        return f" ({_DIRECTIVE})"
    return f" (for text and data mining: {_DIRECTIVE})"


def chosen_sentence(declaration: Declaration) -> str:
    """The sentence that this declaration asks for: standard, the artist's own, or none."""
    if declaration.sentence is None:
        return standard_sentence(declaration)
    return declaration.sentence.strip() if standard_sentence(declaration) else ""


def stated_by(text: str) -> Consent:
    """The consent in the standard sentences of a text. Raises DialectError for a damaged one."""
    found = list(_STANDARD.finditer(text))
    if len(found) != text.count(_OPENING):
        raise DialectError("The reservation in the copyright line is damaged.")
    return strictest(_stated(match) for match in found)


def addresses_in(text: str) -> frozenset[str]:
    """The addresses in the standard sentences of a text."""
    return frozenset(match["see"] for match in _STANDARD.finditer(text) if match["see"])


def speaks(text: str) -> bool:
    """Whether a text contains a standard sentence, whole or damaged."""
    return _OPENING in text


def _stated(match: re.Match[str]) -> Consent:
    answers: dict[Use, Permission] = {}
    groups = ((match["no"], Permission.PROHIBITED), (match["ask"], Permission.CONSTRAINED))
    for phrases, permission in groups:
        for phrase in (phrases or "").removesuffix(" ").split(", "):
            if phrase and phrase not in _USES:
                raise DialectError("The reservation in the copyright line is damaged.")
            if phrase:
                answers.setdefault(_USES[phrase], permission)
    return Consent(answers)


def without_ours(text: str, former: Iterable[str] = ()) -> str:
    """The text without our sentences and without the separator before each."""
    text = _OURS.sub("", text)
    for old in filter(None, former):
        *before, last = text.split(old)
        text = "".join(map(_without_separator, before)) + last
    return _without_broken(text)


def _without_separator(text: str) -> str:
    for separator in (SEPARATOR, "\n\n"):
        if text.endswith(separator):
            return text.removesuffix(separator)
    return text


def _without_broken(text: str) -> str:
    """The text without truncated sentences of ours, for example from a field of limited length.

    Such a rest begins with our opening and runs to the end of its line. It is searched line by line
    in linear time: a pattern would try every opening against the whole rest.
    """
    kept: list[str] = []
    for line in text.split("\n"):
        start = line.find(_OPENING, line.rfind("|") + 1)
        if start == 0 and len(kept) > 1 and not kept[-1]:
            kept.pop()
        elif start >= 0:
            kept.append(line[:start].removesuffix(SEPARATOR))
        else:
            kept.append(line)
    return "\n".join(kept)


def with_sentence(
    values: Sequence[str], declaration: Declaration, separator: str = SEPARATOR
) -> tuple[str, ...]:
    """The lines with our sentence at the end of the last, replacing an older one of ours.

    So whichever line a reader shows, it begins as before.
    """
    former = [*declaration.former_sentences, declaration.sentence or ""]
    kept = [without_ours(value, former) for value in values]
    lines = [new for new, old in zip(kept, values, strict=True) if new or not old]
    sentence = chosen_sentence(declaration)
    if sentence:
        last = lines.pop() if lines else ""
        lines.append(f"{last}{separator}{sentence}" if last else sentence)
    return tuple(lines)


def without_written(
    now: Values, written: Values, before: Values, separator: str = SEPARATOR
) -> Values | None:
    """Texts that someone edited since, without the sentence that a write put there, and with
    the one that it replaced. None where the sentence is not there as it was written."""
    others = [mark for mark in (SEPARATOR, "\n\n") if mark != separator]
    return from_texts(now, written, before, [separator, *others])


def _unreadable(fields: Fields) -> set[str]:
    return {*fields.get(UNKNOWN_ENCODING, ()), *fields.get(LEFT_ALONE, ())}


def left_alone(fields: Fields, declaration: Declaration) -> tuple[str, ...]:
    """The copyright lines that cannot take the sentence: their text cannot be read, or their
    encoding is unknown and the sentence is not ASCII."""
    ascii_only = chosen_sentence(declaration).isascii()
    unknown = () if ascii_only else fields.get(UNKNOWN_ENCODING, ())
    names = {*fields.get(LEFT_ALONE, ()), *unknown}
    return tuple(name for name in CopyrightSentence.fields if name in names)


class CopyrightSentence(Dialect):
    """The reservation at the end of the copyright line.

    Some files have a second line in another place (`COPYRIGHT-2`). It keeps its text, and gets the
    sentence too; if it repeats the first line, it follows it. If only the second exists, the first
    line begins with its text, so that readers that prefer the first still show it. If its encoding
    is unknown, that is impossible, so it stays alone. It also stays alone if it has several values,
    since readers differ in which value they show.
    """

    id = "copyright-sentence"
    name = "Copyright sentence"
    fields = ("COPYRIGHT", "COPYRIGHT-2")
    single = 2

    def encode(self, declaration: Declaration) -> Fields:
        """The sentence alone, for a carrier without a copyright line."""
        sentence = chosen_sentence(declaration)
        return {"COPYRIGHT": (sentence,)} if sentence else {}

    def decode(self, fields: Fields) -> Consent:
        """What our standard sentences state. Any other wording is for people only."""
        return strictest(stated_by(value) for name in self.fields for value in fields.get(name, ()))

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Appends or replaces our sentence; the rest of each line stays."""
        first, second = self.fields
        before = {name: fields[name] for name in self.fields if name in fields}
        line = before.get(first, ())
        if chosen_sentence(declaration) and not any(line):
            line = before.get(second, ())[:1]
        after = {first: with_sentence(line, declaration)}
        if second in before:
            after[second] = with_sentence(before[second], declaration)
            alone = second in _unreadable(fields) or len(before[second]) > 1
            if first not in before and alone:
                del after[first]
        after |= {name: before.get(name, ()) for name in left_alone(fields, declaration)}
        return difference(before, {name: values for name, values in after.items() if values})

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """Without the sentence that was written; the rest of the line stays as it is."""
        return without_written(now, written, before)

    def along(self, fields: Fields, edit: Fields) -> Fields:
        """The second line, if it repeats the first one."""
        first, second = self.fields
        repeats = second in fields and fields[second] == tuple(fields.get(first, ())[:1])
        repeats = repeats and second not in fields.get(UNKNOWN_ENCODING, ())
        follows = repeats and first in edit and second not in edit
        return {second: tuple(edit[first][:1])} if follows else {}
