"""How `requests` moves the bytes of one client: no redirects, no cookies, whom to believe.

Every connection heeds the limits of the request that it serves: see `watchdog`.
"""

import ssl
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

import rightsdesk
from rightsdesk.platforms.http import trust
from rightsdesk.platforms.http.watchdog import POOLS, WATCHDOG

__all__ = ["WATCHDOG", "Header", "session"]


class Header(AuthBase):
    """Sets the header itself: without this, `requests` would put a .netrc password there."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


class _Session(requests.Session):
    """A session that never looks at redirects: `requests` would read their bodies unlimited.

    Whom it believes is asked for when it first connects with TLS: see `trust.context`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._secure: _Adapter | None = None
        self._making = Lock()

    def get_adapter(self, url: str | bytes) -> Any:
        """What sends to an address. Raises `TrustUnreadable`."""
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
        """The proxies of the environment. What is trusted is for `_Adapter` alone."""
        merged = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return {**merged, "verify": True}


class _Plain(HTTPAdapter):
    """Its connections heed the limits of requests, with and without a proxy."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):  # that one has connections of its own
            manager.pool_classes_by_scheme = POOLS
        return manager


class _Adapter(_Plain):
    """Believes whom `trust.context` believes, with and without a proxy."""

    def __init__(self, trusted: ssl.SSLContext, **options: Any) -> None:
        self._trusted = trusted
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trusted, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._trusted, **options)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing of its own: `requests` would add its bundle to what is trusted."""
        conn.cert_reqs = "CERT_REQUIRED"


def session(*, loopback: bool) -> requests.Session:
    """A session without cookies (which makes it safe for threads), retries and redirects."""
    made = _Session()
    made.trust_env = not loopback  # a proxy has no business between us and ourselves
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
