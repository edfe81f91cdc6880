"""Reading what many files say: in this process, and beside it where that pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from rightsdesk.files.scan import read_one
from rightsdesk.files.scan.read_one import Read
from rightsdesk.files.workers.process_pool import shared_out


class _Reading:
    """One batch of paths is one task."""

    module = read_one.__name__

    def here(self, task: Sequence[str], stopped: Callable[[], bool]) -> list[Read]:
        return [read_one.read_one(path) for path in task if not stopped()]

    def question(self, task: Sequence[str]) -> list[bytes]:
        return [os.fsencode(path) for path in task]

    def result(self, task: Sequence[str], answer: Any) -> list[Read]:
        return read_one.answers_of(answer)


def read_batches(
    batches: Iterator[Sequence[str]],
    *,
    stopped: Callable[[], bool] = lambda: False,
    helpers: int | None = None,
) -> Generator[list[Read], None, None]:
    """What each file of each batch says, batch by batch and in their order.

    Batches are asked for a little ahead of what is answered. Once `stopped`, or closed,
    nothing more comes. `helpers` is how many processes may help (None: what fits).
    """
    return shared_out(_Reading(), batches, size=len, stopped=stopped, helpers=helpers)
