"""Values for window and command line, made for reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.consent import Consent, Evidence, Fields, Standing, Use
from rightsdesk.consent.licences.grant import Grants, merged
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster.account_state import AccountState

if TYPE_CHECKING:
    from rightsdesk.resources.controls import Control
    from rightsdesk.resources.facts import PlatformFacts


class NoAccount(KnownError):
    """No account is connected that could be read."""

    cause = Cause.NO_ACCOUNT

    def __init__(
        self,
        sentence: str = "No account is connected for this music.",
        *,
        advice: str = "Connect one, then try again.",
    ) -> None:
        super().__init__(sentence, advice=advice)


class ScopeKind(StrEnum):
    """What a consent is set for. The nearest wins: recording, then release, then artist."""

    ARTIST = "artist"
    RELEASE = "release"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Scope:
    """An artist, release or recording, by row id."""

    kind: ScopeKind
    id: int


@dataclass(frozen=True, slots=True)
class Artist:
    """An entry of the roster, with its counts. `musicbrainz_id` is "" if it is not known."""

    id: int
    name: str
    recordings: int = 0
    files: int = 0
    accounts: int = 0
    consent: Consent = field(default_factory=Consent)
    folders: tuple[str, ...] = ()
    musicbrainz_id: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What goes with an artist's consent into declarations.

    `sentence`: None for the standard copyright sentence, "" for none, else the artist's own.
    `sidecars`: whether XMP sidecars are created next to FLAC, Ogg and Opus files.
    """

    rightsholder: str = ""
    contact: str = ""
    terms_url: str = ""
    sentence: str | None = None
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class EffectiveConsent:
    """The effective consent of a scope, and where each permission comes from.

    `own` is set at this scope; `effective` includes inherited permissions. `origin` has the kind
    and name of the source scope of each use. `grants` are what licences let partners do beyond it.
    """

    scope: Scope
    name: str
    own: Consent
    effective: Consent
    origin: Mapping[Use, tuple[ScopeKind, str]]
    grants: Grants = ()


class State(StrEnum):
    """What a filter chip asks for.

    A recording needs work where a carrier is silent, says otherwise or waits to be written.
    It can have several states at once: another carrier can be unknown.
    """

    NEEDS_WORK = "needs_work"
    SAYS_OTHERWISE = "says_otherwise"
    UNKNOWN = "unknown"


class Segment(StrEnum):
    """One part of a bar: how a recording fares on a carrier. The worst comes first.

    `to_write`: the choice is not there yet, or not all of it, and nothing newer contradicts it.
    `silent`: nothing is there, and nothing was chosen. `unchosen`: something is said there, and
    nothing was chosen. `terms`: nothing but the platform's terms is known.
    """

    SAYS_OTHERWISE = "says_otherwise"
    TO_WRITE = "to_write"
    SILENT = "silent"
    UNKNOWN = "unknown"
    UNCHOSEN = "unchosen"
    TERMS = "terms"
    TOLD = "told"
    SAYS = "says"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which recordings are selected. Empty fields select all.

    `text` searches title, release, artist, label, year, ISRC, UPC, catalogue number and file
    names. `path` is a file or a folder. `upc` is the beginning of a UPC, `label` a release's
    label. `among` has the ids of single recordings. `places` are files and folders, of which a
    recording has something in at least one. `standing` and `state` select recordings in which some
    carrier (or `carrier`) has it. These three narrow lists of recordings, not plans.
    """

    artist_id: int | None = None
    release_id: int | None = None
    recording_id: int | None = None
    path: str = ""
    text: str = ""
    standing: Standing | None = None
    carrier: str = ""
    upc: str = ""
    label: str = ""
    state: State | None = None
    among: tuple[int, ...] | None = None
    places: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether it means some of an artist's music, and not all of it."""
        some = (
            *(self.release_id, self.recording_id, self.path, self.places),
            *(self.text, self.upc, self.label),
        )
        return any(some) or self.among is not None


