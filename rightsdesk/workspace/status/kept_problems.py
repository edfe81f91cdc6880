"""The problems as they were last found, while nothing changed: several views ask for them.

With 100,000 recordings they take seconds of processor time.
"""

from __future__ import annotations

import os
import threading

from rightsdesk.clock import Clock
from rightsdesk.roster.artists import folders_of
from rightsdesk.store.database import Database
from rightsdesk.workspace.types.problems import Problem
from rightsdesk.workspace.types.scopes import Filter

KEPT_FOR = 60.0
"""Seconds; after that readings may have grown too old, which is a problem of its own."""


_State = tuple[Filter, int, frozenset[str]]
"""What problems depend on: the recordings, the state of the database, folders that are away."""


class KeptProblems:
    """Finds the problems once for each state of the database. For any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._kept: tuple[_State, float, tuple[Problem, ...]] | None = None

    def of(self, chosen: Filter) -> list[Problem]:
        """The problems of these recordings; who asks meanwhile waits for the same answer."""
        from rightsdesk.workspace.status.problems import problems

        with self._lock:
            now = self._clock.monotonic()
            state = chosen, self._database.generation, self._away()
            if self._kept is not None:
                before, since, found = self._kept
                if before == state and now - since < KEPT_FOR:
                    return list(found)
            made = problems(self._database, chosen, self._clock.now())
            self._kept = state, now, tuple(made)
            return made

    def _away(self) -> frozenset[str]:
        """The remembered folders that are not on the disk now: a drive may come back."""
        known = (place for places in folders_of(self._database).values() for place in places)
        return frozenset(place for place in known if not os.path.exists(place))
