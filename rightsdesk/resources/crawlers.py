"""Reading the list of AI crawlers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Crawler:
    """One crawler by the name that it obeys in robots.txt.

    `operator` is empty where nobody knows. `respects` is `yes`, `no`, `unclear` or
    `discretion`; `kinds` are among `training`, `mining`, `input` and `search`.
    """

    token: str
    operator: str
    function: str
    respects: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class CrawlerList:
    """The list, where it is from, and the day on which it was true."""

    crawlers: tuple[Crawler, ...]
    date: date
    source: str
    version: str
    licence: str

    @property
    def kinds(self) -> dict[str, frozenset[str]]:
        """The kinds of each crawler by its token."""
        return {crawler.token: crawler.kinds for crawler in self.crawlers}


@cache
def crawler_list() -> CrawlerList:
    """The list that comes with RightsDesk."""
    text = (files(__package__) / "crawlers.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    crawlers = tuple(
        Crawler(
            token=entry["token"],
            operator=entry["operator"],
            function=entry["function"],
            respects=entry["respects"],
            kinds=frozenset(entry["kinds"]),
        )
        for entry in data["crawler"]
    )
    return CrawlerList(crawlers, data["date"], data["source"], data["version"], data["licence"])
