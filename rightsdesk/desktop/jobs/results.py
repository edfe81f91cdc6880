"""What became of a job: counts, and what failed grouped by its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from rightsdesk import phrases
from rightsdesk.changes.names import job_name, subject_words
from rightsdesk.changes.states import NEEDS_ANOTHER_FILE
from rightsdesk.changes.types import LEFT_OUT, JobKind, JobReport, Outcome
from rightsdesk.desktop.parts.texts import (
    counted,
    number_text,
    path_text,
    plain_tip,
    quoted,
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import em, resize_to_ems
from rightsdesk.desktop.parts.widgets import button, dim_label, heading, primary, vertical
from rightsdesk.enums.causes import Cause
from rightsdesk.shown import shown
from rightsdesk.workspace.catalogue.scan_report import ScanReport
from rightsdesk.workspace.types.matrix import ReadFailure

NamedGroups = list[tuple[str, list[str]]]
"""What was not done: (cause in a sentence, what it happened to)."""

LISTED = 1000
"""Names listed under one cause; copying gives them all."""
UNFOLDED = 3
"""So few causes are shown with all that they happened to."""


class InVain(NamedTuple):
    """How many changes were tried and not made, and how many of them can be tried again as
    things are. The review named all others."""

    tried: int
    again: int


def tried_in_vain(report: JobReport) -> InVain:
    """Count what a job tried and did not make."""
    causes = [
        result.cause
        for result in report.results
        if result.outcome in (Outcome.FAILED, Outcome.SKIPPED)
        and result.change.outcome is Outcome.PLANNED
        and result.cause != Cause.WIDENING
    ]
    return InVain(len(causes), sum(cause not in NEEDS_ANOTHER_FILE for cause in causes))


def scan_groups(failures: Iterable[ReadFailure]) -> NamedGroups:
    """The failures of a scan, by cause."""
    groups: dict[str, list[str]] = {}
    for failure in failures:
        groups.setdefault(sentence(failure.problem), []).append(path_text(failure.path))
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def job_summary(report: JobReport) -> str:
    """`No AI on 124 files: 121 done. 2 failed. 1 left alone.`

    The job's name counts what it set out to do, and so do these; what the review had ruled
    out is told apart.
    """
    tried = Counter(r.outcome for r in report.results if r.change.outcome is Outcome.PLANNED)
    done, failed, skipped = (
        tried[outcome] for outcome in (Outcome.DONE, Outcome.FAILED, Outcome.SKIPPED)
    )
    unconfirmed = tried[Outcome.UNCONFIRMED]
    left_out = sum(result.change.problem == LEFT_OUT for result in report.results)
    ruled_out = len(report.results) - tried.total() - left_out
    if report.cancelled:
        start = tr("Stopped at {turn} of {all}: {name}. Nothing is half done.")
    elif done or unconfirmed:
        all_of_it = done == tried.total()
        start = tr("{name}: {n} done.")
        if all_of_it:
            start = {
                JobKind.UNDO: tr("Undone: {subject}."),
                JobKind.REDO: tr("Redone: {subject}."),
            }.get(report.kind, tr("Done: {subject}."))
    else:
        start = tr("{name}: nothing was changed.")
    turn = number_text(tried.total() - tried[Outcome.PLANNED])
    name, all_ = sentence(job_name(report)), number_text(tried.total())
    subject = sentence(subject_words(report.about))
    counts = {"n": number_text(done), "turn": turn, "all": all_}
    parts = [start.format(name=name, subject=subject, **counts)]
    if already := tried[Outcome.UNCHANGED]:
        parts.append(counted("%n was right already.", "%n were right already.", already))
    if unconfirmed:
        form = "%n written, not confirmed yet: the next check settles it."
        parts.append(counted(form, form, unconfirmed))
    if failed:
        parts.append(counted("%n failed.", "%n failed.", failed))
    if skipped:
        parts.append(counted("%n left alone.", "%n left alone.", skipped))
    if left_out:
        parts.append(counted("%n left out.", "%n left out.", left_out))
    if ruled_out:
        one = "%n more could not be changed, as the review said."
        parts.append(counted(one, one, ruled_out))
    if report.due is not None:
        waiting = tried[Outcome.PLANNED]
        when = sentence(phrases.at_moment(report.due, datetime.now(UTC)))
        form = counted("%n waits: it continues {when}.", "%n wait: they continue {when}.", waiting)
        parts.append(form.format(when=when))
    return " ".join(parts)


def scan_summary(report: ScanReport) -> str:
    """`124 files. 3 new, 1 changed, 2 missing.`"""
    parts = [counted("%n audio file.", "%n audio files.", report.files)]
    news = [
        words
        for words, number in (
            (counted("%n new", "%n new", report.new), report.new),
            (counted("%n changed", "%n changed", report.changed), report.changed),
            (counted("%n missing", "%n missing", report.missing), report.missing),
        )
        if number
    ]
    if news:
        parts.append(", ".join(news) + ".")
    if report.named:
        names = ", ".join(f"{name} ({number_text(number)})" for name, number in report.named)
        form = tr("Some name other artists of yours: {names}. Is this the right folder?")
        parts.append(form.format(names=names))
    if report.theirs:
        form = "%n belongs to another artist here and was not taken in."
        forms = "%n belong to other artists here and were not added."
        parts.append(counted(form, forms, len(report.theirs)))
    if unread := len([one for one in report.failed if one.path not in report.away]):
        parts.append(counted("%n could not be read.", "%n could not be read.", unread))
    if not report.files and not report.failed and not report.theirs:
        parts.append(tr("Once there are some, rescan."))
    if report.away:
        there = report.files or unread
        names = ", ".join(quoted(path_text(place)) for place in report.away)
        form = tr("Can't find {names}. The list shows what was there last time.")
        told = form.format(names=names)
        parts = [told, *parts] if there else [told]
    if report.cancelled:
        parts.insert(0, tr("Stopped early; what was found so far stays."))
    return " ".join(parts)


class _WholeText(QStyledItemDelegate):
    """Gives each line of a tree the height that its text needs at the tree's width."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        hint = super().sizeHint(option, index)
        tree = self.parent()
        assert isinstance(tree, QTreeView)
        depth = 2 if index.parent().isValid() else 1
        room = tree.viewport().width() - depth * tree.indentation() - em(tree)
        wrap = int(Qt.TextFlag.TextWordWrap.value)
        text = option.fontMetrics.boundingRect(0, 0, room, 10_000, wrap, str(index.data()))
        return QSize(min(hint.width(), room), max(hint.height(), text.height() + em(tree, 0.2)))


