"""A practice Internet Archive: made-up items, metadata, a search, and keys.

Behaves as the Archive's Metadata API and its own client (github.com/jjjake/internetarchive) say.
Writes are JSON Patches in a form with the keys. The Metadata API shows them at once, although the
task that applies them waits in a queue. One server stands for both of the Archive's hosts.
"""

import copy
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rightsdesk.practice.faults import FaultKind
from rightsdesk.practice.http import PracticeServer, Reply, Request

Metadata = dict[str, Any]
SCRAPE = "/services/search/v1/scrape"


@dataclass(frozen=True, slots=True)
class S3Keys:
    """A pair of S3 keys with its account."""

    access: str
    secret: str = field(repr=False)
    username: str
    screenname: str


class PracticeInternetArchive(PracticeServer):
    """A practice archive with a few accounts, named by e-mail address.

    `items` are each account's metadata; missing fields get plain values. `page` is the page size of
    the search. While `lagging` is above zero, a write is accepted but does not show for that many
    reads. `issued` holds every secret key, so that a test can search for one where it must not be.
    """

    def __init__(
        self,
        items: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        page: int = 1000,
        port: int = 0,
    ) -> None:
        super().__init__(port=port)
        self.page = page
        self.lagging = 0
        self.keys: dict[str, S3Keys] = {}
        self.issued: set[str] = set()
        self._items: dict[str, Metadata] = {}
        self._files: dict[str, list[Metadata]] = {}
        self._uploader: dict[str, str] = {}
        self._queue: list[tuple[int, str, Metadata]] = []
        self._tasks = 4_000_000_000
        for user, given in items.items():
            self.new_keys(user)
            for item in given:
                self._add(user, dict(item))

    def new_keys(self, user: str) -> S3Keys:
        """Issue new keys for an account, as a person can on the web site: the old ones end."""
        keys = S3Keys(
            access=f"practice{secrets.token_hex(4)}",
            secret=secrets.token_hex(8),
            username=user,
            screenname=user.partition("@")[0].replace(".", " ").title(),
        )
        with self.lock:
            self.keys[user] = keys
            self.issued.add(keys.secret)
        return keys

    def metadata(self, identifier: str) -> Metadata:
        """An item's metadata once everything in the queue is applied."""
        with self.lock:
            waiting = [new for _, name, new in self._queue if name == identifier]
            return copy.deepcopy(waiting[-1] if waiting else self._items[identifier])

    def edit(self, identifier: str, **values: Any) -> None:
        """Change an item, as a person can on the web site; None removes a field."""
        with self.lock:
            kept = self._items[identifier] | values
            self._items[identifier] = {k: v for k, v in kept.items() if v is not None}

    def darken(self, identifier: str) -> None:
        """Take an item down; the search still finds it."""
        with self.lock:
            del self._items[identifier]

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        match request.method, request.path:
            case "GET", "/" if request.query.get("check_auth"):
                return self._check(request)
            case "GET", path if path == SCRAPE:
                return self._scrape(request)
            case "GET", path if path.startswith("/metadata/"):
                return self._read(path.removeprefix("/metadata/"))
            case "POST", path if path.startswith("/metadata/"):
                return self._write(request, path.removeprefix("/metadata/"))
        return self.error(404, "not found")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """An error of the Metadata API."""
        return Reply.of_json({"success": False, "error": message, **more}, status)

    def _add(self, user: str, given: Metadata) -> None:
        name = str(given.setdefault("identifier", f"practice_item_{len(self._items) + 1}"))
        length = given.pop("length", None)
        self._items[name] = {"mediatype": "audio", "title": name, "uploader": user} | given
        self._uploader[name] = user
        sound: Metadata = {"name": "track.flac", "source": "original", "format": "Flac"}
        self._files[name] = [
            sound | ({"length": str(length)} if length else {}),
            {"name": f"{name}_meta.xml", "source": "original", "format": "Metadata"},
        ]

    def _check(self, request: Request) -> Reply:
        """The account of the keys in a header: status 200 in any case, as on the S3 host."""
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        access, _, secret = shown.partition(":")
        keys = self._keys(access, secret) if scheme == "LOW" else None
        if keys is None:
            text = "The AWS Access Key Id you provided does not exist in our records."
            return Reply.of_json({"error": text, "accesskey": access, "authorized": False})
        answer = {"username": keys.username, "screenname": keys.screenname}
        return Reply.of_json({"authorized": True, "accesskey": access, **answer})

    def _keys(self, access: str, secret: str) -> S3Keys | None:
        return next(
            (k for k in self.keys.values() if (k.access, k.secret) == (access, secret)), None
        )

    def _scrape(self, request: Request) -> Reply:
        query = request.query
        if not query.get("count", "100").isdigit() or int(query.get("count", "100")) < 100:
            return Reply.of_json({"error": "count must be at least 100"}, 400)
        names = [n for n, user in self._uploader.items() if query.get("q") == f'uploader:"{user}"']
        start = int(query.get("cursor", "0"))
        page = names[start : start + min(self.page, int(query.get("count", "100")))]
        answer: Metadata = {
            "items": [{"identifier": name} for name in page],
            "count": len(page),
            "total": len(names),
        }
        if start + len(page) < len(names):
            answer["cursor"] = str(start + len(page))
        if request.has_fault(FaultKind.PAGING_LOOP):
            answer["cursor"] = query.get("cursor", "0")
        return Reply.of_json(answer)

    def _read(self, name: str) -> Reply:
        due = [(left - 1, changed, new) for left, changed, new in self._queue]
        self._queue = [task for task in due if task[0] >= 0]
        for left, changed, new in due:
            if left < 0:
                self._items[changed] = new
        if name not in self._items:
            return Reply.of_json({})
        metadata = self._items[name]
        return Reply.of_json(
            {"created": 1_790_000_000, "metadata": metadata, "files": self._files[name]}
        )

    def _write(self, request: Request, name: str) -> Reply:
        form = request.form
        keys = self._keys(form.get("access", ""), form.get("secret", ""))
        if keys is None:
            return self.error(401, "Invalid S3 keys")
        if name not in self._items or self._uploader[name] != keys.username:
            return self.error(403, f"{keys.username} does not have permission to edit this item")
        if form.get("-target") != "metadata":
            return self.error(400, "unknown target")
        try:
            after = _patched(self._items[name], json.loads(form.get("-patch", "")))
        except (ValueError, KeyError, TypeError) as error:
            return self.error(400, str(error) or "bad patch")
        if after == self._items[name]:
            return self.error(400, f"no changes to {name}_meta.xml")
        self._tasks += 1
        if self.lagging:
            self._queue.append((self.lagging, name, after))
        else:
            self._items[name] = after
        log = f"https://catalogd.archive.org/log/{self._tasks}"
        return Reply.of_json({"success": True, "task_id": self._tasks, "log": log})


def _patched(metadata: Metadata, patch: Iterable[Mapping[str, Any]]) -> Metadata:
    """The metadata after a JSON Patch of its top level. Raises ValueError if it fails."""
    after = copy.deepcopy(metadata)
    for step in patch:
        key = str(step["path"]).removeprefix("/")
        match step["op"]:
            case "test":
                if after.get(key) != step["value"]:
                    raise ValueError("patch test failed")
            case "add":
                after[key] = step["value"]
            case "replace" | "remove" if key not in after:
                raise ValueError("patch path does not exist")
            case "replace":
                after[key] = step["value"]
            case "remove":
                del after[key]
            case _:
                raise ValueError("unknown patch operation")
    return after
