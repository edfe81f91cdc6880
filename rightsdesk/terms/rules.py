"""The rules of `rules.toml`, read strictly, and where their words occur in a sentence."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import accumulate
from typing import Final

import msgspec

from rightsdesk.consent import Use
from rightsdesk.terms.paragraphs import TermsSentence


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that together say something about AI and content.

    The keys are explained in `rules.toml`.
    """

    id: str
    uses: tuple[Use, ...]
    needs: tuple[str, ...]
    why: str
    ordered: bool = False
    within: int
    about: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    unnamed: bool = False
    general: bool = False


class PageKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of page that is not the terms, and the phrases that give it away."""

    why: str
    phrases: tuple[str, ...]


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    words: dict[str, tuple[str, ...]]
    rule: tuple[Rule, ...]
    page: tuple[PageKind, ...]
    languages: dict[str, frozenset[str]]

    def __post_init__(self) -> None:
        """Raise ValueError if a rule names a group that does not exist."""
        for rule in self.rule:
            for group in (*rule.needs, *rule.about, *rule.without):
                if group not in self.words:
                    raise ValueError(f"rule {rule.id}: there is no group {group}")

    @property
    def pages(self) -> tuple[PageKind, ...]:
        """The kinds of pages that are not terms."""
        return self.page


def _read() -> Rules:
    text = (files("rightsdesk.terms") / "rules.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Rules)


RULES: Final = _read()


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of literals. The longest comes first, so that it wins."""
    parts = sorted(phrases, key=len, reverse=True)
    any_of = "|".join(re.escape(part).replace(r"\*", r"[^ ]*") for part in parts)
    literals = f"(?<= )(?:{any_of})(?= )"
    return re.compile(literals)


_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    name: _pattern(phrases) for name, phrases in RULES.words.items()
}


@dataclass(frozen=True)
class SentenceWords:
    """A sentence, and where the words of each group are in it."""

    sentence: TermsSentence

    @cached_property
    def _padded(self) -> str:
        return f" {' '.join(self.sentence.tokens)} "

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(token) + 1 for token in self.sentence.tokens), initial=1))

    @cached_property
    def _found(self) -> dict[str, tuple[tuple[int, int], ...]]:
        return {}

    def spans(self, group: str) -> tuple[tuple[int, int], ...]:
        """Return the first and last token of each occurrence of the group's words."""
        if group not in self._found:
            self._found[group] = tuple(
                (
                    bisect_right(self._starts, match.start()) - 1,
                    bisect_right(self._starts, match.end() - 1) - 1,
                )
                for match in _PATTERNS[group].finditer(self._padded)
            )
        return self._found[group]

    def has(self, *groups: str) -> bool:
        """Return whether a word of any of the groups occurs."""
        return any(self.spans(group) for group in groups)

    def match(self, rule: Rule) -> tuple[int, int] | None:
        """Return the first and last token of the words that a rule needs, or None."""
        if any(self.has(group) for group in rule.without) or not all(map(self.has, rule.needs)):
            return None
        for first in self.spans(rule.needs[0]):
            span: tuple[int, int] | None = first
            for group in rule.needs[1:]:
                span = self._near(span, group, rule) if span else None
            if span:
                return span
        return None

    def _near(self, span: tuple[int, int] | None, group: str, rule: Rule) -> tuple[int, int] | None:
        assert span
        for start, end in self.spans(group):
            after = start - span[1]
            before = span[0] - end
            # A span may overlap: "generative" is AI and the kind of it.
            gap = after if after >= 0 else before if before >= 0 and not rule.ordered else None
            if gap is None and not rule.ordered and span[0] <= start and end <= span[1]:
                gap = 0
            if gap is not None and gap <= rule.within:
                return min(span[0], start), max(span[1], end)
        return None
