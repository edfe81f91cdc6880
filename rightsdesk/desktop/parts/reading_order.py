"""Tab goes through a window in the order in which it is read, in whatever order it was built."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def order_tab(top: QWidget, before: list[QWidget]) -> list[QWidget]:
    """Let Tab go through what is visible below `top` as it is read; the stops, in order.

    `before` is what this returned last: while nothing changed, nothing is set.
    """
    stops = list(stops_in(top))
    if stops != before:
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)
    return stops


def stops_in(widget: QWidget) -> Iterator[QWidget]:
    """The stops of Tab in a widget and below it: as its layout has them, else as they stand."""
    if not widget.isVisible() or not widget.isEnabled():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    layout = widget.layout()
    if isinstance(widget, QScrollArea):
        inner: QWidget | None = widget.widget()  # Qt's stubs leave None out
        if inner is not None:
            yield from stops_in(inner)
    elif layout is not None:
        yield from _in_layout(layout)
    else:
        below = (one for one in widget.children() if isinstance(one, QWidget))
        children = [one for one in below if not one.isWindow()]
        ahead = 1 if widget.layoutDirection() is Qt.LayoutDirection.LeftToRight else -1
        for child in sorted(children, key=lambda one: (one.y(), ahead * one.x())):
            yield from stops_in(child)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget: QWidget | None = item.widget() if item is not None else None
        inner = item.layout() if item is not None else None
        if widget is not None:
            yield from stops_in(widget)
        elif inner is not None:
            yield from _in_layout(inner)
