"""Entries of the history in words, made from their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Outcome
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.consent import preset_of
from rightsdesk.consent.licences.licence import Licence
from rightsdesk.consent.licences.words import day_words
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.consent.words import listed
from rightsdesk.platforms.registry import NAMES
from rightsdesk.sentence_data import said_in
from rightsdesk.sentences import Counted, together, worded
from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind
from rightsdesk.workspace.consents.consents import consent_of
from rightsdesk.workspace.history.types import HistoryEntry, WhyNot
from rightsdesk.workspace.imports.types import LIBRARY_NAMES, LibraryKind
from rightsdesk.workspace.licences.stored import licence_in, scopes_of

WHY_NOT_WORDS: Mapping[WhyNot, tuple[str, str]] = {
    WhyNot.UNDONE_ALREADY: ("This was undone already.", ""),
    WhyNot.REDONE_ALREADY: ("This is in effect, so there is nothing to redo.", ""),
    WhyNot.CHANGED_SINCE: ChangedLater.words,
    WhyNot.GONE: ("What this entry is about no longer exists.", ""),
    WhyNot.NOT_KNOWN: (
        "What was there before is not known: it was done by an earlier version.",
        "Set what you want now.",
    ),
    WhyNot.NOTHING_CHANGED: ("This changed nothing, so there is nothing to undo.", ""),
    WhyNot.ANOTHER_WAY: (
        "This can't be undone from the history.",
        "Do the opposite: connect or remove the account, scan or forget the folder, add or "
        "remove the artist, or answer the change in terms again.",
    ),
}
"""Why an entry can be neither undone nor redone: a sentence, and what to do (may be empty)."""

_STEPS = ("{deed}", "Undo: {deed}", "Redo: {deed}")


def entry_words(entry: HistoryEntry) -> str:
    """`Consent for “Night Ferry”: No AI`, `Undo: …`, `No AI on 124 files`."""
    if entry.job is not None:
        return job_name(entry.job)
    return worded(_STEPS[entry.step], deed=deed_words(entry.root, entry.parts))


def deed_words(deed: Deed, parts: int = 1) -> str:
    """What a deed did, without saying whether it was undone. `parts`: the deeds of its act."""
    words = _WORDS[deed.kind](deed)
    if parts == 1 or deed.kind is DeedKind.LIBRARY_IMPORTED:  # that counts its parts itself
        return words
    return worded("{deed} (and {number} more)", deed=words, number=phrases.number(parts - 1))


def _name(deed: Deed, *kinds: str) -> str:
    for kind in kinds:
        if name := deed.names.get(kind):
            return phrases.quoted(name)
    return worded("something that is gone")


def _value(deed: Deed) -> Mapping[str, Any]:
    return deed.after if deed.after is not None else deed.before or {}


def _consent(deed: Deed) -> str:
    name = _name(deed, *_NEAREST)
    consent = consent_of(deed.after)
    if consent is None:
        return worded("Consent for {name} dropped: it inherits again", name=name)
    preset = preset_of(consent)
    answers = PRESET_TEXTS[preset].title if preset else worded("your own answers")
    return worded("Consent for {name}: {answers}", name=name, answers=answers)


_NEAREST = ("recording", "release", "artist")

_DETAILS = {
    "rightsholder": "rightsholder",
    "contact": "contact",
    "terms_url": "address of the terms",
    "sentence": "copyright sentence",
    "sidecars": "sidecars",
    "musicbrainz_id": "MusicBrainz id",
}


def _details(deed: Deed) -> str:
    changed = phrases.and_list(_DETAILS.get(name, name) for name in _value(deed))
    return worded("Details of {artist}: {changed}", artist=_name(deed, "artist"), changed=changed)


def platform_of(deed: Deed) -> str:
    """A platform's name. Platforms without an API are only in the facts."""
    platform = deed.names.get("platform", "")
    if platform in NAMES or not platform:
        return NAMES.get(platform) or worded("a platform")
    from rightsdesk.resources.facts import facts_named

    facts = facts_named(platform)
    return facts.name if facts else platform


def _attested(deed: Deed) -> str:
    attestation = _value(deed).get("attestation")
    platform, artist = platform_of(deed), _name(deed, "artist")
    if attestation is None:
        return worded("Note deleted: {platform}, {artist}", platform=platform, artist=artist)
    return worded(
        "Note: {platform}, {artist}: {control} is {value}",
        platform=platform,
        artist=artist,
        control=_value(deed)["control"],
        value=attestation["value"],
    )


