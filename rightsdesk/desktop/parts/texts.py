"""The words of the window for values of the workspace, each in one place, translatable.

"Read from the file", "read from the platform", "noted by you" and "the terms say" are four
different things, and read differently here.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from rightsdesk import phrases
from rightsdesk.changes.types import Outcome
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.consent import (
    Consent,
    Evidence,
    Permission,
    Preset,
    Standing,
    Use,
    preset_of,
    read_as,
)
from rightsdesk.consent.licences.grant import Grant
from rightsdesk.consent.licences.words import with_grants
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.consent.words import (
    NO_ACCOUNT,
    NOT_THERE,
    PERMISSION_NAMES,
    STANDING_MEANINGS,
    STANDING_NAMES_COUNTED,
    USE_NAMES,
    standing_name,
)
from rightsdesk.desktop.design.text import plain_tip as plain_tip
from rightsdesk.desktop.design.words import counted as counted
from rightsdesk.desktop.design.words import error_text as error_text
from rightsdesk.desktop.design.words import language as language
from rightsdesk.desktop.design.words import number_text as number_text
from rightsdesk.desktop.design.words import sentence as sentence
from rightsdesk.desktop.design.words import tr as tr
from rightsdesk.desktop.design.words import within as within
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.shown import shown
from rightsdesk.workspace.types.matrix import Cell, MatrixRow
from rightsdesk.workspace.types.scopes import ScopeKind

_LONG_WORD = re.compile(r"\S{25,}")
_MAY_BREAK = re.compile(r"([_./\\-]|\S{20})(?=\S)")


def standing_word(standing: Standing, says: Mapping[Use, Permission] | None = None) -> str:
    """The word for a standing of a carrier that says this, as the start of a line."""
    return capital(tr(standing_name(standing, says or {})))


def standing_meaning(standing: Standing) -> str:
    """What a standing means, in a sentence."""
    return tr(STANDING_MEANINGS[standing])


def counter_text(standing: Standing, count: int | None) -> str:
    """`12 agree`: a counter that can be clicked; of what holds for all only `agrees`."""
    if count is None:
        return tr(STANDING_NAMES_COUNTED[standing])
    match standing:
        case Standing.AGREES:
            return counted("%n says it", "%n say it", count)
        case Standing.SILENT:
            return counted("%n silent", "%n silent", count)
        case Standing.CONFLICTS:
            return counted("%n says otherwise", "%n say otherwise", count)
        case Standing.ATTESTED:
            return counted("%n noted by you", "%n noted by you", count)
        case Standing.TERMS_ONLY:
            return counted("%n by its terms", "%n by its terms", count)
        case Standing.UNKNOWN:
            return counted("%n unknown", "%n unknown", count)
        case Standing.UNCHOSEN:
            return counted("%n says something", "%n say something", count)


def carrier_names(carriers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Ids and names of carriers, as the window says them: platforms keep their own names."""
    return tuple((key, tr("Files") if key == CarrierId.FILES else name) for key, name in carriers)


class Absence(Enum):
    """Why a carrier has nothing of a recording to show."""

    NOT_THERE = "not there"
    NO_ACCOUNT = "no account"
    NOT_READ = "not read"


def cell_text(cell: Cell | None, absence: Absence = Absence.NOT_THERE) -> str:
    """What a carrier's cell shows beside its icon."""
    if cell is None:
        return {
            Absence.NOT_THERE: capital(tr(NOT_THERE)),
            Absence.NO_ACCOUNT: capital(tr(NO_ACCOUNT)),
            Absence.NOT_READ: tr("Not read"),
        }[absence]
    word = standing_word(cell.standing, cell.says)
    if cell.evidence is Evidence.ATTESTED:
        if cell.standing is not Standing.ATTESTED:
            return tr("Noted by you: {standing}").format(standing=within(word))
        return tr("Noted by you {day}").format(day=short_day(cell.seen_at))
    return f"{word} · {cell.count}" if cell.count > 1 else word


