"""A practice AT Protocol personal data server with made-up accounts and records.

Behaves as the lexicons com.atproto.server.* and com.atproto.repo.* and the reference server say.
Sessions start with an app password; a refresh token works once; an expired access token is refused
with 400 and a code. Anybody can read records; writes name the version that they replace. For a
lexicon that the server does not know, the only answer is "unknown".
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rightsdesk.practice.http import PracticeServer, Reply, Request

LIFE = 7200
"""Lifetime of an access token in seconds, as in the reference server."""

Record = dict[str, Any]
RecordsByHandle = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Records by handle and `COLLECTION/KEY`."""

_NAMES = {
    400: "InvalidRequest",
    401: "AuthenticationRequired",
    404: "NotFound",
    429: "RateLimitExceeded",
    500: "InternalServerError",
    501: "MethodNotImplemented",
}


@dataclass(slots=True)
class _Repo:
    """One account: its identity, secrets and records."""

    handle: str
    did: str
    password: str = field(repr=False)
    records: dict[str, Record] = field(default_factory=dict)
    active: bool = True
    moved_to: str = ""


class PracticeBluesky(PracticeServer):
    """A practice server with a few accounts. Each signs in with its `app_password`."""

    def __init__(
        self, accounts: RecordsByHandle, *, now: Callable[[], float] = time.time, port: int = 0
    ) -> None:
        super().__init__(port=port)
        self._now = now
        self.issued: set[str] = set()
        """Every secret issued, so that a test can search for one where it must not be."""
        self._repos: dict[str, _Repo] = {}
        self._sessions: dict[str, tuple[str, float]] = {}
        self._refreshable: dict[str, str] = {}
        for handle, records in accounts.items():
            did = f"did:plc:{_base32(handle.encode())[:24]}"
            repo = _Repo(handle, did, self._password())
            repo.records = {path: dict(record) for path, record in records.items()}
            self._repos[did] = repo

    def app_password(self, handle: str) -> str:
        """The app password of an account."""
        return self._named(handle).password

    def did(self, handle: str) -> str:
        """The DID of an account."""
        return self._named(handle).did

    def records(self, handle: str) -> dict[str, Record]:
        """An account's records now, by `COLLECTION/KEY`."""
        with self.lock:
            return {path: dict(r) for path, r in self._named(handle).records.items()}

    def edit(self, handle: str, path: str, record: Mapping[str, Any] | None) -> None:
        """Change a record, as another app can; None deletes it."""
        with self.lock:
            _set(self._named(handle).records, path, record)

    def expire(self, handle: str) -> None:
        """Expire an account's access tokens now."""
        did = self.did(handle)
        self._sessions = {
            token: (owner, 0.0 if owner == did else end)
            for token, (owner, end) in self._sessions.items()
        }

    def end_sessions(self, handle: str) -> None:
        """End an account's sessions for good, including refresh tokens. The app password still
        starts new ones."""
        with self.lock:
            did = self.did(handle)
            self._sessions = {t: s for t, s in self._sessions.items() if s[0] != did}
            self._refreshable = {t: d for t, d in self._refreshable.items() if d != did}

    def revoke(self, handle: str) -> None:
        """Revoke the app password, as a person can in the settings: all sessions end."""
        with self.lock:
            self._named(handle).password = self._password()
            self.end_sessions(handle)

    def rename(self, handle: str, new: str) -> None:
        """Give an account another handle: the old one is then free."""
        with self.lock:
            self._named(handle).handle = new

    def deactivate(self, handle: str, moved_to: str = "") -> None:
        """Deactivate an account, as its owner can; `moved_to` is the server that has it now."""
        with self.lock:
            repo = self._named(handle)
            repo.active, repo.moved_to = False, moved_to

    def drop(self, handle: str) -> None:
        """Delete an account here, with its sessions."""
        with self.lock:
            self.end_sessions(handle)
            del self._repos[self.did(handle)]

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        call = request.path.removeprefix("/xrpc/")
        match request.method, call:
            case "POST", "com.atproto.server.createSession":
                return self._create_session(request)
            case "POST", "com.atproto.server.refreshSession":
                return self._refresh_session(request)
            case "POST", "com.atproto.server.deleteSession":
                return self._delete_session(request)
            case "GET", "com.atproto.identity.resolveHandle":
                return self._resolve(request.query.get("handle", ""))
            case "GET", "com.atproto.repo.describeRepo":
                return self._describe(request.query.get("repo", ""))
            case "GET", "com.atproto.repo.getRecord":
                return self._get(request.query)
            case "GET", "com.atproto.repo.listRecords":
                return self._list(request.query)
            case "GET", "com.atproto.server.getSession":
                return self._as_account(request, lambda repo: _ok(self._about(repo)))
            case "POST", "com.atproto.repo.putRecord":
                return self._as_account(request, lambda repo: self._put(repo, request))
            case "POST", "com.atproto.repo.deleteRecord":
                return self._as_account(request, lambda repo: self._delete(repo, request))
        return self.error(501, "Method Not Implemented")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """An XRPC error: a code and a sentence."""
        reply = Reply.of_json(
            {"error": _NAMES.get(status, "Error"), "message": message, **more}, status
        )
        if status != 429:
            return reply
        reset = str(int(self._now()) + 300)
        limits = {"RateLimit-Limit": "30", "RateLimit-Remaining": "0", "RateLimit-Reset": reset}
        return Reply(
            status, reply.body, {**reply.headers, **limits, "RateLimit-Policy": "30;w=300"}
        )

    # Sessions

    def _create_session(self, request: Request) -> Reply:
        body = _json(request)
        found = [r for r in self._repos.values() if body.get("identifier") in (r.handle, r.did)]
        if not found or not secrets.compare_digest(
            str(body.get("password")).encode(), found[0].password.encode()
        ):
            return self.error(401, "Invalid identifier or password")
        return self._session(found[0])

    def _refresh_session(self, request: Request) -> Reply:
        did = self._refreshable.pop(_bearer(request), None)
        if did is None:
            return self.error(400, "Token has been revoked", error="ExpiredToken")
        return self._session(self._repos[did])

    def _delete_session(self, request: Request) -> Reply:
        # Access tokens stay valid until they expire: the reference server keeps no list of them.
        self._refreshable.pop(_bearer(request), None)
        return Reply(200)

    def _session(self, repo: _Repo) -> Reply:
        access, refresh = self._token("access", LIFE), self._token("refresh", 90 * 86400)
        self._sessions[access] = (repo.did, self._now() + LIFE)
        self._refreshable[refresh] = repo.did
        return _ok({"accessJwt": access, "refreshJwt": refresh, **self._about(repo)})

    def _describe(self, name: str) -> Reply:
        found = [repo for repo in self._repos.values() if name in (repo.handle, repo.did)]
        if not found:
            return self.error(400, f"Could not find user: {name}")
        if not found[0].active:
            return self.error(400, "Repo has been deactivated", error="RepoDeactivated")
        about = self._about(found[0])
        return _ok({name: about[name] for name in ("handle", "did", "didDoc")})

    def _about(self, repo: _Repo) -> Record:
        home = repo.moved_to or self.base_url
        server = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer"}
        return {
            "didDoc": {"id": repo.did, "service": [server | {"serviceEndpoint": home}]},
            "handle": repo.handle,
            "did": repo.did,
            "email": f"{repo.handle}@example.com",
            "emailConfirmed": True,
            "emailAuthFactor": False,
            "active": repo.active,
            **({} if repo.active else {"status": "deactivated"}),
        }

    def _as_account(self, request: Request, answer: Callable[[_Repo], Reply]) -> Reply:
        token = _bearer(request)
        if not token:
            return self.error(401, "Authentication Required", error="AuthMissing")
        did, end = self._sessions.get(token, ("", 0.0))
        if not did:
            return self.error(400, "Token could not be verified", error="InvalidToken")
        if self._now() >= end:
            return self.error(400, "Token has expired", error="ExpiredToken")
        return answer(self._repos[did])

    def _token(self, kind: str, life: int) -> str:
        """Three parts, as in a JWT; the last one is not a signature."""
        now = int(self._now())
        claims = {"scope": f"com.atproto.{kind}", "iat": now, "exp": now + life}
        parts = [json.dumps({"typ": "at+jwt"}), json.dumps(claims)]
        head = ".".join(base64.urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts)
        token = f"{head}.{secrets.token_urlsafe(24)}"
        self.issued.add(token)
        return token

    def _password(self) -> str:
        letters = "abcdefghijkmnopqrstuvwxyz234567"
        quads = ["".join(secrets.choice(letters) for _ in range(4)) for _ in range(4)]
        self.issued.add(password := "-".join(quads))
        return password

    # Records

    def _resolve(self, handle: str) -> Reply:
        for repo in self._repos.values():
            if repo.handle == handle:
                return _ok({"did": repo.did})
        return self.error(400, "Unable to resolve handle")

    def _get(self, query: Mapping[str, str]) -> Reply:
        repo = self._repo(query.get("repo", ""))
        path = f"{query.get('collection')}/{query.get('rkey')}"
        if repo is None:
            return self.error(
                400, f"Could not find repo: {query.get('repo')}", error="RepoNotFound"
            )
        if not repo.active:
            return self.error(400, "Repo has been deactivated", error="RepoDeactivated")
        uri = f"at://{repo.did}/{path}"
        if path not in repo.records:
            message = f"Could not locate record: {uri}"
            return self.error(400, message, error="RecordNotFound")
        record = repo.records[path]
        return _ok({"uri": uri, "cid": _cid(record), "value": record})

    def _list(self, query: Mapping[str, str]) -> Reply:
        repo, collection = self._repo(query.get("repo", "")), query.get("collection")
        limit = query.get("limit", "50")
        if repo is None:
            return self.error(400, f"Could not find repo: {query.get('repo')}")
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            return self.error(400, "Error: limit must be from 1 to 100")
        paths = sorted(p for p in repo.records if p.startswith(f"{collection}/"))
        paths = [p for p in paths if p.rpartition("/")[2] > query.get("cursor", "")]
        page = paths[: int(limit)]
        records = [
            {"uri": f"at://{repo.did}/{p}", "cid": _cid(repo.records[p]), "value": repo.records[p]}
            for p in page
        ]
        more = {"cursor": page[-1].rpartition("/")[2]} if page else {}
        return _ok({"records": records, **more})

    def _put(self, repo: _Repo, request: Request) -> Reply:
        body = _json(request)
        record, collection = body.get("record"), body.get("collection")
        if body.get("repo") not in (repo.did, repo.handle):
            return self._foreign(body)
        if not isinstance(record, dict) or record.get("$type", collection) != collection:
            return self.error(400, f"Invalid $type: expected {collection}")
        if body.get("validate") is True:
            return self.error(400, f"Unknown lexicon type: {collection}")
        path = f"{collection}/{body.get('rkey')}"
        uri, before = f"at://{repo.did}/{path}", repo.records.get(path)
        answer = {"uri": uri, "cid": _cid(record), "validationStatus": "unknown"}
        if before == record:
            return _ok(answer)  # nothing is committed, and `swapRecord` is not checked
        if reply := self._swapped(body, before):
            return reply
        _set(repo.records, path, record)
        return _ok(answer | {"commit": self._commit()})

    def _delete(self, repo: _Repo, request: Request) -> Reply:
        body = _json(request)
        path = f"{body.get('collection')}/{body.get('rkey')}"
        if body.get("repo") not in (repo.did, repo.handle):
            return self._foreign(body)
        if path not in repo.records:
            return _ok({})
        if reply := self._swapped(body, repo.records[path]):
            return reply
        _set(repo.records, path, None)
        return _ok({"commit": self._commit()})

    def _foreign(self, body: Mapping[str, Any]) -> Reply:
        if self._repo(str(body.get("repo"))) is None:
            return self.error(403, "Account not found", error="AccountNotFound")
        return self.error(401, "Authentication Required")

    def _swapped(self, body: Mapping[str, Any], before: Record | None) -> Reply | None:
        if "swapRecord" not in body:
            return None
        now = _cid(before) if before is not None else None
        if body["swapRecord"] == now:
            return None
        return self.error(400, f"Record was at {now or 'null'}", error="InvalidSwap")

    def _commit(self) -> dict[str, str]:
        return {"cid": f"bafyrei{secrets.token_hex(26)}", "rev": secrets.token_hex(7)}

    def _repo(self, name: str) -> _Repo | None:
        return next((r for r in self._repos.values() if name in (r.did, r.handle)), None)

    def _named(self, handle: str) -> _Repo:
        return next(repo for repo in self._repos.values() if repo.handle == handle)


def _ok(data: Any) -> Reply:
    return Reply.of_json(data)


def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _set(records: dict[str, Record], path: str, record: Mapping[str, Any] | None) -> None:
    if record is None:
        records.pop(path, None)
    else:
        records[path] = dict(record)


def _base32(data: bytes) -> str:
    return base64.b32encode(hashlib.sha256(data).digest()).decode().lower().rstrip("=")


def _cid(record: Mapping[str, Any]) -> str:
    """A name derived from the content, like a real content identifier."""
    return f"bafyrei{_base32(json.dumps(record, sort_keys=True).encode())}"
