"""Headers in the syntax of each web server's configuration: no text can run as a directive."""

import re

import pytest
from hypothesis import given

from rightsdesk.consent import PRESETS, Consent, Declaration, Preset
from rightsdesk.consent.dialects.web.aipref import AiprefHeader
from rightsdesk.consent.dialects.web.server_headers import (
    WebServer,
    response_headers,
    server_snippet,
)
from tests.unit.strategies import declarations

SITE = "https://mara.example"
NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url=f"{SITE}/ai?a=1;b='$x'&c=50%25")


def test_every_header_dialect_is_included() -> None:
    headers = response_headers(NO_AI, SITE)
    assert headers == {
        "Content-Usage": "train-ai=n, ai-use=n",
        "TDM-Reservation": "1",
        "TDM-Policy": NO_AI.terms_url,
        "X-Robots-Tag": "noai",
        "Link": f'<{SITE}/rightsdesk/rsl.xml>; rel="license"; type="application/rsl+xml"',
    }
    assert "Link" not in response_headers(NO_AI)


@pytest.mark.parametrize("server", WebServer)
def test_an_empty_consent_gives_no_text(server: WebServer) -> None:
    assert server_snippet(server, Declaration(Consent()), SITE) == ""


def test_apache_and_nginx_expand_nothing_from_an_address() -> None:
    nginx = server_snippet(WebServer.NGINX, NO_AI, SITE)
    assert "add_header TDM-Policy \"https://mara.example/ai?a=1;b='%24x'&c=50%25\" always;" in nginx
    assert 'rel=\\"license\\"' in nginx
    apache = server_snippet(WebServer.APACHE, NO_AI, SITE)
    assert "b='%%24x'&c=50%%25\"" in apache


def test_netlify_gets_one_line_per_header() -> None:
    lines = server_snippet(WebServer.NETLIFY, NO_AI, SITE).splitlines()
    assert lines[1:4] == ["/*", "  Content-Usage: train-ai=n, ai-use=n", "  TDM-Reservation: 1"]


@given(declared=declarations)
def test_no_text_of_a_person_breaks_out_of_its_line(declared: Declaration) -> None:
    for server in WebServer:
        text = server_snippet(server, declared, SITE)
        assert text.isascii()
        for line in text.splitlines()[1:]:
            bare = re.sub(r'\\"', "", line)
            assert bare.count('"') in (0, 2) or server is WebServer.NETLIFY
            assert "$" not in bare or server is WebServer.NETLIFY
    said = response_headers(declared).get("Content-Usage")
    fields = {"content-usage": (said,)} if said else {}
    assert AiprefHeader().decode(fields) == AiprefHeader().decode(AiprefHeader().encode(declared))
