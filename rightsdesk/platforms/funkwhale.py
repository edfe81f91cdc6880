"""Funkwhale: the tracks in an account's libraries and channels on any server.

Sources: Funkwhale's API (docs.funkwhale.audio, api/funkwhale_api: common/decorators.py and
mutations.py, music/mutations.py and filters.py, users/authentication.py). There is no field for AI
consent: `consent.dialects.described` says what a description and a tag mean. A track is changed by
an edit (“mutation”). It is approved at once if the account may do that, and applied by a worker of
the server a moment later. The licence is read and never sent. An account is an access token, which
every user can make in the server's settings. It needs no redirect address and does not expire.
Funkwhale's OAuth would need an app, registered in the same place.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.described import FunkwhaleTrack
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints, shareable
from rightsdesk.platforms.http.answer import cleaned_details
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import ItemGone, Refused
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
from rightsdesk.platforms.json_checks import ItemsOrProblems, Shapes, milliseconds, text_in
from rightsdesk.platforms.read_after_write import wait_until
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.static_credentials import FixedSignIn
from rightsdesk.platforms.tagged_media import (
    DESCRIPTION,
    LICENCE,
    TAGS,
    fitting,
    same_described,
    server_of,
)
from rightsdesk.sentences import worded

KIND = "description_type"
"""The format of the description's text: only read, and sent back unchanged."""

MARKDOWN = "text/markdown"
KINDS = frozenset({MARKDOWN, "text/html", "text/plain"})
PAGE_SIZE = "50"
MOST_PAGES = 20_000
SCOPES = ("read:profile", "read:libraries", "read:edits", "write:edits")
"""The scopes that the token needs."""

NEW_TOKEN = worded(
    "In your server's settings, under “Your applications”, make an application "
    "with the scopes {scopes}, and connect the account with its access token.",
    scopes=", ".join(SCOPES),
)

_SHAPES = Shapes("Funkwhale")
_NUMBER = re.compile(r"[1-9]\d{0,17}")


class Funkwhale(ByAccess):
    """Any Funkwhale server: there is no default one. Tracks are identified by number."""

    id = CarrierId.FUNKWHALE
    name = id.display_name
    noun, nouns = "track", "tracks"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence=Evidence.API,
        fields=(TAGS, DESCRIPTION, KIND, LICENCE),
        shows_within=timedelta(hours=1),  # a worker of the server applies edits
    )
    endpoints = Endpoints(api="", auth="")
    sign_in = SignInBy.TOKEN
    suite = Suite((FunkwhaleTrack(),))

    def connected(self, access: Access) -> Client:
        """Return a client with the access token as `secret`; `identifier` is not used.

        Raises `AddressRefused` if no server is named, `NeedsReconnect` without a token.
        """
        base = server_of(access.endpoints, self.name, "https://audio.example")
        return Client(
            base,
            limiter=access.limiter(self.name, access.client_id),
            service=self.name,
            authorize=FixedSignIn(
                "Bearer", access.credentials.secret.strip(), service=self.name, advice=NEW_TOKEN
            ),
            clock=access.clock,
        )

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether tags are the same in any order and case, and texts apart from line ends."""
        return same_described(name, written, observed)

    def whoami(self, client: Client) -> Identity:
        """Return the account: `GET /users/me/`. Its full name with the server identifies it."""
        me = _SHAPES.mapping(client.get("/api/v1/users/me/"))
        full = text_in(me, "full_username") or text_in(me, "username")
        if not full:
            raise _SHAPES.nameless()
        return Identity(remote_id=full, name=text_in(me, "name") or full, url="")

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the tracks: `GET /tracks/?scope=me`, page by page.

        Each track is read alone if the list has no descriptions (so far it never has). Pages are
        counted, and next addresses not followed: a server behind a proxy can send wrong ones.
        Raises `BadAnswer` if the pages repeat or never end.
        """
        mark = mark or Bookmark()
        yielded: set[str] = set()
        reader = ItemsOrProblems()
        for number in range(mark.number(1), MOST_PAGES):
            mark.at = str(number)
            query = {
                "scope": "me",
                "include_channels": "true",
                "ordering": "creation_date",
                "page_size": PAGE_SIZE,
                "page": str(number),
            }
            page = _SHAPES.mapping(client.get("/api/v1/tracks/", query))
            tracks = page.get("results")
            if not isinstance(tracks, list):
                raise _SHAPES.unexpected("{service} sent a list of tracks in an unknown shape.")
            news = [track for track in tracks if _number(track) not in yielded]
            for track in news:
                name = _number(track)
                # A track deleted meanwhile moves others back by one page.
                if name not in yielded:
                    yielded.add(name)
                    if name in mark.seen:
                        continue
                    with suppress(ItemGone):
                        whole = DESCRIPTION in track
                        read = (
                            partial(_item, client, track)
                            if whole
                            else partial(self.item, client, name)
                        )
                        yield reader.read(name, read)
            if not tracks or not page.get("next"):
                return
            if not news:
                break
        raise _SHAPES.repeats()

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one track: `GET /tracks/{id}/`."""
        item = _item(client, client.get(_path(remote_id)))
        if item.remote_id != remote_id:
            raise _SHAPES.unexpected("{service} sent another track than the requested one.")
        return item

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write the changed fields: `POST /tracks/{id}/mutations/`.

        Raises `DoesNotFit`, and `Refused` if the account may not approve its own edit. Raises
        `NotShownYet` if the server accepted the edit but has not applied it so far. A removed
        description is sent as no text; some servers refuse that.
        """
        if unknown := set(fields) - {TAGS, DESCRIPTION}:
            raise ValueError(f"not to be written: {sorted(unknown)}")
        changed = {
            name: tuple(values)
            for name, values in fields.items()
            if tuple(values) != tuple(before.fields.get(name, ()))
        }
        if not changed:
            return
        payload: dict[str, object] = {}
        if TAGS in changed:
            payload[TAGS] = list(changed[TAGS])
        if DESCRIPTION in changed:
            kind = before.fields.get(KIND, (MARKDOWN,))[0]
            text = fitting(changed[DESCRIPTION], self.suite)
            payload[DESCRIPTION] = {"text": text or None, "content_type": kind}
        edit = {"type": "update", "payload": payload, "is_approved": True}
        answer = client.request("POST", f"{_path(remote_id)}mutations/", json=edit, expect=(403,))
        if answer.status == 403:
            raise Refused(
                "Funkwhale refused this account's change of this track.",
                advice=(
                    "The token needs the scope write:edits, and the track has to be attributed "
                    "to you. The server's administrator can change both."
                ),
                details=cleaned_details(answer, ()),
            )

        def shown() -> bool:
            observed = self.item(client, remote_id).fields
            return all(
                self.same(name, new, observed.get(name, ())) for name, new in changed.items()
            )

        wait_until(shown, client)

    def sign_out(self, client: Client) -> None:
        """Raise `Refused`, which says who can revoke the token: it can't revoke itself."""
        raise Refused(
            "Its token stays valid until you delete the application in your server's settings."
        )


