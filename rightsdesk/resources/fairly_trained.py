"""AI makers that Fairly Trained has certified, as far as this list goes.

The certificate says that a maker trains only on licensed data. It says nothing about any single
offer. The list grows: a name that is missing here proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from rightsdesk.resources.strict_toml import Day, FilledText, Strict, Texts, WebLink, read


class Certified(Strict, frozen=True, kw_only=True):
    """The list as it was read. `complete` is false while known makers are missing."""

    companies: Texts
    date: Day
    last_checked: Day
    source: FilledText
    url: WebLink = ""
    complete: bool


@cache
def certified() -> Certified:
    """The list. Raises FactsError if its file is broken."""
    return read(files(__package__) / "fairly_trained.toml", Certified)


def is_certified(name: str) -> bool:
    """Whether an AI maker of this name is on the list; case and outer blanks are ignored."""
    return name.strip().casefold() in {company.casefold() for company in certified().companies}


def split_by_certificate(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """AI makers on the list, and those that are not, each in the given order."""
    every = tuple(names)
    sure = tuple(name for name in every if is_certified(name))
    return sure, tuple(name for name in every if name not in sure)
