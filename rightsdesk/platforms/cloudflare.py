"""Cloudflare in front of the artist's site: what it tells AI crawlers and which it turns away.

Source: Cloudflare's API (developers.cloudflare.com/api: a zone's details, and its
`bot_management`). An account is one zone, named by its id, and an API token made for it. Only
what changes is sent: a plan refuses settings that it does not offer, even unchanged ones.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.cloudflare import CloudflareZone
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.answer import Answer, cleaned, read_json
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import AddressRefused, BadAnswer, ItemGone, Refused
from rightsdesk.platforms.interface import (
    Capabilities,
    Identity,
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.static_credentials import FixedSignIn

WRITABLE = tuple(n for n in CloudflareZone.fields if n not in CloudflareZone.read_only)
SHOWN = (
    *CloudflareZone.read_only,
    "bot_preference_sync_enabled",
    "cf_robots_variant",
    "crawler_protection",
    "is_robots_txt_managed",
)
"""Settings that bear on crawlers and are not ours to change."""

NEW_TOKEN = (
    "Make an API token at Cloudflare, under My Profile, API Tokens, with the permission “Bot "
    "Management: Edit” for this one zone, and connect again with it."
)
INVALID_TOKEN = frozenset({1000, 6003, 6111, 9109})
"""Codes for a token that Cloudflare does not know, or whose form is wrong."""

NOT_PERMITTED = frozenset({9106, 10000})
SETTINGS = "/bot_management"
_ZONE = re.compile(r"[0-9a-f]{32}")


class CloudflareClient(Client):
    """Acts for one zone.

    Cloudflare says by codes under 400 and 403 what is wrong, also that a token no longer holds.
    """

    def __init__(self, base_url: str, *, zone: str, sign_in: FixedSignIn, **options: Any) -> None:
        super().__init__(base_url, authorize=sign_in, **options)
        self.zone = zone
        self._sign_in = sign_in

    def ask(self, method: str, path: str, json: Any = None) -> Mapping[str, Any]:
        """What is in the answer's envelope. Raises `Refused` and `NeedsReconnect`."""
        answer = self.request(method, f"/zones/{self.zone}{path}", json=json, expect=(400, 403))
        if answer.status < 400:
            return _result(answer)
        errors = _errors(answer)
        if any(code in INVALID_TOKEN for code, _ in errors):
            raise self._sign_in.give_up()
        raise _refused(errors)


class Cloudflare(ByAccess):
    """Cloudflare's API. A zone is its own only item."""

    id = "cloudflare"
    name = "Cloudflare"
    noun, nouns = "zone", "zones"
    capabilities = Capabilities(
        reads=frozenset({Reach.SITE}),
        writes=frozenset({Reach.SITE}),
        evidence=Evidence.API,
        fields=(*WRITABLE, *SHOWN),
    )
    endpoints = Endpoints(
        api="https://api.cloudflare.com/client/v4", auth="https://api.cloudflare.com/client/v4"
    )
    sign_in = SignInBy.TOKEN
    suite = Suite((CloudflareZone(),))

    def connected(self, access: Access) -> Client:
        """With the zone's id as `identifier` and the API token as `secret`."""
        zone = access.credentials.identifier.strip().lower()
        if not _ZONE.fullmatch(zone):
            raise AddressRefused(
                "This is not the id of a Cloudflare zone.",
                advice="It has 32 letters and digits, and stands on the zone's overview page.",
            )
        token = access.credentials.secret.strip()
        return CloudflareClient(
            access.endpoints.api,
            zone=zone,
            sign_in=FixedSignIn("Bearer", token, service=self.name, advice=NEW_TOKEN),
            limiter=access.limiter(self.name, zone),
            service=self.name,
            clock=access.clock,
        )

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """A word is that word."""
        return written == told

    def whoami(self, client: Client) -> Identity:
        """The zone, once its settings could be read; by its name where the token may know it."""
        zone = _of(client).zone
        _of(client).ask("GET", SETTINGS)
        name = _name(client)
        return Identity(zone, name, f"https://{name}/" if "." in name else "")

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """The zone."""
        yield self.item(client, _of(client).zone)

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """`GET /zones/{zone}/bot_management`."""
        if remote_id != _of(client).zone:
            raise ValueError("not the zone of this account")
        settings = _of(client).ask("GET", SETTINGS)
        fields = {
            name: (word,)
            for name in (*WRITABLE, *SHOWN)
            if (word := _word(name, settings.get(name)))
        }
        name = _name(client)
        return RemoteItem(
            remote_id=remote_id,
            title=name,
            artist="",
            isrc="",
            duration_ms=None,
            url=f"https://{name}/" if "." in name else "",
            fields=fields,
            stamp=stamp_of(fields),
            reach=Reach.SITE,
        )

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """`PUT /zones/{zone}/bot_management` with the settings that differ from `before`.

        Raises `Refused` where the plan or the token does not allow it.
        """
        if unknown := set(fields) - set(WRITABLE):
            raise ValueError(f"not settings of a Cloudflare zone: {sorted(unknown)}")
        changed = {
            name: values[0] if values else "disabled"
            for name, values in fields.items()
            if values != before.fields.get(name, ())
        }
        if changed and remote_id == _of(client).zone:
            _of(client).ask("PUT", SETTINGS, changed)

    def sign_out(self, client: Client) -> None:
        """A token ends only where it was made."""


def _name(client: Client) -> str:
    """The zone's domain; its id where the token may not look."""
    zone = _of(client)
    try:
        name = zone.ask("GET", "").get("name")
    except (Refused, ItemGone):
        return zone.zone
    is_domain = isinstance(name, str) and re.fullmatch(r"[a-z0-9.-]{1,253}", name)
    return str(name) if is_domain else zone.zone


def _result(answer: Answer) -> Mapping[str, Any]:
    """What is in the envelope."""
    whole = read_json(answer, Cloudflare.name)
    result = whole.get("result") if isinstance(whole, dict) else None
    if not isinstance(result, dict) or whole.get("success") is not True:
        raise BadAnswer(
            "Cloudflare sent an answer in an unknown shape.",
            advice="If this stays, Cloudflare has changed: look for a newer RightsDesk.",
        )
    return result


def _errors(answer: Answer) -> list[tuple[int, str]]:
    """The codes and messages of a refusal."""
    try:
        whole = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    errors = whole.get("errors") if isinstance(whole, dict) else None
    listed = errors[:10] if isinstance(errors, list) else []
    pairs = [(e.get("code"), e.get("message")) for e in listed if isinstance(e, dict)]
    return [(c, m if isinstance(m, str) else "") for c, m in pairs if isinstance(c, int)]


def _refused(errors: list[tuple[int, str]]) -> Refused:
    if any(code in NOT_PERMITTED for code, _ in errors):
        return Refused("This token may not do that for this zone.", advice=NEW_TOKEN)
    said = cleaned(errors[0][1]) if errors else ""
    words = f": “{said}”" if said else "."
    return Refused(
        f"Cloudflare does not let this be changed{words}",
        advice="Some settings come only with a larger plan. Look in Cloudflare, under Security.",
    )


def _word(name: str, value: object) -> str:
    """A setting as a word; "" where the plan has none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 100:
        raise BadAnswer(f"Cloudflare sent a setting that is no word ({name}).")
    return value


def _of(client: Client) -> CloudflareClient:
    if not isinstance(client, CloudflareClient):
        raise TypeError("this is not a client that the platform made")
    return client
