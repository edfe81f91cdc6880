"""A list that is interrupted at any item and resumed from its bookmark is complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import Bookmark, ResumesReading
from tests.platforms.desk import Hands
from tests.platforms.stands import STANDS, Stand


@pytest.fixture(params=STANDS)
def stand(request: pytest.FixtureRequest, hands: Hands) -> Iterator[Stand]:
    stand = STANDS[request.param](hands)
    yield stand
    stand.close()


def test_a_cursor_that_is_none_is_told_or_left_alone(stand: Stand) -> None:
    """It is kept between runs, so it may be anything by then."""
    if not isinstance(stand.platform, ResumesReading):
        pytest.skip("its lists are read from the start")
    with stand.client() as client:
        for odd in ("x", "-1", "9" * 5000, "https://elsewhere.example/"):
            with suppress(KnownError):
                list(stand.platform.items(client, Bookmark(odd)))


def test_it_is_whole_wherever_it_was_cut(stand: Stand) -> None:
    if not isinstance(stand.platform, ResumesReading):
        pytest.skip("its lists are read from the start")
    with stand.client() as client:
        whole = [item.remote_id for item in stand.platform.items(client)]
        assert whole
        for number in range(len(whole) + 1):
            mark = Bookmark()
            read: list[str] = []
            for item in stand.platform.items(client, mark):
                if len(read) == number:
                    break
                read.append(item.remote_id)
            rest = stand.platform.items(client, Bookmark(mark.at, set(read)))
            assert [*read, *(item.remote_id for item in rest)] == whole
