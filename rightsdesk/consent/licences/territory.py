"""Where a licence holds: the world, the EU or countries, except others.

Countries are ISO 3166-1 alpha-2 codes. `EU` stands for the members that `territories.toml` lists.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.sentences import worded

EU = "EU"
WORLD_WORD: Final = "world"
_EXCEPT = "except"
_NUMBER_OF_COUNTRIES = 249


@dataclass(frozen=True, slots=True)
class Territory:
    """The countries of `places` (all if empty) without those of `without`."""

    places: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """`world`, `EU, CH except FR`: what `parse_territory` reads."""
        inside = ", ".join(ordered(self.places)) or WORLD_WORD
        outside = ", ".join(ordered(self.without))
        return f"{inside} {_EXCEPT} {outside}" if outside else inside

    @property
    def is_world(self) -> bool:
        """Whether it is the world without exceptions."""
        return not self.places and not self.without

    @property
    def countries(self) -> frozenset[str]:
        """The codes of all its countries."""
        return _countries_of(self)

    def covers(self, other: Territory) -> bool:
        """Whether every country of `other` is in it."""
        return self.is_world or self == other or self.countries >= other.countries

    def within(self, other: Territory) -> Territory:
        """The part of it that is in `other`, too."""
        if other.covers(self):
            return self
        if self.covers(other):
            return other
        if not self.places and not other.places:
            return Territory(frozenset(), self.without | other.without)
        both = self.countries & other.countries
        return Territory(both) if both else NOWHERE


WORLD = Territory()


def parse_territory(text: str) -> Territory:
    """The territory from `world`, `EU, CH`, `world except US CA`. Raises LicenceFlaw."""
    inside, found, outside = text.replace(",", " ").strip().casefold().partition(_EXCEPT)
    places = [word.upper() for word in inside.split() if word != WORLD_WORD]
    without = [word.upper() for word in outside.split()]
    if found and not without:
        raise LicenceFlaw(
            "The territory excepts nothing.", "Name what is excepted, as in: world except US"
        )
    for code in (*places, *without):
        if code != EU and code not in all_countries():
            raise LicenceFlaw(
                worded("“{code}” is no country that this version knows.", code=code[:20]),
                "Use codes of two letters (ISO 3166), EU or world, as in: EU, CH except FR",
            )
    if places and WORLD_WORD in inside.split():
        raise LicenceFlaw(
            "The territory names the world and single countries.", "Name one of the two."
        )
    territory = Territory(frozenset(places), frozenset(without))
    if not territory.countries:
        raise LicenceFlaw("The territory is empty: all of it is excepted.")
    return territory


def all_countries() -> frozenset[str]:
    """The codes of all countries."""
    return _lists()[0]


def eu_members() -> frozenset[str]:
    """The codes of the members of the European Union."""
    return _lists()[1]


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads((files(__package__) / "territories.toml").read_text("utf-8"))
    countries, members = (frozenset(table[name].split()) for name in ("countries", "eu"))
    if len(countries) != _NUMBER_OF_COUNTRIES or not members < countries:
        raise ValueError("territories.toml is damaged")
    return countries, members


@cache
def _countries_of(territory: Territory) -> frozenset[str]:
    inside = frozenset(_single(territory.places)) if territory.places else all_countries()
    return inside - frozenset(_single(territory.without)) - {_NO_COUNTRY}


def _single(places: Iterable[str]) -> Iterator[str]:
    for place in places:
        yield from eu_members() if place == EU else (place,)


def ordered(places: Iterable[str]) -> list[str]:
    """Codes in the order in which they are written: EU first."""
    return sorted(places, key=lambda code: (code != EU, code))


_NO_COUNTRY = "ZZ"
NOWHERE = Territory(frozenset({_NO_COUNTRY}))
"""No country at all: where two territories have none in common."""
