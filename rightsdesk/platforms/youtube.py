"""YouTube: the artist's own videos, their tags and descriptions, and who may train on them.

Sources: YouTube Data API v3 (developers.google.com/youtube/v3 and its discovery document),
the Video Third-Party Trainability API, and Google's guide to OAuth for desktop apps. Whether
third parties may train is set in YouTube Studio and nowhere else; for a public video it can be
read by anybody, so it is asked for without showing a sign-in. What is written is the artist's
own reservation, in the description and the tags.

An update replaces the whole part that it names: whatever is left out is lost. So the whole
`snippet` is read just before, changed in two places and sent back; the `status` part (privacy,
licence, disclosures) is never named.
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
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.json_checks import Shapes, or_why, same_lines, text_in
from rightsdesk.platforms.sign_in.account_client import account_client
from rightsdesk.platforms.sign_in.oauth import AuthServer
from rightsdesk.platforms.youtube_quota import QUOTA

WRITABLE = ("tags", "description")
LICENCE = "licence"
PAGE = 50  # the most that one list gives, and that one look at videos takes
MOST_PAGES = 2_000
MOST_MISSES = 3
MOST_PARTIES = 200
READ_ONLY = frozenset(
    {"publishedAt", "channelId", "channelTitle", "thumbnails", "localized", "liveBroadcastContent"}
)
"""What a snippet tells and an update does not take."""

_SHAPES = Shapes("YouTube")
_VIDEO = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LENGTH = re.compile(r"P(?:(\d{1,4})D)?T?(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?")


class YouTube(BrowserSignIn):
    """YouTube's Data API. Videos are named by their id."""

    id = "youtube"
    name = "YouTube"
    noun, nouns = "video", "videos"
    reads_on = True
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
        """Google's; a desktop app may be sent back to any port of its computer."""
        return AuthServer(
            service=self.name,
            authorize_url=f"{endpoints.auth.rstrip('/')}/o/oauth2/v2/auth",
            token_url=f"{self._token_base(endpoints)}/token",
            scope="https://www.googleapis.com/auth/youtube.force-ssl",
            issuer=endpoints.auth.rstrip("/"),
        )

    def revoked_at(self, endpoints: Endpoints) -> str:
        """Google ends tokens where it gives them."""
        return self._token_base(endpoints)

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """The same tags in any order; the same text, whatever became of spaces at line ends."""
        if name == "description":
            return same_lines("".join(written)) == same_lines("".join(told))
        return sorted(written) == sorted(told)

    def whoami(self, client: Client) -> Identity:
        """`channels.list` of the channel that was chosen when signing in."""
        channel = self._channel(client)
        number = _name(channel, "id", "a channel")
        title = text_in(_part(channel, "snippet"), "title")
        return Identity(number, title or number, f"https://www.youtube.com/channel/{number}")

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """The channel's list of uploads, page by page, fifty videos with each look.

        Raises `BadAnswer` where the pages lead in a circle or never end.
        """
        mark = mark or Bookmark()
        related = _part(_part(self._channel(client), "contentDetails"), "relatedPlaylists")
        query = {"part": "contentDetails", "maxResults": str(PAGE)}
        query["playlistId"] = _name(related, "uploads", "a list of uploads")
        look = _Look(account_client(client).public)
        if mark.at:
            query["pageToken"] = mark.at
        given = set(mark.seen)
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
            news = [number for number in dict.fromkeys(ids) if number not in given]
            given.update(news)
            for start in range(0, len(news), PAGE):
                for number, video in self._videos(client, news[start : start + PAGE]):
                    yield or_why(number, partial(_item, number, video, look))
            token = text_in(page, "nextPageToken")
            if not token:
                return
            if token in visited or len(visited) >= MOST_PAGES:
                raise _SHAPES.circle("videos")
            visited.add(token)
            query["pageToken"] = mark.at = token

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """`videos.list` of one video, and its trainability."""
        look = _Look(account_client(client).public)
        for number, video in self._videos(client, [_video(remote_id)]):
            return _item(number, video, look)
        raise ItemGone("YouTube doesn't have this video any more.")

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """`videos.update` of the snippet, read anew, with tags and description changed.

        Raises `DoesNotFit` where YouTube would not take such a text, and `ChangedThere`
        where one of the two is no longer as in `before`.
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
            raise DoesNotFit(why, untouched="The video was left as it is.")
        query = {"part": "snippet", "id": _video(remote_id)}
        snippet = next((_part(v, "snippet") for v in _found(client, query)), None)
        if snippet is None:
            raise ItemGone("YouTube doesn't have this video any more.")
        now = _fields(snippet)
        if any(now.get(name, ()) != before.fields.get(name, ()) for name in WRITABLE):
            raise ChangedThere(
                "This video was changed on YouTube since RightsDesk looked.",
                untouched="It was left as it is now.",
                advice="Look again, then repeat.",
            )
        if not (text_in(snippet, "title") and text_in(snippet, "categoryId")):
            raise _SHAPES.unexpected("a video without a title or a category")
        kept = {name: value for name, value in snippet.items() if name not in READ_ONLY}
        after = {**now, **wanted}
        kept["tags"] = list(after.get("tags", ()))
        kept["description"] = "".join(after.get("description", ()))
        # The answer is not read: only reading back tells what YouTube made of it.
        client.request(
            "PUT",
            "/youtube/v3/videos",
            params={"part": "snippet"},
            json={"id": remote_id, "snippet": kept},
        )

    def sign_out(self, client: Client) -> None:
        """Revoke the tokens at Google. That they are over already is as good."""
        account = account_client(client)
        token = account.tokens.refresh_token or account.tokens.access_token
        address = f"{account.auth_url.rstrip('/')}/revoke"
        account.public.request("POST", address, form={"token": token}, expect=(400,))

    def _token_base(self, endpoints: Endpoints) -> str:
        """Google gives tokens at another host than the one with the page for people."""
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
            if number in by_id:  # else it was deleted since it was listed
                yield number, by_id[number]


class _Look:
    """Looks up who may train on public videos, and gives up where that goes wrong repeatedly.

    A look-up that fails tells nothing: then nothing is claimed.
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
    """The list as it stands, or nothing where it is not one about this video."""
    if not isinstance(answer, dict) or answer.get("videoId") != number:
        return ()
    parties = answer.get("permitted")
    if not isinstance(parties, list) or len(parties) > MOST_PARTIES:
        return ()
    if not all(isinstance(party, str) and 0 < len(party) <= 200 for party in parties):
        return ()
    return tuple(parties)


