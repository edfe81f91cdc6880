"""Entries of the history in the words of the window: a title, a line below it, details."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from rightsdesk.changes.names import job_name, subject_words
from rightsdesk.changes.types import JobInfo, JobKind, Outcome
from rightsdesk.changes.words import resume_words
from rightsdesk.desktop.parts.texts import (
    capital,
    consent_text,
    counted,
    number_text,
    outcome_text,
    sentence,
    tr,
    when_text,
)
from rightsdesk.sentence_data import said_in
from rightsdesk.store.deeds import Deed, DeedKind
from rightsdesk.workspace.consents.consents import consent_of
from rightsdesk.workspace.guided.attestations import HERE, PRESENCE
from rightsdesk.workspace.history.families import REDO, UNDO
from rightsdesk.workspace.history.types import Can, HistoryEntry, WhyNot
from rightsdesk.workspace.history.words import WHY_NOT_WORDS, deed_words, platform_of

K = DeedKind
CONSENTS = (K.CONSENT_SET, K.CONSENT_CLEARED)
NOTES = (K.ATTESTED, K.ATTESTATION_WITHDRAWN)
MATCHES = (K.MATCHED, K.DECIDED, K.DECISION_UNDONE)
LICENCES = (K.LICENCE_ADDED, K.LICENCE_CHANGED, K.LICENCE_ENDED)
CHECKS = (
    K.FILES_CHECKED,
    K.ACCOUNT_CHECKED,
    K.TERMS_VERSION,
    K.TERMS_ALARM_ANSWERED,
    K.STAMPED,
    K.FACTS_INSTALLED,
)

SIGNS: Mapping[DeedKind, str] = {
    **dict.fromkeys(CONSENTS, "check"),
    **dict.fromkeys(NOTES, "attested"),
    **dict.fromkeys(LICENCES, "key"),
    K.MATCHED: "link",
    K.DECIDED: "catalogue",
    K.DECISION_UNDONE: "catalogue",
    K.JOB: "write",
    K.FILES_CHECKED: "refresh",
    K.ACCOUNT_CHECKED: "refresh",
    K.TERMS_VERSION: "terms_only",
    K.TERMS_ALARM_ANSWERED: "terms_only",
    K.FOLDER_ADDED: "folder",
    K.FOLDER_FORGOTTEN: "folder",
    K.ACCOUNT_CONNECTED: "key",
    K.ACCOUNT_REMOVED: "key",
    K.SIGNED_IN: "key",
    K.STAMPED: "attested",
    K.FACTS_INSTALLED: "refresh",
    K.DATA_RESTORED: "refresh",
    K.LIBRARY_IMPORTED: "catalogue",
}
"""The sign of each kind; what concerns the artist has a person."""


def sign_of(entry: HistoryEntry) -> str:
    """The icon beside an entry: what was done, or that it goes back or forth."""
    step = _step(entry)
    if step:
        return "undo" if step == UNDO else "redo"
    return SIGNS.get(entry.deed.kind, "person")


def _step(entry: HistoryEntry) -> int:
    if entry.job is not None:
        return {JobKind.UNDO: UNDO, JobKind.REDO: REDO}.get(entry.job.kind, 0)
    return entry.step


def _nearest(deed: Deed) -> str:
    names = (deed.names.get(kind) for kind in ("recording", "release", "artist"))
    return next((name for name in names if name), tr("something that is gone"))


def _with_more(name: str, entry: HistoryEntry) -> str:
    """`Night Ferry and 11 more`, where one act was about several."""
    if entry.parts == 1:
        return name
    return tr("{name} and {n} more").format(name=name, n=number_text(entry.parts - 1))


def subject_of(entry: HistoryEntry) -> str:
    """What an undo or redo of an entry is about: `choice for Kitchen Tapes`."""
    if entry.job is not None:
        return sentence(subject_words(entry.job.about))
    deed = entry.root
    if deed.kind in CONSENTS:
        return tr("choice for {name}").format(name=_with_more(_nearest(deed), entry))
    if deed.kind in NOTES and entry.parts > 1:
        return counted("notes on %n platform", "notes on %n platforms", entry.parts)
    if deed.kind in NOTES:
        return tr("note on {platform}").format(platform=platform_of(deed))
    if deed.kind is K.MATCHED:
        title = _with_more(deed.names.get("item", ""), entry)
        return tr("match of {title}").format(title=title)
    if deed.kind is K.ARTIST_RENAMED:
        return tr("new name of {name}").format(name=(deed.before or {}).get("name", ""))
    if deed.kind is K.LIBRARY_IMPORTED:
        return tr("import")
    if deed.kind is K.DETAILS_CHANGED:
        return tr("details of {name}").format(name=deed.names.get("artist", ""))
    if deed.kind in LICENCES:
        return tr("licence of {partner}").format(partner=deed.names.get("partner", ""))
    return tr("decision on {title}").format(title=_with_more(_decided_on(deed), entry))


def _decided_on(deed: Deed) -> str:
    value = deed.after or deed.before or {}
    for name in ("sentence", "where"):
        if said := said_in(value, name):
            return sentence(said).rstrip(".")  # what it is part of ends with its own
    return next(iter(value.get("titles", ())), "")


def way_text(entry: HistoryEntry | None, way: Can) -> str:
    """`Undo choice for Kitchen Tapes`; without an entry only `Undo`."""
    if entry is None:
        return tr("Undo") if way is Can.UNDO else tr("Redo")
    form = tr("Undo {subject}") if way is Can.UNDO else tr("Redo {subject}")
    return form.format(subject=subject_of(entry))


def title_of(entry: HistoryEntry) -> str:
    """What was done, in a line: `Choice for Kitchen Tapes: No AI`, `Undone: choice for …`."""
    step = _step(entry)
    if step:
        form = tr("Undone: {subject}") if step == UNDO else tr("Redone: {subject}")
        return form.format(subject=subject_of(entry))
    if entry.job is not None:
        return sentence(job_name(entry.job))
    deed = entry.deed
    if deed.kind in CONSENTS:
        return _choice_words(deed, entry)
    if deed.kind in NOTES and entry.parts > 1:
        number = entry.parts
        return counted("Answered for %n platform", "Answered for %n platforms", number)
    if deed.kind in NOTES:
        return _note_title(deed)
    return _unquoted(sentence(deed_words(deed, entry.parts)))


def _choice_words(deed: Deed, entry: HistoryEntry) -> str:
    consent = consent_of(deed.after)
    said = tr("back to the inherited one") if consent is None else consent_text(consent)
    name = _with_more(_nearest(deed), entry)
    return tr("Choice for {name}: {said}").format(name=name, said=said)


def _unquoted(words: str) -> str:
    """Words without the quotes around names, which are strong enough in a title of their own."""
    for quote in _QUOTES:
        words = words.replace(quote, "")
    return words


_QUOTES = ("«\u202f", "\u202f»", "«\u00a0", "\u00a0»", "“", "”", "„", "«", "»")
"""French has a space within its quotes."""


def _note_title(deed: Deed) -> str:
    """`X: AI training is Off, as you noted`, in the platform's own words."""
    from rightsdesk.resources.facts import facts_named

    value = deed.after or deed.before or {}
    attestation, platform = value.get("attestation"), platform_of(deed)
    if attestation is None:
        return tr("Note deleted: {platform}").format(platform=platform)
    if value["control"] == PRESENCE:
        here = attestation["value"] == HERE
        form = tr("You are on {platform}") if here else tr("You are not on {platform}")
        return form.format(platform=platform)
    facts = facts_named(platform)
    control = facts.control(value["control"]) if facts else None
    option = control.value(attestation["value"]) if control else None
    return tr("{platform}: {control} is {value}").format(
        platform=platform,
        control=tr(control.label) if control else value["control"],
        value=tr(option.label) if option else attestation["value"],
    )


