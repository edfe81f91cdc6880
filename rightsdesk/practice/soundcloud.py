"""A practice SoundCloud with made-up artists and tracks.

Behaves as SoundCloud's OpenAPI description and guide say: paths, formats, paging by cursor, the
scheme “OAuth” in the header, single-use refresh tokens. Machine tags are stored, but no GET shows
them, as on the real server (soundcloud/api issue 340). One server stands for both of SoundCloud's
hosts.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlencode

from rightsdesk.practice.faults import FaultKind
from rightsdesk.practice.http import PracticeServer, Reply, Request
from rightsdesk.practice.oauth import AuthorizationServer

CLIENT_ID = "practice-client"
REDIRECT_URI = "http://127.0.0.1:8765/callback"
LINK = "https://developers.soundcloud.com/docs/api/explorer/open-api"
LICENSES = frozenset(
    {"no-rights-reserved", "all-rights-reserved", "cc-by", "cc-by-nc", "cc-by-nd", "cc-by-sa"}
    | {"cc-by-nc-nd", "cc-by-nc-sa"}
)
TAG = re.compile(r'"[^"]*"|[^\s"]+')
MACHINE_TAG = re.compile(r'"?[^\s":=]+:[^\s":=]+=')
TEXTS = frozenset(
    {"title", "permalink", "sharing", "embeddable_by", "purchase_url", "description", "genre"}
    | {"tag_list", "label_name", "release", "release_date", "license", "isrc"}
)
SWITCHES = frozenset(
    {"streamable", "downloadable", "commentable", "reveal_stats", "reveal_comments"}
)

TrackData = dict[str, Any]
Content = Mapping[str, Sequence[Mapping[str, Any]]]
"""Tracks by artist. A track is any of the API's fields; missing ones get plain values."""


