"""When consents were set.

If a carrier has said something else since before that, it is no conflict: the consent only has to
be written.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from rightsdesk.store.schema import stored_consents
from rightsdesk.workspace.consents.consents import StoredConsents
from rightsdesk.workspace.types.scopes import ScopeKind

ConsentKey = tuple[int, int, int]
"""Recordings with the same key have the same consent (`ResolvedConsents.key`)."""


class ConsentDates:
    """When the newest consent that counts for a recording was set."""

    def __init__(self, connection: Connection, known: StoredConsents) -> None:
        rows = connection.execute(
            select(stored_consents.c.kind, stored_consents.c.owner_id, stored_consents.c.set_at)
        )
        self._set_at = {(kind, owner): set_at for kind, owner, set_at in rows}
        self._partners = known.partners
        self._by_key: dict[ConsentKey, str] = {}

    def is_newer(self, key: ConsentKey, since: str) -> bool:
        """Whether a consent was set since a carrier says what it says. It then only has to be
        written, which is no conflict."""
        set_at = self.of(key)
        return bool(set_at) and set_at >= since

    def of(self, key: ConsentKey) -> str:
        """The time for the recordings of a key, in ISO 8601; "" if no consent is set."""
        if key not in self._by_key:
            places: list[tuple[int, int | None, int | None]] = [key]
            places += self._partners.get(key[2], ())
            self._by_key[key] = max(
                self._set_at.get((kind.value, owner), "")
                for place in places
                for kind, owner in zip(ScopeKind, place, strict=True)
                if owner is not None
            )
        return self._by_key[key]
