"""What the board shows, as values: the platforms that an artist uses, by what there is to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from rightsdesk.resources.facts import PlatformKind
from rightsdesk.roster.account_state import AccountState
from rightsdesk.workspace.guided.views import minutes, open_switches
from rightsdesk.workspace.types.artists import Account
from rightsdesk.workspace.types.guided import ControlView, GuidedView, Urgency
from rightsdesk.workspace.types.matrix import Segment

QUESTIONS_A_MINUTE = 6
"""How many tracks a person matches in a minute."""


class BoardSection(Enum):
    """The parts of the board, the most pressing first."""

    NEEDS_YOU = "needs-you"
    CONNECTED = "connected"
    TOLD = "told"
    TERMS = "terms"


class Need(Enum):
    """Why a platform needs the person, the most urgent first."""

    ON_BY_DEFAULT = 0
    ALLOWS_MORE = 1
    SIGN_IN = 2
    WRITE = 3
    MATCH = 4
    CHECK_AGAIN = 5
    SET = 6


@dataclass(frozen=True, slots=True)
class ArtistAccounts:
    """What is known of an artist's accounts: `bars` and what is `left` to write, by platform."""

    accounts: tuple[Account, ...] = ()
    bars: Mapping[str, Mapping[Segment, int]] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Used:
    """A platform that an artist uses: its facts, the artist's accounts there, how the recordings
    fare there, and how many items are to be written. `whole`: one setting holds for all."""

    view: GuidedView
    accounts: tuple[Account, ...] = ()
    bar: Mapping[Segment, int] = field(default_factory=dict)
    to_write: int = 0
    whole: bool = False
    switches: tuple[ControlView, ...] = field(default=())
    """Those that the person has to set."""

    @classmethod
    def of(cls, view: GuidedView, known: ArtistAccounts | None = None) -> Used:
        """A platform with the switches that are open."""
        open_ones = tuple(open_switches(view)) if view.group is Urgency.TO_DO else ()
        if known is None:
            return cls(view, switches=open_ones)
        platform = view.platform
        return cls(
            view,
            tuple(one for one in known.accounts if one.platform == platform),
            known.bars.get(platform, {}),
            known.left.get(platform, 0),
            platform in known.whole,
            open_ones,
        )

    @property
    def broken(self) -> Account | None:
        """The first account that needs a new sign-in, or an answer whose it is."""
        over = (AccountState.RECONNECT, AccountState.UNCONFIRMED)
        return next((one for one in self.accounts if one.state in over), None)

    @property
    def questions(self) -> int:
        """Tracks that need matching."""
        return sum(account.questions for account in self.accounts)

    @property
    def need(self) -> Need | None:
        """Why it needs the person; None where it does not."""
        return next(self._needs(), None)

    def _needs(self) -> Iterator[Need]:
        if any(
            one.control.permits_by_default and not one.attestation and not one.read
            for one in self.switches
        ):
            yield Need.ON_BY_DEFAULT
        if any(one.wider or any(r.wider for r in one.read) for one in self.switches):
            yield Need.ALLOWS_MORE
        if self.broken:
            yield Need.SIGN_IN
        if self.to_write and self.accounts:
            yield Need.WRITE
        if self.questions:
            yield Need.MATCH
        if self.view.group is Urgency.LOOK_AGAIN:
            yield Need.CHECK_AGAIN
        if self.switches:
            yield Need.SET

    @property
    def minutes(self) -> int:
        """How long all that it needs takes the person."""
        needed = sum(minutes(one.control) for one in self.switches)
        if self.view.group is Urgency.LOOK_AGAIN:
            needed += sum(minutes(one.control) for one in self.view.controls if one.attestation)
        needed += -(-self.questions // QUESTIONS_A_MINUTE)
        return needed + int(bool(self.to_write)) + int(bool(self.broken))

    @property
    def section(self) -> BoardSection:
        """Where it stands on the board."""
        if self.need is not None:
            return BoardSection.NEEDS_YOU
        if self.accounts:
            return BoardSection.CONNECTED
        if any(one.attestation for one in self.view.controls):
            return BoardSection.TOLD
        return BoardSection.TERMS


def used_of(views: Sequence[GuidedView], known: ArtistAccounts) -> tuple[Used, ...]:
    """The platforms that are used, the most urgent first."""
    return tuple(sorted((Used.of(view, known) for view in views if is_used(view)), key=_urgency))


def is_used(view: GuidedView) -> bool:
    """Whether the artist is there: by account, or by their own word."""
    return view.connected or bool(view.here)


ASKED_AT_ONCE = 3
"""So many platforms are asked about on the board; the others wait in the list of all."""


def unasked_of(
    views: Sequence[GuidedView], later: Collection[tuple[int, str]] = ()
) -> tuple[GuidedView, ...]:
    """Platforms with something on by default, of which it is not known whether they are used: the
    first few, where people have most. Those in `later` (artist, platform) are not asked about."""
    found = [
        view
        for view in views
        if view.group is Urgency.ASK
        and (view.artist_id, view.platform) not in later
        and any(one.control.permits_by_default for one in view.controls)
    ]
    kinds = list(PlatformKind)
    found.sort(key=lambda view: (kinds.index(view.facts.kind), view.facts.name.casefold()))
    return tuple(found[:ASKED_AT_ONCE])


def _urgency(one: Used) -> tuple[int, str]:
    need = one.need
    return (len(Need) if need is None else need.value), one.view.facts.name.casefold()
