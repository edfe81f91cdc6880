"""Reading one file after the other, as a helper process does it: see `reading`.

A module of its own, since a process that starts for a moment should load little.
"""

from __future__ import annotations

import gc
import marshal
from dataclasses import fields
from operator import attrgetter
from typing import IO, Any

from rightsdesk.errors import KnownError
from rightsdesk.files.tags import AudioFile, read_audio

Read = tuple[AudioFile | None, str]
"""What a file says, and a sentence where something could not be read."""

_row = attrgetter(*(field.name for field in fields(AudioFile)))
_LENGTH = 8  # bytes before each message


def read_one(path: str | bytes) -> Read:
    """What one file says; the world's faults become the sentence."""
    try:
        audio = read_audio(path)
    except KnownError as error:
        return None, str(error)
    return audio, audio.problem


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Read what is asked for, until nobody asks any more."""
    gc.set_threshold(100_000)  # hardly anything here refers to itself
    while (paths := receive(questions)) is not None:
        read = (read_one(path) for path in paths)
        send(answers, [(None if a is None else _row(a), problem) for a, problem in read])


def answers_of(message: Any) -> list[Read]:
    """What `serve` sent, as it was."""
    return [(None if row is None else AudioFile(*row), problem) for row, problem in message]


def send(pipe: IO[bytes], message: list[Any]) -> None:
    """Write a message: its length, then marshalled tuples; both ends are one Python."""
    data = marshal.dumps(message)
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next message; None when there is none, or only a part of one."""
    head = pipe.read(_LENGTH)
    length = int.from_bytes(head, "big")
    data = pipe.read(length) if len(head) == _LENGTH else b""
    return marshal.loads(data) if data and len(data) == length else None
