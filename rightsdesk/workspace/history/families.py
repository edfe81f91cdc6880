"""Which deeds belong together: a deed, its undos, and their redos.

The undo of a redo refers to the original deed. So a chain has at most three steps, and a page takes
a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from rightsdesk.store.bulk import any_of
from rightsdesk.store.deeds import Deed, deed_of
from rightsdesk.store.schema import deeds

UNDO, REDO = 1, 2
"""Steps from the original deed."""


@dataclass(slots=True)
class Family:
    """An original deed with its undos and their redos, oldest first."""

    root: Deed
    undos: list[Deed] = field(default_factory=list)
    redos: list[Deed] = field(default_factory=list)

    @property
    def current_undo(self) -> Deed | None:
        """The undo in force; None if the deed itself is in force."""
        redone = {one.undoes for one in self.redos}
        return next((one for one in reversed(self.undos) if one.id not in redone), None)

    @property
    def acting(self) -> Deed:
        """The newest deed that did this: the newest redo, or the original deed."""
        return self.redos[-1] if self.redos else self.root

    def step_of(self, number: int) -> int:
        """How many steps a deed of this family is from the original."""
        if number == self.root.id:
            return 0
        return UNDO if any(one.id == number for one in self.undos) else REDO


def families(connection: Connection, some: Collection[Deed]) -> dict[int, Family]:
    """The family of each of these deeds, by the deed's id."""
    parents = deeds_by_id(connection, {one.undoes for one in some if one.undoes is not None})
    roots: dict[int, Deed] = {}
    root_of: dict[int, int] = {}
    above = deeds_by_id(
        connection, {one.undoes for one in parents.values() if one.undoes is not None}
    )
    for one in some:
        parent = parents.get(one.undoes or 0)
        first = above.get(parent.undoes or 0, parent) if parent else one
        root_of[one.id] = first.id
        roots[first.id] = first
    found = {number: Family(root) for number, root in roots.items()}
    undos = _that_undo(connection, found)
    for undo in undos:
        found[undo.undoes or 0].undos.append(undo)
    family_of = {undo.id: found[undo.undoes or 0] for undo in undos}
    for redo in _that_undo(connection, family_of):
        family_of[redo.undoes or 0].redos.append(redo)
    return {number: found[root] for number, root in root_of.items()}


def deeds_by_id(connection: Connection, numbers: Collection[int]) -> dict[int, Deed]:
    """These deeds, by id."""
    query = select(deeds)
    rows = (
        row for part in any_of(deeds.c.id, numbers) for row in connection.execute(query.where(part))
    )
    return {row.id: deed_of(row) for row in rows}


def _that_undo(connection: Connection, numbers: Collection[int]) -> list[Deed]:
    query = select(deeds)
    rows = [
        row
        for part in any_of(deeds.c.undoes, numbers)
        for row in connection.execute(query.where(part))
    ]
    return [deed_of(row) for row in sorted(rows, key=lambda row: row.id)]
