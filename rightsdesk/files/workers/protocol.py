"""The protocol of helper processes, and their main loop. This module imports little."""

from __future__ import annotations

import contextlib
import importlib
import marshal
from collections.abc import Callable
from typing import IO, Any

from rightsdesk.files.workers.gc_tuning import collecting_seldom
from rightsdesk.sentence_data import dump_sentence, load_sentence

_LENGTH = 8  # bytes before each message
_AS_IT_IS, _WITH_FORMS = b"\0", b"\1"


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

    Marshal is safe here because both ends run the same Python. It refuses subclasses of `str`, so
    a message with texts that keep their form says so, and has them as `sentence_data` writes them.
    """
    try:
        kind, data = _AS_IT_IS, marshal.dumps(message)
    except ValueError:
        kind, data = _WITH_FORMS, marshal.dumps(_changed(message, dump_sentence))
    pipe.write(b"".join(((1 + len(data)).to_bytes(_LENGTH, "big"), kind, data)))
    pipe.flush()


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """Return the message with each text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(part, change) for part in value)
    if isinstance(value, list):
        return [_changed(part, change) for part in value]
    if isinstance(value, dict):
        return {_changed(key, change): _changed(part, change) for key, part in value.items()}
    return value


def receive(pipe: IO[bytes]) -> Any:
    """Return the next message; None at the end of the pipe, or if a message is incomplete."""
    head = pipe.read(_LENGTH)
    length = int.from_bytes(head, "big")
    data = pipe.read(length) if len(head) == _LENGTH else b""
    if not data or len(data) != length:
        return None
    message = marshal.loads(memoryview(data)[1:])
    return _changed(message, load_sentence) if data.startswith(_WITH_FORMS) else message
