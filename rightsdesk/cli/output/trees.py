"""Names as a tree: artist, release, file or track. No input or output."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from rightsdesk import phrases
from rightsdesk.cli.output.words import joined, shown
from rightsdesk.enums.carriers import CarrierId

if TYPE_CHECKING:
    from rightsdesk.changes.types import Change
    from rightsdesk.workspace.jobs.change_locations import ChangeLocation

SHORT = 12
"""How many names of one group are listed without `-v`; beyond that only releases."""

Places = Mapping[tuple[CarrierId, int], "ChangeLocation"]
Item = TypeVar("Item")


def change_tree(changes: Sequence[Change], where: Places, *, verbose: bool) -> Iterator[str]:
    """Yield the changes by artist and release, with counts, indented."""
    found = [(change, where.get((change.target.carrier, change.target.id))) for change in changes]
    every = verbose or len(changes) <= SHORT
    releases = 0
    for artist, of_artist in _grouped(found, lambda pair: pair[1].artist if pair[1] else ""):
        if artist:
            yield f"    {shown(artist)}: {_counted(of_artist)}"
        inner = "  " if artist else ""
        for release, rest in _grouped(of_artist, lambda pair: pair[1].release if pair[1] else ""):
            releases += 1
            if not verbose and releases > SHORT:
                continue
            if artist:
                title = shown(release) or "without a release"
                yield f"      {title}: {_counted(rest)}"
            if every:
                yield from (f"    {inner * 2}{_name(*pair)}" for pair in rest)
    if not every:
        hidden = (
            f"{phrases.counted(releases - SHORT, 'more release')} and " if releases > SHORT else ""
        )
        yield f"    {hidden}all names: -v"


def _grouped(
    items: Sequence[Item], key: Callable[[Item], str]
) -> Iterator[tuple[str, Sequence[Item]]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    yield from groups.items()


def _counted(found: Sequence[tuple[Change, ChangeLocation | None]]) -> str:
    """Return counts by noun: `9 files, 2 SoundCloud tracks`."""
    nouns = Counter(place.nouns if place else ("change", "changes") for _, place in found)
    return joined(phrases.counted(number, *words) for words, number in nouns.items())


def _name(change: Change, place: ChangeLocation | None) -> str:
    return shown(place.place if place else change.target.label)
