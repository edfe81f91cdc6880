"""Whose account it is, said so that nobody can mix up fifty artists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from rightsdesk.desktop.design.cards import Panel
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import Accent, em, em_across
from rightsdesk.desktop.parts.widgets import CalmComboBox, dim_label, heading, icon_label
from rightsdesk.workspace.types import Artist


class Whose(Panel):
    """A coloured strip with the artist's name; where there are several, one chooses here.

    `artist` is None until somebody chose. `chosen` tells of it.
    """

    chosen = Signal(object)

    def __init__(
        self, artists: Sequence[Artist], artist: Artist | None, *, fixed: bool = False
    ) -> None:
        super().__init__(Accent.TOLD)
        self.setObjectName("whose")
        self._artists = tuple(artists)
        self.artist = artist
        self.box = CalmComboBox()
        self.box.setObjectName("whose-box")
        self.box.setAccessibleName(tr("Artist"))
        self.box.setPlaceholderText(tr("Choose the artist…"))
        self.box.setMinimumWidth(em_across(self, 14))
        self.box.setSizeAdjustPolicy(CalmComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.addItems([one.name for one in self._artists])
        place = next(
            (n for n, one in enumerate(self._artists) if artist and one.id == artist.id), -1
        )
        self.box.setCurrentIndex(place)
        self.box.currentIndexChanged.connect(self._chosen)
        self.flaw = dim_label()
        self.title = heading("", factor=1.1)
        self.title.setWordWrap(False)
        layout = QHBoxLayout(self)
        layout.addWidget(icon_label("person", Accent.TOLD, self, 1.3))
        words = QVBoxLayout()
        words.setSpacing(em(self, 0.1))
        layout.addLayout(words, 1)
        line = QHBoxLayout()
        line.addWidget(self.title)
        line.addWidget(self.box)
        line.addStretch(1)
        words.addLayout(line)
        words.addWidget(self.flaw)
        self._fixed = fixed
        self.settle(settled=False)

    def settle(self, *, settled: bool) -> None:
        """While an account is being connected, whose it is stays as it is."""
        settled = (settled or self._fixed) and self.artist is not None
        self.box.setVisible(not settled)
        name = self.artist.name if self.artist else ""
        asked, said = tr("Whose account is it?"), tr("For {artist}").format(artist=name)
        self.title.setText(said if settled else asked)
        self._say()

    def require(self) -> bool:
        """Whether an artist was chosen; if not, asks for it."""
        if self.artist is None:
            self.flaw.setText(tr("First choose the artist whose account this is."))
            self.box.setFocus()
        return self.artist is not None

    def _chosen(self, place: int) -> None:
        self.artist = self._artists[place] if 0 <= place < len(self._artists) else None
        self._say()
        self.chosen.emit(self.artist)

    def _say(self) -> None:
        self.flaw.setText(
            tr("It acts for {artist}, and for nobody else.").format(artist=self.artist.name)
            if self.artist
            else tr("An account acts for one artist only.")
        )
