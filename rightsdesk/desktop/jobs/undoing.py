"""Undo and redo of whatever was done: one history, the newest first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from rightsdesk.desktop.jobs.history_words import subject_of, way_text
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.opened import opened_widgets
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.parts.theme import Accent, em_across
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    fit_height,
    heading,
    plain_label,
    primary,
    vertical,
)
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.history.types import Can, HistoryEntry, UndoPreview

Ways = tuple[HistoryEntry | None, HistoryEntry | None]
"""What an undo and a redo of just anything would take back."""


class OpensUp(QDialog):
    """The yes to what an undo or redo opens up: every recording by its name."""

    def __init__(self, preview: UndoPreview, way: Can, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("opens-up")
        self.setWindowTitle(tr("This lets AI do more"))
        number = len(preview.opened)
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(f"{way_text(preview.entry, way)}?", factor=1.15))
        for widget in opened_widgets(preview.opened):
            layout.addWidget(widget)
        if not number:
            layout.addWidget(plain_label(tr("AI may then do more than now.")))
        layout.addWidget(
            dim_label(
                tr(
                    "Nothing is written yet. Once it is, you can change your mind, but not undo "
                    "what others did meanwhile."
                )
            )
        )
        layout.addStretch(1)
        box = QDialogButtonBox()
        self.keep = primary(button(tr("&Keep it as it is"), self.reject, name="keep"))
        number = max(1, number)
        if way is Can.UNDO:
            yes = counted(
                "&Undo, and let AI do more with this recording",
                "&Undo, and let AI do more with these %n recordings",
                number,
            )
        else:
            yes = counted(
                "&Redo, and let AI do more with this recording",
                "&Redo, and let AI do more with these %n recordings",
                number,
            )
        self.yes = button(yes, self.accept, name="open-up")
        box.addButton(self.keep, QDialogButtonBox.ButtonRole.RejectRole)
        box.addButton(self.yes, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(box)
        fit_height(self, em_across(self, 32), fixed=True)
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)


class Undoer(QObject):
    """Takes entries of the history back. `ways_changed` gives what is next, as `Ways`."""

    ways_changed = Signal(object)

    def __init__(
        self, view_state: ViewState, job: MainJob, notice: NoticeBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._view_state, self._job, self._notice, self._window = view_state, job, notice, window
        self.ways: Ways = (None, None)
        view_state.facts_changed.connect(self.read)

    def read(self, *, later: bool = False) -> None:
        """Find out what the next undo and the next redo would take back."""
        workspace = self._view_state.workspace

        def read() -> Ways:
            return workspace.history.newest_undoable(), workspace.history.newest_redoable()

        self._view_state.read("ways", read, self._arrived, later=later)

    def _arrived(self, ways: Ways) -> None:
        self.ways = ways
        self._notice.outlive(entry for entry in ways if entry is not None)
        self.ways_changed.emit(ways)

    def newest(self, way: Can) -> None:
        """Undo, or redo, the newest thing of the history."""
        entry = self.ways[0 if way is Can.UNDO else 1]
        if entry is not None:
            self.take_back(entry.id, way)

    def take_back(self, entry_id: int, way: Can) -> None:
        """Undo, or redo, an entry: a job by its review, all else at once, after a yes where it
        opens something up."""
        history = self._view_state.workspace.history
        preview = history.preview_undo if way is Can.UNDO else history.preview_redo
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: preview(entry_id),
            lambda found: self._previewed(found, way),
            owner=self,
        )

    def _previewed(self, preview: UndoPreview, way: Can) -> None:
        if preview.job is not None:
            self._job.undo(preview.job)
        elif preview.uses:
            question = OpensUp(preview, way, self._window)
            question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            question.accepted.connect(lambda: self._carry_out(preview, way))
            question.open()
        else:
            self._carry_out(preview, way)

    def _carry_out(self, preview: UndoPreview, way: Can) -> None:
        history = self._view_state.workspace.history
        act = history.undo if way is Can.UNDO else history.redo
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: act(preview.entry.id, confirmed=preview.uses),
            lambda made: self._done(made, way),
            owner=self,
        )

    def _done(self, made: HistoryEntry, way: Can) -> None:
        back = Can.REDO if way is Can.UNDO else Can.UNDO
        form = tr("Undone: {subject}.") if way is Can.UNDO else tr("Redone: {subject}.")
        offers: list[tuple[str, Callable[[], object]]] = []
        if made.can is back:
            offers.append((way_text(None, back), lambda: self.take_back(made.id, back)))
        self._notice.tell(
            form.format(subject=subject_of(made)),
            kind=Accent.GOOD,
            icon_name="undo",
            offers=offers,
            deed=made.id,
        )
        self._view_state.something_changed()
