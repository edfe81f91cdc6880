"""`terms answer`: a person's answer to a change in terms."""

from __future__ import annotations

from typing import Annotated

import typer

from rightsdesk.cli.commands.terms.words import alarm_lines, alarm_shape
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin, day_of


def answer(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ALARM", help="The number of the alarm.")],
    noted: Annotated[bool, typer.Option("--noted", help="You know, and leave it so.")] = False,
    choice_changed: Annotated[
        bool, typer.Option("--choice-changed", help="You changed what AI may do, or a switch.")
    ] = False,
    ask_again: Annotated[
        str,
        typer.Option("--ask-again", metavar="YYYY-MM-DD", help="Ask again on this day."),
    ] = "",
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Take the answer back: the alarm is open again.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Answer a change in terms. An answer can be replaced by another one.

    \b
    rightsdesk terms answer 3 --noted
    rightsdesk terms answer 3 --choice-changed
    rightsdesk terms answer 3 --ask-again 2027-02-01
    rightsdesk terms answer 3 --reopen
    """
    from rightsdesk.workspace.terms.types import AlarmAnswer

    session = begin(context, as_json=as_json)
    given = [
        kind
        for kind, is_given in (
            (AlarmAnswer.NOTED, noted),
            (AlarmAnswer.CHOICE_CHANGED, choice_changed),
            (AlarmAnswer.ASK_AGAIN, bool(ask_again)),
            (AlarmAnswer.NONE, reopen),
        )
        if is_given
    ]
    if len(given) != 1:
        raise usage("Give one answer: --noted, --choice-changed, --ask-again DAY or --reopen.")
    alarm = session.workspace().terms.answer(number, given[0], ask_on=day_of(ask_again))
    session.out.say(*alarm_lines(alarm))
    session.out.document(alarm_shape(alarm))
    return Exit.DONE
