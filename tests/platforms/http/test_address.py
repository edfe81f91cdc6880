"""The addresses that we call: the same rules for users' input and servers' answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.platforms.http.address import Origin, join, origin_of, shareable
from rightsdesk.platforms.http.errors import AddressRefused


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://api.soundcloud.com/me", Origin("https", "api.soundcloud.com", 443)),
        ("https://API.SoundCloud.com:443", Origin("https", "api.soundcloud.com", 443)),
        ("https://api.soundcloud.com.", Origin("https", "api.soundcloud.com", 443)),
        ("https://music.example:8443/api", Origin("https", "music.example", 8443)),
        ("http://127.0.0.1:8080", Origin("http", "127.0.0.1", 8080)),
        ("http://[::1]:8080", Origin("http", "::1", 8080)),
        ("http://localhost", Origin("http", "localhost", 80)),
    ],
)
def test_a_server_is_its_scheme_host_and_port(url: str, origin: Origin) -> None:
    assert origin_of(url) == origin
    assert origin_of(str(origin)) == origin


@pytest.mark.parametrize(
    "url",
    [
        "http://api.soundcloud.com",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0",
        "http://192.168.1.5",
        "https://user:password@api.soundcloud.com",
        "https://api.soundcloud.com\\@evil.example",
        "https://evil.example\t/",
        "https://evil.example\r\nX: y",
        "https:///me",
        "https://",
        "https://[::1",
        "https://host:port",
        "https://host:99999",
        "https://söndcloud.com",
        "ftp://example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "api.soundcloud.com",
        "",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        origin_of(url)
    assert "password" not in str(caught.value)
    assert shareable(url) == ""


@given(st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    for url in (text, f"https://{text}", join("https://api.example", "/" + text)):
        try:
            origin = origin_of(url)
        except AddressRefused:
            continue
        assert origin.scheme == "https" or origin.is_loopback


def test_a_path_stays_below_its_base() -> None:
    assert join("https://host.example/api/", "/me") == "https://host.example/api/me"
    assert join("https://host.example", "https://other.example/x") == "https://other.example/x"
    assert origin_of(join("https://host.example", "//other.example/x")).host == "other.example"


@pytest.mark.parametrize("value", [None, 7, [], {}])
def test_a_value_that_is_no_text_is_no_link(value: object) -> None:
    assert shareable(value) == ""