@dataclass(frozen=True, slots=True)
class Sort:
    """`column`: release (with track order), title, artist, isrc, length, consent or a carrier."""

    column: str = "release"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The standing of a carrier for one recording; of several files the worst.

    `seen_at` is an ISO 8601 UTC time, or empty. `count` is the number of files or items.
    """

    standing: Standing
    says: Consent = field(default_factory=Consent)
    evidence: Evidence = Evidence.NONE
    seen_at: str = ""
    problem: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A recording in the matrix.

    `cells` by carrier id; a carrier without anything of this recording has no cell. `segments`,
    by carrier id as well, is filled in where lists and chips have to agree. `grants` are what
    licences that hold now let partners do beyond the consent.
    """

    recording_id: int
    artist_id: int
    release_id: int | None
    artist: str
    release: str
    title: str
    track: str
    isrc: str
    duration_ms: int | None
    consent: Consent
    inherited_from: ScopeKind | None
    cells: Mapping[str, Cell]
    segments: Mapping[str, Segment] = field(default_factory=dict)
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class StatementView:
    """What one dialect says in one place.

    `name` is the dialect's display name. `wordless` has the uses that it has no word for. `notes`
    are notes on what it says. `grants` are the partners that it names.
    """

    dialect: str
    carrier: str
    says: Consent
    raw: str
    problem: str = ""
    name: str = ""
    notes: tuple[str, ...] = ()
    wordless: tuple[Use, ...] = ()
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class CarrierView:
    """A file or item in the inspector: where it is, what it says, by which evidence and since when.

    `kind` is `file` or a platform's id, `title` the display name, `place` the full path or page
    address. `terms` summarizes the platform's terms, with a date.
    """

    kind: str
    title: str
    place: str
    container: str
    standing: Standing
    says: Consent
    conflicts: tuple[Use, ...]
    statements: tuple[StatementView, ...]
    evidence: Evidence
    seen_at: str
    since: str
    problem: str = ""
    terms: str = ""
    fields: Fields = field(default_factory=dict)

    @property
    def grants(self) -> Grants:
        """The partners with a licence whom it names."""
        return merged(grant for statement in self.statements for grant in statement.grants)

    @property
    def licence(self) -> str:
        """The licence that a platform shows, in the platform's own word; "" for none."""
        return ", ".join(self.fields.get("licence", ()))


@dataclass(frozen=True, slots=True)
class RecordingView:
    """Everything about one recording, for the inspector."""

    row: MatrixRow
    scoped: EffectiveConsent
    carriers: tuple[CarrierView, ...]


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """Something that could not be read, and why."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class FileInspection:
    """What a file says, read now. `error` says why it could not be read."""

    path: str
    container: str
    says: Consent
    conflicts: tuple[Use, ...]
    statements: tuple[StatementView, ...]
    error: str = ""

    @property
    def grants(self) -> Grants:
        """The partners with a licence whom it names."""
        return merged(grant for statement in self.statements for grant in statement.grants)


@dataclass(frozen=True, slots=True)
class Account:
    """An artist's login on a platform.

    While `state` is unconfirmed, nothing is done with it before a confirmation: its name is not the
    artist's.

    `items` counts its items, and `questions` those without a certain match. `noun` and `nouns` are
    the platform's words for an item and items. `checked_at` is the last check of the sign-in,
    `looked_at` the last reading of an item (ISO 8601 UTC, or empty). `signs_in_by` is browser,
    password or token. `open_changes` counts what jobs have left to do there.

    `unread_since` is when reading first failed (ISO 8601 UTC), `unread_why` why it last failed;
    both are empty after a successful reading. `lacks` has one sentence per permission that the
    platform did not grant.
    """

    id: int
    artist_id: int
    artist: str
    platform: CarrierId
    platform_name: str
    name: str
    url: str
    base_url: str
    auth_url: str
    client_id: str
    state: AccountState
    checked_at: str
    items: int = 0
    problem: str = ""
    noun: str = ""
    nouns: str = ""
    looked_at: str = ""
    questions: int = 0
    signs_in_by: str = ""
    open_changes: int = 0
    unread_since: str = ""
    unread_why: str = ""
    lacks: tuple[str, ...] = ()


class Doubt(StrEnum):
    """Why it is not certain that an item is a recording."""

    TITLE = "title"
    ARTIST = "artist"
    LENGTH = "length"
    ISRC = "isrc"
    NO_LENGTH = "no_length"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A recording that a remote item may be.

    `doubts` say why that is not certain: title, artist, length or ISRC differ, a length is not
    known, or several recordings or items fit equally well.
    """

    recording_id: int
    title: str
    release: str
    score: float
    duration_ms: int | None = None
    artist: str = ""
    isrc: str = ""
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """A remote item without a certain match.

    `own`: until the question is answered, it is a recording of its own. `performer` and `isrc`
    are the platform's.
    """

    item_id: int
    platform: str
    title: str
    url: str
    duration_ms: int | None
    candidates: tuple[MatchCandidate, ...]
    artist: str = ""
    account_id: int = 0
    own: bool = False
    performer: str = ""
    isrc: str = ""


