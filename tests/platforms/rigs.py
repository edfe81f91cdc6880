"""One test rig per platform: its practice server, an account, and what must not change.

A new platform needs one more entry in `RIGS`; then the shared platform tests run against it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from rightsdesk.consent.dialects.platforms.bluesky import INTENTS, LEXICON
from rightsdesk.platforms.audius import Audius
from rightsdesk.platforms.bluesky import Bluesky
from rightsdesk.platforms.funkwhale import Funkwhale
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.interface import Platform
from rightsdesk.platforms.internet_archive import InternetArchive
from rightsdesk.platforms.peertube import PeerTube
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sign_in.tokens import TokenSet
from rightsdesk.platforms.soundcloud import SoundCloud
from rightsdesk.platforms.youtube import YouTube
from rightsdesk.practice import audius as practice_audius
from rightsdesk.practice import youtube as practice_youtube
from rightsdesk.practice.audius import PracticeAudius
from rightsdesk.practice.bluesky import PracticeBluesky
from rightsdesk.practice.funkwhale import PracticeFunkwhale
from rightsdesk.practice.http import PracticeServer
from rightsdesk.practice.internet_archive import PracticeInternetArchive
from rightsdesk.practice.oauth import AuthorizationServer
from rightsdesk.practice.peertube import PracticePeerTube
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.practice.youtube import PracticeYouTube
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, OTHER


class Rig(ABC):
    """One artist's account on one platform, on one computer."""

    platform: ClassVar[Platform]
    client_id: ClassVar[str] = ""
    read_call: ClassVar[str]
    """The beginning of the “METHOD /path” that reads an item."""
    write_call: ClassVar[str]
    """The beginning of the “METHOD /path” that writes an item."""
    renews: ClassVar[bool] = True
    """Whether the sign-in expires and is renewed; otherwise it is valid until revoked."""

    def __init__(self, fake_clock: FakeClock) -> None:
        self.fake_clock = fake_clock
        self.limits = Limits(clock=fake_clock.clock)
        self.saved: list[Credentials] = []
        self.server = self.practice()
        self.server.start()
        self._clients: list[Client] = []

    @abstractmethod
    def practice(self) -> PracticeServer:
        """Return the platform's practice server, not started."""

    @abstractmethod
    def credentials(self) -> Credentials:
        """Return the account's credentials."""

    @abstractmethod
    def expire(self) -> None:
        """Expire the account's access token."""

    @abstractmethod
    def revoke(self) -> None:
        """Revoke the access, as a person does on the web site."""

    @abstractmethod
    def untouched(self) -> Any:
        """Return everything on the server except our fields: no write may change it."""

    @property
    @abstractmethod
    def secrets(self) -> set[str]:
        """Return every secret issued so far."""

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(api=self.server.base_url, auth=self.server.base_url)

    def client(self, credentials: Credentials | None = None) -> Client:
        client = self.platform.client(
            self.endpoints,
            self.client_id,
            credentials or self.credentials(),
            save=self.saved.append,
            limits=self.limits,
            clock=self.fake_clock.clock,
        )
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.server.close()

    def now(self) -> float:
        return self.fake_clock.wall.timestamp()


def tokens(oauth: AuthorizationServer, now: datetime, account: str = ARTIST) -> TokenSet:
    """Return tokens without a sign-in page."""
    return TokenSet.from_answer(oauth.sign_in(account), service="test", now=now)


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


class SoundCloudRig(Rig):
    platform = SoundCloud()
    client_id = CLIENT_ID
    read_call, write_call = "GET /tracks/", "PUT /tracks/"
    server: PracticeSoundCloud

    def practice(self) -> PracticeServer:
        tracks: list[dict[str, Any]] = [
            {"title": "Low Tide", "isrc": "DEA232600001", "license": "cc-by"},
            {"title": "Salt", "tag_list": 'ambient "deep house"', "description": "At sea. "},
        ]
        return PracticeSoundCloud({ARTIST: tracks, OTHER: []}, redirect_uris=None, now=self.now)

    def credentials(self) -> Credentials:
        return Credentials(tokens=tokens(self.server.oauth, self.fake_clock.wall))

    def expire(self) -> None:
        self.server.oauth.expire(ARTIST)

    def revoke(self) -> None:
        self.server.revoke(ARTIST)

    def untouched(self) -> Any:
        return [without(t, "tag_list", "description") for t in self.server.tracks(ARTIST)]

    @property
    def secrets(self) -> set[str]:
        return self.server.oauth.issued


