"""The line on top of the matrix: whose music this is, and the next step as a big button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rightsdesk.changes.types import FILES
from rightsdesk.consent import Standing
from rightsdesk.desktop.design.buttons import Button, Kind, action_button
from rightsdesk.desktop.design.tokens import Size
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.texts import consent_short, counted, tr
from rightsdesk.desktop.parts.theme import em_across
from rightsdesk.desktop.parts.widgets import dim_label
from rightsdesk.desktop.state.status_bar import ElidedLabel
from rightsdesk.desktop.state.view_state import Counts, ViewState

UNSETTLED = (Standing.SILENT, Standing.CONFLICTS)


def unsettled(counts: Counts, carrier: str) -> int:
    """How many recordings of a carrier do not say what is wanted, as far as was read."""
    stands = counts.get(carrier, {})
    return sum(stands.get(standing, 0) for standing in UNSETTLED)


class SummaryBar(QWidget):
    """Names the artist, and offers to write where something is not settled yet."""

    def __init__(self, desk: ViewState, job: MainJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job = job
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideRight, size=Size.TITLE)
        self.title.setMinimumWidth(em_across(self, 6))
        self.under = dim_label()
        self.under.setWordWrap(False)
        self.write = Button("", lambda: job.tag(desk.filter), kind=Kind.PRIMARY, name="write-now")
        self.write.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        names = QWidget()
        column = QVBoxLayout(names)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.under)
        layout.addWidget(names, 1)
        layout.addWidget(self.write)
        desk.artist_changed.connect(lambda _a: self._show())
        desk.counted.connect(lambda _c: self._show())
        job.busy_changed.connect(lambda _b: self._show())
        self._show()

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer actions of the menus as quiet buttons before the primary one."""
        for action in actions:
            self._row.insertWidget(self._row.count() - 1, action_button(action))

    def _show(self) -> None:
        artist, artists = self._desk.artist, self._desk.artists
        self.title.show_text(artist.name if artist else tr("All artists"))
        number = artist.recordings if artist else sum(a.recordings for a in artists)
        files = artist.files if artist else sum(a.files for a in artists)
        parts = [
            counted("%n track", "%n tracks", number),
            counted("%n file", "%n files", files),
        ]
        if artist:
            parts.append(tr("wanted: {choice}").format(choice=consent_short(artist.consent)))
        elif undecided := sum(not one.consent for one in artists):
            parts.append(
                counted("%n artist without a choice", "%n artists without a choice", undecided)
            )
        self.under.setText(" · ".join(parts))
        left = unsettled(self._desk.counts, FILES)
        meant = (artist,) if artist else artists
        if not all(one.consent for one in meant):
            text = tr("Write to files…")
        else:
            text = counted("Protect %n track…", "Protect %n tracks…", left)
        self.write.setText(text)
        self.write.setVisible(bool(left) and any(one.consent for one in meant))
        self.write.setEnabled(not self._job.busy)
