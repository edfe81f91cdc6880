"""A practice YouTube with made-up channels and videos.

Behaves as the Data API's description says, including its traps. An update replaces every changeable
property of the parts that it names, so omitted ones are deleted. Calls cost units of a daily quota.
Anybody can read who may train on a public video, and no program can set it. One server stands for
Google's three hosts.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from rightsdesk.practice.faults import FaultKind
from rightsdesk.practice.http import PracticeServer, Reply, Request
from rightsdesk.practice.oauth import AuthorizationServer

CLIENT_ID, CLIENT_SECRET = "practice-client.apps", "practice-app-secret"
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"

Video = dict[str, Any]
Content = Mapping[str, Sequence[Mapping[str, Any]]]
"""Videos by channel. A video may have `permitted`, and members of its `snippet`, `status` and
`contentDetails`; missing ones get plain values."""

MUTABLE = {
    "snippet": ("title", "description", "tags", "categoryId", "defaultLanguage"),
    "status": ("privacyStatus", "license", "embeddable", "publicStatsViewable"),
}
DETAILS = ("duration", "definition")
_REASONS = {
    400: ("invalidParameter", "youtube.parameter"),
    401: ("authError", "global"),
    403: ("forbidden", "youtube.common"),
    404: ("notFound", "youtube.common"),
    429: ("rateLimitExceeded", "usageLimits"),
}


class PracticeYouTube(PracticeServer):
    """A practice YouTube with a few channels; `units` are left of today's quota, None is no
    limit."""

    def __init__(
        self,
        catalogue: Content,
        *,
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
        units: int | None = None,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(port=port)
        self.units = units
        self.oauth = AuthorizationServer(
            service="YouTube",
            accounts=tuple(catalogue),
            client_id=client_id,
            client_secret=client_secret,
            now=now,
            token_prefix="ya29",
            rotates=False,
            scope=SCOPE,
            revokes_all=True,
        )
        self._channels: dict[str, str] = {}
        self._videos: dict[str, Video] = {}
        for number, (name, videos) in enumerate(catalogue.items(), 1):
            self._channels[name] = f"{number:022d}"
            for video in videos:
                whole = _video(len(self._videos) + 1, name, self._channels[name], video)
                self._videos[whole["id"]] = whole

    def videos(self, channel: str) -> list[Video]:
        """A channel's videos as they are now, newest first, without who may train on them."""
        with self.lock:
            return deepcopy([_shown(video) for video in self._own(channel)])

    def edit(self, number: str, **values: Any) -> None:
        """Change a video, as the artist can in YouTube Studio; None deletes a member."""
        with self.lock:
            video = self._videos[number]
            for name, value in values.items():
                part = next((p for p in ("snippet", "status") if name in video[p]), "snippet")
                if name == "permitted":
                    video["permitted"] = value
                elif value is None:
                    video[part].pop(name, None)
                else:
                    video[part][name] = value
            _stamp(video)

    def delete(self, number: str) -> None:
        """Delete a video."""
        with self.lock:
            del self._videos[number]

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        path = request.path.removeprefix("/youtube/v3")
        match request.method, path:
            case "GET", "/o/oauth2/v2/auth":
                return self.oauth.authorize(request)
            case "POST", "/token":
                status, answer = self.oauth.token(request.form)
                return Reply.of_json(answer, status)
            case "POST", "/revoke":
                revoked = self.oauth.revoke(request.form.get("token", ""))
                return (
                    Reply.of_json({}) if revoked else Reply.of_json({"error": "invalid_token"}, 400)
                )
            case "GET", "/videoTrainability":
                return self._trainability(request.query.get("id", ""))
        channel = self.oauth.account_of(request.headers.get("Authorization", ""), "Bearer")
        if channel is None:
            return self.error(401, "Request had invalid authentication credentials.")
        if reply := self._charge(50 if request.method == "PUT" else 1):
            return reply
        match request.method, path:
            case "GET", "/channels":
                return self._channel(request, channel)
            case "GET", "/playlistItems":
                return self._uploads(request, channel)
            case "GET", "/videos":
                return self._list(request, channel)
            case "PUT", "/videos":
                return self._update(request, channel)
        return self.error(404, "Not Found")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """Google's error envelope: the cause is a word in a list inside it."""
        reason, domain = _REASONS.get(status, ("backendError", "global"))
        first = {"message": message, "domain": domain, "reason": more.pop("reason", reason), **more}
        error = {"code": status, "message": message, "errors": [first]}
        return Reply.of_json({"error": error}, status)

    def _charge(self, units: int) -> Reply | None:
        """Charge a call to the quota, even if the call is refused afterwards."""
        if self.units is None:
            return None
        if self.units < units:
            message = "The request cannot be completed because you have exceeded your quota."
            return self.error(403, message, reason="quotaExceeded", domain="youtube.quota")
        self.units -= units
        return None

    def _own(self, channel: str) -> list[Video]:
        number = f"UC{self._channels[channel]}"
        own = [v for v in self._videos.values() if v["snippet"]["channelId"] == number]
        return list(reversed(own))

    def _trainability(self, number: str) -> Reply:
        video = self._videos.get(number)
        if video is None or video["status"]["privacyStatus"] != "public":
            return self.error(404, "The video that you are trying to look up cannot be found.")
        kind = "youtube#videoTrainability"
        permitted = video["permitted"]
        return Reply.of_json({"kind": kind, "etag": "t", "videoId": number, "permitted": permitted})

    def _channel(self, request: Request, channel: str) -> Reply:
        if request.query.get("mine") != "true":
            return self.error(400, "No filter selected.", reason="missingRequiredParameter")
        number = self._channels[channel]
        handle = "@" + "".join(letter for letter in channel.lower() if letter.isalnum())
        whole = {
            "kind": "youtube#channel",
            "etag": "c",
            "id": f"UC{number}",
            "snippet": {"title": channel, "customUrl": handle},
            "contentDetails": {"relatedPlaylists": {"likes": "LL", "uploads": f"UU{number}"}},
        }
        return _page("channel", [_parts(whole, request)], total=1)

    def _uploads(self, request: Request, channel: str) -> Reply:
        query = request.query
        most, start = query.get("maxResults", "5"), query.get("pageToken", "0")
        own = self._own(channel)
        if query.get("playlistId") != f"UU{self._channels[channel]}" or not own:
            message = "The playlist identified with the request's playlistId cannot be found."
            return self.error(404, message, reason="playlistNotFound")
        if not (most.isdigit() and int(most) <= 50 and start.isdigit()):
            return self.error(400, "The request specifies an invalid page token.")
        page = own[int(start) : int(start) + int(most)]
        items = [
            {
                "kind": "youtube#playlistItem",
                "etag": "p",
                "id": f"PL{video['id']}",
                "contentDetails": {"videoId": video["id"]},
            }
            for video in page
        ]
        end = int(start) + len(page)
        following = str(end) if end < len(own) else ""
        if request.has_fault(FaultKind.EMPTY_PAGE):
            items, following = [], str(int(start) + 1)
        if request.has_fault(FaultKind.PAGING_LOOP):
            following = start
        return _page("playlistItem", items, total=len(own), following=following)

    def _list(self, request: Request, channel: str) -> Reply:
        ids = request.query.get("id", "").split(",")
        if len(ids) > 50:
            return self.error(400, "The request specifies too many ids.")
        own = {video["id"] for video in self._own(channel)}
        found = [
            video
            for number in ids
            if (video := self._videos.get(number))
            and (number in own or video["status"]["privacyStatus"] == "public")
        ]
        return _page("video", [_parts(_shown(video), request) for video in found])

    def _update(self, request: Request, channel: str) -> Reply:
        """Replace the changeable properties of the named parts; omitted ones are deleted."""
        try:
            body = json.loads(request.body)
        except ValueError:
            return self.error(400, "Parse error", reason="parseError")
        video = self._videos.get(str(body.get("id")))
        parts = request.query.get("part", "").split(",")
        if video is None:
            return self.error(404, "The video cannot be found.", reason="videoNotFound")
        if video not in self._own(channel):
            return self.error(403, "The request is not properly authorized.")
        for part in parts:
            sent = body.get(part, {})
            if part == "snippet" and (problem := _refused(sent)):
                return self.error(400, "The request metadata is invalid.", reason=problem)
            for name in MUTABLE.get(part, ()):
                video[part].pop(name, None)
                if name in sent:
                    video[part][name] = sent[name]
        snippet = video["snippet"]
        snippet.setdefault("description", "")
        if not snippet.get("tags"):
            snippet.pop("tags", None)
        snippet["localized"] = {name: snippet[name] for name in ("title", "description")}
        _stamp(video)
        return Reply.of_json(_parts(_shown(video), request))


