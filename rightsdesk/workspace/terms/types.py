"""Values of the terms watch: documents, versions, alarms and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.consent import Use
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.resources.documents import WatchedDocument
from rightsdesk.terms.values import ChangedParagraph, Direction


class DocumentSource(StrEnum):
    """Where a document is read: the platform's page, or Open Terms Archive."""

    PAGE = "page"
    ARCHIVE = "archive"


class AlarmAnswer(StrEnum):
    """What a person said to an alarm. ASK_AGAIN holds until a day."""

    NONE = ""
    NOTED = "noted"
    CHOICE_CHANGED = "choice-changed"
    ASK_AGAIN = "ask-again"


class NothingToWatch(KnownError):
    """No platform with a known document is in use."""

    cause = Cause.NOTHING_TO_WATCH


class NoSuchAlarm(KnownError):
    """There is no alarm or document of that name."""

    cause = Cause.NO_SUCH_ALARM


@dataclass(frozen=True, slots=True)
class Watched:
    """A document of a platform. `platform` is its id."""

    platform: str
    platform_name: str
    document: WatchedDocument

    @property
    def sources(self) -> tuple[tuple[DocumentSource, str], ...]:
        """Where it can be read, with addresses."""
        archive = self.document.archive
        found = [(DocumentSource.PAGE, self.document.address)] if self.document.address else []
        if archive:
            found.append((DocumentSource.ARCHIVE, archive.address))
        return tuple(found)

    @property
    def key(self) -> str:
        """`soundcloud/terms`: what a person names it by."""
        return f"{self.platform}/{self.document.id}"


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """What one source showed, from `first_seen` to `last_seen` (ISO 8601 UTC).

    `broken` is why it is no whole text, "" if it is one. The hashes are SHA-256 in hex:
    of the bytes that were fetched, and of the text in UTF-8 ("" if there is none).
    """

    id: int
    platform: str
    document: str
    source: DocumentSource
    address: str
    fetched_sha256: str
    text_sha256: str
    broken: str
    first_seen: str
    last_seen: str
    days: int = 1


@dataclass(frozen=True, slots=True)
class SourceState:
    """When a source was read last, and since when it can't be ("" where it can)."""

    source: DocumentSource
    address: str
    checked_at: str = ""
    unread_since: str = ""
    unread_why: str = ""


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A document, its sources, and the newest whole version (None before the first)."""

    watched: Watched
    sources: tuple[SourceState, ...]
    newest: TermsVersion | None
    versions: int


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a platform's terms concern: artists, and their accounts there, by id and name."""

    artists: tuple[tuple[int, str], ...] = ()
    accounts: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """A change in terms that alters what AI may do with uploads, and a person's answer.

    `back_since` is when the earlier text came back, "" while the new one stands. `ask_at` is the
    day to ask again (ISO 8601 date).
    """

    id: int
    platform: str
    platform_name: str
    document: str
    title: str
    region: str
    old: TermsVersion
    new: TermsVersion
    direction: Direction
    uses: tuple[Use, ...]
    paragraphs: Sequence[ChangedParagraph]
    concerned: Concerned
    raised_at: str
    answer: AlarmAnswer = AlarmAnswer.NONE
    answered_at: str = ""
    ask_at: str = ""
    back_since: str = ""

    def is_open(self, today: str) -> bool:
        """Whether it waits for an answer on a day (ISO 8601 date)."""
        if self.answer is AlarmAnswer.ASK_AGAIN:
            return self.ask_at <= today
        return self.answer is AlarmAnswer.NONE


@dataclass(frozen=True, slots=True)
class TermsCheck:
    """The result of a check. `read` and `unchanged` count sources, `early` those that were read
    today already. `alarms` are new ones; `broken` and `unread` have a sentence each."""

    read: int = 0
    unchanged: int = 0
    early: int = 0
    new_versions: int = 0
    alarms: tuple[Alarm, ...] = ()
    broken: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    cancelled: bool = False
