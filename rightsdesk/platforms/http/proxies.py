"""The proxy for all requests, and errors at it: which proxy, which setting names it, what to do.

Without these, people search for the fault at the platform or in their internet connection.
"""

import os
import re
from urllib.parse import urlsplit
from urllib.request import getproxies

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import ProxyTrouble
from rightsdesk.sentences import worded

_STATUS = re.compile(r"(?:Tunnel connection failed: |^)(\d{3}) ")
"""How requests and httpcore report that a proxy refused."""


SYSTEM, NONE = "", "none"
"""The choices that are no address: the proxy of the system or environment, and no proxy."""
_ALLOWED = frozenset({"http", "https"})
_chosen = SYSTEM


class NoProxyAddress(KnownError):
    """This is not the address of a proxy that can be used."""

    cause = Cause.PROXY_ADDRESS


def checked(choice: str) -> str:
    """Return the choice as it is stored: SYSTEM, NONE or `http://host:port`.

    Raises `NoProxyAddress` for anything else.
    """
    text = choice.strip()
    if text in (SYSTEM, NONE):
        return text
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme.lower().startswith("socks"):
        raise NoProxyAddress(
            worded("“{text}” is a SOCKS proxy, which RightsDesk can't use.", text=text),
            untouched="The proxy stays as it was.",
            advice="Name an HTTP proxy.",
        )
    if parts.username or parts.password:
        raise NoProxyAddress(
            "A proxy's user name and password are not stored with the settings.",
            untouched="The proxy stays as it was.",
            advice="Choose the system's proxy, and put the address with them into the variable "
            "https_proxy.",
        )
    sound = parts.scheme in _ALLOWED and parts.hostname and port and parts.path in ("", "/")
    if not sound or parts.query or parts.fragment or not _plain(parts.netloc):
        raise NoProxyAddress(
            worded("“{text}” is not the address of a proxy.", text=text),
            untouched="The proxy stays as it was.",
            advice="Example: http://proxy.example:8080.",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def choose(choice: str) -> None:
    """Use this for all requests of this program from now on. See `checked`."""
    global _chosen  # one program has one way to the network
    _chosen = checked(choice)


def chosen() -> str:
    """Return the choice: SYSTEM, NONE or the address of a proxy."""
    return _chosen


def proxy_for(url: str) -> str:
    """Return the proxy for an address, by the choice, else the environment; "" for none."""
    if _chosen != SYSTEM:
        return "" if _chosen == NONE else _chosen
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
            "ask the administrator of your network.",
        )
    if status:
        return ProxyTrouble(
            worded(
                "The proxy {named} does not let RightsDesk through to {host} ({status}).",
                named=named,
                host=host,
                status=status,
            ),
            advice=worded("Ask the administrator of your network to allow {host}.", host=host),
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
    if proxy == _chosen:
        return worded("{proxy} (in RightsDesk's settings)", proxy=shown(proxy))
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if os.environ.get(name) == proxy:
            return worded("{proxy} (setting {name})", proxy=shown(proxy), name=name)
    if proxy in getproxies().values():
        return worded("{proxy} (setting of this system)", proxy=shown(proxy))
    return shown(proxy)