class PracticeSoundCloud(PracticeServer):
    """A practice SoundCloud with a few accounts; `oauth` signs them in and ends their sessions.

    `redirect_uris` are the ones registered for the app; None accepts any on this computer.
    """

    def __init__(
        self,
        catalogue: Content,
        *,
        client_id: str = CLIENT_ID,
        client_secret: str = "",
        redirect_uris: Sequence[str] | None = (REDIRECT_URI,),
        auto_approve: bool = False,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(port=port)
        self.oauth = AuthorizationServer(
            service="SoundCloud",
            accounts=tuple(catalogue),
            client_id=client_id,
            client_secret=client_secret,
            redirect_uris=redirect_uris,
            auto_approve=auto_approve,
            now=now,
        )
        self._tracks: dict[str, TrackData] = {}
        self._users: dict[str, TrackData] = {}
        for number, (name, tracks) in enumerate(catalogue.items(), 1):
            self._users[name] = _user(number, name)
            for track in tracks:
                whole = _track(len(self._tracks) + 1, self._users[name], track)
                self._tracks[whole["urn"]] = whole

    def tracks(self, account: str) -> list[TrackData]:
        """An account's tracks as they are now, newest first."""
        with self.lock:
            return [dict(track) for track in self._own(account)]

    def edit(self, urn: str, **values: Any) -> None:
        """Change a track, as the artist can on the web site."""
        with self.lock:
            self._tracks[urn] |= values

    def revoke(self, account: str) -> None:
        """Revoke the app's access, as an artist can on the web site."""
        with self.lock:
            self.oauth.sign_out(account)

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        path = unquote(request.path)
        match request.method, path:
            case "GET", "/authorize":
                return self.oauth.authorize(request)
            case "POST", "/oauth/token":
                status, answer = self.oauth.token(request.form)
                if status >= 400:
                    return self.error(status, str(answer["error"]))
                return Reply.of_json(answer)
        account = self.oauth.account_of(request.headers.get("Authorization", ""), "OAuth")
        if account is None:
            return self.error(401, "The access token is missing, wrong or expired")
        match request.method, path:
            case "GET", "/me":
                return Reply.of_json(self._me(account))
            case "GET", "/me/tracks":
                return self._list(request, account)
            case "POST", "/sign-out":
                self.oauth.revoke(request.headers["Authorization"].partition(" ")[2])
                return Reply(200)
            case method, _ if path.startswith("/tracks/"):
                return self._one(request, method, path.removeprefix("/tracks/"), account)
        return self.error(404, "There is nothing here")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """The API's `Error` schema."""
        return Reply.of_json({"code": status, "message": message, "link": LINK, **more}, status)

    def _own(self, account: str) -> Iterator[TrackData]:
        user = self._users[account]["urn"]
        return (t for t in reversed(self._tracks.values()) if t["user"]["urn"] == user)

    def _me(self, account: str) -> TrackData:
        own = list(self._own(account))
        return self._users[account] | {
            "track_count": sum(track["sharing"] == "public" for track in own),
            "private_tracks_count": sum(track["sharing"] == "private" for track in own),
            "quota": {
                "unlimited_upload_quota": False,
                "upload_seconds_used": 0,
                "upload_seconds_left": 10800,
            },
            "upload_seconds_left": 10800,
            "subscriptions": [],
            "locale": None,
        }

    def _list(self, request: Request, account: str) -> Reply:
        """Own tracks, page by page; the cursor is the id of the last track returned."""
        query = request.query
        limit, cursor = query.get("limit", "50"), query.get("cursor", "0")
        if not (re.fullmatch(r"[1-9]\d{0,2}", limit) and int(limit) <= 200 and cursor.isdigit()):
            return self.error(400, "limit has to be from 1 to 200")
        tracks = list(self._own(account))
        if query.get("sort", query.get("order", query.get("direction"))) == "asc":
            tracks.reverse()
        urns = [track["urn"] for track in tracks]
        after = f"soundcloud:tracks:{cursor}"
        start = urns.index(after) + 1 if after in urns else 0
        page = [_shown(track) for track in tracks[start : start + int(limit)]]
        if request.has_fault(FaultKind.NULL_TAGS):
            page = [track | {"tag_list": None} for track in page]
        if query.get("linked_partitioning", "").lower() not in ("true", "1"):
            return Reply.of_json(page)
        here = {name: value for name, value in query.items() if name not in ("cursor", "empty")}
        answer: TrackData = {"collection": page}
        if start + len(page) < len(tracks):
            answer["next_href"] = self._href(here | {"cursor": page[-1]["urn"].split(":")[-1]})
        if request.has_fault(FaultKind.EMPTY_PAGE):
            empty = int(query.get("empty", "0")) + 1
            answer = {"collection": [], "next_href": self._href(query | {"empty": str(empty)})}
        if request.has_fault(FaultKind.PAGING_LOOP):
            answer["next_href"] = self._href(query)
        if request.fault and request.has_fault(FaultKind.FOREIGN_NEXT):
            answer["next_href"] = request.fault.to
        return Reply.of_json(answer)

    def _href(self, query: Mapping[str, str]) -> str:
        return f"{self.base_url}/me/tracks?{urlencode(query)}"

    def _one(self, request: Request, method: str, urn: str, account: str) -> Reply:
        track = self._tracks.get(urn)
        is_own = track is not None and track["user"]["urn"] == self._users[account]["urn"]
        if track is None or not (is_own or (method == "GET" and track["sharing"] == "public")):
            return self.error(404, "There is no such track")
        match method:
            case "GET":
                nulls = {"tag_list": None} if request.has_fault(FaultKind.NULL_TAGS) else {}
                return Reply.of_json(_shown(track) | nulls)
            case "PUT":
                return self._update(request, track)
            case "DELETE":
                del self._tracks[urn]
                return Reply.of_json({"status": "200 - OK"})
        return self.error(404, "There is nothing here")

    def _update(self, request: Request, track: TrackData) -> Reply:
        """Validate the fields of the request and set them."""
        if not request.headers.get("Content-Type", "").startswith("application/json"):
            return self.error(400, "The body has to be JSON")
        try:
            values = json.loads(request.body)["track"]
        except (ValueError, KeyError, TypeError):
            return self.error(400, 'The body has to be {"track": {…}}')
        if not isinstance(values, dict):
            return self.error(400, 'The body has to be {"track": {…}}')
        for name, value in values.items():
            fits = (
                (name in TEXTS and isinstance(value, str))
                or (name in SWITCHES and isinstance(value, bool))
            ) and (name != "license" or value in LICENSES)
            if not fits:
                return self.error(400, f"The value of {name} is not valid")
        track |= {name: value for name, value in values.items() if name != "release_date"}
        return Reply.of_json(track)


def _shown(track: TrackData) -> TrackData:
    """A track as a GET returns it: without its machine tags (soundcloud/api issue 340)."""
    tags = track["tag_list"]
    if not isinstance(tags, str):
        return track
    return track | {"tag_list": " ".join(t for t in TAG.findall(tags) if not MACHINE_TAG.match(t))}


def _user(number: int, name: str) -> TrackData:
    permalink = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or f"user-{number}"
    return {
        "avatar_url": "https://i1.sndcdn.com/avatars.jpg",
        "city": "Hamburg",
        "country": "Germany",
        "created_at": "2018/01/01 12:08:25 +0000",
        "description": None,
        "discogs_name": None,
        "first_name": name,
        "last_name": "",
        "full_name": name,
        "followers_count": 0,
        "followings_count": 0,
        "urn": f"soundcloud:users:{1000 + number}",
        "kind": "user",
        "last_modified": "2020/01/03 12:08:25 +0000",
        "permalink": permalink,
        "permalink_url": f"https://soundcloud.com/{permalink}",
        "plan": "Free",
        "playlist_count": 0,
        "public_favorites_count": 0,
        "reposts_count": 0,
        "track_count": 0,
        "uri": f"https://api.soundcloud.com/users/{1000 + number}",
        "username": name,
        "website": None,
        "website_title": None,
    }


def _track(number: int, user: TrackData, given: Mapping[str, Any]) -> TrackData:
    """A complete track: the API's own example, overlaid with the catalogue's fields."""
    title = str(given.get("title", f"Track {number}"))
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or f"track-{number}"
    urn = str(given.get("urn", f"soundcloud:tracks:{300_000_000 + number}"))
    uri = f"https://api.soundcloud.com/tracks/{urn.split(':')[-1]}"
    return {
        "kind": "track",
        "title": title,
        "urn": urn,
        "uri": uri,
        "user": user,
        "permalink_url": f"{user['permalink_url']}/{slug}",
        "stream_url": f"{uri}/stream",
        "download_url": None,
        "artwork_url": "https://i1.sndcdn.com/artworks-large.jpg",
        "waveform_url": "https://wave.sndcdn.com/someString.png",
        "secret_uri": None,
        "available_country_codes": None,
        "bpm": None,
        "key_signature": None,
        "genre": "",
        "tag_list": "",
        "description": None,
        "isrc": None,
        "label_name": "",
        "purchase_title": None,
        "purchase_url": None,
        "release": None,
        "license": "all-rights-reserved",
        "sharing": "public",
        "embeddable_by": "all",
        "duration": 40_000,
        "created_at": "2019/01/15 15:40:49 +0000",
        "commentable": True,
        "downloadable": False,
        "streamable": True,
        "reveal_stats": True,
        "reveal_comments": True,
        "access": "playable",
        "comment_count": 0,
        "download_count": 0,
        "favoritings_count": 0,
        "playback_count": 0,
        "reposts_count": 0,
        "user_favorite": False,
        "user_playback_count": 0,
    } | dict(given)
