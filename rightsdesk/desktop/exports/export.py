"""Export: what an artist chose as a text to hand over, to look at, copy or save."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from rightsdesk.consent.losses import loss_sentences
from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.parts.message_box import ask
from rightsdesk.desktop.parts.saved_line import SavedLine, saved_in
from rightsdesk.desktop.parts.texts import error_text, path_text, sentence, tr, under_way
from rightsdesk.desktop.parts.theme import resize_to_ems
from rightsdesk.desktop.parts.widgets import (
    CalmComboBox,
    button,
    dim_label,
    heading,
    plain_label,
    primary,
    vertical,
)
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.workspace.exports.kinds import EXPORTS, Export, ExportKind
from rightsdesk.workspace.exports.saving import AlreadyThere
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from rightsdesk.workspace.use_cases.exports import Saved

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace

MATRIX_FILE = "rightsdesk-matrix.csv"


class ExportDialog(QDialog):
    """For one artist. Everything is made and written in workers."""

    def __init__(
        self, view_state: ViewState, artist: Artist, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export")
        self.setWindowTitle(tr("Export"))
        self._view_state = view_state
        self._artist = artist
        self._serial = 0
        self._made: Export | str | None = None
        self.kinds = CalmComboBox()
        self.kinds.setObjectName("export-kind")
        for kind in EXPORTS:
            self.kinds.addItem(tr(kind.title), kind)
        self.kinds.addItem(tr("The matrix, for spreadsheets (CSV)"), None)
        self.site = QLineEdit()
        self.site.setObjectName("export-site")
        self.site.setPlaceholderText("https://…")
        self.iscc = QLineEdit()
        self.iscc.setObjectName("export-iscc")
        self.iscc.setPlaceholderText("ISCC:…")
        self.place = dim_label()
        self.preview = QPlainTextEdit()
        self.preview.setObjectName("export-text")
        self.preview.setAccessibleName(tr("Text to pass on"))
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.told = plain_label(selectable=True)
        self.became = SavedLine()
        self.copy = button(tr("&Copy"), self._copy, name="export-copy")
        self.save = primary(button(tr("&Save…"), self._ask_where, name="export-save"))
        self._put_together()
        self.kinds.currentIndexChanged.connect(lambda _n: self._make())
        self.site.textEdited.connect(lambda _text: self._make())
        self.iscc.textEdited.connect(lambda _text: self._make())
        self._make()

    def _put_together(self) -> None:
        title = tr("What {artist} chose, to pass on").format(artist=self._artist.name)
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.addRow(tr("&What to make"), self.kinds)
        self.form.addRow(tr("Your site's &address"), self.site)
        self.form.addRow(tr("The recording's &ISCC"), self.iscc)
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(title, factor=1.15))
        layout.addLayout(self.form)
        layout.addWidget(self.place)
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.told)
        layout.addWidget(self.became)
        box = QDialogButtonBox()
        box.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(self.save, QDialogButtonBox.ButtonRole.ActionRole)
        close = button(tr("Close"), self.accept)
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        layout.addWidget(box)
        resize_to_ems(self, 44, 34)

    @property
    def _kind(self) -> ExportKind | None:
        kind = self.kinds.currentData()
        return kind if isinstance(kind, ExportKind) else None

    # --- making ------------------------------------------------------------------------

    def _make(self) -> None:
        kind, artist_id = self._kind, self._artist.id
        workspace, site = self._view_state.workspace, self.site.text().strip()
        iscc = self.iscc.text().strip()
        self.form.setRowVisible(self.iscc, kind is not None and kind.by_iscc)
        self.form.setRowVisible(self.site, kind is not None and kind.for_site)
        self.place.setText(tr(kind.place) if kind else tr("Where every recording stands."))
        self._serial = serial = self._serial + 1

        def make(_task: object) -> Export | str:
            if kind is None:
                return workspace.exports.matrix_csv(Filter(artist_id=artist_id))
            scope = Scope(ScopeKind.ARTIST, artist_id)
            return workspace.exports.make(
                kind.id,
                scope,
                site=site if kind.for_site else "",
                iscc=iscc if kind.by_iscc else "",
            )

        def made(result: Export | str) -> None:
            if serial == self._serial:
                self._show(result)

        def failed(error: KnownError) -> None:
            if serial == self._serial:
                self._show(None, error_text(error))

        self._view_state.work.run(Lane.SHORT, make, made, failed=failed, owner=self)

    def _show(self, made: Export | str | None, why_not: str = "") -> None:
        self._made = made
        text = made.text if isinstance(made, Export) else made or ""
        self.preview.setPlainText(text)
        told: tuple[str, ...] = (why_not,)
        if isinstance(made, Export):
            told = tuple(
                map(sentence, (*loss_sentences((*made.losses, *made.unnamed)), *made.notes))
            )
        self.told.setText("\n".join(told))
        self.told.setVisible(any(told))
        self.became.tell("")
        for each in (self.copy, self.save):
            allow(each, unless="" if made is not None else why_not or under_way())

    # --- handing over ------------------------------------------------------------------

    def _copy(self) -> None:
        text = self._made.text if isinstance(self._made, Export) else self._made or ""
        QGuiApplication.clipboard().setText(text)
        self.became.tell(tr("Copied."))

    def _ask_where(self) -> None:
        kind = self._kind
        dialog = QFileDialog(self, tr("Save"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # The question is asked here: what others wrote in some files stays, in others not.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(kind.file_name if kind else MATRIX_FILE)
        dialog.fileSelected.connect(self.save_as)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_as(self, path: str, *, replace: bool = False) -> None:
        """Write what is shown into a file; asks before it changes one that is there."""
        made, workspace = self._made, self._view_state.workspace
        if made is None:
            return

        def failed(error: KnownError) -> None:
            if isinstance(error, AlreadyThere) and not replace:
                self._may_change(error, lambda: self.save_as(path, replace=True))
            else:
                self.became.tell(error_text(error))

        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: _saved(workspace, made, path, replace),
            lambda saved: self.became.tell_saved(_saved_text(saved, path), path),
            failed=failed,
            owner=self,
        )

    def _may_change(self, error: AlreadyThere, agreed: Callable[[], None]) -> None:
        kind = self._kind
        merges = kind is not None and kind.merges
        ask(
            self,
            sentence(error.sentence),
            tr("&Add") if merges else tr("&Replace"),
            tr("&Keep as it is"),
            agreed,
            details=tr("Add this to it? What others wrote in it stays.")
            if merges
            else tr("Replace it? What is in it now will be gone."),
            name="export-replace",
        )


def _saved(workspace: Workspace, made: Export | str, path: str, replace: bool) -> Saved:
    if isinstance(made, Export):
        return workspace.exports.save(made, path, replace=replace)
    workspace.exports.save_matrix(made, path, replace=replace)
    return Saved.WRITTEN


def _saved_text(saved: Saved, path: str) -> str:
    forms = {
        Saved.MERGED: tr("Put into {path}; what others wrote in it is as it was."),
        Saved.UNCHANGED: tr("{path} says this already, and was left as it is."),
    }
    return forms[saved].format(path=path_text(path)) if saved in forms else saved_in(path)
