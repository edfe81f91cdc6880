"""What a job is called, in words: the same in the window and on the command line."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from rightsdesk import phrases
from rightsdesk.changes.types import FILES, SIDECARS, JobKind, JobSubject
from rightsdesk.consent.presets import PRESET_TEXTS

DISK_NOUNS: Mapping[str, tuple[str, str]] = {
    FILES: ("file", "files"),
    SIDECARS: ("sidecar", "sidecars"),
}
"""What one and several carriers on disk are called."""

_JOB_NAMES: Mapping[JobKind, str] = {
    JobKind.TAG: "{subject}",
    JobKind.SYNC: "{subject}",
    JobKind.UNDO: "Undo: {subject}",
    JobKind.REDO: "Redo: {subject}",
}


class Named(Protocol):
    """What has a job's name: a plan, a job in the list, or its report."""

    @property
    def kind(self) -> JobKind:
        """What the job is for."""

    @property
    def about(self) -> JobSubject:
        """What it is about."""


def job_name(job: Named) -> str:
    """`No AI on 124 files`, `Undo: No AI on 124 files`, `Open on 3 SoundCloud tracks
    (continued)`."""
    return _JOB_NAMES[job.kind].format(subject=subject_words(job.about))


def subject_words(about: JobSubject) -> str:
    """What a job is about, whether it is done, undone or redone."""
    title = PRESET_TEXTS[about.preset].title if about.preset else "Your choices"
    words = about.text or f"{title} on {_counted(about.carriers)}"
    return f"{words} (continued)" if about.continued else words


def _counted(carriers: Sequence[tuple[str, int]]) -> str:
    """`124 files and 3 sidecars`, `12 SoundCloud tracks`, `3 items on SoundCloud and Bluesky`."""
    counts = dict(carriers)
    if counts.keys() <= DISK_NOUNS.keys():
        some = [(counts[one], DISK_NOUNS[one]) for one in DISK_NOUNS if one in counts]
        some = some or [(0, DISK_NOUNS[FILES])]
        return phrases.and_list(phrases.counted(n, *nouns) for n, nouns in some)
    number = sum(counts.values())
    names, nouns = zip(*(_platform(carrier) for carrier in sorted(counts)), strict=True)
    if len(counts) == 1:
        one, many = nouns[0]
        return phrases.counted(number, f"{names[0]} {one}", f"{names[0]} {many}")
    return f"{phrases.counted(number, 'item')} on {phrases.and_list(names)}"


def _platform(carrier: str) -> tuple[str, tuple[str, str]]:
    """A platform's name, and its words for one item and for several. A job of a platform that
    this version does not know still has a name."""
    # Only names of jobs on platforms need them: what merely may show a name loads quickly.
    from rightsdesk.platforms.registry import UnknownPlatform, platform_by_id

    try:
        platform = platform_by_id(carrier)
    except UnknownPlatform:
        return carrier, ("item", "items")
    return platform.name, (platform.noun, platform.nouns)
