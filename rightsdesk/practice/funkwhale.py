"""A practice Funkwhale server with made-up accounts, tracks and edits.

Behaves as Funkwhale's API and its code say: paged lists without descriptions, edits (“mutations”)
that a worker applies later, single-word tags that are dropped from the thirty-first on, and errors
in the words of Django REST framework.
"""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from rightsdesk.practice.faults import FaultKind
from rightsdesk.practice.http import PracticeServer, Reply, Request

API = "/api/v1"
TAG = re.compile(r"^\w+$")
MOST_TAGS = 30
LONGEST_TEXT = 5_000
KINDS = ("text/html", "text/markdown", "text/plain")
EDITABLE = frozenset({"title", "position", "license", "copyright", "tags", "description", "cover"})
SCOPES = frozenset({"read:profile", "read:libraries", "read:edits", "write:edits"})

TrackData = dict[str, Any]


class PracticeFunkwhale(PracticeServer):
    """A practice server with a few accounts, by user name; a track is any of the API's fields.

    Its description can be a plain text. A track that is `attributed_to` another actor is in the
    account's library, but the account cannot edit it. `late` is the number of reads until an edit
    is applied. With `keeps_texts`, an edit to an empty text fails in the worker, as in versions
    that require a text.
    """

    def __init__(self, tracks: Mapping[str, Sequence[Mapping[str, Any]]], *, port: int = 0) -> None:
        super().__init__(port=port)
        self.late = 0
        self.keeps_texts = False
        self.tokens: dict[str, str] = {}
        self.scopes: dict[str, frozenset[str]] = {}
        self.issued: set[str] = set()
        self.edits: list[dict[str, Any]] = []
        self._queue: list[tuple[int, int, TrackData]] = []
        self._tracks: dict[int, TrackData] = {}
        self._owner: dict[int, str] = {}
        for user, given in tracks.items():
            self.new_token(user)
            for track in given:
                number = len(self._tracks) + 1
                self._tracks[number] = _track(number, user, track)
                self._owner[number] = user

    def new_token(self, user: str, scopes: frozenset[str] = SCOPES) -> str:
        """Issue a new access token for an account: the old one ends."""
        token = secrets.token_urlsafe(32)
        with self.lock:
            self.tokens[user], self.scopes[user] = token, scopes
            self.issued.add(token)
        return token

    def tracks(self, user: str) -> list[TrackData]:
        """The tracks in an account's library, as they are now."""
        with self.lock:
            return [dict(t) for number, t in self._tracks.items() if self._owner[number] == user]

    def edit(self, number: int, **values: Any) -> None:
        """Change a track, as a person can on the web site."""
        with self.lock:
            self._tracks[number] |= values

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        user = next((u for u, t in self.tokens.items() if (scheme, t) == ("Bearer", token)), None)
        if scheme and user is None:
            return self.error(401, "Invalid token.")
        path = request.path.removeprefix(API)
        match = re.fullmatch(r"/tracks/(\d+)/(mutations/)?", path)
        match request.method, path:
            case "GET", "/users/me/" if user:
                full = f"{user}@audio.example"
                me = {"id": 1, "username": user, "full_username": full, "name": user.title()}
                return Reply.of_json(me) if self._may(user, "read:profile") else self._denied()
            case "GET", "/tracks/":
                return self._list(request, user)
            case "GET", _ if match and not match[2]:
                return self._one(int(match[1]))
            case "POST", _ if match and match[2] and user:
                return self._mutate(request, int(match[1]), user)
        return self.error(404 if user else 401, "Not found.")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """An error as Django REST framework returns it."""
        return Reply.of_json({"detail": message, **more}, status)

    def _may(self, user: str, scope: str) -> bool:
        return scope in self.scopes[user]

    def _denied(self) -> Reply:
        return self.error(403, "You do not have permission to perform this action.")

    def _list(self, request: Request, user: str | None) -> Reply:
        """All tracks of the server, or with `scope=me` those in the account's libraries."""
        query = request.query
        mine = query.get("scope") == "me"
        channels = query.get("include_channels") == "true"
        found = [
            track
            for number, track in self._tracks.items()
            if (not mine or self._owner[number] == user)
            and (channels or not track["artist"].get("channel"))
        ]
        size = min(int(query.get("page_size", "25")), 50)
        page = 1 if request.has_fault(FaultKind.PAGING_LOOP) else int(query.get("page", "1"))
        listed = found[(page - 1) * size : page * size]
        if page > 1 and not listed:
            return self.error(404, "Invalid page.")
        more = page * size < len(found) or request.has_fault(FaultKind.PAGING_LOOP)
        # As behind a misconfigured proxy: names a host that does not exist.
        following = f"http://funkwhale.invalid{API}/tracks/?page={page + 1}" if more else None
        results = [{k: v for k, v in track.items() if k != "description"} for track in listed]
        answer = {"count": len(found), "next": following, "previous": None, "results": results}
        return Reply.of_json(answer)

    def _one(self, number: int) -> Reply:
        due = [(left - 1, track, new) for left, track, new in self._queue]
        self._queue = [edit for edit in due if edit[0] >= 0]
        for left, track, new in due:
            if left < 0:
                self._tracks[track] |= new
        if number not in self._tracks:
            return self.error(404, "Not found.")
        return Reply.of_json(self._tracks[number])

    def _mutate(self, request: Request, number: int, user: str) -> Reply:
        """Accept an edit; a worker applies it."""
        if number not in self._tracks:
            return self.error(404, "Not found.")
        if not self._may(user, "write:edits"):
            return self._denied()
        try:
            edit = json.loads(request.body)
            payload = {k: v for k, v in edit["payload"].items() if k in EDITABLE}
        except (ValueError, KeyError, TypeError, AttributeError):
            return self.error(400, "Invalid edit.")
        if edit.get("type") != "update" or not payload:
            return Reply.of_json({"payload": ["You must update at least one field"]}, 400)
        approved = edit.get("is_approved") is True
        if approved and self._tracks[number]["attributed_to"]["preferred_username"] != user:
            return self._denied()
        if problem := _problem(payload):
            return Reply.of_json(problem, 400)
        uuid = secrets.token_hex(8)
        taken = {"uuid": uuid, "type": "update", "payload": payload, "is_approved": approved}
        self.edits.append(taken)
        if approved:
            self._work(number, payload)
        return Reply.of_json({**taken, "is_applied": None}, 201)

    def _work(self, number: int, payload: TrackData) -> None:
        new = dict(payload)
        if "tags" in new:
            new["tags"] = sorted(set(new["tags"][:MOST_TAGS]))
        if "description" in new and new["description"]["text"] is None:
            if self.keeps_texts:
                return
            new["description"] = None
        if self.late:
            self._queue.append((self.late, number, new))
        else:
            self._tracks[number] |= new