def _item(number: str, video: Mapping[str, Any], look: _Look) -> RemoteItem:
    snippet = _part(video, "snippet")
    fields = _fields(snippet)
    # The rest is no part of it: it has no part in a write.
    stamp = stamp_of(fields)
    status = _part(video, "status")
    if licence := text_in(status, "license"):
        fields[LICENCE] = (licence,)
    public = text_in(status, "privacyStatus") == "public"
    if public and (permitted := look.permitted(number)):
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
        raise _SHAPES.unexpected("tags in an unknown shape")
    if not isinstance(description or "", str):
        raise _SHAPES.unexpected("a description that is no text")
    found = {"tags": tuple(tags or ()), "description": (description,) if description else ()}
    return {name: values for name, values in found.items() if values}


def _found(client: Client, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    page = _SHAPES.mapping(client.get("/youtube/v3/videos", query))
    return [_SHAPES.mapping(video) for video in _list(page)]


def _milliseconds(duration: str) -> int | None:
    """From ISO 8601, `PT3M21S`; None for anything else, such as a live stream's `P0D`."""
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
        raise _SHAPES.unexpected(f"{what} without a valid name")
    return value


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _SHAPES.mapping(values.get(name))


def _list(page: Mapping[str, Any]) -> list[Any]:
    """A list's items; left out where there are none."""
    items = page.get("items", [])
    if page.get("kind") is None or not isinstance(items, list):
        raise _SHAPES.unexpected("a list in an unknown shape")
    return items
