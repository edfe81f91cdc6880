"""A practice WordPress.com: accounts with sites, each site with its own address.

Behaves as WordPress.com's REST API and its web client say: ids as `ID`, settings in an envelope,
errors as `error` and `message`. The switch shows in the site's robots.txt.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rightsdesk.practice.http import PracticeServer, Reply, Request
from rightsdesk.practice.oauth import AuthorizationServer

CLIENT_ID = "practice-client"
REDIRECT_URI = "http://127.0.0.1:8765/callback"
SWITCH = "wpcom_data_sharing_opt_out"
TURNED_AWAY = (
    *("Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot"),
    *("FacebookBot", "Google-Extended", "GPTBot", "meta-externalagent", "omgili", "omgilibot"),
    *("PerplexityBot", "SentiBot", "sentibot"),
)
"""Crawlers that WordPress.com refuses while sharing is off (Jetpack, blog-privacy.php)."""

Site = dict[str, Any]
Content = Mapping[str, Sequence[Mapping[str, Any]]]
"""Sites by account: a name, and settings; missing settings get plain values."""


class PracticeWordPressCom(PracticeServer):
    """A practice WordPress.com with a few accounts; `oauth` signs them in and ends their sessions.

    `ignores_writes`: it reports success without changing anything.
    """

    def __init__(
        self,
        catalogue: Content,
        *,
        client_id: str = CLIENT_ID,
        redirect_uris: Sequence[str] | None = (REDIRECT_URI,),
        auto_approve: bool = False,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        super().__init__(port=port)
        self.oauth = AuthorizationServer(
            service="WordPress.com",
            accounts=tuple(catalogue),
            client_id=client_id,
            redirect_uris=redirect_uris,
            auto_approve=auto_approve,
            now=now,
        )
        self.ignores_writes = False
        self._owners: dict[int, str] = {}
        self._sites: dict[int, Site] = {}
        self._fronts: dict[int, _Front] = {}
        for account, sites in catalogue.items():
            for given in sites:
                number = 100_001 + len(self._sites)
                self._owners[number] = account
                self._sites[number] = _site(number, given)
                self._fronts[number] = _Front(self._sites[number])

    def start(self) -> str:
        """Start the sites too."""
        for front in self._fronts.values():
            front.start()
        return super().start()

    def close(self) -> None:
        """Close the sites too."""
        super().close()
        for front in self._fronts.values():
            front.close()

    def settings(self, number: int) -> Site:
        """A site's settings as they are now."""
        with self.lock:
            return dict(self._sites[number]["settings"])

    def edit(self, number: int, **settings: Any) -> None:
        """Change a site's settings, as the artist can on the web site."""
        with self.lock:
            self._sites[number]["settings"] |= settings

    def front(self, number: int) -> PracticeServer:
        """The server that visitors of the site reach."""
        return self._fronts[number]

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        match request.method, request.path:
            case "GET", "/oauth2-1/authorize":
                return self.oauth.authorize(request)
            case "POST", "/oauth2-1/token":
                status, answer = self.oauth.token(request.form)
                if status >= 400:
                    return self.error(status, str(answer["error"]))
                return Reply.of_json(answer)
            case "POST", "/oauth2-1/revoke":
                self.oauth.revoke(request.form.get("token", ""))
                return Reply(200)
        account = self.oauth.account_of(request.headers.get("Authorization", ""), "Bearer")
        if account is None:
            return self.error(401, "invalid_token")
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["rest", "v1.1", "me"]:
                number = list(self.oauth.accounts).index(account) + 1
                return Reply.of_json({"ID": number, "username": account, "display_name": account})
            case "GET", ["rest", "v1.1", "me", "sites"]:
                own = [n for n, owner in self._owners.items() if owner == account]
                return Reply.of_json({"sites": [self._shown(n) for n in own]})
            case "GET", ["rest", "v1.1", "sites", name] if self._is_own(name, account):
                return Reply.of_json(self._shown(int(name)))
            case method, ["rest", "v1.4", "sites", name, "settings"] if self._is_own(name, account):
                return self._settings(request, method, self._sites[int(name)])
        return self.error(404, "unknown_blog")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """WordPress.com's own error format: a code and a sentence."""
        return Reply.of_json({"error": message, "message": f"Sorry: {message}.", **more}, status)

    def _is_own(self, name: str, account: str) -> bool:
        return name.isdigit() and self._owners.get(int(name)) == account

    def _shown(self, number: int) -> Site:
        site = self._sites[number]
        return {
            "ID": number,
            "name": site["name"],
            "URL": self._fronts[number].base_url,
            "capabilities": {"manage_options": site["managed"]},
        }

    def _settings(self, request: Request, method: str, site: Site) -> Reply:
        if not site["managed"]:
            return self.error(403, "unauthorized")
        if method == "GET":
            settings = {"settings": site["settings"], "ID": site["ID"], "name": site["name"]}
            return Reply.of_json(settings)
        try:
            values = json.loads(request.body)
        except ValueError:
            return self.error(400, "invalid_input")
        if not isinstance(values, dict) or method != "POST":
            return self.error(400, "invalid_input")
        if SWITCH in values and not isinstance(values[SWITCH], bool):
            return self.error(400, "invalid_input")
        if not self.ignores_writes:
            site["settings"] |= values
        return Reply.of_json({"updated": values})


class _Front(PracticeServer):
    """One site for visitors: a home page and a robots.txt."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        if request.headers.get("Authorization"):
            return self.error(400, "Visitors show no sign-in")
        if request.path != "/robots.txt":
            return Reply.of_html(f"<!doctype html><title>{self._site['name']}</title>")
        settings = self._site["settings"]
        lines = ["User-agent: *", "Disallow: /wp-admin/", ""]
        if settings[SWITCH] or settings["blog_public"] != 1:
            lines += [f"User-agent: {agent}\nDisallow: /\n" for agent in TURNED_AWAY]
        return Reply(200, "\n".join(lines).encode(), {"Content-Type": "text/plain"})

    def error(self, status: int, message: str, **more: str) -> Reply:
        """A page that says so."""
        return Reply.of_html(f"<!doctype html><p>{message}</p>", status)


def _site(number: int, given: Mapping[str, Any]) -> Site:
    settings = {SWITCH: False, "blog_public": 1, "lang_id": 1, "blog_tagline": "At sea"}
    own = {name: value for name, value in given.items() if name not in ("name", "managed")}
    return {
        "ID": number,
        "name": given.get("name", f"Site {number}"),
        "managed": given.get("managed", True),
        "settings": {**settings, **own},
    }