def _refused(snippet: Mapping[str, Any]) -> str:
    """The error code of a snippet; "" if it is valid."""
    tags = snippet.get("tags", [])
    length = sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(len(tags) - 1, 0)
    description = snippet.get("description", "")
    if not snippet.get("title"):
        return "invalidTitle"
    if not snippet.get("categoryId"):
        return "invalidCategoryId"
    if length > 500:
        return "invalidTags"
    if len(description.encode()) > 5000 or "<" in description or ">" in description:
        return "invalidDescription"
    return ""


def _page(
    kind: str, items: Sequence[Any], *, total: int | None = None, following: str = ""
) -> Reply:
    count = len(items) if total is None else total
    page = {
        "kind": f"youtube#{kind}ListResponse",
        "etag": "l",
        "pageInfo": {"totalResults": count, "resultsPerPage": len(items)},
        "items": list(items),
    }
    return Reply.of_json(page | ({"nextPageToken": following} if following else {}))


def _parts(whole: Mapping[str, Any], request: Request) -> Video:
    """Only the requested parts."""
    wanted = request.query.get("part", "").split(",")
    always = ("kind", "etag", "id")
    return {name: value for name, value in whole.items() if name in wanted or name in always}


def _shown(video: Mapping[str, Any]) -> Video:
    return {name: value for name, value in video.items() if name != "permitted"}


