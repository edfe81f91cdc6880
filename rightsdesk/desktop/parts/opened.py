"""What lets AI do more, in words: every recording by its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from rightsdesk.consent import Use
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.texts import counted, uses_text
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.parts.widgets import plain_label, with_icon
from rightsdesk.workspace.types.consents import Opened


def opened_widgets(opened: Sequence[Opened]) -> list[QWidget]:
    """Every recording that something opens up, by the uses."""
    groups: dict[tuple[Use, ...], list[str]] = {}
    for one in opened:
        name = ", ".join(filter(None, (one.artist, one.release, one.title)))
        groups.setdefault(one.uses, []).append(name)
    told: list[QWidget] = []
    for uses, names in groups.items():
        form = counted(
            "AI may then do more with this recording: {uses}.",
            "AI may then do more with these %n recordings: {uses}.",
            len(names),
        )
        told.append(
            with_icon("conflicts", Accent.BAD, plain_label(form.format(uses=uses_text(uses))))
        )
        told.append(NamesList(names))
    return told
