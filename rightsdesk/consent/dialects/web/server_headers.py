"""The response headers of a consent, in the syntax of web servers.

For nginx, Apache (mod_headers) and Netlify (`_headers`). A person adds them: RightsDesk does not
change a server's configuration.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.web.aipref import AiprefHeader
from rightsdesk.consent.dialects.web.noai import NoaiHeader
from rightsdesk.consent.dialects.web.own_site import public_url
from rightsdesk.consent.dialects.web.rsl import FIELD as RSL
from rightsdesk.consent.dialects.web.rsl_link import RslLink
from rightsdesk.consent.dialects.web.tdmrep import TdmrepHeader


class WebServer(StrEnum):
    """The web server that a configuration is for."""

    NGINX = "nginx"
    APACHE = "apache"
    NETLIFY = "netlify"


SPELLED = {
    "content-usage": "Content-Usage",
    "tdm-reservation": "TDM-Reservation",
    "tdm-policy": "TDM-Policy",
    "x-robots-tag": "X-Robots-Tag",
    "link": "Link",
}
"""Header names in their usual spelling; their case means nothing (RFC 9110, section 5.1)."""


def response_headers(declaration: Declaration, site: str = "") -> dict[str, str]:
    """Each header's name and value; empty if nothing is stated.

    `site` is the site's address, for the link to its RSL file; "" leaves the link out.
    """
    link = RslLink(public_url(site, RSL))
    dialects = [AiprefHeader(), TdmrepHeader(), NoaiHeader(), link]
    fields = {name: v for dialect in dialects for name, v in dialect.encode(declaration).items()}
    return {SPELLED[name]: ", ".join(values) for name, values in fields.items()}


def server_snippet(server: WebServer, declaration: Declaration, site: str = "") -> str:
    """The lines for one server's configuration; "" if nothing is stated."""
    headers = response_headers(declaration, site)
    return _WRITERS[server](headers) if headers else ""


def _nginx(headers: Mapping[str, str]) -> str:
    """nginx lines. `add_header` of one level replaces those of the levels above it."""
    lines = [f'add_header {name} "{_literal(value)}" always;' for name, value in headers.items()]
    return _text(
        "# nginx: inside server { }. A location { } with an add_header of its own needs",
        "# these lines too.",
        *lines,
    )


def _apache(headers: Mapping[str, str]) -> str:
    """Apache lines. mod_headers reads `%` as the start of a format."""
    doubled = {name: _literal(value).replace("%", "%%") for name, value in headers.items()}
    lines = [f'  Header always set {name} "{value}"' for name, value in doubled.items()]
    return _text(
        "# Apache: in .htaccess at the top of the site, or inside <VirtualHost>.",
        "<IfModule mod_headers.c>",
        *lines,
        "</IfModule>",
    )


def _netlify(headers: Mapping[str, str]) -> str:
    lines = [f"  {name}: {value}" for name, value in headers.items()]
    return _text("# Netlify: in the file _headers of the folder that is published.", "/*", *lines)


def _literal(value: str) -> str:
    """Text for double quotes, without characters that start a variable there."""
    plain = value.replace("$", "%24").replace("\\", "%5C")
    return plain.replace('"', '\\"')


def _text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


_WRITERS: Mapping[WebServer, Callable[[Mapping[str, str]], str]] = {
    WebServer.NGINX: _nginx,
    WebServer.APACHE: _apache,
    WebServer.NETLIFY: _netlify,
}
