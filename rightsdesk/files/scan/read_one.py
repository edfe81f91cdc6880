"""Reading one file after the other, here or in a helper process: see `reading`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rightsdesk.errors import KnownError
from rightsdesk.files.scan.tags import AudioFile, read_audio

Read = tuple[AudioFile | None, str]
"""What a file says, and a sentence where something could not be read."""


def read_one(path: str | bytes) -> Read:
    """What one file says; the world's faults become the sentence."""
    try:
        audio = read_audio(path)
    except KnownError as error:
        return None, str(error)
    return audio, audio.problem


def answer(paths: Sequence[bytes]) -> list[Any]:
    """What these files say, in a form for `answers_of`."""
    read = (read_one(path) for path in paths)
    return [(None if audio is None else tuple(audio), problem) for audio, problem in read]


def answers_of(message: Any) -> list[Read]:
    """What `answer` told, as it was."""
    return [(None if row is None else AudioFile._make(row), problem) for row, problem in message]
