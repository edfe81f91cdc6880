"""Translation and counting: the words that widgets of the design system say themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from rightsdesk import phrases


def tr(text: str, count: int = -1) -> str:
    """The text in the person's language. `%n` stands for the count."""
    return QCoreApplication.translate("RightsDesk", text, None, count)


def counted(one: str, many: str, count: int) -> str:
    """`one` or `many` with `%n` filled in, also while no translation is loaded."""
    return tr(phrases.plural(count, one, many)).replace("%n", number_text(count))


def number_text(number: int) -> str:
    """`1,200`."""
    return phrases.number(number)
