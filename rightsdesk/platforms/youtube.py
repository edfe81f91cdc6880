"""YouTube: the artist's own videos, their tags and descriptions, and who may train on them.

Sources: YouTube Data API v3 (developers.google.com/youtube/v3 and its discovery document), the
Video Third-Party Trainability API, and Google's guide to OAuth for desktop apps. Third-party
training is set only in YouTube Studio. For a public video the setting is public, so it is read
without a sign-in. We write the artist's own reservation, in the description and the tags.

An update replaces a whole part: omitted values are lost. So the whole `snippet` is read just
before, changed in two places and sent back. The `status` part (privacy, licence, disclosures) is
never sent.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.youtube import FIELD as PERMITTED
from rightsdesk.consent.dialects.platforms.youtube import YoutubeTrainability
from rightsdesk.consent.dialects.platforms.youtube_video import YoutubeVideo
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.browser_sign_in import BrowserSignIn
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    ChangedThere,
    DoesNotFit,
    ItemGone,
    PlatformError,
    Refused,
)
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
from rightsdesk.platforms.json_checks import Shapes, item_or_problem, same_lines, text_in
from rightsdesk.platforms.sign_in.account_client import account_client
from rightsdesk.platforms.sign_in.oauth import AuthServer
from rightsdesk.platforms.youtube_quota import QUOTA

WRITABLE = ("tags", "description")
LICENCE = "licence"
PAGE = 50  # the most that one page holds, and that one call for videos takes
MOST_PAGES = 2_000
MOST_MISSES = 3
MOST_PARTIES = 200
READ_ONLY = frozenset(
    {"publishedAt", "channelId", "channelTitle", "thumbnails", "localized", "liveBroadcastContent"}
)
"""Values in a snippet that an update does not accept."""

_SHAPES = Shapes("YouTube")
_VIDEO = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LENGTH = re.compile(r"P(?:(\d{1,4})D)?T?(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?")


class YouTube(BrowserSignIn):
    """YouTube's Data API. Videos are identified by id."""

    id = CarrierId.YOUTUBE
    name = id.display_name
    noun, nouns = "video", "videos"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence=Evidence.API,
        fields=(*WRITABLE, PERMITTED, LICENCE),
    )
    endpoints = Endpoints(api="https://youtube.googleapis.com", auth="https://accounts.google.com")
    sign_in = SignInBy.BROWSER
    suite = Suite((YoutubeVideo(), YoutubeTrainability()))
    redirect_uri = "http://127.0.0.1:8765/"
    quota = QUOTA

    def auth_server(self, endpoints: Endpoints) -> AuthServer:
        """Return Google's server. A desktop app may use any port of its computer."""
        return AuthServer(
            service=self.name,
            authorize_url=f"{endpoints.auth.rstrip('/')}/o/oauth2/v2/auth",
            token_url=f"{self._token_base(endpoints)}/token",
            scope="https://www.googleapis.com/auth/youtube.force-ssl",
            issuer=endpoints.auth.rstrip("/"),
        )

    def revoked_at(self, endpoints: Endpoints) -> str:
        """Return Google's token host, which also revokes tokens."""
        return self._token_base(endpoints)

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the tags are the same in any order, and texts apart from spaces at line ends."""
        if name == "description":
            return same_lines("".join(written)) == same_lines("".join(observed))
        return sorted(written) == sorted(observed)

    def whoami(self, client: Client) -> Identity:
        """Return the channel chosen at sign-in: `channels.list`."""
        channel = self._channel(client)
        number = _name(channel, "id", "a channel")
        title = text_in(_part(channel, "snippet"), "title")
        return Identity(number, title or number, f"https://www.youtube.com/channel/{number}")

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the channel's uploads, page by page, with one call per fifty videos.

        Raises `BadAnswer` if the pages repeat or never end.
        """
        mark = mark or Bookmark()
        related = _part(_part(self._channel(client), "contentDetails"), "relatedPlaylists")
        query = {"part": "contentDetails", "maxResults": str(PAGE)}
        query["playlistId"] = _name(related, "uploads", "a list of uploads")
        trainability = _Trainability(account_client(client).public)
        if mark.at:
            query["pageToken"] = mark.at
        yielded = set(mark.seen)
        visited: set[str] = set()
        while True:
            try:
                page = _SHAPES.mapping(client.get("/youtube/v3/playlistItems", query))
            except ItemGone:
                if visited or mark.at:
                    raise
                return  # a channel without uploads has no such list
            ids = [
                _name(_part(_SHAPES.mapping(entry), "contentDetails"), "videoId", "a video")
                for entry in _list(page)
            ]
            news = [number for number in dict.fromkeys(ids) if number not in yielded]
            yielded.update(news)
            for start in range(0, len(news), PAGE):
                for number, video in self._videos(client, news[start : start + PAGE]):
                    yield item_or_problem(number, partial(_item, number, video, trainability))
            token = text_in(page, "nextPageToken")
            if not token:
                return
            if token in visited or len(visited) >= MOST_PAGES:
                raise _SHAPES.repeats()
            visited.add(token)
            query["pageToken"] = mark.at = token

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one video (`videos.list`) and its trainability."""
        trainability = _Trainability(account_client(client).public)
        for number, video in self._videos(client, [_video(remote_id)]):
            return _item(number, video, trainability)
        raise ItemGone("YouTube doesn't have this video any more.")

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write tags and description: `videos.update` with the snippet, which is read just before.

        Raises `DoesNotFit` if YouTube would refuse the text, and `ChangedThere` if a field is no
        longer as in `before`.
        """
        unknown = set(fields) - set(WRITABLE)
        if unknown:
            raise ValueError(f"not to be written on YouTube: {sorted(unknown)}")
        wanted = {
            name: tuple(values)
            for name, values in fields.items()
            if tuple(values) != before.fields.get(name, ())
        }
        if not wanted:
            return
        if why := self.suite.refused(wanted):
            raise DoesNotFit(why, untouched="The video was left unchanged.")
        query = {"part": "snippet", "id": _video(remote_id)}
        snippet = next((_part(v, "snippet") for v in _found(client, query)), None)
        if snippet is None:
            raise ItemGone("YouTube doesn't have this video any more.")
        now = _fields(snippet)
        if any(now.get(name, ()) != before.fields.get(name, ()) for name in WRITABLE):
            raise ChangedThere(
                "This video was changed on YouTube since RightsDesk read it.",
                untouched="It was left unchanged.",
                advice="Check the account again, then repeat.",
            )
        if not (text_in(snippet, "title") and text_in(snippet, "categoryId")):
            raise _SHAPES.unexpected("{service} sent a video without a title or a category.")
        kept = {name: value for name, value in snippet.items() if name not in READ_ONLY}
        after = {**now, **wanted}
        kept["tags"] = list(after.get("tags", ()))
        kept["description"] = "".join(after.get("description", ()))
        # The answer is not used: only a read shows what YouTube stored.
        client.request(
            "PUT",
            "/youtube/v3/videos",
            params={"part": "snippet"},
            json={"id": remote_id, "snippet": kept},
        )

    def sign_out(self, client: Client) -> None:
        """Revoke the tokens at Google. Tokens that are revoked already are no error."""
        account = account_client(client)
        token = account.tokens.refresh_token or account.tokens.access_token
        address = f"{account.auth_url.rstrip('/')}/revoke"
        account.public.request("POST", address, form={"token": token}, expect=(400,))

    def _token_base(self, endpoints: Endpoints) -> str:
        """Return the host for tokens: Google's differs from the one with the sign-in page."""
        if endpoints.auth == self.endpoints.auth:
            return "https://oauth2.googleapis.com"
        return endpoints.auth.rstrip("/")

    def _channel(self, client: Client) -> Mapping[str, Any]:
        query = {"part": "id,snippet,contentDetails", "mine": "true"}
        channels = _list(_SHAPES.mapping(client.get("/youtube/v3/channels", query)))
        if not channels:
            raise Refused(
                "This Google account has no YouTube channel.",
                advice="Sign in with the account that the videos belong to.",
            )
        return _SHAPES.mapping(channels[0])

    def _videos(self, client: Client, ids: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        query = {"part": "snippet,status,contentDetails", "id": ",".join(ids)}
        by_id = {_name(video, "id", "a video"): video for video in _found(client, query)}
        for number in ids:
            if number in by_id:  # otherwise it was deleted since it was listed
                yield number, by_id[number]


class _Trainability:
    """Reads who may train on public videos, and stops after repeated failures.

    A failed read yields no claim.
    """

    def __init__(self, public: Client) -> None:
        self._public = public
        self._misses = 0

    def permitted(self, number: str) -> tuple[str, ...]:
        if self._misses >= MOST_MISSES:
            return ()
        try:
            answer = self._public.get("/youtube/v3/videoTrainability", {"id": number})
        except ItemGone:
            return ()
        except PlatformError:
            self._misses += 1
            return ()
        self._misses = 0
        return _parties(answer, number)


def _parties(answer: Any, number: str) -> tuple[str, ...]:
    """Return the list of parties, or () if it is not a list about this video."""
    if not isinstance(answer, dict) or answer.get("videoId") != number:
        return ()
    parties = answer.get("permitted")
    if not isinstance(parties, list) or len(parties) > MOST_PARTIES:
        return ()
    if not all(isinstance(party, str) and 0 < len(party) <= 200 for party in parties):
        return ()
    return tuple(parties)


def _item(number: str, video: Mapping[str, Any], trainability: _Trainability) -> RemoteItem:
    snippet = _part(video, "snippet")
    fields = _fields(snippet)
    # Values that a write does not touch are not part of the stamp.
    stamp = stamp_of(fields)
    status = _part(video, "status")
    if licence := text_in(status, "license"):
        fields[LICENCE] = (licence,)
    public = text_in(status, "privacyStatus") == "public"
    if public and (permitted := trainability.permitted(number)):
        fields[PERMITTED] = permitted
    return RemoteItem(
        remote_id=number,
        title=text_in(snippet, "title"),
        artist=text_in(snippet, "channelTitle").removesuffix(" - Topic"),
        isrc="",
        duration_ms=_milliseconds(text_in(_part(video, "contentDetails"), "duration")),
        url=f"https://www.youtube.com/watch?v={number}",
        fields=fields,
        stamp=stamp,
        owner=text_in(snippet, "channelId"),
    )


def _fields(snippet: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    tags, description = snippet.get("tags"), snippet.get("description")
    if not isinstance(tags or [], list) or not all(isinstance(tag, str) for tag in tags or []):
        raise _SHAPES.unexpected("{service} sent tags in an unknown shape.")
    if not isinstance(description or "", str):
        raise _SHAPES.unexpected("{service} sent a description that is not text.")
    found = {"tags": tuple(tags or ()), "description": (description,) if description else ()}
    return {name: values for name, values in found.items() if values}


def _found(client: Client, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    page = _SHAPES.mapping(client.get("/youtube/v3/videos", query))
    return [_SHAPES.mapping(video) for video in _list(page)]


def _milliseconds(duration: str) -> int | None:
    """Return milliseconds for ISO 8601, `PT3M21S`; None for others (live streams: `P0D`)."""
    match = _LENGTH.fullmatch(duration)
    if not match:
        return None
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 or None


def _video(remote_id: str) -> str:
    if not _VIDEO.fullmatch(remote_id):
        raise ValueError("not the id of a YouTube video")
    return remote_id


def _name(values: Mapping[str, Any], name: str, what: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not _VIDEO.fullmatch(value):
        raise _SHAPES.unexpected("{service} sent {what} without a valid name.", what=what)
    return value


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _SHAPES.mapping(values.get(name))


def _list(page: Mapping[str, Any]) -> list[Any]:
    """Return a list's items, which are omitted if there are none."""
    items = page.get("items", [])
    if page.get("kind") is None or not isinstance(items, list):
        raise _SHAPES.unexpected("{service} sent a list in an unknown shape.")
    return items


PLATFORM: Platform = YouTube()
