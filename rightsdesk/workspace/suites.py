"""The suite and the evidence of each carrier, and which part of a consent it has words for."""

from __future__ import annotations

from functools import lru_cache

from rightsdesk.consent import Consent, Declaration, Evidence, Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.files.owned import settable_in
from rightsdesk.platforms.interface import Reach
from rightsdesk.platforms.registry import platform_by_id


def column_of(carrier: CarrierId) -> CarrierId:
    """The matrix column of a carrier."""
    return CarrierId.FILES if carrier == CarrierId.SIDECARS else carrier


def suite_of(carrier: CarrierId) -> Suite:
    """The suite of a carrier: `file`, `sidecar`, or a platform's id."""
    from rightsdesk.consent.dialects.suites import FILE_SUITE, SIDECAR_SUITE

    if carrier == CarrierId.SIDECARS:
        return SIDECAR_SUITE
    return FILE_SUITE if carrier == CarrierId.FILES else platform_by_id(carrier).suite


def settable_of(carrier: CarrierId, places: str, fields: Fields) -> tuple[str, ...] | None:
    """The fields that a carrier with these fields has a place for; None means all.

    `places` is what a file has room for (`owned.places_of`).
    """
    return settable_in(places) if carrier == CarrierId.FILES else suite_of(carrier).settable(fields)


def evidence_of(carrier: CarrierId) -> Evidence:
    """How it is known what a carrier says."""
    on_disk = column_of(carrier) == CarrierId.FILES
    return Evidence.FILE if on_disk else platform_by_id(carrier).capabilities.evidence


def holds_for_all(carrier: CarrierId) -> bool:
    """Whether a carrier declares once for a whole account or site."""
    reads = (
        () if column_of(carrier) == CarrierId.FILES else platform_by_id(carrier).capabilities.reads
    )
    return bool(reads) and Reach.ITEM not in reads


@lru_cache(maxsize=8192)
def sayable(carrier: CarrierId, consent: Consent) -> Consent:
    """What a carrier says once the whole consent is written there.

    Uses without a word are left out, and a coarser word covers a finer one. So a carrier that
    says all it can agrees; what it lacks is a loss. A carrier without any word for the consent is
    measured by the whole consent.
    """
    if carrier == CarrierId.FILES:
        return consent
    suite = suite_of(carrier)
    written = suite.edit({}, Declaration(consent), suite.fields)
    written_consent = suite.read(suite.edited({}, written)).consent
    return (
        Consent({use: written_consent[use] for use in consent if use in written_consent}) or consent
    )
