"""Names of jobs, the same in the window and on the command line."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from rightsdesk import phrases
from rightsdesk.changes.types import JobKind, JobSubject
from rightsdesk.consent.licences.words import ended_on, first_partners
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.sentences import together, worded

DISK_NOUNS: Mapping[CarrierId, tuple[str, str]] = {
    CarrierId.FILES: ("file", "files"),
    CarrierId.SIDECARS: ("sidecar", "sidecars"),
}
"""Nouns for one and for several carriers on disk."""

_JOB_NAMES: Mapping[JobKind, str] = {
    JobKind.TAG: "{subject}",
    JobKind.SYNC: "{subject}",
    JobKind.UNDO: "Undo: {subject}",
    JobKind.REDO: "Redo: {subject}",
}


class NamedJob(Protocol):
    """Anything with a job's name: a plan, an entry of the list of jobs, or a report."""

    @property
    def kind(self) -> JobKind:
        """What the job is for."""

    @property
    def about(self) -> JobSubject:
        """The job's subject."""


def job_name(job: NamedJob) -> str:
    """`No AI on 124 files`, `Undo: No AI on 124 files`, `Open on 3 SoundCloud tracks
    (continued)`."""
    return worded(_JOB_NAMES[job.kind], subject=subject_words(job.about))


def subject_words(about: JobSubject) -> str:
    """The job's subject in words, whether the job is done, undone or redone."""
    title = PRESET_TEXTS[about.preset].title if about.preset else worded("Your choices")
    carriers = counted_carriers(about.carriers)
    words = about.text or worded("{title} on {carriers}", title=title, carriers=carriers)
    if about.partners:
        words = worded(
            "{job}, with the licence of {partners}"
            if len(about.partners) == 1
            else "{job}, with the licences of {partners}",
            job=words,
            partners=first_partners(_partners(about)),
        )
    if about.ended:
        words = worded("{ended} {job}", ended=ended_words(about), job=words)
    return worded("{job} (continued)", job=words) if about.continued else words


def _partners(about: JobSubject) -> list[str]:
    """`Klay`, or `Klay on 14` where the job writes the licence to some of its targets only."""
    whole = sum(number for _, number in about.carriers)
    return [
        partner
        if number == whole
        else worded("{partner} on {number}", partner=partner, number=phrases.number(number))
        for partner, number in about.partners
    ]


def ended_words(about: JobSubject) -> str:
    """`The licence of Klay ended on 31 Dec 2027.`: a sentence for each licence that is over."""
    return together(
        ended_on(partner, date.fromisoformat(day) if day else None) for partner, day in about.ended
    )


def counted_carriers(carriers: Sequence[tuple[CarrierId, int]]) -> str:
    """`124 files and 3 sidecars`, `10 files and 6 SoundCloud tracks`, `3 items on SoundCloud and
    Bluesky`."""
    counts = dict(carriers)
    on_disk = [(counts.pop(kind), nouns) for kind, nouns in DISK_NOUNS.items() if kind in counts]
    if not on_disk and not counts:
        on_disk = [(0, DISK_NOUNS[CarrierId.FILES])]
    parts: list[str] = [phrases.counted(number, *nouns) for number, nouns in on_disk]
    if counts:
        parts.append(_on_platforms(counts))
    return phrases.and_list(parts)


def _on_platforms(counts: Mapping[CarrierId, int]) -> str:
    number = sum(counts.values())
    names, nouns = zip(*(_platform(carrier) for carrier in sorted(counts)), strict=True)
    if len(counts) == 1:
        return phrases.counted(number, *nouns[0])
    items = phrases.counted(number, "item")
    return worded("{items} on {platforms}", items=items, platforms=phrases.and_list(names))


def _platform(carrier: CarrierId) -> tuple[str, tuple[str, str]]:
    """A platform's name, and what one of its items and several are called.

    A platform that this version does not know gets its id and a general noun.
    """
    # Imported late: only names of platform jobs need the registry, and it loads slowly.
    from rightsdesk.platforms.interface import item_nouns
    from rightsdesk.platforms.registry import UnknownPlatform, platform_by_id

    try:
        platform = platform_by_id(carrier)
    except UnknownPlatform:
        return carrier, (f"{carrier} item", f"{carrier} items")
    return platform.name, item_nouns(platform)
