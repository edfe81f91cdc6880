"""Takes a library of another music program over: reads it, shows what it found, and asks."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.catalogue.folders import ask_folder
from rightsdesk.desktop.catalogue.import_rows import (
    FILES,
    LABELS,
    NAME,
    ImportFilter,
    ImportRows,
    Index,
)
from rightsdesk.desktop.design.buttons import Button, allow
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, font_of, space
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.search_field import SearchField
from rightsdesk.desktop.parts.texts import busy_reason, counted, path_text, sentence, tr, under_way
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import CalmComboBox, button, primary
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown
from rightsdesk.workspace.imports.types import (
    Imported,
    MusicFolderNeeded,
    Proposal,
)
from rightsdesk.workspace.imports.words import count_sentences

SHARES = (0.42, 0.3, 0.14)
"""The shares of artist, labels and files in the width; the rest is for places."""
MOST_LABELS = 200
"""So many labels are offered; the others are found by their artists."""


def ask_library(
    parent: QWidget, view_state: ViewState, job: MainJob, memory: WindowSettings
) -> None:
    """Let a library be chosen, and show what is in it."""
    dialog = QFileDialog(parent, tr("Import a library of beets, Music or rekordbox"))
    dialog.setObjectName("choose-library")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

    def chosen(path: str) -> None:
        importing = ImportDialog(path, view_state, job, memory, parent)
        importing.finished.connect(importing.deleteLater)
        importing.open()

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


class ImportDialog(QDialog):
    """Reads the library, then lists its artists. Nothing is stored before a person agrees."""

    def __init__(
        self,
        path: str,
        view_state: ViewState,
        job: MainJob,
        memory: WindowSettings,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setWindowTitle(tr("Import a library"))
        self.setSizeGripEnabled(True)
        self._path, self._view_state, self._job, self._memory = path, view_state, job, memory
        self._task: Task | None = None
        self._adding = False
        self.proposal: Proposal | None = None
        self.rows = ImportRows(())
        self.heading = Text(size=Size.TITLE, strong=True, wrap=True)
        self.words = Text(tone=Tone.DIM, wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Reading the library"))
        self.stack = QStackedWidget()
        self.stack.addWidget(_at_top(self.bar, Qt.AlignmentFlag(0)))
        self.folder = Button(tr("&Choose the music folder…"), self._ask_folder, name="music-folder")
        self.stack.addWidget(_at_top(self.folder, Qt.AlignmentFlag.AlignLeft))
        self.cancel = button(tr("Cancel"), self.reject, name="cancel")
        self.go = primary(button("", self._agreed, name="import"))
        box = QDialogButtonBox()
        box.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        box.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        edge = space(6)
        layout.setContentsMargins(edge, edge, edge, space(4))
        layout.setSpacing(space(3))
        above = QVBoxLayout()
        above.setSpacing(space(1))
        above.addWidget(self.heading)
        above.addWidget(self.words)
        layout.addLayout(above)
        layout.addWidget(self.stack, 1)
        layout.addWidget(box)
        room = self.screen().availableGeometry()
        width, height = em_across(self, 54), em(self, 36)
        self.resize(min(width, round(room.width() * 0.94)), min(height, round(room.height() * 0.9)))
        view_state.work.progressed.connect(self._progressed)
        self._read("")

    # --- reading ---------------------------------------------------------------------

    def _read(self, music_folder: str) -> None:
        self.heading.setText(tr("Reading the library…"))
        self.words.setText(path_text(self._path))
        self.go.hide()
        self.stack.setCurrentIndex(0)
        imports, path = self._view_state.workspace.imports, self._path

        def read(task: Task) -> Proposal | None:
            return imports.propose(
                path, music_folder=music_folder, progress=task.progress, cancel=task.cancelled
            )

        self._task = self._view_state.work.run(
            Lane.WAIT, read, self._show, failed=self._failed, owner=self
        )

    def _progressed(self, task: Task, done: int, _total: int, _label: str) -> None:
        if task is self._task and not task.ended:
            self.words.setText(counted("%n file looked up", "%n files looked up", done))

    def _failed(self, error: KnownError) -> None:
        self._task, self._adding = None, False
        allow(self.cancel)
        self.heading.setText(sentence(error.sentence))
        self.words.setText(" ".join(sentence(part) for part in error.parts[1:]))
        needs_folder = isinstance(error, MusicFolderNeeded)
        self.folder.setVisible(needs_folder)
        self.stack.setCurrentIndex(1)
        self.go.hide()
        (self.folder if needs_folder else self.cancel).setFocus()

    def _ask_folder(self) -> None:
        ask_folder(self, self._memory, tr("Where is the music of this library?"), self._read)

    # --- choosing --------------------------------------------------------------------

    def _show(self, proposal: Proposal | None) -> None:
        self._task = None
        if proposal is None:  # cancelled: the dialog is closing
            return
        self.proposal = proposal
        self.rows = ImportRows(proposal.artists, self)
        self.rows.chosen_changed.connect(self._chosen_changed)
        self.words.setText(" ".join(map(sentence, count_sentences(proposal))))
        if not self.rows.artists:
            self.heading.setText(
                tr("There is nothing new in this library.")
                if proposal.artists
                else tr("This library names no artist with files on this computer.")
            )
            self.folder.hide()
            self.stack.setCurrentIndex(1)
            self.cancel.setText(tr("Close"))
            self.cancel.setFocus()
            return
        self.heading.setText(tr("Whose music do you look after?"))
        self.list = ImportList(ImportFilter(self.rows, self.rows))
        self.field = SearchField(tr("Search artists"), name="search-import", pause=0)
        self.field.searched.connect(self._search)
        self.label = CalmComboBox()
        self.label.setObjectName("import-label")
        self.label.setAccessibleName(tr("Label"))
        self.label.addItem(tr("All labels"), "")
        for name, _number in proposal.labels[:MOST_LABELS]:
            self.label.addItem(shown(name), name)
        if not proposal.labels:
            self.label.hide()
        self.label.currentIndexChanged.connect(
            lambda _n: self._only_label(str(self.label.currentData()))
        )
        self.every = QCheckBox()
        self.every.setObjectName("import-all")
        self.every.clicked.connect(self._choose_shown)
        across = QHBoxLayout()
        across.setSpacing(space(2))
        across.addWidget(self.field, 1)
        across.addWidget(self.label)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(2))
        column.addLayout(across)
        column.addWidget(self.every)
        column.addWidget(self.list, 1)
        column.addWidget(
            Text(
                tr(
                    "RightsDesk remembers their folders and reads what the files say. It changes "
                    "no file, and nothing in the library. You can undo the import as a whole."
                ),
                size=Size.SMALL,
                tone=Tone.DIM,
                wrap=True,
            )
        )
        self.stack.addWidget(whole)
        self.stack.setCurrentWidget(whole)
        self.go.show()
        if len(self.rows.artists) == 1:
            self.rows.choose([0], True)
        self._chosen_changed()
        self.field.setFocus()

    def _search(self, text: str) -> None:
        self.list.filter.search(text)
        self._chosen_changed()

    def _only_label(self, label: str) -> None:
        self.list.filter.only_label(label)
        self._chosen_changed()

    def _choose_shown(self, on: bool) -> None:
        self.rows.choose(self.list.filter.there, on)

    def _chosen_changed(self) -> None:
        there = self.list.filter.there
        marked = sum(map(self.rows.is_chosen, there))
        state = Qt.CheckState
        allow(self.every, unless="" if there else tr("No artist is shown."))
        self.every.setText(counted("%n artist", "All %n artists", len(there)))
        self.every.setTristate(0 < marked < len(there))
        self.every.setCheckState(
            state.Unchecked
            if not marked
            else state.Checked
            if marked == len(there)
            else state.PartiallyChecked
        )
        number = len(self.rows.chosen)
        words = counted("&Add %n artist", "&Add %n artists", number) if number else tr("&Add")
        self.go.setText(words)
        reason = busy_reason(self._job.busy)
        allow(
            self.go, unless=reason or ("" if number else tr("Choose an artist in the list first."))
        )

    # --- doing -----------------------------------------------------------------------

    def _agreed(self) -> None:
        proposal, chosen = self.proposal, self.rows.chosen
        if proposal is None or not chosen:
            return
        self._adding = True
        self.heading.setText(tr("Adding the artists…"))
        self.stack.setCurrentIndex(0)
        for one in (self.go, self.cancel):
            allow(one, unless=under_way())
        imports = self._view_state.workspace.imports
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: imports.take_over(proposal, chosen),
            partial(self._taken_over, self._view_state, self._job),
            failed=self._failed,
            owner=self,
        )

    def _taken_over(self, view_state: ViewState, job: MainJob, done: Imported) -> None:
        self.accept()
        view_state.choose_artist(None)
        view_state.something_changed()
        view_state.reload()
        job.scan_all(done.places)

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def reject(self) -> None:
        if not self._adding:  # what is being stored comes first: then it is scanned
            super().reject()


class _Delegate(QStyledItemDelegate):
    """Rows with room to click, and numbers with room at their end, as their headings have."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), QFontMetrics(font_of(Size.BODY)).height() + space(3))

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.text = f"{option.text}\u2002" if index.column() >= FILES else option.text


class ImportList(QTreeView):
    """The artists. Space chooses the one that has the keyboard."""

    def __init__(self, rows: ImportFilter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import-artists")
        self.setAccessibleName(tr("Artists"))
        self.filter = rows
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Delegate(self))
        self.setModel(rows)
        self.setColumnHidden(LABELS, not any(one.labels for one in rows.rows.artists))
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionsMovable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setCurrentIndex(rows.index(0, NAME))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        for column, share in zip((NAME, LABELS, FILES), SHARES, strict=True):
            self.header().resizeSection(column, round(width * share))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex().siblingAtColumn(NAME)
        if event.key() == Qt.Key.Key_Space and index.isValid():
            row = self.filter.mapToSource(index).row()
            self.filter.rows.choose([row], not self.filter.rows.is_chosen(row))
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(space(40), space(30))


def _at_top(widget: QWidget, across: Qt.AlignmentFlag) -> QWidget:
    """A page with one widget at its top."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget, 0, across)
    column.addStretch(1)
    return page
