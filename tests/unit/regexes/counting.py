"""Counts the steps of a backtracking matcher, without a clock.

`Counted` runs the parse tree that Python's own `re` makes of a pattern, and counts each node. The
count depends only on the pattern and the text. So texts of different lengths can be compared on any
machine. It is an upper bound: `re` takes short cuts.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]  # no public name: the parse tree
from re import _parser  # type: ignore[attr-defined]  # as above
from typing import Any

Then = Callable[[int], bool]
MANY = 40
"""A repeat that allows this many counts as endless."""

_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_SINGLE = (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN, op.CATEGORY)
_ORDINARY = "a0 ,.-_:;/<>\"'=!\n\0\\é"


class TooManySteps(Exception):
    """The matcher was stopped."""


class Counted:
    """One pattern, with a matcher that counts its steps."""

    def __init__(self, pattern: re.Pattern[Any], most: int = 400_000) -> None:
        source = pattern.pattern
        self.pattern = pattern
        self.is_bytes = isinstance(source, bytes)
        self.flags = pattern.flags
        self._tree = list(_parser.parse(source, pattern.flags & ~re.DEBUG))
        self._most = most
        self._cached: dict[tuple[Any, ...], bool] = {}
        self.steps = 0
        self._text = ""

    def run(self, text: str, how: str) -> bool:
        """Whether the pattern matches: `how` is "match", "fullmatch" or "search". Sets `steps`."""
        self.steps, self._text = 0, text
        ends: Then = (lambda at: at == len(text)) if how == "fullmatch" else (lambda at: True)
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(100_000)
        try:
            starts = range(len(text) + 1) if how == "search" else range(1)
            return any(self._seq(self._tree, 0, at, ends) for at in starts)
        finally:
            sys.setrecursionlimit(limit)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._most:
            raise TooManySteps

    def _seq(self, tree: Sequence[Any], index: int, at: int, then: Then) -> bool:
        self._step()
        if index == len(tree):
            return then(at)
        return self._node(tree[index], at, lambda now: self._seq(tree, index + 1, now, then))

    def _node(self, node: Any, at: int, then: Then) -> bool:
        kind, value = node
        if kind in _SINGLE:
            return self._fits(node, at) and then(at + 1)
        if kind in _REPEATS:
            least, most, body = value
            return self._repeat(kind, least, most, body, at, then)
        if kind is op.SUBPATTERN:
            return self._seq(list(value[3]), 0, at, then)
        if kind is op.ATOMIC_GROUP:
            end = self._first_end(list(value), at)
            return end is not None and then(end)
        if kind is op.BRANCH:
            return any(self._seq(list(branch), 0, at, then) for branch in value[1])
        if kind is op.AT:
            return self._is_at(value, at) and then(at)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return self._asserted(kind, value, at) and then(at)
        raise NotImplementedError(f"{kind} in {self.pattern.pattern!r}")

    def _repeat(self, kind: Any, least: int, most: Any, body: Any, at: int, then: Then) -> bool:
        tree = list(body)
        most = sys.maxsize if most is op.MAXREPEAT else int(most)
        if len(tree) == 1 and tree[0][0] in _SINGLE:
            return self._run_of(kind, least, most, tree[0], at, then)
        if kind is op.POSSESSIVE_REPEAT:
            count, end = 0, at
            while count < most and (now := self._first_end(tree, end)) not in (None, end):
                assert now is not None
                count, end = count + 1, now
            return count >= least and then(end)

        def again(count: int, now: int, before: int) -> bool:
            self._step()
            more = count < most and (now != before or count <= least)

            def try_again() -> bool:
                return more and self._seq(tree, 0, now, lambda end: again(count + 1, end, now))

            enough = count >= least
            if kind is op.MIN_REPEAT:
                return (enough and then(now)) or try_again()
            return try_again() or (enough and then(now))

        return again(0, at, -1)

    def _run_of(self, kind: Any, least: int, most: int, single: Any, at: int, then: Then) -> bool:
        """A repeat of single characters, as `re` does it: forward, then back step by step."""
        if kind is op.MIN_REPEAT:
            count = 0
            while True:
                if count >= least and then(at + count):
                    return True
                if count >= most or not self._fits(single, at + count):
                    return False
                count += 1
        count = 0
        while count < most and self._fits(single, at + count):
            count += 1
        if kind is op.POSSESSIVE_REPEAT:
            return count >= least and then(at + count)
        for size in range(count, least - 1, -1):
            self._step()
            if then(at + size):
                return True
        return False

    def _first_end(self, tree: Sequence[Any], at: int) -> int | None:
        ends: list[int] = []

        def stop(now: int) -> bool:
            ends.append(now)
            return True

        return ends[0] if self._seq(tree, 0, at, stop) else None

    def _asserted(self, kind: Any, value: Any, at: int) -> bool:
        direction, body = value
        start = at if direction > 0 else at - body.getwidth()[0]
        found = start >= 0 and self._seq(list(body), 0, start, lambda now: True)
        return found is (kind is op.ASSERT)

    def _is_at(self, where: Any, at: int) -> bool:
        text, lines = self._text, bool(self.flags & re.MULTILINE)
        if where in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
            line = where is op.AT_BEGINNING and lines and at > 0 and text[at - 1] == "\n"
            return at == 0 or line
        if where in (op.AT_END, op.AT_END_STRING):
            if at == len(text):
                return True
            last = text[at] == "\n" and (lines or at == len(text) - 1)
            return where is op.AT_END and last
        if where in (op.AT_BOUNDARY, op.AT_NON_BOUNDARY):
            beside = [text[n] for n in (at - 1, at) if 0 <= n < len(text)]
            differ = sum(self._is_in(op.CATEGORY_WORD, char) for char in beside) == 1
            return differ is (where is op.AT_BOUNDARY)
        raise NotImplementedError(str(where))

    def _fits(self, node: Any, at: int) -> bool:
        self._step()
        return at < len(self._text) and self.accepts(node, self._text[at])

    def accepts(self, node: Any, char: str) -> bool:
        """Whether a single-character node accepts this character."""
        key = (id(node), char)
        if key not in self._cached:
            self._cached[key] = self._accepts(node, char)
        return self._cached[key]

    def _accepts(self, node: Any, char: str) -> bool:
        kind, value = node
        forms = {char.lower(), char.upper()} if self.flags & re.IGNORECASE else {char}
        forms = {form for form in forms if len(form) == 1}
        if kind is op.LITERAL:
            return chr(value) in forms
        if kind is op.NOT_LITERAL:
            return chr(value) not in forms
        if kind is op.ANY:
            return char != "\n" or bool(self.flags & re.DOTALL)
        if kind is op.CATEGORY:
            return self._is_in(value, char)
        negated = value[0][0] is op.NEGATE
        return negated != any(self._is_of(item, forms) for item in value[negated:])

    def _is_of(self, item: Any, forms: set[str]) -> bool:
        kind, value = item
        if kind is op.RANGE:
            return any(value[0] <= ord(char) <= value[1] for char in forms)
        if kind is op.CATEGORY:
            return any(self._is_in(value, char) for char in forms)
        return any(ord(char) == value for char in forms)

    def _is_in(self, category: Any, char: str) -> bool:
        plain = re.ASCII if self.is_bytes else self.flags & re.ASCII
        return re.fullmatch(_CATEGORIES[category], char, plain) is not None

    def attacks(self, size: int) -> Iterator[str]:
        """Texts of about `size` characters that should make this pattern backtrack.

        Twice the size gives twice the repetitions. The texts end in characters that the pattern
        names. A repeat up to the end of the text ("[^-]*$") has to meet a character that it
        refuses.
        """
        ends = dict.fromkeys(["", "\0", "\n", *list(_literals(self._tree))[:8]])
        for pump, start in self._pumps():
            times = max(8, 48 // len(pump)) * size // 48
            for end in ends:
                yield start + pump * times + end

    def _pumps(self) -> list[tuple[str, str]]:
        pumps: dict[tuple[str, str], None] = {}
        for char in self._alphabet():
            pumps[(char, "")] = None
        for start, body in self._repeats(self._tree, [""]):
            inner = self._samples(body)[:12]
            start = start[:4]
            pumps.update(dict.fromkeys((pump, before) for pump in inner for before in start))
            pumps.update(
                dict.fromkeys((before + pump, "") for pump in inner[:3] for before in start)
            )
        return [pair for pair in pumps if pair[0]]

    def _repeats(self, tree: Sequence[Any], start: list[str]) -> Iterator[tuple[list[str], Any]]:
        """Each repeat that can grow long: texts that lead to it, and its body."""
        for node in tree:
            kind, value = node
            if kind in _REPEATS:
                long = value[1] is op.MAXREPEAT or int(value[1]) >= MANY
                if long:
                    yield start, list(value[2])
                yield from self._repeats(list(value[2]), start)
            elif kind is op.SUBPATTERN:
                yield from self._repeats(list(value[3]), start)
            elif kind is op.ATOMIC_GROUP:
                yield from self._repeats(list(value), start)
            elif kind is op.BRANCH:
                for branch in value[1]:
                    yield from self._repeats(list(branch), start)
            ends = self._samples([node])[:3]
            start = list(dict.fromkeys(a + b for a in start for b in ends))[:6]

    def _samples(self, tree: Sequence[Any]) -> list[str]:
        """A few texts that a tree accepts, with different characters and branches."""
        found = [""]
        for node in tree:
            found = list(dict.fromkeys(a + b for b in self._of_node(node) for a in found))[:24]
        return found

    def _of_node(self, node: Any) -> list[str]:
        kind, value = node
        if kind in _SINGLE:
            return [char for char in self._alphabet() if self.accepts(node, char)][:8] or ["~"]
        if kind in _REPEATS:
            once = self._samples(list(value[2]))
            least = int(value[0])
            return [sample * max(least, 1) for sample in once[:6]] + ([""] if not least else [])
        if kind is op.SUBPATTERN:
            return self._samples(list(value[3]))
        if kind is op.ATOMIC_GROUP:
            return self._samples(list(value))
        if kind is op.BRANCH:
            return [text for branch in value[1] for text in self._samples(list(branch))[:2]]
        return [""]

    def _alphabet(self) -> list[str]:
        if not hasattr(self, "_known"):
            self._known = list(dict.fromkeys([*_literals(self._tree), *_ORDINARY]))[:40]
        return self._known


def _literals(tree: Any) -> Iterator[str]:
    if isinstance(tree, tuple) and len(tree) == 2 and tree[0] in (op.LITERAL, op.NOT_LITERAL):
        yield chr(tree[1])
    elif isinstance(tree, tuple) and len(tree) == 2 and tree[0] is op.RANGE:
        yield chr(tree[1][0])
    elif isinstance(tree, tuple | list) or hasattr(tree, "getwidth"):
        for part in tree:
            yield from _literals(part)


def grows(pattern: re.Pattern[Any], how: str, size: int = 48) -> str:
    """The text (quoted) on which the steps grow faster than the length; "" if there is none.

    A text twice as long may take slightly more than twice the steps. Raises AssertionError if this
    matcher and `re` disagree: then the count is meaningless.
    """
    once, twice = Counted(pattern), Counted(pattern)
    for short, long in zip(once.attacks(size), twice.attacks(2 * size), strict=True):
        try:
            found = once.run(short, how)
            twice.run(long, how)
        except TooManySteps:
            return repr(short[:60])
        text: Any = short.encode("latin-1") if once.is_bytes else short
        assert found is (getattr(pattern, how)(text) is not None), (pattern.pattern, short)
        longer = len(long) / len(short)
        if twice.steps > 1.35 * longer * once.steps + 200:
            return repr(short[:60])
    return ""
