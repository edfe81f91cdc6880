"""One answer for several uses, chosen so that it never grants too much.

Most standards have fewer terms than there are uses. A term that covers several uses is a grant only
if all of them are granted, and a reservation as soon as one is reserved.
"""

from collections.abc import Iterable

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.uses import Permission, Use

RESERVED = (Permission.PROHIBITED, Permission.CONSTRAINED)


def reserved(consent: Consent, uses: Iterable[Use]) -> bool:
    """Whether any of the uses is stated and not plainly allowed."""
    return any(consent.get(use) in RESERVED for use in uses)


def granted(consent: Consent, uses: Iterable[Use]) -> bool:
    """Whether all of the uses are allowed."""
    return all(consent.get(use) is Permission.ALLOWED for use in uses)


def one_bit(consent: Consent, uses: Iterable[Use]) -> bool | None:
    """False: reserved. True: all granted. None: one bit cannot state it."""
    covered = tuple(uses)
    if reserved(consent, covered):
        return False
    return True if granted(consent, covered) else None


def on_request(consent: Consent, uses: Iterable[Use]) -> bool:
    """Whether all uses can be offered as “ask me”: all stated, none prohibited, at least one
    asked."""
    answers = [consent.get(use) for use in uses]
    return (
        Permission.CONSTRAINED in answers
        and None not in answers
        and Permission.PROHIBITED not in answers
    )
