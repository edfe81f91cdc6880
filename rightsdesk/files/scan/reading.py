"""Read many files for the catalogue, in this process and in helper processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from rightsdesk.files.scan import tags
from rightsdesk.files.scan.scanner import FoundFile
from rightsdesk.files.scan.tags import ReadTags, answers_of, read_file
from rightsdesk.files.workers.process_pool import run_tasks


class _Reading:
    """The job of the process pool. A task is a batch of files."""

    module = tags.__name__

    def here(self, task: Sequence[FoundFile], stopped: Callable[[], bool]) -> list[ReadTags]:
        return [read_file(file.path) for file in task if not stopped()]

    def question(self, task: Sequence[FoundFile]) -> list[bytes]:
        return [os.fsencode(file.path) for file in task]

    def result(self, task: Sequence[FoundFile], answer: Any) -> list[ReadTags]:
        return answers_of(answer)


def read_batches(
    batches: Iterator[Sequence[FoundFile]],
    *,
    stopped: Callable[[], bool] = lambda: False,
    helpers: int | None = None,
) -> Generator[list[tuple[FoundFile, ReadTags]], None, None]:
    """Yield each batch as (file, what it says), in order.

    Batches are fetched a little ahead of the results. Once `stopped`, or closed, the
    generator ends. `helpers`: the number of helper processes (None: see `fitting`).
    """
    with closing(
        run_tasks(_Reading(), batches, size=len, stopped=stopped, helpers=helpers)
    ) as shared:
        for files, read in shared:
            yield list(zip(files, read, strict=True))