def _stamp(video: Video) -> None:
    content = json.dumps(_shown(video) | {"etag": ""}, sort_keys=True)
    video["etag"] = hashlib.sha256(content.encode()).hexdigest()[:27]


def _video(number: int, channel: str, channel_number: str, given: Mapping[str, Any]) -> Video:
    """A complete video: the API's fields, overlaid with the catalogue's."""
    name = f"video{number:06d}"
    picture = {"url": f"https://i.ytimg.com/vi/{name}/default.jpg", "width": 120, "height": 90}
    snippet = {
        "publishedAt": "2024-05-01T10:00:00Z",
        "channelId": f"UC{channel_number}",
        "title": f"Video {number}",
        "description": "",
        "thumbnails": {"default": picture},
        "channelTitle": channel,
        "categoryId": "10",
        "liveBroadcastContent": "none",
        "defaultLanguage": "en",
        "defaultAudioLanguage": "de",
    }
    status = {
        "uploadStatus": "processed",
        "privacyStatus": "public",
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
        "madeForKids": False,
        "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": False,
    }
    rest = {n: v for n, v in given.items() if n not in ("id", "permitted", *DETAILS)}
    snippet |= {n: v for n, v in rest.items() if n not in status}
    status |= {n: v for n, v in rest.items() if n in status}
    snippet["localized"] = {n: snippet[n] for n in ("title", "description")}
    details = {"duration": "PT3M21S", "definition": "hd"}
    video = {
        "kind": "youtube#video",
        "etag": "",
        "id": str(given.get("id", name)),
        "snippet": snippet,
        "status": status,
        "contentDetails": details | {n: given[n] for n in DETAILS if n in given},
        "permitted": list(given.get("permitted", ["none"])),
    }
    _stamp(video)
    return video
