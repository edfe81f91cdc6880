"""What each carrier's fields say, and how much of a wish it has words for at all."""

from __future__ import annotations

from functools import lru_cache

from rightsdesk.changes.types import FILES, SIDECARS
from rightsdesk.consent import Consent, Declaration, Evidence
from rightsdesk.consent.dialects import Suite
from rightsdesk.platforms.interface import Reach
from rightsdesk.platforms.registry import platform_by_id


def column_of(carrier: str) -> str:
    """The column of the matrix in which a carrier counts."""
    return FILES if carrier == SIDECARS else carrier


def suite_of(carrier: str) -> Suite:
    """What the fields of a carrier say: `file`, `sidecar`, or a platform's id."""
    from rightsdesk.consent.dialects.suites import FILE_SUITE, SIDECAR_SUITE

    if carrier == SIDECARS:
        return SIDECAR_SUITE
    return FILE_SUITE if carrier == FILES else platform_by_id(carrier).suite


def evidence_of(carrier: str) -> Evidence:
    """How it is known what a carrier says."""
    on_disk = column_of(carrier) == FILES
    return Evidence.FILE if on_disk else platform_by_id(carrier).capabilities.evidence


def holds_for_all(carrier: str) -> bool:
    """Whether what is said there is said once, for an account or a site as a whole."""
    reads = () if column_of(carrier) == FILES else platform_by_id(carrier).capabilities.reads
    return bool(reads) and Reach.ITEM not in reads


@lru_cache(maxsize=8192)
def sayable(carrier: str, wanted: Consent) -> Consent:
    """What a carrier says once all that is wanted is written there.

    A use that it has no word for is left out, and a coarser word stands for a finer one:
    a carrier that says all it can agrees. What it lacks is told as a loss. One that has no
    word for any of it is measured by the whole wish.
    """
    if carrier == FILES:
        return wanted
    suite = suite_of(carrier)
    written = suite.edit({}, Declaration(wanted), suite.fields)
    said = suite.read(suite.edited({}, written)).consent
    return Consent({use: said[use] for use in wanted if use in said}) or wanted
