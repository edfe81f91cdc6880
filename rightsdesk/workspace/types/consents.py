"""Values of consents: what holds for whom, and what a change opens up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightsdesk.consent import Consent, Use
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

if TYPE_CHECKING:
    pass


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


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording for which a change allows AI more, and the uses."""

    artist: str
    release: str
    title: str
    uses: tuple[Use, ...]


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
