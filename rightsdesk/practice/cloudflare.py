"""A practice Cloudflare: zones with their bot management, and tokens for them.

Behaves as Cloudflare's API says: everything in an envelope, errors with codes, and a message for
settings that a plan does not offer.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rightsdesk.practice.http import PracticeServer, Reply, Request

PAGES = ("disabled", "block", "only_on_ad_pages")
WORDS: Mapping[str, tuple[str, ...]] = {
    "ai_training": (*PAGES, "disallow"),
    "ai_search": PAGES,
    "ai_user": PAGES,
    "ai_bots_protection": PAGES,
    "crawler_protection": ("enabled", "disabled"),
    "cf_robots_variant": ("off", "policy_only"),
}
SWITCHES = frozenset({"is_robots_txt_managed", "bot_preference_sync_enabled"})


@dataclass(slots=True)
class Zone:
    """A domain, its settings, and the settings that its plan locks."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()


class PracticeCloudflare(PracticeServer):
    """Zones by id. A token covers one zone. `readers` may only read; `nameless` may not read the
    zone's name."""

    def __init__(self, zones: Mapping[str, Zone], *, port: int = 0) -> None:
        super().__init__(port=port)
        self.zones = dict(zones)
        self.issued: set[str] = set()
        self.readers: set[str] = set()
        self.nameless: set[str] = set()
        self._tokens: dict[str, str] = {}

    def new_token(self, zone: str) -> str:
        """Make a token for a zone; earlier ones become invalid."""
        with self.lock:
            self._tokens = {t: z for t, z in self._tokens.items() if z != zone}
            token = secrets.token_urlsafe(30)
            self._tokens[token] = zone
            self.issued.add(token)
            return token

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        mine = self._tokens.get(token) if scheme == "Bearer" else None
        if mine is None:
            return self._refusal(400, 6003, "Invalid request headers")
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["zones", zone] if zone == mine and token not in self.nameless:
                return self._reply({"id": zone, "name": self.zones[zone].name, "status": "active"})
            case "GET", ["zones", zone, "bot_management"] if zone == mine:
                return self._reply(self.zones[zone].settings)
            case "PUT", ["zones", zone, "bot_management"] if (
                zone == mine and token not in self.readers
            ):
                return self._put(request, self.zones[zone])
        return self._refusal(403, 10000, "Authentication error")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """Cloudflare's envelope for an error."""
        return self._refusal(status, 1000 if status == 401 else 7000, message)

    def _put(self, request: Request, zone: Zone) -> Reply:
        try:
            values = json.loads(request.body)
        except ValueError:
            return self._refusal(400, 6007, "Malformed JSON in request body")
        if not isinstance(values, dict):
            return self._refusal(400, 6007, "Malformed JSON in request body")
        if locked := _first(values, zone.locked):
            return self._refusal(403, 1103, f"{locked} is not available on your current plan")
        for name, value in values.items():
            fits = value in WORDS[name] if name in WORDS else isinstance(value, bool)
            if not fits or (name not in WORDS and name not in SWITCHES):
                return self._refusal(400, 1001, f"invalid value for {name}")
        zone.settings |= values
        return self._reply(zone.settings)

    def _reply(self, result: Any) -> Reply:
        return Reply.of_json({"success": True, "errors": [], "messages": [], "result": result})

    def _refusal(self, status: int, code: int, message: str) -> Reply:
        errors = [{"code": code, "message": message}]
        return Reply.of_json(
            {"success": False, "errors": errors, "messages": [], "result": None}, status
        )


def _first(values: Iterable[str], locked: frozenset[str]) -> str:
    return next((name for name in values if name in locked), "")
