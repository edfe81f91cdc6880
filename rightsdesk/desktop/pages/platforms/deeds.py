"""What a person says about platforms: saved at once, told in the notice bar, undoable there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.guided.noting import Said
from rightsdesk.desktop.guided.texts import set_text, short_name
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types.guided import Attestation, GuidedView

T = TypeVar("T")


class Deeds(QObject):
    """Saves in a worker; afterwards all screens read again. `undo_wanted` asks for the undo of a
    deed."""

    undo_wanted = Signal(int)

    def __init__(
        self, view_state: ViewState, notice: NoticeBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._view_state, self._notice = view_state, notice

    def note(self, view: GuidedView, said: Said) -> None:
        """Save what a switch is set to."""
        platforms = self._view_state.workspace.platforms

        def noted(one: Attestation) -> None:
            control = view.facts.control(one.control)
            value = control.value(one.value) if control else None
            text = set_text(view.facts, control, value) if control and value else one.value
            text = tr("Saved. {what}").format(what=text)
            self._saved(text, lambda: platforms.take_back(one.id))

        self._run(
            lambda: platforms.attest(
                view.artist_id,
                view.platform,
                said.control,
                said.value,
                said.note,
                on=said.on,
                remind_on=said.remind_on,
            ),
            noted,
        )

    def delete_note(self, view: GuidedView, control: str) -> None:
        """Let what was said of a switch count no more."""
        platforms = self._view_state.workspace.platforms
        told = next(one.attestation for one in view.controls if one.control.id == control)
        if told is None:
            return
        text = tr("Note on {name} deleted. It stays in the history.")
        self._run(
            lambda: platforms.withdraw(view.artist_id, view.platform, control),
            lambda _none: self._saved(
                text.format(name=short_name(view.facts)), lambda: platforms.attest_again(told.id)
            ),
        )

    def place(self, view: GuidedView, here: bool | None) -> None:
        """Save whether the artist uses a platform; None: asked again later."""
        form = {
            True: tr("Saved: you use {name}."),
            False: tr("Saved: you don't use {name}."),
            None: tr("RightsDesk will ask about {name} again."),
        }[here]
        self._place({view.platform: here}, [view], form.format(name=short_name(view.facts)))

    def place_all(self, views: list[GuidedView], wanted: Mapping[str, bool | None]) -> None:
        """Save for several platforms at once whether the artist uses them."""
        number = sum(
            wanted.get(view.platform, view.here) is True or view.connected for view in views
        )
        text = counted("Saved: you use %n platform.", "Saved: you use %n platforms.", number)
        self._place(wanted, views, text)

    def _place(self, wanted: Mapping[str, bool | None], views: list[GuidedView], text: str) -> None:
        workspace = self._view_state.workspace
        artist_id = views[0].artist_id

        self._run(
            lambda: workspace.platforms.place_all(artist_id, wanted),
            lambda deed_ids: self._tell(text, lambda: self.undo_wanted.emit(deed_ids[0])),
        )

    def _saved(self, text: str, undo: Callable[[], object]) -> None:
        self._tell(text, lambda: self._undo(undo))

    def _tell(self, text: str, undo: Callable[[], object]) -> None:
        offers = [(tr("Undo"), undo)]
        self._notice.tell(text, kind=Tone.GOOD, icon_name="agrees", offers=offers)
        self._view_state.something_changed()

    def _undo(self, undo: Callable[[], object]) -> None:
        def undone(_result: object) -> None:
            self._notice.tell(tr("Undone."))
            self._view_state.something_changed()

        self._run(undo, undone)

    def _run(self, function: Callable[[], T], done: Callable[[T], None]) -> None:
        self._view_state.work.run(Lane.SHORT, lambda _task: function(), done, owner=self)
