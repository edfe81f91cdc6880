"""Comparing what is said with what is wanted, and telling what a change would open up."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.consent.uses import AI_USES, Permission, Use


def widened(before: Mapping[Use, Permission], after: Mapping[Use, Permission]) -> tuple[Use, ...]:
    """The uses that AI may do more of after the change than before it.

    That is a more permissive answer, a reservation taken away, or an AI use newly
    allowed where nothing was said (opting in). Allowing search or recommendation where
    nothing was said opens nothing that listeners do not rely on already.
    """
    return tuple(use for use in Use if _opens(use, before.get(use), after.get(use)))


def _opens(use: Use, before: Permission | None, after: Permission | None) -> bool:
    if before is None:
        return after is Permission.ALLOWED and use in AI_USES
    if after is None:
        return before is not Permission.ALLOWED
    return after.rank > before.rank


class Standing(StrEnum):
    """How a carrier stands against what is wanted."""

    AGREES = "agrees"
    SILENT = "silent"
    CONFLICTS = "conflicts"
    ATTESTED = "attested"
    TERMS_ONLY = "terms_only"
    UNKNOWN = "unknown"
    UNCHOSEN = "unchosen"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a comparison: the standing, and the uses that make it so.

    `wider` and `narrower` are the uses answered more or less permissively than wanted;
    `missing` are those wanted and not said.
    """

    standing: Standing
    wider: tuple[Use, ...] = ()
    narrower: tuple[Use, ...] = ()
    missing: tuple[Use, ...] = ()


def compare(wanted: Mapping[Use, Permission], said: Mapping[Use, Permission]) -> Verdict:
    """Compare what one carrier says with what is wanted of it.

    A carrier that says only a part of what is wanted, and nothing against it, is
    silent about the rest. Where nothing is wanted nothing can agree or disagree.
    """
    wider = tuple(u for u in wanted if u in said and said[u].rank > wanted[u].rank)
    narrower = tuple(u for u in wanted if u in said and said[u].rank < wanted[u].rank)
    missing = tuple(u for u in wanted if u not in said)
    if wider or narrower:
        standing = Standing.CONFLICTS
    elif missing or not said:
        standing = Standing.SILENT
    else:
        standing = Standing.AGREES if wanted else Standing.UNCHOSEN
    return Verdict(standing, wider, narrower, missing)
