"""Reads the list of AI crawlers."""

from __future__ import annotations

import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from rightsdesk.resources.strict_toml import FilledText, Strict, read


class Crawler(Strict, frozen=True, kw_only=True):
    """A crawler, by the name that it obeys in robots.txt.

    `operator` is empty if unknown. `listed` is false for the few that the source of the list lacks.
    """

    token: FilledText
    operator: str
    function: FilledText
    respects: Literal["yes", "no", "unclear", "discretion"]
    kinds: frozenset[Literal["training", "mining", "input", "search"]]
    listed: bool = True


class CrawlerList(Strict, frozen=True, kw_only=True):
    """The list, its source, and the day on which it was checked."""

    crawlers: tuple[Crawler, ...] = msgspec.field(name="crawler")
    date: datetime.date
    source: FilledText
    version: FilledText
    licence: FilledText

    @property
    def kinds(self) -> dict[str, frozenset[str]]:
        """The kinds of each crawler, by its token."""
        return {crawler.token: frozenset(crawler.kinds) for crawler in self.crawlers}


@cache
def crawler_list() -> CrawlerList:
    """The list that is part of RightsDesk."""
    return read(files(__package__) / "crawlers.toml", CrawlerList)
