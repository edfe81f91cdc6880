"""The platforms that RightsDesk can talk to. A new one is one more entry here."""

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


def platform_by_id(platform_id: str) -> Platform:
    """The platform with this id. Raises LookupError where there is none."""
    for platform in PLATFORMS:
        if platform.id == platform_id:
            return platform
    raise LookupError(f"no platform {platform_id!r}")
