"""Values of a report. Times are ISO 8601 in UTC; "" is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rightsdesk.consent import Consent, Evidence, Standing
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.consent.licences.period import Period
from rightsdesk.store.deeds import Deed
from rightsdesk.workspace.types.scopes import ScopeKind


class ReportSubject(StrEnum):
    """What a report is about."""

    ROSTER = "roster"
    ARTIST = "artist"
    RELEASE = "release"
    RECORDING = "recording"
    SELECTION = "selection"


@dataclass(frozen=True, slots=True)
class Owner:
    """An artist of the report, what goes with the artist's declarations, and where the music is."""

    id: int
    name: str
    rightsholder: str = ""
    contact: str = ""
    terms_url: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """How much music a report is about. `files` are those that are there; of `known_audio` the
    digest of the audio before RightsDesk's first change is stored."""

    recordings: int = 0
    releases: int = 0
    files: int = 0
    missing_files: int = 0
    items: int = 0
    known_audio: int = 0


@dataclass(frozen=True, slots=True)
class ChosenConsent:
    """A consent that was set for an artist, a release or a recording.

    `since` is when it became what it is, as the history has it, else when it was stored.
    """

    kind: ScopeKind
    name: str
    artist: str
    consent: Consent
    since: str


@dataclass(frozen=True, slots=True)
class CarrierSum:
    """A carrier: how many recordings have which standing there, how that is known, and when the
    oldest and the newest reading were."""

    carrier: str
    name: str
    standings: Mapping[Standing, int]
    evidence: Evidence
    first_read: str = ""
    last_read: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a recording. `path` as `os.fsdecode` gives it.

    `audio` is the SHA-256 of the coded audio before RightsDesk first changed the file; `sha256` of
    the whole file as it is, if it was read for this report. `sidecar`: the line is the file's XMP
    sidecar. `grants` are the partners that it names.
    """

    path: str
    container: str
    standing: Standing
    says: Consent
    seen_at: str
    since: str
    problem: str = ""
    missing: bool = False
    audio: str = ""
    sha256: str = ""
    sidecar: bool = False
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class TrackLine:
    """A track of a recording on a platform."""

    platform: str
    platform_name: str
    account: str
    title: str
    url: str
    standing: Standing
    says: Consent
    evidence: Evidence
    seen_at: str
    since: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """A recording with all that carries its consent.

    `standings` has the worst of each carrier, also those of whole accounts and noted switches.
    `set_for` says where the consent was set; None if nowhere. `grants` are what licences that hold
    let partners do beyond it.
    """

    id: int
    artist: str
    release: str
    release_id: int | None
    upc: str
    title: str
    track: str
    isrc: str
    duration_ms: int | None
    consent: Consent
    set_for: ScopeKind | None
    standings: Mapping[str, Standing]
    files: tuple[FileLine, ...] = ()
    items: tuple[TrackLine, ...] = ()
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release in short: how many recordings, and how many of them fare how at worst.

    `consent` is None where the recordings differ.
    """

    artist: str
    release: str
    upc: str
    recordings: int
    consent: Consent | None
    worst: Mapping[Standing, int]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A login, and what it says as a whole; `reach` is account, site or "" for single tracks."""

    artist: str
    platform: str
    platform_name: str
    account: str
    url: str
    state: str
    reach: str
    title: str
    standing: Standing | None
    says: Consent
    evidence: Evidence
    seen_at: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NotedLine:
    """A switch that a person noted. `control` and `value` are the platform's own words."""

    artist: str
    platform: str
    platform_name: str
    control: str
    value: str
    note: str
    noted_at: str


@dataclass(frozen=True, slots=True)
class TermsLine:
    """What one document of a platform's terms says, as the shipped facts have it.

    `date` is the version's own; `silent`: that version has no word on AI, which is neither a yes
    nor a no. `archive` is the version in Open Terms Archive. `read`: the document itself was read.
    `maybe_stale`: the archive may have stopped following it.
    """

    platform: str
    platform_name: str
    document: str
    short: str
    silent: bool
    date: str
    checked: str
    url: str
    archive: str
    read: bool
    maybe_stale: bool


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A version of a document that this computer fetched: SHA-256 of the bytes and of the text,
    and when it was seen first and last."""

    platform: str
    platform_name: str
    document: str
    address: str
    fetched_sha256: str
    text_sha256: str
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that conflicts or failed, in sentences, and what to do."""

    kind: str
    where: str
    artist: str
    sentence: str
    advice: str
    count: int
    since: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry of the history: the deed, in words, its result, and the deed that undid it.

    `words` may be a sentence that can be said in another language.
    """

    deed: Deed
    words: str
    result: Mapping[str, int] = field(default_factory=dict)
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class StampLine:
    """A time stamp of the head at entry `entry`, as checked when the report was made: `state` is
    one of `evidence.types.StampState`. `time` is what it proves, else when it was asked for."""

    entry: int
    kind: str
    authority: str
    state: str
    time: str
    fits: bool


@dataclass(frozen=True, slots=True)
class Seal:
    """The ledger at the moment of the report: its head (number and hash of the newest entry), how
    many entries it has, and the newest time stamp of each kind."""

    entry: int
    entries: int
    head: str
    stamps: tuple[StampLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """A licence of the music or of a part of it: the agreement, its state when the report was made,
    the names of what it covers, and the ISO days of its end: `last_day`, "" without an end, and
    `ended_on`, "" unless a person ended it. `period` has the days on which it holds, an early end
    that is still to come included; of an ended one those agreed."""

    agreement: Agreement
    state: str
    covers: tuple[str, ...]
    recordings: int
    period: Period
    last_day: str = ""
    ended_on: str = ""
