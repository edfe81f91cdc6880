"""The `requests` session of one client: no redirects, no cookies, own trust.

Every connection obeys the limits of the request it serves: see `watchdog`.
"""

import ssl
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

import rightsdesk
from rightsdesk.platforms.http import proxies as choice
from rightsdesk.platforms.http import trust
from rightsdesk.platforms.http.watchdog import POOLS, WATCHDOG

__all__ = ["WATCHDOG", "Header", "session"]


class Header(AuthBase):
    """Sets the header. Without it, `requests` would send a password from .netrc."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


class _Session(requests.Session):
    """A session that ignores redirects: `requests` would read their bodies without a limit.

    The TLS context is made with the first TLS connection: see `trust.context`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._secure: _Adapter | None = None
        self._making = Lock()

    def get_adapter(self, url: str | bytes) -> Any:
        """Return the adapter for an address. Raises `TrustUnreadable`."""
        address = url.decode("ascii") if isinstance(url, bytes) else url
        if not address.lower().startswith("https://"):
            return super().get_adapter(address)
        with self._making:
            if self._secure is None:
                self._secure = _Adapter(trust.context(), max_retries=0, pool_maxsize=10)
                self.mount("https://", self._secure)
            return self._secure

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        """Return the chosen proxy, or the environment's. Trust is decided by `_Adapter` alone."""
        merged = super().merge_environment_settings(url, proxies, stream, verify, cert)
        if self.trust_env and choice.chosen() != choice.SYSTEM:
            proxy = choice.proxy_for(url)
            merged["proxies"] = {"http": proxy, "https": proxy} if proxy else {}
        return {**merged, "verify": True}


class _Plain(HTTPAdapter):
    """Its connections obey the limits of requests, with and without a proxy."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):  # SOCKS proxies have connections of their own
            manager.pool_classes_by_scheme = POOLS
        return manager


class _Adapter(_Plain):
    """Trusts what `trust.context` trusts, with and without a proxy."""

    def __init__(self, trusted: ssl.SSLContext, **options: Any) -> None:
        self._trusted = trusted
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trusted, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._trusted, **options)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Require a certificate, and add nothing: `requests` would add its own bundle."""
        conn.cert_reqs = "CERT_REQUIRED"


def session(*, loopback: bool) -> requests.Session:
    """Return a session without cookies (so it is thread-safe), retries and redirects."""
    made = _Session()
    made.trust_env = not loopback  # a proxy can't reach our own computer
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.headers.update(
        {
            "User-Agent": f"RightsDesk/{rightsdesk.__version__}",
            "Accept": "application/json; charset=utf-8",
            "Accept-Encoding": "gzip",
        }
    )
    made.mount("http://", _Plain(max_retries=0, pool_maxsize=10))
    return made
