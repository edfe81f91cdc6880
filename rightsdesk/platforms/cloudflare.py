"""Cloudflare in front of the artist's site: its signals to AI crawlers, and which it blocks.

Source: Cloudflare's API (developers.cloudflare.com/api: a zone's details, and its
`bot_management`). An account is one zone, identified by its id, and an API token made for it. Only
changed settings are sent: a plan refuses settings it does not include, even unchanged ones.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.cloudflare import CloudflareZone
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.answer import Answer, cleaned, read_json
from rightsdesk.platforms.http.client import Client, narrowed
from rightsdesk.platforms.http.errors import AddressRefused, BadAnswer, ItemGone, Refused
from rightsdesk.platforms.interface import (
    Capabilities,
    Identity,
    Platform,
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.static_credentials import FixedSignIn
from rightsdesk.sentences import worded

WRITABLE = tuple(n for n in CloudflareZone.fields if n not in CloudflareZone.read_only)
SHOWN = (
    *CloudflareZone.read_only,
    "bot_preference_sync_enabled",
    "cf_robots_variant",
    "crawler_protection",
    "is_robots_txt_managed",
)
"""Settings that affect crawlers and that RightsDesk only reads."""

NEW_TOKEN = (
    "Make an API token at Cloudflare, under My Profile, API Tokens, with the permission “Bot "
    "Management: Edit” for this one zone, and connect again with it."
)
INVALID_TOKEN = frozenset({1000, 6003, 6111, 9109})
"""Codes for a token that is unknown or malformed."""

NOT_PERMITTED = frozenset({9106, 10000})
SETTINGS = "/bot_management"
_ZONE = re.compile(r"[0-9a-f]{32}")


class CloudflareClient(Client):
    """Acts for one zone.

    Cloudflare reports errors by codes in answers with status 400 and 403, also an invalid token.
    """

    def __init__(self, base_url: str, *, zone: str, sign_in: FixedSignIn, **options: Any) -> None:
        super().__init__(base_url, authorize=sign_in, **options)
        self.zone = zone
        self._sign_in = sign_in

    def ask(self, method: str, path: str, json: Any = None) -> Mapping[str, Any]:
        """Send one request and return the result. Raises `Refused` and `NeedsReconnect`."""
        answer = self.request(method, f"/zones/{self.zone}{path}", json=json, expect=(400, 403))
        if answer.status < 400:
            return _result(answer)
        errors = _errors(answer)
        if any(code in INVALID_TOKEN for code, _ in errors):
            raise self._sign_in.give_up()
        raise _refused(errors)


class Cloudflare(ByAccess):
    """Cloudflare's API. The zone is the only item."""

    id = CarrierId.CLOUDFLARE
    name = id.display_name
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
        """Return a client with the zone's id as `identifier` and the API token as `secret`.

        Raises `AddressRefused` for an id that is not valid.
        """
        zone = access.credentials.identifier.strip().lower()
        if not _ZONE.fullmatch(zone):
            raise AddressRefused(
                "This is not the id of a Cloudflare zone.",
                advice="Copy it from the zone's overview page: it has 32 letters and digits.",
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

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the values are equal."""
        return written == observed

    def whoami(self, client: Client) -> Identity:
        """Return the zone after reading its settings, with its name if the token may read it."""
        zone = _of(client).zone
        _of(client).ask("GET", SETTINGS)
        name = _name(client)
        return Identity(zone, name, f"https://{name}/" if "." in name else "")

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """Yield the zone."""
        yield self.item(client, _of(client).zone)

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read the zone's settings: `GET /zones/{zone}/bot_management`."""
        if remote_id != _of(client).zone:
            raise ValueError("not the zone of this account")
        settings = _of(client).ask("GET", SETTINGS)
        fields = {
            name: (text,)
            for name in (*WRITABLE, *SHOWN)
            if (text := _setting_text(name, settings.get(name)))
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
        """Write the settings that differ from `before`: `PUT /zones/{zone}/bot_management`.

        Raises `Refused` if the plan or the token does not allow it.
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
        """Nothing: only Cloudflare's dashboard can revoke a token."""


def _name(client: Client) -> str:
    """Return the zone's domain; its id if the token may not read the zone."""
    zone = _of(client)
    try:
        name = zone.ask("GET", "").get("name")
    except (Refused, ItemGone):
        return zone.zone
    is_domain = isinstance(name, str) and re.fullmatch(r"[a-z0-9.-]{1,253}", name)
    return str(name) if is_domain else zone.zone


def _result(answer: Answer) -> Mapping[str, Any]:
    """Return the result inside the answer's envelope."""
    whole = read_json(answer, Cloudflare.name)
    result = whole.get("result") if isinstance(whole, dict) else None
    if not isinstance(result, dict) or whole.get("success") is not True:
        raise BadAnswer(
            "Cloudflare sent an answer in an unknown shape.",
            advice="If this happens again, Cloudflare has changed: check for a newer RightsDesk.",
        )
    return result


def _errors(answer: Answer) -> list[tuple[int, str]]:
    """Return the codes and messages of a refusal."""
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
        return Refused("This token lacks the permission for this zone.", advice=NEW_TOKEN)
    reason = cleaned(errors[0][1]) if errors else ""
    return Refused(
        worded(
            "Cloudflare refused this change: “{reason}”"
            if reason
            else "Cloudflare refused this change.",
            reason=reason,
        ),
        advice="Some settings need a larger plan. Check them at Cloudflare, under Security.",
    )


def _setting_text(name: str, value: object) -> str:
    """Return a setting as text; "" if the plan does not have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 100:
        raise BadAnswer(worded("Cloudflare sent a setting that is not text ({name}).", name=name))
    return value


def _of(client: Client) -> CloudflareClient:
    return narrowed(client, CloudflareClient)


PLATFORM: Platform = Cloudflare()
