"""Bluesky, and any other AT Protocol server: the account's AI preferences.

Sources: lexicons com.atproto.repo.getRecord, putRecord and deleteRecord
(github.com/bluesky-social/atproto) and community.lexicon.preference.ai
(github.com/lexicon-community/lexicon). One record, key `self`, is valid for the whole account;
`consent.dialects.bluesky` says what it means. Records for single readers or collections have other
keys and are never touched. Records are public, so they are read without a sign-in. A write names
the version it replaces (`swapRecord`), so a change made elsewhere meanwhile is never overwritten.
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
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.answer import cleaned, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import ChangedThere, ItemGone, Refused
from rightsdesk.platforms.interface import (
    Capabilities,
    Identity,
    Platform,
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
"""The stamp if there is no record; otherwise it is the record's content identifier."""

_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")
_HANDLE = re.compile(r"[A-Za-z0-9.-]{1,253}")
_CID = re.compile(r"[A-Za-z0-9]{1,200}")
_SHAPES = Shapes("Bluesky")


class Bluesky(ByAccess):
    """An account on any AT Protocol server; items are accounts, identified by their DID."""

    id = CarrierId.BLUESKY
    name = id.display_name
    noun, nouns = "account", "accounts"
    capabilities = Capabilities(
        reads=frozenset({Reach.ACCOUNT}),
        writes=frozenset({Reach.ACCOUNT}),
        evidence=Evidence.API,
        fields=(LEXICON, INTENTS),
        known_by_id=True,
    )
    endpoints = Endpoints(api="https://bsky.social", auth="https://bsky.social")
    sign_in = SignInBy.PASSWORD
    suite = Suite((BlueskyAi(), BlueskyIntents()))

    def connected(self, access: Access) -> Client:
        """Return a client with a session opened by an app password."""
        return session_client(access, self.name)

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the records are the same, in any order. A date left open matches any date."""
        try:
            return len(written) == len(observed) and all(
                _fits(parse_object(ours, self.name), parse_object(theirs, self.name))
                for ours, theirs in zip(written, observed, strict=True)
            )
        except (DialectError, RecursionError):
            return written == observed

    def whoami(self, client: Client) -> Identity:
        """Return the account: `com.atproto.server.getSession`.

        The account is identified by its DID, since handles change.
        """
        session = _SHAPES.mapping(client.get("/xrpc/com.atproto.server.getSession"))
        check_active(session, self.name, client.base_url)
        did, handle = session.get("did"), session.get("handle")
        if not isinstance(did, str) or not _DID.fullmatch(did):
            raise _SHAPES.unexpected("{service} sent an account without a valid name.")
        has_handle = isinstance(handle, str) and _HANDLE.fullmatch(handle)
        return Identity(did, cleaned(str(handle)) if has_handle else did, _page(did))

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """Yield the account, its only item."""
        me = self.whoami(client)
        yield self._read(client, me.remote_id, me.name)

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read the two public records of an account."""
        return self._read(client, remote_id, "")

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Put the record, or delete it if there is nothing to declare.

        Raises `ChangedThere` if it is no longer the record in `before`. Raises `Refused` if the
        record there is not valid for the whole account.
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
            # `validate` is omitted: servers don't know the lexicon and would refuse.
            body["record"] = _dated(parse_object(wanted[0], self.name), client.clock.now())
        try:
            client.request("POST", f"/xrpc/com.atproto.repo.{call}", json=body)
        except Refused as refused:
            if refused.details.get("error") != "InvalidSwap":
                raise
            raise ChangedThere(
                "Your AI preferences on Bluesky were changed since RightsDesk read them.",
                untouched="They were left unchanged.",
                advice="Check the account again, then repeat.",
            ) from None

    def sign_out(self, client: Client) -> None:
        """Delete the session: `com.atproto.server.deleteSession`. The app password stays valid."""
        end_session(account_client(client))

    def _read(self, client: Client, did: str, handle: str) -> RemoteItem:
        public = account_client(client).public
        text, stamp = _record(public, did, LEXICON)
        intents, _ = _record(public, did, INTENTS)
        fields = {
            name: (record,) for name, record in ((LEXICON, text), (INTENTS, intents)) if record
        }
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
    """Return the record with the key `self` as JSON, and its content identifier.

    "" and `NO_RECORD` if there is none.
    """
    query = {"repo": _did(did), "collection": collection, "rkey": KEY}
    try:
        answer = client.request("GET", "/xrpc/com.atproto.repo.getRecord", params=query)
    except Refused as refused:
        error = refused.details.get("error", "")
        if error == "RecordNotFound":
            return "", NO_RECORD
        if error == "RepoNotFound":
            raise ItemGone("Bluesky doesn't have this account any more.") from None
        if away := away_by(error, "Bluesky"):
            raise away from None
        raise
    found = _SHAPES.mapping(read_json(answer, client.service))
    value, cid = found.get("value"), found.get("cid")
    if not isinstance(value, dict) or not isinstance(cid, str) or not _CID.fullmatch(cid):
        raise _SHAPES.unexpected("{service} sent a record in an unknown shape.")
    if found.get("uri") != f"at://{did}/{collection}/{KEY}":
        raise _SHAPES.unexpected("{service} sent another record than the requested one.")
    return write_json(value), cid


def _did(remote_id: str) -> str:
    if not _DID.fullmatch(remote_id):
        raise ValueError("not the DID of an account")
    return remote_id


def _page(did: str) -> str:
    return f"https://bsky.app/profile/{did}"


def _check_general(text: str) -> None:
    """Raise `Refused` if the record is for one reader or one collection.

    A record that can't be read may be replaced.
    """
    try:
        general = is_general(parse_object(text, "Bluesky"))
    except DialectError:
        return
    if not general:
        raise Refused(
            "The main record of your AI preferences on Bluesky is for one reader or one "
            "collection only.",
            untouched="It was left unchanged.",
            advice="It was made by another app: remove it there, then repeat.",
        )


def _dated(record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the record with the time of writing where the dialect left the date open."""
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def dated(values: Mapping[str, Any]) -> dict[str, Any]:
        open_date = values.get("updatedAt") == UNDATED
        return {**values, "updatedAt": stamp} if open_date else dict(values)

    answers = record.get("preferences")
    if not isinstance(answers, dict):
        return dated(record)
    dated_answers = {name: dated(a) if isinstance(a, dict) else a for name, a in answers.items()}
    return {**dated(record), "preferences": dated_answers}


def _fits(written: Any, observed: Any) -> bool:
    if isinstance(written, dict) and isinstance(observed, dict):
        return written.keys() == observed.keys() and all(
            (name == "updatedAt" and value == UNDATED) or _fits(value, observed[name])
            for name, value in written.items()
        )
    if isinstance(written, list) and isinstance(observed, list):
        return len(written) == len(observed) and all(map(_fits, written, observed))
    return type(written) is type(observed) and bool(written == observed)


PLATFORM: Platform = Bluesky()