def _matched(deed: Deed) -> str:
    item, platform = _name(deed, "item"), platform_of(deed)
    if _value(deed).get("answer") is None:
        return worded(
            "Match: {item} on {platform} is none of the recordings that resemble it",
            item=item,
            platform=platform,
        )
    return worded(
        "Match: {item} on {platform} is {recording}",
        item=item,
        platform=platform,
        recording=_name(deed, "recording"),
    )


_CHOICES = {
    "merge": "Merged: {subject}",
    "keep-apart": "Kept apart: {subject}",
    "ignore": "Ignored: {subject}",
}


def _decided(deed: Deed) -> str:
    value = _value(deed)
    choice = value["choice"]
    if problem := said_in(value, "sentence"):
        why = worded("Reason: {reason}", reason=value["reason"]) if value.get("reason") else ""
        return worded(_CHOICES["ignore"], subject=together((problem, why)))
    titles = phrases.first_few(map(phrases.quoted, value["titles"]), 3)
    return worded(
        _CHOICES.get(choice, "{subject}"), subject=together((said_in(value, "where"), titles), ", ")
    )


def _job(deed: Deed) -> str:
    return worded("Job {number}", number=deed.job_id)


def _with_folder(form: str) -> Callable[[Deed], str]:
    return lambda deed: worded(form, artist=_name(deed, "artist"), folder=_value(deed)["folder"])


def _files_checked(deed: Deed) -> str:
    return worded(
        "Files of {artist} scanned: {counts}",
        artist=_name(deed, "artist"),
        counts=_of_files(deed),
    )


def _account_checked(deed: Deed) -> str:
    return worded(
        "{platform}, {account} checked: {counts}",
        platform=platform_of(deed),
        account=_name(deed, "account"),
        counts=_of_items(deed),
    )


def _finished(deed: Deed) -> str:
    counts = phrases.and_list(
        f"{phrases.number(number)} {OUTCOME_NAMES[Outcome(state)]}"
        for state, number in sorted((_value(deed).get("counts") or {}).items())
        if state in set(Outcome)
    )
    if not counts:
        return worded("Job {number} ended", number=deed.job_id)
    return worded("Job {number} ended: {counts}", number=deed.job_id, counts=counts)


def _settled(deed: Deed) -> str:
    return worded(
        "{platform}, {account}: {writes} settled by reading",
        platform=platform_of(deed),
        account=_name(deed, "account"),
        writes=phrases.counted(_value(deed).get("settled", 0), "earlier write"),
    )


def _restored(deed: Deed) -> str:
    return worded(
        "An older state of the data was restored: after entry {entry}",
        entry=phrases.number(_value(deed).get("entry", 0)),
    )


def _facts_installed(deed: Deed) -> str:
    return worded(
        "Facts about platforms of {version} installed; before: {before}",
        version=_value(deed).get("version", ""),
        before=(deed.before or {}).get("version", ""),
    )


def _imported(deed: Deed) -> str:
    value = _value(deed)
    return worded(
        "Imported from {library}: {artists}, {places}",
        library=LIBRARY_NAMES[LibraryKind(value["library"])],
        artists=phrases.counted(value["artists"], "new artist"),
        places=phrases.counted(value["places"], "place", "places"),
    )


def _stamped(deed: Deed) -> str:
    return worded(
        "Time stamp of entry {entry}, by {source}",
        entry=phrases.number(_value(deed).get("entry", 0)),
        source=_value(deed).get("source", ""),
    )


def _of_files(deed: Deed) -> str:
    count = _value(deed).get
    return _and_list(
        phrases.counted(count("new", 0), "new", "new"),
        phrases.counted(count("changed", 0), "changed", "changed"),
        phrases.counted(count("missing", 0), "missing", "missing"),
        phrases.counted(count("moved", 0), "moved", "moved"),
    )


def _of_items(deed: Deed) -> str:
    count = _value(deed).get
    return _and_list(
        phrases.counted(
            count("changed", 0), "changed without RightsDesk", "changed without RightsDesk"
        ),
        phrases.counted(count("gone", 0), "no longer there", "no longer there"),
    )


def _and_list(*counts: Counted) -> str:
    return phrases.and_list(count for count in counts if count.number)


def _letter(form: str) -> Callable[[Deed], str]:
    return lambda deed: worded(
        form, recipient=deed.names.get("recipient", ""), subject=_value(deed)["subject"]
    )


def _with_account(form: str) -> Callable[[Deed], str]:
    return lambda deed: worded(
        form,
        platform=platform_of(deed),
        account=_name(deed, "account"),
        artist=_name(deed, "artist"),
    )


