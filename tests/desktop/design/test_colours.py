"""Contrast in both themes, from the tokens and from pixels; switches while a window is open."""

import gc
import re
from importlib.resources import files

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLineEdit,
    QListWidget,
    QRadioButton,
    QToolButton,
)

from rightsdesk.desktop.design.appearance import Appearance, AppearanceOptions, Scheme
from rightsdesk.desktop.design.bars import BarPart, Coverage, CoverageBar
from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton
from rightsdesk.desktop.design.cards import AVATARS, Card, Tile
from rightsdesk.desktop.design.chips import Chip, FilterChip
from rightsdesk.desktop.design.gallery import icon_names
from rightsdesk.desktop.design.icons import Sign, icon
from rightsdesk.desktop.design.navigation import NavItem
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import DARK, LIGHT, Size, Theme, Tone, more_contrast
from tests.desktop.design.conftest import Place
from tests.desktop.design.pixels import contrast, seen, strongest

THEMES = {"light": LIGHT, "dark": DARK}
SCHEMES = {"light": Scheme.LIGHT, "dark": Scheme.DARK}


@pytest.mark.parametrize("theme", [*THEMES.values(), more_contrast(LIGHT), more_contrast(DARK)])
def test_every_text_reads_on_every_ground(theme: Theme) -> None:
    grounds = (theme.window, theme.side, theme.card, theme.hover, theme.accent_ground)
    for tone in Tone:
        for ground in (*grounds, theme.ground(tone)):
            assert contrast(theme.colour(tone), ground) >= 4.5, (tone, ground)
    for text in (theme.text, theme.dim):  # the second is that of placeholders
        assert contrast(text, theme.selection) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_accent, theme.accent_hover) >= 4.5
    for ground in (theme.window, theme.side, theme.card):
        assert contrast(theme.edge, ground) >= 3.0
        assert contrast(theme.accent, ground) >= 3.0


def test_letters_read_on_every_avatar() -> None:
    assert all(contrast("#ffffff", ground) >= 4.5 for ground in AVATARS)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_widgets_have_their_contrast_in_pixels(
    look: Appearance, place: Place, scheme: Scheme
) -> None:
    look.choose(AppearanceOptions(scheme))
    texts = [Text(f"text {tone.value}", tone=tone) for tone in Tone]
    chips = [Chip(f"chip {tone.value}", tone) for tone in Tone]
    field, chosen = QLineEdit(), QLineEdit("chosen text")
    field.setPlaceholderText("placeholder")
    chosen.selectAll()
    on = FilterChip("On", 4)
    on.setChecked(True)
    page = NavItem("home", "Home")
    page.setChecked(True)
    buttons = [Button("Quiet"), Button("Primary", kind=ButtonKind.PRIMARY), LinkButton("Link")]
    more = [field, chosen, on, FilterChip("Off"), page, NavItem("home", "Home")]
    card = Card("A heading")
    place(*texts, *chips, *buttons, *more, card, Tile("A title", "A sentence."))
    for widget in (*texts, *chips, *buttons, *more, card.title):
        assert strongest(widget) >= 4.5, widget


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_marks_and_selected_rows_have_their_contrast_in_pixels(
    look: Appearance, place: Place, scheme: Scheme
) -> None:
    look.choose(AppearanceOptions(scheme))
    box, dot = QCheckBox(), QRadioButton()
    marked, chosen = QCheckBox(), QRadioButton()
    marked.setChecked(True)
    chosen.setChecked(True)
    rows = QListWidget()
    rows.addItems(["one", "two"])
    rows.setCurrentRow(0)
    place(box, marked, dot, chosen, rows)
    for control in (box, marked, dot, chosen):
        assert strongest(control) >= 3.0, control
    theme = look.theme
    found = seen(rows)
    assert found[QColor(theme.selection).name()]
    assert contrast(theme.text, theme.selection) >= 4.5


