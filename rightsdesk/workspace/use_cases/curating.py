"""The part of a workspace that keeps the catalogue sound: findings, and decisions about them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rightsdesk.consent import Use
from rightsdesk.store.database import Database
from rightsdesk.workspace.catalogue import deciding, health
from rightsdesk.workspace.catalogue.decisions import decisions
from rightsdesk.workspace.lock import working
from rightsdesk.workspace.types import (
    Decision,
    DecisionKind,
    DecisionPreview,
    Filter,
    Finding,
)


class Curating:
    """The use cases of catalogue health."""

    data_dir: Path
    _database: Database

    def findings(self, chosen: Filter) -> list[Finding]:
        """What contradicts itself in the catalogue and is not decided."""
        return health.findings(self._database, chosen)

    def decisions(self) -> list[Decision]:
        """The decisions about findings, the newest first, those taken back among them."""
        return decisions(self._database)

    def preview_decision(
        self, finding: str, kind: DecisionKind, members: Collection[int] = ()
    ) -> DecisionPreview:
        """What a decision would do; nothing is changed. Raises NoSuchFinding and NotToDecide."""
        return deciding.preview(self._database, finding, kind, members)

    def decide(
        self,
        finding: str,
        kind: DecisionKind,
        members: Collection[int] = (),
        *,
        confirmed: Collection[Use] = (),
    ) -> Decision:
        """Decide about a finding; `members` narrows a merge to some of them.

        Raises NoSuchFinding, NotToDecide, AnotherAtWork, and WideningNotConfirmed.
        """
        with working(self.data_dir):
            return deciding.decide(self._database, finding, kind, members, confirmed)

    def preview_undo_decision(self, number: int) -> DecisionPreview:
        """What taking a decision back would do. Raises NoSuchDecision and BuiltUpon."""
        return deciding.preview_undo(self._database, number)

    def undo_decision(self, number: int, *, confirmed: Collection[Use] = ()) -> Decision:
        """Take a decision back. Raises NoSuchDecision, BuiltUpon, AnotherAtWork, and
        WideningNotConfirmed."""
        with working(self.data_dir):
            return deciding.undo(self._database, number, confirmed)
