"""Values of the matrix: its rows and cells, and the details of recordings and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.consent import Consent, Evidence, Fields, Standing, Use
from rightsdesk.consent.licences.grant import Grants, merged
from rightsdesk.workspace.types.consents import EffectiveConsent
from rightsdesk.workspace.types.scopes import ScopeKind

if TYPE_CHECKING:
    pass


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