def test_icons_and_dim_text_follow_a_switch_while_the_window_is_open(
    look: Appearance, place: Place, qapp: QApplication
) -> None:
    tool = QToolButton()
    tool.setIcon(icon("home"))
    tool.setIconSize(QSize(40, 40))
    toned = QToolButton()
    toned.setIcon(icon("check", Tone.GOOD))
    dim, bad = Text("dim", tone=Tone.DIM), Text("bad", tone=Tone.BAD)
    sign = Sign("home", Tone.OPEN, size=10)
    button = Button("Write", kind=ButtonKind.PRIMARY)
    place(tool, toned, dim, bad, sign, button)

    def check(theme: Theme) -> None:
        qapp.processEvents()
        expected = (
            *((tool, theme.text), (toned, theme.good), (dim, theme.dim), (bad, theme.bad)),
            *((sign, theme.open), (button, theme.accent), (button, theme.on_accent)),
        )
        for widget, colour in expected:
            assert seen(widget)[colour], (widget, colour)

    check(LIGHT)
    look.choose(AppearanceOptions(Scheme.DARK))
    check(DARK)
    look.choose(AppearanceOptions(Scheme.LIGHT))
    check(LIGHT)


def test_an_icon_has_a_faded_form_and_survives_copies(look: Appearance) -> None:
    made = icon("home")
    copy = QIcon(made)
    copy.setIsMask(True)  # detaches, which clones the engine
    gc.collect()
    for each in (made, copy):
        assert each.name() == "home"
        assert not each.isNull()
        colours = {
            mode: each.pixmap(QSize(32, 32), 1.0, mode).toImage().pixelColor(16, 5).name()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
        }
        assert len(set(colours.values())) == 2
    with pytest.raises(FileNotFoundError):
        icon("no-such-drawing")


def test_the_text_size_changes_while_the_window_is_open(
    look: Appearance, place: Place, qapp: QApplication
) -> None:
    body, title, button = Text("body"), Text("title", size=Size.TITLE), Button("Write")
    place(body, title, button)

    def heights() -> list[int]:
        qapp.processEvents()
        return [each.fontMetrics().height() for each in (body, title, button)]

    before = heights()
    assert before[1] > before[0] * 1.5
    look.choose(AppearanceOptions(Scheme.LIGHT, text=200))
    after = heights()
    assert all(new > old * 1.8 for new, old in zip(after, before, strict=True))
    assert button.sizeHint().height() > before[2] * 2
    look.choose(AppearanceOptions(Scheme.LIGHT))
    assert heights() == before


def test_no_motion_where_none_is_wanted(look: Appearance, qapp: QApplication) -> None:
    duration = qapp.style().StyleHint.SH_Widget_Animation_Duration
    assert qapp.style().styleHint(duration) > 0
    look.choose(AppearanceOptions(Scheme.LIGHT, still=True))
    assert qapp.style().styleHint(duration) == 0


def test_parts_of_a_bar_differ_in_more_than_their_colour(look: Appearance, place: Place) -> None:
    bar = CoverageBar(Coverage.of({BarPart.TOLD: 1, BarPart.TO_WRITE: 1}))
    place(bar)
    found = seen(bar)
    assert found[LIGHT.told]
    assert found[LIGHT.accent]
    assert found[LIGHT.accent_ground], "what is to be written is an outline"


def test_a_bar_of_which_nothing_is_done_looks_empty(look: Appearance, place: Place) -> None:
    """“0 %” beside a bar full of colour would be two answers."""
    for part in (BarPart.TO_WRITE, BarPart.SILENT, BarPart.UNKNOWN):
        bar = CoverageBar(Coverage.of({part: 5}))
        place(bar)
        found = seen(bar)
        colour = found[LIGHT.colour(part.tone).name()]
        assert colour < found[LIGHT.ground(part.tone).name()]


@pytest.mark.parametrize("name", icon_names())
def test_drawings_are_of_one_family(name: str) -> None:
    text = (files("rightsdesk.desktop") / "resources" / f"{name}.svg").read_text("utf-8")
    assert 'viewBox="0 0 20 20"' in text
    assert re.findall(r'stroke-width="([^"]+)"', text) == ["1.6"]
    assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', text)) <= {"currentColor", "none"}
