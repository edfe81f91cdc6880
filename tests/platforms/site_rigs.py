"""Test rigs for platforms of web sites: see `rigs`."""

from collections.abc import Callable
from typing import Any

from rightsdesk.platforms.cloudflare import Cloudflare
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.wordpress import WordPress
from rightsdesk.platforms.wordpress_com import WordPressCom
from rightsdesk.practice import wordpress_com as practice_wordpress_com
from rightsdesk.practice.cloudflare import PracticeCloudflare, Zone
from rightsdesk.practice.http import PracticeServer
from rightsdesk.practice.wordpress import PracticeWordPress
from rightsdesk.practice.wordpress_com import SWITCH, PracticeWordPressCom
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, OTHER
from tests.platforms.rigs import Rig, tokens, without


class WordPressComRig(Rig):
    platform = WordPressCom()
    client_id = practice_wordpress_com.CLIENT_ID
    read_call, write_call = "GET /rest/v1.4/sites/", "POST /rest/v1.4/sites/"
    server: PracticeWordPressCom
    first, closed, off = 100_001, 100_002, 100_003

    def practice(self) -> PracticeServer:
        sites: list[dict[str, Any]] = [
            {"name": "Mara Linde"},
            {"name": "Private", "blog_public": -1},
            {"name": "Done", SWITCH: True},
            {"name": "A friend's", "managed": False},
        ]
        catalogue = {ARTIST: sites, OTHER: [{"name": "Kessel"}]}
        return PracticeWordPressCom(catalogue, redirect_uris=None, now=self.now)

    def credentials(self) -> Credentials:
        return Credentials(tokens=tokens(self.server.oauth, self.fake_clock.wall))

    def expire(self) -> None:
        self.server.oauth.expire(ARTIST)

    def revoke(self) -> None:
        self.server.oauth.sign_out(ARTIST)

    def untouched(self) -> Any:
        return [without(self.server.settings(100_001 + n), SWITCH) for n in range(5)]

    @property
    def secrets(self) -> set[str]:
        return self.server.oauth.issued


class WordPressRig(Rig):
    platform = WordPress()
    read_call, write_call = "GET /wp-json/wp/v2/media", "POST /wp-json/wp/v2/media/"
    renews = False
    server: PracticeWordPress
    user = "mara"

    def practice(self) -> PracticeServer:
        media = [
            {"title": "Low Tide"},
            {
                "title": "Salt",
                "caption": "Live at sea",
                "description": "At <b>sea</b> &amp; salt.",
            },
        ]
        return PracticeWordPress({self.user: media, "kessel": []})

    def credentials(self) -> Credentials:
        return Credentials(identifier=self.user, secret=self.server.passwords[self.user])

    def expire(self) -> None:
        """Application passwords don't expire."""

    def revoke(self) -> None:
        self.server.new_password(self.user)

    def untouched(self) -> Any:
        return [
            without(media, "description")
            | {"description": media["description"].partition("AI rights")[0].strip()}
            for media in self.server.media()
        ]

    @property
    def secrets(self) -> set[str]:
        return self.server.issued


class CloudflareRig(Rig):
    platform = Cloudflare()
    read_call = write_call = ""
    renews = False
    server: PracticeCloudflare
    zone, other = "0123456789abcdef0123456789abcdef", "f" * 32

    def practice(self) -> PracticeServer:
        settings = {
            "ai_training": "disabled",
            "ai_search": "disabled",
            "ai_user": "only_on_ad_pages",
            "ai_bots_protection": "disabled",
            "is_robots_txt_managed": False,
            "fight_mode": True,
            "using_latest_model": True,
        }
        zones = {self.zone: Zone("mara.example", settings), self.other: Zone("kessel.example")}
        return PracticeCloudflare(zones)

    def __init__(self, fake_clock: FakeClock) -> None:
        super().__init__(fake_clock)
        self.read_call = f"GET /zones/{self.zone}/bot_management"  # type: ignore[misc]
        self.write_call = f"PUT /zones/{self.zone}/bot_management"  # type: ignore[misc]
        self.token = self.server.new_token(self.zone)
        self.server.new_token(self.other)

    def credentials(self) -> Credentials:
        return Credentials(identifier=self.zone, secret=self.token)

    def expire(self) -> None:
        """API tokens are valid for the time they were issued for."""

    def revoke(self) -> None:
        self.server.new_token(self.zone)

    def untouched(self) -> Any:
        settings = self.server.zones[self.zone].settings
        return without(settings, *self.platform.suite.fields)

    @property
    def secrets(self) -> set[str]:
        return self.server.issued


SITE_RIGS: dict[str, Callable[[FakeClock], Rig]] = {
    "wordpress_com": WordPressComRig,
    "wordpress": WordPressRig,
    "cloudflare": CloudflareRig,
}
