"""The tracks that need matching, as a list with a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from rightsdesk.desktop.catalogue.artists import SECOND_LINE
from rightsdesk.desktop.matching.texts import question_text
from rightsdesk.desktop.parts.texts import counted
from rightsdesk.folding import unaccented
from rightsdesk.shown import shown
from rightsdesk.workspace.types.matches import MatchQuestion

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class QuestionModel(QAbstractListModel):
    """A line for each track. A search narrows it; accents and case do not matter."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[MatchQuestion, ...] = ()
        self._names: Mapping[str, str] = {}
        self._text = ""
        self.questions: tuple[MatchQuestion, ...] = ()

    def show_questions(self, questions: Sequence[MatchQuestion], names: Mapping[str, str]) -> None:
        """Replace the tracks; `names` has the platforms' names by id."""
        self._all, self._names = tuple(questions), names
        self.search(self._text)

    def search(self, text: str) -> None:
        """Narrow to tracks whose title, or a candidate's, holds the text."""
        self._text = text
        wanted = unaccented(text.strip().casefold())
        self.beginResetModel()
        self.questions = tuple(one for one in self._all if wanted in _searchable(one))
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.questions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        question = self.questions[index.row()]
        under = question_text(question, self._names.get(question.platform, question.platform))
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(question.title)
        if role == SECOND_LINE:
            return shown(under)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            number = len(question.candidates)
            fitting = counted("%n candidate", "%n candidates", number)
            return f"{shown(question.title)}, {shown(under)}, {fitting}"
        return None


def _searchable(question: MatchQuestion) -> str:
    titles = (candidate.title for candidate in question.candidates)
    return unaccented("\n".join((question.title, question.performer, *titles)).casefold())
