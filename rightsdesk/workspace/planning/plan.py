"""Plans: which changes make every carrier say what its consent says. Writes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, literal_column, select

from rightsdesk import crash_reports
from rightsdesk.changes import sent_writes
from rightsdesk.changes.confirming import made
from rightsdesk.changes.edits import change_to_fields
from rightsdesk.changes.states import INTERRUPTED
from rightsdesk.changes.types import Cancel, Change, JobKind, JobSubject, Outcome, Plan, Progress
from rightsdesk.consent import Consent, Declaration, Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.consent.dialects.files.sentence import left_alone
from rightsdesk.consent.fields import LEFT_ALONE
from rightsdesk.consent.losses import AnyLoss, CarrierLoss
from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import lacks_xmp
from rightsdesk.files.owned import DAMAGED_PACKET, XMP_DAMAGED, lacks_text
from rightsdesk.files.signed.manifest_place import SIGNED, SIGNED_BESIDE, Detached
from rightsdesk.platforms.interface import counted_items
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import (
    artists,
    files,
    health_decisions,
    stored_consents,
)
from rightsdesk.workspace.jobs.pauses import Pauses
from rightsdesk.workspace.jobs.refused import last_time
from rightsdesk.workspace.licences.declared import Declared, OwnerKey
from rightsdesk.workspace.licences.ended import ended_in
from rightsdesk.workspace.licences.holding import holding_version
from rightsdesk.workspace.planning.held import Held
from rightsdesk.workspace.planning.lost_fields import without_restored
from rightsdesk.workspace.suites import settable_of, suite_of

MOST_REMEMBERED = 10_000
"""Cached changes, one per distinct content of a carrier."""

SHOWN_EVERY = 256
"""Carriers between two progress reports and cancel checks, about a millisecond apart."""


PACKET_LEFT = "Its XMP packet is damaged; it was left as it is, the other fields are written."


class NoConsentSet(KnownError):
    """No consent is set for this music."""

    cause = Cause.NOTHING_CHOSEN

    def __init__(self) -> None:
        super().__init__(
            "Nothing has been chosen yet for this music.",
            advice="Choose first what AI may do with it.",
        )


class _DeclarationChanges:
    """A declaration, and the change that each content of a carrier needs to match it.

    Carriers of a catalogue hold few different contents. So the change is computed once per content
    and reused.
    """

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self._changes: dict[tuple[str, str, str, str], Change | None] = {}

    def change(self, held: Held) -> Change | None:
        """The change that this carrier needs; None if it already matches the declaration."""
        key = (held.carrier, held.container, held.places, held.fields)
        if key not in self._changes:
            if len(self._changes) >= MOST_REMEMBERED:
                self._changes.clear()
            self._changes[key] = self._change_for(held)
        change = self._changes[key]
        return None if change is None else replace(change, target=held.target(), stamp=held.stamp)

    def _change_for(self, held: Held) -> Change | None:
        suite = suite_of(held.carrier)
        fields = texts.load_fields(held.fields)
        settable = settable_of(held.carrier, held.places, fields)
        edit = suite.edit(fields, self.declaration, settable)
        if not edit:
            return None
        change = change_to_fields(held.target(), suite, fields, held.stamp, edit)
        if why := suite.refused(edit):
            return _left(change, why, agreeable=False)
        remark = PACKET_LEFT if XMP_DAMAGED in fields else ""
        losses: tuple[AnyLoss, ...] = losses_of(suite, self.declaration, settable)
        hidden = (loss for d in suite.dialects for loss in d.unshown(fields, edit))
        losses = (*losses, *self._left_out(held, fields), *dict.fromkeys(hidden))
        return replace(change, losses=losses, problem=remark)

    def _left_out(self, held: Held, fields: Fields) -> Iterator[CarrierLoss]:
        """Losses of this file alone: other files of its kind have room for these fields."""
        no_xmp = held.carrier == CarrierId.FILES and lacks_xmp(held.container, held.places)
        if no_xmp and XMP_DAMAGED not in fields:
            yield CarrierLoss.NO_PLACE_FOR_XMP
        if held.carrier == CarrierId.FILES and lacks_text(held.places):
            yield CarrierLoss.NO_PLACE_FOR_TEXT
        if left_alone(fields, self.declaration):
            unread = LEFT_ALONE in fields
            yield CarrierLoss.LINE_UNREADABLE if unread else CarrierLoss.LINE_ENCODING


class Declarations:
    """The declaration for each carrier, by owner. Each combination of consents is built once."""

    def __init__(self, database: Database, now: datetime) -> None:
        with database.read() as connection:
            self._declared = Declared(connection, now)
        self._changes: dict[OwnerKey, _DeclarationChanges | None] = {}
        self._shared: set[tuple[str, bytes | str]] = set()
        self._database = database
        self._refused: dict[str, dict[int, str]] = {}

    def of(self, held: Held) -> _DeclarationChanges | None:
        """The declaration for a carrier; None if no consent is set."""
        on_disk = held.carrier in ON_DISK
        key = self._declared.key(
            held.artist_id, held.release_id, held.recording_id, on_disk=on_disk
        )
        if key not in self._changes:
            declaration = self._declared.of(key)
            self._changes[key] = _DeclarationChanges(declaration) if declaration else None
        return self._changes[key]

    def is_repeated(self, held: Held) -> bool:
        """Whether a file or sidecar of several artists came earlier, as another artist's."""
        on_disk = held.carrier in ON_DISK
        if not on_disk or not self._declared.is_shared(held.recording_id):
            return False
        key = held.carrier, held.place
        repeated = key in self._shared
        self._shared.add(key)
        return repeated

    def last_time(self, held: Held) -> str:
        """Why the last try to change a carrier failed; "" if it did not."""
        if held.carrier not in self._refused:
            with self._database.read() as connection:
                self._refused[held.carrier] = last_time(connection, held.carrier)
        return self._refused[held.carrier].get(held.id, "")


