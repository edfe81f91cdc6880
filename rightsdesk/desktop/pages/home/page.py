"""Home: the figure that matters, a bar for each carrier, the choice, and where to go next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rightsdesk.changes.types import FILES
from rightsdesk.consent import Standing
from rightsdesk.desktop.design.bars import Coverage, CoverageBar, DotLegend, Part
from rightsdesk.desktop.design.buttons import Button, LinkButton, action_button
from rightsdesk.desktop.design.cards import Card, Hairline
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.parts.texts import (
    consent_short,
    counted,
    counter_text,
    number_text,
    plain_mnemonic,
    tr,
)
from rightsdesk.desktop.parts.widgets import emptied, scrolled
from rightsdesk.desktop.state.view_state import Counts, ViewState

PARTS = {
    Standing.AGREES: Part.SAYS,
    Standing.ATTESTED: Part.TOLD,
    Standing.CONFLICTS: Part.OTHERWISE,
    Standing.SILENT: Part.SILENT,
    Standing.UNKNOWN: Part.UNKNOWN,
    Standing.TERMS_ONLY: Part.UNKNOWN,
    Standing.UNCHOSEN: Part.UNKNOWN,
}
"""The part of a bar that shows a standing."""
WIDE_STEPS = 190
"""From this width on, in steps of the grid, the cards are in two columns."""


def coverage_of(standings: dict[Standing, int]) -> Coverage:
    """A carrier's counts as a bar."""
    counts: dict[Part, int] = {}
    for standing, number in standings.items():
        part = PARTS[standing]
        counts[part] = counts.get(part, 0) + number
    return Coverage.of(counts)


