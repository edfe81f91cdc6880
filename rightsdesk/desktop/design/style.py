"""The style: paints Qt's own controls in our colours. On top of Fusion, without style sheets.

A button is quiet unless its property `kind` says `primary` or `link` (see `buttons`). Python
paints slowly: lists of thousands of rows paint whole rows, and no cells (see the catalogue).
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QProxyStyle,
    QScrollArea,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionFrame,
    QStyleOptionHeader,
    QStyleOptionProgressBar,
    QStyleOptionSlider,
    QStyleOptionTab,
    QStyleOptionToolButton,
    QTreeView,
    QWidget,
)

from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.tokens import (
    CONTROL_RADIUS,
    FOCUS_WIDTH,
    Theme,
    space,
    theme_of,
)

KIND = "kind"
"""The property of a QPushButton that says how it is painted."""
COMBO_ARROW = 7
"""The room of the arrow of a combo box, in steps of the grid."""
PRIMARY, LINK = "primary", "link"

StateFlag = QStyle.StateFlag
ControlElement = QStyle.ControlElement
Primitive = QStyle.PrimitiveElement
Metric = QStyle.PixelMetric


def paint_ring(
    painter: QPainter, rect: QRect | QRectF, theme: Theme, radius: float = CONTROL_RADIUS
) -> None:
    """The ring around what has the keyboard focus, inside `rect`. `radius` in steps."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = FOCUS_WIDTH / 2
    ring = QRectF(rect).adjusted(half, half, -half, -half)
    painter.setPen(QPen(QColor(theme.accent), FOCUS_WIDTH))
    painter.drawRoundedRect(ring, space(radius), space(radius))
    painter.restore()


