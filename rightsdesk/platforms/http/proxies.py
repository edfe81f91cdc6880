"""Errors at a proxy: which proxy, which setting names it, and what to do.

Without these, people look for the fault at the platform or in their internet connection.
"""

import os
import re
from urllib.parse import urlsplit
from urllib.request import getproxies

from rightsdesk.platforms.http.errors import ProxyTrouble
from rightsdesk.sentences import worded

_STATUS = re.compile(r"(?:Tunnel connection failed: |^)(\d{3}) ")
"""How requests and httpcore report that a proxy refused."""


def proxy_for(url: str) -> str:
    """Return the proxy that the system or the environment names for an address; "" for none."""
    from requests.utils import get_environ_proxies, select_proxy

    return select_proxy(url, get_environ_proxies(url, no_proxy=None)) or ""


def shown(proxy: str) -> str:
    """Return a proxy's address without the name and password it may hold."""
    scheme, slashes, rest = proxy.partition("://")
    host = (rest if slashes else scheme).rpartition("@")[2].partition("/")[0]
    return f"{scheme}{slashes}{host}" if slashes else host


def trouble(proxy: str, url: str, error: Exception) -> ProxyTrouble:
    """Return the error for a failed request through a proxy."""
    named, host = _named(proxy), urlsplit(url).hostname or url
    found = _STATUS.search(str(error))
    status = int(found[1]) if found else 0
    if status == 407:
        return ProxyTrouble(
            worded(
                "The proxy {named} asks for a user name and a password, or refuses those it has.",
                named=named,
            ),
            advice="Add them to the proxy's address, as in http://name:password@host:port, or "
            "ask whoever runs your network.",
        )
    if status:
        return ProxyTrouble(
            worded(
                "The proxy {named} does not let RightsDesk through to {host} ({status}).",
                named=named,
                host=host,
                status=status,
            ),
            advice=worded("Ask whoever runs your network to allow {host}.", host=host),
        )
    if proxy.lower().startswith("socks"):
        return ProxyTrouble(
            worded("The proxy {named} is a SOCKS proxy, which RightsDesk can't use.", named=named),
            advice=worded(
                "Name an HTTP proxy instead, or add {host} to the setting no_proxy.", host=host
            ),
        )
    return ProxyTrouble(
        worded("The proxy {named} can't be reached or used.", named=named),
        advice=worded(
            "Check that it runs and that its address is right, or remove the setting "
            "if this network needs no proxy. With {host} in no_proxy it is not used.",
            host=host,
        ),
    )


def silent(proxy: str, service: str) -> ProxyTrouble:
    """Return the error for a proxy through which nothing came back in time."""
    return ProxyTrouble(
        worded(
            "Nothing came back in time from {service} through the proxy {named}.",
            service=service,
            named=_named(proxy),
        ),
        advice="Check whether the proxy works, or try again later.",
    )


def _named(proxy: str) -> str:
    """Return the proxy's address and the setting it comes from."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if os.environ.get(name) == proxy:
            return f"{shown(proxy)} (setting {name})"
    origin = " (setting of this system)" if proxy in getproxies().values() else ""
    return f"{shown(proxy)}{origin}"
