"""The protocol of helper processes, and their main loop. This module imports little."""

from __future__ import annotations

import contextlib
import importlib
import marshal
from typing import IO, Any

from rightsdesk.files.workers.gc_tuning import collecting_seldom

_LENGTH = 8  # bytes before each message


def serve(module: str, questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions with the module's `answer` until the pipe is closed.

    Each question comes with a number, and its answer is sent with the same number. The
    parent process may exit before the answer; then the helper just ends.
    """
    answer = importlib.import_module(module).answer
    with collecting_seldom():
        while (message := receive(questions)) is not None:
            number, question = message
            result = answer(question)
            try:
                send(answers, (number, result))
            except OSError:
                with contextlib.suppress(OSError):  # else Python flushes again, and complains
                    answers.close()
                return


def send(pipe: IO[bytes], message: Any) -> None:
    """Write a message: its length, then marshalled lists and tuples.

    Marshal is safe here because both ends run the same Python.
    """
    try:
        data = marshal.dumps(message)
    except ValueError:  # marshal refuses subclasses of `str`, such as texts that keep their form
        data = marshal.dumps(_plain(message))
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def _plain(value: Any) -> Any:
    """Return the message with plain `str` texts."""
    if isinstance(value, str):
        return "".join(value)
    if isinstance(value, tuple):
        return tuple(_plain(part) for part in value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(part) for key, part in value.items()}
    return value


def receive(pipe: IO[bytes]) -> Any:
    """Return the next message; None at the end of the pipe, or if a message is incomplete."""
    head = pipe.read(_LENGTH)
    length = int.from_bytes(head, "big")
    data = pipe.read(length) if len(head) == _LENGTH else b""
    return marshal.loads(data) if data and len(data) == length else None