def under_of(entry: HistoryEntry, *, of_one: bool = False) -> str:
    """The second line: the result, or the value before; and the artist, unless all that is shown
    is `of_one`."""
    artist = "" if of_one else entry.deed.names.get("artist", "")
    if entry.job is not None:
        return " · ".join(filter(None, (*job_parts(entry.job), artist)))
    parts = []
    deed = entry.deed
    if deed.kind in CONSENTS and deed.before is not None:
        was = consent_of(deed.before)
        parts.append(tr("before: {said}").format(said=_said(was is not None, deed)))
    if artist and artist not in title_of(entry):
        parts.append(artist)
    if state := tr("undone since") if entry.undone_by is not None else state_of(entry):
        parts.append(state)
    return " · ".join(parts)


def _said(chosen: bool, deed: Deed) -> str:
    consent = consent_of(deed.before)
    return consent_text(consent) if chosen and consent is not None else tr("no choice of its own")


def job_parts(job: JobInfo) -> list[str]:
    """How a job went: `58 done`, `2 failed`, `Stopped at 384 of 2,000`."""
    parts = []
    if job.open_changes:
        parts.append(stopped_text(job))
        if job.due_at:
            parts.append(sentence(resume_words(job.due_at, datetime.now(UTC))))
    for outcome in (Outcome.FAILED, Outcome.SKIPPED) if job.open_changes else tuple(Outcome):
        number = job.counts.get(outcome.value, 0)
        if number:
            parts.append(f"{number_text(number)} {outcome_text(outcome)}")
    if job.undo_open:
        parts.append(counted("undone in part, %n left", "undone in part, %n left", job.undo_open))
    elif job.last_step is not None:
        undone = job.redone == (job.kind is JobKind.UNDO)
        parts.append(tr("undone since") if undone else tr("redone since"))
    elif job.changed_since:
        parts.append(tr("changed again since"))
    return parts


