"""A list that is interrupted at any item and resumed from its bookmark is complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import Bookmark, ResumesReading
from tests.fake_clock import FakeClock
from tests.platforms.rigs import RIGS, Rig


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest, fake_clock: FakeClock) -> Iterator[Rig]:
    rig = RIGS[request.param](fake_clock)
    yield rig
    rig.close()


def test_an_invalid_cursor_is_reported_or_ignored(rig: Rig) -> None:
    """A cursor is kept between runs, so it may have become invalid."""
    if not isinstance(rig.platform, ResumesReading):
        pytest.skip("its lists are always read from the start")
    with rig.client() as client:
        known = {item.remote_id for item in rig.platform.items(client)}
        for odd in ("x", "-1", "9" * 5000, "https://elsewhere.example/"):
            found: set[str] = set()
            with suppress(KnownError):
                found = {item.remote_id for item in rig.platform.items(client, Bookmark(odd))}
            assert found <= known


def test_a_list_is_complete_wherever_it_was_interrupted(rig: Rig) -> None:
    if not isinstance(rig.platform, ResumesReading):
        pytest.skip("its lists are always read from the start")
    with rig.client() as client:
        whole = [item.remote_id for item in rig.platform.items(client)]
        assert whole
        for number in range(len(whole) + 1):
            mark = Bookmark()
            read: list[str] = []
            for item in rig.platform.items(client, mark):
                if len(read) == number:
                    break
                read.append(item.remote_id)
            rest = rig.platform.items(client, Bookmark(mark.at, set(read)))
            assert [*read, *(item.remote_id for item in rest)] == whole