def _terms_version(deed: Deed) -> str:
    platform, document = platform_of(deed), deed.names.get("document", "")
    if _value(deed).get("alarm"):
        form = "Terms changed: {platform}, {document}: what AI may do with uploads"
    elif deed.before is None:
        form = "Terms kept: {platform}, {document}"
    else:
        form = "Terms changed: {platform}, {document}"
    return worded(form, platform=platform, document=document)


_ANSWERS = {
    "": "Answer withdrawn: {platform}, {document}",
    "noted": "Change in terms noted: {platform}, {document}",
    "choice-changed": "Choice changed after a change in terms: {platform}, {document}",
    "ask-again": "Change in terms put off until {day}: {platform}, {document}",
}


def _terms_answered(deed: Deed) -> str:
    value = _value(deed)
    return worded(
        _ANSWERS[value["answer"]],
        platform=platform_of(deed),
        document=deed.names.get("document", ""),
        day=value.get("ask_at", ""),
    )


def _licence(form: str) -> Callable[[Deed], str]:
    def words(deed: Deed) -> str:
        found = licence_in(deed.after) or licence_in(deed.before)
        partner = deed.names.get("partner", "")
        agreed = listed(found.agreement.grant.ordered_uses) if found else ""
        name = _name(deed, *_NEAREST) if found and _covers_one(found) else ""
        return worded(form, partner=partner, terms=together((name, agreed), ", "))

    return words


def _covers_one(licence: Licence) -> bool:
    return len(scopes_of(licence.covered)) == 1


def _licence_ended(deed: Deed) -> str:
    found = licence_in(deed.after)
    day = found.last_day if found else None
    partner = deed.names.get("partner", "")
    if day is None:
        return worded("Licence of {partner} ended", partner=partner)
    return worded("Licence of {partner} ended: last day {day}", partner=partner, day=day_words(day))


_WORDS: Mapping[DeedKind, Callable[[Deed], str]] = {
    DeedKind.ARTIST_ADDED: lambda deed: worded(
        "Artist added: {artist}", artist=_name(deed, "artist")
    ),
    DeedKind.ARTIST_RENAMED: lambda deed: worded(
        "Artist renamed: “{before}” is now “{now}”",
        before=(deed.before or {}).get("name", ""),
        now=_value(deed)["name"],
    ),
    DeedKind.ARTIST_REMOVED: lambda deed: worded(
        "Artist removed: {artist}", artist=_name(deed, "artist")
    ),
    DeedKind.DETAILS_CHANGED: _details,
    DeedKind.CONSENT_SET: _consent,
    DeedKind.CONSENT_CLEARED: _consent,
    DeedKind.ATTESTED: _attested,
    DeedKind.ATTESTATION_WITHDRAWN: _attested,
    DeedKind.MATCHED: _matched,
    DeedKind.DECIDED: _decided,
    DeedKind.DECISION_UNDONE: _decided,
    DeedKind.JOB: _job,
    DeedKind.FOLDER_ADDED: _with_folder("Folder added for {artist}: {folder}"),
    DeedKind.FOLDER_FORGOTTEN: _with_folder("Folder forgotten for {artist}: {folder}"),
    DeedKind.FILES_CHECKED: _files_checked,
    DeedKind.ACCOUNT_CHECKED: _account_checked,
    DeedKind.ACCOUNT_CONNECTED: _with_account(
        "Account connected: {platform}, {account}, for {artist}"
    ),
    DeedKind.ACCOUNT_REMOVED: _with_account("Account removed: {platform}, {account}, for {artist}"),
    DeedKind.TERMS_VERSION: _terms_version,
    DeedKind.TERMS_ALARM_ANSWERED: _terms_answered,
    DeedKind.LICENCE_ADDED: _licence("Licence for {partner} added: {terms}"),
    DeedKind.LICENCE_CHANGED: _licence("Licence of {partner} changed: {terms}"),
    DeedKind.LICENCE_ENDED: _licence_ended,
    DeedKind.SIGNED_IN: _with_account("Signed in again: {platform}, {account}, for {artist}"),
    DeedKind.JOB_FINISHED: _finished,
    DeedKind.WRITES_SETTLED: _settled,
    DeedKind.DATA_RESTORED: _restored,
    DeedKind.STAMPED: _stamped,
    DeedKind.FACTS_INSTALLED: _facts_installed,
    DeedKind.LIBRARY_IMPORTED: _imported,
    DeedKind.LETTER_WRITTEN: _letter("Letter to {recipient} written: {subject}"),
    DeedKind.LETTER_SENT: _letter("Letter to {recipient} sent: {subject}"),
    DeedKind.LETTER_ANSWERED: _letter("Letter to {recipient} answered: {subject}"),
}