class BlueskyRig(Rig):
    platform = Bluesky()
    read_call = "GET /xrpc/com.atproto.repo.getRecord"
    write_call = "POST /xrpc/com.atproto.repo.putRecord"
    server: PracticeBluesky
    handle = "mara.test"
    override: ClassVar[dict[str, Any]] = {
        "$type": LEXICON,
        "updatedAt": "2026-05-01T00:00:00.000Z",
        "scope": {"$type": f"{LEXICON}#entityScope", "entity": "example.ai"},
        "preferences": {"training": {"allow": True, "updatedAt": "2026-05-01T00:00:00.000Z"}},
    }

    def practice(self) -> PracticeServer:
        records = {
            f"{LEXICON}/3l5abc": self.override,
            f"{INTENTS}/self": {"$type": INTENTS, "bulkDataset": {"allow": False}},
            "app.bsky.actor.profile/self": {"$type": "app.bsky.actor.profile"},
        }
        return PracticeBluesky({self.handle: records, "kessel.test": {}}, now=self.now)

    def credentials(self) -> Credentials:
        password = self.server.app_password(self.handle)
        return Credentials(identifier=self.handle, secret=password)

    def expire(self) -> None:
        self.server.expire(self.handle)

    def revoke(self) -> None:
        self.server.revoke(self.handle)

    def untouched(self) -> Any:
        return without(self.server.records(self.handle), f"{LEXICON}/self")

    @property
    def secrets(self) -> set[str]:
        return self.server.issued


class InternetArchiveRig(Rig):
    platform = InternetArchive()
    read_call, write_call = "GET /metadata/", "POST /metadata/"
    renews = False
    server: PracticeInternetArchive
    user = "mara@label.example"

    def practice(self) -> PracticeServer:
        licence = "https://creativecommons.org/licenses/by-nc/4.0/"
        items: list[dict[str, Any]] = [
            {"identifier": "low-tide", "title": "Low Tide", "licenseurl": licence},
            {"identifier": "salt", "title": "Salt", "rights": "℗ 2026 Mara Linde"},
            {"identifier": "salt-live", "rights": ["℗ 2025 Mara Linde", "Cover: Ada"]},
        ]
        return PracticeInternetArchive({self.user: items, "kessel@label.example": []})

    def credentials(self) -> Credentials:
        keys = self.server.keys[self.user]
        return Credentials(identifier=keys.access, secret=keys.secret)

    def expire(self) -> None:
        """Keys don't expire."""

    def revoke(self) -> None:
        self.server.new_keys(self.user)

    def untouched(self) -> Any:
        names = ("low-tide", "salt", "salt-live")
        return [without(self.server.metadata(name), "rights") for name in names]

    @property
    def secrets(self) -> set[str]:
        return self.server.issued


class PeerTubeRig(Rig):
    platform = PeerTube()
    read_call, write_call = "GET /api/v1/videos/", "PUT /api/v1/videos/"
    server: PracticePeerTube
    user = "mara"

    def practice(self) -> PracticeServer:
        by = {"id": 1, "label": "Attribution"}
        videos: list[dict[str, Any]] = [
            {"name": "Low Tide", "licence": by, "privacy": {"id": 3, "label": "Private"}},
            {"name": "Salt", "tags": ["ambient", "Sea"], "description": "Recorded at sea. "},
            {"name": "Crowded", "tags": ["one", "two", "three", "four", "five"]},
            {"name": "Long", "description": "Deep water. " * 60, "support": "Buy the record"},
        ]
        return PracticePeerTube({self.user: videos, "kessel": []}, now=self.now)

    def credentials(self) -> Credentials:
        return Credentials(identifier=self.user, secret=self.server.passwords[self.user])

    def expire(self) -> None:
        self.server.oauth.expire(self.user)

    def revoke(self) -> None:
        self.server.oauth.sign_out(self.user)

    def untouched(self) -> Any:
        return [without(v, "tags", "description") for v in self.server.videos(self.user)]

    @property
    def secrets(self) -> set[str]:
        return self.server.issued


