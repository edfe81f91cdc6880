"""A practice PeerTube server with made-up accounts and videos.

Behaves as PeerTube's REST API reference and its code say: a public client id, password and refresh
grants, partial updates as forms with files, and problems as in RFC 7807. Lists omit tags and
shorten descriptions.
"""

import secrets
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from rightsdesk.practice.faults import FaultKind
from rightsdesk.practice.http import PracticeServer, Reply, Request
from rightsdesk.practice.oauth import AuthorizationServer

API = "/api/v1"
DOCS = "https://docs.joinpeertube.org/api-rest-reference.html#section/Errors"
MOST_TAGS, SHORTEST_TAG, LONGEST_TAG = 5, 2, 30
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 3, 10_000
CUT_AT = 250
"""Length of a shortened description in a list, including its ellipsis."""

Video = dict[str, Any]


class PracticePeerTube(PracticeServer):
    """A practice server with a few accounts, by user name; a video is any of the API's fields.

    `two_factor` are the accounts with a second step at sign-in. With `old`, the server also
    shortens descriptions of single videos, as versions before 5 did.
    """

    def __init__(
        self,
        videos: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        old: bool = False,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(port=port)
        self.old = old
        self.two_factor: set[str] = set()
        self.passwords = {user: f"practice-password-{secrets.token_hex(6)}" for user in videos}
        self.oauth = AuthorizationServer(
            service="PeerTube",
            accounts=tuple(videos),
            client_id=secrets.token_hex(16),
            client_secret=secrets.token_hex(16),
            now=now,
        )
        self._videos: dict[str, Video] = {}
        self._owner: dict[str, str] = {}
        for user, given in videos.items():
            for number, fields in enumerate(given, 1):
                video = _video(user, number, fields)
                self._videos[video["uuid"]] = video
                self._owner[video["uuid"]] = user

    @property
    def issued(self) -> set[str]:
        """Every secret issued, so that a test can search for one where it must not be."""
        return {*self.oauth.issued, *self.passwords.values()}

    def videos(self, user: str) -> list[Video]:
        """An account's videos as they are now, newest first."""
        with self.lock:
            own = [dict(v) for v in self._videos.values() if self._owner[v["uuid"]] == user]
            return own[::-1]

    def edit(self, name: str, **values: Any) -> None:
        """Change a video, by its UUID, as the artist can on the web site."""
        with self.lock:
            self._videos[name] |= values

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        match request.method, request.path.removeprefix(API):
            case "GET", "/oauth-clients/local":
                client = {"client_id": self.oauth.client_id}
                return Reply.of_json(client | {"client_secret": self.oauth.client_secret})
            case "POST", "/users/token":
                return self._token(request.form)
        user = self.oauth.account_of(request.headers.get("Authorization", ""), "Bearer")
        match request.method, request.path.removeprefix(API):
            case "GET", path if path.startswith("/videos/"):
                return self._one(path.removeprefix("/videos/"), user)
            case _ if user is None:
                return self.error(401, "Token is invalid", code="invalid_token")
            case "GET", "/users/me":
                return Reply.of_json(self._me(user))
            case "GET", "/users/me/videos":
                return self._list(request, user)
            case "POST", "/users/revoke-token":
                self.oauth.sign_out(user)
                return Reply.of_json({"redirectUrl": None})
            case "PUT", path if path.startswith("/videos/"):
                return self._update(request, path.removeprefix("/videos/"), user)
        return self.error(404, "Not found")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """A problem (RFC 7807)."""
        code = more.get("code", "")
        problem = {"type": f"{DOCS}/{code}" if code else "about:blank", "title": "Problem"}
        answer = {**problem, "status": status, "detail": message, "error": message, **more}
        whole = Reply.of_json(answer, status)
        return Reply(status, whole.body, {"Content-Type": "application/problem+json"})

    def _token(self, form: dict[str, str]) -> Reply:
        if form.get("grant_type") == "refresh_token":
            status, answer = self.oauth.token(form)
        elif form.get("client_secret") != self.oauth.client_secret:
            status, answer = 400, {"error": "invalid_client"}
        elif self.passwords.get(form.get("username", "")) != form.get("password"):
            status, answer = 400, {"error": "invalid_grant"}
        elif form["username"] in self.two_factor:
            status, answer = 401, {"error": "missing_two_factor"}
        else:
            status, answer = 200, self.oauth.sign_in(form["username"])
        if status >= 400:
            return self.error(status, "The sign-in was refused", code=str(answer["error"]))
        return Reply.of_json(
            {**answer, "token_type": "Bearer", "refresh_token_expires_in": 1209600}
        )

    def _me(self, user: str) -> Video:
        account = {
            "name": user,
            "displayName": user.title(),
            "url": f"https://tube.example/a/{user}",
        }
        return {"id": 1, "username": user, "email": f"{user}@label.example", "account": account}

    def _list(self, request: Request, user: str) -> Reply:
        query = request.query
        start, count = query.get("start", "0"), query.get("count", "15")
        if not (start.isdigit() and count.isdigit() and int(count) <= 100):
            return self.error(400, "count must be at most 100")
        own = self.videos(user)
        first = 0 if request.has_fault(FaultKind.PAGING_LOOP) else int(start)
        page = own[first : first + int(count)]
        total = len(own) + (1000 if request.has_fault(FaultKind.PAGING_LOOP) else 0)
        listed = [{k: v for k, v in _cut(video).items() if k != "tags"} for video in page]
        return Reply.of_json({"total": total, "data": listed})

    def _one(self, path: str, user: str | None) -> Reply:
        name, _, rest = path.partition("/")
        video = self._videos.get(name)
        hidden = video is not None and video["privacy"]["id"] == 3 and self._owner[name] != user
        if video is None or hidden or rest not in ("", "description"):
            return self.error(404, "Video not found")
        if rest:
            return Reply.of_json({"description": video["description"]})
        if self.old:
            return Reply.of_json(_cut(video, old=True))
        return Reply.of_json(video | {"truncatedDescription": _cut(video)["description"]})

    def _update(self, request: Request, name: str, user: str) -> Reply:
        """Validate the fields of the request and set them."""
        if name not in self._videos:
            return self.error(404, "Video not found")
        if self._owner[name] != user:
            return self.error(403, "Cannot manage a video of another user.")
        try:
            form = _multipart(request)
        except ValueError as error:
            return self.error(400, str(error))
        values: Video = {}
        if tags := form.pop("tags[]", None) or form.pop("tags", None):
            values["tags"] = [] if tags == ["null"] else tags
            sizes = [SHORTEST_TAG <= len(tag) <= LONGEST_TAG for tag in values["tags"]]
            if len(sizes) > MOST_TAGS or not all(sizes):
                return self.error(400, "Should have an array of up to 5 tags between 2 and 30")
        if texts := form.pop("description", None):
            text = None if texts == ["null"] else texts[0]
            values["description"] = text
            if text and not SHORTEST_DESCRIPTION <= len(text) <= LONGEST_DESCRIPTION:
                return self.error(400, "Should have a valid description")
        if form:
            return self.error(400, f"This practice server does not know {', '.join(form)}")
        self._videos[name] |= values
        return Reply(204)


def _multipart(request: Request) -> dict[str, list[str]]:
    """The fields of a `multipart/form-data` body (RFC 7578). Raises ValueError for any other
    body."""
    kind = request.headers.get("Content-Type", "")
    if not kind.startswith("multipart/form-data"):
        raise ValueError("The body has to be multipart/form-data")
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    fields: dict[str, list[str]] = {}
    for part in message_from_bytes(head + request.body, policy=HTTP).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        body = part.get_payload(decode=True)
        fields.setdefault(name, []).append(body.decode() if isinstance(body, bytes) else "")
    return fields


def _cut(video: Video, *, old: bool = False) -> Video:
    text = video["description"]
    short = text if text is None or len(text) <= CUT_AT else text[: CUT_AT - 3] + "..."
    return video | {"description": short} | ({} if old else {"truncatedDescription": short})


def _video(user: str, number: int, given: Mapping[str, Any]) -> Video:
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{user}/{number}"))
    return {
        "id": number,
        "uuid": name,
        "shortUUID": name[:22],
        "url": f"https://tube.example/w/{name}",
        "name": f"Video {number}",
        "category": {"id": 1, "label": "Music"},
        "licence": {"id": None, "label": "Unknown"},
        "language": {"id": None, "label": "Unknown"},
        "privacy": {"id": 1, "label": "Public"},
        "nsfw": False,
        "description": None,
        "support": None,
        "tags": [],
        "duration": 120,
        "commentsPolicy": {"id": 1, "label": "Enabled"},
        "downloadEnabled": True,
        "channel": {"name": f"{user}_channel", "displayName": user.title()},
    } | dict(given)
