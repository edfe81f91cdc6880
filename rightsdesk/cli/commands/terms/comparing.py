"""`rightsdesk terms compare`: what two versions of terms let AI do with uploaded content."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.commands.terms.words import DIRECTIONS, paragraph_lines, paragraph_shapes
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin, existing
from rightsdesk.cli.output.words import shown
from rightsdesk.consent.words import listed

if TYPE_CHECKING:
    from rightsdesk.terms.judging import Judgement


def compare(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD_FILE", help="The older version.")],
    new: Annotated[str, typer.Argument(metavar="NEW_FILE", help="The newer version.")],
    as_json: Json = False,
) -> int:
    """Compare two versions of a platform's terms: what AI may do with uploads.

    The files are text, Markdown or HTML. Changes nothing, and makes no network calls. It finds
    changed paragraphs by rules, and names them; it is no legal advice.

    \b
    rightsdesk terms compare terms-2024.md terms-2025.md
    rightsdesk terms compare old.html new.html --json
    """
    session = begin(context, as_json=as_json)
    texts = [_text(Path(file)) for file in (old, new)]
    from rightsdesk.terms.judging import compare_by_hand

    judgement = compare_by_hand(*texts)
    session.out.say(*_lines(judgement, verbose=session.out.verbose))
    session.out.document(_shape(judgement))
    return Exit.DONE


def _text(file: Path) -> str:
    """Return a file's text. Raises EarlyExit if there is no such file, and NotTerms."""
    from rightsdesk.terms.decoding import MAX_BYTES, NotTerms, decoded

    name = shown(str(file))
    existing(str(file), untouched="")
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise usage(f"This is not a file: {name}", "Name a file of text, Markdown or HTML.")
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise usage(f"This file can't be read: {name}", "Check its permissions.") from error
    try:
        return decoded(content)
    except NotTerms as error:
        raise NotTerms(f"{name}: {error.sentence}", advice=error.advice) from error


def _lines(judgement: Judgement, *, verbose: bool) -> Iterator[str]:
    if judgement.broken_why:
        yield judgement.broken_why
    if judgement.broken_version and not judgement.ai_relevant:
        yield "So nothing can be said about a change. Compare the whole documents."
        return
    if judgement.broken_why and not judgement.ai_relevant:
        yield "They say nothing different about AI."
        return
    yield DIRECTIONS[judgement.direction]
    if judgement.uses:
        yield f"It is about: {listed(judgement.uses)}."
    yield from paragraph_lines(judgement.paragraphs, verbose=verbose)
    if judgement.paragraphs:
        number = phrases.counted(len(judgement.paragraphs), "passage")
        yield from ("", f"{number} by rules, not by a lawyer: read them before you rely on it.")


def _shape(judgement: Judgement) -> dict[str, Any]:
    return {
        "ai_relevant": judgement.ai_relevant,
        "direction": judgement.direction.value,
        "uses": [use.value for use in judgement.uses],
        "broken_fetch": judgement.broken_fetch,
        "paragraphs": paragraph_shapes(judgement.paragraphs),
    }
