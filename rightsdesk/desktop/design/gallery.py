"""Pictures of the whole design system, without a screen: for judging it, and for tests.

`python -m rightsdesk.desktop.design.gallery FOLDER` writes `light.png`, `dark.png`,
`large.png` (200 %) and `mirrored.png` (right to left).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.appearance import AppearanceOptions, Scheme, appearance
from rightsdesk.desktop.design.banner import Banner
from rightsdesk.desktop.design.bars import BarPart, Coverage, CoverageBar, DotLegend
from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton
from rightsdesk.desktop.design.cards import Avatar, Card, EmptyState, Hairline, Tile
from rightsdesk.desktop.design.chips import Chip, FilterChip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.navigation import NavList
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space


def gallery() -> QWidget:
    """A window with one of everything."""
    window = QWidget()
    window.setObjectName("gallery")
    row = QHBoxLayout(window)
    row.setSpacing(space(6))
    nav = NavList("Pages")
    for key in ("home", "catalogue", "platforms", "activity", "problems", "accounts", "settings"):
        nav.add(key, key, key.capitalize())
    nav.choose("home")
    nav.items["catalogue"].show_count(61)
    nav.items["platforms"].show_count(3, alarm=True)
    nav.setFixedWidth(space(48))
    side = QVBoxLayout()
    side.addWidget(nav)
    side.addStretch(1)
    row.addLayout(side)
    column = QVBoxLayout()
    column.setSpacing(space(4))
    row.addLayout(column, 1)
    header = PageHeader()
    header.show_words("38 of 61 recordings say No AI everywhere", above="Good evening")
    header.under.addWidget(Chip("No AI", Tone.GOOD, sign="check"))
    header.under.addWidget(Text("your choice since 12 May 2026", tone=Tone.DIM))
    header.under.addWidget(LinkButton("Change"))
    header.under.addStretch(1)
    header.primary.setText("Write to 23 tracks…")
    header.primary.show()
    header.add_button(Button("Export…", icon_name="save"))
    column.addWidget(header)
    banner = Banner()
    banner.say(
        "Saved for Kitchen Tapes: No AI. 10 files still say the old thing.",
        tone=Tone.GOOD,
        offers=[("Write…", banner.clear), ("Undo", banner.clear)],
    )
    column.addWidget(banner)
    grid = QGridLayout()
    grid.setSpacing(space(4))
    grid.addWidget(_bars(), 0, 0)
    grid.addWidget(_steps(), 0, 1)
    grid.addWidget(_inputs(), 1, 0)
    grid.addWidget(_tiles(), 1, 1)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(1, 2)
    column.addLayout(grid)
    column.addWidget(_icons())
    column.addStretch(1)
    return window


def _bars() -> QWidget:
    card = Card("Where you stand")
    card.head.addWidget(Text("read today 18:40", size=Size.SMALL, tone=Tone.DIM))
    lines = QGridLayout()
    lines.setSpacing(space(3))
    shown: Sequence[tuple[str, dict[BarPart, int], str]] = (
        ("Files", {BarPart.SAYS: 60}, "all 60 say it"),
        (
            "SoundCloud",
            {BarPart.SAYS: 38, BarPart.OTHERWISE: 4, BarPart.SILENT: 19},
            "38 · 4 say otherwise · 19 silent",
        ),
        ("YouTube", {BarPart.SAYS: 40, BarPart.TO_WRITE: 20}, "20 to write"),
        ("X, LinkedIn", {BarPart.TOLD: 2, BarPart.SILENT: 1}, "2 noted by you · 1 to do"),
        ("Bluesky", {BarPart.UNKNOWN: 3}, "not read"),
    )
    for place, (name, counts, words) in enumerate(shown):
        lines.addWidget(Text(name), place, 0)
        lines.addWidget(CoverageBar(Coverage.of(counts)), place, 1)
        lines.addWidget(Text(words, size=Size.SMALL, tone=Tone.DIM), place, 2)
    lines.setColumnStretch(1, 1)
    card.body.addLayout(lines)
    card.body.addWidget(DotLegend(list(BarPart)))
    return card


def _steps() -> QWidget:
    card = Card("Next")
    for title, words, action in (
        ("Write to 23 SoundCloud tracks", "4 of them say something else today", "Review"),
        ("Switch off AI training on LinkedIn", "On unless you switch it off · 1 minute", "Open"),
    ):
        card.body.addWidget(Hairline())
        line = QHBoxLayout()
        texts = QVBoxLayout()
        texts.addWidget(Text(title, strong=True, wrap=True))
        texts.addWidget(Text(words, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        line.addLayout(texts, 1)
        line.addWidget(Button(action), 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(line)
    chips = QHBoxLayout()
    for words, tone in (
        ("settled", Tone.GOOD),
        ("4 steps", Tone.OPEN),
        ("says otherwise", Tone.BAD),
        ("noted by you", Tone.TOLD),
        ("terms only", Tone.DIM),
        ("to write", Tone.ACCENT),
    ):
        chips.addWidget(Chip(words, tone))
    chips.addStretch(1)
    card.body.addLayout(chips)
    filters = QHBoxLayout()
    first = FilterChip("All", 61)
    first.setChecked(True)
    filters.addWidget(first)
    filters.addWidget(FilterChip("Needs work", 23))
    filters.addWidget(Avatar("Mira Koval"))
    filters.addWidget(Avatar("Salt & Signal"))
    filters.addWidget(Avatar("", sign="people"))
    filters.addStretch(1)
    card.body.addLayout(filters)
    card.body.addStretch(1)
    return card


def _inputs() -> QWidget:
    card = Card("Controls")
    field = QLineEdit()
    field.setPlaceholderText("Search title, release, ISRC, UPC")
    box = QComboBox()
    box.addItems(["Group: Release", "Group: Artist"])
    typed = QLineEdit("selected text")
    typed.selectAll()
    line = QHBoxLayout()
    for each in (field, typed, box):
        line.addWidget(each)
    card.body.addLayout(line)
    line = QHBoxLayout()
    check, radio, off = QCheckBox("Checked"), QRadioButton("Chosen"), QRadioButton("Not chosen")
    check.setChecked(True)
    radio.setChecked(True)
    for control in (check, QCheckBox("Not checked"), radio, off):
        line.addWidget(control)
    line.addStretch(1)
    card.body.addLayout(line)
    line = QHBoxLayout()
    disabled = Button("Disabled", icon_name="undo")
    disabled.setEnabled(False)
    dead = Button("Disabled", kind=ButtonKind.PRIMARY)
    dead.setEnabled(False)
    for button in (
        Button("Write to 23 tracks…", kind=ButtonKind.PRIMARY, icon_name="verify"),
        Button("Find folder…", icon_name="folder"),
        disabled,
        dead,
        LinkButton("Compare"),
    ):
        line.addWidget(button)
    line.addStretch(1)
    card.body.addLayout(line)
    progress = QProgressBar()
    progress.setTextVisible(False)
    progress.setValue(60)
    card.body.addWidget(progress)
    tabs = QTabWidget()
    tree = QTreeWidget()
    tree.setHeaderLabels(["Title", "Release"])
    tree.setSortingEnabled(True)
    for n in range(12):
        tree.addTopLevelItem(QTreeWidgetItem([f"Track {n}", "Kitchen Tapes"]))
    tree.setCurrentIndex(tree.model().index(1, 0))
    tree.setMaximumHeight(space(40))
    tabs.addTab(tree, "Tracks")
    tabs.addTab(QWidget(), "Details")
    card.body.addWidget(tabs)
    return card


def _tiles() -> QWidget:
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    no_ai = Tile("No AI", "No training, no imitation, no AI answers from your work.")
    no_ai.setCheckable(True)
    no_ai.setAutoExclusive(True)
    no_ai.setChecked(True)
    ask = Tile("Ask me first", "Anyone who wants to use your music needs a licence from you.")
    ask.setCheckable(True)
    ask.setAutoExclusive(True)
    column.addWidget(no_ai)
    column.addWidget(ask)
    column.addWidget(Tile("SoundCloud", "Sign in with your browser.", icon_name="cloud"))
    card = Card()
    card.body.addWidget(
        EmptyState(
            "search", "Nothing found", "No track has “sol” in it.", action="Clear the search"
        )
    )
    column.addWidget(card, 1)
    return body


def _icons() -> QWidget:
    card = Card("Icons")
    grid = QGridLayout()
    grid.setSpacing(space(3))
    for place, name in enumerate(icon_names()):
        grid.addWidget(Sign(name, size=5), place // 30, place % 30)
    card.body.addLayout(grid)
    return card


def icon_names() -> list[str]:
    """The names of all drawings, without the program's own icon."""
    folder = Path(__file__).parents[1] / "resources"
    return sorted(file.stem for file in folder.glob("*.svg") if file.stem != "rightsdesk")


def picture(widget: QWidget, scale: float = 1.0) -> QImage:
    """The widget as an image, `scale` times as large as its logical size and sharp."""
    image = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    return image


def main(argv: Sequence[str]) -> int:
    """Write the pictures into a folder; the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(["gallery"])
    folder = Path(argv[0] if argv else ".")
    folder.mkdir(parents=True, exist_ok=True)
    look = appearance()
    for name, scheme, scale, mirrored in (
        ("light", Scheme.LIGHT, 1.0, False),
        ("dark", Scheme.DARK, 1.0, False),
        ("large", Scheme.LIGHT, 2.0, False),
        ("mirrored", Scheme.DARK, 1.0, True),
    ):
        look.choose(AppearanceOptions(scheme))
        window = gallery()
        if mirrored:
            window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        window.resize(1280, 1000)
        window.show()
        app.processEvents()
        picture(window, scale).save(str(folder / f"{name}.png"))
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
