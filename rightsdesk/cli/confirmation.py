"""Show a change and ask for consent: to the change, and to allowing AI more.

Plans are confirmed in `plan_runner`: their confirmation names every change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from rightsdesk.cli.exits import EarlyExit, Exit, NotWidened, Stopped, stopped, usage
from rightsdesk.cli.output.json_shapes import Shape
from rightsdesk.cli.output.output import Output, error_shape
from rightsdesk.cli.prompts import confirmed, is_interactive
from rightsdesk.consent import Use
from rightsdesk.consent.words import listed

Made = TypeVar("Made")

YES_OR_PREVIEW = "Add --yes to change it without a question, or --dry-run to see a preview."
YES_TO_REMOVE = "Add --yes to remove it without a question."


@dataclass(frozen=True, slots=True)
class Answers:
    """Confirmations given on the command line in advance."""

    yes: bool = False
    allow_widening: bool = False
    dry_run: bool = False


def confirm_change(
    out: Output,
    lines: Sequence[str],
    widens: Collection[Use],
    shape: Callable[[str], dict[str, Any]],
    answers: Answers,
) -> Exit | None:
    """Show the lines and ask. Return None for a yes, otherwise the command's exit code.

    `shape` returns the JSON document for an outcome. Raises a usage error without a terminal.
    """
    if answers.dry_run:
        out.say(*lines)
        out.document(shape("planned"))
        return Exit.DONE
    if not answers.yes and not is_interactive():
        out.say(*lines)
        raise nobody_to_ask(YES_OR_PREVIEW, shape("planned"))
    out.present(*lines) if not answers.yes else out.preview(*lines)
    if not answers.yes and not confirmed("Do this?"):
        return declined(out, shape("planned"))
    if (
        widens
        and not answers.allow_widening
        and (answers.yes or not confirmed(f"Let AI do more ({listed(widens)})?"))
    ):
        return not_widened(out, shape("skipped"))
    return None


def nobody_to_ask(advice: str, document: Shape | None = None) -> EarlyExit:
    """Return the usage error, to be raised, of a question without a terminal.

    `advice` says how to answer in advance.
    """
    return usage("Nothing was changed: there is no terminal to ask on.", advice, document)


def not_widened(out: Output, document: Shape) -> Exit:
    """Say that a change was refused because what it opens up was not allowed; the exit code."""
    refusal = NotWidened()
    out.say(str(refusal))
    out.document({**document, "error": error_shape(refusal)})
    return Exit.SOME_FAILED


def declined(out: Output, document: Shape) -> Exit:
    """Say that a person answered no, so that nothing was changed; the exit code."""
    refusal = Stopped("Nothing was changed.")
    out.note(str(refusal))
    out.document({**document, "error": error_shape(refusal)})
    return Exit.CANCELLED


def saved(save: Callable[[bool], Made], question: str, *, yes: bool) -> Made:
    """Save a file for a person. If it exists, change it only after a yes."""
    from rightsdesk.workspace.exports.saving import AlreadyThere

    try:
        return save(yes)
    except AlreadyThere as error:
        if not is_interactive():
            advice = f"{error.untouched} To change it: --yes"
            raise usage(error.sentence, advice) from error
        if not confirmed(f"{error.sentence} {question}"):
            raise stopped(error.untouched) from error
        return save(True)
