"""The Internet Archive: the rights statements of the items that an account uploaded.

Sources: the Archive's Metadata API (archive.org/developers/md-read.html, md-write.html) and its own
client (github.com/jjjake/internetarchive: iarequest.py, search.py, api.py). There is no field for
AI consent: `rights` is read and written, `licenseurl` is only read. An account is a pair of keys,
from archive.org/account/s3.php. They are sent in the body of a write, as the Archive's own client
does. They are also sent in one header to its S3 host, which returns the account. Public data is
read without them. An account's items are those that the Archive's search lists for its uploader.
New items can be missing there for hours, and items that others uploaded for the artist are not
listed. An item's statement is always read from the item, never from the search.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.archive_rights import FIELD, ArchiveRights
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints, origin_of, shareable
from rightsdesk.platforms.http.answer import cleaned_details, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import ChangedThere, ItemGone, Refused
from rightsdesk.platforms.interface import (
    Bookmark,
    Capabilities,
    Identity,
    Platform,
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.json_checks import ItemsOrProblems, Shapes, same_lines
from rightsdesk.platforms.read_after_write import NotMadeYet, wait_until
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.static_credentials import FixedSignIn
from rightsdesk.sentences import worded

LICENCE = "licence"
PAGE_SIZE = "1000"
MOST_PAGES = 1000
PRIORITY = "-5"
"""Priority of the task that a write creates: the value of the Archive's own client."""

NEW_KEYS = "Make new keys at archive.org/account/s3.php, and connect the account again."

_SHAPES = Shapes(
    "The Internet Archive",
    advice="If this happens again, the Archive has changed: check for a newer RightsDesk.",
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
_UPLOADER = re.compile(r'[^\s"\\]{1,254}')
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2}(?:\.\d+)?)")
_NO_ITEMS = frozenset({"collection", "account"})
"""Media types of items without recordings."""


class ArchiveClient(Client):
    """Reads without a sign-in, and holds the keys for writes. `gate` returns the account."""

    def __init__(self, access: Access) -> None:
        name, endpoints, clock = InternetArchive.name, access.endpoints, access.clock
        key, secret = access.credentials.identifier.strip(), access.credentials.secret.strip()
        both = f"{key}:{secret}" if key and secret else ""
        self.sign_in = FixedSignIn("LOW", both, service=name, advice=NEW_KEYS)
        limiter = access.limiter(name, "")
        super().__init__(endpoints.api, limiter=limiter, service=name, clock=clock)
        self.keys = {"access": key, "secret": secret}
        self.gate = Client(
            endpoints.auth,
            limiter=access.limits.of(
                service=name, host=str(origin_of(endpoints.auth)), client_id=""
            ),
            service=name,
            authorize=self.sign_in,
            clock=clock,
        )

    def close(self) -> None:
        """Close the connections of both clients."""
        super().close()
        self.gate.close()


