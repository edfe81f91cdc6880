"""Attributes of an object in a bucket, and how to set them again with a new version.

Source: the Amazon S3 API reference (GetObject, PutObject, GetObjectAcl, GetObjectTagging). A new
version has only the attributes that its upload sets: metadata, tags, grants, storage class,
encoding and encryption.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lxml import etree

from rightsdesk.file_attributes import NotKept
from rightsdesk.sentences import worded

SERVED = ("Content-Type", "Cache-Control", "Content-Disposition", "Content-Language", "Expires")
STORED = (
    "x-amz-storage-class",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-website-redirect-location",
)
META = "x-amz-meta-"
LOCKS = ("x-amz-object-lock-mode", "x-amz-object-lock-legal-hold")
OWN_KEY = "x-amz-server-side-encryption-customer-algorithm"
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED_IN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
CANNED = {
    frozenset[tuple[str, str]](): "",
    frozenset({("READ", f'uri="{EVERYBODY}"')}): "public-read",
    frozenset({("READ", f'uri="{SIGNED_IN}"')}): "authenticated-read",
}
GRANTS = {
    "READ": "x-amz-grant-read",
    "READ_ACP": "x-amz-grant-read-acp",
    "WRITE_ACP": "x-amz-grant-write-acp",
    "FULL_CONTROL": "x-amz-grant-full-control",
}
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

AccessGrants = frozenset[tuple[str, str]]
"""Pairs of permission and grantee: `id="…"`, `uri="…"`."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of an object. `owner` is written as in a grant."""

    headers: Mapping[str, str] = field(default_factory=dict)
    gzipped: bool = False
    grants: AccessGrants = frozenset()
    owner: str = ""
    tags: tuple[tuple[str, str], ...] = ()

    def to_headers(self) -> dict[str, str]:
        """Return the headers that set all attributes of a new version. Raises `NotKept`."""
        headers = dict(self.headers)
        if self.gzipped:
            headers["Content-Encoding"] = "gzip"
        if self.tags:
            headers["x-amz-tagging"] = urlencode(self.tags)
        if self.is_usual:
            if canned := CANNED[self._others]:
                headers["x-amz-acl"] = canned
            return headers
        for permission, grantee in sorted(self.grants):
            if permission not in GRANTS:
                raise NotKept(worded("access list"))
            name = GRANTS[permission]
            headers[name] = f"{headers[name]}, {grantee}" if name in headers else grantee
        return headers

    @property
    def is_usual(self) -> bool:
        """Whether only the owner has rights, apart from public read access."""
        own = ("FULL_CONTROL", self.owner) in self.grants or self._others == self.grants == set()
        return own and self._others in CANNED

    @property
    def _others(self) -> AccessGrants:
        return self.grants - {("FULL_CONTROL", self.owner)}

    def packed(self, data: bytes) -> bytes:
        """Return the bytes as they are stored."""
        return gzip.compress(data, mtime=0) if self.gzipped else data

    @property
    def is_special(self) -> bool:
        """Whether a service may be unable to keep all of it."""
        stored = any(name in STORED for name in self.headers)
        return stored or bool(self.tags) or not self.is_usual

    def lost_in(self, other: "Attributes") -> str:
        """Return the name of an attribute that `other` lacks; "" if there is none."""
        for what, mine, theirs in (
            (worded("access list"), (self.grants, self.owner), (other.grants, other.owner)),
            (worded("tags"), sorted(self.tags), sorted(other.tags)),
            (worded("encoding"), self.gzipped, other.gzipped),
        ):
            if mine != theirs:
                return what
        gone = [name for name in self.headers if self.headers[name] != other.headers.get(name)]
        return next((name.removeprefix("x-amz-").replace("-", " ") for name in gone), "")


def of_headers(headers: Mapping[str, str]) -> Attributes:
    """Return the attributes in an answer's headers.

    Raises `NotKept` for those that can't be set again.
    """
    if any(headers.get(name, "").upper() in ("ON", "GOVERNANCE", "COMPLIANCE") for name in LOCKS):
        raise NotKept(worded("lock"))
    if headers.get(OWN_KEY):
        raise NotKept(worded("encryption"))
    if headers.get("x-amz-missing-meta", "0") != "0":
        raise NotKept(worded("metadata"))
    names = [*(name for name in headers if name.lower().startswith(META)), *SERVED, *STORED]
    found = {name: headers.get(name, "") for name in names}
    found = {name: value for name, value in found.items() if value}
    if not all(_plain(value) for value in found.values()):
        raise NotKept(worded("metadata"))
    codings = [coding.strip().lower() for coding in headers.get("Content-Encoding", "").split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity", "aws-chunked")]
    if codings not in ([], ["gzip"]):
        raise NotKept(worded("encoding ({coding})", coding=codings[0][:20]))
    return Attributes(found, bool(codings))


def grants_in(body: bytes) -> tuple[str, AccessGrants]:
    """Return the owner and all grants of an AccessControlPolicy; nothing for other documents.

    Some services send the object itself. Raises `NotKept` for grants that can't be set again.
    """
    root = _parsed(body, "AccessControlPolicy")
    if root is None:
        return "", frozenset()
    owner = _text(root, "Owner", "ID")
    found = set()
    for grant in _all(root, "Grant"):
        [*grantees] = _all(grant, "Grantee")
        permission = _text(grant, "Permission")
        for grantee in grantees:
            kind = str(grantee.get(_XSI_TYPE, ""))
            number, uri, mail = (_text(grantee, name) for name in ("ID", "URI", "EmailAddress"))
            name, value = (
                ("uri", uri) if uri else ("emailAddress", mail) if mail else ("id", number)
            )
            if not value or not _plain(value) or '"' in value:
                raise NotKept(worded("access list ({kind})", kind=(kind or permission)[:25]))
            found.add((permission, f'{name}="{value}"'))
    return (f'id="{owner}"' if owner and _plain(owner) else ""), frozenset(found)


def tags_in(body: bytes) -> tuple[tuple[str, str], ...]:
    """Return the tags of a Tagging document; nothing for other documents."""
    root = _parsed(body, "Tagging")
    if root is None:
        return ()
    return tuple((_text(tag, "Key"), _text(tag, "Value")) for tag in _all(root, "Tag"))


def is_public(grants: AccessGrants) -> bool:
    """Whether everyone may read the object."""
    ways = {("READ", f'uri="{EVERYBODY}"'), ("FULL_CONTROL", f'uri="{EVERYBODY}"')}
    return not ways.isdisjoint(grants)


def _parsed(body: bytes, name: str) -> etree._Element | None:
    """Return the root if the document has this name, otherwise None."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return None
    if root.getroottree().docinfo.doctype or etree.QName(root).localname != name:
        return None
    return root


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return list(root.iter("{*}" + name))


def _text(root: etree._Element, *path: str) -> str:
    found = root.findtext("/".join("{*}" + name for name in path))
    return (found or "").strip()


def _plain(value: str) -> bool:
    return len(value) <= 2048 and value.isascii() and value.isprintable()
