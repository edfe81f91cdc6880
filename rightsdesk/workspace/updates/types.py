"""Values of the update notice."""

from __future__ import annotations

from dataclasses import dataclass

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.resources.release_feed import KEPT, InstallKind, Package, RefusedFeed


class OlderFeed(RefusedFeed):
    """The feed is older than the one that is known."""

    cause = Cause.OLDER_FEED


class NoFeedFile(RefusedFeed):
    """The file can't be read."""

    cause = Cause.FEED_FILE


class NoFeedAddress(KnownError):
    """No address of a feed is known: none was named, and none came with this copy."""

    cause = Cause.NO_FEED_ADDRESS

    def __init__(self) -> None:
        super().__init__(
            "RightsDesk knows no address to look for new versions.",
            untouched=KEPT,
            advice="Enter the address first.",
        )


@dataclass(frozen=True, slots=True)
class NewestRelease:
    """The newest release that is known, for this kind of installation.

    `newer`: this program is older. `page` is where to get it, `minimum` what it needs (may be ""),
    `how` what to do for this installation. `dismissed`: a person doesn't want to hear of it again.
    """

    version: str
    date: str
    newer: bool
    changes: tuple[str, ...]
    page: str
    minimum: str
    packages: tuple[Package, ...]
    how: str
    dismissed: bool = False


@dataclass(frozen=True, slots=True)
class UpdateState:
    """Whether new versions are looked for, where, and what is known.

    `problem` says why what is stored can't be used, or "". `built_in`: the address came with this
    copy.
    """

    on: bool
    address: str
    built_in: bool
    version: str
    kind: InstallKind
    newest: NewestRelease | None
    problem: str = ""
