"""What the two faces are shown: plain values, made for reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.consent import Consent, Evidence, Fields, Standing, Use
from rightsdesk.errors import KnownError
from rightsdesk.roster.account_state import AccountState

if TYPE_CHECKING:
    from rightsdesk.resources.facts import Control, PlatformFacts


class NoAccount(KnownError):
    """No account is connected that could be read."""

    cause = "no-account"

    def __init__(
        self,
        sentence: str = "No account is connected for this music.",
        *,
        advice: str = "Connect one, then try again.",
    ) -> None:
        super().__init__(sentence, advice=advice)


class ScopeKind(StrEnum):
    """Where a choice is made. The nearer one wins: recording, then release, then artist."""

    ARTIST = "artist"
    RELEASE = "release"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Scope:
    """One artist, release or recording, by its row."""

    kind: ScopeKind
    id: int


@dataclass(frozen=True, slots=True)
class Artist:
    """An entry of the roster, with what there is to see of it."""

    id: int
    name: str
    recordings: int = 0
    files: int = 0
    accounts: int = 0
    consent: Consent = field(default_factory=Consent)
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """What goes with an artist's choice into declarations.

    `sentence`: None for the standard copyright sentence, empty for none, else own words.
    `sidecars`: whether XMP sidecars are made beside FLAC, Ogg and Opus files.
    """

    rightsholder: str = ""
    contact: str = ""
    terms_url: str = ""
    sentence: str | None = None
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class EffectiveConsent:
    """What is wanted for a scope, and where each answer comes from.

    `own` is stated at this scope itself; `effective` includes what is inherited;
    `origin` names, for each effective use, the scope's kind and name it comes from.
    """

    scope: Scope
    name: str
    own: Consent
    effective: Consent
    origin: Mapping[Use, tuple[ScopeKind, str]]


class State(StrEnum):
    """What a filter chip asks for.

    A recording needs work where a carrier is silent, says otherwise or waits to be written.
    It can have several states at once: another carrier can be unknown.
    """

    NEEDS_WORK = "needs_work"
    SAYS_OTHERWISE = "says_otherwise"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which recordings are meant. Empty fields do not narrow.

    `text` searches title, release, artist, label, year, ISRC, UPC, catalogue number and file
    names; `path` is a file or a folder; `standing` narrows to recordings in which some carrier
    (or the one named by `carrier`) stands so. `upc` is the beginning of a UPC, `label` a
    release's label. `standing` and `state` narrow lists of recordings, not plans."""

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

    @property
    def narrowed(self) -> bool:
        """Whether it means some of an artist's music, and not all of it."""
        some = (self.release_id, self.recording_id, self.path, self.text, self.upc, self.label)
        return any(some)


