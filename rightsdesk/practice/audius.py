"""A practice Audius with made-up artists and tracks.

Behaves as Audius' API description and SDK say: a token endpoint that reads JSON, pages by offset,
and an index that shows changes a little later. An update may change a track's `no_ai_use` or
silently ignore it (`ignores_tracks`): both are plausible of the real server.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from rightsdesk.practice.faults import FaultKind
from rightsdesk.practice.http import PracticeServer, Reply, Request
from rightsdesk.practice.oauth import AuthorizationServer

CLIENT_ID = "0xpracticeapikey"
WRITABLE = {
    "users": {"allow_ai_attribution": bool, "name": str, "bio": str, "location": str},
    "tracks": {"no_ai_use": bool, "title": str, "description": str, "tags": str, "genre": str},
}

Thing = dict[str, Any]
Content = Mapping[str, Sequence[Mapping[str, Any]]]
"""Tracks by artist. A track is any of the API's fields; missing ones get plain values."""


class PracticeAudius(PracticeServer):
    """A practice Audius with a few accounts.

    `ignores_tracks`: an update of `no_ai_use` is accepted but not applied. `shown_after`: number of
    reads until the index shows a change. `hides_tracks`: tracks come without `no_ai_use`.
    """

    def __init__(
        self,
        catalogue: Content,
        *,
        client_id: str = CLIENT_ID,
        ignores_tracks: bool = False,
        hides_tracks: bool = False,
        shown_after: int = 0,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(port=port)
        self.ignores_tracks = ignores_tracks
        self.hides_tracks = hides_tracks
        self.shown_after = shown_after
        self.oauth = AuthorizationServer(
            service="Audius",
            accounts=tuple(catalogue),
            client_id=client_id,
            now=now,
            scope="write",
        )
        self._users: dict[str, Thing] = {}
        self._tracks: dict[str, Thing] = {}
        self._waiting: list[tuple[int, Thing, Thing]] = []
        for number, (name, tracks) in enumerate(catalogue.items(), 1):
            user = _user(number, name)
            self._users[name] = user
            for track in tracks:
                whole = _track(len(self._tracks) + 1, user, track)
                self._tracks[whole["id"]] = whole

    def user(self, account: str) -> Thing:
        """An account as it is now."""
        with self.lock:
            return deepcopy(self._users[account])

    def tracks(self, account: str) -> list[Thing]:
        """An account's tracks as they are now, newest first."""
        with self.lock:
            return deepcopy(self._own(account))

    def edit(self, number: str, **values: Any) -> None:
        """Change an account or a track, as the artist can on the web site."""
        with self.lock:
            for record in (*self._users.values(), *self._tracks.values()):
                if record["id"] == number and set(values) <= set(record):
                    record |= values

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        path = request.path.removeprefix("/v1")
        match request.method, path:
            case "GET", "/oauth/authorize":
                query = request.query
                if query.get("api_key") != query.get("client_id"):
                    return self.error(400, "api_key is required")
                return self.oauth.authorize(request)
            case "POST", "/oauth/token":
                status, answer = self.oauth.token(_json(request))
                return Reply.of_json(answer, status)
            case "POST", "/oauth/revoke":
                self.oauth.revoke(str(_json(request).get("token")))
                return Reply.of_json({})
        account = self.oauth.account_of(request.headers.get("Authorization", ""), "Bearer")
        parts = path.strip("/").split("/")
        match request.method, parts:
            case "GET", ["me"] if account:
                return self._shown(self._users[account])
            case "GET", ["users", number]:
                return self._one(self._users.values(), number)
            case "GET", ["users", number, "tracks"]:
                return self._list(request, number)
            case "GET", ["tracks", number]:
                return self._one(self._tracks.values(), number)
            case "PUT", [("users" | "tracks") as kind, number] if account:
                return self._update(request, account, kind, number)
        if account is None:
            return self.error(401, "You must be logged in to make this request")
        return self.error(404, "Not Found")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """An error as the API returns it: a number and a sentence."""
        return Reply.of_json({"code": status, "error": message, **more}, status)

    def _own(self, account: str) -> list[Thing]:
        number = self._users[account]["id"]
        own = [track for track in self._tracks.values() if track["user"]["id"] == number]
        return list(reversed(own))

    def _shown(self, record: Thing) -> Reply:
        """A record as the index shows it, which may be a little behind."""
        self._waiting = [(looks - 1, changed, values) for looks, changed, values in self._waiting]
        for looks, changed, values in self._waiting:
            if looks < 0:
                changed |= values
        self._waiting = [entry for entry in self._waiting if entry[0] >= 0]
        return Reply.of_json({"data": self._without_hidden(record)})

    def _without_hidden(self, record: Thing) -> Thing:
        return {n: v for n, v in record.items() if n != "no_ai_use" or not self.hides_tracks}

    def _one(self, records: Any, number: str) -> Reply:
        found = next((record for record in records if record["id"] == number), None)
        return self._shown(found) if found else self.error(404, "Not Found")

    def _list(self, request: Request, number: str) -> Reply:
        limit, offset = request.query.get("limit", "20"), request.query.get("offset", "0")
        name = next((n for n, user in self._users.items() if user["id"] == number), None)
        if name is None:
            return self.error(404, "Not Found")
        if not (limit.isdigit() and offset.isdigit() and 1 <= int(limit) <= 100):
            return self.error(400, "limit must be from 1 to 100")
        start = 0 if request.has_fault(FaultKind.PAGING_LOOP) else int(offset)
        page = self._own(name)[start : start + int(limit)]
        return Reply.of_json({"data": [self._without_hidden(track) for track in page]})

    def _update(self, request: Request, account: str, kind: str, number: str) -> Reply:
        """Set the known fields of the request. The answer describes a ledger entry, not the
        change."""
        own = [self._users[account]] if kind == "users" else self._own(account)
        record = next((candidate for candidate in own if candidate["id"] == number), None)
        if request.query.get("user_id") != self._users[account]["id"]:
            return self.error(403, "You are not authorized to act for this user")
        if record is None:
            return self.error(404, "Not Found")
        body = _json(request)
        writable = WRITABLE[kind]
        for name, value in body.items():
            if name in writable and not isinstance(value, writable[name]):
                return self.error(400, f"{name} is not valid")
        ignored = {"no_ai_use"} if self.ignores_tracks else set()
        values = {n: v for n, v in body.items() if n in writable and n not in ignored}
        if self.shown_after:
            self._waiting.append((self.shown_after, record, values))
        else:
            record |= values
        receipt = {"transaction_hash": "0x5a", "block_hash": "0x5b", "block_number": 1}
        return Reply.of_json(receipt)


def _json(request: Request) -> dict[str, Any]:
    if not request.headers.get("Content-Type", "").startswith("application/json"):
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _user(number: int, name: str) -> Thing:
    handle = "".join(letter for letter in name.lower() if letter.isalnum())
    return {
        "id": f"u{number}P5n",
        "handle": handle,
        "name": name,
        "bio": None,
        "location": None,
        "is_verified": False,
        "follower_count": 0,
        "allow_ai_attribution": False,
    }


def _track(number: int, user: Thing, given: Mapping[str, Any]) -> Thing:
    title = str(given.get("title", f"Track {number}"))
    slug = "-".join(title.lower().split())
    return {
        "id": f"t{number}Xq",
        "title": title,
        "user": {name: user[name] for name in ("id", "handle", "name")},
        "permalink": f"/{user['handle']}/{slug}",
        "description": None,
        "tags": "",
        "genre": "Electronic",
        "license": "All rights reserved",
        "isrc": None,
        "duration": 201,
        "is_unlisted": False,
        "no_ai_use": False,
        "updated_at": "2024-05-01T10:00:00Z",
    } | dict(given)
