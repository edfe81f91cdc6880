"""The current consent of each carrier, for code that continues an older plan."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rightsdesk.changes.still_fitting import CurrentConsent
from rightsdesk.changes.types import Change, JobSubject, Target
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.consent import Consent, Declaration, Fields
from rightsdesk.consent.losses import AnyLoss
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.workspace.planning.held import Held, held_files, held_items, held_sidecars
from rightsdesk.workspace.planning.plan import (
    Declarations,
    consents_version,
    losses_of,
)
from rightsdesk.workspace.suites import settable_of, suite_of
from rightsdesk.workspace.types.scopes import Filter

_AT_ONCE = 500
_Key = tuple[CarrierId, int, str]
_ALL = Filter()


@dataclass(frozen=True, slots=True)
class _CarrierConsent:
    """The current declaration for one carrier that the store knows."""

    held: Held
    declaration: Declaration

    @property
    def consent(self) -> Consent:
        return self.declaration.consent

    @property
    def fields(self) -> Fields:
        return texts.load_fields(self.held.fields)

    @property
    def stamp(self) -> str:
        return self.held.stamp

    def edit(self, fields: Fields) -> Fields:
        settable = settable_of(self.held.carrier, self.held.places, fields)
        return suite_of(self.held.carrier).edit(fields, self.declaration, settable)

    def losses(self, fields: Fields) -> tuple[AnyLoss, ...]:
        settable = settable_of(self.held.carrier, self.held.places, fields)
        return losses_of(suite_of(self.held.carrier), self.declaration, settable)


class StoredCurrentConsents:
    """Reads the current consents from the store, and again after a change. Thread-safe."""

    def __init__(self, database: Database, clock: Clock = SYSTEM) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._version = ""
        self._declarations: Declarations | None = None
        self._found: dict[_Key, _CarrierConsent | None] = {}

    def version(self) -> str:
        """A digest that changes with every consent, licence, and detail that artists declare."""
        version = consents_version(self._database, self._clock.now())
        with self._lock:
            if version != self._version:
                self._version, self._declarations = version, None
                self._found.clear()
        return version

    def ready(self, targets: Sequence[Target]) -> None:
        """Look up several carriers at once."""
        requested: dict[CarrierId, dict[int, list[Target]]] = defaultdict(lambda: defaultdict(list))
        for target in targets:
            requested[target.carrier][target.id].append(target)
        with self._lock:
            if self._declarations is None:
                self._declarations = Declarations(self._database, self._clock.now())
            for carrier, by_id in requested.items():
                ids = list(by_id)
                for start in range(0, len(ids), _AT_ONCE):
                    self._find(carrier, ids[start : start + _AT_ONCE], self._declarations)
            for target in targets:
                self._found.setdefault(_key(target), None)

    def of(self, target: Target) -> CurrentConsent | None:
        """The current consent of a carrier; None if none is set or the carrier is gone."""
        key = _key(target)
        if key not in self._found:
            self.ready([target])
        return self._found.get(key)

    def about(self, changes: Sequence[Change]) -> JobSubject:
        """The job subject: the consents of the carriers, and how many carriers there are."""
        consents = [self.of(change.target) for change in changes]
        return JobSubject.of({found.consent for found in consents if found is not None}, changes)

    def _find(self, carrier: CarrierId, ids: Sequence[int], declarations: Declarations) -> None:
        for held in _held(self._database, carrier, ids):
            declared = declarations.of(held)
            if declared is not None:
                found = _CarrierConsent(held, declared.declaration)
                self._found[_key(held.target())] = found


def _held(database: Database, carrier: CarrierId, ids: Sequence[int]) -> Iterator[Held]:
    if carrier == CarrierId.FILES:
        return held_files(database, _ALL, ids)
    if carrier == CarrierId.SIDECARS:
        return held_sidecars(database, _ALL, ids)
    return held_items(database, _ALL, carrier, ids)


def _key(target: Target) -> _Key:
    return target.carrier, target.id, target.locator