class ProblemKind(StrEnum):
    """The kind of a problem."""

    ACCOUNT = "account"
    ATTESTED = "attested"
    CATALOGUE = "catalogue"
    CONFLICTS = "conflicts"
    DRIFT = "drift"
    FAILED = "failed"
    FILE = "file"
    FOLDER = "folder"
    ITEM = "item"
    OLD = "old"
    QUESTION = "question"
    REMINDER = "reminder"
    SILENT = "silent"
    SWITCH = "switch"
    UNCHOSEN = "unchosen"
    UNCONFIRMED = "unconfirmed"
    UNFINISHED = "unfinished"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that conflicts or failed, and what to do about it.

    `since` is when it was first noticed (ISO 8601 UTC), empty if unknown. `finding` is the id of a
    finding of catalogue health; `decisions` are the possible decisions.

    `id` stays the same as long as the problem is the same one: by it a problem is ignored.
    `artist_id`, `carrier`, `account_id`, `job` and `path` say what it is about, as far as it is
    about one. `cause` is that of a write that failed.
    """

    kind: ProblemKind
    where: str
    sentence: str
    advice: str
    count: int = 1
    artist: str = ""
    since: str = ""
    finding: str = ""
    decisions: tuple[DecisionKind, ...] = ()
    id: str = ""
    artist_id: int | None = None
    carrier: str = ""
    account_id: int | None = None
    job: int | None = None
    path: str = ""
    cause: Cause = Cause.NONE


def problem_id(kind: ProblemKind, *identity: object) -> str:
    """An id of a problem, derived from what it is about and from its cause, not from how many."""
    text = "\0".join(map(str, identity)).encode("utf-8", "surrogateescape")
    return f"{kind}-{hashlib.blake2b(text, digest_size=8).hexdigest()}"


class FindingKind(StrEnum):
    """The kind of a finding of catalogue health."""

    ISRC = "isrc"
    ARTISTS = "artists"
    MALFORMED = "malformed"
    MISSING = "missing"
    UPC = "upc"
    COPIES = "copies"
    FILES = "files"


class DecisionKind(StrEnum):
    """A person's decision about a finding, or about any other problem: to ignore it."""

    MERGE = "merge"
    KEEP_APART = "keep-apart"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Member:
    """A recording (for a UPC: a release) that a finding is about.

    `id` is the row's. `files` counts the existing files, and `containers` names their kinds.
    """

    id: int
    artist: str
    title: str
    release: str = ""
    isrc: str = ""
    duration_ms: int | None = None
    files: int = 0
    containers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction in the catalogue. `id` stays the same as long as the finding does.

    `count` is the number of recordings or files. `members` are those that can be decided about
    (none if there is nothing to merge). `decisions` are the possible decisions.
    """

    id: str
    kind: FindingKind
    where: str
    sentence: str
    advice: str
    count: int
    artist: str = ""
    members: tuple[Member, ...] = ()
    decisions: tuple[DecisionKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording for which a change allows AI more, and the uses."""

    artist: str
    release: str
    title: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class AnsweredLast:
    """The platforms (ids) that another artist uses, for whom that was answered last."""

    artist: str
    platforms: frozenset[str]


