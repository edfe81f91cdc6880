"""Leaving RightsDesk from the window: what stays where, and a typed yes before data are removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLineEdit, QWidget

from rightsdesk import phrases
from rightsdesk.desktop.design.buttons import allow
from rightsdesk.desktop.parts.texts import (
    counted,
    error_text,
    language,
    path_text,
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.parts.widgets import button, dim_label, fit_height, heading, vertical
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.workspace.data.leaving import Stays

Agreed = Callable[[bool, Sequence[str]], object]
"""Gets whether backups are kept, and a sentence for each sign-in that could not be ended."""


def words_to_type() -> str:
    """What a person types to confirm."""
    return tr("forget everything")


class ForgetDialog(QDialog):
    """Says what stays and what goes. After the typed yes it ends the sign-ins, then calls
    `agreed`: removing the data needs the workspace to be closed."""

    def __init__(
        self,
        view_state: ViewState,
        agreed: Agreed,
        take_back: Callable[[], object],
        parent: QWidget,
    ) -> None:
        """`take_back` plans to take back all that stays elsewhere, and shows it for a yes."""
        super().__init__(parent)
        self.setObjectName("forget-everything")
        self.setWindowTitle(tr("Forget everything"))
        self._view_state, self._agreed, self._take_back = view_state, agreed, take_back
        self._stays: Stays | None = None
        self.stays = dim_label(tr("Reading what is written where…"))
        goes = dim_label(
            tr(
                "Removed are {folder}, with artists, consents, history, evidence, contracts, "
                "sign-ins and backups, and the key in the system's keyring. Your music stays, and "
                "what you saved elsewhere."
            ).format(folder=path_text(str(view_state.workspace.data_dir)))
        )
        self.keep_backups = QCheckBox(tr("Keep the automatic &backups"))
        self.name = QLineEdit()
        self.name.setObjectName("forget-words")
        asked = tr("To confirm, type: {words}").format(words=words_to_type())
        self.name.setAccessibleName(asked)
        self.name.textChanged.connect(lambda _text: self._show())
        self.take_back = button(tr("&Take it back first…"), self._take_back_first, name="take-back")
        self.take_back.hide()
        self.go = button(tr("&Forget everything"), self._sign_out, name="forget-now")
        self.go.setAutoDefault(False)
        self.problem = dim_label("")
        self.problem.hide()
        cancel = button(tr("&Cancel"), self.reject)
        box = QDialogButtonBox()
        box.addButton(self.take_back, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(self.go, QDialogButtonBox.ButtonRole.DestructiveRole)
        box.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(tr("Remove all of RightsDesk's data?")))
        for label in (self.stays, goes):
            layout.addWidget(label)
        layout.addWidget(self.keep_backups)
        layout.addWidget(dim_label(asked))
        layout.addWidget(self.name)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        layout.addWidget(box)
        fit_height(self, em_across(self, 34))
        self._show()
        view_state.work_for(self, view_state.workspace.what_stays, self._read)

    def _read(self, stays: Stays) -> None:
        self._stays = stays
        names = dict(self._view_state.workspace.platforms.connectable())
        self.stays.setText(stays_words(stays, names))
        self.take_back.setVisible(bool(stays.jobs))
        fit_height(self, em_across(self, 34))
        self._show()

    def _show(self) -> None:
        typed = self.name.text().strip().casefold() == words_to_type().casefold()
        ready = typed and self._stays is not None
        allow(self.go, unless="" if ready else tr("Type the words above first."))

    def _take_back_first(self) -> None:
        self.reject()
        self._take_back()

    def _sign_out(self) -> None:
        self.setEnabled(False)
        accounts = self._view_state.workspace.accounts

        def sign_out() -> list[str]:
            ended = (accounts.remove(account.id) for account in accounts.all(counted=False))
            return [warning for warning in ended if warning]

        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: sign_out(),
            self._signed_out,
            failed=self._failed,
            owner=self,
        )

    def _signed_out(self, warnings: list[str]) -> None:
        self.accept()
        self._agreed(self.keep_backups.isChecked(), [sentence(one) for one in warnings])

    def _failed(self, error: KnownError) -> None:
        self.setEnabled(True)
        self.problem.setText(error_text(error))
        self.problem.show()


def stays_words(stays: Stays, names: dict[str, str]) -> str:
    """What RightsDesk wrote and where that stays, in sentences."""
    if not stays.jobs:
        return tr("RightsDesk wrote nothing into files or on platforms that is still there.")
    places = []
    if stays.files:
        places.append(counted("declarations in %n file", "declarations in %n files", stays.files))
    for platform, number in stays.items:
        form = counted("%n track on {platform}", "%n tracks on {platform}", number)
        places.append(form.format(platform=names.get(platform, platform)))
    form = tr("What RightsDesk wrote stays, unless you take it back first: {places}.")
    return form.format(places=phrases.and_list(places, language()))
