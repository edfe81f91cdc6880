"""What is wanted now, carrier by carrier, for whatever carries an older plan on."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rightsdesk.changes.still_wanted import WantedNow
from rightsdesk.changes.types import FILES, SIDECARS, JobSubject, Target
from rightsdesk.consent import Consent, Declaration, Fields
from rightsdesk.consent.losses import AnyLoss
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.workspace.planning.held import Held, held_files, held_items, held_sidecars
from rightsdesk.workspace.planning.plan import (
    Declared,
    choices_version,
    losses_of,
    settable_of,
)
from rightsdesk.workspace.suites import suite_of
from rightsdesk.workspace.types import Filter

_AT_ONCE = 500
_Key = tuple[str, int, str]
_ALL = Filter()


@dataclass(frozen=True, slots=True)
class _WantedThere:
    """What is wanted of one carrier that the store knows."""

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
        settable = settable_of(self.held, fields)
        return suite_of(self.held.carrier).edit(fields, self.declaration, settable)

    def losses(self, fields: Fields) -> tuple[AnyLoss, ...]:
        settable = settable_of(self.held, fields)
        return losses_of(suite_of(self.held.carrier), self.declaration, settable)


class ChoicesNow:
    """Reads choices from the store, and again once one was changed. Safe for threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._version = ""
        self._declared: Declared | None = None
        self._known: dict[_Key, _WantedThere | None] = {}

    def version(self) -> str:
        """Differs whenever a choice, or what an artist declares with it, was changed."""
        version = choices_version(self._database)
        with self._lock:
            if version != self._version:
                self._version, self._declared = version, None
                self._known.clear()
        return version

    def ready(self, targets: Sequence[Target]) -> None:
        """Find out about several carriers at once."""
        asked: dict[str, dict[int, list[Target]]] = defaultdict(lambda: defaultdict(list))
        for target in targets:
            asked[target.carrier][target.id].append(target)
        with self._lock:
            if self._declared is None:
                self._declared = Declared(self._database)
            for carrier, by_id in asked.items():
                ids = list(by_id)
                for start in range(0, len(ids), _AT_ONCE):
                    self._find(carrier, ids[start : start + _AT_ONCE], self._declared)
            for target in targets:
                self._known.setdefault(_key(target), None)

    def of(self, target: Target) -> WantedNow | None:
        """What is wanted there; None where nothing is, or the carrier is no longer known."""
        key = _key(target)
        if key not in self._known:
            self.ready([target])
        return self._known.get(key)

    def about(self, targets: Sequence[Target]) -> JobSubject:
        """What is wanted of these, and how many they are."""
        known = [self.of(target) for target in targets]
        return JobSubject.of({one.consent for one in known if one is not None}, targets)

    def _find(self, carrier: str, ids: Sequence[int], declared: Declared) -> None:
        for held in _held(self._database, carrier, ids):
            wanted = declared.declared(held)
            if wanted is not None:
                found = _WantedThere(held, wanted.declaration)
                self._known[_key(held.target())] = found


def _held(database: Database, carrier: str, ids: Sequence[int]) -> Iterator[Held]:
    if carrier == FILES:
        return held_files(database, _ALL, ids)
    if carrier == SIDECARS:
        return held_sidecars(database, _ALL, ids)
    return held_items(database, _ALL, carrier, ids)


def _key(target: Target) -> _Key:
    return target.carrier, target.id, target.locator
