"""Documents as PDF: read back by poppler's programs."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QRawFont

from rightsdesk.desktop.printing.layout import FAMILIES
from rightsdesk.desktop.printing.pdf import Paper, pdf
from rightsdesk.workspace.documents.blocks import (
    Bar,
    Bars,
    Block,
    BlockTone,
    Callout,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Points,
    Table,
    Title,
)
from tests.desktop.fonts import Shape

Needs = Callable[[str], str]


def document(*blocks: Block) -> Document:
    """A document of these blocks."""
    return Document("A title", "en", blocks, "At the top", "Page {page} of {pages}", "Someone")


def text_of(content: bytes, folder: Path, needs_tool: Needs) -> list[str]:
    """The words of each page, as pdftotext reads them."""
    place = folder / "made.pdf"
    place.write_bytes(content)
    command = [needs_tool("pdftotext"), "-enc", "UTF-8", "-layout", str(place), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    pages = done.stdout.decode("utf-8").split("\f")[:-1]
    return [" ".join(page.split()) for page in pages]


def rows(number: int) -> list[Sequence[str]]:
    return [(f"row {n}", "file office fluent") for n in range(number)]


@pytest.fixture
def has_fonts(qapp: object) -> None:
    """A machine with one of the fonts that are asked for."""
    if not set(FAMILIES) & set(QFontDatabase.families()):
        pytest.skip("none of the fonts of printed text is installed here")


def test_every_block_is_found_by_a_search(
    has_fonts: None, tmp_path: Path, needs_tool: Needs
) -> None:
    made = pdf(
        document(
            Title("Mira Koval", "under the title"),
            Callout(
                [Paragraph("in a panel", BlockTone.STRONG), Paragraph("and more", BlockTone.OPEN)]
            ),
            Heading("First heading"),
            Bars(
                [
                    Bar(
                        "SoundCloud",
                        [(BlockTone.GOOD, 3), (BlockTone.BAD, 1)],
                        "3 as chosen",
                        "read then",
                    )
                ]
            ),
            Points(["a point", "another point"]),
            Paragraph("abc123", BlockTone.CODE),
            Table(["Where", "What"], rows(2), (1, 2), frozenset((1,))),
            Paragraph("first line\nsecond line"),
        )
    )
    [page] = text_of(made, tmp_path, needs_tool)
    for words in (
        *("Mira Koval", "under the title", "in a panel", "and more", "First heading"),
        *("SoundCloud", "3 as chosen", "read then", "a point", "another point", "abc123"),
        *("Where", "row 1", "file office fluent", "second line", "At the top", "Page 1 of 1"),
    ):
        assert words in page


def has_letters(family: str, words: str) -> bool:
    font = QRawFont.fromFont(QFont(family))
    return all(font.supportsCharacter(ord(letter)) for letter in words)


def test_other_scripts_are_found(
    has_fonts: None, own_font: Shape, tmp_path: Path, needs_tool: Needs
) -> None:
    scripts = {
        QFontDatabase.WritingSystem.Cyrillic: "Љубав у луци",
        QFontDatabase.WritingSystem.Japanese: "夜行列車",
        QFontDatabase.WritingSystem.Greek: "Ωδή",
        QFontDatabase.WritingSystem.Arabic: "مرحبا",
    }
    there = [
        words
        for script, words in scripts.items()
        # A family may claim a script and lack its letters; the tests' own font has one for all.
        if any(
            has_letters(family, words)
            for family in QFontDatabase.families(script)
            if family != own_font.family
        )
    ]
    if not there:
        pytest.skip("no font here has another script")
    made = pdf(document(*map(Paragraph, there)))
    [page] = text_of(made, tmp_path, needs_tool)
    for words in there:
        assert words in page


def test_headings_of_a_table_are_on_each_page(
    has_fonts: None, tmp_path: Path, needs_tool: Needs
) -> None:
    made = pdf(document(Table(["Where", "What"], rows(200), (1, 2))))
    pages = text_of(made, tmp_path, needs_tool)
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert "Where What" in page
        assert f"Page {number} of {len(pages)}" in page
    assert "row 0 " in pages[0]
    assert "row 199 " in pages[-1]


def test_no_heading_stands_alone_at_the_foot_of_a_page(
    has_fonts: None, tmp_path: Path, needs_tool: Needs
) -> None:
    for above in range(44, 52):
        blocks = [Paragraph(f"line {n}") for n in range(above)]
        made = pdf(document(*blocks, Heading("The heading"), Paragraph("what follows")))
        pages = text_of(made, tmp_path, needs_tool)
        [page] = [page for page in pages if "The heading" in page]
        assert "what follows" in page
        assert all("line" in page or "what follows" in page for page in pages)  # none is empty


def test_a_heading_that_was_moved_is_found_once(
    has_fonts: None, tmp_path: Path, needs_tool: Needs
) -> None:
    table = Table(["Where", "What"], rows(9), (1, 2))
    for above in range(44, 50):
        over = Table(["Where", "What"], rows(above), (1, 2))
        pages = text_of(pdf(document(over, Heading("The heading"), table)), tmp_path, needs_tool)
        assert sum(page.count("The heading") for page in pages) == 1


def test_a_page_break_begins_a_page(has_fonts: None, tmp_path: Path, needs_tool: Needs) -> None:
    made = pdf(document(Paragraph("before"), PageBreak(), Heading("after", 1)))
    pages = text_of(made, tmp_path, needs_tool)
    assert ["before" in page for page in pages] == [True, False]
    assert "after" in pages[1]


def test_what_turns_text_around_is_shown(
    has_fonts: None, tmp_path: Path, needs_tool: Needs
) -> None:
    [page] = text_of(pdf(document(Paragraph("a\u202eb\x07c"))), tmp_path, needs_tool)
    assert "a\\u202eb\\x07c" in page


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, "595 x 842"), (Paper.LETTER, "612 x 792")])
def test_the_file_is_for_archives(
    paper: Paper, size: str, qapp: object, tmp_path: Path, needs_tool: Needs
) -> None:
    place = tmp_path / "made.pdf"
    place.write_bytes(pdf(document(Paragraph("words")), paper))
    info = subprocess.run(
        [needs_tool("pdfinfo"), str(place)], capture_output=True, check=True, text=True
    ).stdout
    assert size in info
    assert "A title" in info
    assert "JavaScript:      no" in info
    fonts = subprocess.run(
        [needs_tool("pdffonts"), str(place)], capture_output=True, check=True, text=True
    ).stdout
    for line in fonts.splitlines()[2:]:
        embedded, _subset, to_unicode = line.split()[-5:-2]
        assert (embedded, to_unicode) == ("yes", "yes")
