"""What is written to, in words: counted, and called as its platform calls it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rightsdesk import phrases
from rightsdesk.changes.names import DISK_NOUNS
from rightsdesk.desktop.parts.texts import counted, language, sentence, tr
from rightsdesk.enums.carriers import CarrierId

MOST_NOUNS = 2
"""At most so many nouns for what is on platforms: more make a line too long to read."""


def things(planned: Mapping[CarrierId, int]) -> str:
    """`10 files and 6 tracks`, of a number for each carrier."""
    on_disk: Counter[tuple[str, str]] = Counter()
    on_platforms: Counter[tuple[str, str]] = Counter()
    for carrier, number in sorted(planned.items()):
        if nouns := DISK_NOUNS.get(carrier):
            on_disk[nouns] += number
        else:
            on_platforms[_nouns(carrier)] += number
    every = [sentence(phrases.counted(n, *nouns)) for nouns, n in on_disk.items()]
    if len(on_platforms) > MOST_NOUNS:
        number = on_platforms.total()
        every.append(counted("%n item on platforms", "%n items on platforms", number))
    else:
        every += (sentence(phrases.counted(n, *nouns)) for nouns, n in on_platforms.items())
    return phrases.and_list(every, language())


def write_things_text(planned: Mapping[CarrierId, int]) -> str:
    """`Write to 10 files and 6 tracks…`, for a button that opens the review."""
    return tr("Write to {what}…").format(what=things(planned))


def _nouns(carrier: CarrierId) -> tuple[str, str]:
    from rightsdesk.workspace.sign_in.form import form_of

    form = form_of(carrier)
    return form.noun, form.nouns
