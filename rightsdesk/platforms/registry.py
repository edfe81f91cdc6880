"""The platforms as objects, found by their ids.

Which platforms there are, and their names, is known without importing one (`enums.carriers`). Each
import loads HTTP, sign-in and a dialect, and a command rarely needs more than one.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from rightsdesk.enums.carriers import PLATFORMS, CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import Platform
from rightsdesk.sentences import worded

NAMES: Final[Mapping[str, str]] = {carrier: carrier.display_name for carrier in PLATFORMS}
"""The platforms' names by id, in display order."""


class UnknownPlatform(KnownError, LookupError):
    """The stored data name a platform that this version does not have."""

    cause = Cause.UNKNOWN_PLATFORM

    def __init__(self, platform_id: CarrierId) -> None:
        super().__init__(
            worded(
                "RightsDesk's data name a platform that this version does not know: {platform_id}.",
                platform_id=f"{platform_id[:40]!a}",
            ),
            untouched="Nothing was sent.",
            advice="Update RightsDesk. If that does not help, another program changed its data: "
            "restore a backup (rightsdesk restore FILE).",
        )


def platform_by_id(platform_id: CarrierId) -> Platform:
    """Return the platform with this id, imported now. Raises `UnknownPlatform`."""
    if platform_id not in NAMES:
        raise UnknownPlatform(platform_id)
    return _imported(platform_id)


def name_of(platform_id: CarrierId) -> str:
    """Return a platform's name, without importing it. Raises `UnknownPlatform`."""
    if platform_id not in NAMES:
        raise UnknownPlatform(platform_id)
    return NAMES[platform_id]


def all_platforms() -> tuple[Platform, ...]:
    """Return all platforms, imported now, in display order."""
    return tuple(map(_imported, NAMES))


@cache
def _imported(platform_id: CarrierId) -> Platform:
    platform: Platform = import_module(f"rightsdesk.platforms.{platform_id}").PLATFORM
    return platform
