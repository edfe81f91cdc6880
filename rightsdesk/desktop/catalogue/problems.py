"""Everything that wants attention, also long after the job or the look that met it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from rightsdesk.desktop.consents.decisions import ask_decision, ask_undo
from rightsdesk.desktop.jobs.results import Groups, GroupsTree, groups_text
from rightsdesk.desktop.parts.texts import on_day, path_text, tr
from rightsdesk.desktop.parts.theme import resize_to_ems
from rightsdesk.desktop.parts.widgets import button, dim_label, heading, primary, vertical
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types import Decision, DecisionKind, Filter, Finding, Problem

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to show: problems, and the decisions that count."""

    problems: Sequence[Problem]
    decisions: Sequence[Decision]


class ProblemsDialog(QDialog):
    """What disagrees or could not be read, as it is known now: of one artist, or of all.

    Contradictions in the catalogue can be decided here, and decisions be taken back.
    """

    def __init__(self, desk: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self.setWindowTitle(tr("Problems"))
        artist = desk.artist
        self._desk, self._groups = desk, Groups()
        self._known = _Known((), ())
        self._wanted = Filter(artist_id=artist.id if artist else None)
        title = tr("What wants your attention")
        if artist:
            title = tr("What wants attention for {artist}").format(artist=artist.name)
        self.title = heading(title, factor=1.15)
        self.state = dim_label(tr("Looking…"))
        self._lines = vertical(spacing=0.5, margin=1.0)
        self.setLayout(self._lines)
        self._lines.addWidget(self.title)
        self._lines.addWidget(self.state)
        self.tree = GroupsTree([])
        self._lines.addWidget(self.tree, 1)
        box = QDialogButtonBox()
        action = QDialogButtonBox.ButtonRole.ActionRole
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
            box.addButton(each, action)
            each.hide()
        self.copy = button(tr("Cop&y"), self._copy)
        box.addButton(self.copy, action)
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        self._lines.addWidget(box)
        resize_to_ems(self, 52, 28)
        self._load()

    def _load(self) -> None:
        workspace, wanted = self._desk.workspace, self._wanted

        def look() -> _Known:
            made = [one for one in workspace.catalogue.decisions() if not one.undone_at]
            return _Known(workspace.catalogue.problems(wanted), made)

        self._desk.work_for(self, look, self._show)

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
        self.state.setText(
            tr("As of the last look at files and platforms.") if known.problems else tr("Nothing.")
        )
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
                self._load()
            else:
                ask_decision(self._desk, finding, kind, self._decided, self)

        self._desk.work_for(self, look, ask)

    def _undo(self) -> None:
        _, decision = self._current()
        if decision is not None:
            ask_undo(self._desk, decision.id, decision_text(decision), self._decided, self)

    def _decided(self) -> None:
        self._load()
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
