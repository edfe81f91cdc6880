"""How a helper process is asked and answers: the side of the helper, which loads little."""

from __future__ import annotations

import contextlib
import importlib
import marshal
from typing import IO, Any

from rightsdesk.files.workers.gc_tuning import collecting_seldom

_LENGTH = 8  # bytes before each message


def serve(module: str, questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer by the module's `answer` what is asked, until nobody asks any more.

    A question comes with a number, and its answer goes back with the same.
    Whoever asked may be gone before the answer: then nobody is left to tell of it.
    """
    answer = importlib.import_module(module).answer
    with collecting_seldom():
        while (asked := receive(questions)) is not None:
            number, question = asked
            told = answer(question)
            try:
                send(answers, (number, told))
            except OSError:
                with contextlib.suppress(OSError):  # Python would try again, and complain
                    answers.close()
                return


def send(pipe: IO[bytes], message: Any) -> None:
    """Write a message: its length, then marshalled lists and tuples; both ends are one Python."""
    data = marshal.dumps(message)
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next message; None when there is none, or only a part of one."""
    head = pipe.read(_LENGTH)
    length = int.from_bytes(head, "big")
    data = pipe.read(length) if len(head) == _LENGTH else b""
    return marshal.loads(data) if data and len(data) == length else None