class InternetArchive(ByAccess):
    """archive.org. Items are named by their identifier."""

    id = CarrierId.INTERNET_ARCHIVE
    name = id.display_name
    noun, nouns = "item", "items"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence=Evidence.API,
        fields=(FIELD, LICENCE),
        shows_within=timedelta(hours=24),  # its tasks wait in a queue
    )
    endpoints = Endpoints(api="https://archive.org", auth="https://s3.us.archive.org")
    sign_in = SignInBy.TOKEN
    suite = Suite((ArchiveRights(),))

    def connected(self, access: Access) -> Client:
        """Return a client with the access key as `identifier` and the secret key as `secret`.

        Raises `NeedsReconnect` if one is missing.
        """
        return ArchiveClient(access)

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the texts are the same apart from spaces at their ends."""
        return _trimmed(written) == _trimmed(observed)

    def whoami(self, client: Client) -> Identity:
        """Return the account of the keys: `GET /?check_auth=1` on the S3 host.

        Wrong keys get a 200, too; then `authorized` is false and `error` gives the reason.
        """
        ours = _ours(client)
        answer = ours.gate.request("GET", "/", params={"check_auth": "1"}, expect=(401, 403))
        if answer.status >= 400:
            raise ours.sign_in.give_up()
        values = read_json(answer, self.name)
        if not isinstance(values, dict):
            raise _SHAPES.unexpected("{service} sent an answer in an unknown shape.")
        if values.get("error") or values.get("authorized") is False:
            raise ours.sign_in.give_up()
        user = values.get("username")
        if not isinstance(user, str) or not _UPLOADER.fullmatch(user):
            raise _SHAPES.nameless()
        name = _text(values, "screenname") or _text(values, "itemname") or user
        return Identity(remote_id=user, name=name, url="")

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the items: identifiers from `GET /services/search/v1/scrape`, then each item.

        Raises `BadAnswer` if the pages repeat or never end.
        """
        mark = mark or Bookmark()
        query = {
            "q": f'uploader:"{self.whoami(client).remote_id}"',
            "fields": "identifier",
            "count": PAGE_SIZE,
        }
        if mark.at:
            query["cursor"] = mark.at
        yielded = set(mark.seen)
        reader = ItemsOrProblems()
        cursors: set[str] = set()
        while True:
            names, cursor = _page(client.get("/services/search/v1/scrape", query))
            for name in names:
                if name in yielded:
                    continue
                yielded.add(name)
                # The search still lists items that were taken down.
                with suppress(ItemGone):
                    yield reader.read(name, partial(self._recording, client, name))
            if not cursor:
                return
            if cursor in cursors or len(cursors) >= MOST_PAGES:
                raise _SHAPES.repeats()
            cursors.add(cursor)
            query["cursor"] = mark.at = cursor

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one item: `GET /metadata/{identifier}`."""
        return _item(remote_id, *self._read(client, remote_id))

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write `rights` if it differs: `POST /metadata/{identifier}` with a JSON Patch (RFC 6902).

        The patch first tests for the old value, if there was one: a change made meanwhile is not
        overwritten. An accepted write is a task in a queue; the Metadata API usually shows it at
        once. Raises `NotShownYet` if it does not, `NotMadeYet`, `ChangedThere`, or `Refused` if the
        Archive refuses the write.
        """
        if set(fields) - {FIELD}:
            raise ValueError(f"not to be written: {sorted(set(fields) - {FIELD})}")
        old = tuple(before.fields.get(FIELD, ()))
        new = tuple(fields.get(FIELD, old))
        if old == new:
            return
        try:
            self._send(_ours(client), remote_id, _patch(old, new))
        except Refused:
            now = self.item(client, remote_id).fields.get(FIELD, ())
            if now == old:
                raise
            if now == new:
                raise NotMadeYet(
                    worded(
                        "{name} has not made the change yet that is taken back here.",
                        name=self.name,
                    ),
                    untouched="The item was left unchanged.",
                    advice="Its queue may take minutes or hours. Check the account again later, "
                    "then repeat.",
                ) from None
            raise ChangedThere(
                "The rights of this item were changed since RightsDesk read them.",
                untouched="They were left unchanged.",
                advice="Check the account again, then repeat.",
            ) from None

        def shown() -> bool:
            return self.same(FIELD, new, self.item(client, remote_id).fields.get(FIELD, ()))

        wait_until(shown, client)

    def sign_out(self, client: Client) -> None:
        """Raise `Refused`, which says who can revoke the keys: RightsDesk can't."""
        raise Refused("Its keys stay valid until you make new ones at archive.org/account/s3.php.")

    def _send(self, client: ArchiveClient, remote_id: str, patch: list[dict[str, object]]) -> None:
        """Send the write. A refusal is a status, or 200 with `success: false`."""
        client.sign_in.header()  # raises if the keys were refused before
        patched = {"-target": "metadata", "-patch": json.dumps(patch), "priority": PRIORITY}
        form = {**patched, **client.keys}
        reduced = {"X-Accept-Reduced-Priority": "1"}
        answer = client.request(
            "POST", _path(remote_id), form=form, headers=reduced, expect=(400, 401, 403)
        )
        if answer.status == 401:
            raise client.sign_in.give_up()
        result = read_json(answer, self.name)
        if isinstance(result, dict) and result.get("success") is True:
            return
        details = cleaned_details(answer, form.values())
        reason = details.get("error", "")
        raise Refused(
            worded(
                "The Internet Archive refused this change: “{reason}”"
                if reason
                else "The Internet Archive refused this change.",
                reason=reason,
            ),
            advice="Only the uploader of an item can change it.",
            details=details,
        )

    def _recording(self, client: Client, name: str) -> RemoteItem:
        """Read an item. Raises `ItemGone` if it holds no recordings."""
        metadata, files = self._read(client, name)
        if _text(metadata, "mediatype") in _NO_ITEMS:
            raise ItemGone("This item holds no recordings.")
        return _item(name, metadata, files)

    def _read(self, client: Client, name: str) -> tuple[Mapping[str, Any], list[Any]]:
        """Return an item's metadata and its files. The answer for a missing item is `{}`."""
        data = client.get(_path(name))
        if data == [] or (isinstance(data, dict) and (data.get("is_dark") or not data)):
            raise ItemGone("The Internet Archive doesn't have this any more.")
        metadata = data.get("metadata") if isinstance(data, dict) else None
        if not isinstance(metadata, dict) or metadata.get("identifier") != name:
            raise _SHAPES.unexpected("{service} sent another item than the requested one.")
        files = data.get("files")
        return metadata, files if isinstance(files, list) else []


