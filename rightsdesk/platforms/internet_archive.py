"""The Internet Archive: the rights statement of the items that an account uploaded.

Sources: the Archive's Metadata API (archive.org/developers/md-read.html, md-write.html) and
its own client (github.com/jjjake/internetarchive: iarequest.py, search.py, api.py). There is
no field for AI consent: what is read and written is `rights`; `licenseurl` is only read.

An account is a pair of keys, from archive.org/account/s3.php. They travel in the body of a
write, as the Archive's own client does it, and in one header, to its S3 host, where it tells
whose they are; what anybody may read is read without them. An account's items are those that
the Archive's search finds under its uploader: a new one can take hours to be found there,
and what somebody else uploaded for the artist is not found at all. What an item says is
never taken from the search, but read from the item.
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
from rightsdesk.platforms.http.address import Endpoints, origin_of, shareable
from rightsdesk.platforms.http.answer import cleaned_details, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import ChangedThere, ItemGone, Refused
from rightsdesk.platforms.interface import (
    Bookmark,
    Capabilities,
    Identity,
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.json_checks import EachOrWhy, Shapes, same_lines
from rightsdesk.platforms.read_after_write import wait_until
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.static_credentials import FixedSignIn

LICENCE = "licence"
PAGE_SIZE = "1000"
MOST_PAGES = 1000
PRIORITY = "-5"
"""Of the task that a write becomes: what the Archive's own client asks for."""

NEW_KEYS = "Make new keys at archive.org/account/s3.php, and connect the account again."

_SHAPES = Shapes(
    "The Internet Archive",
    advice="If this stays, the Archive has changed: look for a newer RightsDesk.",
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
_UPLOADER = re.compile(r'[^\s"\\]{1,254}')
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2}(?:\.\d+)?)")
_NO_ITEMS = frozenset({"collection", "account"})
"""Media types of what has an identifier but holds no recordings."""


class ArchiveClient(Client):
    """Reads without a sign-in; knows the keys that a write shows. `gate` tells whose they are."""

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
        """Close the connections of both."""
        super().close()
        self.gate.close()


