"""What stands in the list's place while there is nothing to list: why, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import Button, ButtonKind
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.parts.widgets import button, dim_label, heading, vertical
from rightsdesk.desktop.state.catalogue_list import Narrowing
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types.scopes import State


class EmptyList(QWidget):
    """Says why no recording is listed, and offers the next step."""

    def __init__(
        self,
        view_state: ViewState,
        *,
        add_folder: Callable[[], None],
        accounts: Callable[[], None],
        clear_search: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("empty-list")
        self._view_state = view_state
        self.title = heading("")
        self.hint = dim_label("")
        for label in (self.title, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMaximumWidth(em_across(self, 34))
        self.folder = Button(
            tr("Add &folder…"), add_folder, kind=ButtonKind.PRIMARY, name="empty-add-folder"
        )
        self.accounts = button(tr("Accou&nts…"), accounts, name="empty-accounts")
        self.everything = button(
            tr("Show &everything"),
            lambda: view_state.list.narrow(Narrowing()),
            name="empty-everything",
        )
        self.clear = button(tr("C&lear the search"), clear_search, name="empty-clear")
        deeds = vertical(spacing=0.3)  # side by side they may be wider than a small window
        for each in (self.folder, self.accounts, self.everything, self.clear):
            deeds.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)
            each.hide()
        layout = vertical(spacing=0.6, margin=1.0)
        self.setLayout(layout)
        layout.addStretch(2)
        for label in (self.title, self.hint):
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(label, 4)
            line.addStretch(1)
            layout.addLayout(line)
        layout.addLayout(deeds)
        layout.addStretch(3)

    def tell(self) -> None:
        """Say why nothing is listed just now."""
        view_state, artist = self._view_state, self._view_state.one_artist
        narrowing = view_state.list.narrowing
        narrowed = bool(narrowing)
        self.clear.setVisible(bool(narrowing.text))
        self.everything.setVisible(narrowing.state is not None or bool(narrowing.places))
        self.folder.setVisible(not narrowed and artist is not None)
        self.accounts.setVisible(not narrowed)
        if narrowing.text:
            title = tr("No track with “{text}”").format(text=narrowing.text)
            hint = tr(
                "Searched in titles, releases, artists, labels, codes and file names. Accents and "
                "hyphens do not matter."
            )
        elif narrowing.state is not None:
            title, hint = state_words(narrowing.state)
        elif narrowing.places:
            title = tr("No track of this artist is there")
            hint = tr("The list is limited to files and folders: the chip above it names them.")
        elif artist is not None and artist.folders:
            title = tr("No music was found for {artist}").format(artist=artist.name)
            hint = tr(
                "There is no audio file that RightsDesk knows in the folders of this artist. Add "
                "another folder, or rescan once there is something in it."
            )
        elif artist is not None:
            title = tr("No music of {artist} yet").format(artist=artist.name)
            hint = tr(
                "Add the folder that it is in, or drop it here: its files are only read. Or "
                "connect an account: tracks that are only there are listed, too."
            )
        else:
            title = tr("No music yet")
            hint = tr("Drop a folder here, or choose an artist at the top left and add one.")
        self.title.setText(title)
        self.hint.setText(hint)


def state_words(state: State) -> tuple[str, str]:
    """What it means that no recording has this state: a title and a sentence."""
    matches = tr("Everything that could be read matches your choice.")
    return {
        State.NEEDS_WORK: (tr("Nothing needs work."), matches),
        State.SAYS_OTHERWISE: (tr("Nothing says otherwise."), matches),
        State.UNKNOWN: (tr("Nothing is unknown."), tr("Everything here could be read.")),
    }[state]
