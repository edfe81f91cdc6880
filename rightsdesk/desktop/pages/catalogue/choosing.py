"""A choice for all selected recordings: a menu of choices, the question, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from rightsdesk.consent import PRESETS, Consent, Preset, Use, only_with_licence
from rightsdesk.desktop.consents.widening import ask_widening
from rightsdesk.desktop.parts.segments import tracks_text
from rightsdesk.desktop.parts.texts import plain_mnemonic, preset_title, tr
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types import ManyChanged


class SelectionChooser(QObject):
    """Sets a choice for the selected recordings. `chosen` gives what was changed, and their ids."""

    chosen = Signal(object, object)

    def __init__(
        self, view_state: ViewState, selected: Callable[[], list[int]], window: QWidget
    ) -> None:
        super().__init__(window)
        self._view_state, self._selected, self._window = view_state, selected, window

    def fill(self, menu: QMenu) -> None:
        """Put in each choice."""
        menu.clear()
        for preset in Preset:
            action = menu.addAction(plain_mnemonic(preset_title(preset)))
            action.setObjectName(f"choose-{preset.value}")
            action.triggered.connect(partial(self.choose, PRESETS[preset]))
        menu.addSeparator()
        inherit = menu.addAction(tr("As the artist chose"))
        inherit.setObjectName("choose-inherited")
        inherit.triggered.connect(partial(self.choose, None))

    def choose(self, consent: Consent | None) -> None:
        """Find out what it would open up, ask if anybody may then do more without a licence, then
        set it."""
        workspace, ids = self._view_state.workspace, self._selected()
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: workspace.consents.preview_for(ids, consent),
            lambda found: self._ask(ids, consent, found),
            owner=self,
        )

    def _ask(self, ids: list[int], consent: Consent | None, found: ManyChanged) -> None:
        if only_with_licence(found.uses, consent or {}):
            self._set(ids, consent, found.uses)
            return
        ask_widening(
            self._window,
            tracks_text(found.recordings),
            found.uses,
            before=found.before,
            after=consent or {},
            opened=found.opened,
            yes=lambda: self._set(ids, consent, found.uses),
        )

    def _set(self, ids: list[int], consent: Consent | None, confirmed: tuple[Use, ...]) -> None:
        workspace = self._view_state.workspace

        def was_set(found: ManyChanged) -> None:
            self._view_state.something_changed()
            self.chosen.emit(found, tuple(ids))

        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: workspace.consents.set_for(ids, consent, confirmed=confirmed),
            was_set,
            owner=self,
        )
