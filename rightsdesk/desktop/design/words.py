"""Translation and counting: the words that widgets of the design system say themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale


def tr(text: str, count: int = -1) -> str:
    """The text in the person's language. `%n` stands for the count."""
    return QCoreApplication.translate("RightsDesk", text, None, count)


def counted(one: str, many: str, count: int) -> str:
    """`one` or `many` with `%n` filled in, also while no translation is loaded."""
    return tr(one if count == 1 else many).replace("%n", number_text(count))


def number_text(number: int) -> str:
    """`1,200`, as the person's language groups digits."""
    return QLocale().toString(number)