def _patch(old: tuple[str, ...], new: tuple[str, ...]) -> list[dict[str, object]]:
    path = f"/{FIELD}"
    test: list[dict[str, object]] = [{"op": "test", "path": path, "value": _value(old)}]
    if not new:
        return [*test, {"op": "remove", "path": path}]
    if not old:
        return [{"op": "add", "path": path, "value": _value(new)}]
    return [*test, {"op": "replace", "path": path, "value": _value(new)}]


def _value(texts: tuple[str, ...]) -> str | list[str]:
    """Return the value as the Archive stores it: a text, or a list of several."""
    return texts[0] if len(texts) == 1 else list(texts)


def _trimmed(texts: tuple[str, ...]) -> list[str]:
    return [text for text in map(same_lines, texts) if text]


def _ours(client: Client) -> ArchiveClient:
    if not isinstance(client, ArchiveClient):
        raise TypeError("this is not a client of the Internet Archive")
    return client


def _path(remote_id: str) -> str:
    if not _IDENTIFIER.fullmatch(remote_id):
        raise ValueError("not the identifier of an item")
    return f"/metadata/{remote_id}"


def _page(data: Any) -> tuple[list[str], str]:
    """Return a page's identifiers, and the cursor of the next page or ""."""
    listed = data.get("items") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise _SHAPES.unexpected("{service} sent a list of items in an unknown shape.")
    names = [entry.get("identifier") if isinstance(entry, dict) else None for entry in listed]
    cursor = data.get("cursor") or ""
    if not all(isinstance(n, str) and _IDENTIFIER.fullmatch(n) for n in names):
        raise _SHAPES.unexpected("{service} sent an item without a valid name.")
    if not isinstance(cursor, str):
        raise _SHAPES.unexpected("{service} sent a list of items in an unknown shape.")
    return [str(name) for name in names], cursor


def _item(name: str, metadata: Mapping[str, Any], files: list[Any]) -> RemoteItem:
    fields = {
        field: texts
        for field, key in ((FIELD, "rights"), (LICENCE, "licenseurl"))
        if (texts := _exact(metadata, key))
    }
    return RemoteItem(
        remote_id=name,
        title=_text(metadata, "title") or name,
        artist=_text(metadata, "creator"),
        isrc=_text(metadata, "isrc"),
        duration_ms=_duration(files),
        url=shareable(f"https://archive.org/details/{name}"),
        fields=fields,
        stamp=stamp_of(fields),
    )


def _duration(files: list[Any]) -> int | None:
    """Return the length of the only recording in an item; None for several or none."""
    lengths = [
        str(file["length"])
        for file in files
        if isinstance(file, dict) and file.get("source") == "original" and file.get("length")
    ]
    if len(lengths) != 1 or len(lengths[0]) > 20:
        return None
    if clock := _CLOCK.fullmatch(lengths[0]):
        seconds = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])
    elif re.fullmatch(r"\d{1,7}(\.\d+)?", lengths[0]):
        seconds = float(lengths[0])
    else:
        return None
    return round(seconds * 1000) or None


def _text(values: Mapping[str, Any], key: str) -> str:
    """Return a text for display or comparison; several are joined, other values become ""."""
    value = values.get(key)
    texts = value if isinstance(value, list) else [value]
    return ", ".join(text for text in texts if isinstance(text, str))


def _exact(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return texts that carry a declaration; () if absent or empty. Raises `BadAnswer`."""
    value = values.get(key)
    texts = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(text, str) for text in texts):
        raise _SHAPES.unexpected("{service} sent a {key} that is not text.", key=key)
    return tuple(texts) if any(texts) else ()


PLATFORM: Platform = InternetArchive()