class GroupsTree(QTreeView):
    """Causes with their number, and under each what it happened to."""

    def __init__(self, groups: NamedGroups, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        model = QStandardItemModel(self)
        for problem, names in groups:
            cause = _item(f"{problem} ({number_text(len(names))})" if names else problem)
            cause.appendRows([_item(name) for name in names[:LISTED]])
            if len(names) > LISTED:
                cause.appendRow(_item(tr("… and more; “Copy” gives them all.")))
            model.appendRow(cause)
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setItemDelegate(_WholeText(self))
        self.setWordWrap(True)  # a reason is read to its end
        self.header().sectionResized.connect(lambda *_: self.scheduleDelayedItemsLayout())
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(tr("Causes"))
        if len(groups) <= UNFOLDED:
            self.expandAll()


def _item(text: str) -> QStandardItem:
    item = QStandardItem(shown(text))
    item.setEditable(False)
    item.setToolTip(plain_tip(text))
    return item


def groups_text(groups: NamedGroups) -> str:
    """Everything as text."""
    return "\n\n".join(
        "\n".join([problem, *(f"  {name}" for name in names)]) for problem, names in groups
    )


class FailuresDialog(QDialog):
    """Causes, and under each what it happened to."""

    def __init__(self, title: str, groups: NamedGroups, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("failures")
        self.setWindowTitle(tr("What was not done"))
        self._groups = groups
        self.tree = GroupsTree(groups)
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(title, factor=1.15))
        layout.addWidget(dim_label(tr("Grouped by cause. What is listed here was not changed.")))
        layout.addWidget(self.tree, 1)
        box = QDialogButtonBox()
        box.addButton(button(tr("Cop&y"), self._copy), QDialogButtonBox.ButtonRole.ActionRole)
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(box)
        resize_to_ems(self, 42, 22)

    def text(self) -> str:
        """Everything as text."""
        return groups_text(self._groups)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
