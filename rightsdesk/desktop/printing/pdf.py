"""Write a document as PDF: pages with a line at the top and their number."""

from __future__ import annotations

import os
import sys
from enum import StrEnum

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from rightsdesk.desktop.printing.layout import SMALL_PT, BlockLayout, font
from rightsdesk.desktop.printing.searchable import searchable
from rightsdesk.shown import shown
from rightsdesk.workspace.documents.blocks import Document

DPI = 600
_MARGINS_MM = QMarginsF(20, 15, 20, 16)
_TOP_PT = 26.0
"""The height of the line at the top, with the room below it."""
_ROUNDS = 12
"""How often headings at the foot of a page are moved to the next one."""


class Paper(StrEnum):
    """The size of the pages."""

    A4 = "a4"
    LETTER = "letter"


def pdf(document: Document, paper: Paper = Paper.A4) -> bytes:
    """The document as PDF/A-1b. Fonts come from this computer and are embedded."""
    ensure_qt()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _writer(buffer, document, paper)
    dots = DPI / 72
    area = writer.pageLayout().paintRectPixels(DPI)
    target = QTextDocument()
    layout = BlockLayout(target, area.width() / dots, dots)
    target.documentLayout().setPaintDevice(writer)
    top = _TOP_PT * dots
    target.setPageSize(QSizeF(area.width(), area.height() - top))
    layout.put(document)
    _keep_headings(target)
    painter = QPainter(writer)
    for page in range(target.pageCount()):
        if page:
            writer.newPage()
        _paint_page(painter, target, document, page, top)
    painter.end()
    buffer.close()
    return searchable(bytes(content.data()))


def ensure_qt() -> None:
    """Make sure that there is a Qt application. Without a window it needs no screen."""
    if QGuiApplication.instance() is not None:
        return
    from rightsdesk.desktop.utf8 import ensure_utf8

    ensure_utf8()
    if sys.platform != "win32":  # there, only its own platform knows the system's fonts
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _Kept.app = QGuiApplication(["rightsdesk"])


class _Kept:
    """The application of this process, where `ensure_qt` made it: Qt does not keep it."""

    app: QGuiApplication | None = None


def _writer(buffer: QBuffer, document: Document, paper: Paper) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_A1b)
    writer.setResolution(DPI)
    size = QPageSize.PageSizeId.A4 if paper is Paper.A4 else QPageSize.PageSizeId.Letter
    portrait = QPageLayout.Orientation.Portrait
    unit = QPageLayout.Unit.Millimeter
    writer.setPageLayout(QPageLayout(QPageSize(size), portrait, _MARGINS_MM, unit))
    writer.setTitle(shown(document.title))
    writer.setCreator(document.author)
    return writer


def _keep_headings(target: QTextDocument) -> None:
    """Move headings that stand last on a page to the next one. QTextDocument has no rule for it."""
    for _round in range(_ROUNDS):
        block = target.begin()
        while block.isValid() and not _stands_last(target, block):
            block = block.next()
        if not block.isValid():
            return
        look = block.blockFormat()
        look.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        QTextCursor(block).setBlockFormat(look)


def _stands_last(target: QTextDocument, block: QTextBlock) -> bool:
    look, following = block.blockFormat(), block.next()
    if not look.headingLevel() or not following.isValid():
        return False
    moved = look.pageBreakPolicy() == QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
    return not moved and _page(target, block) != _page(target, following)


def _page(target: QTextDocument, block: QTextBlock) -> int:
    """The page of a block's first line. Its rectangle may begin a page before."""
    place, text = target.documentLayout().blockBoundingRect(block), block.layout()
    first = text.lineAt(0).y() if text.lineCount() else 0.0
    top = place.top() - text.boundingRect().top() + first
    return int((top + 1) // target.pageSize().height())


def _paint_page(
    painter: QPainter, target: QTextDocument, document: Document, page: int, top: float
) -> None:
    size = target.pageSize()
    painter.save()
    painter.setFont(font(SMALL_PT))
    painter.setPen(QColor("#55554f"))
    line = QRectF(0, 0, size.width(), top)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft, shown(document.running))
    if document.page_form:
        number = document.page_form.format(page=page + 1, pages=target.pageCount())
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, number)
    painter.translate(0, top - page * size.height())
    # A page break puts text a hundredth of a dot above the next page. It would be painted on this
    # page, too: below the foot, where nobody sees it and a search finds it.
    height = size.height() - 1
    target.drawContents(painter, QRectF(0, page * size.height(), size.width(), height))
    painter.restore()
