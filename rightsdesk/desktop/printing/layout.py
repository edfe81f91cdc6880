"""A document's blocks as a QTextDocument, laid out for paper."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextOption,
    QTextTable,
    QTextTableCell,
    QTextTableCellFormat,
    QTextTableFormat,
)

from rightsdesk.desktop.printing.bars import BAR, OBJECT, PaintedBars, bar_format
from rightsdesk.shown import shown
from rightsdesk.workspace.documents import blocks
from rightsdesk.workspace.documents.blocks import Block, BlockTone, Document, Paragraph
from rightsdesk.workspace.documents.html_form import COLOURS

BODY_PT, SMALL_PT, TABLE_PT, CODE_PT, TITLE_PT = 9.5, 8.5, 7.5, 6.8, 20.0
HEADINGS_PT = {1: 16.0, 2: 11.5}
FAMILIES = [
    *("Inter", "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans"),
    "DejaVu Sans",
]
CODE_FAMILIES = ["Cascadia Mono", "Menlo", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono"]
_LINE, _HEAD_LINE = "#d8d8d2", "#8f8f88"
_COLOURS = {**COLOURS, BlockTone.OPEN: "#7a4b00", BlockTone.STRONG: COLOURS[BlockTone.PLAIN]}
"""Text in the tone of a pale bar is darker than the bar."""
_PX = 96 / 72
"""Layout lengths are pixels of 96 to the inch; ours are points."""


class BlockLayout:
    """Puts blocks into a QTextDocument. `width` is that of the text, in points; `dots` are device
    pixels per point."""

    def __init__(self, target: QTextDocument, width: float, dots: float) -> None:
        self._target, self._width = target, width
        self._fresh = True
        self._break = False
        target.setUndoRedoEnabled(False)
        target.setDocumentMargin(0)
        target.setIndentWidth(12 * _PX)
        target.setDefaultFont(font(BODY_PT))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        target.setDefaultTextOption(option)
        self._bars = PaintedBars(dots, target)
        target.documentLayout().registerHandler(BAR, self._bars)
        self._cursor = QTextCursor(target)

    def put(self, document: Document) -> None:
        """Add all blocks of a document."""
        self._cursor.beginEditBlock()
        for block in document.blocks:
            self._put(block)
        self._cursor.endEditBlock()

    def _put(self, block: Block) -> None:
        match block:
            case blocks.Title(text, under):
                self._text(text, TITLE_PT, below=2, bold=True, heading=1)
                if under:
                    self._text(under, BODY_PT, BlockTone.QUIET, below=8)
            case blocks.Heading(text, level):
                above = 6 if level == 1 else 14
                self._text(text, HEADINGS_PT[level], above=above, below=4, bold=True, heading=2)
            case Paragraph():
                self._paragraph(block)
            case blocks.Callout(parts):
                self._panel(parts)
            case blocks.Points(texts):
                self._points(texts)
            case blocks.Bars(rows):
                self._put_bars(rows)
            case blocks.Table():
                self._table(block)
            case blocks.PageBreak():
                self._break = True

    # --- paragraphs --------------------------------------------------------------------

    def _paragraph(self, block: Paragraph) -> None:
        size = {BlockTone.CODE: CODE_PT, BlockTone.QUIET: SMALL_PT}.get(block.tone, BODY_PT)
        bold, code = block.tone is BlockTone.STRONG, block.tone is BlockTone.CODE
        self._text(block.text, size, block.tone, below=5, bold=bold, code=code)

    def _text(
        self,
        text: str,
        size: float,
        tone: BlockTone = BlockTone.PLAIN,
        *,
        above: float = 0,
        below: float = 0,
        bold: bool = False,
        code: bool = False,
        heading: int = 0,
    ) -> None:
        look = QTextBlockFormat()
        look.setTopMargin(above * _PX)
        look.setBottomMargin(below * _PX)
        look.setHeadingLevel(heading)
        look.setLineHeight(118, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if self._break:
            look.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            self._break = False
        letters = _char(size, tone, bold=bold, code=code)
        if self._fresh:
            self._cursor.setBlockFormat(look)
            self._cursor.setBlockCharFormat(letters)
            self._fresh = False
        else:
            self._cursor.insertBlock(look, letters)
        self._insert(self._cursor, text, letters)

    def _points(self, texts: Sequence[str]) -> None:
        look = QTextListFormat()
        look.setStyle(QTextListFormat.Style.ListDisc)
        made: QTextList | None = None
        for text in texts:
            self._text(text, BODY_PT, below=2.5 if text is not texts[-1] else 8)
            if made is None:
                made = self._cursor.createList(look)
            else:
                made.add(self._cursor.block())

    def _insert(self, cursor: QTextCursor, text: str, look: QTextCharFormat) -> None:
        cursor.setCharFormat(look)
        # U+2028 breaks a line and not the paragraph.
        cursor.insertText(shown(text, keep="\n").replace("\n", "\u2028"), look)

    # --- tables ------------------------------------------------------------------------

    def _panel(self, parts: Sequence[Paragraph]) -> None:
        frame = QTextFrameFormat()
        frame.setBorder(0.75 * _PX)
        frame.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        frame.setBorderBrush(QBrush(QColor("#b9b9b2")))
        frame.setPadding(8 * _PX)
        frame.setTopMargin(4 * _PX)
        frame.setBottomMargin(14 * _PX)
        self._cursor.insertFrame(frame)
        self._fresh = True
        for part in parts:
            self._paragraph(part)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._fresh = True

    def _put_bars(self, rows: Sequence[blocks.Bar]) -> None:
        if not rows:
            return
        widths = (18, 25, 27, 30)
        look = self._table_format(widths)
        table = self._insert_table(len(rows), len(widths), look)
        bar_width = self._width * widths[1] / sum(widths) - 12
        for at, row in enumerate(rows):
            self._cell(table, at, 0, row.name, _char(BODY_PT), pad=5)
            cell = table.cellAt(at, 1)
            cell.firstCursorPosition().insertText(OBJECT, bar_format(row, bar_width))
            _style_cell(cell, pad=5, lower=2)
            self._cell(table, at, 2, row.words, _char(BODY_PT), pad=5)
            self._cell(table, at, 3, row.note, _char(SMALL_PT, BlockTone.QUIET), pad=5)
        self._leave_table()

    def _table(self, block: blocks.Table) -> None:
        look = self._table_format(block.widths)
        look.setHeaderRowCount(1)
        rows = [list(row) for row in block.rows] or [["–", *[""] * (len(block.heads) - 1)]]
        table = self._insert_table(len(rows) + 1, len(block.heads), look)
        for column, head in enumerate(block.heads):
            self._cell(
                table, 0, column, head, _char(TABLE_PT, BlockTone.QUIET, bold=True), head=True
            )
        plain, code = _char(TABLE_PT), _char(CODE_PT, code=True)
        for at, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                self._cell(table, at, column, text, code if column in block.code else plain)
        self._leave_table()

    def _table_format(self, widths: Sequence[int]) -> QTextTableFormat:
        look = QTextTableFormat()
        look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        look.setCellSpacing(0)
        look.setCellPadding(0)
        look.setBorder(0)
        look.setBorderCollapse(True)
        look.setBottomMargin(10 * _PX)
        whole = sum(widths)
        percent = QTextLength.Type.PercentageLength
        look.setColumnWidthConstraints([QTextLength(percent, 100 * w / whole) for w in widths])
        return look

    def _insert_table(self, rows: int, columns: int, look: QTextTableFormat) -> QTextTable:
        return self._cursor.insertTable(rows, columns, look)

    def _leave_table(self) -> None:
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._fresh = True

    def _cell(
        self,
        table: QTextTable,
        row: int,
        column: int,
        text: str,
        look: QTextCharFormat,
        *,
        head: bool = False,
        pad: float = 2.5,
    ) -> None:
        cell = table.cellAt(row, column)
        self._insert(cell.firstCursorPosition(), text, look)
        _style_cell(cell, pad=pad, head=head)


def _style_cell(cell: QTextTableCell, *, pad: float, head: bool = False, lower: float = 0) -> None:
    look = QTextTableCellFormat()
    look.setTopPadding((pad + lower) * _PX)
    look.setBottomPadding(pad * _PX)
    look.setRightPadding(6 * _PX)
    look.setBottomBorder((0.75 if head else 0.5) * _PX)
    look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBottomBorderBrush(QBrush(QColor(_HEAD_LINE if head else _LINE)))
    look.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignTop)
    cell.setFormat(look)


def font(size: float, *, bold: bool = False, code: bool = False) -> QFont:
    """The font of printed text, in points."""
    made = QFont()
    made.setFamilies(CODE_FAMILIES if code else FAMILIES)
    made.setPointSizeF(size)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    if code:
        made.setStyleHint(QFont.StyleHint.Monospace)
    # A search for “file” does not find the ligature of f and i in every reader.
    for tag in ("liga", "clig"):
        made.setFeature(QFont.Tag(tag), 0)
    return made


def _char(
    size: float, tone: BlockTone = BlockTone.PLAIN, *, bold: bool = False, code: bool = False
) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setFont(font(size, bold=bold, code=code))
    look.setForeground(QBrush(QColor(_COLOURS.get(tone, _COLOURS[BlockTone.PLAIN]))))
    look.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    return look