def _path(remote_id: str) -> str:
    if not _NUMBER.fullmatch(remote_id):
        raise ValueError("not the number of a track")
    return f"/api/v1/tracks/{remote_id}/"


def _number(track: Any) -> str:
    number = _SHAPES.mapping(track).get("id")
    if type(number) is not int or not _NUMBER.fullmatch(str(number)):
        raise _SHAPES.unexpected("{service} sent a track without a valid number.")
    return str(number)


def _item(client: Client, track: Any) -> RemoteItem:
    number, values = _number(track), _SHAPES.mapping(track)
    text, kind = _description(values.get(DESCRIPTION))
    texts = {
        TAGS: _SHAPES.tags(values.get(TAGS)),
        DESCRIPTION: (text,) if text else (),
        KIND: (kind,) if text else (),
        LICENCE: (code,) if (code := text_in(values, "license")) else (),
    }
    fields = {name: values for name, values in texts.items() if values}
    return RemoteItem(
        remote_id=number,
        title=text_in(values, "title"),
        artist=_artist(values),
        isrc="",
        duration_ms=_duration(values.get("uploads")),
        url=shareable(f"{client.base_url.rstrip('/')}/library/tracks/{number}"),
        fields=fields,
        stamp=stamp_of(fields),
    )


def _description(value: object) -> tuple[str, str]:
    """Return the text ("" for none) and its format. Raises `BadAnswer` for anything unclear."""
    if value is None:
        return "", MARKDOWN
    if not isinstance(value, dict):
        raise _SHAPES.unexpected("{service} sent a description in an unknown shape.")
    text, kind = value.get("text"), value.get("content_type")
    if not isinstance(text, str | None) or kind not in KINDS:
        raise _SHAPES.unexpected("{service} sent a description in an unknown shape.")
    return text or "", str(kind)


def _artist(track: Mapping[str, Any]) -> str:
    """Return the artist's name. Since version 2 there can be several, each with a credit."""
    if isinstance(artist := track.get("artist"), dict):
        return text_in(artist, "name")
    credits = track.get("artist_credit")
    listed = credits if isinstance(credits, list) else []
    return ", ".join(text_in(credit, "credit") for credit in listed if isinstance(credit, dict))


def _duration(uploads: object) -> int | None:
    first = uploads[0] if isinstance(uploads, list) and uploads else None
    return milliseconds(first.get("duration")) if isinstance(first, dict) else None


PLATFORM: Platform = Funkwhale()
