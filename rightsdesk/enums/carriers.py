"""The carriers: audio files, their sidecars, and each platform with an API. The one list.

The values are stored and printed as JSON, so they stay as they are. A platform's value is also the
name of its module in `rightsdesk/platforms`. Platforms without an API are no carriers: they are
known from data only (`rightsdesk/resources/platforms`), and have no member here.
"""

from __future__ import annotations

from typing import Final, Self

from rightsdesk.enums.stored import Members, StoredEnum


class CarrierId(StoredEnum):
    """Which carrier; in display order. The text beside the value is its name for people."""

    FILES = "file", "Files"
    SIDECARS = "sidecar", "Sidecars"
    SOUNDCLOUD = "soundcloud", "SoundCloud"
    BLUESKY = "bluesky", "Bluesky"
    YOUTUBE = "youtube", "YouTube"
    AUDIUS = "audius", "Audius"
    INTERNET_ARCHIVE = "internet_archive", "Internet Archive"
    PEERTUBE = "peertube", "PeerTube"
    FUNKWHALE = "funkwhale", "Funkwhale"
    OWN_SITE = "own_site", "Own site"
    WORDPRESS_COM = "wordpress_com", "WordPress.com"
    WORDPRESS = "wordpress", "WordPress"
    CLOUDFLARE = "cloudflare", "Cloudflare"

    display_name: str

    def __new__(cls, value: str, display_name: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.display_name = value, display_name
        return member

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        unknown = super()._missing_(value)
        if unknown is not None:
            unknown.display_name = unknown.value
        return unknown


CARRIERS: Final = Members(CarrierId)
"""The carriers by text."""

ON_DISK: Final = (CarrierId.FILES, CarrierId.SIDECARS)
"""Carriers whose targets are paths."""

PLATFORMS: Final = tuple(carrier for carrier in CarrierId if carrier not in ON_DISK)
"""Carriers with a module in `rightsdesk/platforms`."""
