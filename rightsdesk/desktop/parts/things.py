"""What is written to, in words: counted, and called as its platform calls it."""

from __future__ import annotations

from collections.abc import Mapping

from rightsdesk import phrases
from rightsdesk.changes.names import DISK_NOUNS
from rightsdesk.desktop.parts.texts import language, sentence, tr
from rightsdesk.enums.carriers import CarrierId


def things(planned: Mapping[CarrierId, int]) -> str:
    """`10 files and 6 tracks`, of a number for each carrier."""
    parts: dict[tuple[str, str], int] = {}
    for carrier, number in sorted(planned.items()):
        nouns = DISK_NOUNS.get(carrier) or _nouns(carrier)
        parts[nouns] = parts.get(nouns, 0) + number
    ordered = sorted(parts.items(), key=lambda part: part[0] not in DISK_NOUNS.values())
    every = [sentence(phrases.counted(n, one, many)) for (one, many), n in ordered]
    return phrases.and_list(every, language())


def write_things_text(planned: Mapping[CarrierId, int]) -> str:
    """`Write to 10 files and 6 tracks…`, for a button that opens the review."""
    return tr("Write to {what}…").format(what=things(planned))


def _nouns(carrier: CarrierId) -> tuple[str, str]:
    from rightsdesk.workspace.sign_in.form import form_of

    form = form_of(carrier)
    return form.noun, form.nouns