def plan(
    database: Database,
    kind: JobKind,
    held_carriers: Iterator[Held],
    progress: Progress,
    cancel: Cancel,
    *,
    now: datetime,
    even_signed: bool = False,
) -> Plan:
    """The plan that makes carriers match their consents.

    Carriers without a consent are left out. A carrier that could not be read is in the plan as
    skipped, with its problem. If a file's XMP packet is damaged, its other fields are planned, with
    a remark. Files with Content Credentials are skipped unless `even_signed`, since any change
    breaks the signature. Writes that never showed are not sent again before their pause ends (`now`
    is aware).

    Raises NoConsentSet if no carrier has a consent.
    """
    version = consents_version(database, now)
    declarations = Declarations(database, now)
    unconfirmed, pauses = _Unconfirmed(database), Pauses(database, now)
    detached = Detached()
    changes: list[Change] = []
    used: set[_DeclarationChanges] = set()
    unchanged = compared = 0
    for held in held_carriers:
        if compared % SHOWN_EVERY == 0:
            if cancel.is_set():
                break
            progress(compared, 0, held.target().label)
        if declarations.is_repeated(held):
            continue
        compared += 1
        declared = declarations.of(held)
        if declared is None:
            continue
        used.add(declared)
        # In a file with a damaged packet, the other fields are known.
        unread = held.problem not in ("", DAMAGED_PACKET)
        sent = unconfirmed.as_sent(held)
        change = _unread(held) if unread else _change_for(database, declared, sent)
        if change is not None and unconfirmed.is_gone(held, change):
            change = _change_for(database, declared, held)
        if sent is not held and change is None:
            unconfirmed.left.append(sent)
            continue
        if change is not None and pauses.leaves(held.carrier, held.id, change.edit):
            continue
        to_do = change is not None and change.outcome is Outcome.PLANNED
        if change is not None and to_do and (earlier := declarations.last_time(held)):
            change = replace(change, earlier_problem=earlier)
        signed = change is not None and not unread and not even_signed
        if change is not None and signed and (why := _signed(held, detached)):
            change = _left(change, why)
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    if compared and not used:
        raise NoConsentSet
    all_changes = without_restored(database, changes)
    planned = [change for change in all_changes if change.outcome is Outcome.PLANNED]
    about = JobSubject.of({declared.declaration.consent for declared in used}, planned)
    return Plan(
        *(kind, replace(about, ended=ended_in(database, planned, now)), all_changes, unchanged),
        consents_version=version,
        unconfirmed=(*unconfirmed.counted(), *pauses.counted()),
    )


