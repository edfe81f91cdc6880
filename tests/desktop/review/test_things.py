"""What is written to, in words: for a button, a line has to be enough."""

from __future__ import annotations

from rightsdesk.desktop.parts.things import things
from rightsdesk.enums.carriers import CarrierId


def test_files_and_few_kinds_are_called_by_their_names() -> None:
    planned = {CarrierId.FILES: 10, CarrierId.SOUNDCLOUD: 4, CarrierId.AUDIUS: 2}
    assert things(planned) == "10 files and 6 tracks"
    assert things(planned | {CarrierId.YOUTUBE: 1}) == "10 files, 6 tracks and 1 video"


def test_many_kinds_are_counted_together() -> None:
    planned = {
        CarrierId.FILES: 1_000,
        CarrierId.SIDECARS: 3,
        CarrierId.SOUNDCLOUD: 500,
        CarrierId.BLUESKY: 1,
        CarrierId.YOUTUBE: 400,
        CarrierId.WORDPRESS: 99,
    }
    assert things(planned) == "1,000 files, 3 sidecars and 1,000 items on platforms"
