"""A proposal in sentences: what the library lists, and what of it is here."""

from __future__ import annotations

from rightsdesk import phrases
from rightsdesk.sentences import worded
from rightsdesk.workspace.imports.types import LIBRARY_NAMES, Proposal


def count_sentences(proposal: Proposal) -> list[str]:
    """What a library lists, and how much of it can be added: a sentence each."""
    return [
        worded(
            "{library}: {files}, and {there} of them on this computer.",
            library=LIBRARY_NAMES[proposal.kind],
            files=phrases.counted(proposal.tracks, "file"),
            there=phrases.number(proposal.there),
        ),
        *left_out_sentences(proposal),
    ]


def left_out_sentences(proposal: Proposal) -> list[str]:
    """What of a library can't be added, and why: a sentence each."""
    return [
        worded(form, files=phrases.counted(number, "file"))
        for form, number in (
            ("No longer there: {files}.", proposal.gone),
            ("In a cloud or on another computer: {files}.", proposal.elsewhere),
            ("Of kinds that RightsDesk does not read: {files}.", proposal.other_formats),
            ("Left out, because they name no artist: {files}.", proposal.unnamed),
        )
        if number
    ]
