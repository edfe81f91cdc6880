"""The history of everything that was done, and its undo and redo."""

from __future__ import annotations

from collections.abc import Collection

from rightsdesk.consent import Use
from rightsdesk.workspace.history import entries as reading
from rightsdesk.workspace.history import undoing
from rightsdesk.workspace.history.types import Can, HistoryEntry, HistoryFilter, UndoPreview
from rightsdesk.workspace.use_cases.core import Core

EVERYTHING = HistoryFilter()


class History:
    """The history of everything that was done, and its undo and redo.

    Every method may be called from any thread.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._core = core

    def entries(
        self,
        chosen: HistoryFilter = EVERYTHING,
        before_id: int | None = None,
        limit: int = 50,
    ) -> list[HistoryEntry]:
        """A page of the history, newest first: what is older than `before_id`. At most 1,000."""
        return reading.entries(self._database, chosen, before_id, limit)

    def entry(self, deed_id: int) -> HistoryEntry:
        """The entry of a deed, or of the act that it is a part of. Raises NoSuchDeed."""
        return reading.entry(self._database, deed_id)

    def version(self) -> int:
        """A number that grows with every deed: a view of the history is old once it differs.

        What can be done with an entry can change with no new deed: when a job ends, say. So a
        view refreshes on `Database.on_change`, and reads again if this differs.
        """
        return reading.newest(self._database)

    def newest_undoable(self) -> HistoryEntry | None:
        """What an undo of just anything would take back; None where there is nothing."""
        return reading.newest_undoable(self._database)

    def newest_redoable(self) -> HistoryEntry | None:
        """The undo that a redo would take back; None once something else was done."""
        return reading.newest_redoable(self._database)

    def preview_undo(self, deed_id: int) -> UndoPreview:
        """What undoing an entry would open up, or the job to review; nothing is changed.

        Raises NoSuchDeed, NotUndoable and ChangedSince; of decisions also BuiltUpon.
        """
        return undoing.preview(self._database, deed_id, Can.UNDO, self._core.clock.now())

    def preview_redo(self, deed_id: int) -> UndoPreview:
        """The same of a redo. The entry is the undo, or what was undone."""
        return undoing.preview(self._database, deed_id, Can.REDO, self._core.clock.now())

    def undo(self, deed_id: int, *, confirmed: Collection[Use] = ()) -> HistoryEntry:
        """Undo an entry; the entry of the undo. A job is undone by `jobs.plan_undo`.

        Raises NoSuchDeed, NotUndoable, ChangedSince, JobToReview, AnotherAtWork, and
        WideningNotConfirmed unless all that opens up is confirmed; then nothing was changed.
        """
        return self._carry_out(deed_id, Can.UNDO, confirmed)

    def redo(self, deed_id: int, *, confirmed: Collection[Use] = ()) -> HistoryEntry:
        """Redo what was undone; the entry of the redo. Raises what `undo` raises."""
        return self._carry_out(deed_id, Can.REDO, confirmed)

    def _carry_out(self, deed_id: int, way: Can, confirmed: Collection[Use]) -> HistoryEntry:
        core = self._core
        number = undoing.carry_out(
            *(self._database, lambda: core.connections, core.data_dir, deed_id, way, confirmed),
            core.clock.now(),
        )
        return self.entry(number)
