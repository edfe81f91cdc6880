"""`signals`: the standards of consent, who reads them, and what they are good for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin
from rightsdesk.consent import Permission, Use
from rightsdesk.consent.words import PERMISSION_NAMES, listed

if TYPE_CHECKING:
    from rightsdesk.resources.signals import Signal


def signals(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="[SIGNAL]", help="Only this one: aipref, robots, …")
    ] = "",
    as_json: Json = False,
) -> int:
    """Explain the standards that carry your consents: where, who reads them, what for.

    \b
    rightsdesk signals
    rightsdesk signals tdmrep
    """
    from rightsdesk.resources.signals import HONESTY, all_signals, signal_named

    session = begin(context, as_json=as_json)
    chosen = all_signals()
    if name:
        found = signal_named(name)
        if found is None:
            raise usage(f"There is no signal “{name}”.", "To see all: rightsdesk signals")
        chosen = (found,)
    for signal in chosen:
        session.out.say(*(signal_lines(signal) if name else _short_lines(signal)))
    session.out.say("", HONESTY)
    if not name:
        session.out.say("", "For details: rightsdesk signals SIGNAL")
    session.out.document({"signals": [_shape(signal) for signal in chosen], "honesty": HONESTY})
    return Exit.DONE


def _short_lines(signal: Signal) -> Iterator[str]:
    yield f"{signal.id}: {signal.name}"
    yield f"    Read by: {signal.readers}"


def signal_lines(signal: Signal) -> Iterator[str]:
    """Yield everything about a signal."""
    yield signal.name
    yield f"  Where: {signal.where}"
    yield f"  Read by: {signal.readers}"
    yield f"  Good for: {signal.good_for}"
    words = _words(signal)
    for answer in Permission:
        if words[answer]:
            yield f"  Can express “{PERMISSION_NAMES[answer]}” for: {listed(words[answer])}"
    expressible = {use for uses in words.values() for use in uses}
    missing = [use for use in Use if use not in expressible]
    if not expressible:
        yield "  RightsDesk reads it and never writes it."
    elif missing:
        yield f"  Has no word for: {listed(missing)}"
    yield f"  Source: {signal.source}; looked up {signal.last_checked}"
    if signal.url:
        yield f"    {signal.url}"


def _words(signal: Signal) -> Mapping[Permission, list[Use]]:
    """Return the uses that the signal's dialects together can express, by permission."""
    from rightsdesk.consent.dialects.every import ALL_DIALECTS
    from rightsdesk.consent.dialects.vocabulary import vocabulary

    vocabularies = [
        vocabulary(dialect) for dialect in ALL_DIALECTS if dialect.id in signal.dialects
    ]
    return {
        answer: [use for use in Use if any(use in uses[answer] for uses in vocabularies)]
        for answer in Permission
    }


def _shape(signal: Signal) -> dict[str, Any]:
    from rightsdesk.resources.strict_toml import plain

    words = _words(signal)
    return {
        **plain(signal),
        "can_say": {answer.value: [use.value for use in words[answer]] for answer in Permission},
    }
