"""The documents of a platform that say what AI may do: `[[document]]` of a platform's file.

id                our id for it, unlike every other of the same file: terms, privacy_us
kind              terms, privacy, or ai_help (a help page about AI)
title             the platform's title
address?          the page itself, if it is known
language          its language, as an IETF tag: en, fr
region?           where that edition applies, in words; absent: everywhere
archive?          its copy in Open Terms Archive: `collection`, `service`, `terms`, as the archive
                  spells them. At least one of address and archive is there
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

import msgspec

from rightsdesk.resources.strict_toml import FilledText, Strict, WebLink

ARCHIVE_HOST = "https://raw.githubusercontent.com"
"""Where Open Terms Archive publishes the newest version of each text (ODC-BY 1.0)."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f/\\]*[^\x00-\x1f/\\. ][^\x00-\x1f/\\]*$")]
"""One part of a path: no slash, and not only dots."""

DocumentId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class DocumentKind(StrEnum):
    """What a document is."""

    TERMS = "terms"
    PRIVACY = "privacy"
    AI_HELP = "ai_help"


class ArchiveCopy(Strict, frozen=True, kw_only=True):
    """A text in Open Terms Archive, by its collection, the service and the type of terms."""

    collection: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,60}$")]
    service: Name
    terms: Name

    @property
    def address(self) -> str:
        """The newest version, as Markdown: on the default branch, whatever its name is."""
        path = quote(f"{self.service}/{self.terms}.md")
        return f"{ARCHIVE_HOST}/OpenTermsArchive/{self.collection}-versions/HEAD/{path}"


class WatchedDocument(Strict, frozen=True, kw_only=True):
    """A document of a platform; see the schema above."""

    id: DocumentId
    kind: DocumentKind
    title: FilledText
    language: Language
    address: WebLink = ""
    region: str = ""
    archive: ArchiveCopy | None = None

    def __post_init__(self) -> None:
        if not self.address and not self.archive:
            raise ValueError("a document needs an address or a copy in the archive")
