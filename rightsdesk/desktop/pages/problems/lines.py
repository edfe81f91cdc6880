"""The lines of the Problems page: groups by cause with their problems, searched and filtered.

Worked out in a worker: a label can have 50,000 problems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from rightsdesk.desktop.pages.problems.words import (
    decision_words,
    kind_title,
    row_words,
    what_to_do,
)
from rightsdesk.desktop.parts.texts import (
    sentence,
    tr,
)
from rightsdesk.folding import unaccented
from rightsdesk.workspace.types.findings import Decision, DecisionKind
from rightsdesk.workspace.types.problems import Problem, ProblemKind

IGNORED, DECIDED = "ignored", "decided"
"""Keys of the groups of what was decided: folded until a person opens them."""


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A heading (`about` is None), a problem, or a decision in force."""

    group: str
    words: tuple[str, str]
    about: Problem | Decision | None = None
    count: int = 0
    kind: ProblemKind | None = None

    @property
    def key(self) -> tuple[type | None, str | int]:
        """Equal for what is the same line after the list was read again."""
        return type(self.about), self.group if self.about is None else self.about.id


@dataclass(frozen=True, slots=True)
class ListContent:
    """What there is: problems, and decisions in force."""

    problems: Sequence[Problem] = ()
    decisions: Sequence[Decision] = ()
    carriers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What is to be shown: a search, a kind, an artist, and which groups are folded."""

    text: str = ""
    kind: ProblemKind | None = None
    artist: str = ""
    turned: frozenset[str] = frozenset()
    """Groups that are not as they are at first: problems open, decisions folded."""


@dataclass(frozen=True, slots=True)
class ProblemLines:
    """What the list shows, and what the filters offer."""

    known: ListContent
    lines: Sequence[ProblemLine] = ()
    number: int = 0
    kinds: Mapping[ProblemKind, int] = field(default_factory=dict)
    artists: Sequence[str] = ()


def is_folded(group: str, turned: Collection[str]) -> bool:
    """Whether a group shows its heading only."""
    return (group in (IGNORED, DECIDED)) != (group in turned)


def lines_of(known: ListContent, wanted: ListFilter) -> ProblemLines:
    """The lines to show. The most pressing kinds come first, as the engine gives them."""
    words = [unaccented(word) for word in wanted.text.split()]
    groups: dict[str, list[ProblemLine]] = {}
    titles: dict[str, tuple[str, ProblemKind]] = {}
    kinds: Counter[ProblemKind] = Counter()
    for one in known.problems:
        if wanted.artist and one.artist != wanted.artist:
            continue
        said = row_words(one, known.carriers)
        if words and not _matches(words, (*said, one.sentence, one.artist, one.advice)):
            continue
        kinds[one.kind] += 1
        if wanted.kind not in (None, one.kind):
            continue
        # Unreadable files have their reasons as causes; of the others the kind is the cause.
        cause = sentence(one.sentence) if one.kind is ProblemKind.FILE else ""
        key = f"{one.kind}\0{cause}"
        titles.setdefault(key, (cause or kind_title(one.kind), one.kind))
        groups.setdefault(key, []).append(ProblemLine(key, said, one, kind=one.kind))
    lines: list[ProblemLine] = []
    for key, rows in groups.items():
        title, kind = titles[key]
        lines.append(ProblemLine(key, (title, ""), count=len(rows), kind=kind))
        if not is_folded(key, wanted.turned):
            lines += rows
    if wanted.kind is None and not wanted.artist:
        lines += _decided(known.decisions, words, wanted.turned)
    artists = sorted({one.artist for one in known.problems if one.artist}, key=str.casefold)
    return ProblemLines(known, lines, len(known.problems), dict(kinds), artists)


def _decided(
    made: Sequence[Decision], words: Sequence[str], turned: Collection[str]
) -> list[ProblemLine]:
    found: list[ProblemLine] = []
    for key, title in ((IGNORED, tr("Ignored")), (DECIDED, tr("Decided"))):
        rows = [
            ProblemLine(key, decision_words(one), one)
            for one in made
            if (one.kind is DecisionKind.IGNORE) == (key == IGNORED)
        ]
        rows = [row for row in rows if _matches(words, row.words)]
        if rows:
            found.append(ProblemLine(key, (title, ""), count=len(rows)))
            found += [] if is_folded(key, turned) else rows
    return found


def _matches(words: Sequence[str], texts: Sequence[str]) -> bool:
    hay = unaccented(" ".join(texts))
    return all(word in hay for word in words)


def as_text(lines: Sequence[ProblemLine]) -> str:
    """Lines to paste elsewhere: what, where, and what to do."""
    told = []
    for line in lines:
        what = what_to_do(line.about) if isinstance(line.about, Problem) else ""
        told.append("\t".join(filter(None, (*line.words, what))))
    return "\n".join(told)
