"""A plan worked out for the review: grouped by what happens and by release. A worker's job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from rightsdesk import phrases
from rightsdesk.changes.types import Change, Confirmation, Outcome, Plan
from rightsdesk.changes.words import preview_notes, stated
from rightsdesk.consent import Consent, Use, widened
from rightsdesk.consent.licences.grant import Grant, newly_granted
from rightsdesk.consent.losses import counted_loss_sentences
from rightsdesk.desktop.parts.texts import (
    consent_text,
    language,
    licensed_text,
    number_text,
    path_text,
    sentence,
    tr,
    uses_text,
)
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.shown import shown
from rightsdesk.workspace.jobs.change_locations import ChangeKey, ChangeLocation, key_of

NOWHERE = ChangeLocation("")


class Happens(IntEnum):
    """What happens to a carrier, in the order of the review: what matters most comes first."""

    OPENS = 0
    OTHERWISE = 1
    PARTLY = 2
    SILENT = 3
    SAME = 4
    LEFT = 5


def happens(change: Change) -> Happens:
    """What a change does: it opens up, replaces another word, adds, or is ruled out."""
    if change.outcome is not Outcome.PLANNED:
        return Happens.LEFT
    if change.widens:
        return Happens.OPENS
    before, after = change.before, change.after
    if not before:
        return Happens.SILENT
    if any(use in after and after[use] is not said for use, said in before.items()):
        return Happens.OTHERWISE
    return Happens.SAME if before == after else Happens.PARTLY


def lets(change: Change) -> tuple[str, ...]:
    """The partners who alone may do more after a change; () where everyone may, or nobody."""
    if not change.widens or widened(change.before, change.after):
        return ()
    old, new = change.named_before, change.named_after
    return tuple(dict.fromkeys(grant.partner for grant in new if newly_granted(old, (grant,))))


@dataclass(slots=True)
class ChangeGroup:
    """Changes next to each other to which the same happens on one release.

    `start` and `end` are their places in `Digest.changes`.
    """

    happens: Happens
    title: str
    artist: str
    now: str
    after: str
    note: str
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many changes it has."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Digest:
    """A plan, ordered and grouped, with all that a person must know of it as a whole.

    `names` are the carriers' names by id, `places` where each change belongs. `forecast` has a
    sentence for each platform that lets only so much through in a day. `whose` are the artists.
    `planned` counts the changes by carrier, `grants` are the licences that all of them will name,
    None where they differ. `opening` counts those that open something up, `lets` are the partners
    who alone may then do more, () where others may, too. `signed` files are spared unless a person
    says otherwise. `remarks` are about the dialects that are written.
    """

    plan: Plan
    changes: tuple[Change, ...]
    groups: tuple[ChangeGroup, ...]
    counts: Mapping[Happens, int]
    planned: Mapping[CarrierId, int]
    grants: tuple[Grant, ...] | None
    opened: tuple[tuple[str, tuple[str, ...]], ...]
    losses: tuple[str, ...]
    confirmation: Confirmation
    names: Mapping[str, str]
    places: Mapping[ChangeKey, ChangeLocation] = field(default_factory=dict)
    forecast: tuple[str, ...] = ()
    whose: tuple[str, ...] = ()
    opening: Mapping[CarrierId, int] = field(default_factory=dict)
    signed: int = 0
    lets: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        plan: Plan,
        names: Mapping[str, str],
        places: Mapping[ChangeKey, ChangeLocation] | None = None,
        forecast: tuple[str, ...] = (),
        remarks: tuple[str, ...] = (),
    ) -> Digest:
        """Work a plan out."""
        places = places or {}
        said = _Words()
        # Sorted by key and not row by row: one sort of all rows would hold up the main thread.
        # Within a group the plan's own order stays, which is that of the paths.
        found: dict[tuple[Happens, str, str, str, str, str], list[Change]] = {}
        for change in plan.changes:
            place = places.get(key_of(change.target), NOWHERE)
            what = happens(change)
            title = place.release or place.recording or _beside(change, names)
            found.setdefault((what, place.artist, title, *said.of(change, what)), []).append(change)
        groups: list[ChangeGroup] = []
        ordered: list[Change] = []
        counts: Counter[Happens] = Counter()
        for key in sorted(found):
            what, artist, title, now, after, note = key
            start = len(ordered)
            ordered += found[key]
            counts[what] += len(found[key])
            groups.append(
                ChangeGroup(
                    what, shown(title), shown(artist), now, after, note, start, len(ordered)
                )
            )
        changes = tuple(ordered)
        whose = tuple(sorted({place.artist for place in places.values() if place.artist}))
        return cls(
            plan,
            changes,
            tuple(groups),
            counts,
            dict(Counter(change.target.carrier for change in plan.planned)),
            _named_by_all(plan),
            _opened(changes, places, several=len(whose) > 1),
            losses_of(plan),
            plan.confirmation(),
            names,
            places,
            forecast,
            whose,
            dict(Counter(change.target.carrier for change in plan.widening)),
            sum(change.agreeable for change in plan.changes),
            _lets(plan),
            tuple(map(sentence, remarks)),
        )

    @property
    def number(self) -> int:
        """How many changes are planned."""
        return sum(self.planned.values())

    def title_of(self, change: Change) -> str:
        """What people call a carrier: the recording, else its own name."""
        return title_of(change, self.places)


def title_of(change: Change, places: Mapping[ChangeKey, ChangeLocation]) -> str:
    """The recording of a change, else the carrier's own name."""
    place = places.get(key_of(change.target), NOWHERE)
    return shown(place.recording) or path_text(change.target.label)


