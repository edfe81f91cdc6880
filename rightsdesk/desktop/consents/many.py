"""A choice for many at once: a menu of choices, the question, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from rightsdesk.consent import PRESETS, Consent, Preset, Use, only_with_licence
from rightsdesk.desktop.consents.widening import ask_widening
from rightsdesk.desktop.parts.segments import tracks_text
from rightsdesk.desktop.parts.texts import plain_mnemonic, preset_title, tr
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types.consents import ManyChanged


class ManyChooser(QObject):
    """Sets a choice for the recordings or artists that `selected` gives, by their ids.

    `chosen` gives what was changed, their ids, and the choice; None where they inherit again.
    """

    chosen = Signal(object, object, object)
    can_inherit = True
    """Whether what is selected can follow the artist's choice."""

    def __init__(
        self, view_state: ViewState, selected: Callable[[], Sequence[int]], window: QWidget
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
        if self.can_inherit:
            menu.addSeparator()
            inherit = menu.addAction(tr("As the artist chose"))
            inherit.setObjectName("choose-inherited")
            inherit.triggered.connect(partial(self.choose, None))

    def choose(self, consent: Consent | None) -> None:
        """Find out what it would open up, ask if anybody may then do more without a licence, then
        set it."""
        ids = tuple(self._selected())
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: self.preview(ids, consent),
            lambda found: self._ask(ids, consent, found),
            owner=self,
        )

    def preview(self, ids: Sequence[int], consent: Consent | None) -> ManyChanged:
        """What setting the choice would change. Runs in a worker."""
        return self._view_state.workspace.consents.preview_for(ids, consent)

    def set(
        self, ids: Sequence[int], consent: Consent | None, confirmed: tuple[Use, ...]
    ) -> ManyChanged:
        """Set the choice. Runs in a worker."""
        return self._view_state.workspace.consents.set_for(ids, consent, confirmed=confirmed)

    def _ask(self, ids: Sequence[int], consent: Consent | None, found: ManyChanged) -> None:
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

    def _set(self, ids: Sequence[int], consent: Consent | None, confirmed: tuple[Use, ...]) -> None:
        def was_set(found: ManyChanged) -> None:
            self._view_state.something_changed()
            self.chosen.emit(found, ids, consent)

        self._view_state.work.run(
            Lane.SHORT, lambda _task: self.set(ids, consent, confirmed), was_set, owner=self
        )


class ArtistsChooser(ManyChooser):
    """The same for artists: their releases and recordings with a choice of their own keep it."""

    can_inherit = False

    def preview(self, ids: Sequence[int], consent: Consent | None) -> ManyChanged:
        assert consent is not None  # an artist has nothing to inherit from
        return self._view_state.workspace.consents.preview_artists(ids, consent)

    def set(
        self, ids: Sequence[int], consent: Consent | None, confirmed: tuple[Use, ...]
    ) -> ManyChanged:
        assert consent is not None
        return self._view_state.workspace.consents.set_artists(ids, consent, confirmed=confirmed)