@dataclass(frozen=True, slots=True)
class Sort:
    """`column`: release (with track order), title, artist, isrc, wish, or a carrier's id."""

    column: str = "release"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One carrier's standing for one recording; of several files the worst.

    `seen_at` is an ISO 8601 UTC time, or empty. `files` counts the files or items.
    """

    standing: Standing
    says: Consent = field(default_factory=Consent)
    evidence: Evidence = Evidence.NONE
    seen_at: str = ""
    problem: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One recording in the matrix. `cells` by carrier id; a carrier without anything of this
    recording has no cell."""

    recording_id: int
    artist_id: int
    release_id: int | None
    artist: str
    release: str
    title: str
    track: str
    isrc: str
    duration_ms: int | None
    wanted: Consent
    inherited_from: ScopeKind | None
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class StatementView:
    """What one dialect says in one place. `name` is the dialect's name for people, `wordless`
    the uses that it has no word for, `caveats` what to bear in mind with what it says."""

    dialect: str
    carrier: str
    says: Consent
    raw: str
    problem: str = ""
    name: str = ""
    caveats: tuple[str, ...] = ()
    wordless: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class CarrierView:
    """One file or item in the inspector: where, what it says, how and since when we know.

    `kind` is `file` or a platform's id, `title` what a person calls it, `place` the full
    path or page address, `terms` what the platform's terms say, in short, with a date."""

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
    def licence(self) -> str:
        """The licence that a platform shows for it, in the platform's own word; "" for none."""
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
    """What a file says, read from the file just now. `error` where it could not be read."""

    path: str
    container: str
    says: Consent
    conflicts: tuple[Use, ...]
    statements: tuple[StatementView, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An artist's login on a platform. While its `state` is unconfirmed, nothing is done with
    it before a yes: its name is not the artist's.

    `items` counts what was found there and `questions` what of it is uncertain; `nouns` is
    what the platform calls several of its items. `checked_at` is when the sign-in was last
    tried, `looked_at` when an item was last read (ISO 8601 UTC, or empty). `signs_in_by` is
    browser, password or token. `open_changes` counts what jobs have left to do there.
    `unread_since` is when reading it first failed (ISO 8601 UTC), and `unread_why` why it
    failed last; both are empty once it was read again. `lacks` says what can't be done since
    the platform gave fewer permissions than were asked for, a sentence each.
    """

    id: int
    artist_id: int
    artist: str
    platform: str
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


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A recording that a remote item may be."""

    recording_id: int
    title: str
    release: str
    score: float
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A remote item of which it is not certain which recording it is.

    `own`: until that is answered it is a recording of its own.
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


class ProblemKind(StrEnum):
    """What kind of thing disagrees or failed."""

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
    """Something that disagrees or failed, and what to do about it.

    `since` is when that was first noticed (ISO 8601 UTC), empty where it is not known.
    `finding` is the id of a finding of catalogue health, and `decisions` are those that a
    person can make about it.
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


class FindingKind(StrEnum):
    """What catalogue health can find."""

    ISRC = "isrc"
    ARTISTS = "artists"
    MALFORMED = "malformed"
    MISSING = "missing"
    UPC = "upc"
    COPIES = "copies"
    FILES = "files"


class DecisionKind(StrEnum):
    """What a person can decide about a finding."""

    MERGE = "merge"
    KEEP_APART = "keep-apart"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Member:
    """One recording (for a UPC: one release) that a finding is about.

    `id` is the row's; `files` counts the files that are there, and `containers` names their kinds.
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
    """One contradiction in the catalogue. `id` stays the same as long as the finding does.

    `count` says of how many recordings or files, `members` holds those that can be decided
    about (none where there is nothing to merge), `decisions` what can be decided.
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
    """A recording for which AI may do more after a change than before, and the uses."""

    artist: str
    release: str
    title: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """A recording for which something else is wanted after a decision than before."""

    artist: str
    title: str
    before: Consent
    after: Consent


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about a finding. `undone_at` is empty while it counts; times are ISO 8601 UTC."""

    id: int
    finding: str
    kind: DecisionKind
    where: str
    names: tuple[str, ...]
    decided_at: str
    undone_at: str = ""


@dataclass(frozen=True, slots=True)
class DecisionPreview:
    """What a decision, or taking it back, would do. Nothing was changed.

    `reconsidered` names each recording of which something else is wanted afterwards, and
    `opened` those among them for which AI may do more.
    """

    kind: DecisionKind
    where: str
    names: tuple[str, ...]
    reconsidered: tuple[Reconsidered, ...] = ()
    opened: tuple[Opened, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The uses that it opens for any recording."""
        met = {use for one in self.opened for use in one.uses}
        return tuple(use for use in Use if use in met)


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a person said is set on a platform, and when they said so.

    Times are ISO 8601 UTC. `remind_at` is when it is time to look again. `withdrawn_at`
    is empty while it counts; a later one for the same control takes its place.
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
    """What a platform's own switch was read to say, in so many places (tracks or accounts).

    `wider` names the uses that it allows beyond what is wanted; `seen_at` is the oldest look;
    `of_tracks` where single tracks say it, and not an account or a site.
    """

    says: Consent
    count: int
    wider: tuple[Use, ...]
    evidence: Evidence
    seen_at: str
    of_tracks: bool = False


@dataclass(frozen=True, slots=True)
class ControlView:
    """A platform's switch for one artist: what is told of it, against what is wanted.

    `standing`: attested, conflicts (`wider` and `narrower` name the uses), silent (what was
    told answers nothing of what is wanted), or unknown (nothing was told). `says` is what
    was told, as uses; `fitting` the value (id) that comes closest to the wish without going
    beyond it, empty where none does. `look_again` says why what was told may be stale.
    `read` is what RightsDesk read of it itself: another fact, with a date of its own.
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


class Group(StrEnum):
    """What there is to do on a platform that a person visits; the most pressing first."""

    LOOK_AGAIN = "look_again"
    TO_DO = "to_do"
    DONE = "done"
    ACCOUNT = "account"
    NOTHING = "nothing"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class GuidedView:
    """A platform for one artist: its facts, and its switches one by one.

    `standing` is the worst of the switches that a person sets; without such switches
    terms_only where the terms are known, else unknown. It says nothing of what was read
    from an account. `presence` is what was told of being there at all, `here` what follows
    from all that was told: None is not known. `look_again` says why it is time to.
    `connected`: RightsDesk has an account of the artist there.
    """

    artist_id: int
    platform: str
    facts: PlatformFacts
    wanted: Consent
    standing: Standing
    controls: tuple[ControlView, ...]
    presence: Attestation | None = None
    here: bool | None = None
    look_again: str = ""
    group: Group = Group.NOTHING
    connected: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """What RightsDesk's own declarations say on a platform, apart from its switches and terms.

    `standings`: how many items stand how against what the artist wants. `accounts` names the
    logins; `seen_at` is the oldest look among them, empty while nothing was seen.
    """

    accounts: tuple[str, ...]
    standings: Mapping[Standing, int]
    evidence: Evidence
    seen_at: str


@dataclass(frozen=True, slots=True)
class Open:
    """How much is open for an artist on platforms that a person visits."""

    artist_id: int
    artist: str
    groups: Mapping[Group, int]
