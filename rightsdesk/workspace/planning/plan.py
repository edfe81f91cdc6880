"""What has to change so that every carrier says what is wanted: plans, before anyone writes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, literal_column, select

from rightsdesk import crash_reports
from rightsdesk.changes import journal
from rightsdesk.changes.confirming import INTERRUPTED, made
from rightsdesk.changes.edits import change_to_fields
from rightsdesk.changes.types import (
    FILES,
    SIDECARS,
    Cancel,
    Change,
    JobKind,
    JobSubject,
    Outcome,
    Plan,
    Progress,
)
from rightsdesk.consent import Consent, Declaration, Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.consent.dialects.files.sentence import left_alone
from rightsdesk.consent.fields import LEFT_ALONE
from rightsdesk.consent.losses import AnyLoss, CarrierLoss, Loss
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import lacks_xmp
from rightsdesk.files.owned import DAMAGED_PACKET, XMP_DAMAGED, lacks_text, settable_in
from rightsdesk.files.signed.manifest_place import SIGNED, SIGNED_BESIDE, Detached
from rightsdesk.platforms.interface import counted_items
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.roster.artists import ArtistRecord, all_artists
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import (
    artists,
    files,
    health_decisions,
)
from rightsdesk.store.schema import stored_consents as choices
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.jobs.pauses import Pauses
from rightsdesk.workspace.jobs.refused import last_time
from rightsdesk.workspace.planning.held import Held
from rightsdesk.workspace.suites import suite_of
from rightsdesk.workspace.types import ScopeKind

MOST_REMEMBERED = 10_000
"""Different things that carriers hold for which the change is kept in memory."""

SHOWN_EVERY = 256
"""Carriers between two looks at whether to stop; a plan of nothing takes as many a millisecond."""


PACKET_LEFT = "Its XMP packet is damaged; it was left as it is, the other fields are written."


class NothingChosen(KnownError):
    """Nobody has said yet what AI may do with this music."""

    cause = "nothing-chosen"

    def __init__(self) -> None:
        super().__init__(
            "Nothing has been chosen yet for this music.",
            advice="Choose first what AI may do with it.",
        )


class _Declared:
    """What is wanted of some carriers, and the change for each thing that they may hold.

    A catalogue says few different things, so a change is worked out once for all carriers
    that hold the same.
    """

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self._changes: dict[tuple[str, str, str, str], Change | None] = {}

    def change(self, one: Held) -> Change | None:
        """The change that this carrier needs; None where it says what is wanted."""
        key = (one.carrier, one.container, one.places, one.fields)
        if key not in self._changes:
            if len(self._changes) >= MOST_REMEMBERED:
                self._changes.clear()
            self._changes[key] = self._worked_out(one)
        change = self._changes[key]
        return None if change is None else replace(change, target=one.target(), stamp=one.stamp)

    def _worked_out(self, one: Held) -> Change | None:
        suite = suite_of(one.carrier)
        fields = texts.load_fields(one.fields)
        settable = settable_of(one, fields)
        edit = suite.edit(fields, self.declaration, settable)
        if not edit:
            return None
        change = change_to_fields(one.target(), suite, fields, one.stamp, edit)
        if why := suite.refused(edit):
            return _left(change, why, agreeable=False)
        remark = PACKET_LEFT if XMP_DAMAGED in fields else ""
        losses: tuple[AnyLoss, ...] = losses_of(suite, self.declaration, settable)
        hidden = (loss for d in suite.dialects for loss in d.unshown(fields, edit))
        losses = (*losses, *self._left_out(one, fields), *dict.fromkeys(hidden))
        return replace(change, losses=losses, problem=remark)

    def _left_out(self, one: Held, fields: Fields) -> Iterator[CarrierLoss]:
        """What this file can't take, though others of its kind can."""
        no_xmp = one.carrier == FILES and lacks_xmp(one.container, one.places)
        if no_xmp and XMP_DAMAGED not in fields:
            yield CarrierLoss.NO_PLACE_FOR_XMP
        if one.carrier == FILES and lacks_text(one.places):
            yield CarrierLoss.NO_PLACE_FOR_TEXT
        if left_alone(fields, self.declaration):
            unread = LEFT_ALONE in fields
            yield CarrierLoss.LINE_UNREADABLE if unread else CarrierLoss.LINE_ENCODING


def settable_of(one: Held, fields: Fields) -> tuple[str, ...] | None:
    """The fields that a carrier which shows these has a place for; None is all of them."""
    if one.carrier == FILES:
        return settable_in(one.places)
    return suite_of(one.carrier).settable(fields)


