"""Read the options of `rightsdesk licence` into an agreement and the music that it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rightsdesk.cli.exits import usage
from rightsdesk.cli.options import absolute
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.session import Session
from rightsdesk.consent import Use
from rightsdesk.consent.licences.agreement import Agreement, Certificate, Contract
from rightsdesk.consent.licences.period import Period, parse_day
from rightsdesk.consent.licences.territory import parse_territory

if TYPE_CHECKING:
    from rightsdesk.workspace.types.scopes import Scope

NONE = "none"
"""The word that drops a day or a document."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says about an agreement; None: nothing."""

    uses: Sequence[str] = ()
    territory: str | None = None
    first: str | None = None
    last: str | None = None
    zone: str | None = None
    site: str | None = None
    identifier: str | None = None
    reference: str | None = None
    note: str | None = None
    document: str | None = None
    keep: bool = False
    certified: bool | None = None
    source: str | None = None

    @property
    def anything(self) -> bool:
        """Whether it says anything."""
        return self != Given()


def read_uses(words: Sequence[str]) -> frozenset[Use]:
    """Return the uses with these names. Raises a usage error."""
    by_name = {use.token: use for use in Use} | {use.value: use for use in Use}
    names = [name for word in words for name in word.replace(",", " ").split()]
    for name in names:
        if name not in by_name:
            raise usage(
                f"There is no use “{shown(name)}”.",
                f"There are: {', '.join(use.token for use in Use)}.",
            )
    return frozenset(by_name[name] for name in names)


def over(session: Session, before: Agreement, given: Given) -> Agreement:
    """Return the agreement with what the command line changes.

    Raises LicenceFlaw, NoDocument and usage errors.
    """
    changed: dict[str, Any] = {
        name: value
        for name in ("site", "identifier", "reference", "note")
        if (value := getattr(given, name)) is not None
    }
    if given.uses:
        changed["uses"] = read_uses(given.uses)
    if given.territory is not None:
        changed["territory"] = parse_territory(given.territory)
    changed["period"] = _period(session, before.period, given)
    if given.document is not None:
        changed["document"] = _document(session, given)
    elif given.keep:
        raise usage("--keep-document needs the document: --document PATH")
    if given.certified is not None:
        source = given.source or "stated by the person who added the licence"
        now = session.workspace().now()
        changed["certificate"] = Certificate(given.certified, source, now.date())
    elif given.source is not None:
        raise usage("--certificate-source needs --certified or --not-certified.")
    return replace(before, **changed)


def scopes(
    session: Session, artists: Sequence[str], releases: Sequence[str], recordings: Sequence[str]
) -> list[Scope]:
    """Return the music of these names; without any name the only artist. Raises usage errors."""
    if not (releases or recordings):
        names = artists or [""]
        return [session.scopes(artist=name, release="", recording="")[-1] for name in names]
    if len(artists) > 1:
        raise usage("Releases and recordings belong to one artist: name it with one --artist.")
    artist = artists[0] if artists else ""
    found = [session.scopes(artist=artist, release=one, recording="")[-1] for one in releases]
    found += [session.scopes(artist=artist, release="", recording=one)[-1] for one in recordings]
    return list(dict.fromkeys(found))


def _period(session: Session, before: Period, given: Given) -> Period:
    first, last = (
        held if word is None else None if word == NONE else parse_day(word)
        for held, word in ((before.first, given.first), (before.last, given.last))
    )
    fresh = not (before.first or before.last) and (first or last)
    zone = given.zone or (session.workspace().licences.time_zone() if fresh else before.zone)
    return Period(first, last, zone)


def _document(session: Session, given: Given) -> Contract | None:
    """The document by its digest. A copy is made only once the licence is confirmed."""
    if given.document in (None, NONE):
        return None
    found = session.workspace().licences.document(absolute(given.document or ""))
    return replace(found, kept=given.keep)