class FunkwhaleRig(Rig):
    platform = Funkwhale()
    read_call, write_call = "GET /api/v1/tracks/", "POST /api/v1/tracks/"
    renews = False
    server: PracticeFunkwhale
    user = "mara"

    def practice(self) -> PracticeServer:
        tracks: list[dict[str, Any]] = [
            {"title": "Low Tide", "license": "cc-by-4.0", "copyright": "2026 Mara Linde"},
            {"title": "Salt", "tags": ["Ambient"], "description": "Recorded at sea."},
            {"title": "Web", "description": "<p>At sea</p>", "content_type": "text/html"},
        ]
        return PracticeFunkwhale({self.user: tracks, "kessel": [{"title": "Kessel Run"}]})

    def credentials(self) -> Credentials:
        return Credentials(secret=self.server.tokens[self.user])

    def expire(self) -> None:
        """Access tokens of applications don't expire."""

    def revoke(self) -> None:
        self.server.new_token(self.user)

    def untouched(self) -> Any:
        return [without(t, "tags", "description") for t in self.server.tracks(self.user)]

    @property
    def secrets(self) -> set[str]:
        return self.server.issued


class YouTubeRig(Rig):
    platform = YouTube()
    client_id = practice_youtube.CLIENT_ID
    read_call, write_call = "GET /youtube/v3/videos", "PUT /youtube/v3/videos"
    server: PracticeYouTube

    def practice(self) -> PracticeServer:
        videos: list[dict[str, Any]] = [
            {"title": "Low Tide", "license": "creativeCommon", "permitted": ["Adobe", "Cohere"]},
            {
                "title": "Salt",
                "description": "At sea.\n\nhttps://label.example",
                "tags": ["ambient", "deep house"],
                "containsSyntheticMedia": True,
                "permitted": ["all"],
            },
            {"title": "Rough cut", "privacyStatus": "private", "defaultLanguage": "de"},
        ]
        return PracticeYouTube({ARTIST: videos, OTHER: [{"title": "Kessel"}]}, now=self.now)

    def credentials(self) -> Credentials:
        return Credentials(
            client_secret=practice_youtube.CLIENT_SECRET,
            tokens=tokens(self.server.oauth, self.fake_clock.wall),
        )

    def expire(self) -> None:
        self.server.oauth.expire(ARTIST)

    def revoke(self) -> None:
        self.server.oauth.sign_out(ARTIST)

    def untouched(self) -> Any:
        return [
            without(video, "etag")
            | {"snippet": without(video["snippet"], "description", "tags", "localized")}
            for video in self.server.videos(ARTIST)
        ]

    @property
    def secrets(self) -> set[str]:
        return self.server.oauth.issued | {practice_youtube.CLIENT_SECRET}


class AudiusRig(Rig):
    platform = Audius()
    client_id = practice_audius.CLIENT_ID
    read_call, write_call = "GET /v1/users/", "PUT /v1/users/"
    server: PracticeAudius

    def practice(self) -> PracticeServer:
        tracks: list[dict[str, Any]] = [
            {"title": "Low Tide", "isrc": "DEA232600001", "license": "CC BY-NC"},
            {"title": "Salt", "no_ai_use": None, "description": "At sea."},
            {"title": "Reserved", "no_ai_use": True},
        ]
        server = PracticeAudius({ARTIST: tracks, OTHER: [{"title": "Kessel"}]}, now=self.now)
        server.edit(server.user(ARTIST)["id"], allow_ai_attribution=True)
        return server

    def credentials(self) -> Credentials:
        return Credentials(tokens=tokens(self.server.oauth, self.fake_clock.wall))

    def expire(self) -> None:
        self.server.oauth.expire(ARTIST)

    def revoke(self) -> None:
        self.server.oauth.sign_out(ARTIST)

    def untouched(self) -> Any:
        account = without(self.server.user(ARTIST), "allow_ai_attribution")
        return account, [without(track, "no_ai_use") for track in self.server.tracks(ARTIST)]

    @property
    def secrets(self) -> set[str]:
        return self.server.oauth.issued


RIGS: dict[str, Callable[[FakeClock], Rig]] = {
    "soundcloud": SoundCloudRig,
    "bluesky": BlueskyRig,
    "youtube": YouTubeRig,
    "audius": AudiusRig,
    "internet_archive": InternetArchiveRig,
    "peertube": PeerTubeRig,
    "funkwhale": FunkwhaleRig,
}
