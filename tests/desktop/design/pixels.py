"""What pictures of widgets show. The tests' font draws solid boxes, so text has its full colour."""

from collections import Counter

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.design.gallery import picture


def luminance(colour: QColor) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor | str, other: QColor | str) -> float:
    """The contrast of two colours, from 1 to 21."""
    pair = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (pair[0] + 0.05) / (pair[1] + 0.05)


def colours(image: QImage) -> Counter[str]:
    """How many pixels have which colour."""
    pixels = image.convertToFormat(QImage.Format.Format_RGB32)
    values = Counter(memoryview(pixels.constBits()).cast("B").cast("I"))
    return Counter({f"#{value & 0xFFFFFF:06x}": number for value, number in values.items()})


def seen(widget: QWidget) -> Counter[str]:
    """The colours of a widget as it is shown now, over the ground of its window."""
    window = widget.window()
    image = picture(window)
    corner = widget.mapTo(window, widget.rect().topLeft())
    return colours(image.copy(corner.x(), corner.y(), widget.width(), widget.height()))


def strongest(widget: QWidget) -> float:
    """The contrast of what stands out most in a widget with its most frequent colour."""
    found = seen(widget)
    ground = found.most_common(1)[0][0]
    return max(contrast(colour, ground) for colour in found)
