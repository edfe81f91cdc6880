"""Everything that wants attention, also long after the job or the look that met it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from rightsdesk.desktop.desk import Desk
from rightsdesk.desktop.look import resize_to_ems
from rightsdesk.desktop.results import Groups, GroupsTree, groups_text
from rightsdesk.desktop.texts import path_text, tr
from rightsdesk.desktop.widgets import button, dim_label, heading, primary, vertical
from rightsdesk.workspace.types import Filter, Problem


class ProblemsDialog(QDialog):
    """What disagrees or could not be read, as it is known now: of one artist, or of all."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self.setWindowTitle(tr("Problems"))
        artist = desk.artist
        self._desk, self._groups = desk, Groups()
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
        self.copy = button(tr("Cop&y"), self._copy)
        box.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        self._lines.addWidget(box)
        resize_to_ems(self, 48, 26)
        wanted, workspace = Filter(artist_id=artist.id if artist else None), desk.workspace
        desk.work_for(self, lambda: workspace.problems(wanted), self._show)

    def _show(self, problems: Sequence[Problem]) -> None:
        self._groups = problem_groups(problems, dict(self._desk.carriers))
        tree = GroupsTree(self._groups)
        self._lines.replaceWidget(self.tree, tree)
        self.tree.deleteLater()
        self.tree = tree
        self.copy.setEnabled(bool(problems))
        self.state.setText(
            tr("As of the last look at files and platforms.") if problems else tr("Nothing.")
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(groups_text(self._groups))


def problem_groups(problems: Sequence[Problem], names: Mapping[str, str]) -> Groups:
    """Problems by what they are, and where each is; in their order, the most pressing first."""
    groups: dict[str, list[str]] = {}
    for one in problems:
        places = groups.setdefault(one.sentence, [])
        place = (names.get(one.where, path_text(one.where)), one.artist)
        if any(place):
            places.append(", ".join(filter(None, place)))
    return list(groups.items())
