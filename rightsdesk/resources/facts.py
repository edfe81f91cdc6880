"""Reading the facts about a platform from its TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PlatformFacts:
    """What is known of a platform apart from its API.

    `terms` and `setting` are one short sentence each; `terms_date` is the terms' own date,
    `last_checked` the day somebody looked.
    """

    name: str
    terms: str
    terms_date: date
    terms_url: str
    source: str
    setting: str
    last_checked: date
    apps_url: str
    steps: tuple[str, ...]


@cache
def platform_facts(platform: str) -> PlatformFacts:
    """The facts about one platform, by its id. Raises FileNotFoundError where there are none."""
    text = (files(__package__) / "platforms" / f"{platform}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return PlatformFacts(
        name=data["name"],
        terms=data["terms"]["short"],
        terms_date=data["terms"]["date"],
        terms_url=data["terms"]["url"],
        source=data["terms"]["source"],
        setting=data["setting"]["short"],
        last_checked=data["last_checked"],
        apps_url=data["sign_in"]["apps_url"],
        steps=tuple(data["sign_in"]["steps"]),
    )
