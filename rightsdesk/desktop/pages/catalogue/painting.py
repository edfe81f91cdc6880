"""How rows of the catalogue are painted: headers with covers, recordings with signs.

The view paints whole rows and has no delegates: a row of eight carriers is a dozen calls, where
a delegate for each cell would be a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QPainter,
    QPainterPath,
    QPixmap,
)

from rightsdesk import phrases
from rightsdesk.desktop.design.bars import paint_coverage
from rightsdesk.desktop.design.chips import chip_size, paint_chip
from rightsdesk.desktop.design.icons import icon_pixmap, paint_icon
from rightsdesk.desktop.design.style import paint_box, paint_ring
from rightsdesk.desktop.design.tokens import Size, Theme, font_of, space
from rightsdesk.desktop.parts.segments import NOTHING_SIGN, SIGNS, consent_tone, coverage_of
from rightsdesk.desktop.parts.texts import consent_short, licensed_text, row_consent_text, tr
from rightsdesk.desktop.state.catalogue_model import (
    ARTIST,
    CONSENT,
    FIXED,
    ISRC,
    LENGTH,
    RELEASE,
    TITLE,
    CatalogueModel,
    group_consent,
    group_line,
    group_name,
    has_own_consent,
    isrc_text,
)
from rightsdesk.shown import shown
from rightsdesk.workspace.overview.values import CatalogueGroup, GroupBy
from rightsdesk.workspace.types.matrix import MatrixRow, Segment

PAD = 2.5
"""Steps of the grid at both ends of a row."""
COVER, SIGN, NUMBER, GAP = 10.0, 4.5, 7.0, 2.5
ROOMY_TITLE = 75
"""From this width on, in steps, tracks are indented below the titles of their releases."""
CHIP_ROOM, BAR_ROOM = 32, 26
HEADER_HEIGHT, LOW_HEADER_HEIGHT, TRACK_HEIGHT, FLAT_HEIGHT = 15.0, 11.0, 6.75, 8.0


def header_height(by: GroupBy) -> int:
    """The height of headers, in pixels."""
    return space(HEADER_HEIGHT if by is GroupBy.RELEASE else LOW_HEADER_HEIGHT)


def row_height(by: GroupBy) -> int:
    """The height of the other rows, in pixels."""
    return space(TRACK_HEIGHT if by is GroupBy.RELEASE else FLAT_HEIGHT)


@dataclass(frozen=True, slots=True)
class Column:
    """A column where it is now."""

    key: str
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row is shown."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False


class RowPainter:
    """Paints rows for one paint event: fonts, colours and columns are looked up once."""

    def __init__(
        self,
        painter: QPainter,
        theme: Theme,
        model: CatalogueModel,
        columns: Sequence[Column],
    ) -> None:
        self._painter, self._theme, self._model = painter, theme, model
        self._columns = columns
        self._signs: dict[Segment | None, QPixmap] = {}
        self._backwards = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._body, self._small = font_of(Size.BODY), font_of(Size.SMALL)
        self._strong = font_of(Size.BODY, strong=True)
        self._chip_font = font_of(Size.SMALL, strong=True)
        self._metrics = {
            key: QFontMetrics(font)
            for key, font in (
                ("body", self._body),
                ("small", self._small),
                ("strong", self._strong),
            )
        }
        self._text, self._dim = QColor(theme.text), QColor(theme.dim)
        self._line = QColor(theme.line)
        self._pad, self._sign = space(PAD), space(SIGN)
        self._ratio = painter.device().devicePixelRatioF()
        lead = Qt.AlignmentFlag.AlignRight if self._backwards else Qt.AlignmentFlag.AlignLeft
        trail = Qt.AlignmentFlag.AlignLeft if self._backwards else Qt.AlignmentFlag.AlignRight
        fixed = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        self._lead, self._trail = lead | fixed, trail | fixed

    # --- headers ---------------------------------------------------------------------

    def header(
        self, rect: QRect, group: CatalogueGroup, cover: QImage | None, state: RowState
    ) -> None:
        """Paint a header; `cover` only where it is a release's."""
        by = self._model.by
        self._ground(rect, state)
        if rect.top() > 0 or group.start:
            self._painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), self._line)
        left = rect.left() + self._pad
        if by is GroupBy.RELEASE:
            side = space(COVER)
            place = QRect(left, rect.top() + (rect.height() - side) // 2, side, side)
            self._cover(self._mirrored(place, rect), cover)
            left += side + space(3)
        right = self._header_end(rect, left, group)
        name = shown(group_name(group, by))
        line = shown(group_line(group, by, several=self._model.several))
        strong, small = self._metrics["strong"], self._metrics["small"]
        room = QRect(left, rect.top(), max(0, right - left), rect.height())
        if by is GroupBy.RELEASE:
            both = strong.height() + small.height() + space(0.5)
            top = rect.top() + (rect.height() - both) // 2
            upper = QRect(left, top, room.width(), strong.height())
            lower = QRect(left, top + both - small.height(), room.width(), small.height())
            self._write(self._mirrored(upper, rect), name, self._strong, "strong", self._text)
            self._write(self._mirrored(lower, rect), line, self._small, "small", self._dim)
        else:
            across = min(strong.horizontalAdvance(name) + 1, room.width())
            first = QRect(left, room.top(), across, room.height())
            rest = room.adjusted(across + space(3), 0, 0, 0)
            self._write(self._mirrored(first, rect), name, self._strong, "strong", self._text)
            if rest.width() > space(12):
                self._write(self._mirrored(rest, rect), line, self._small, "small", self._dim)
        self._ring(rect, state)

    def _header_end(self, rect: QRect, left: int, group: CatalogueGroup) -> int:
        """Paint choice and bar at the end of a header; where the words have to end."""
        if self._model.listing.grouped.rough:
            return rect.right() + 1 - self._pad
        words = group_consent(group)
        chip = chip_size(words, self._chip_font)
        end = rect.right() + 1 - self._pad
        if end - left < space(45) + chip.width():
            return end
        place = QRect(end - chip.width(), rect.top(), chip.width(), rect.height())
        tone = consent_tone(group.consent)
        paint_chip(
            self._painter, self._mirrored(place, rect), words, tone, self._theme, self._chip_font
        )
        end -= max(space(CHIP_ROOM), chip.width() + space(2))
        if end - left < space(50 + BAR_ROOM) or not group.bar:
            return place.left() - space(2)
        thick = space(1.5)
        bar = QRect(
            end - space(BAR_ROOM), rect.center().y() - thick // 2 + 1, space(BAR_ROOM), thick
        )
        paint_coverage(
            self._painter, self._mirrored(bar, rect), coverage_of(group.bar), self._theme
        )
        return bar.left() - space(3)

    def _cover(self, place: QRect, cover: QImage | None) -> None:
        painter = self._painter
        radius = space(1)
        if cover is None:
            paint_box(painter, place, QColor(self._theme.neutral_ground), None, 1)
            inset = place.width() // 4
            inner = place.adjusted(inset, inset, -inset, -inset)
            paint_icon(painter, inner, "note", self._dim)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(place), radius, radius)
        painter.setClipPath(path)
        painter.drawImage(place, cover)
        painter.restore()

    # --- recordings ------------------------------------------------------------------

    def track(self, rect: QRect, row: MatrixRow | None, state: RowState) -> None:
        """Paint a recording; None while it is on its way."""
        self._ground(rect, state)
        flat = self._model.by is not GroupBy.RELEASE
        if flat:
            self._painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._line)
        for column in self._columns:
            cell = QRect(column.left, rect.top(), column.width, rect.height())
            if row is None:
                if column.key == TITLE:
                    self._title_text(cell, "…", "", self._dim)
            elif column.key in FIXED:
                self._about(cell, column.key, row)
            else:
                self._carrier(cell, column.key, row)
        self._ring(rect, state)

    def _about(self, cell: QRect, key: str, row: MatrixRow) -> None:
        if key == TITLE:
            self._title(cell, row)
            return
        if key == CONSENT:
            self._choice(cell, row)
            return
        gap = space(GAP)
        inner = cell.adjusted(gap, 0, -gap, 0)
        if key == LENGTH:
            text, align = phrases.length(row.duration_ms), self._trail
        else:
            texts = {ARTIST: row.artist, RELEASE: row.release, ISRC: isrc_text(row.isrc)}
            text, align = shown(texts[key]), self._lead
        self._write(inner, text, self._body, "body", self._dim, align)

    def _title(self, cell: QRect, row: MatrixRow) -> None:
        room = cell
        if has_own_consent(row) and not any(column.key == CONSENT for column in self._columns):
            words = licensed_text(consent_short(row.consent), row.grants)
            across = chip_size(words, self._chip_font).width() + space(2)
            if cell.width() > across + space(50):
                room = QRect(cell.left(), cell.top(), cell.width() - across, cell.height())
                left = room.right() + 1
                at = QRect(left, cell.top(), across - space(2), cell.height())
                tone = consent_tone(row.consent)
                place = self._mirrored(at, cell)
                paint_chip(self._painter, place, words, tone, self._theme, self._chip_font)
                room = self._mirrored(room, cell)
        self._title_text(room, shown(row.title) or tr("Untitled"), row.track, self._text)

    def _title_text(self, cell: QRect, title: str, number: str, colour: QColor) -> None:
        start = self._pad
        if self._model.by is GroupBy.RELEASE:
            if cell.width() >= space(ROOMY_TITLE):
                start += space(COVER) + space(3)
            slot = QRect(cell.left() + start, cell.top(), space(NUMBER) - space(2), cell.height())
            if number:
                self._write(
                    self._mirrored(slot, cell), number, self._body, "body", self._dim, cut=False
                )
            start += space(NUMBER)
        across = cell.width() - start - space(1)
        room = QRect(cell.left() + start, cell.top(), across, cell.height())
        self._write(self._mirrored(room, cell), title, self._body, "body", colour)

    def _choice(self, cell: QRect, row: MatrixRow) -> None:
        inner = cell.adjusted(space(GAP), 0, -space(1), 0)
        tone = consent_tone(row.consent)
        said = licensed_text(consent_short(row.consent), row.grants)
        words = row_consent_text(row) if has_own_consent(row) else said
        paint_chip(self._painter, inner, words, tone, self._theme, self._chip_font)

    def _carrier(self, cell: QRect, carrier: str, row: MatrixRow) -> None:
        segment = row.segments.get(carrier)
        pixmap = self._signs.get(segment)
        if pixmap is None:
            name, tone = NOTHING_SIGN if segment is None else SIGNS[segment]
            colour = self._theme.colour(tone).name()
            pixmap = icon_pixmap(name, colour, self._sign, self._ratio)
            self._signs[segment] = pixmap
        left = cell.left() + (cell.width() - self._sign) // 2
        top = cell.top() + (cell.height() - self._sign) // 2
        self._painter.drawPixmap(left, top, pixmap)

    # --- parts -----------------------------------------------------------------------

    def _ground(self, rect: QRect, state: RowState) -> None:
        if state.selected:
            self._painter.fillRect(rect, QColor(self._theme.selection))
        elif state.hovered:
            self._painter.fillRect(rect, QColor(self._theme.hover))

    def _ring(self, rect: QRect, state: RowState) -> None:
        if state.focused:
            paint_ring(self._painter, rect, self._theme, 1)

    def _write(
        self,
        room: QRect,
        text: str,
        font: QFont,
        kind: str,
        colour: QColor,
        align: Qt.AlignmentFlag | None = None,
        *,
        cut: bool = True,
    ) -> None:
        if not text or room.width() <= 0:
            return
        painter = self._painter
        painter.setFont(font)
        painter.setPen(colour)
        if cut:
            metrics = self._metrics[kind]
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, self._lead if align is None else align, text)

    def _mirrored(self, rect: QRect, within: QRect) -> QRect:
        if not self._backwards:
            return rect
        left = within.left() + within.right() - rect.right()
        return QRect(left, rect.top(), rect.width(), rect.height())