class Declared:
    """What is wanted, looked up by whose something is; each combination of choices once."""

    def __init__(self, database: Database) -> None:
        with database.read() as connection:
            self._known = consents.load(connection)
        self._roster = {artist.id: artist for artist in all_artists(database)}
        self._releases = self._known.with_own_choice(ScopeKind.RELEASE)
        self._recordings = self._known.with_own_choice(ScopeKind.RECORDING)
        self._declared: dict[tuple[int, int | None, int | None, bool], _Declared | None] = {}
        self._shared: set[tuple[str, bytes | str]] = set()
        self._database = database
        self._refused: dict[str, dict[int, str]] = {}

    def declared(self, one: Held) -> _Declared | None:
        """What is to be declared there; None where nothing was chosen."""
        release = one.release_id if one.release_id in self._releases else None
        recording = one.recording_id if one.recording_id in self._recordings else None
        on_disk = one.carrier in (FILES, SIDECARS)
        key = (one.artist_id, release, recording, on_disk)
        if key not in self._declared:
            wanted = self._known.effective(
                artist_id=one.artist_id, release_id=release, recording_id=recording
            )
            places = self._known.partners.get(recording or 0, ()) if on_disk else ()
            owners = list(dict.fromkeys(place.artist_id for place in places)) or [one.artist_id]
            artist = _speaker([self._roster[number] for number in owners])
            self._declared[key] = _Declared(declaration_of(artist, wanted)) if wanted else None
        return self._declared[key]

    def is_met(self, one: Held) -> bool:
        """Whether a file or sidecar of several artists was met before, as another one's."""
        if one.recording_id not in self._known.partners or one.carrier not in (FILES, SIDECARS):
            return False
        key = one.carrier, one.place
        met = key in self._shared
        self._shared.add(key)
        return met

    def last_time(self, one: Held) -> str:
        """Why a carrier could not be changed when that was last tried; "" where it could."""
        if one.carrier not in self._refused:
            with self._database.read() as connection:
                self._refused[one.carrier] = last_time(connection, one.carrier)
        return self._refused[one.carrier].get(one.id, "")


def plan(
    database: Database,
    kind: JobKind,
    held: Iterator[Held],
    progress: Progress,
    cancel: Cancel,
    *,
    now: datetime,
    even_signed: bool = False,
) -> Plan:
    """The plan that makes carriers say what is wanted of them.

    Carriers for which nothing was chosen are left out; one that could not be read is in
    the plan as skipped, with its problem. Of a file whose XMP packet is damaged the rest is
    planned, with a remark. So is a file with Content Credentials, unless
    `even_signed`: any change breaks them. Raises NothingChosen where there is no choice
    for any of them. What was sent before and never showed waits, `now` (aware) being too early.
    """
    version = choices_version(database)
    wanted = Declared(database)
    unconfirmed, pauses = _Unconfirmed(database), Pauses(database, now)
    detached = Detached()
    changes: list[Change] = []
    met: set[Consent] = set()
    unchanged = looked_at = 0
    for one in held:
        if looked_at % SHOWN_EVERY == 0:
            if cancel.is_set():
                break
            progress(looked_at, 0, one.target().label)
        if wanted.is_met(one):
            continue
        looked_at += 1
        declared = wanted.declared(one)
        if declared is None:
            continue
        met.add(declared.declaration.consent)
        unread = one.problem not in ("", DAMAGED_PACKET)  # the rest of such a file is known
        sent = unconfirmed.as_sent(one)
        change = _unread(one) if unread else _worked_out(database, declared, sent)
        if change is not None and unconfirmed.is_gone(one, change):
            change = _worked_out(database, declared, one)
        if sent is not one and change is None:
            unconfirmed.left.append(sent)
            continue
        if change is not None and pauses.leaves(one.carrier, one.id, change.edit):
            continue
        if change is not None and change.outcome is Outcome.PLANNED:
            change = replace(change, earlier_problem=wanted.last_time(one))
        signed = change is not None and not unread and not even_signed
        if change is not None and signed and (why := _signed(one, detached)):
            change = _left(change, why)
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    if looked_at and not met:
        raise NothingChosen
    planned = [change.target for change in changes if change.outcome is Outcome.PLANNED]
    return Plan(
        *(kind, JobSubject.of(met, planned), tuple(changes), unchanged),
        choices=version,
        unconfirmed=(*unconfirmed.counted(), *pauses.counted()),
    )