def cell_meaning(
    cell: Cell | None,
    carrier: str,
    absence: Absence = Absence.NOT_THERE,
    *,
    consent: Consent | None = None,
) -> str:
    """The same in full, for the tooltip and for screen readers.

    `consent` is what was chosen: what only reserves more goes by its name.
    """
    if cell is None:
        form = {
            Absence.NOT_THERE: tr("{carrier}: nothing of this recording is known there."),
            Absence.NO_ACCOUNT: tr(
                "{carrier}: this artist has no account connected there, so nothing was read. "
                "Connect one on the page Platforms."
            ),
            Absence.NOT_READ: tr("{carrier}: the account is connected, and was not read yet."),
        }[absence]
        return form.format(carrier=carrier)
    parts = [f"{carrier}: {cell_text(cell)}. {standing_meaning(cell.standing)}"]
    if cell.says:
        told = cell.evidence is Evidence.ATTESTED
        form = tr("You said: {consent}.") if told else tr("It says: {consent}.")
        parts.append(form.format(consent=consent_text(read_as(cell.says, consent))))
    unread = is_unread(cell.standing, cell.says)
    parts.append(evidence_text(cell.evidence, cell.seen_at, carrier, unread=unread))
    parts.append(sentence(cell.problem))
    return "\n".join(part for part in parts if part)


def quoted(name: str) -> str:
    """A name between the quotation marks of the window's language."""
    return tr("“{name}”").format(name=name)


def capital(text: str) -> str:
    """The text as the start of a line."""
    return text[:1].upper() + text[1:]


def use_name(use: Use) -> str:
    """`training AI that makes music`."""
    return tr(USE_NAMES[use])


def use_title(use: Use) -> str:
    """The same as the start of a line."""
    return capital(use_name(use))


def use_hint(use: Use) -> str:
    """One line on what the use covers."""
    return {
        Use.GENERATIVE_TRAINING: tr("Models that make music or voices learn from it."),
        Use.OTHER_TRAINING: tr("Models that recognise, sort or describe learn from it."),
        Use.LIKENESS: tr("Making something that sounds like you."),
        Use.AI_INPUT: tr("A finished AI is fed with it, to answer or to remix."),
        Use.DATA_MINING: tr("Computers search it for patterns, for any purpose."),
        Use.SEARCH: tr("Listeners find it by searching."),
        Use.RECOMMENDATION: tr("Platforms suggest it, put it in playlists, check for fraud."),
    }[use]


def permission_text(permission: Permission | None) -> str:
    """`No`, `Ask me`, `Yes` or `Not stated`."""
    return tr("Not stated") if permission is None else tr(PERMISSION_NAMES[permission])


def uses_text(uses: tuple[Use, ...]) -> str:
    """`search, data mining`."""
    return ", ".join(use_name(use) for use in uses)


def preset_title(preset: Preset) -> str:
    """The name of a ready-made choice."""
    return tr(PRESET_TEXTS[preset].title)


def preset_meaning(preset: Preset) -> str:
    """What it means, in a sentence or two."""
    return tr(PRESET_TEXTS[preset].meaning)


def consent_text(consent: Mapping[Use, Permission]) -> str:
    """`No AI`, or what is said use by use: `No: data mining. Yes: search`."""
    if not consent:
        return tr("nothing")
    preset = preset_of(Consent(consent))
    if preset:
        return preset_title(preset)
    said = []
    for permission in Permission:
        uses = tuple(use for use, answer in consent.items() if answer is permission)
        if uses:
            said.append(f"{permission_text(permission)}: {uses_text(uses)}")
    return ". ".join(said)


def consent_short(consent: Mapping[Use, Permission]) -> str:
    """One or two words for a cell."""
    if not consent:
        return tr("No choice")
    preset = preset_of(Consent(consent))
    return preset_title(preset) if preset else tr("Own mix")


def licensed_text(consent: str, grants: Sequence[Grant]) -> str:
    """`No AI, except Klay until 2027`: a consent in words, with the partners of licences."""
    return sentence(with_grants(consent, grants)) if grants else consent


def row_consent_text(row: MatrixRow) -> str:
    """The consent of a row, with a mark where it is not simply the artist's."""
    short = licensed_text(consent_short(row.consent), row.grants)
    if not row.consent or row.inherited_from is ScopeKind.ARTIST:
        return short
    mark = tr("release") if row.inherited_from is ScopeKind.RELEASE else tr("track")
    return f"{short} ({mark})"


