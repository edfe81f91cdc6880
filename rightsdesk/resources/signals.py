"""The dialects for people: where each is written, who reads it, what it is good for.

Deliberately honest: artists who publish a signal must know who is known to read it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from rightsdesk.resources.strict_toml import Day, FilledText, Strict, Texts, WebLink, read

HONESTY: Final = (
    "A signal is not a lock. No AI company is known to document that it reads signals inside "
    "audio files. What they are good for: they reserve your rights in a form that machines can "
    "read (in the EU: Directive 2019/790, Article 4(3)), and show when you did."
)


class Signal(Strict, frozen=True, kw_only=True):
    """One signal, with the ids of its dialects, one for each place it is written.

    `last_checked` is the day of the last check of its readers.
    """

    id: FilledText
    dialects: Texts
    name: FilledText
    where: FilledText
    readers: FilledText
    good_for: FilledText
    source: FilledText
    url: WebLink = ""
    last_checked: Day = ""


class _Signals(Strict, frozen=True, kw_only=True):
    last_checked: Day
    signals: tuple[Signal, ...] = msgspec.field(name="signal")


@cache
def all_signals() -> tuple[Signal, ...]:
    """Every signal. Raises FactsError if the file is broken."""
    found = read(files(__package__) / "signals.toml", _Signals)
    return tuple(
        msgspec.structs.replace(signal, last_checked=signal.last_checked or found.last_checked)
        for signal in found.signals
    )


def signal_named(name: str) -> Signal | None:
    """The signal with this id, or with a dialect of this id."""
    wanted = name.strip().lower()
    for signal in all_signals():
        if signal.id == wanted:
            return signal
    return next((signal for signal in all_signals() if wanted in signal.dialects), None)
