"""Facts about connecting an account: the `[sign_in]` table of a platform's file.

apps_url?, apps_url_verified  the page that creates the app; false: from memory, never opened
steps                         sentences that lead there
redirect?                     where the browser may send the answer: "exact" (the address that is
                              registered there), or "loopback" (any address on this computer)
sign_out_ends_all?            whether signing out there ends every sign-in of this login in the app
[[sign_in.scope]]             id, and what RightsDesk can't do without it
reads, writes                 what RightsDesk can do there once connected
[[sign_in.field]]             the fields of the form, in order:
    id                        client_id, client_secret, identifier, secret or base_url
    label                     the platform's label
    hint?                     an example, or the meaning of an empty field
    optional?, folder?        may be left empty; may be a folder on this computer
    key?                      may be a private key in PEM, which has several lines
    shape?, otherwise?        a pattern for the whole text, and the sentence if it does not match
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Literal

import msgspec

from rightsdesk.resources.strict_toml import FilledText, Strict, WebLink


class FieldPart(StrEnum):
    """What a field is, by the name that the workspace uses."""

    CLIENT_ID = "client_id"
    CLIENT_SECRET = "client_secret"
    IDENTIFIER = "identifier"
    SECRET = "secret"
    BASE_URL = "base_url"
    AUTH_URL = "auth_url"

    @property
    def is_secret(self) -> bool:
        """Whether it must be hidden while it is typed."""
        return self in (FieldPart.CLIENT_SECRET, FieldPart.SECRET)


class SignInField(Strict, frozen=True, kw_only=True):
    """One field of the form. `shape` is a pattern for its whole text, `otherwise` the sentence if
    it does not match."""

    part: FieldPart = msgspec.field(name="id")
    label: FilledText
    hint: str = ""
    optional: bool = False
    folder: bool = False
    key: bool = False
    shape: str = ""
    otherwise: str = ""

    def __post_init__(self) -> None:
        try:
            re.compile(self.shape)
        except re.error:
            raise ValueError("shape is no pattern") from None
        if bool(self.shape) != bool(self.otherwise):
            raise ValueError("a shape and its sentence belong together")


class PermissionScope(Strict, frozen=True, kw_only=True):
    """A requested permission, and a sentence about what fails without it."""

    id: FilledText
    without: FilledText


class SignInFacts(Strict, frozen=True, kw_only=True):
    """The whole table; empty for a platform without sign-in."""

    apps_url: WebLink = ""
    apps_url_verified: bool = False
    steps: tuple[FilledText, ...] = ()
    reads: str = ""
    writes: str = ""
    redirect: Literal["", "exact", "loopback"] = ""
    sign_out_ends_all: bool = False
    scopes: tuple[PermissionScope, ...] = msgspec.field(default=(), name="scope")
    asks: tuple[SignInField, ...] = msgspec.field(default=(), name="field")

    def __post_init__(self) -> None:
        if len({field.part for field in self.asks}) != len(self.asks):
            raise ValueError("a field that is asked for twice")
        parts = (self.asks, self.steps, self.reads.strip(), self.writes.strip())
        if any(parts) and not all(parts):
            raise ValueError("steps, reads, writes and field all have to be there")
