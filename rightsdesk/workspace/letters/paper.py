"""A letter as a document: for HTML, PDF and plain text."""

from __future__ import annotations

from collections.abc import Iterator

from rightsdesk.resources.wording import wording
from rightsdesk.workspace.documents.blocks import Block, BlockTone, Document, Heading, Paragraph
from rightsdesk.workspace.letters.types import Draft, Letter


def paper(letter: Letter | Draft) -> Document:
    """The letter as it would be sent. An empty line separates paragraphs."""
    pages = wording(letter.language).forms["head.page"]
    return Document(
        title=letter.subject,
        language=letter.language,
        blocks=_blocks(letter),
        page_form=pages if isinstance(pages, str) else "",
        author="RightsDesk",
    )


def _blocks(letter: Letter | Draft) -> Iterator[Block]:
    paragraphs = [part.strip("\n") for part in letter.text.split("\n\n")]
    some = [part for part in paragraphs if part.strip()]
    # Recipient and day stand above the subject, as in any letter.
    above = 2 if len(some) > 2 else 0
    for part in some[:above]:
        yield Paragraph(part)
    yield Heading(letter.subject)
    for part in some[above:]:
        yield Paragraph(part, BlockTone.PLAIN)
