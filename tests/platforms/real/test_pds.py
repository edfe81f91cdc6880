"""Bluesky's own reference server: the same sequence as with our practice server, and more."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from rightsdesk.consent.dialects.platforms.bluesky import INTENTS, LEXICON
from rightsdesk.platforms.bluesky import NO_RECORD, Bluesky
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import NeedsReconnect, PlatformError
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.sign_in.credentials import Credentials
from tests.platforms import bluesky_sequence
from tests.platforms.bluesky_sequence import NO_AI, declare
from tests.platforms.real.npm_server import npm_server

pytestmark = pytest.mark.slow

PASSWORD = "the-persons-own-password"
platform = Bluesky()


@dataclass
class Person:
    """An account on the server, and the actions of its owner or another app."""

    url: str
    handle: str
    did: str
    token: str

    @classmethod
    def new(cls, url: str, handle: str) -> "Person":
        body = {"handle": handle, "email": f"{handle}@example.com", "password": PASSWORD}
        made = _call(url, "com.atproto.server.createAccount", "", body)
        return cls(url, handle, made["did"], made["accessJwt"])

    def app_password(self, name: str) -> str:
        body = {"name": name}
        return str(self.call("com.atproto.server.createAppPassword", body)["password"])

    def call(self, name: str, body: dict[str, Any]) -> Any:
        return _call(self.url, name, self.token, body)

    def put(self, collection: str, record: dict[str, Any] | None, key: str = "self") -> None:
        body: dict[str, Any] = {"repo": self.did, "collection": collection, "rkey": key}
        if record is None:
            self.call("com.atproto.repo.deleteRecord", body)
        else:
            self.call("com.atproto.repo.putRecord", body | {"record": record})


def _call(url: str, name: str, token: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{url}/xrpc/{name}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pds")
    with npm_server("pds", folder / "log.txt", str(folder / "server")) as addresses:
        yield addresses["pds"]


@pytest.fixture(scope="module")
def mara(pds: str) -> Person:
    return Person.new(pds, "mara.test")


def connected(person: Person, name: str, saved: list[Credentials] | None = None) -> Client:
    credentials = Credentials(identifier=person.handle, secret=person.app_password(name))
    return client(person.url, credentials, saved)


def client(url: str, credentials: Credentials, saved: list[Credentials] | None = None) -> Client:
    return platform.client(
        Endpoints(url, url),
        "",
        credentials,
        save=(saved if saved is not None else []).append,
        limits=Limits(),
    )


def test_the_whole_sequence(mara: Person) -> None:
    with connected(mara, "story") as account:
        bluesky_sequence.run_sequence(account, lambda record: mara.put(LEXICON, record))


def test_a_session_is_renewed_and_continues_after_a_restart(mara: Person) -> None:
    saved: list[Credentials] = []
    with connected(mara, "restart", saved) as account:
        platform.whoami(account)
    [first] = saved
    assert first.tokens is not None
    assert first.tokens.expires_at is not None, "the token contains its end"
    broken = first.to_bytes().replace(first.tokens.access_token.encode(), b"not.a.token")
    with client(mara.url, Credentials.from_bytes(broken), saved) as later:
        assert platform.whoami(later).remote_id == mara.did
    assert saved[-1].tokens != first.tokens


def test_signing_out_ends_the_session_and_the_app_password_opens_another(mara: Person) -> None:
    saved: list[Credentials] = []
    with connected(mara, "out", saved) as account:
        platform.whoami(account)
        platform.sign_out(account)
    tokens = saved[-1].tokens
    assert tokens is not None
    broken = saved[-1].to_bytes().replace(tokens.access_token.encode(), b"not.a.token")
    with client(mara.url, Credentials.from_bytes(broken), saved) as later:
        assert platform.whoami(later).name == mara.handle


def test_a_revoked_app_password_is_reported(mara: Person) -> None:
    with connected(mara, "taken back") as account:
        mara.call("com.atproto.server.revokeAppPassword", {"name": "taken back"})
        with pytest.raises(NeedsReconnect):
            platform.whoami(account)


def test_records_by_other_apps_and_for_other_readers_stay(mara: Person) -> None:
    intents = {"$type": INTENTS, "updatedAt": "2026-05-01T00:00:00.000Z"}
    override = {
        "$type": LEXICON,
        "updatedAt": "2026-05-01T00:00:00.000Z",
        "scope": {"$type": f"{LEXICON}#entityScope", "entity": "example.ai"},
        "preferences": {"training": {"allow": True, "updatedAt": "2026-05-01T00:00:00.000Z"}},
    }
    mara.put(INTENTS, intents)
    mara.put(LEXICON, override, key="3mabcdefghi2k")
    with connected(mara, "others") as account:
        [item] = platform.items(account)
        after = declare(account, item, NO_AI)
        platform.write(account, after.remote_id, after, {LEXICON: ()})
        assert platform.item(account, item.remote_id).stamp == NO_RECORD
        query = {"repo": mara.did, "collection": LEXICON}
        listed = account.get("/xrpc/com.atproto.repo.listRecords", query)
        assert [record["value"] for record in listed["records"]] == [override]


def test_an_account_never_writes_into_another_account(pds: str, mara: Person) -> None:
    other = Person.new(pds, "kessel.test")
    with connected(mara, "foreign") as account:
        foreign = platform.item(account, other.did)
        with pytest.raises(PlatformError):
            declare(account, foreign, NO_AI)
        assert platform.item(account, other.did).stamp == NO_RECORD