def stopped_text(job: JobInfo) -> str:
    """`Stopped at 384 of 2,000`, of as many as the job's name counts."""
    number = sum(each for _, each in job.about.carriers)
    if not number:  # a job of an older version has words alone
        number = sum(job.counts.values()) - job.counts.get(Outcome.UNCHANGED.value, 0)
    done = max(0, number - job.open_changes)
    form = tr("Waiting at {n} of {all}") if job.due_at else tr("Stopped at {n} of {all}")
    return form.format(n=number_text(done), all=number_text(number))


def not_done(job: JobInfo) -> int:
    """How many changes of a job failed or were left alone."""
    return sum(job.counts.get(outcome.value, 0) for outcome in (Outcome.FAILED, Outcome.SKIPPED))


def retriable(job: JobInfo) -> int:
    """How many of them can be tried again as things are."""
    return not_done(job) - job.read_first


def state_of(entry: HistoryEntry) -> str:
    """In a word, why an entry has neither undo nor redo; "" where there is nothing to say."""
    if entry.can is not Can.NOTHING or entry.why_not is None:
        return ""
    return {
        WhyNot.UNDONE_ALREADY: tr("undone since"),
        WhyNot.REDONE_ALREADY: tr("redone since"),
        WhyNot.CHANGED_SINCE: tr("changed again since"),
        WhyNot.GONE: tr("no longer there"),
    }.get(entry.why_not, "")


def _when_and_who(deed: Deed) -> str:
    form = "{when}"
    if deed.who:
        form = tr("{when}, by {who} on {seat}") if deed.seat else tr("{when}, by {who}")
    return form.format(when=when_text(deed.at), who=deed.who, seat=deed.seat)


def details_of(entry: HistoryEntry) -> list[str]:
    """What is folded: when and who, and why there is no way back."""
    deed = entry.deed
    lines = [capital(_when_and_who(deed))]
    if deed.kind not in CONSENTS or _step(entry):
        if deed.kind in CONSENTS:
            lines.append(_choice_words(entry.root, entry))
        elif not entry.job:
            lines.append(capital(sentence(deed_words(entry.root, entry.parts))))
    if entry.can is Can.NOTHING and entry.why_not is not None:
        lines.append(" ".join(map(sentence, filter(None, WHY_NOT_WORDS[entry.why_not]))))
    return [line for line in lines if line]