def _beside(change: Change, names: Mapping[str, str]) -> str:
    carrier = change.target.carrier
    return tr("Not on a release") if change.target.on_disk else names.get(carrier, carrier)


class _Words:
    """Now, After and Note of changes. Half a million changes hold few different ones."""

    def __init__(self) -> None:
        self._said: dict[Consent, str] = {}
        self._known: dict[int, tuple[Consent, str]] = {}
        self._uses: dict[tuple[tuple[Use, ...], tuple[str, ...]], str] = {}

    def of(self, change: Change, what: Happens) -> tuple[str, str, str]:
        before, becomes = stated(change)
        now = licensed_text(self._consent(before), change.named_before)
        now = tr("not read") if change.unread else now
        after = licensed_text(self._consent(becomes), change.named_after)
        after = tr("stays as it is") if what is Happens.LEFT else after
        return now, after, self.note(change)

    def note(self, change: Change) -> str:
        if notes := preview_notes(change):
            return shown(" ".join(map(sentence, notes)))
        return self._opens(change.widens, lets(change)) if change.widens else ""

    def _opens(self, uses: tuple[Use, ...], partners: tuple[str, ...]) -> str:
        key = uses, partners
        if key not in self._uses:
            form = tr("newly allows: {uses}")
            if partners:
                form = tr("newly allows {partners}: {uses}")
            said = form.format(uses=uses_text(uses), partners=names_text(partners))
            self._uses[key] = said
        return self._uses[key]

    def _consent(self, consent: Consent) -> str:
        known = self._known.get(id(consent))  # equal carriers share one object
        if known is None or known[0] is not consent:
            if consent not in self._said:
                self._said[consent] = consent_text(consent) if consent else tr("silent")
            known = self._known[id(consent)] = consent, self._said[consent]
        return known[1]


def names_text(partners: tuple[str, ...]) -> str:
    """`Klay and Vale`."""
    return phrases.and_list([shown(partner) for partner in partners], language())


def _named_by_all(plan: Plan) -> tuple[Grant, ...] | None:
    """The licences that every planned change will name; None where they differ."""
    named = {tuple(change.named_after) for change in plan.planned}
    return named.pop() if len(named) == 1 else None if named else ()


def _lets(plan: Plan) -> tuple[str, ...]:
    every = {lets(change) for change in plan.widening}
    if () in every:
        return ()
    return tuple(dict.fromkeys(partner for some in sorted(every) for partner in some))


def _opened(
    changes: Collection[Change], places: Mapping[ChangeKey, ChangeLocation], *, several: bool
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What opens up, by uses: the uses in words, and the titles of what they open up on."""
    found: dict[tuple[tuple[Use, ...], tuple[str, ...]], list[str]] = {}
    for change in changes:
        if change.outcome is not Outcome.PLANNED or not change.widens:
            continue
        title = title_of(change, places)
        own = path_text(change.target.label)
        name = title if title == own else f"{title} ({own})"
        artist = places.get(key_of(change.target), NOWHERE).artist
        found.setdefault((change.widens, lets(change)), []).append(
            f"{shown(artist)}: {name}" if several and artist else name
        )
    form = tr("{partners}: {uses}")
    return tuple(
        (
            form.format(partners=names_text(partners), uses=uses_text(uses))
            if partners
            else uses_text(uses),
            tuple(titles),
        )
        for (uses, partners), titles in found.items()
    )


def losses_of(plan: Plan) -> tuple[str, ...]:
    """What some tags cannot express, those of the widest reach first, with the reach if it is not
    all: `… (42 of 64)`."""
    whole, form = len(plan.planned), tr("{n} of {all}")
    losses = sorted(counted_loss_sentences(plan.losses), key=lambda loss: -loss[1])
    return tuple(
        said if n == whole else f"{said} ({form.format(n=number_text(n), all=number_text(whole))})"
        for said, n in ((sentence(loss), n) for loss, n in losses)
    )