def paint_box(
    painter: QPainter,
    rect: QRect | QRectF,
    fill: QColor | None,
    border: QColor | None,
    radius: float = CONTROL_RADIUS,
    width: float = 1.0,
) -> None:
    """A rounded box. `radius` in steps of the grid, `width` of the border in pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(border, width) if border is not None else Qt.PenStyle.NoPen)
    inset = width / 2 if border is not None else 0.0
    painter.drawRoundedRect(
        QRectF(rect).adjusted(inset, inset, -inset, -inset), space(radius), space(radius)
    )
    painter.restore()


def keyboard_focus(widget: QWidget) -> bool:
    """Whether a widget has the focus and was reached by the keyboard."""
    reached = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    return widget.hasFocus() and reached


class DeskStyle(QProxyStyle):
    """Our look of the standard controls. `still` stops what moves."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.still = False

    # --- sizes -----------------------------------------------------------------------

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        steps = _METRICS.get(metric)
        if steps is not None:
            return space(steps)
        if metric is Metric.PM_DefaultFrameWidth:
            return 1
        if metric in (Metric.PM_ButtonShiftHorizontal, Metric.PM_ButtonShiftVertical):
            return 0
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: object = None,
    ) -> int:
        if hint is QStyle.StyleHint.SH_Widget_Animation_Duration and self.still:
            return 0
        if hint is QStyle.StyleHint.SH_EtchDisabledText:
            return 0
        return super().styleHint(hint, option, widget, returnData)  # type: ignore[arg-type]  # handed on as it came

    def sizeFromContents(
        self,
        kind: QStyle.ContentsType,
        option: QStyleOption,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        made = super().sizeFromContents(kind, option, size, _given(widget))
        content = QStyle.ContentsType
        if kind is content.CT_PushButton and isinstance(option, QStyleOptionButton):
            return self._button_size(option, size, widget)
        if kind is content.CT_ComboBox:
            across = size.width() + space(3.5 + COMBO_ARROW)
            return QSize(across, max(made.height(), _control_height(option)))
        if kind in (content.CT_LineEdit, content.CT_SpinBox):
            return QSize(made.width() + space(2), max(made.height(), _control_height(option)))
        if kind is content.CT_TabBarTab:
            return QSize(made.width() + space(3), max(made.height(), space(9)))
        if kind is content.CT_ToolButton:
            return QSize(made.width() + space(1), max(made.height(), space(7)))
        if kind is content.CT_HeaderSection:
            return QSize(made.width(), max(made.height(), space(8)))
        if kind is content.CT_ItemViewItem:
            return QSize(made.width(), max(made.height(), option.fontMetrics.height() + space(2)))
        if kind in (content.CT_CheckBox, content.CT_RadioButton):
            return QSize(made.width(), max(made.height(), space(6)))
        return made

    def _button_size(
        self, option: QStyleOptionButton, size: QSize, widget: QWidget | None
    ) -> QSize:
        text = option.fontMetrics.size(int(Qt.TextFlag.TextShowMnemonic.value), option.text)
        across = text.width()
        if not option.icon.isNull():
            across += option.iconSize.width() + (space(1.5) if option.text else 0)
        if option.features & QStyleOptionButton.ButtonFeature.HasMenu:
            across += space(5)
        link = _kind(widget) == LINK
        margin = space(1) if link else space(3.25)
        height = max(text.height(), option.iconSize.height() if not option.icon.isNull() else 0)
        return QSize(across + 2 * margin, height + 2 * space(1 if link else 1.75))

    def subElementRect(
        self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None
    ) -> QRect:
        rect = super().subElementRect(element, option, _given(widget))
        if element is QStyle.SubElement.SE_LineEditContents and not _is_in_box(widget):
            return rect.adjusted(space(1.5), 0, -space(1), 0)
        return rect

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        rect = super().subControlRect(control, option, part, _given(widget))
        if control is QStyle.ComplexControl.CC_ComboBox:  # Qt's own room does not grow with text
            whole, arrow = option.rect, space(COMBO_ARROW)
            if part is QStyle.SubControl.SC_ComboBoxArrow:
                rect = whole.adjusted(whole.width() - arrow, 0, 0, 0)
            elif part is QStyle.SubControl.SC_ComboBoxEditField:
                rect = whole.adjusted(space(2), FOCUS_WIDTH, -arrow, -FOCUS_WIDTH)
            else:
                return rect
            return QStyle.visualRect(option.direction, whole, rect)
        return rect

    # --- controls --------------------------------------------------------------------

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        painted = _CONTROLS.get(element)
        if painted is None or not painted(self, option, painter, widget):
            super().drawControl(element, option, painter, widget)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        painted = _PRIMITIVES.get(element)
        if painted is None or not painted(self, option, painter, widget):
            super().drawPrimitive(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        complex_ = QStyle.ComplexControl
        if control is complex_.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            self._scroll_bar(option, painter, widget)
        elif control is complex_.CC_ComboBox and isinstance(option, QStyleOptionComboBox):
            self._combo_box(option, painter, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def _scroll_bar(
        self, option: QStyleOptionSlider, painter: QPainter, widget: QWidget | None
    ) -> None:
        theme = theme_of(option.palette)
        sub = QStyle.SubControl
        handle = self.subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, sub.SC_ScrollBarSlider, _given(widget)
        )
        area = _list_of(widget)
        if area is not None:  # else what is behind the frame shows through
            ground = area.viewport()
            painter.fillRect(option.rect, ground.palette().color(ground.backgroundRole()))
        if option.maximum <= option.minimum:
            return
        upright = option.orientation is Qt.Orientation.Vertical
        across = handle.width() if upright else handle.height()
        lit = bool(option.state & StateFlag.State_MouseOver)
        thin = max(4, round(across * (0.6 if lit else 0.45)))
        rect = QRectF(handle)
        if upright:
            rect = QRectF(rect.center().x() - thin / 2, rect.top() + 2, thin, rect.height() - 4)
        else:
            rect = QRectF(rect.left() + 2, rect.center().y() - thin / 2, rect.width() - 4, thin)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.dim if lit else theme.edge))
        painter.drawRoundedRect(rect, thin / 2, thin / 2)
        painter.restore()

    def _combo_box(
        self, option: QStyleOptionComboBox, painter: QPainter, widget: QWidget | None
    ) -> None:
        theme = theme_of(option.palette)
        _paint_input(painter, option, theme)
        sub = QStyle.SubControl
        arrow = self.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, sub.SC_ComboBoxArrow, _given(widget)
        )
        side = space(4)
        room = QRect(0, 0, side, side)
        room.moveCenter(arrow.center())
        paint_icon(painter, room, "chevron-down", _text_colour(option, theme))

    # --- one element each ------------------------------------------------------------

    def _bevel(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        if not isinstance(option, QStyleOptionButton):
            return False
        theme, kind = theme_of(option.palette), _kind(widget)
        on = bool(option.state & StateFlag.State_Enabled)
        lit = on and bool(option.state & StateFlag.State_MouseOver)
        down = bool(option.state & (StateFlag.State_Sunken | StateFlag.State_On))
        if kind == LINK or option.features & QStyleOptionButton.ButtonFeature.Flat:
            if lit or down:
                paint_box(painter, option.rect, QColor(theme.hover), None)
        elif kind == PRIMARY and on:
            fill = QColor(theme.accent_hover if lit or down else theme.accent)
            paint_box(painter, option.rect, fill, None)
        else:
            fill = QColor(theme.hover if lit or down or not on else theme.card)
            border = QColor(theme.edge if lit or down else theme.line)
            paint_box(painter, option.rect, fill, border)
        return True

    def _button_label(
        self, option: QStyleOption, painter: QPainter, widget: QWidget | None
    ) -> bool:
        if not isinstance(option, QStyleOptionButton):
            return False
        theme, kind = theme_of(option.palette), _kind(widget)
        colour = _text_colour(option, theme)
        if option.state & StateFlag.State_Enabled and kind == PRIMARY:
            colour = QColor(theme.on_accent)
        elif option.state & StateFlag.State_Enabled and kind == LINK:
            colour = QColor(theme.accent)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        text_width = option.fontMetrics.size(
            int(Qt.TextFlag.TextShowMnemonic.value), option.text
        ).width()
        gap = space(1.5) if option.text else 0
        sign = option.iconSize.width() if not option.icon.isNull() else 0
        menu = bool(option.features & QStyleOptionButton.ButtonFeature.HasMenu)
        tail = space(5) if menu else 0
        whole = text_width + (sign + gap if sign else 0) + tail
        start = option.rect.left() + max(space(1), (option.rect.width() - whole) // 2)
        if kind == LINK:
            start = option.rect.left() + space(1)
        at = QRect(start, option.rect.top(), whole, option.rect.height())
        direction = option.direction
        if sign:
            room = QRect(at.left(), at.top(), sign, at.height())
            _paint_any_icon(painter, self.visualRect(direction, option.rect, room), option, colour)
            at.setLeft(at.left() + sign + gap)
        if menu:
            room = QRect(at.right() - space(4) + 1, at.top(), space(4), at.height())
            paint_icon(
                painter, self.visualRect(direction, option.rect, room), "chevron-down", colour
            )
            at.setRight(at.right() - tail)
        at.setRight(min(at.right() + space(0.5), option.rect.right()))
        painter.save()
        painter.setPen(colour)
        text = self.visualRect(direction, option.rect, at)
        align = self.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        hidden = not self.styleHint(QStyle.StyleHint.SH_UnderlineShortcut, option, widget)
        if hidden:
            flags |= Qt.TextFlag.TextHideMnemonic
        painter.drawText(text, flags | align, option.text)
        painter.restore()
        return True

    def _button(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        QProxyStyle.drawControl(self, ControlElement.CE_PushButton, option, painter, widget)
        by_key = StateFlag.State_HasFocus | StateFlag.State_KeyboardFocusChange
        if option.state & by_key == by_key:
            theme = theme_of(option.palette)
            paint_ring(painter, option.rect, theme)
            if _kind(widget) == PRIMARY:  # a ring of the same colour would not be seen on it
                inner = QRectF(option.rect).adjusted(2, 2, -2, -2)
                paint_box(painter, inner, None, QColor(theme.card), width=2)
        return True

    def _focus(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        if (
            isinstance(widget, QAbstractItemView)
            or option.state & StateFlag.State_KeyboardFocusChange
        ):
            paint_ring(painter, option.rect, theme_of(option.palette))
        return True

    def _line_edit(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        if isinstance(option, QStyleOptionFrame) and option.lineWidth > 0:
            _paint_input(painter, option, theme_of(option.palette))
            return True
        return _is_in_box(widget)

    def _frame(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Frames of lists, trees and text fields, and of plain panels."""
        if isinstance(widget, QFrame) and widget.frameShape() in (
            QFrame.Shape.HLine,
            QFrame.Shape.VLine,
        ):
            return False
        theme = theme_of(option.palette)
        focused = bool(option.state & StateFlag.State_HasFocus)
        border = QColor(theme.accent if focused else theme.line)
        paint_box(painter, option.rect, None, border, 1.0, FOCUS_WIDTH if focused else 1.0)
        return True

    def _menu_frame(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        painter.save()
        painter.setPen(QColor(theme.line))
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()
        return True

    def _check_box(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        on = bool(option.state & (StateFlag.State_On | StateFlag.State_NoChange))
        enabled = bool(option.state & StateFlag.State_Enabled)
        fill = theme.accent if on and enabled else theme.disabled if on else theme.card
        lit = enabled and bool(option.state & StateFlag.State_MouseOver)
        border = theme.accent if on or lit else theme.edge
        paint_box(painter, option.rect, QColor(fill), QColor(border if enabled else theme.line), 1)
        if on:
            sign = "check" if option.state & StateFlag.State_On else "dash"
            paint_icon(painter, option.rect.adjusted(1, 1, -1, -1), sign, QColor(theme.on_accent))
        return True

    def _radio(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        on, enabled = (
            bool(option.state & StateFlag.State_On),
            bool(option.state & StateFlag.State_Enabled),
        )
        lit = enabled and bool(option.state & StateFlag.State_MouseOver)
        edge = theme.accent if (on or lit) and enabled else theme.edge
        side = min(option.rect.width(), option.rect.height())
        ring = QRectF(0, 0, side, side)
        ring.moveCenter(QRectF(option.rect).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme.card))
        width = side * 0.32 if on else 1.2
        painter.setPen(QPen(QColor(edge if enabled else theme.disabled), width))
        painter.drawEllipse(ring.adjusted(width / 2, width / 2, -width / 2, -width / 2))
        painter.restore()
        return True

    def _tool_panel(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        on = bool(option.state & StateFlag.State_On)
        lit = bool(option.state & (StateFlag.State_MouseOver | StateFlag.State_Sunken))
        enabled = bool(option.state & StateFlag.State_Enabled)
        if on:
            paint_box(painter, option.rect, QColor(theme.accent_ground), QColor(theme.accent))
        elif lit and enabled:
            paint_box(painter, option.rect, QColor(theme.hover), None)
        return True

    def _tab(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        if not isinstance(option, QStyleOptionTab):
            return False
        theme = theme_of(option.palette)
        if option.state & StateFlag.State_Selected:
            line = QRectF(option.rect)
            line.setTop(line.bottom() - FOCUS_WIDTH)
            inset = space(2)
            painter.fillRect(line.adjusted(inset, 0, -inset, 0), QColor(theme.accent))
        elif option.state & StateFlag.State_MouseOver:
            rect = QRectF(option.rect).adjusted(2, 2, -2, -4)
            paint_box(painter, rect, QColor(theme.hover), None)
        return True

    def _tab_base(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        line = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(line, QColor(theme.line))
        return True

    def _tab_page(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        painter.fillRect(
            option.rect.adjusted(0, 0, 0, 1 - option.rect.height()), QColor(theme.line)
        )
        return True

    def _tight_header(
        self, option: QStyleOption, painter: QPainter, widget: QWidget | None
    ) -> bool:
        """A heading that margins would cut, or leave out: two letters need none."""
        if not isinstance(option, QStyleOptionHeader):
            return False
        room = option.rect.width() - 2 * self.pixelMetric(Metric.PM_HeaderMargin, option, widget)
        if option.fontMetrics.horizontalAdvance(option.text) <= room:
            return False
        self.drawControl(ControlElement.CE_HeaderSection, option, painter, widget)
        label = QStyleOptionHeader(option)
        label.rect = option.rect.adjusted(1, 0, -1, 0)
        self.drawControl(ControlElement.CE_HeaderLabel, label, painter, widget)
        if option.sortIndicator is not QStyleOptionHeader.SortIndicator.None_:
            label.rect = option.rect.adjusted(0, option.rect.height() * 3 // 4, 0, 0)  # below it
            self.drawPrimitive(Primitive.PE_IndicatorHeaderArrow, label, painter, widget)
        return True

    def _header(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        painter.fillRect(option.rect, QColor(theme.card))
        under = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(under, QColor(theme.line))
        return True

    def _header_label(
        self, option: QStyleOption, painter: QPainter, widget: QWidget | None
    ) -> bool:
        if not isinstance(option, QStyleOptionHeader):
            return False
        made = QStyleOptionHeader(option)
        if widget is not None and isinstance(widget.parent(), QTreeView) and made.section > 0:
            # Words of a row begin nearer to their column's edge than Qt puts its heading.
            inside = self.pixelMetric(Metric.PM_FocusFrameHMargin, option, widget) + 1
            ahead = self.pixelMetric(Metric.PM_HeaderMargin, option, widget) - inside
            backwards = made.direction is Qt.LayoutDirection.RightToLeft
            made.rect = made.rect.translated(ahead if backwards else -ahead, 0)
        palette = QPalette(made.palette)
        dim = QColor(theme_of(palette).dim)
        palette.setColor(QPalette.ColorRole.ButtonText, dim)
        made.palette = palette
        QProxyStyle.drawControl(self, ControlElement.CE_HeaderLabel, made, painter, widget)
        return True

    def _header_arrow(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        if not isinstance(option, QStyleOptionHeader):
            return False
        theme = theme_of(option.palette)
        centre, reach = QRectF(option.rect).center(), space(0.8)
        up = option.sortIndicator is QStyleOptionHeader.SortIndicator.SortUp
        sign = 1 if up else -1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme.text))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(
            QPolygonF(
                [
                    centre + QPointF(-reach, sign * reach / 2),
                    centre + QPointF(reach, sign * reach / 2),
                    centre + QPointF(0, -sign * reach * 0.8),
                ]
            )
        )
        painter.restore()
        return True

    def _groove(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        theme = theme_of(option.palette)
        paint_box(painter, _bar_of(option), QColor(theme.line), None, 1)
        return True

    def _progress(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        if not isinstance(option, QStyleOptionProgressBar):
            return False
        if option.minimum == option.maximum and not self.still:
            return False  # Fusion moves it
        theme, bar = theme_of(option.palette), _bar_of(option)
        painter.save()
        path = QPainterPath()
        path.addRoundedRect(bar, space(1), space(1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(path)
        if option.minimum == option.maximum:
            brush = QColor(theme.accent)
            painter.setBrush(brush)
            painter.fillRect(bar, QColor(theme.accent_ground))
            painter.fillRect(bar, Qt.BrushStyle.BDiagPattern)
        else:
            share = (option.progress - option.minimum) / (option.maximum - option.minimum)
            done = QRectF(bar)
            done.setWidth(bar.width() * min(1.0, max(0.0, share)))
            if option.direction is Qt.LayoutDirection.RightToLeft:
                done.moveRight(bar.right())
            painter.fillRect(done, QColor(theme.accent))
        painter.restore()
        return True

    def _splitter(self, option: QStyleOption, painter: QPainter, _widget: object) -> bool:
        rect, line = option.rect, QColor(theme_of(option.palette).line)
        if rect.height() >= rect.width():
            painter.fillRect(QRect(rect.center().x(), rect.top(), 1, rect.height()), line)
        else:
            painter.fillRect(QRect(rect.left(), rect.center().y(), rect.width(), 1), line)
        return True

    def _tool_label(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """The colour of a tool button's text and icon when it is switched on."""
        if not isinstance(option, QStyleOptionToolButton) or not option.state & StateFlag.State_On:
            return False
        made = QStyleOptionToolButton(option)
        palette = QPalette(made.palette)
        palette.setColor(QPalette.ColorRole.ButtonText, QColor(theme_of(palette).accent))
        made.palette = palette
        QProxyStyle.drawControl(self, ControlElement.CE_ToolButtonLabel, made, painter, widget)
        return True


def _list_of(bar: QWidget | None) -> QAbstractScrollArea | None:
    """The list or text that a scroll bar is of: these have a ground of their own."""
    area = bar.parentWidget() if bar is not None else None
    while area is not None and not isinstance(area, QAbstractScrollArea):
        area = area.parentWidget()
    return None if isinstance(area, QScrollArea) else area


def _given(widget: QWidget | None) -> QWidget:
    """The widget for Qt, which takes none as well, though PySide's stubs deny it."""
    return cast(QWidget, widget)


def _kind(widget: QWidget | None) -> str:
    found = widget.property(KIND) if widget is not None else None
    return found if isinstance(found, str) else ""


def _text_colour(option: QStyleOption, theme: Theme) -> QColor:
    on = bool(option.state & StateFlag.State_Enabled)
    return QColor(theme.text if on else theme.disabled)


def _control_height(option: QStyleOption) -> int:
    return option.fontMetrics.height() + 2 * space(1.75)


def _is_in_box(widget: QWidget | None) -> bool:
    """Whether a field belongs to a box, which paints ground and edge, and gives it its room."""
    return widget is not None and isinstance(widget.parent(), QComboBox | QAbstractSpinBox)


def _paint_input(painter: QPainter, option: QStyleOption, theme: Theme) -> None:
    """A field to type or choose in: its edge shows where it is, its ring that it has the focus."""
    focused = bool(option.state & StateFlag.State_HasFocus)
    enabled = bool(option.state & StateFlag.State_Enabled)
    lit = enabled and bool(option.state & StateFlag.State_MouseOver)
    border = theme.accent if focused else theme.dim if lit else theme.edge
    fill = theme.card if enabled else theme.hover
    width = FOCUS_WIDTH if focused else 1.0
    paint_box(
        painter, option.rect, QColor(fill), QColor(border if enabled else theme.line), width=width
    )


def _bar_of(option: QStyleOption) -> QRectF:
    rect, height = QRectF(option.rect), min(option.rect.height(), space(2))
    return QRectF(rect.left(), rect.center().y() - height / 2, rect.width(), height)


def _paint_any_icon(
    painter: QPainter, rect: QRect, option: QStyleOptionButton, colour: QColor
) -> None:
    """Our own icons take the colour of the text; others come as they are."""
    if option.icon.name() and not option.icon.availableSizes():
        side = min(option.iconSize.width(), rect.height())
        room = QRect(0, 0, side, side)
        room.moveCenter(rect.center())
        try:
            paint_icon(painter, room, option.icon.name(), colour)
        except FileNotFoundError:  # an icon of the system's theme
            option.icon.paint(painter, rect)
        return
    on = bool(option.state & StateFlag.State_Enabled)
    option.icon.paint(painter, rect, mode=QIcon.Mode.Normal if on else QIcon.Mode.Disabled)


_METRICS = {
    Metric.PM_ScrollBarExtent: 3.0,
    Metric.PM_SplitterWidth: 4.0,
    Metric.PM_ScrollBarSliderMin: 8.0,
    Metric.PM_IndicatorWidth: 4.0,
    Metric.PM_IndicatorHeight: 4.0,
    Metric.PM_ExclusiveIndicatorWidth: 4.0,
    Metric.PM_ExclusiveIndicatorHeight: 4.0,
    Metric.PM_CheckBoxLabelSpacing: 2.0,
    Metric.PM_RadioButtonLabelSpacing: 2.0,
    Metric.PM_LayoutLeftMargin: 4.0,
    Metric.PM_LayoutRightMargin: 4.0,
    Metric.PM_LayoutTopMargin: 4.0,
    Metric.PM_LayoutBottomMargin: 4.0,
    Metric.PM_LayoutHorizontalSpacing: 2.0,
    Metric.PM_LayoutVerticalSpacing: 2.0,
    Metric.PM_HeaderMargin: 2.5,
    Metric.PM_SmallIconSize: 4.5,
    Metric.PM_ButtonIconSize: 4.5,
    Metric.PM_ToolBarIconSize: 5.0,
    Metric.PM_ListViewIconSize: 5.0,
}
_CONTROLS = {
    ControlElement.CE_PushButton: DeskStyle._button,
    ControlElement.CE_PushButtonBevel: DeskStyle._bevel,
    ControlElement.CE_PushButtonLabel: DeskStyle._button_label,
    ControlElement.CE_TabBarTabShape: DeskStyle._tab,
    ControlElement.CE_Header: DeskStyle._tight_header,
    ControlElement.CE_HeaderSection: DeskStyle._header,
    ControlElement.CE_HeaderEmptyArea: DeskStyle._header,
    ControlElement.CE_HeaderLabel: DeskStyle._header_label,
    ControlElement.CE_ProgressBarGroove: DeskStyle._groove,
    ControlElement.CE_ProgressBarContents: DeskStyle._progress,
    ControlElement.CE_Splitter: DeskStyle._splitter,
    ControlElement.CE_ToolButtonLabel: DeskStyle._tool_label,
}
_PRIMITIVES = {
    Primitive.PE_FrameFocusRect: DeskStyle._focus,
    Primitive.PE_PanelLineEdit: DeskStyle._line_edit,
    Primitive.PE_Frame: DeskStyle._frame,
    Primitive.PE_FrameMenu: DeskStyle._menu_frame,
    Primitive.PE_IndicatorCheckBox: DeskStyle._check_box,
    Primitive.PE_IndicatorRadioButton: DeskStyle._radio,
    Primitive.PE_PanelButtonTool: DeskStyle._tool_panel,
    Primitive.PE_FrameTabWidget: DeskStyle._tab_page,
    Primitive.PE_FrameTabBarBase: DeskStyle._tab_base,
    Primitive.PE_IndicatorHeaderArrow: DeskStyle._header_arrow,
}
