"""Focus that is seen, names that are heard, text that is never mark-up, mirrored layouts."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QColor, QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from rightsdesk.desktop.design.appearance import Appearance, AppearanceOptions, Scheme
from rightsdesk.desktop.design.banner import Banner
from rightsdesk.desktop.design.bars import BarPart, Coverage, CoverageBar, DotLegend
from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton, action_button, allow
from rightsdesk.desktop.design.cards import Avatar, Card, EmptyState, Tile, avatar_colour, initials
from rightsdesk.desktop.design.chips import Chip, FilterChip
from rightsdesk.desktop.design.gallery import gallery, picture
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.navigation import NavList
from rightsdesk.desktop.design.text import ElidedText, Text, plain_tip
from rightsdesk.desktop.design.tokens import Tone, scaled, space
from tests.desktop.design.conftest import Place
from tests.desktop.design.pixels import seen

CONTROLS: dict[str, Callable[[], QWidget]] = {
    "quiet button": lambda: Button("Undo"),
    "primary button": lambda: Button("Write", kind=ButtonKind.PRIMARY),
    "link": lambda: LinkButton("Change"),
    "filter": lambda: FilterChip("All", 3),
    "tile": lambda: Tile("No AI", "A sentence."),
    "field": QLineEdit,
    "box": QComboBox,
    "check box": lambda: QCheckBox("Checked"),
    "radio button": lambda: QRadioButton("Chosen"),
    "list": QListWidget,
}


def test_what_is_disabled_says_why_and_has_its_own_words_back(qtbot: QtBot) -> None:
    button = Button("Store")
    qtbot.addWidget(button)
    button.setToolTip("Keeps it")
    button.setAccessibleDescription("for all music")
    for reason in ("Name <b>the</b> partner first.", "Choose a use first."):
        allow(button, unless=reason)
        assert not button.isEnabled()
        assert button.toolTip() == plain_tip(reason)
        assert button.accessibleDescription() == reason
    for _ in range(2):
        allow(button)
        assert button.isEnabled()
        assert (button.toolTip(), button.accessibleDescription()) == ("Keeps it", "for all music")


def test_a_button_of_a_menu_s_action_says_why_it_is_disabled(qtbot: QtBot) -> None:
    action = QAction("&Match 3 tracks…")
    button = action_button(action)
    qtbot.addWidget(button)
    allow(action, unless="Another job is running.")
    assert not button.isEnabled()
    assert button.accessibleDescription() == "Another job is running."
    assert button.toolTip() == "Another job is running."
    action.setText("&Match 2 tracks…")
    allow(action)
    assert action.toolTip() == "Match 2 tracks", "as its text became meanwhile"
    assert button.isEnabled()
    assert button.accessibleDescription() == ""


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("make", CONTROLS.values(), ids=CONTROLS)
def test_the_keyboard_focus_is_seen(
    look: Appearance,
    place: Place,
    qtbot: QtBot,
    make: Callable[[], QWidget],
    scheme: Scheme,
) -> None:
    look.choose(AppearanceOptions(scheme))
    first, control = QLineEdit(), make()
    window = place(first, control)
    window.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    before = seen(control)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert control.hasFocus()
    after = seen(control)
    changed = sum(abs(after[c] - before[c]) for c in {*after, *before}) // 2
    assert changed >= control.height(), "a ring is at least two lines down its sides"
    accent = QColor(look.theme.accent).name()
    ring = QColor(look.theme.card).name() if before.most_common(1)[0][0] == accent else accent
    assert after[ring] > before[ring]


def test_pages_are_walked_with_the_arrow_keys(look: Appearance, place: Place, qtbot: QtBot) -> None:
    pages = NavList("Pages")
    for key in ("home", "catalogue", "activity"):
        pages.add(key, key, key.title())
    window = place(pages)
    window.activateWindow()
    pages.choose("home")
    chosen: list[str] = []
    pages.chosen.connect(chosen.append)
    pages.items["home"].setFocus()
    qtbot.waitUntil(pages.items["home"].hasFocus)
    qtbot.keyClick(pages.items["home"], Qt.Key.Key_Down)
    assert pages.items["catalogue"].hasFocus()
    qtbot.keyClick(pages.items["catalogue"], Qt.Key.Key_Space)
    assert chosen == ["catalogue"]
    qtbot.mouseClick(pages.items["catalogue"], Qt.MouseButton.LeftButton)
    assert pages.items["catalogue"].isChecked(), "a second click does not leave the page"


def test_pages_are_a_choice_of_one_that_can_be_none(look: Appearance) -> None:
    """To a screen reader they are no boxes to tick, and another list may have the page in front."""
    pages = NavList("Pages")
    items = [pages.add(key, key, key.title()) for key in ("home", "catalogue")]
    spoken = [QAccessible.queryAccessibleInterface(item) for item in items]
    assert {each.role() for each in spoken} == {QAccessible.Role.RadioButton}
    for key, marked in (("home", [True, False]), ("catalogue", [False, True]), ("", [False] * 2)):
        pages.choose(key)
        assert [item.isChecked() for item in items] == marked


def test_everything_has_a_name_for_those_who_listen(look: Appearance) -> None:
    bar = CoverageBar()
    bar.show_coverage(Coverage.of({BarPart.SAYS: 38, BarPart.OTHERWISE: 4}), "SoundCloud")
    assert bar.accessibleName() == "SoundCloud: 38 say what you chose, 4 say otherwise"
    assert CoverageBar().accessibleName() == "nothing yet"
    assert (
        DotLegend([BarPart.SAYS, BarPart.SILENT]).accessibleName() == "says what you chose, silent"
    )
    assert Card("Next").accessibleName() == "Next"
    tile = Tile("No AI", "No training.")
    assert (tile.accessibleName(), tile.accessibleDescription()) == ("No AI", "No training.")
    chip = FilterChip("Needs work", 1234)
    assert chip.accessibleName() == "Needs work 1,234"
    pages = NavList("Pages")
    item = pages.add("platforms", "platforms", "&Platforms")
    item.show_count(3, alarm=True)
    assert item.accessibleName() == "Platforms, 3"
    pages.set_narrow(True)
    assert item.toolTip() == "Platforms, 3"
    empty = EmptyState("search")
    empty.tell("Nothing found", "No track.", action="Clear")
    assert empty.accessibleName() == "Nothing found"
    banner = Banner()
    banner.say("Saved.", offers=[("Undo", banner.clear)])
    assert banner.accessibleName() == "Saved."
    assert [button.text() for button in banner.buttons] == ["Undo"]


def test_nothing_foreign_is_taken_for_mark_up(look: Appearance, place: Place) -> None:
    name = "<b>Bold</b> & \u202eevil"
    written = "<b>Bold</b> & "
    texts = [Text(name), ElidedText(name), Chip(name, Tone.GOOD)]
    header = PageHeader(name, name)
    place(*texts, header)
    for label in (*texts, header.sub):
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert "\u202e" not in label.text()
    assert header.sub.text().startswith(written)
    tile, chip = Tile(name), FilterChip(name)
    assert tile.text().startswith("<b>Bold</b> &&"), "no letter of a name becomes a key"
    assert chip.text().startswith("<b>Bold</b> &&")


def test_the_room_of_a_filter_follows_its_words_and_its_font(look: Appearance) -> None:
    chip = FilterChip("All", 1)
    before = chip.sizeHint()
    assert chip.sizeHint() is before, "measured once, however often a layout asks"
    chip.show_count("All of them", 1)
    longer = chip.sizeHint().width()
    assert longer > before.width()
    chip.setFont(scaled(chip.font(), 3))
    assert chip.sizeHint().width() > longer


def test_a_bar_shows_one_of_a_thousand_and_begins_at_the_reading_side(
    look: Appearance, place: Place
) -> None:
    bar = CoverageBar(Coverage.of({BarPart.SAYS: 999, BarPart.OTHERWISE: 1}))
    window = place(bar)
    window.resize(400, 60)
    theme = look.theme
    assert seen(bar)[theme.bad] > bar.height()

    def end(image: QImage) -> str:
        return image.pixelColor(image.width() - 6, image.height() // 2).name()

    assert end(picture(bar)) == theme.bad
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert end(picture(bar)) == theme.good


def test_text_begins_at_the_reading_side_in_any_script(look: Appearance, place: Place) -> None:
    text = Text("An English title")
    window = place(text)
    window.resize(600, 60)
    middle = text.width() // 2

    def ink(image: QImage) -> list[int]:
        dark = look.theme.text
        return [
            x
            for x in range(image.width())
            if image.pixelColor(x, image.height() // 2).name() == dark
        ]

    assert max(ink(picture(text))) < middle
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert min(ink(picture(text))) > middle


def test_avatars_have_initials_and_keep_their_colour(look: Appearance) -> None:
    assert [initials(n) for n in ("Mira Koval", "salt & signal", "Sól", "", "東京 事変")] == [
        *("MK", "SS", "S", "?", "東事"),
    ]
    assert avatar_colour("Mira Koval") == avatar_colour("Mira Koval")
    assert len({avatar_colour(f"artist {n}").name() for n in range(60)}) > 4
    assert Avatar("Mira Koval").sizeHint().isValid()


def test_what_is_cut_short_is_in_the_tooltip(look: Appearance, place: Place) -> None:
    text = ElidedText("A <long> title of a song")
    window = place(text)
    window.resize(60, 60)
    assert text.text().endswith("…")
    assert text.toolTip() == "A <\u200blong> title of a song"
    assert text.accessibleName() == "A <long> title of a song"


def test_the_gallery_shows_everything(look: Appearance, qtbot: QtBot) -> None:
    window = gallery()
    qtbot.addWidget(window)
    window.resize(1200, 900)
    window.show()
    found = seen(window)
    for tone in (Tone.GOOD, Tone.OPEN, Tone.BAD, Tone.TOLD, Tone.ACCENT):
        assert found[look.theme.colour(tone).name()]


def test_the_heading_of_a_tight_column_keeps_all_its_letters(
    look: Appearance, place: Place
) -> None:
    """Of a column just wider than its two letters the usual margins would cover both."""
    found = []
    for room in (100, 6):
        table = QTableWidget(1, 1)
        table.setHorizontalHeaderLabels(["SC"])
        header = table.horizontalHeader()
        header.setMinimumSectionSize(1)
        table.setColumnWidth(0, header.fontMetrics().horizontalAdvance("SC") + room)
        place(table)
        found.append(seen(header)[QColor(look.theme.dim).name()])
    assert found[0] == found[1] > 0


@pytest.mark.parametrize("moved_on", [False, True])
def test_a_button_that_was_off_for_a_moment_has_the_keyboard_again(
    place: Place, moved_on: bool
) -> None:
    """Rescan is off while it runs; unless a person went on meanwhile, it is where they were."""
    page = QWidget()
    column = QVBoxLayout(page)
    first, rescan, last = (Button(text) for text in ("First", "Rescan", "Last"))
    for each in (first, rescan, last):
        column.addWidget(each)
    place(page)
    rescan.setFocus()
    allow(rescan, "It runs.")
    assert page.window().focusWidget() is last, "where Qt hands it on"
    if moved_on:
        first.setFocus()
    allow(rescan)
    assert page.window().focusWidget() is (first if moved_on else rescan)


@pytest.mark.parametrize("text", [100, 200])
@pytest.mark.parametrize("direction", [*Qt.LayoutDirection][:2])
def test_the_arrow_of_a_box_keeps_its_distance(
    look: Appearance, place: Place, text: int, direction: Qt.LayoutDirection
) -> None:
    look.choose(AppearanceOptions(Scheme.LIGHT, text=text))
    box = QComboBox()
    box.addItems(["All artists", "A"])
    box.setLayoutDirection(direction)
    place(box)
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    rect = partial(box.style().subControlRect, QStyle.ComplexControl.CC_ComboBox, option)
    arrow, words = (
        rect(part, box)
        for part in (QStyle.SubControl.SC_ComboBoxArrow, QStyle.SubControl.SC_ComboBoxEditField)
    )
    assert not arrow.intersects(words)
    assert arrow.width() == space(7)
    assert words.width() >= box.fontMetrics().horizontalAdvance("All artists")
