"""An artist's folders: which there are, one more, and one that is to be looked into no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.message_box import ask
from rightsdesk.desktop.parts.texts import busy_reason, path_text, plain_tip, tr
from rightsdesk.desktop.parts.theme import resize_to_ems
from rightsdesk.desktop.parts.widgets import button, dim_label, heading, primary, vertical
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.workspace.types.artists import Artist

PATH = Qt.ItemDataRole.UserRole


def ask_folder(
    parent: QWidget, memory: WindowSettings, title: str, chosen: Callable[[str], None]
) -> None:
    """Let a folder be chosen, beginning where the last one was found."""
    dialog = QFileDialog(parent, title, memory.music_folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)

    def selected(folder: str) -> None:
        memory.found_music_in(folder)
        chosen(folder)

    dialog.fileSelected.connect(selected)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def add_folder(parent: QWidget, memory: WindowSettings, artist: Artist, job: MainJob) -> None:
    """Look through one more folder for an artist."""
    title = tr("Where is the music of {artist}?").format(artist=artist.name)
    ask_folder(parent, memory, title, lambda folder: job.scan(artist.id, [*artist.folders, folder]))


class FoldersDialog(QDialog):
    """The folders of one artist."""

    def __init__(
        self,
        view_state: ViewState,
        artist: Artist,
        job: MainJob,
        memory: WindowSettings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("folders")
        self.setWindowTitle(tr("Folders"))
        self._view_state, self._artist, self._job, self._memory = view_state, artist, job, memory
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Folders"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.currentRowChanged.connect(self._chosen)
        self.add = button(tr("&Add folder…"), self._add, name="add-folder")
        self.forget = button(tr("&Forget…"), self._ask, name="forget-folder")
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(tr("Folders of {artist}").format(artist=artist.name), factor=1.15))
        layout.addWidget(
            dim_label(tr("RightsDesk looks here for music. It moves and deletes no file."))
        )
        layout.addWidget(self.list, 1)
        box = QDialogButtonBox()
        box.addButton(self.add, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(self.forget, QDialogButtonBox.ButtonRole.ActionRole)
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        layout.addWidget(box)
        resize_to_ems(self, 34, 16)
        # Methods, not lambdas: Qt lets go of those when the dialog is gone.
        view_state.artists_changed.connect(self._show)
        job.busy_changed.connect(self._chosen)
        self._show(view_state.artists)

    def _show(self, artists: Sequence[Artist]) -> None:
        found = next((one for one in artists if one.id == self._artist.id), None)
        if found is None:
            self.reject()
            return
        self._artist = found
        place = max(0, self.list.currentRow())
        self.list.clear()
        for folder in found.folders:
            item = QListWidgetItem(path_text(folder))
            item.setData(PATH, folder)
            item.setToolTip(plain_tip(path_text(folder)))
            self.list.addItem(item)
        self.list.setCurrentRow(min(place, self.list.count() - 1))
        self._chosen()

    def _chosen(self) -> None:
        reason = busy_reason(self._job.busy)
        allow(self.add, unless=reason)
        if not reason and self.list.currentRow() < 0:
            reason = tr("Choose a folder in the list first.")
        allow(self.forget, unless=reason)

    def _add(self) -> None:
        self.accept()
        add_folder(self._window, self._memory, self._artist, self._job)

    def _ask(self) -> None:
        folder, artist = str(self.list.currentItem().data(PATH)), self._artist
        ask(
            self,
            tr("Stop watching “{folder}”?").format(folder=path_text(folder)),
            tr("&Forget"),
            tr("&Keep"),
            lambda: self._job.forget(artist.id, folder),
            title=tr("Forget folder?"),
            details=tr(
                "Its files leave the list, unless they lie in another folder of {artist}. On the "
                "disk they stay as they are, and keep saying what they say. What was written can "
                "still be undone."
            ).format(artist=artist.name),
            name="forget",
            destructive=True,
        )