class InternetArchive(ByAccess):
    """archive.org. Items are named by their identifier."""

    id = "internet_archive"
    name = "Internet Archive"
    noun, nouns = "item", "items"
    reads_on = True
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
        """With the access key as `identifier` and the secret key as `secret`.

        Raises `NeedsReconnect` where one is missing.
        """
        return ArchiveClient(access)

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """The same texts, whatever became of spaces at their ends."""
        return _trimmed(written) == _trimmed(told)

    def whoami(self, client: Client) -> Identity:
        """`GET /?check_auth=1` on the S3 host: whose keys these are.

        Wrong keys get a plain 200 too; then `authorized` is false and `error` says why.
        """
        ours = _ours(client)
        answer = ours.gate.request("GET", "/", params={"check_auth": "1"}, expect=(401, 403))
        if answer.status >= 400:
            raise ours.sign_in.give_up()
        told = read_json(answer, self.name)
        if not isinstance(told, dict):
            raise _SHAPES.unexpected("an answer in an unknown shape")
        if told.get("error") or told.get("authorized") is False:
            raise ours.sign_in.give_up()
        user = told.get("username")
        if not isinstance(user, str) or not _UPLOADER.fullmatch(user):
            raise _SHAPES.unexpected("an account without a name")
        name = _text(told, "screenname") or _text(told, "itemname") or user
        return Identity(remote_id=user, name=name, url="")

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """`GET /services/search/v1/scrape` for the identifiers, then each item by itself.

        Raises `BadAnswer` where the pages lead in a circle or never end.
        """
        mark = mark or Bookmark()
        query = {
            "q": f'uploader:"{self.whoami(client).remote_id}"',
            "fields": "identifier",
            "count": PAGE_SIZE,
        }
        if mark.at:
            query["cursor"] = mark.at
        given = set(mark.seen)
        each = EachOrWhy()
        cursors: set[str] = set()
        while True:
            names, cursor = _page(client.get("/services/search/v1/scrape", query))
            for name in names:
                if name in given:
                    continue
                given.add(name)
                # The search still knows what was taken down since.
                with suppress(ItemGone):
                    yield each.read(name, partial(self._recording, client, name))
            if not cursor:
                return
            if cursor in cursors or len(cursors) >= MOST_PAGES:
                raise _SHAPES.circle("items")
            cursors.add(cursor)
            query["cursor"] = mark.at = cursor

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """`GET /metadata/{identifier}`."""
        return _item(remote_id, *self._read(client, remote_id))

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """`POST /metadata/{identifier}` with a JSON Patch (RFC 6902) for `rights`, if it differs.

        The patch first tests that the old value still stands, where there was one: what was
        changed meanwhile is not overwritten. A write that was taken is a task in a queue;
        the Metadata API shows it ahead of that, usually at once. Raises `NotShownYet` where
        it does not, `ChangedThere`, or `Refused` where the Archive does not take it.
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
            if self.item(client, remote_id).fields.get(FIELD, ()) == old:
                raise
            raise ChangedThere(
                "The rights of this item were changed since RightsDesk looked.",
                untouched="They were left as they are now.",
                advice="Look again, then repeat.",
            ) from None

        def shown() -> bool:
            return self.same(FIELD, new, self.item(client, remote_id).fields.get(FIELD, ()))

        wait_until(shown, client)

    def sign_out(self, client: Client) -> None:
        """The keys can't be ended from here: raises `Refused`, which says who can."""
        raise Refused("Its keys hold until you make new ones at archive.org/account/s3.php.")

    def _send(self, client: ArchiveClient, remote_id: str, patch: list[dict[str, object]]) -> None:
        """The write itself. No is said by a status, or by 200 and `success: false`."""
        client.sign_in.header()  # raises where the keys were refused before
        patched = {"-target": "metadata", "-patch": json.dumps(patch), "priority": PRIORITY}
        form = {**patched, **client.keys}
        reduced = {"X-Accept-Reduced-Priority": "1"}
        answer = client.request(
            "POST", _path(remote_id), form=form, headers=reduced, expect=(400, 401, 403)
        )
        if answer.status == 401:
            raise client.sign_in.give_up()
        told = read_json(answer, self.name)
        if isinstance(told, dict) and told.get("success") is True:
            return
        details = cleaned_details(answer, form.values())
        said = f": “{details['error']}”" if details.get("error") else "."
        raise Refused(
            f"The Internet Archive did not take this change{said}",
            advice="Only who uploaded an item can change it.",
            details=details,
        )

    def _recording(self, client: Client, name: str) -> RemoteItem:
        """An item, read anew. Raises `ItemGone` where it holds no recordings."""
        metadata, files = self._read(client, name)
        if _text(metadata, "mediatype") in _NO_ITEMS:
            raise ItemGone("This is no item with recordings.")
        return _item(name, metadata, files)

    def _read(self, client: Client, name: str) -> tuple[Mapping[str, Any], list[Any]]:
        """An item's metadata and its list of files. One that isn't there answers `{}`."""
        data = client.get(_path(name))
        if data == [] or (isinstance(data, dict) and (data.get("is_dark") or not data)):
            raise ItemGone("The Internet Archive doesn't have this any more.")
        metadata = data.get("metadata") if isinstance(data, dict) else None
        if not isinstance(metadata, dict) or metadata.get("identifier") != name:
            raise _SHAPES.unexpected("another item than the one asked for")
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
    """As the Archive keeps it: a text, or a list where there are several."""
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
    """A page's identifiers, and the cursor of the next page or ""."""
    listed = data.get("items") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise _SHAPES.unexpected("a list of items in an unknown shape")
    names = [one.get("identifier") if isinstance(one, dict) else None for one in listed]
    cursor = data.get("cursor") or ""
    if not all(isinstance(n, str) and _IDENTIFIER.fullmatch(n) for n in names):
        raise _SHAPES.unexpected("an item without a valid name")
    if not isinstance(cursor, str):
        raise _SHAPES.unexpected("a list of items in an unknown shape")
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
    """The length of the one recording in an item; None where there are several, or none."""
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
    """A text that is only shown or compared; several are joined, anything else is ""."""
    value = values.get(key)
    texts = value if isinstance(value, list) else [value]
    return ", ".join(text for text in texts if isinstance(text, str))


def _exact(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Texts that carry a declaration, never guessed at; none where it is absent or empty."""
    value = values.get(key)
    texts = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(text, str) for text in texts):
        raise _SHAPES.unexpected(f"a {key} that is no text")
    return tuple(texts) if any(texts) else ()
