"""The review in words: one sentence as heading, what is counted, what the button does."""

from __future__ import annotations

from collections.abc import Mapping

from rightsdesk import phrases
from rightsdesk.changes.names import DISK_NOUNS
from rightsdesk.changes.types import JobKind
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.parts.texts import (
    counted,
    language,
    licensed_text,
    number_text,
    plain_mnemonic,
    preset_title,
    tr,
)
from rightsdesk.desktop.parts.things import things
from rightsdesk.desktop.review.digest import Digest, Happens, names_text
from rightsdesk.enums.carriers import CarrierId


def heading_of(digest: Digest, planned: Mapping[CarrierId, int]) -> str:
    """What will be, in one sentence: `9 files and 6 tracks on SoundCloud will say No AI`."""
    number = sum(planned.values())
    if not digest.number:
        return tr("Nothing to write")
    if not number:
        return tr("Everything is left out")
    kind, preset = digest.plan.kind, digest.plan.about.preset
    named = sorted(carrier for carrier in planned if carrier not in DISK_NOUNS)
    what = things(planned)
    if named:
        where = phrases.and_list(
            [digest.names.get(carrier, carrier) for carrier in named], language()
        )
        what = tr("{what} on {where}").format(what=what, where=where)
    if kind is JobKind.UNDO:
        one, many = (
            "{what} goes back to what was there before",
            "{what} go back to what was there before",
        )
    elif kind is JobKind.REDO:
        one, many = "{what} will say {choice} again", "{what} will say {choice} again"
    else:
        one, many = "{what} will say {choice}", "{what} will say {choice}"
    choice = preset_title(preset) if preset else tr("what you chose")
    if digest.grants is None:
        choice = tr("{consent}, with exceptions").format(consent=choice)
    else:
        choice = licensed_text(choice, digest.grants)
    return counted(one, many, number).format(what=what, choice=choice)


def action_of(digest: Digest, planned: Mapping[CarrierId, int]) -> str:
    """The button names what it does, and to how much: `Write to 23 tracks`."""
    form = {
        JobKind.UNDO: tr("&Undo on {what}"),
        JobKind.REDO: tr("&Redo on {what}"),
    }.get(digest.plan.kind, tr("&Write to {what}"))
    return form.format(what=things(planned) or counted("%n file", "%n files", 0))


def chips_of(digest: Digest, counts: Mapping[Happens, int]) -> list[tuple[str, Tone]]:
    """What is counted: `19 silent`, `4 say something else now`, `Allows nothing new`. `counts` has
    no rows that are left out.

    Red is what allows more, and nothing else: all other changes are what was asked for.
    """
    found = list[tuple[str, Tone]]()
    if number := counts.get(Happens.OPENS):
        found.append((counted("%n allows more", "%n allow more", number), Tone.BAD))
    back = digest.plan.kind.goes_back
    found += _going_back(digest.plan.kind, counts) if back else _changing(counts)
    if left := counts.get(Happens.LEFT):
        found.append((counted("%n can't be changed", "%n can't be changed", left), Tone.OPEN))
    if digest.plan.unchanged:
        form = "%n matches already", "%n match already"
        if digest.plan.notes:  # some of them may be where nothing could be read just now
            form = "%n matched when last read", "%n matched when last read"
        found.append((counted(*form, digest.plan.unchanged), Tone.GOOD))
    if found and digest.number and not counts.get(Happens.OPENS):
        found.append((tr("Allows nothing new"), Tone.GOOD))
    return found


def _changing(counts: Mapping[Happens, int]) -> list[tuple[str, Tone]]:
    """What is there now, of what is to say the choice."""
    return [
        (counted(one, many, counts[what]), tone)
        for what, one, many, tone in (
            (
                Happens.OTHERWISE,
                "%n says something else now",
                "%n say something else now",
                Tone.ACCENT,
            ),
            (Happens.PARTLY, "%n says a part", "%n say a part", Tone.OPEN),
            (Happens.SILENT, "%n silent", "%n silent", Tone.DIM),
            (Happens.SAME, "%n gets other details", "%n get other details", Tone.DIM),
        )
        if counts.get(what)
    ]


