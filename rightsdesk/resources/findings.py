"""What was found about a platform: `[[fact]]` of its file, one statement of one document each.

about             what kind of text it is (`TextKind`)
short             what it says, in our words; of a silent document only what it says besides
quote?            the exact words, 20 at most
language?         of the quote, as an IETF tag; English by default
region?           where that edition applies, in words; absent: everywhere
document          the document, and who published it
date?             the day of the version that was read: its last change. `YYYY-MM` or `YYYY` where
                  only that is known
archive?          the version in Open Terms Archive: collection and commit
url?              the page itself
silent?           the whole document was searched and has no word on AI: neither a yes nor a no
maybe_stale?      the archive holds nothing newer, and may have stopped following the document
strength          document (the original was read), reported (several texts say the same), or
                  single (one text)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from rightsdesk.resources.strict_toml import FilledText, Strict, WebLink

MOST_QUOTED = 20
"""So many words of a text are quoted at most."""

VersionDate = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")]
"""An ISO 8601 date, `YYYY-MM` or `YYYY` if no more is known, or ""."""

ArchiveVersion = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9-]+-versions [0-9a-f]{7,40})?$")]
"""A version in Open Terms Archive: its collection and commit, or ""."""


class Strength(StrEnum):
    """How well a fact is known: the document itself was read, several texts report it, or one."""

    DOCUMENT = "document"
    REPORTED = "reported"
    SINGLE = "single"


class TextKind(StrEnum):
    """What kind of text a fact is from."""

    TERMS = "terms"
    PRIVACY = "privacy"
    RULES = "rules"
    AGREEMENT = "agreement"
    DEVELOPER_TERMS = "developer-terms"
    RESERVATION = "reservation"
    HELP = "help"
    POLICY = "policy"
    STATEMENT = "statement"
    CRITIQUE = "critique"
    SOURCE_CODE = "source-code"
    API = "api"
    PROGRAMME = "programme"
    LICENCE = "licence"
    PRINCIPLES = "principles"
    SWITCH = "switch"
    FORM = "form"
    LIST = "list"
    ADDRESS = "address"
    STATUS = "status"
    OWNER = "owner"
    NEWS = "news"


BINDING = frozenset(
    {TextKind.TERMS, TextKind.PRIVACY, TextKind.RULES, TextKind.AGREEMENT, TextKind.DEVELOPER_TERMS}
)
"""Texts that are part of the terms of a platform, for the artist or for others."""


class Fact(Strict, frozen=True, kw_only=True):
    """One statement of one document; see the schema above."""

    about: TextKind
    document: FilledText
    strength: Strength
    short: str = ""
    quote: str = ""
    language: str = ""
    region: str = ""
    date: VersionDate = ""
    archive: ArchiveVersion = ""
    url: WebLink = ""
    silent: bool = False
    maybe_stale: bool = False

    def __post_init__(self) -> None:
        if not self.silent and not self.short.strip():
            raise ValueError("a fact says something, or its document is silent")
        if (self.silent or self.maybe_stale or self.archive) and not self.date:
            raise ValueError("a version needs its date")
        if self.maybe_stale and not self.archive:
            raise ValueError("only an archive can have stopped following a document")
        if len(self.quote.split()) > MOST_QUOTED:
            raise ValueError(f"a quote has {MOST_QUOTED} words at most")
        if self.quote and self.silent:
            raise ValueError("a silent document has no words on AI to quote")

    @property
    def is_binding(self) -> bool:
        """Whether it is from the platform's terms."""
        return self.about in BINDING
