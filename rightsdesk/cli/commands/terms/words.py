"""Changes in terms as lines for a terminal, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rightsdesk import phrases
from rightsdesk.cli.output.words import shown
from rightsdesk.consent.words import listed

if TYPE_CHECKING:
    from rightsdesk.terms.judging import ChangedParagraph
    from rightsdesk.workspace.terms.types import Alarm, TermsVersion

DIRECTIONS: Mapping[str, str] = {
    "widens": "AI may do more with uploads than before.",
    "narrows": "AI may do less with uploads than before.",
    "new_switch": "There is a new choice about what AI may do with uploads.",
    "unclear": "What AI may do with uploads changes, in more than one direction.",
    "none": "What AI may do with uploads stays as it was.",
}

SOURCES: Mapping[str, str] = {"page": "the platform's page", "archive": "Open Terms Archive"}

ANSWERS: Mapping[str, str] = {
    "": "open",
    "noted": "noted",
    "choice-changed": "choice changed",
    "ask-again": "asked again",
}

SHOWN_LENGTH = 600


def paragraph_lines(paragraphs: Iterable[ChangedParagraph], *, verbose: bool) -> Iterator[str]:
    """Yield the reason, the old and the new text of each paragraph; cut unless `verbose`."""
    for paragraph in paragraphs:
        yield from ("", paragraph.why)
        for label, text in (("Old", paragraph.old), ("New", paragraph.new)):
            if text:
                yield f"    {label}: {shown(text if verbose else shortened(text))}"


def shortened(text: str) -> str:
    """Return a text that fits a screen."""
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]} …"


def alarm_lines(alarm: Alarm) -> Iterator[str]:
    """Yield an alarm in a few lines: what changed where, for what, and whom it concerns."""
    region = f", {alarm.region}" if alarm.region else ""
    yield (
        f"{alarm.id}  {shown(alarm.platform_name)}, {shown(alarm.title)}{shown(region)} "
        f"({phrases.iso_day(alarm.raised_at)}): {DIRECTIONS[alarm.direction]}"
    )
    if alarm.uses:
        yield f"    About: {listed(alarm.uses)}"
    if names := phrases.first_few((shown(name) for _, name in alarm.concerned.artists), 5):
        yield f"    Concerns: {names}"
    if alarm.back_since:
        yield f"    The earlier text is back since {phrases.iso_day(alarm.back_since)}."
    if alarm.answer:
        until = f" on {alarm.ask_at}" if alarm.ask_at else ""
        yield f"    Answer: {ANSWERS[alarm.answer]}{until}"


def paragraph_shapes(paragraphs: Iterable[ChangedParagraph]) -> list[dict[str, str]]:
    """Return paragraphs as plain data."""
    return [{"old": one.old, "new": one.new, "why": one.why} for one in paragraphs]


def version_shape(version: TermsVersion) -> dict[str, Any]:
    """Return a version as plain data, without its text."""
    return {
        "version": version.id,
        "source": version.source.value,
        "address": version.address,
        "first_seen": version.first_seen,
        "last_seen": version.last_seen,
        "text_sha256": version.text_sha256,
        "fetched_sha256": version.fetched_sha256,
        "broken": version.broken,
    }


def alarm_shape(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm as plain data."""
    return {
        "alarm": alarm.id,
        "platform": alarm.platform,
        "document": f"{alarm.platform}/{alarm.document}",
        "title": alarm.title,
        "region": alarm.region,
        "raised_at": alarm.raised_at,
        "direction": alarm.direction.value,
        "uses": [use.value for use in alarm.uses],
        "paragraphs": paragraph_shapes(alarm.paragraphs),
        "artists": [name for _, name in alarm.concerned.artists],
        "accounts": [name for _, name in alarm.concerned.accounts],
        "old": version_shape(alarm.old),
        "new": version_shape(alarm.new),
        "back_since": alarm.back_since,
        "answer": alarm.answer.value,
        "answered_at": alarm.answered_at,
        "ask_at": alarm.ask_at,
    }
