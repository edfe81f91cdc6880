"""Bluesky, and any other AT Protocol server: the account's AI preferences.

Sources: lexicons com.atproto.repo.getRecord, putRecord and deleteRecord
(github.com/bluesky-social/atproto) and community.lexicon.preference.ai
(github.com/lexicon-community/lexicon). One record, key `self`, speaks for the whole account;
`consent.dialects.bluesky` says what it means. Records for single readers or collections have
other keys and are never touched. Anybody can read a record, so reading shows no sign-in.
A write names the version that it replaces (`swapRecord`), so a change made elsewhere in the
meantime is never overwritten.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.base import DialectError
from rightsdesk.consent.dialects.documents import parse_object, write_json
from rightsdesk.consent.dialects.platforms.bluesky import (
    INTENTS,
    LEXICON,
    UNDATED,
    BlueskyAi,
    BlueskyIntents,
    is_general,
)
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.answer import cleaned, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import ChangedThere, ItemGone, Refused
from rightsdesk.platforms.interface import (
    Capabilities,
    Identity,
    Reach,
    RemoteItem,
    SignInBy,
)
from rightsdesk.platforms.json_checks import Shapes
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.account_client import account_client
from rightsdesk.platforms.sign_in.atproto_session import (
    away_by,
    check_active,
    end_session,
    session_client,
)

KEY = "self"
NO_RECORD = "none"
"""The stamp where there is no record; else it is the record's content identifier."""

_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")
_HANDLE = re.compile(r"[A-Za-z0-9.-]{1,253}")
_CID = re.compile(r"[A-Za-z0-9]{1,200}")
_SHAPES = Shapes("Bluesky")


