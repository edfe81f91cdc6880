"""A site's files in a bucket of S3 object storage: Amazon's or a compatible one.

Source: the Amazon S3 API reference (GetObject, PutObject and its conditional writes, DeleteObject,
ListObjectsV2, GetObjectAcl). Other services support a part of it. A file is uploaded in one
request, so half a file is never visible. Services with conditional writes accept it only if the
file did not change since it was read. Attributes of the old file are kept, or the write is refused:
see `s3_attributes`. No other bucket or server is contacted.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from requests.auth import AuthBase

from rightsdesk.clock import Clock
from rightsdesk.file_attributes import NotKept
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.answer import Answer, cleaned
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    ItemGone,
    NeedsReconnect,
    PlatformError,
    Refused,
    changed_on_site,
)
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.interface import SettledItem
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.folder import Folder
from rightsdesk.platforms.sites.s3_attributes import (
    AccessGrants,
    Attributes,
    grants_in,
    is_public,
    of_headers,
    tags_in,
)
from rightsdesk.platforms.sites.session import LARGEST_FILE, disk_full, not_kept, too_large
from rightsdesk.platforms.sites.sigv4 import UNRESERVED, SigV4
from rightsdesk.sentences import worded

ELSEWHERE = frozenset({301, 302, 303, 307, 308})
NO_SUCH_THING = frozenset({400, 405, 501})
"""Status codes of services without tags or access lists."""

PUBLIC = Attributes(headers={"x-amz-acl": "public-read"})
FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"})
CHANGED = frozenset({409, 412})
"""Status codes for a failed condition: the file was changed, or is being changed."""

NOT_FOR_US = frozenset(range(300, 500)) - {408, 425, 429}
"""Status codes with an S3 error code in the body; 501 has one, too."""

WRONG_KEY = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"}
)
TYPES = {"txt": "text/plain; charset=utf-8", "json": "application/json", "xml": "application/xml"}
LOOKALIKE = "index.html"
"""A new file is as public as this one."""

_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{3,128}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{1,40}")
_CODE = re.compile(rb"<Code>([A-Za-z0-9]{1,60})</Code>")
_RIGHT_REGION = re.compile(rb"<Region>([a-z0-9][a-z0-9-]{1,40})</Region>")


@dataclass(frozen=True, slots=True)
class S3Address:
    """Where the files are: service, bucket and folder ("" or a path that ends with a slash)."""

    base_url: str
    bucket: str
    prefix: str
    key_id: str
    region: str

    @classmethod
    def at(cls, address: str) -> "S3Address":
        """Parse `s3://KEY-ID@server/bucket/folder`.

        `?region=…` is needed if the server's name does not contain the region. `s3+http://` works
        on this computer only. Raises `AddressRefused`.
        """
        try:
            parts = urlsplit(address)
            scheme = "http" if parts.scheme.lower() == "s3+http" else "https"
            base = f"{scheme}://{parts.netloc.rpartition('@')[2]}"
            host = origin_of(base).host
            options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        except ValueError:
            raise _refused_address() from None
        bucket, _, path = unquote(parts.path).strip("/").partition("/")
        region = options.pop("region", "") or _region_in(host)
        key_id = unquote(parts.username or "")
        names = path.split("/") if path else []
        fits = (
            _KEY_ID.fullmatch(key_id)
            and _BUCKET.fullmatch(bucket)
            and _REGION.fullmatch(region)
            and not any(name in ("", ".", "..") or not name.isprintable() for name in names)
        )
        if not fits or parts.password or parts.fragment or options:
            raise _refused_address()
        return cls(base, bucket, f"{path}/" if path else "", key_id, region)


@dataclass(frozen=True, slots=True)
class _Version:
    """A file as last read: its ETag, and the headers it was served with.

    `etag` is None if there is no file, and "" if the service sends no ETags.
    """

    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def condition(self) -> dict[str, str]:
        """Return the headers that make a write conditional on this version."""
        if self.etag is None:
            return {"If-None-Match": "*"}
        return {"If-Match": self.etag} if self.etag else {}


class S3Client(Client):
    """Signs each request. Redirects are not followed: a signature is valid for one server."""

    def __init__(self, place: S3Address, secret: str, **options: Any) -> None:
        super().__init__(place.base_url, **options)
        self._session.headers["Accept"] = "*/*"
        # a compressed transfer would be stored as such
        self._session.headers["Accept-Encoding"] = "identity"
        self._key = place.key_id, secret
        self.region = place.region

    def _auth(self, url: str, header: str) -> AuthBase:
        key_id, secret = self._key
        return SigV4(key_id, secret, region=self.region, now=self.clock.now())

    def _follow(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        return self._send(method, url, header, parts)


class S3Folder(Folder):
    """`s3://KEY-ID@server/bucket/folder`; the secret key is the account's secret."""

    def __init__(
        self, address: str, credentials: Credentials, *, limits: Limits, clock: Clock
    ) -> None:
        self._place = S3Address.at(address)
        self._host = origin_of(self._place.base_url).host
        super().__init__(f"{self._host}/{self._place.bucket}/{self._place.prefix}".rstrip("/"))
        secret = credentials.secret.strip()
        if not secret:
            raise self._wrong_key()
        self._client = S3Client(
            self._place,
            secret,
            limiter=limits.of(
                service=self._host,
                host=str(origin_of(self._place.base_url)),
                client_id=self._place.key_id,
            ),
            service=self._host,
            clock=clock,
        )
        self._versions: dict[str, _Version] = {}
        self._lock = RLock()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check(self) -> None:
        """Raise a `PlatformError` if the bucket can't be listed. The folder may be empty."""
        self._ask("GET", "", {"list-type": "2", "prefix": self._place.prefix, "max-keys": "1"})

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is no file."""
        with self._lock:
            answer = self._ask("GET", path)
            if answer.status == 404:
                self._versions[path] = _Version()
                return None
            if len(answer.body) > LARGEST_FILE:
                raise too_large(path)
            self._versions[path] = _Version(_etag(answer), answer.headers)
            return answer.body

    def write(self, path: str, data: bytes) -> None:
        """Upload a file with all attributes of the old one.

        Raises `ChangedThere` if it changed since it was last read, and `Refused` if an attribute
        would be lost.
        """
        with self._lock:
            if path not in self._versions:
                self.read(path)
            version = self._versions[path]
            try:
                attributes = (
                    self._new() if version.etag is None else self._attributes(path, version.headers)
                )
                kind = TYPES.get(path.rpartition(".")[2], "text/plain")
                headers = {"Content-Type": kind, **attributes.to_headers()}
                packed = attributes.packed(data)
                if attributes.is_special:
                    self._rehearse(path, attributes, headers, packed)
            except NotKept as error:
                raise not_kept(path.rpartition("/")[2], error.lost) from None
            answer = self._conditionally("PUT", path, version, headers, packed)
            if answer.status not in CHANGED:
                self._versions[path] = _Version(_etag(answer), headers)
            # After a lost answer the upload was repeated: then the file there is ours.
            elif self.read(path) != data:
                raise changed_on_site(path)

    def remove(self, path: str) -> None:
        """Remove a file; does nothing if there is none."""
        with self._lock:
            version = self._versions.pop(path, _Version(""))
            if version.etag is None:
                return
            answer = self._conditionally("DELETE", path, version)
            if answer.status in CHANGED and self.read(path) is not None:
                raise changed_on_site(path)

    def settle(self, path: str, old: bytes | None, new: bytes | None) -> SettledItem:
        """Remove the test file. An upload is one request, so a file is never there in part."""
        with suppress(Refused):
            self._ask("DELETE", _aside(path))
        return SettledItem.WHOLE if self.read(path) in (old, new) else SettledItem.LEFT

    def tidy(self, path: str) -> None:
        """Nothing: the test file is overwritten the next time."""

    def has_folder(self, path: str) -> bool:
        """Return False: a bucket has no folders, only names with slashes."""
        return False

    def remove_folder(self, path: str) -> None:
        """Nothing: a bucket has no folders."""

    def _conditionally(
        self,
        method: str,
        path: str,
        version: _Version,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> Answer:
        """Send a request on condition that the file did not change.

        Without the condition if the service does not support conditions.
        """
        with_condition = {**(headers or {}), **version.condition}
        answer = self._ask(method, path, headers=with_condition, data=data, expect=CHANGED | {501})
        if answer.status == 501:
            return self._ask(method, path, headers=headers, data=data)
        return answer

    def _attributes(self, path: str, headers: Mapping[str, str]) -> Attributes:
        """Return all attributes of a file. Raises `NotKept` for those that can't be kept."""
        found = of_headers(headers)
        owner, grants = self._grants(path)
        answer = self._ask("GET", path, {"tagging": ""}, expect=NO_SUCH_THING)
        tags = tags_in(answer.body[:LARGEST_FILE]) if answer.status == 200 else ()
        return replace(found, owner=owner, grants=grants, tags=tags)

    def _new(self) -> Attributes:
        """Return the attributes of a new file: it is as public as the home page."""
        with suppress(Refused, ItemGone, NotKept):
            if is_public(self._grants(LOOKALIKE)[1]):
                return PUBLIC
        return Attributes()

    def _grants(self, path: str) -> tuple[str, AccessGrants]:
        """Return owner and grants of a file.

        Most buckets have only one rule for all files; the result is then empty.
        """
        try:
            answer = self._ask("GET", path, {"acl": ""}, expect=NO_SUCH_THING)
        except Refused:
            if self._has_no_access_lists():
                return "", frozenset()
            raise
        if answer.status != 200:
            return "", frozenset()
        return grants_in(answer.body[:LARGEST_FILE])

    def _has_no_access_lists(self) -> bool:
        with suppress(Refused, ItemGone):
            answer = self._ask("GET", "", {"ownershipControls": ""}, expect=NO_SUCH_THING)
            return b"BucketOwnerEnforced" in answer.body[:10_000]
        return False

    def _rehearse(
        self, path: str, wanted: Attributes, headers: Mapping[str, str], data: bytes
    ) -> None:
        """Check on another file whether the service keeps all attributes. Raises `NotKept`."""
        aside = _aside(path)
        try:
            self._ask("PUT", aside, headers=headers, data=data)
            stored = self._ask("GET", aside)
            lost = wanted.lost_in(self._attributes(aside, stored.headers))
        finally:
            with suppress(PlatformError):
                self._ask("DELETE", aside)
        if lost:
            raise NotKept(lost)

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        expect: frozenset[int] = frozenset(),
    ) -> Answer:
        """Send one request. Return the answer if it is a success, a 404 for a file, or expected."""
        key = f"{self._place.prefix}{path}" if path else ""
        target = f"/{self._place.bucket}/{quote(key, safe='/' + UNRESERVED)}".rstrip("/")
        if query:
            target += f"?{urlencode(query, quote_via=quote, safe=UNRESERVED)}"
        for _ in range(2):
            answer = self._client.request(
                method,
                target,
                headers=headers,
                content=data,
                expect=NOT_FOR_US | expect,
            )
            # The answer to a request for the wrong region names the bucket's own region.
            region = _RIGHT_REGION.search(answer.body[:10_000]) if answer.status == 400 else None
            if region is None or region[1].decode() == self._client.region:
                break
            self._client.region = region[1].decode()
        if 200 <= answer.status < 300 or answer.status in expect:
            return answer
        code = _error_code(answer)
        if answer.status == 404 and path and code != "NoSuchBucket":
            return answer
        raise self._trouble(answer, code)

    def _trouble(self, answer: Answer, code: str) -> PlatformError:
        if code in WRONG_KEY or answer.status == 401:
            return self._wrong_key()
        if code == "RequestTimeTooSkewed":
            return Refused(
                worded("{host} says that this computer's clock is wrong.", host=self._host),
                advice="Correct the date and the time, then try again.",
            )
        if code == "AuthorizationHeaderMalformed":
            return AddressRefused(
                worded(
                    "{host} does not know the region {region} for this bucket.",
                    host=self._host,
                    region=self._client.region,
                ),
                advice="Connect the site with ?region= and the bucket's region at the end of "
                "the address. Your web host names the region.",
            )
        if code in FULL or answer.status == 507:
            return disk_full(worded("the bucket {bucket}", bucket=self._place.bucket))
        if answer.status in ELSEWHERE:
            return AddressRefused(
                worded("{host} redirects to another address for this bucket.", host=self._host),
                advice="RightsDesk did not follow. Connect the site with the address of the "
                "bucket's own region.",
            )
        if answer.status == 404:
            return ItemGone(
                worded(
                    "There is no bucket {bucket} at {host}.",
                    bucket=self._place.bucket,
                    host=self._host,
                ),
                advice="Compare the address with the one your web host gives you.",
            )
        if answer.status == 403:
            return Refused(
                worded(
                    "This key lacks a permission in the bucket {bucket}.", bucket=self._place.bucket
                ),
                advice="Allow it to list the bucket, to get, put and delete its "
                "objects, and to read and set their access lists and tags.",
            )
        return Refused(
            worded("{host} refused this ({reason}).", host=self._host, reason=code or answer.status)
        )

    def _wrong_key(self) -> NeedsReconnect:
        return NeedsReconnect(
            worded("{host} doesn't accept this key with this secret key.", host=self._host),
            advice="Connect the site again with the right ones.",
        )


def _aside(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}.{name}.rightsdesk-00000000.part"


def _etag(answer: Answer) -> str:
    """Return the file's ETag without `W/`: proxies may mark it weak, which conditions reject."""
    return answer.headers.get("ETag", "").removeprefix("W/")


def _error_code(answer: Answer) -> str:
    found = _CODE.search(answer.body[:10_000])
    return cleaned(found[1].decode()) if found else ""


def _region_in(host: str) -> str:
    """Return the region after `s3.` in the server's name; otherwise it is learned later."""
    names = host.split(".")
    named = len(names) > 3 and names[0] == "s3" and _REGION.fullmatch(names[1])
    return names[1] if named else "us-east-1"


def _refused_address() -> AddressRefused:
    return AddressRefused(
        "This address can't be used.",
        advice="Enter it in the form s3://KEY-ID@s3.eu-central-1.amazonaws.com/bucket/folder, "
        "without the secret key.",
    )
