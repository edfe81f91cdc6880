"""The platforms RightsDesk supports. A new one is one more line in `_PLATFORMS`.

Ids and names are available without importing the platforms. Each import loads HTTP, sign-in and a
dialect, and a command rarely needs more than one.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from rightsdesk.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import Platform
from rightsdesk.sentences import worded

_PLATFORMS: Final[Mapping[str, tuple[str, str]]] = {
    "soundcloud": ("SoundCloud", "SoundCloud"),
    "bluesky": ("Bluesky", "Bluesky"),
    "youtube": ("YouTube", "YouTube"),
    "audius": ("Audius", "Audius"),
    "internet_archive": ("Internet Archive", "InternetArchive"),
    "peertube": ("PeerTube", "PeerTube"),
    "funkwhale": ("Funkwhale", "Funkwhale"),
    "own_site": ("Own site", "OwnSite"),
    "wordpress_com": ("WordPress.com", "WordPressCom"),
    "wordpress": ("WordPress", "WordPress"),
    "cloudflare": ("Cloudflare", "Cloudflare"),
}
"""By id, which is also the module's name: the platform's name and its class."""

NAMES: Final[Mapping[str, str]] = {id_: name for id_, (name, _) in _PLATFORMS.items()}
"""The platforms' names by id, in display order."""


class UnknownPlatform(KnownError, LookupError):
    """The stored data name a platform that this version does not have."""

    cause = Cause.UNKNOWN_PLATFORM

    def __init__(self, platform_id: str) -> None:
        super().__init__(
            worded(
                "RightsDesk's data name a platform that this version does not know: {platform_id}.",
                platform_id=f"{platform_id[:40]!a}",
            ),
            untouched="Nothing was sent.",
            advice="Update RightsDesk. If that does not help, another program changed its data: "
            "restore a backup (rightsdesk restore FILE).",
        )


def platform_by_id(platform_id: str) -> Platform:
    """Return the platform with this id, imported now. Raises `UnknownPlatform`."""
    if platform_id not in NAMES:
        raise UnknownPlatform(platform_id)
    return _imported(platform_id)


def name_of(platform_id: str) -> str:
    """Return a platform's name, without importing it. Raises `UnknownPlatform`."""
    if platform_id not in NAMES:
        raise UnknownPlatform(platform_id)
    return NAMES[platform_id]


def all_platforms() -> tuple[Platform, ...]:
    """Return all platforms, imported now, in display order."""
    return tuple(map(_imported, NAMES))


@cache
def _imported(platform_id: str) -> Platform:
    module = import_module(f"rightsdesk.platforms.{platform_id}")
    platform: Platform = getattr(module, _PLATFORMS[platform_id][1])()
    return platform