@dataclass(frozen=True, slots=True)
class ManyChanged:
    """A consent for many recordings at once: how many, where it is set or cleared, what it opens
    (`uses`), and every recording for which AI may do more. `before` is None where they differed.

    `deeds` are the ids of what was done, if it was: one act, which the history undoes as one.
    """

    recordings: int
    scopes: tuple[Scope, ...]
    uses: tuple[Use, ...] = ()
    opened: tuple[Opened, ...] = ()
    before: Consent | None = None
    deeds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """A recording whose effective consent a decision changes."""

    artist: str
    title: str
    before: Consent
    after: Consent


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about a finding or another problem; times are ISO 8601 UTC.

    `undone_at` is empty while the decision is in force. `sentence` is what was ignored, in the
    words of that day, and `reason` why; both are empty for other decisions.
    """

    id: int
    finding: str
    kind: DecisionKind
    where: str
    names: tuple[str, ...]
    decided_at: str
    undone_at: str = ""
    sentence: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecisionPreview:
    """What a decision, or undoing it, would do. Nothing was changed.

    `reconsidered` lists the recordings whose effective consent changes, and `opened` those for
    which AI may do more.
    """

    kind: DecisionKind
    where: str
    names: tuple[str, ...]
    reconsidered: tuple[Reconsidered, ...] = ()
    opened: tuple[Opened, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The uses that it opens for any recording."""
        opened_uses = {use for recording in self.opened for use in recording.uses}
        return tuple(use for use in Use if use in opened_uses)


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a person said is set on a platform, and when.

    Times are ISO 8601 UTC. `remind_at` is when to check again. `withdrawn_at` is empty while it
    counts; a later attestation of the same control replaces it.
    """

    id: int
    artist_id: int
    platform: str
    control: str
    value: str
    note: str
    attested_at: str
    remind_at: str
    withdrawn_at: str = ""


@dataclass(frozen=True, slots=True)
class SwitchReading:
    """A reading of a platform's own switch, with the number of places (tracks or accounts).

    `wider` has the uses that it allows beyond the consent. `seen_at` is the oldest reading.
    `of_tracks`: single tracks say it, not an account or a site.
    """

    says: Consent
    count: int
    wider: tuple[Use, ...]
    evidence: Evidence
    seen_at: str
    of_tracks: bool = False


@dataclass(frozen=True, slots=True)
class ControlView:
    """A platform's switch for one artist: its attestation against the consent.

    `standing` is attested, conflicts (`wider` and `narrower` have the uses), silent (the attested
    value answers no use of the consent), or unknown (no attestation). `says` is the attested value
    as a consent. `fitting` is the id of the value closest to the consent that allows no more; empty
    if there is none. `look_again` says why the attestation may be stale. `read` are RightsDesk's
    own readings, with their own date.
    """

    control: Control
    standing: Standing
    says: Consent
    wider: tuple[Use, ...]
    narrower: tuple[Use, ...]
    fitting: str
    attestation: Attestation | None
    look_again: str = ""
    read: tuple[SwitchReading, ...] = ()


class Urgency(StrEnum):
    """What there is to do on a guided platform, the most pressing first.

    ASK: it is not known whether the artist uses it. ASIDE: the artist does not.
    """

    LOOK_AGAIN = "look_again"
    TO_DO = "to_do"
    DONE = "done"
    ACCOUNT = "account"
    NOTHING = "nothing"
    ASK = "ask"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class GuidedView:
    """A platform for one artist: its facts and its switches.

    `standing` is the worst of the switches that a person sets. Without such switches it is
    terms_only if the terms are known, else unknown. Readings of an account do not count. `presence`
    is the attestation of being there; `here` follows from all attestations, None if unknown.
    `look_again` says why to check again. `connected`: RightsDesk has an account of the artist
    there.
    """

    artist_id: int
    platform: str
    facts: PlatformFacts
    consent: Consent
    standing: Standing
    controls: tuple[ControlView, ...]
    presence: Attestation | None = None
    here: bool | None = None
    look_again: str = ""
    group: Urgency = Urgency.NOTHING
    connected: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """What RightsDesk's own declarations say on a platform, without its switches and terms.

    `standings`: number of items per standing. `accounts` names the logins. `seen_at` is the oldest
    reading, empty if nothing was read.
    """

    accounts: tuple[str, ...]
    standings: Mapping[Standing, int]
    evidence: Evidence
    seen_at: str


@dataclass(frozen=True, slots=True)
class Open:
    """How much an artist has to do on guided platforms."""

    artist_id: int
    artist: str
    groups: Mapping[Urgency, int]
