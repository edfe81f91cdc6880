"""Reading what many files say: in this process, and beside it where that pays."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from rightsdesk.files.scan import tags
from rightsdesk.files.scan.scanner import FoundFile
from rightsdesk.files.scan.tags import Read, answers_of, read_one
from rightsdesk.files.workers.process_pool import run_tasks


class _Reading:
    """One batch of files is one task."""

    module = tags.__name__

    def here(self, task: Sequence[FoundFile], stopped: Callable[[], bool]) -> list[Read]:
        return [read_one(file.path) for file in task if not stopped()]

    def question(self, task: Sequence[FoundFile]) -> list[bytes]:
        return [os.fsencode(file.path) for file in task]

    def result(self, task: Sequence[FoundFile], answer: Any) -> list[Read]:
        return answers_of(answer)


def read_batches(
    batches: Iterator[Sequence[FoundFile]],
    *,
    stopped: Callable[[], bool] = lambda: False,
    helpers: int | None = None,
) -> Generator[list[tuple[FoundFile, Read]], None, None]:
    """Each file of each batch with what it says, batch by batch and in their order.

    Batches are asked for a little ahead of what is answered. Once `stopped`, or closed,
    nothing more comes. `helpers` is how many processes may help (None: what fits).
    """
    with closing(
        run_tasks(_Reading(), batches, size=len, stopped=stopped, helpers=helpers)
    ) as shared:
        for files, read in shared:
            yield list(zip(files, read, strict=True))
