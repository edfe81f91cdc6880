"""The platforms that RightsDesk can talk to. A new one is one more entry here."""

from rightsdesk.errors import KnownError
from rightsdesk.platforms.audius import Audius
from rightsdesk.platforms.bluesky import Bluesky
from rightsdesk.platforms.cloudflare import Cloudflare
from rightsdesk.platforms.funkwhale import Funkwhale
from rightsdesk.platforms.interface import Platform
from rightsdesk.platforms.internet_archive import InternetArchive
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.platforms.peertube import PeerTube
from rightsdesk.platforms.soundcloud import SoundCloud
from rightsdesk.platforms.wordpress import WordPress
from rightsdesk.platforms.wordpress_com import WordPressCom
from rightsdesk.platforms.youtube import YouTube

PLATFORMS: tuple[Platform, ...] = (
    SoundCloud(),
    Bluesky(),
    YouTube(),
    Audius(),
    InternetArchive(),
    PeerTube(),
    Funkwhale(),
    OwnSite(),
    WordPressCom(),
    WordPress(),
    Cloudflare(),
)


class UnknownPlatform(KnownError, LookupError):
    """What is stored names a platform that this version does not have."""

    cause = "unknown-platform"

    def __init__(self, platform_id: str) -> None:
        super().__init__(
            f"RightsDesk's data name a platform that this version does not know: "
            f"{platform_id[:40]!a}.",
            untouched="Nothing was sent.",
            advice="Update RightsDesk. If that does not help, its data were changed by another "
            "program: bring a backup back (rightsdesk restore FILE).",
        )


def platform_by_id(platform_id: str) -> Platform:
    """The platform with this id. Raises UnknownPlatform where there is none."""
    for platform in PLATFORMS:
        if platform.id == platform_id:
            return platform
    raise UnknownPlatform(platform_id)