def scope_word(kind: ScopeKind) -> str:
    """`artist`, `release`, `recording`."""
    return {
        ScopeKind.ARTIST: tr("artist"),
        ScopeKind.RELEASE: tr("release"),
        ScopeKind.RECORDING: tr("recording"),
    }[kind]


def when_text(iso: str) -> str:
    """An ISO 8601 time as `today 14:02` or `3 May 2026, 14:02`, in local time."""
    try:
        moment = datetime.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    clock, day = phrases.clock_time(moment), moment.astimezone().date()
    days_ago = (_today() - day).days
    if days_ago == 0:
        return tr("today {time}").format(time=clock)
    if days_ago == 1:
        return tr("yesterday {time}").format(time=clock)
    return f"{phrases.short_date(day, language())}, {clock}"


def day_text(date: str) -> str:
    """An ISO 8601 day, month or moment as `3 May 2026`, `May 2026`, or `today`."""
    try:
        if len(date) == len("2026-05"):
            return phrases.month(datetime.date.fromisoformat(f"{date}-01"), language())
        day = _day(date)
    except ValueError:
        return date
    return tr("today") if day == _today() else phrases.short_date(day, language())


def short_day(date: str) -> str:
    """`3 May`, with the year where it is not this one."""
    try:
        day = _day(date)
    except ValueError:
        return day_text(date)
    if day == _today():
        return tr("today")
    return phrases.short_date(day, language(), without_year=_today().year)


def _day(date: str) -> datetime.date:
    """The day of an ISO 8601 day or moment, in local time. Raises ValueError."""
    moment = datetime.datetime.fromisoformat(date)
    return (moment if moment.tzinfo is None else moment.astimezone()).date()


def _today() -> datetime.date:
    return datetime.datetime.now().astimezone().date()


def on_day(date: str) -> str:
    """`today`, or `on 3 May 2026`."""
    day = day_text(date)
    return day if day == tr("today") else tr("on {day}").format(day=day)


def since_day(date: str) -> str:
    """`since today`, or `since 3 May 2026`."""
    day = day_text(date)
    return tr("since today") if day == tr("today") else tr("since {day}").format(day=day)


def is_unread(standing: Standing, says: Mapping[Use, Permission]) -> bool:
    """Whether nothing is known of it, rather than that it says nothing."""
    return standing is Standing.UNKNOWN and not says


def evidence_text(evidence: Evidence, seen_at: str, carrier: str, *, unread: bool = False) -> str:
    """How we know, and since when; of a file also when it was read in vain."""
    forms = {
        Evidence.FILE: tr("Read from the file {when}."),
        Evidence.API: tr("Read from {carrier}'s API {when}."),
        Evidence.PUBLIC: tr("Read from {carrier}'s public page {when}."),
        Evidence.ATTESTED: tr("Noted by you {day}."),
        Evidence.TERMS: tr("Known only from {carrier}'s terms, as of {day}."),
    }
    form = forms.get(evidence)
    if form is None or not seen_at:
        return tr("Not read yet.")
    if unread and evidence is Evidence.FILE:
        return tr("Tried to read it {when}.").format(when=when_text(seen_at))
    day = day_text(seen_at) if evidence is Evidence.TERMS else on_day(seen_at)
    return form.format(carrier=carrier, when=when_text(seen_at), day=day)


def outcome_text(outcome: Outcome) -> str:
    """What became of a change."""
    return tr(OUTCOME_NAMES[outcome])


def path_text(path: str) -> str:
    """A path or a name as it can be shown on a line."""
    return shown(path)


def path_to_copy(path: str) -> str:
    """A path for the clipboard: bytes that are no text, which `os.fsdecode` hides, replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def breakable(text: str) -> str:
    """A name that may be shown on several lines, also where it has no space to break at.

    For labels only: what is copied or compared must not hold the invisible marks.
    """
    return _LONG_WORD.sub(lambda word: _MAY_BREAK.sub("\\1\u200b", word[0]), text)


def plain_mnemonic(text: str) -> str:
    """A name for a button or a menu, where Qt would take its `&` for a key to press."""
    return shown(text).replace("&", "&&")


def busy_reason(busy: bool) -> str:
    """Why something has to wait; "" while no job is running."""
    return tr("Another job is running. Wait until it has ended.") if busy else ""


def under_way() -> str:
    """Why a button waits for what it began itself."""
    return tr("This is being done.")
