"""Entries of the history in words, made of their values where a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.consent import preset_of
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.platforms.registry import NAMES
from rightsdesk.store.deeds import Deed, DeedKind
from rightsdesk.workspace.consents.consents import consent_of
from rightsdesk.workspace.history.types import HistoryEntry, WhyNot

WHY_NOT_WORDS: Mapping[WhyNot, tuple[str, str]] = {
    WhyNot.UNDONE_ALREADY: ("This is undone already.", ""),
    WhyNot.REDONE_ALREADY: ("This counts already: there is no undo of it to take back.", ""),
    WhyNot.CHANGED_SINCE: (
        "This was changed again since, so undoing it would undo the later change too.",
        "Undo the later change first, or set what you want now.",
    ),
    WhyNot.GONE: ("What this is about is no longer there.", ""),
    WhyNot.NOT_KNOWN: (
        "What was there before is not known: it was done by an earlier version.",
        "Set what you want now.",
    ),
    WhyNot.NOTHING_CHANGED: ("Nothing was changed by this, so there is nothing to undo.", ""),
    WhyNot.ANOTHER_WAY: (
        "This can't be undone from the history.",
        "Do the opposite: connect or remove the account, scan or forget the folder, add or "
        "remove the artist.",
    ),
}
"""Why an entry can be neither undone nor redone: a sentence, and what to do (may be empty)."""

_STEPS = ("{}", "Undo: {}", "Redo: {}")


def entry_words(entry: HistoryEntry) -> str:
    """`Consent for “Night Ferry”: No AI`, `Undo: …`, `No AI on 124 files`."""
    if entry.job is not None:
        return job_name(entry.job)
    return _STEPS[entry.step].format(deed_words(entry.root))


def deed_words(deed: Deed) -> str:
    """What a deed did, without saying whether it was undone."""
    return _WORDS[deed.kind](deed)


def _name(deed: Deed, *kinds: str) -> str:
    for kind in kinds:
        if name := deed.names.get(kind):
            return f"“{name}”"
    return "something that is gone"


def _value(deed: Deed) -> Mapping[str, Any]:
    return deed.after if deed.after is not None else deed.before or {}


def _consent(deed: Deed) -> str:
    whose = _name(deed, *_NEAREST)
    consent = consent_of(deed.after)
    if consent is None:
        return f"Consent for {whose} dropped: it inherits again"
    preset = preset_of(consent)
    said = PRESET_TEXTS[preset].title if preset else "your own answers"
    return f"Consent for {whose}: {said}"


_NEAREST = ("recording", "release", "artist")

_DETAILS = {
    "rightsholder": "rightsholder",
    "contact": "contact",
    "terms_url": "address of the terms",
    "sentence": "copyright sentence",
    "sidecars": "sidecars",
}


def _details(deed: Deed) -> str:
    changed = phrases.and_list(_DETAILS.get(name, name) for name in _value(deed))
    return f"Details of {_name(deed, 'artist')}: {changed}"


def platform_of(deed: Deed) -> str:
    """A platform's name. Those that a person visits are known to the facts alone."""
    platform = deed.names.get("platform", "")
    if platform in NAMES or not platform:
        return NAMES.get(platform, "a platform")
    from rightsdesk.resources.facts import facts_named

    facts = facts_named(platform)
    return facts.name if facts else platform


def _attested(deed: Deed) -> str:
    attestation = _value(deed).get("attestation")
    where = f"{platform_of(deed)}, {_name(deed, 'artist')}"
    if attestation is None:
        return f"Attestation withdrawn: {where}"
    return f"Attested: {where}: {_value(deed)['control']} is {attestation['value']}"


def _matched(deed: Deed) -> str:
    track = f"{_name(deed, 'item')} on {platform_of(deed)}"
    if _value(deed).get("answer") is None:
        return f"Match: {track} is none of the recordings that resemble it"
    return f"Match: {track} is {_name(deed, 'recording')}"


_CHOICES = {"merge": "Merged", "keep-apart": "Kept apart", "ignore": "Ignored"}


def _decided(deed: Deed) -> str:
    value = _value(deed)
    choice = value["choice"]
    titles = phrases.first_few((f"“{title}”" for title in value["titles"]), 3)
    return f"{_CHOICES.get(choice, choice)}: {', '.join(filter(None, (value['where'], titles)))}"


def _job(deed: Deed) -> str:
    return f"Job {deed.job_id}"


def _folder(words: str) -> Callable[[Deed], str]:
    return lambda deed: f"{words} for {_name(deed, 'artist')}: {_value(deed)['folder']}"


def _files_checked(deed: Deed) -> str:
    return f"Files of {_name(deed, 'artist')} scanned: {_counts(deed, _FILES)}"


def _account_checked(deed: Deed) -> str:
    whose = f"{platform_of(deed)}, {_name(deed, 'account')}"
    return f"{whose} checked: {_counts(deed, _ITEMS)}"


_FILES = {"new": "new", "changed": "changed", "missing": "missing", "moved": "moved"}
_ITEMS = {"changed": "changed without RightsDesk", "gone": "no longer there"}


def _counts(deed: Deed, words: Mapping[str, str]) -> str:
    value = _value(deed)
    some = [(value.get(name, 0), said) for name, said in words.items()]
    return phrases.and_list(f"{phrases.number(n)} {said}" for n, said in some if n)


def _account(words: str) -> Callable[[Deed], str]:
    return lambda deed: (
        f"{words}: {platform_of(deed)}, {_name(deed, 'account')}, for {_name(deed, 'artist')}"
    )


_WORDS: Mapping[DeedKind, Callable[[Deed], str]] = {
    DeedKind.ARTIST_ADDED: lambda deed: f"Artist added: {_name(deed, 'artist')}",
    DeedKind.ARTIST_RENAMED: lambda deed: (
        f"Artist renamed: “{(deed.before or {}).get('name', '')}” is now “{_value(deed)['name']}”"
    ),
    DeedKind.ARTIST_REMOVED: lambda deed: f"Artist removed: {_name(deed, 'artist')}",
    DeedKind.DETAILS_CHANGED: _details,
    DeedKind.CONSENT_SET: _consent,
    DeedKind.CONSENT_CLEARED: _consent,
    DeedKind.ATTESTED: _attested,
    DeedKind.ATTESTATION_WITHDRAWN: _attested,
    DeedKind.MATCHED: _matched,
    DeedKind.DECIDED: _decided,
    DeedKind.DECISION_UNDONE: _decided,
    DeedKind.JOB: _job,
    DeedKind.FOLDER_ADDED: _folder("Folder added"),
    DeedKind.FOLDER_FORGOTTEN: _folder("Folder forgotten"),
    DeedKind.FILES_CHECKED: _files_checked,
    DeedKind.ACCOUNT_CHECKED: _account_checked,
    DeedKind.ACCOUNT_CONNECTED: _account("Account connected"),
    DeedKind.ACCOUNT_REMOVED: _account("Account removed"),
}
