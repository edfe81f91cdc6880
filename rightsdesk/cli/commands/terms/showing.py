"""`terms list`, `terms show` and `terms versions`: what is known of terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.commands.terms.words import (
    SOURCES,
    alarm_lines,
    alarm_shape,
    paragraph_lines,
    shortened,
    version_shape,
)
from rightsdesk.cli.exits import Exit
from rightsdesk.cli.options import ArtistName, Json, begin
from rightsdesk.cli.output.words import shown

if TYPE_CHECKING:
    from rightsdesk.workspace.terms.types import Alarm, DocumentState, TermsVersion


def list_terms(
    context: typer.Context,
    artist: ArtistName = "",
    every: Annotated[
        bool, typer.Option("--all", help="Also alarms that are answered already.")
    ] = False,
    as_json: Json = False,
) -> int:
    """List what changed in terms, and the documents that are watched.

    \b
    rightsdesk terms list
    rightsdesk terms list --artist "Mira Koval" --all
    """
    from rightsdesk.workspace.terms.types import NothingToWatch

    session = begin(context, as_json=as_json)
    workspace, out = session.workspace(), session.out
    artist_id = workspace.artists.named(artist).id if artist else None
    alarms = workspace.terms.alarms(artist_id, open_only=not every)
    try:
        documents = workspace.terms.documents()
    except NothingToWatch as nothing:
        documents = []
        out.note(nothing.sentence)
    for alarm in alarms:
        out.say(*alarm_lines(alarm))
    if not alarms:
        out.say("No change in terms waits for an answer.")
    if documents:
        out.say("", *(line for state in documents for line in _document_lines(state)))
    if not workspace.terms.is_on():
        out.say("", "The terms watch is off. To switch it on: rightsdesk terms on")
    out.document(
        {
            "on": workspace.terms.is_on(),
            "alarms": [alarm_shape(alarm) for alarm in alarms],
            "documents": [_document_shape(state) for state in documents],
        }
    )
    return Exit.DONE


def show(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="ALARM|DOCUMENT", help="The number of an alarm, or a document: soundcloud/terms"
        ),
    ],
    as_json: Json = False,
) -> int:
    """Show both texts of a change, paragraph by paragraph, or the newest text of a document.

    The texts are what this computer fetched. The paragraphs were found by rules, not by a lawyer.

    \b
    rightsdesk terms show 3
    rightsdesk terms show soundcloud/terms
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if name.isdecimal() and len(name) < 10:
        alarm = workspace.terms.alarm(int(name))
        session.out.say(*_alarm_text(alarm, verbose=session.out.verbose))
        session.out.document(alarm_shape(alarm))
        return Exit.DONE
    watched = workspace.terms.document(name)
    kept = [one for one in workspace.terms.versions(watched) if not one.broken]
    newest = kept[0] if kept else None
    text = workspace.terms.text(newest) if newest else ""
    session.out.say(*_text_lines(newest, text, verbose=session.out.verbose))
    session.out.document(
        {
            "document": watched.key,
            "title": watched.document.title,
            "version": version_shape(newest) if newest else None,
            "text": text,
        }
    )
    return Exit.DONE


def versions(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="DOCUMENT", help="A document: soundcloud/terms")],
    as_json: Json = False,
) -> int:
    """List the kept versions of a document: when and where each was seen, and its hash.

    \b
    rightsdesk terms versions soundcloud/terms
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    watched = workspace.terms.document(name)
    kept = workspace.terms.versions(watched)
    session.out.say(*(line for version in kept for line in _version_lines(version)))
    if not kept:
        session.out.say(f"Nothing is kept yet. To fetch it: rightsdesk terms check {name}")
    session.out.document(
        {"document": watched.key, "versions": [version_shape(version) for version in kept]}
    )
    return Exit.DONE


def _alarm_text(alarm: Alarm, *, verbose: bool) -> Iterator[str]:
    yield from alarm_lines(alarm)
    for label, version in (("Old", alarm.old), ("New", alarm.new)):
        yield f"    {label}: {_where(version)}"
    yield from paragraph_lines(alarm.paragraphs, verbose=verbose)
    yield from (
        "",
        "Found by rules, not by a lawyer: read the whole text before you rely on it.",
        f"To answer: rightsdesk terms answer {alarm.id} --noted",
    )


def _where(version: TermsVersion) -> str:
    days = phrases.iso_day(version.first_seen), phrases.iso_day(version.last_seen)
    return (
        f"seen {days[0]} to {days[1]}, from {SOURCES[version.source]} "
        f"({shown(version.address)}), SHA-256 {version.text_sha256[:16]}…"
    )


def _text_lines(version: TermsVersion | None, text: str, *, verbose: bool) -> Iterator[str]:
    if version is None:
        yield "Nothing is kept yet. To fetch it: rightsdesk terms check"
        return
    yield from (_where(version), "")
    paragraphs = text.split("\n")
    for line in paragraphs if verbose else paragraphs[:40]:
        yield shown(line if verbose else shortened(line))
    if not verbose and len(paragraphs) > 40:
        yield from ("", "The whole text: rightsdesk -v terms show …, or with --json")


def _version_lines(version: TermsVersion) -> Iterator[str]:
    yield f"{version.id}  {_where(version)}"
    if version.broken:
        yield f"    No whole text: {shown(version.broken)}"


def _document_lines(state: DocumentState) -> Iterator[str]:
    watched = state.watched
    region = f" ({watched.document.region})" if watched.document.region else ""
    read = max((source.checked_at for source in state.sources), default="")
    when = f"read {phrases.iso_day(read)}" if read else "never read"
    known = phrases.counted(state.versions, "version")
    yield f"{watched.key}  {shown(watched.document.title)}{shown(region)}: {when}, {known}"
    for source in state.sources:
        if source.unread_since:
            yield (
                f"    Not read from {SOURCES[source.source]} since "
                f"{phrases.iso_day(source.unread_since)}: {shown(source.unread_why)}"
            )


def _document_shape(state: DocumentState) -> dict[str, Any]:
    return {
        "document": state.watched.key,
        "platform": state.watched.platform,
        "kind": state.watched.document.kind.value,
        "title": state.watched.document.title,
        "region": state.watched.document.region,
        "versions": state.versions,
        "newest": version_shape(state.newest) if state.newest else None,
        "sources": [
            {
                "source": source.source.value,
                "address": source.address,
                "checked_at": source.checked_at,
                "unread_since": source.unread_since,
                "unread_why": source.unread_why,
            }
            for source in state.sources
        ],
    }
