"""What a person needs in order to connect an account: the `[sign_in]` table of a platform's facts.

apps_url?, apps_url_verified  the page on which it is made; false: recalled, never opened
steps                         sentences that lead there
reads, writes                 what RightsDesk can do there once it is connected
[[sign_in.field]]             what is asked, in this order:
    id                        client_id, client_secret, identifier, secret or base_url
    label                     what the platform calls it
    hint?                     an example, or what an empty one means
    optional?, folder?        may be left empty; may be a folder on this computer
    shape?, otherwise?        a pattern for the whole of it, and the sentence for what differs
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.resources.tables import Table


class Part(StrEnum):
    """What a field is, by the name under which the workspace takes it."""

    CLIENT_ID = "client_id"
    CLIENT_SECRET = "client_secret"
    IDENTIFIER = "identifier"
    SECRET = "secret"
    BASE_URL = "base_url"
    AUTH_URL = "auth_url"

    @property
    def is_secret(self) -> bool:
        """Whether nobody may look on while it is typed."""
        return self in (Part.CLIENT_SECRET, Part.SECRET)


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the form. `shape` is a pattern for all of it, `otherwise` its sentence."""

    part: Part
    label: str
    hint: str = ""
    optional: bool = False
    folder: bool = False
    shape: str = ""
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """The whole of the table."""

    apps_url: str = ""
    apps_url_verified: bool = False
    steps: tuple[str, ...] = ()
    reads: str = ""
    writes: str = ""
    asks: tuple[Asked, ...] = ()


def read_sign_in(table: Table) -> SignInFacts:
    """Read the table. Raises FactsError where it does not keep to the schema."""
    facts = SignInFacts(
        apps_url=table.link("apps_url"),
        apps_url_verified=table.flag("apps_url_verified", False),
        steps=table.texts("steps"),
        reads=table.text("reads"),
        writes=table.text("writes"),
        asks=tuple(_asked(each) for each in table.tables("field")),
    )
    table.done()
    if len({asked.part for asked in facts.asks}) != len(facts.asks) or not facts.asks:
        raise table.wrong("what is asked has to be there, each once")
    return facts


def _asked(table: Table) -> Asked:
    asked = Asked(
        part=table.word("id", Part),
        label=table.text("label"),
        hint=table.text("hint", ""),
        optional=table.flag("optional", False),
        folder=table.flag("folder", False),
        shape=table.text("shape", ""),
        otherwise=table.text("otherwise", ""),
    )
    table.done()
    try:
        re.compile(asked.shape)
    except re.error:
        raise table.wrong("shape is no pattern") from None
    if bool(asked.shape) != bool(asked.otherwise):
        raise table.wrong("a shape and its sentence belong together")
    return asked
