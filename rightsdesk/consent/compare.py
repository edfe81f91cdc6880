"""Compares observations with consents, and finds what a change widens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.consent.uses import AI_USES, Permission, Use


def widened(before: Mapping[Use, Permission], after: Mapping[Use, Permission]) -> tuple[Use, ...]:
    """The uses that AI may do more of after the change than before it.

    That is a more permissive answer, a removed reservation, or an AI use newly allowed where
    nothing was stated (opting in). Allowing search or recommendation where nothing was stated
    widens nothing: listeners rely on both already.
    """
    return tuple(use for use in Use if _opens(use, before.get(use), after.get(use)))


def _opens(use: Use, before: Permission | None, after: Permission | None) -> bool:
    if before is None:
        return after is Permission.ALLOWED and use in AI_USES
    if after is None:
        return before is not Permission.ALLOWED
    return after.rank > before.rank


def only_with_licence(uses: Iterable[Use], after: Mapping[Use, Permission]) -> bool:
    """Whether each of these uses needs a licence after a change: it is *constrained*.

    Where that widens, it was prohibited before. Then nobody may do more without asking.
    """
    return all(after.get(use) is Permission.CONSTRAINED for use in uses)


class Standing(StrEnum):
    """A carrier's state compared with the consent."""

    AGREES = "agrees"
    SILENT = "silent"
    CONFLICTS = "conflicts"
    ATTESTED = "attested"
    TERMS_ONLY = "terms_only"
    UNKNOWN = "unknown"
    UNCHOSEN = "unchosen"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of a comparison: the standing, and the uses behind it.

    `wider` and `narrower` are the uses answered more or less permissively than the consent;
    `missing` are those that the carrier does not state.
    """

    standing: Standing
    wider: tuple[Use, ...] = ()
    narrower: tuple[Use, ...] = ()
    missing: tuple[Use, ...] = ()


def compare(consent: Mapping[Use, Permission], stated: Mapping[Use, Permission]) -> Comparison:
    """Compare what one carrier states with the consent for it.

    A carrier that states part of the consent, and nothing against it, is silent about the rest.
    Without a consent nothing can agree or disagree.
    """
    wider = tuple(u for u in consent if u in stated and stated[u].rank > consent[u].rank)
    narrower = tuple(u for u in consent if u in stated and stated[u].rank < consent[u].rank)
    missing = tuple(u for u in consent if u not in stated)
    if wider or narrower:
        standing = Standing.CONFLICTS
    elif missing or not stated:
        standing = Standing.SILENT
    else:
        standing = Standing.AGREES if consent else Standing.UNCHOSEN
    return Comparison(standing, wider, narrower, missing)