class Bluesky(ByAccess):
    """An account on any AT Protocol server; items are accounts, named by their DID."""

    id = "bluesky"
    name = "Bluesky"
    noun, nouns = "account", "accounts"
    capabilities = Capabilities(
        reads=frozenset({Reach.ACCOUNT}),
        writes=frozenset({Reach.ACCOUNT}),
        evidence=Evidence.API,
        fields=(LEXICON, INTENTS),
    )
    endpoints = Endpoints(api="https://bsky.social", auth="https://bsky.social")
    sign_in = SignInBy.PASSWORD
    suite = Suite((BlueskyAi(), BlueskyIntents()))

    def connected(self, access: Access) -> Client:
        """With a session that an app password opens."""
        return session_client(access, self.name)

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """The same record, in any order, with any date where we left the date to the write."""
        try:
            return len(written) == len(told) and all(
                _fits(parse_object(one, self.name), parse_object(other, self.name))
                for one, other in zip(written, told, strict=True)
            )
        except (DialectError, RecursionError):
            return written == told

    def whoami(self, client: Client) -> Identity:
        """`com.atproto.server.getSession`. The account is known by its DID: handles change."""
        session = _SHAPES.mapping(client.get("/xrpc/com.atproto.server.getSession"))
        check_active(session, self.name, client.base_url)
        did, handle = session.get("did"), session.get("handle")
        if not isinstance(did, str) or not _DID.fullmatch(did):
            raise _SHAPES.unexpected("an account without a valid name")
        known = isinstance(handle, str) and _HANDLE.fullmatch(handle)
        return Identity(did, cleaned(str(handle)) if known else did, _page(did))

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """The account itself, the only item there is."""
        me = self.whoami(client)
        yield self._read(client, me.remote_id, me.name)

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """The two records of an account as the world sees them."""
        return self._read(client, remote_id, "")

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Put the record, or delete it where nothing is to be said any more.

        Raises `ChangedThere` where it is no longer the one in `before`, and `Refused` where
        what is there speaks for something else than the account.
        """
        wanted = fields.get(LEXICON)
        if set(fields) - {LEXICON}:
            raise ValueError(f"not to be written on Bluesky: {sorted(set(fields) - {LEXICON})}")
        if wanted is None or self.same(LEXICON, wanted, before.fields.get(LEXICON, ())):
            return
        if len(wanted) > 1:
            raise ValueError("an account has one record")
        for text in before.fields.get(LEXICON, ()):
            _check_general(text)
        body: dict[str, Any] = {"repo": _did(remote_id), "collection": LEXICON, "rkey": KEY}
        body["swapRecord"] = None if before.stamp == NO_RECORD else before.stamp
        call = "deleteRecord"
        if wanted:
            call = "putRecord"
            # `validate` is left out: servers don't know the lexicon, and would refuse.
            body["record"] = _dated(parse_object(wanted[0], self.name), client.clock.now())
        try:
            client.request("POST", f"/xrpc/com.atproto.repo.{call}", json=body)
        except Refused as refused:
            if refused.details.get("error") != "InvalidSwap":
                raise
            raise ChangedThere(
                "Your AI preferences on Bluesky were changed since RightsDesk looked.",
                untouched="They were left as they are now.",
                advice="Look again, then repeat.",
            ) from None

    def sign_out(self, client: Client) -> None:
        """`com.atproto.server.deleteSession`. The app password itself stays as it is."""
        end_session(account_client(client))

    def _read(self, client: Client, did: str, handle: str) -> RemoteItem:
        public = account_client(client).public
        text, stamp = _record(public, did, LEXICON)
        shown, _ = _record(public, did, INTENTS)
        fields = {name: (one,) for name, one in ((LEXICON, text), (INTENTS, shown)) if one}
        return RemoteItem(
            remote_id=did,
            title="AI preferences",
            artist=handle,
            isrc="",
            duration_ms=None,
            url=_page(did),
            fields=fields,
            stamp=stamp,
            reach=Reach.ACCOUNT,
        )


def _record(client: Client, did: str, collection: str) -> tuple[str, str]:
    """The record with the key `self` as JSON, and its content identifier; "" and `NO_RECORD`."""
    query = {"repo": _did(did), "collection": collection, "rkey": KEY}
    try:
        answer = client.request("GET", "/xrpc/com.atproto.repo.getRecord", params=query)
    except Refused as refused:
        word = refused.details.get("error", "")
        if word == "RecordNotFound":
            return "", NO_RECORD
        if word == "RepoNotFound":
            raise ItemGone("Bluesky doesn't have this account any more.") from None
        if away := away_by(word, "Bluesky"):
            raise away from None
        raise
    found = _SHAPES.mapping(read_json(answer, client.service))
    value, cid = found.get("value"), found.get("cid")
    if not isinstance(value, dict) or not isinstance(cid, str) or not _CID.fullmatch(cid):
        raise _SHAPES.unexpected("a record in an unknown shape")
    if found.get("uri") != f"at://{did}/{collection}/{KEY}":
        raise _SHAPES.unexpected("another record than the one asked for")
    return write_json(value), cid


def _did(remote_id: str) -> str:
    if not _DID.fullmatch(remote_id):
        raise ValueError("not the DID of an account")
    return remote_id


def _page(did: str) -> str:
    return f"https://bsky.app/profile/{did}"


def _check_general(text: str) -> None:
    """A record that can't be read may be replaced; one for somebody else may not."""
    try:
        general = is_general(parse_object(text, "Bluesky"))
    except DialectError:
        return
    if not general:
        raise Refused(
            "The main record of your AI preferences on Bluesky is for one reader or one "
            "collection only.",
            untouched="It was left as it is.",
            advice="It was made by another app: remove it there, then repeat.",
        )


def _dated(record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The record with the moment of writing wherever the dialect left the date open."""
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def dated(values: Mapping[str, Any]) -> dict[str, Any]:
        open_date = values.get("updatedAt") == UNDATED
        return {**values, "updatedAt": stamp} if open_date else dict(values)

    answers = record.get("preferences")
    if not isinstance(answers, dict):
        return dated(record)
    each = {name: dated(a) if isinstance(a, dict) else a for name, a in answers.items()}
    return {**dated(record), "preferences": each}


def _fits(written: Any, told: Any) -> bool:
    if isinstance(written, dict) and isinstance(told, dict):
        return written.keys() == told.keys() and all(
            (name == "updatedAt" and value == UNDATED) or _fits(value, told[name])
            for name, value in written.items()
        )
    if isinstance(written, list) and isinstance(told, list):
        return len(written) == len(told) and all(map(_fits, written, told))
    return type(written) is type(told) and bool(written == told)