def _going_back(kind: JobKind, counts: Mapping[Happens, int]) -> list[tuple[str, Tone]]:
    """What an undo or a redo changes: what is there now is no fault of anyone."""
    going = (Happens.OTHERWISE, Happens.PARTLY, Happens.SILENT, Happens.SAME)
    number = sum(counts.get(what, 0) for what in going)
    if not number:
        return []
    if kind is JobKind.UNDO:
        form = "%n goes back to what it said before", "%n go back to what they said before"
    else:
        form = "%n says it again", "%n say it again"
    return [(counted(*form, number), Tone.DIM)]


def sub_of(digest: Digest) -> str:
    """Whose it is, what waits, and that all of it can be undone."""
    plan, parts = digest.plan, []
    if len(digest.whose) == 1:
        parts.append(f"{digest.whose[0]}.")
    elif digest.whose:
        parts.append(counted("%n artist.", "%n artists.", len(digest.whose)))
    if not plan.changes:
        parts = [_nothing(digest)]
    if plan.waiting:
        parts.append(
            counted(
                "%n waits until you say which recording it is (Artist › Match tracks).",
                "%n wait until you say which recordings they are (Artist › Match tracks).",
                plan.waiting,
            )
        )
    parts += plan.unconfirmed
    if digest.number:
        parts.append(tr("You can undo all of it afterwards."))
    return " ".join(parts)


def _nothing(digest: Digest) -> str:
    plan = digest.plan
    if plan.notes:  # what could not be read may say anything
        return tr("There is nothing to change in what could be read.")
    if plan.unchanged and plan.waiting:
        return tr("What is matched already says what you chose.")
    if plan.unchanged:
        return tr("Everything already says what you chose.")
    if plan.waiting or plan.unconfirmed:
        return tr("There is nothing to change yet.")
    return tr("There is nothing to change, or no choice has been made yet.")


def yes_of(digest: Digest, opened: Mapping[CarrierId, int]) -> str:
    """The yes to what opens up: `Yes, let AI do more with these 10 files`. That to an undo or a
    redo says that it is one."""
    number = sum(opened.values())
    what = things(opened)
    if digest.plan.kind.goes_back:
        undo = digest.plan.kind is JobKind.UNDO
        form = tr("&Undo on {what}, and let AI do more")
        form = form if undo else tr("&Redo on {what}, and let AI do more")
        return form.format(what=what)
    partners = names_text(digest.lets)
    if number == 1:
        noun = what.partition(" ")[2]
        if partners:
            form = tr("&Yes, let {partners} do more with this {noun}")
            return form.format(partners=plain_mnemonic(partners), noun=noun)
        return tr("&Yes, let AI do more with this {noun}").format(noun=noun)
    if partners:
        form = tr("&Yes, let {partners} do more with these {what}")
        return form.format(partners=plain_mnemonic(partners), what=what)
    return tr("&Yes, let AI do more with these {what}").format(what=what)


def opening_of(digest: Digest, opened: Mapping[CarrierId, int]) -> str:
    """What opens up, as the title of its box."""
    what = things(opened)
    if digest.plan.kind is JobKind.UNDO:
        form = tr("This undoes what you said on {what}. AI may then do more:")
    elif digest.plan.kind is JobKind.REDO:
        form = tr("AI may then do more with {what} again:")
    elif digest.lets:
        partners = names_text(digest.lets)
        return tr("{partners} may then do more with {what}:").format(partners=partners, what=what)
    else:
        form = tr("AI may then do more with {what}:")
    return form.format(what=what)


def losses_title(digest: Digest) -> str:
    """`7 things these tags can't express`."""
    return counted(
        "%n thing these tags can't express",
        "%n things these tags can't express",
        len(digest.losses),
    )


def remarks_title(digest: Digest) -> str:
    """`2 things to know about these tags`."""
    return counted(
        "%n thing to know about these tags",
        "%n things to know about these tags",
        len(digest.remarks),
    )


def left_text(number: int) -> str:
    """`2 are left out.`"""
    return counted("%n is left out.", "%n are left out.", number)


def more_text(number: int) -> str:
    """`(10)`."""
    return f"({number_text(number)})"