def _problem(payload: TrackData) -> TrackData | None:
    """What is wrong with a payload, by field."""
    for tag in payload.get("tags", []):
        if not isinstance(tag, str) or not TAG.match(tag):
            return {"tags": {"0": [f'Invalid tag "{tag}"']}}
    if "description" in payload:
        description = payload["description"]
        if not isinstance(description, dict) or description.get("content_type") not in KINDS:
            return {"description": ["This field may not be null."]}
        text = description.get("text")
        if text is not None and not (isinstance(text, str) and text.strip()):
            return {"description": {"text": ["This field may not be blank."]}}
        if text is not None and len(text) > LONGEST_TEXT:
            return {
                "description": {"text": ["Ensure this field has no more than 5000 characters."]}
            }
    return None


def _track(number: int, user: str, given: Mapping[str, Any]) -> TrackData:
    values = dict(given)
    text = values.pop("description", None)
    kind = values.pop("content_type", "text/markdown")
    owner = values.pop("attributed_to", user)
    seconds = values.pop("duration", 120)
    described = {"text": text, "content_type": kind, "html": f"<p>{text}</p>"} if text else None
    return {
        "id": number,
        "fid": f"https://audio.example/federation/music/tracks/{number}",
        "mbid": None,
        "title": f"Track {number}",
        "artist": {"id": 1, "name": user.title()},
        "album": None,
        "position": number,
        "disc_number": None,
        "copyright": None,
        "license": None,
        "cover": None,
        "is_local": True,
        "is_playable": True,
        "tags": [],
        "uploads": [{"uuid": secrets.token_hex(4), "duration": seconds, "is_local": True}],
        "attributed_to": {"preferred_username": owner, "domain": "audio.example"},
        "description": described,
    } | values
