"""Everything that wants attention, also long after the job or the look that met it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rightsdesk.desktop.consents.decisions import ask_decision, ask_undo
from rightsdesk.desktop.jobs.results import Groups, GroupsTree, groups_text
from rightsdesk.desktop.parts.texts import on_day, path_text, tr
from rightsdesk.desktop.parts.widgets import button, vertical
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types import Decision, DecisionKind, Filter, Finding, Problem

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to show: problems, and the decisions that count."""

    problems: Sequence[Problem]
    decisions: Sequence[Decision]


class ProblemsPanel(QWidget):
    """What disagrees or could not be read, as it is known now: of one artist, or of all.

    Contradictions in the catalogue can be decided here, and decisions be taken back. `found`
    gives how many problems there are, and a line about them.
    """

    found = Signal(int, str)

    def __init__(self, desk: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self._desk, self._groups = desk, Groups()
        self._known = _Known((), ())
        self._lines = vertical(spacing=0.6)
        self.setLayout(self._lines)
        self.tree = GroupsTree([])
        self._lines.addWidget(self.tree, 1)
        line = QHBoxLayout()
        texts = {
            DecisionKind.MERGE: tr("&Merge…"),
            DecisionKind.KEEP_APART: tr("Keep &apart…"),
            DecisionKind.IGNORE: tr("&Ignore…"),
        }
        self.deciding = {
            kind: button(text, partial(self._decide, kind), name=kind)
            for kind, text in texts.items()
        }
        self.undo = button(tr("&Take back…"), self._undo, name="take-back")
        for each in (*self.deciding.values(), self.undo):
            line.addWidget(each)
            each.hide()
        self.copy = button(tr("Cop&y"), self._copy)
        line.addWidget(self.copy)
        line.addStretch(1)
        self._lines.addLayout(line)

    @property
    def title(self) -> str:
        """What it is about, as a heading."""
        artist = self._desk.artist
        if artist is None:
            return tr("Problems")
        return tr("Problems of {artist}").format(artist=artist.name)

    @property
    def _wanted(self) -> Filter:
        artist = self._desk.artist
        return Filter(artist_id=artist.id if artist else None)

    def look(self) -> None:
        """Look at the problems of the artist in view again."""
        workspace, wanted = self._desk.workspace, self._wanted

        def look() -> _Known:
            made = [one for one in workspace.catalogue.decisions() if not one.undone_at]
            return _Known(workspace.catalogue.problems(wanted), made)

        self._desk.look("problems", look, self._show)

    def _show(self, known: _Known) -> None:
        self._known = known
        self._groups = problem_groups(known.problems, dict(self._desk.carriers))
        if known.decisions:
            names = [decision_text(one) for one in known.decisions]
            self._groups.append((tr("Decided about the catalogue"), names))
        tree = GroupsTree(self._groups)
        self._lines.replaceWidget(self.tree, tree)
        self.tree.deleteLater()
        self.tree = tree
        tree.selectionModel().currentChanged.connect(lambda *_: self._selected())
        self.copy.setEnabled(bool(self._groups))
        number = len(known.problems)
        words = tr("As of the last look at files and platforms.") if number else tr("Nothing.")
        self.found.emit(number, words)
        offered = {kind for one in known.problems for kind in one.decisions}
        for kind, each in self.deciding.items():
            each.setVisible(kind in offered)
        self.undo.setVisible(bool(known.decisions))
        self._selected()

    def _selected(self) -> None:
        problem, decision = self._current()
        for kind, each in self.deciding.items():
            each.setEnabled(problem is not None and kind in problem.decisions)
        self.undo.setEnabled(decision is not None)

    def _current(self) -> tuple[Problem | None, Decision | None]:
        """The finding, or the decision, that is selected."""
        index = self.tree.currentIndex()
        if not index.isValid():
            return None, None
        cause = index.parent() if index.parent().isValid() else index
        at = index.row() if index.parent().isValid() else None
        if self._known.decisions and cause.row() == len(self._groups) - 1:
            return None, self._known.decisions[at] if at is not None else None
        alike = [
            one for one in self._known.problems if one.sentence == self._groups[cause.row()][0]
        ]
        if at is None:
            return (alike[0] if len(alike) == 1 else None), None
        named = [one for one in alike if one.where or one.artist]
        return (named[at] if at < len(named) else None), None

    def _decide(self, kind: DecisionKind) -> None:
        problem, _ = self._current()
        if problem is None:
            return
        workspace, wanted, identity = self._desk.workspace, self._wanted, problem.finding

        def look() -> Finding | None:
            found = workspace.catalogue.findings(wanted)
            return next((one for one in found if one.id == identity), None)

        def ask(finding: Finding | None) -> None:
            if finding is None:  # it was decided elsewhere meanwhile
                self.look()
            else:
                ask_decision(self._desk, finding, kind, self._decided, self)

        self._desk.work_for(self, look, ask)

    def _undo(self) -> None:
        _, decision = self._current()
        if decision is not None:
            ask_undo(self._desk, decision.id, decision_text(decision), self._decided, self)

    def _decided(self) -> None:
        self.look()
        self._desk.something_changed()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(groups_text(self._groups))


def decision_text(one: Decision) -> str:
    """`Merged on 3 May 2026: ISRC QZES52400001, “First”, “Second”`."""
    forms = {
        DecisionKind.MERGE: tr("Merged {day}: {about}"),
        DecisionKind.KEEP_APART: tr("Kept apart {day}: {about}"),
        DecisionKind.IGNORE: tr("Ignored {day}: {about}"),
    }
    names = [f"“{name}”" for name in one.names[:_MOST_NAMED]]
    names += ["…"] if len(one.names) > _MOST_NAMED else []
    about = ", ".join(filter(None, (one.where, *names)))
    return forms[one.kind].format(day=on_day(one.decided_at), about=about)


def problem_groups(problems: Sequence[Problem], names: Mapping[str, str]) -> Groups:
    """Problems by what they are, and where each is; in their order, the most pressing first."""
    groups: dict[str, list[str]] = {}
    for one in problems:
        places = groups.setdefault(one.sentence, [])
        place = (names.get(one.where, path_text(one.where)), one.artist)
        if any(place):
            places.append(", ".join(filter(None, place)))
    return list(groups.items())