class _Unconfirmed:
    """What was sent to platforms and is not confirmed yet: it counts as made."""

    def __init__(self, database: Database) -> None:
        self.left: list[Held] = []
        with database.read() as connection:
            self._sent = journal.unconfirmed(connection)

    def as_sent(self, one: Held) -> Held:
        """The carrier as it will be once its writes arrive; the same where there are none."""
        writes = self._sent.get(one.carrier, {}).get(one.id)
        if not writes:
            return one
        platform = platform_by_id(one.carrier)
        fields = texts.load_fields(one.fields)
        for sent in writes:
            # One that was taken is not gone before a look says so: it may have been read earlier.
            prompt = platform.capabilities.prompt if sent.state == INTERRUPTED else ()
            fields = made(fields, [sent], platform.same, prompt)
        return one._replace(fields=texts.dump_fields(fields))

    def is_gone(self, one: Held, change: Change) -> bool:
        """Whether what was written has to be written again where somebody edited it since: then
        what is there counts, and not what may come."""
        writes = self._sent.get(one.carrier, {}).get(one.id)
        if not writes:
            return False
        platform, shown = platform_by_id(one.carrier), texts.load_fields(one.fields)
        prompt = platform.capabilities.prompt
        edited = any(sent.overlaid(shown, platform.same, prompt) for sent in writes)
        return edited and not change.edit.keys().isdisjoint(prompt)

    def counted(self) -> tuple[str, ...]:
        """A sentence for each platform on which some are left as they are for now."""
        numbers = Counter(one.carrier for one in self.left)
        return tuple(unconfirmed_sentence(carrier, n) for carrier, n in sorted(numbers.items()))


def unconfirmed_sentence(carrier: str, number: int) -> str:
    """What is to be known of items that were written and are not confirmed yet."""
    platform = platform_by_id(carrier)
    one = number == 1
    which = counted_items(platform, number)
    return (
        f"{which} {'was' if one else 'were'} written and {'is' if one else 'are'} not confirmed "
        f"yet: {'it is' if one else 'they are'} not sent again. The next look settles it."
    )


def _signed(one: Held, detached: Detached) -> str:
    """Why a file's signature keeps it from being changed; "" where it has none."""
    if one.signed or one.carrier != FILES:
        return SIGNED if one.signed else ""
    name = detached.manifest_of(one.target().locator)
    return SIGNED_BESIDE.format(name=name) if name else ""


def choices_version(database: Database) -> str:
    """A digest of all that was chosen, of what artists declare with it, and of what depends on
    several artists' choices: files of theirs, and decisions on what is one recording."""
    chosen = select(choices.c.kind, choices.c.owner_id, choices.c.consent)
    chosen = chosen.order_by(choices.c.kind, choices.c.owner_id)
    a = artists.c
    details = select(a.id, a.rightsholder, a.contact, a.terms_url, a.sentence, a.sidecars)
    d, f = health_decisions.c, files.c
    decided = select(d.id, d.undone_at).order_by(d.id)
    shared = select(func.count(), func.max(f.id)).where(literal_column("shared"))
    with database.read() as connection:
        queries = (chosen, details.order_by(a.id), decided, shared)
        rows = [row for query in queries for row in connection.execute(query)]
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


def _speaker(owners: Sequence[ArtistRecord]) -> ArtistRecord:
    """Who declares for a file of several artists: the first on the roster, and the others where
    that one says nothing. All that any of them ever declared is known as theirs."""
    if len(owners) == 1:
        return owners[0]
    sentences = [one.sentence for one in owners if one.sentence is not None]
    sentence = next(iter(sentences), None)
    former = [*(s for s in sentences if s and s != sentence)]
    former += [one for owner in owners for one in owner.former_sentences if one != sentence]
    return replace(
        owners[0],
        rightsholder=next((one.rightsholder for one in owners if one.rightsholder), ""),
        contact=next((one.contact for one in owners if one.contact), ""),
        terms_url=next((one.terms_url for one in owners if one.terms_url), ""),
        sentence=sentence,
        former_sentences=tuple(dict.fromkeys(former)),
    )


def declaration_of(artist: ArtistRecord, wanted: Consent) -> Declaration:
    """What an artist declares, with what goes with it."""
    return Declaration(
        consent=wanted,
        rightsholder=artist.rightsholder,
        contact=artist.contact,
        terms_url=artist.terms_url,
        sentence=artist.sentence,
        former_sentences=artist.former_sentences,
    )


def _worked_out(database: Database, declared: _Declared, one: Held) -> Change | None:
    """The change that a carrier needs. A fault of ours over what it holds is that one's failure."""
    try:
        return declared.change(one)
    except KnownError:
        raise
    except Exception as error:
        sentence = f"This is a fault of RightsDesk: it failed over what “{one.label}” holds."
        told = crash_reports.bug(
            database.path.parent, error, sentence, untouched="It is left as it is."
        )
        return replace(_unread(one), problem=str(told))


def _unread(one: Held) -> Change:
    nobody_knows = Consent()
    return Change(
        *(one.target(), nobody_knows, nobody_knows, {}, {}),
        outcome=Outcome.SKIPPED,
        problem=one.problem,
        unread=True,
    )


def _left(change: Change, why: str, *, agreeable: bool = True) -> Change:
    says = change.before
    return Change(
        *(change.target, says, says, {}, {}),
        outcome=Outcome.SKIPPED,
        problem=why,
        agreeable=agreeable,
    )


@lru_cache(maxsize=1024)
def losses_of(
    suite: Suite, declared: Declaration, settable: tuple[str, ...] | None
) -> tuple[Loss, ...]:
    """What a carrier can't say as it is declared."""
    return suite.losses(declared, settable)
