"""Funkwhale: the tracks in an account's libraries and channels on any server.

Sources: Funkwhale's API (docs.funkwhale.audio, api/funkwhale_api: common/decorators.py and
mutations.py, music/mutations.py and filters.py, users/authentication.py). There is no field
for AI consent: `consent.dialects.described` says what a description and a tag mean. A track is
changed by an edit (“mutation”), which is approved at once where the account may do that, and
carried out by a worker of the server a moment later. The licence is read and never sent.

An account is an access token, which everybody can make in the settings of their server: it
needs no redirect address and does not end by itself. Funkwhale's OAuth would ask for an app
to be registered in the very same place.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from rightsdesk.consent.dialects.described import FunkwhaleTrack
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.address import origin_of, shareable
from rightsdesk.platforms.answer import cleaned_details
from rightsdesk.platforms.clock import SYSTEM, Clock
from rightsdesk.platforms.credentials import Credentials
from rightsdesk.platforms.errors import AddressRefused, BadAnswer, DoesNotFit, ItemGone, Refused
from rightsdesk.platforms.fixed_sign_in import FixedSignIn
from rightsdesk.platforms.http import Client
from rightsdesk.platforms.interface import (
    Capabilities,
    Endpoints,
    Identity,
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.later import wait_until
from rightsdesk.platforms.limits import Limits

TAGS, DESCRIPTION, LICENCE = "tags", "description", "licence"
KIND = "description_type"
"""Of the description's text: only read, and sent back with it as it was."""

MARKDOWN = "text/markdown"
KINDS = frozenset({MARKDOWN, "text/html", "text/plain"})
PAGE_SIZE = "50"
MOST_PAGES = 20_000
LONGEST_DESCRIPTION = 5_000
SCOPES = ("read:profile", "read:libraries", "read:edits", "write:edits")
"""What the token has to be allowed."""

NEW_TOKEN = (
    "In your server's settings, under “Your applications”, make an application with the scopes "
    f"{', '.join(SCOPES)}, and connect the account with its access token."
)

_NUMBER = re.compile(r"[1-9]\d{0,17}")


class Funkwhale:
    """A Funkwhale server; there is no first among them. Tracks are named by their number."""

    id = "funkwhale"
    name = "Funkwhale"
    noun, nouns = "track", "tracks"
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence="api",
        fields=(TAGS, DESCRIPTION, KIND, LICENCE),
    )
    endpoints = Endpoints(api="", auth="")
    sign_in = SignInBy.TOKEN
    suite = Suite((FunkwhaleTrack(),))

    def client(
        self,
        endpoints: Endpoints,
        client_id: str,
        credentials: Credentials,
        *,
        save: Callable[[Credentials], None],
        limits: Limits,
        clock: Clock = SYSTEM,
    ) -> Client:
        """With the access token as `secret`; `identifier` is not used.

        Raises `AddressRefused` where no server is named, `NeedsReconnect` without a token.
        """
        if not endpoints.api:
            raise AddressRefused(
                "Every Funkwhale account is on a server of its own.",
                advice="Give the server's address, such as https://audio.example.",
            )
        return Client(
            endpoints.api,
            limiter=limits.of(
                service=self.name, host=str(origin_of(endpoints.api)), client_id=client_id
            ),
            service=self.name,
            authorize=FixedSignIn(
                "Bearer", credentials.secret.strip(), service=self.name, advice=NEW_TOKEN
            ),
            clock=clock,
        )

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """The same tags in any order and case; the same text, whatever became of line ends."""
        if name == TAGS:
            return sorted(map(str.casefold, written)) == sorted(map(str.casefold, told))
        return _trimmed(written) == _trimmed(told)

    def whoami(self, client: Client) -> Identity:
        """`GET /users/me/`. The account is known by its name and server, as others see it."""
        me = _mapping(client.get("/api/v1/users/me/"))
        full = _text(me, "full_username") or _text(me, "username")
        if not full:
            raise _unexpected("an account without a name")
        return Identity(remote_id=full, name=_text(me, "name") or full, url="")

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """`GET /tracks/?scope=me`, page by page; where the list has no descriptions (it never
        had), each track by itself.

        Pages are counted, and the addresses of next ones not followed: a server behind a
        proxy can give wrong ones. Raises `BadAnswer` where the pages repeat or never end.
        """
        given: set[str] = set()
        for number in range(1, MOST_PAGES):
            query = {
                "scope": "me",
                "include_channels": "true",
                "ordering": "creation_date",
                "page_size": PAGE_SIZE,
                "page": str(number),
            }
            page = _mapping(client.get("/api/v1/tracks/", query))
            tracks = page.get("results")
            if not isinstance(tracks, list):
                raise _unexpected("a list of tracks in an unknown shape")
            news = [track for track in tracks if _number(track) not in given]
            for track in news:
                name = _number(track)
                # A track that is deleted meanwhile moves others back a page.
                if name not in given:
                    given.add(name)
                    with suppress(ItemGone):
                        whole = DESCRIPTION in track
                        yield _item(client, track) if whole else self.item(client, name)
            if not tracks or not page.get("next"):
                return
            if not news:
                break
        raise BadAnswer(
            "Funkwhale's list of tracks leads in a circle.",
            advice="Try again later: RightsDesk can't tell whether it saw all tracks.",
        )

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """`GET /tracks/{id}/`."""
        item = _item(client, client.get(_path(remote_id)))
        if item.remote_id != remote_id:
            raise _unexpected("another track than the one asked for")
        return item

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """`POST /tracks/{id}/mutations/` with those of the two fields that differ.

        Raises `Refused` where the account may not approve its own edit, `DoesNotFit`, and
        `NotShownYet` where the server took the edit but has not carried it out so far. A
        description that is taken away is sent as no text; not every server takes that.
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
            payload[DESCRIPTION] = {"text": _fitting(changed[DESCRIPTION]), "content_type": kind}
        edit = {"type": "update", "payload": payload, "is_approved": True}
        answer = client.request("POST", f"{_path(remote_id)}mutations/", json=edit, expect=(403,))
        if answer.status == 403:
            raise Refused(
                "Funkwhale does not let this account change this track.",
                advice=(
                    "The token needs the scope write:edits, and the track has to be attributed "
                    "to you. Whoever runs the server can see to both."
                ),
                details=cleaned_details(answer, ()),
            )

        def shown() -> bool:
            told = self.item(client, remote_id).fields
            return all(self.same(name, new, told.get(name, ())) for name, new in changed.items())

        wait_until(shown, client)

    def sign_out(self, client: Client) -> None:
        """A token can't end itself: raises `Refused`, which says who can end it."""
        raise Refused("Its token holds until you delete the application in your server's settings.")


