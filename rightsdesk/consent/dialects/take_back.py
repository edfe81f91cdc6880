"""Removes what a write added from a field that was edited since, and keeps the edit.

Compares three states of a field: before the write, after it, and now. What the write added is
removed, and what it had replaced returns to that place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

Values = tuple[str, ...]


def from_list(now: Sequence[str], written: Sequence[str], before: Sequence[str]) -> Values | None:
    """The current values without what the write added, and with what it removed; None if nothing of
    the write is left."""
    added, removed = _changes(written, before)
    left = Counter(added)
    kept: list[str] = []
    found = False
    for value in now:
        if left[value] > 0:
            left[value] -= 1
            found = True
        else:
            kept.append(value)
    missing = [value for value in removed if value not in kept]
    if not found and (added or not missing):
        return None
    return (*kept, *missing)


def from_texts(
    now: Sequence[str], written: Sequence[str], before: Sequence[str], separators: Collection[str]
) -> Values | None:
    """The current texts without the parts that the write added, and with those that it replaced.

    Parts are split at `separators`; the first one joins a part that returns. Texts that become
    empty are removed. None if no part is left, or each is there more than once.
    """
    parts, parts_before = (
        [part for text in texts for part in _parts(text, separators)] for texts in (written, before)
    )
    added, removed = _changes(parts, parts_before)
    texts, found = list(now), False
    missing = [part for part in removed if not any(part in text for text in now)]
    separator = next(iter(separators))
    for part in reversed(added):
        places = [n for n, text in enumerate(texts) for _ in range(text.count(part))]
        if len(places) != 1:
            continue
        text, older = texts[places[0]], separator.join(missing)
        if (without := _without(text, part, separators)) is not None:
            texts[places[0]] = text.replace(part, older) if older else without
            found, missing = True, []
    if not found and (added or not missing):
        return None
    if missing:
        last = texts.pop() if texts else ""
        texts.append(separator.join(filter(None, [last, *missing])))
    return tuple(text for text in texts if text)


def _changes(written: Sequence[str], before: Sequence[str]) -> tuple[list[str], list[str]]:
    """What a write added, and what it removed, with repeats."""
    old, new = Counter(before), Counter(written)
    return list((new - old).elements()), list((old - new).elements())


def _parts(text: str, separators: Collection[str]) -> list[str]:
    parts = [text.replace("\r\n", "\n")]
    for separator in separators:
        parts = [part for whole in parts for part in whole.split(separator)]
    return [part for part in map(str.strip, parts) if part]


def _without(text: str, part: str, separators: Collection[str]) -> str | None:
    """A text without a part and one separator next to it; None if the part is within a word
    there."""
    head, _, tail = text.partition(part)
    if head[-1:].isalnum() or (tail[:1].isalnum() and part[-1:].isalnum()):
        return None
    marks = [*separators, *(mark.replace("\n", "\r\n") for mark in separators if "\n" in mark)]
    for mark in marks:
        if head.endswith(mark):
            return head.removesuffix(mark) + tail
    if head.strip():
        return head.rstrip(" ") + tail if not tail or tail[0].isspace() else head + tail
    for mark in marks:
        if tail.startswith(mark):
            return head + tail.removeprefix(mark)
    return head + tail.lstrip()
