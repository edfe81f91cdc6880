"""A practice SoundCloud on a free port, an account on it, and a check for leaked secrets."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from rightsdesk.practice.soundcloud import PracticeSoundCloud
from tests.fake_clock import FakeClock
from tests.platforms.connected import ARTIST, OTHER, ConnectedAccount, other_threads

CATALOGUE: dict[str, list[dict[str, Any]]] = {
    ARTIST: [
        {"title": "Low Tide", "isrc": "DEA232600001", "duration": 201_000},
        {"title": "Salt", "tag_list": 'ambient "deep house"', "description": "Recorded at sea."},
        {"title": "Harbour Lights", "license": "cc-by", "tag_list": "piano"},
    ],
    OTHER: [{"title": "Kessel Run", "sharing": "private"}],
}


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = other_threads()
    yield
    for thread in other_threads() - before:
        thread.join(60)  # a thread that was told to end may need its turn
    assert other_threads() <= before


@pytest.fixture
def practice(
    fake_clock: FakeClock, caplog: pytest.LogCaptureFixture, no_thread_is_left: None
) -> Iterator[PracticeSoundCloud]:
    """The server. Afterwards, no token that it issued may be in any log."""
    caplog.set_level(logging.DEBUG)
    server = PracticeSoundCloud(
        CATALOGUE, redirect_uris=None, now=lambda: fake_clock.wall.timestamp()
    )
    with server:
        yield server
    tokens = [secret for secret in server.oauth.issued if "-code-" not in secret]
    assert not [token for token in tokens if token in caplog.text]
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("rightsdesk"))
    assert not [secret for secret in server.oauth.issued if secret in ours]


@pytest.fixture
def connected(practice: PracticeSoundCloud, fake_clock: FakeClock) -> Iterator[ConnectedAccount]:
    connected = ConnectedAccount(practice, fake_clock)
    yield connected
    connected.close()


@pytest.fixture
def secrets(practice: PracticeSoundCloud) -> set[str]:
    """All secrets issued, including later secrets."""
    return practice.oauth.issued
