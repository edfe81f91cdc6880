"""Which columns there are, in which order and how wide: the title takes what the others leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rightsdesk.desktop.state.catalogue_model import (
    ARTIST,
    CONSENT,
    FIXED,
    ISRC,
    LENGTH,
    RELEASE,
    TITLE,
)
from rightsdesk.desktop.state.window_settings import Columns
from rightsdesk.workspace.overview.values import GroupBy

LEAST_TITLE, LEAST_TITLE_PIXELS = 45, 180
"""A title has at least so many steps of the grid, and so many pixels."""
WIDTHS = {ARTIST: 32, RELEASE: 36, ISRC: 40, LENGTH: 19, CONSENT: 34}
LEAST_WIDTHS = {ARTIST: 18, RELEASE: 18, ISRC: 37, LENGTH: 17, CONSENT: 20}
CARRIER_WIDTH, SHORT_CARRIER, LEAST_CARRIER = 24, 11, 7.5
GIVE_WAY = (ARTIST, ISRC, RELEASE, CONSENT, LENGTH)
"""What is left out where room is short, the first first. Carriers and the title stay."""


def usual_columns(by: GroupBy, *, several: bool) -> set[str]:
    """The columns about a recording that are shown until a person chooses."""
    if by is GroupBy.RELEASE:
        return {TITLE, LENGTH}
    own = {ARTIST} if several and by is not GroupBy.ARTIST else set()
    return {TITLE, RELEASE, ISRC, CONSENT} | own


def shown_columns(keys: Sequence[str], by: GroupBy, chosen: Columns, *, several: bool) -> list[str]:
    """The keys of the columns that are shown, in their order."""
    usual = usual_columns(by, several=several)
    wanted = [
        key
        for key in keys
        if key == TITLE or chosen.shown.get(key, key in usual or key not in FIXED)
    ]
    order = {key: place for place, key in enumerate(chosen.order)}
    # A column that was never moved stays where it is among the others.
    rank = {key: order.get(key, len(order) + place) for place, key in enumerate(keys)}
    rest = [key for key in wanted if key != TITLE]
    if chosen.order:
        rest.sort(key=rank.__getitem__)
    return [TITLE, *rest]


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """Widths in pixels by key; what is not there has no room. `short`: no room for names."""

    widths: Mapping[str, int]
    short: bool = False


def laid_out(
    shown: Sequence[str], room: int, step: float, given: Mapping[str, int], names: int
) -> ColumnLayout:
    """Share out `room` pixels. `step` is a step of the grid, `given` what was set by hand.

    Carriers have their names in full while these fit (`names` is the width of the longest), then
    two letters, then their signs alone. What is still too wide is left out, `GIVE_WAY` first.
    """
    about = [key for key in shown if key in FIXED and key != TITLE]
    carriers = [key for key in shown if key not in FIXED]
    least_title = max(LEAST_TITLE_PIXELS, round(LEAST_TITLE * step))
    full = max(names, round(SHORT_CARRIER * step))
    full = min(full, round(CARRIER_WIDTH * step))
    short = round(SHORT_CARRIER * step)
    tight = round(LEAST_CARRIER * step)
    for table, carrier in ((WIDTHS, full), (WIDTHS, short), (LEAST_WIDTHS, short)):
        widths = _widths(about, carriers, table, carrier, step, given)
        if sum(widths.values()) + least_title <= room:
            return _with_title(widths, room, short=carrier < full)
    for left_out in range(len(GIVE_WAY) + 1):
        kept = [key for key in about if key not in GIVE_WAY[:left_out]]
        for carrier in (short, tight):
            widths = _widths(kept, carriers, LEAST_WIDTHS, carrier, step, {})
            if sum(widths.values()) + least_title <= room:
                return _with_title(widths, room, short=True)
    widths = _widths([], carriers, LEAST_WIDTHS, tight, step, {})
    return ColumnLayout({TITLE: least_title, **widths}, short=True)


def _with_title(widths: Mapping[str, int], room: int, *, short: bool) -> ColumnLayout:
    return ColumnLayout({TITLE: room - sum(widths.values()), **widths}, short)


def _widths(
    about: Sequence[str],
    carriers: Sequence[str],
    table: Mapping[str, float],
    carrier: int,
    step: float,
    given: Mapping[str, int],
) -> dict[str, int]:
    usual = {key: round(table[key] * step) for key in about} | dict.fromkeys(carriers, carrier)
    return {key: given.get(key, width) for key, width in usual.items()}
