"""The changes of a plan as a table: what, now, then, and what there is to know about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from rightsdesk.changes.types import SIDECARS, Change, Confirmation, Outcome, Plan
from rightsdesk.changes.words import preview_notes
from rightsdesk.consent.losses import counted_loss_sentences
from rightsdesk.desktop.parts.texts import consent_text, counted, path_text, tr, uses_text
from rightsdesk.shown import shown
from rightsdesk.workspace.jobs.change_locations import Key, key_of
from rightsdesk.workspace.sign_in.form import form_of
from rightsdesk.workspace.suites import suite_of

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
WHOSE = 5


class ChangesModel(QAbstractTableModel):
    """One change a row. Holds the plan's own tuple: nothing is copied, nothing fetched.

    Where several artists are concerned, `whose` names them, and there is a column more.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        names: Mapping[str, str],
        parent: QObject | None = None,
        *,
        whose: Mapping[Key, str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._names = names
        self._whose = whose or {}
        self.changes = changes

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else len(self.changes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt has it
        return 0 if parent.isValid() else 6 if self._whose else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole:
            return (
                tr("What"),
                tr("Where"),
                tr("Now"),
                tr("After"),
                tr("Note"),
                tr("Artist"),
            )[self._part(section)]
        if orientation is Qt.Orientation.Horizontal and role == ROLE.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        change = self.changes[index.row()]
        if role == ROLE.DisplayRole:
            return self._text(change, self._part(index.column()))
        if role == ROLE.AccessibleTextRole:
            what, where, now, then, note = (self._text(change, n) for n in range(5))
            spoken = tr("{what}, {where}: says now {now}, will say {then}. {note}").format(
                what=what, where=where, now=now, then=then, note=note
            )
            return f"{self._text(change, WHOSE)}: {spoken}" if self._whose else spoken
        return None

    def _part(self, column: int) -> int:
        """What a column shows: whose it is comes first, where that is shown."""
        return (column - 1 if column else WHOSE) if self._whose else column

    def _text(self, change: Change, column: int) -> str:
        if column == WHOSE:
            return shown(self._whose.get(key_of(change.target), ""))
        if column == 0:
            return path_text(change.target.label)
        if column == 1:
            return where_text(change, self._names)
        if column == 2:
            return tr("not read") if change.unread else consent_text(change.before)
        if column == 3:
            planned = change.outcome is Outcome.PLANNED
            return consent_text(change.after) if planned else tr("stays as it is")
        return note_text(change)


def where_text(change: Change, names: Mapping[str, str]) -> str:
    """The folder of a file, and the one above it; else the platform's name."""
    carrier = change.target.carrier
    if not change.target.on_disk:
        return names.get(carrier, carrier)
    return path_text("/".join(PurePath(change.target.locator).parts[-3:-1]))


def _most_telling_first(change: Change) -> tuple[bool, bool, bool]:
    return not change.widens, change.outcome is Outcome.PLANNED, not preview_notes(change)


@dataclass(frozen=True, slots=True)
class Digest:
    """A plan, worked out for showing: with 500,000 changes that is a worker's job.

    `changes` has those first that widen, then those that cannot be made or may fail.
    `opens_up` names by uses what widens. `forecast` has a sentence for each platform that lets
    only so much through in a day. `whose` has each change's artist, where there are several;
    `nouns` is what is changed on platforms.
    """

    plan: Plan
    changes: tuple[Change, ...]
    planned: int
    widening: int
    opens_up: list[tuple[str, list[str]]]
    losses: list[str]
    confirmation: Confirmation
    names: Mapping[str, str]
    forecast: tuple[str, ...] = ()
    whose: Mapping[Key, str] = field(default_factory=dict)
    nouns: tuple[str, str] = ("item", "items")

    @classmethod
    def of(
        cls,
        plan: Plan,
        names: Mapping[str, str],
        forecast: tuple[str, ...] = (),
        whose: Mapping[Key, str] | None = None,
    ) -> Digest:
        """Work a plan out; `names` are those of the carriers, by their ids."""
        carriers = {change.target.carrier for change in plan.planned if not change.target.on_disk}
        return cls(
            plan,
            tuple(sorted(plan.changes, key=_most_telling_first)),
            len(plan.planned),
            len(plan.widening),
            widenings_of(plan, whose or {}),
            losses_of(plan),
            plan.confirmation(),
            names,
            forecast,
            whose or {},
            nouns_of(carriers),
        )


def nouns_of(carriers: Collection[str]) -> tuple[str, str]:
    """What one and several of the things to be changed are called, on one platform or many."""
    if len(carriers) != 1:
        return "item", "items"
    form = form_of(*carriers)
    return form.noun, form.nouns


def note_text(change: Change) -> str:
    """What is particular about a change."""
    if notes := preview_notes(change):
        return " ".join(notes)
    if change.widens:
        return tr("opens up: {uses}").format(uses=uses_text(change.widens))
    return ""


def losses_of(plan: Plan) -> list[str]:
    """What some languages cannot say, those of the widest reach first, with its reach if it is
    not all."""
    all_of_it = len(plan.planned)
    losses = sorted(counted_loss_sentences(plan.losses), key=lambda loss: -loss[1])
    return [
        sentence if n == all_of_it else f"{sentence} ({counted('%n time', '%n times', n)})"
        for sentence, n in losses
    ]


def widenings_of(plan: Plan, whose: Mapping[Key, str]) -> list[tuple[str, list[str]]]:
    """What opens up, by uses: (the uses in words, the names of what they open up on)."""
    groups: dict[str, list[str]] = {}
    for change in plan.widening:
        name, artist = path_text(change.target.label), whose.get(key_of(change.target))
        names = groups.setdefault(uses_text(change.widens), [])
        names.append(f"{shown(artist)}: {name}" if artist else name)
    return list(groups.items())


def fields_text(change: Change) -> str:
    """Field by field: before → after, as it will stand there."""
    target = change.target
    lines = [path_text(target.locator if target.on_disk else target.label)]
    for note in preview_notes(change):
        lines += ["", note]
    if change.target.carrier == SIDECARS and change.edit and not any(change.edit.values()):
        lines += ["", tr("A sidecar that RightsDesk made goes again if nothing else is in it.")]
    suite = suite_of(change.target.carrier)
    for name, written in change.edit.items():
        values = [suite.shown(name, value) for value in written]
        before = change.expected.get(name, ())
        lines.append("")
        lines.append(suite.label(name))
        lines.append(f"   {tr('now')}:  {' / '.join(before) if before else tr('(not there)')}")
        lines.append(f"   {tr('then')}: {' / '.join(values) if values else tr('(removed)')}")
    if not change.edit and change.exact_undo_of is not None:
        lines += ["", tr("The file will be exactly as it was, byte for byte.")]
    return shown("\n".join(lines), keep="\n")
