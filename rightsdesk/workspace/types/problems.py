"""Values of the list of problems."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.enums.causes import Cause
from rightsdesk.workspace.types.findings import DecisionKind

if TYPE_CHECKING:
    pass


class ProblemKind(StrEnum):
    """The kind of a problem."""

    ACCOUNT = "account"
    ATTESTED = "attested"
    CATALOGUE = "catalogue"
    CONFLICTS = "conflicts"
    DRIFT = "drift"
    FAILED = "failed"
    FILE = "file"
    FOLDER = "folder"
    ITEM = "item"
    OLD = "old"
    QUESTION = "question"
    REMINDER = "reminder"
    SILENT = "silent"
    SWITCH = "switch"
    UNCHOSEN = "unchosen"
    UNCONFIRMED = "unconfirmed"
    UNFINISHED = "unfinished"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that conflicts or failed, and what to do about it.

    `since` is when it was first noticed (ISO 8601 UTC), empty if unknown. `finding` is the id of a
    finding of catalogue health; `decisions` are the possible decisions.

    `id` stays the same as long as the problem is the same one: by it a problem is ignored.
    `artist_id`, `carrier`, `account_id`, `job` and `path` say what it is about, as far as it is
    about one. `cause` is that of a write that failed, or `gone` for a file that is not there.
    """

    kind: ProblemKind
    where: str
    sentence: str
    advice: str
    count: int = 1
    artist: str = ""
    since: str = ""
    finding: str = ""
    decisions: tuple[DecisionKind, ...] = ()
    id: str = ""
    artist_id: int | None = None
    carrier: str = ""
    account_id: int | None = None
    job: int | None = None
    path: str = ""
    cause: Cause = Cause.NONE


def problem_id(kind: ProblemKind, *identity: object) -> str:
    """An id of a problem, derived from what it is about and from its cause, not from how many."""
    text = "\0".join(map(str, identity)).encode("utf-8", "surrogateescape")
    return f"{kind}-{hashlib.blake2b(text, digest_size=8).hexdigest()}"
