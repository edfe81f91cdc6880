"""Show what a command would do, and get a yes: for the change, and for what it lets AI do more.

Plans have their own way, in `carrying_out`: their confirmation names every change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from rightsdesk.cli.asking import agreed, someone_is_there
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.output.output import Output
from rightsdesk.consent import Use
from rightsdesk.consent.words import listed


def ends_early(
    out: Output,
    lines: Sequence[str],
    widens: Collection[Use],
    shape: Callable[[str], dict[str, Any]],
    *,
    yes: bool,
    allow_widening: bool,
    dry_run: bool,
) -> Exit | None:
    """Show the lines and ask. None where all is agreed to, else how the command ends.

    `shape` is the JSON document for an outcome. Raises a usage error where nobody can be asked.
    """
    if dry_run:
        out.say(*lines)
        out.document(shape("planned"))
        return Exit.DONE
    if not yes and not someone_is_there():
        out.say(*lines)
        raise usage(
            "Nothing was changed: there is no terminal to ask on.",
            "Add --yes to do it without asking, or --dry-run to only look.",
            shape("planned"),
        )
    out.present(*lines) if not yes else out.say(*lines)
    if not yes and not agreed("Do this?"):
        out.note("Nothing was changed.")
        out.document(shape("planned"))
        return Exit.CANCELLED
    if widens and not allow_widening and (yes or not agreed(f"Let AI do more ({listed(widens)})?")):
        out.say("Left alone: this lets AI do more than before. To do it, add --allow-widening.")
        out.document(shape("skipped"))
        return Exit.SOME_FAILED
    return None
