"""When the choices were made: what a carrier said before has only to be written."""

from __future__ import annotations

from sqlalchemy import Connection, select

from rightsdesk.store.schema import stored_consents
from rightsdesk.workspace.consents.consents import StoredConsents
from rightsdesk.workspace.types.scopes import ScopeKind

Key = tuple[int, int, int]


class ConsentDates:
    """When the latest of the choices was made that count for a recording; "" for none."""

    def __init__(self, connection: Connection, known: StoredConsents) -> None:
        rows = connection.execute(
            select(stored_consents.c.kind, stored_consents.c.owner_id, stored_consents.c.set_at)
        )
        self._set_at = {(kind, owner): set_at for kind, owner, set_at in rows}
        self._partners = known.partners
        self._met: dict[Key, str] = {}

    def is_newer(self, key: Key, since: str) -> bool:
        """Whether a choice was made after a carrier began to say what it says: it has only to be
        written. Pending is not alarm."""
        chosen = self.of(key)
        return bool(chosen) and chosen >= since

    def of(self, key: Key) -> str:
        """For the recordings of this key (`ResolvedConsents.key`)."""
        if key not in self._met:
            places: list[tuple[int, int | None, int | None]] = [key]
            places += self._partners.get(key[2], ())
            self._met[key] = max(
                self._set_at.get((kind.value, owner), "")
                for place in places
                for kind, owner in zip(ScopeKind, place, strict=True)
                if owner is not None
            )
        return self._met[key]