class HomePage(Page):
    """One artist, or all. `go` names a page that has more; `choice_wanted` asks for the choice."""

    go = Signal(str)
    choice_wanted = Signal()
    key = "home"
    icon_name = "home"

    def __init__(self, desk: ViewState, job: MainJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._job = desk, job
        self.header = PageHeader()
        self.header.primary.clicked.connect(lambda: job.tag(desk.filter))
        self.chip = Chip()
        self.change = LinkButton(tr("Change"), self.choice_wanted.emit, name="change-choice")
        self.header.under.addWidget(self.chip)
        self.header.under.addWidget(self.change)
        self.header.under.addStretch(1)
        self.stand = Card(tr("Where you stand"))
        self._bars = QGridLayout()
        self._bars.setHorizontalSpacing(space(4))
        self._bars.setVerticalSpacing(space(3))
        self._bars.setColumnStretch(1, 1)
        self.stand.body.addLayout(self._bars)
        self.legend = DotLegend()
        self.stand.body.addSpacing(space(1))
        self.stand.body.addWidget(self.legend)
        self.stand.body.addStretch(1)
        self.next = Card(tr("Next"))
        self._steps = QVBoxLayout()
        self._steps.setSpacing(space(2.5))
        self.next.body.addLayout(self._steps)
        self.next.body.addStretch(1)
        self.proof = Card(tr("Proof"))
        words = tr("Every write is recorded. See whether the audio is still what it was.")
        self.proof.body.addWidget(Text(words, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        self._deeds: dict[str, QAction] = {}
        self._unwritten = 0
        body = QWidget()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(space(4))
        self._wide = False
        self._lay_out(wide=True)
        self.column.addWidget(self.header)
        self.column.addWidget(scrolled(body), 1)
        desk.artist_changed.connect(lambda _a: self._show())
        desk.counted.connect(lambda _c: self._show())
        desk.left_counted.connect(self._left_counted)
        job.busy_changed.connect(lambda _b: self._show())

    def set_deeds(self, *, verify: QAction, export: QAction, sync: QAction, match: QAction) -> None:
        """Take the actions of the menus that the page offers as buttons."""
        self._deeds = {"sync": sync, "match": match}
        line = QHBoxLayout()
        line.setSpacing(space(2))
        for name, action in (("verify", verify), ("export", export)):
            line.addWidget(action_button(action, name=f"home-{name}"))
        line.addStretch(1)
        self.proof.body.addLayout(line)
        match.changed.connect(self._show)

    def _left_counted(self, number: int) -> None:
        self._unwritten = number
        self._show()

    @property
    def title(self) -> str:
        return tr("Home")

    def first_focus(self) -> QWidget | None:
        primary = self.header.primary
        return primary if primary.isVisibleTo(self) and primary.isEnabled() else None

    def refresh(self) -> None:
        """Its figures come with the rows, which the view state looks at by itself."""
        self._show()

    def _lay_out(self, *, wide: bool) -> None:
        if wide == self._wide:
            return
        self._wide = wide
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(self.stand, 0, 0, top)
        self._grid.addWidget(self.next, 0 if wide else 1, 1 if wide else 0, top)
        self._grid.addWidget(self.proof, 1 if wide else 2, 1 if wide else 0, top)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 3 if wide else 0)
        self._grid.setRowStretch(3, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out(wide=self.width() >= space(WIDE_STEPS))

    # --- showing ---------------------------------------------------------------------

    def _show(self) -> None:
        artist, artists = self._desk.artist, self._desk.artists
        counts = self._desk.counts
        number = artist.recordings if artist else sum(one.recordings for one in artists)
        scoped = artist.consent if artist else None
        files = counts.get(FILES, {})
        said = files.get(Standing.AGREES, 0)
        recordings = counted("%n recording", "%n recordings", number)
        if artist is None:
            title = tr("All artists")
            sub = f"{counted('%n artist', '%n artists', len(artists))} · {recordings}"
        elif not number:
            title, sub = artist.name, tr("No music yet. Add the folder that it is in.")
        elif not scoped:
            title, sub = tr("What may AI do with your music?"), f"{artist.name} · {recordings}"
        else:
            form = tr("{said} of {all} recordings say {choice} in their files")
            title = form.format(
                said=number_text(said), all=number_text(number), choice=consent_short(scoped)
            )
            sub = ""
        self.header.show_words(title, sub, above=artist.name if artist and scoped else "")
        self.chip.setVisible(artist is not None)
        self.change.setVisible(artist is not None)
        if artist is not None:
            self.chip.show_chip(consent_short(artist.consent), Tone.GOOD if scoped else Tone.OPEN)
            self.change.setText(tr("Change") if scoped else tr("Choose"))
        left = files.get(Standing.SILENT, 0) + files.get(Standing.CONFLICTS, 0)
        meant = (artist,) if artist else artists
        primary = self.header.primary
        primary.setText(counted("Protect %n recording…", "Protect %n recordings…", left))
        primary.setVisible(bool(left) and any(one.consent for one in meant))
        primary.setEnabled(not self._job.busy)
        self._show_bars(counts)
        self._show_steps(counts, left=left, scoped=bool(scoped))

    def _show_bars(self, counts: Counts) -> None:
        emptied(self._bars)
        shown: set[Part] = set()
        used = [
            (key, name)
            for key, name in self._desk.carriers
            if key == FILES or key in self._desk.connected or any(counts.get(key, {}).values())
        ]
        for row, (key, name) in enumerate(used):
            standings = counts.get(key, {})
            coverage = coverage_of(standings)
            bar = CoverageBar()
            bar.show_coverage(coverage, name)
            words = " · ".join(
                counter_text(standing, None if key in self._desk.for_all else number)
                for standing, number in standings.items()
                if number
            )
            self._bars.addWidget(Text(name), row, 0)
            self._bars.addWidget(bar, row, 1)
            label = Text(words or tr("nothing yet"), size=Size.SMALL, tone=Tone.DIM, wrap=True)
            label.setMinimumWidth(space(46))
            self._bars.addWidget(label, row, 2)
            shown |= {part for part, _ in coverage.counts}
        self.legend.show_parts([part for part in Part if part in shown])

    def _show_steps(self, counts: Counts, *, left: int, scoped: bool) -> None:
        emptied(self._steps)
        steps: list[tuple[str, str, str, str]] = []
        otherwise = sum(
            standings.get(Standing.CONFLICTS, 0)
            for key, standings in counts.items()
            if key not in self._desk.for_all
        )
        if not scoped and self._desk.artist is not None:
            steps.append((tr("Say what AI may do"), tr("1 minute"), tr("Choose"), "choice"))
        if otherwise:
            title = counted("%n recording says otherwise", "%n recordings say otherwise", otherwise)
            under = tr("Someone else's word contradicts your choice")
            steps.append((title, under, tr("Show"), "catalogue"))
        sync, match = self._deeds.get("sync"), self._deeds.get("match")
        if sync is not None and self._unwritten and self._desk.connected:
            title = counted("%n change for {where}", "%n changes for {where}", self._unwritten)
            title = title.format(where=self._desk.platforms)
            steps.append((title, tr("Your choice is not there yet"), tr("Review"), "sync"))
        if match is not None and match.isVisible():
            title = match.text().replace("&", "").rstrip("…")
            steps.append((title, tr("Is this your recording?"), tr("Answer"), "match"))
        if not self._desk.connected:
            under = tr("SoundCloud, YouTube, Bluesky and more")
            steps.append((tr("Connect an account"), under, tr("Connect…"), "accounts"))
        under = tr("Switches that only you can press")
        steps.append((tr("Check your platforms"), under, tr("Open"), "platforms"))
        for title, under, action, where in steps:
            self._steps.addWidget(Hairline())
            self._steps.addWidget(self._step(title, under, action, where))

    def _step(self, title: str, under: str, action: str, where: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        texts = QVBoxLayout()
        texts.setSpacing(space(0.5))
        texts.addWidget(Text(title, strong=True, wrap=True))
        texts.addWidget(Text(under, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        line.addLayout(texts, 1)
        button = Button(plain_mnemonic(action), lambda: self._go(where), name=f"step-{where}")
        button.setAccessibleDescription(title)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _go(self, where: str) -> None:
        if where == "choice":
            self.choice_wanted.emit()
        elif where in self._deeds:
            self._deeds[where].trigger()
        else:
            self.go.emit(where)
