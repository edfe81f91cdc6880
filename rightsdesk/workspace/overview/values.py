"""What the pages show: plain values without words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rightsdesk.consent import Consent
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.workspace.terms.types import Alarm
from rightsdesk.workspace.types.matrix import Segment as Segment
from rightsdesk.workspace.types.scopes import State

SegmentCounts = Mapping[Segment, int]
"""How many recordings (or cells: recordings × carriers) are in each segment; none is left out."""

PENDING = frozenset((Segment.SAYS_OTHERWISE, Segment.TO_WRITE, Segment.SILENT))
"""What needs work."""

AGREEING = frozenset((Segment.SAYS, Segment.TOLD))
"""The segments of a recording that states its consent everywhere. Terms do not count."""


class GroupBy(StrEnum):
    """What the catalogue is grouped by."""

    RELEASE = "release"
    ARTIST = "artist"
    LABEL = "label"
    FOLDER = "folder"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CatalogueGroup:
    """A header and the recordings below it: `count` of them from place `start` of the ids.

    `name` is "" for recordings on no release, without a label or without a file. `artist` is ""
    where there are several. `consent` is None where the recordings differ. `grants` are what
    licences that hold now let partners do beyond it, None where that differs. `year` is 0 and `upc`
    is "" where unknown or several. `bar` counts cells: recordings × carriers. `whole` is how many
    recordings a release has, with those that a filter hides; 0 for other groups.
    """

    name: str
    start: int
    count: int
    artist: str = ""
    year: int = 0
    upc: str = ""
    consent: Consent | None = None
    grants: Grants | None = ()
    bar: SegmentCounts = field(default_factory=dict)
    artist_id: int | None = None
    release_id: int | None = None
    whole: int = 0


@dataclass(frozen=True, slots=True)
class GroupedCatalogue:
    """The recordings in order, and the headers above them. Without grouping there are none."""

    ids: Sequence[int]
    groups: Sequence[CatalogueGroup]
    header_rows: tuple[int, ...]
    """The row of each header, where all groups are open."""
    rough: bool = False
    """Whether bars and choices of the headers are not known yet."""

    def __len__(self) -> int:
        return len(self.ids) + len(self.groups)

    def at(self, row: int) -> CatalogueGroup | int:
        """The header or the recording's id in a row. Raises IndexError."""
        if not 0 <= row < len(self):
            raise IndexError(row)
        place = bisect_right(self.header_rows, row)
        if place and self.header_rows[place - 1] == row:
            return self.groups[place - 1]
        return self.ids[row - place]

    def place(self, row: int) -> int:
        """The place among `ids` of a row's recording; of a header that of its first one."""
        return row - bisect_left(self.header_rows, row)

    def recordings_in(self, first: int, last: int) -> Sequence[int]:
        """The recordings in these rows, both included."""
        return self.ids[self.place(first) : self.place(last + 1)]


@dataclass(frozen=True, slots=True)
class ChipCounts:
    """How many recordings a filter lets through, and how many of them have each state.

    `bars` has them by segment for each carrier that has any. `to_write` counts those with a file or
    a track to write. What an account or a site says for all of them is no write to a recording.
    """

    total: int
    states: Mapping[State, int]
    bars: Mapping[str, SegmentCounts] = field(default_factory=dict)
    to_write: int = 0


@dataclass(frozen=True, slots=True)
class CarrierBar:
    """One carrier in use: recordings by segment, and when it was last read ("" for never)."""

    carrier: str
    bar: SegmentCounts
    read_at: str = ""


class Action(StrEnum):
    """What a next step does; the most urgent first."""

    ADD_MUSIC = "add_music"
    RECONNECT = "reconnect"
    FIND_FOLDER = "find_folder"
    CHOOSE = "choose"
    WRITE = "write"
    SWITCH_OFF = "switch_off"
    ANSWER = "answer"
    LICENCE_ENDS = "licence_ends"
    CONNECT = "connect"
    RESERVE_SITE = "reserve_site"
    LOOK_AGAIN = "look_again"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next. Fields that an action does not need are empty.

    `add_music`: the artist has no music yet.
    `reconnect`: `account_id`, `platform`, `name`. `find_folder`: `name` is its path. `choose`:
    `count` recordings. `write`: `count` files or items of the carrier `platform`, of which
    `otherwise` contradict the choice. `switch_off`: the `control` of a `platform`, `minutes` from
    the steps in its facts, `on_by_default` where it is on unless switched off. `answer`: `count`
    items on a `platform`. `connect`: the artist uses no platform so far.
    `look_again`: a `platform` where an attested switch is due. `unread`: the account `name` of a
    `platform` could not be read `since` then (ISO 8601 UTC), for a day or longer.
    `licence_ends`: a licence of the partner `name` ends in `count` days.
    """

    action: Action
    artist_id: int
    platform: str = ""
    name: str = ""
    control: str = ""
    count: int = 0
    otherwise: int = 0
    minutes: int = 0
    account_id: int | None = None
    on_by_default: bool = False
    since: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """`count` files or items of a carrier that changed without RightsDesk; the latest at `at`
    and the first at `since` (ISO 8601 UTC)."""

    carrier: str
    count: int
    since: str
    at: str


@dataclass(frozen=True, slots=True)
class Home:
    """The home page of one artist, or of all (`artist_id` is None; then `consent` is empty).

    `everywhere` of `recordings` state their consent on every carrier. `chosen_at` is when the
    artist's own consent was set ("" for never), and `exceptions` counts releases and recordings
    with one of their own. `grants` are what licences of all of the artist's music let partners do
    beyond `consent`. Steps are in order of urgency, news newest first.
    """

    artist_id: int | None
    recordings: int
    everywhere: int
    carriers: tuple[CarrierBar, ...]
    news: tuple[News, ...]
    steps: tuple[Step, ...]
    consent: Consent = field(default_factory=Consent)
    chosen_at: str = ""
    exceptions: int = 0
    terms: tuple[Alarm, ...] = ()
    """Changes in terms that wait for an answer, newest first."""
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One artist in the roster: its bar counts recordings by their worst segment.

    `broken`: one of the steps is an account to reconnect or a folder that is not there.
    """

    artist_id: int
    name: str
    recordings: int
    everywhere: int
    bar: SegmentCounts
    consent: Consent
    steps: tuple[Step, ...]
    news: tuple[News, ...]
    broken: bool
    terms: int = 0
    """Changes in terms that wait for an answer."""
    grants: Grants = ()
    """What licences of all of the artist's music let partners do beyond the consent."""