def _fitting(values: tuple[str, ...]) -> str | None:
    if len(values) > 1:
        raise ValueError("a description is one text")
    text = values[0] if values else ""
    if len(text) > LONGEST_DESCRIPTION:
        raise DoesNotFit(
            f"The description would have {len(text):,} characters; "
            f"Funkwhale takes {LONGEST_DESCRIPTION:,}.",
            untouched="Nothing was sent.",
            advice="Shorten the description, or choose a shorter sentence of your own.",
        )
    return text or None


def _trimmed(values: tuple[str, ...]) -> str:
    return "\n".join(line.rstrip() for line in " ".join(values).splitlines()).strip()


def _path(remote_id: str) -> str:
    if not _NUMBER.fullmatch(remote_id):
        raise ValueError("not the number of a track")
    return f"/api/v1/tracks/{remote_id}/"


def _number(track: Any) -> str:
    number = _mapping(track).get("id")
    if type(number) is not int or not _NUMBER.fullmatch(str(number)):
        raise _unexpected("a track without a valid number")
    return str(number)


def _item(client: Client, track: Any) -> RemoteItem:
    number, values = _number(track), _mapping(track)
    text, kind = _description(values.get(DESCRIPTION))
    told = {
        TAGS: _tags(values.get(TAGS)),
        DESCRIPTION: (text,) if text else (),
        KIND: (kind,) if text else (),
        LICENCE: (code,) if (code := _text(values, "license")) else (),
    }
    fields = {name: texts for name, texts in told.items() if texts}
    return RemoteItem(
        remote_id=number,
        title=_text(values, "title"),
        artist=_artist(values),
        isrc="",
        duration_ms=_duration(values.get("uploads")),
        url=shareable(f"{client.base_url.rstrip('/')}/library/tracks/{number}"),
        fields=fields,
        stamp=stamp_of(fields),
    )


def _tags(value: object) -> tuple[str, ...]:
    tags = value if value is not None else []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise _unexpected("tags that are no texts")
    return tuple(tags)


def _description(value: object) -> tuple[str, str]:
    """The text ("" for none) and its kind; never guessed at."""
    if value is None:
        return "", MARKDOWN
    if not isinstance(value, dict):
        raise _unexpected("a description in an unknown shape")
    text, kind = value.get("text"), value.get("content_type")
    if not isinstance(text, str | None) or kind not in KINDS:
        raise _unexpected("a description in an unknown shape")
    return text or "", str(kind)


def _artist(track: Mapping[str, Any]) -> str:
    """The artist's name; since version 2 there can be several, each with a credit."""
    if isinstance(artist := track.get("artist"), dict):
        return _text(artist, "name")
    credits = track.get("artist_credit")
    listed = credits if isinstance(credits, list) else []
    return ", ".join(_text(one, "credit") for one in listed if isinstance(one, dict))


def _duration(uploads: object) -> int | None:
    first = uploads[0] if isinstance(uploads, list) and uploads else None
    seconds = first.get("duration") if isinstance(first, dict) else None
    return seconds * 1000 if type(seconds) is int and 0 < seconds < 10**7 else None


def _mapping(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise _unexpected("an answer in an unknown shape")
    return data


def _text(values: Mapping[str, Any], name: str) -> str:
    """A text that is only shown or compared: "" where it is null or no text."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _unexpected(what: str) -> BadAnswer:
    return BadAnswer(
        f"Funkwhale sent {what}.",
        advice="If this stays, Funkwhale has changed: look for a newer RightsDesk.",
    )