class _Unconfirmed:
    """Writes to platforms that are not confirmed yet. The plan counts them as made."""

    def __init__(self, database: Database) -> None:
        self.left: list[Held] = []
        with database.read() as connection:
            self._sent = sent_writes.unconfirmed(connection)

    def as_sent(self, held: Held) -> Held:
        """The carrier as it will be once its writes arrive; the same object if it has none."""
        writes = self._sent and self._sent.get(held.carrier, {}).get(held.id)
        if not writes:
            return held
        platform = platform_by_id(held.carrier)
        fields = texts.load_fields(held.fields)
        for sent in writes:
            # An accepted write counts until a later reading: this one may be from before it.
            prompt = platform.capabilities.prompt if sent.state == INTERRUPTED else ()
            fields = made(fields, [sent], platform.same, prompt)
        return held._replace(fields=texts.dump_fields(fields))

    def is_gone(self, held: Held, change: Change) -> bool:
        """Whether someone edited the item after our write, so that it has to be written again.

        Then the fields on the platform count, not the fields that were sent.
        """
        writes = self._sent.get(held.carrier, {}).get(held.id)
        if not writes:
            return False
        platform, shown = platform_by_id(held.carrier), texts.load_fields(held.fields)
        prompt = platform.capabilities.prompt
        edited = any(sent.overlaid(shown, platform.same, prompt) for sent in writes)
        return edited and not change.edit.keys().isdisjoint(prompt)

    def counted(self) -> tuple[str, ...]:
        """One sentence per platform with unconfirmed items."""
        numbers = Counter(held.carrier for held in self.left)
        return tuple(unconfirmed_sentence(carrier, n) for carrier, n in sorted(numbers.items()))


def unconfirmed_sentence(carrier: CarrierId, number: int) -> str:
    """A sentence that says how many items are written and not confirmed yet."""
    return worded(
        "{items} was written and is not confirmed yet: it is not sent again. The next check "
        "settles it."
        if number == 1
        else "{items} were written and are not confirmed yet: they are not sent again. The next "
        "check settles it.",
        items=counted_items(platform_by_id(carrier), number),
    )


def _signed(held: Held, detached: Detached) -> str:
    """Why a file's signature keeps it from being changed; "" if it has none."""
    if held.signed or held.carrier != CarrierId.FILES:
        return SIGNED if held.signed else ""
    name = detached.manifest_of(held.target().locator)
    return worded(SIGNED_BESIDE, name=name) if name else ""


def consents_version(database: Database, now: datetime) -> str:
    """A digest of everything that plans depend on.

    That is: consents, the licences that hold `now` (aware), the details that artists declare
    with them, decisions about recordings, and the files that several artists share.
    """
    consents_query = select(
        stored_consents.c.kind, stored_consents.c.owner_id, stored_consents.c.consent
    )
    consents_query = consents_query.order_by(stored_consents.c.kind, stored_consents.c.owner_id)
    a = artists.c
    details = select(a.id, a.rightsholder, a.contact, a.terms_url, a.sentence, a.sidecars)
    d, f = health_decisions.c, files.c
    decided = select(d.id, d.undone_at).order_by(d.id)
    shared = select(func.count(), func.max(f.id)).where(literal_column("shared"))
    with database.read() as connection:
        queries = (consents_query, details.order_by(a.id), decided, shared)
        rows = [tuple(row) for query in queries for row in connection.execute(query)]
        held = holding_version(connection, now)
    return hashlib.sha256(repr([rows, held]).encode()).hexdigest()


def _change_for(database: Database, declared: _DeclarationChanges, held: Held) -> Change | None:
    """The change that a carrier needs. A bug that its content triggers fails this carrier only."""
    try:
        return declared.change(held)
    except KnownError:
        raise
    except Exception as error:
        sentence = worded(
            "This is a fault of RightsDesk: it failed over what “{label}” holds.", label=held.label
        )
        bug = crash_reports.bug(
            database.path.parent, error, sentence, untouched="It is left as it is."
        )
        return replace(_unread(held), problem=str(bug))


def _unread(held: Held) -> Change:
    unknown = Consent()
    return Change(
        *(held.target(), unknown, unknown, {}, {}),
        outcome=Outcome.SKIPPED,
        problem=held.problem,
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
) -> tuple[AnyLoss, ...]:
    """The losses of a carrier for this declaration."""
    return (*suite.losses(declared, settable), *suite.party_losses(declared, settable))
