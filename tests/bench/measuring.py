"""Measure a job and its yardstick in turns, several times. The best of each counts.

The disk's cache is warm, so that the work is compared and not luck. Turns are needed because a
computer's speed varies from second to second.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cost:
    """Elapsed time and processor time, in seconds."""

    clock: float
    processor: float


@dataclass(frozen=True, slots=True)
class Line:
    """A job and its yardstick. `reach` is the target ratio, 0 for none.

    The job should be at least `reach` times as fast. With `at_most`, it should take at most
    `reach` times as long.
    """

    job: str
    cost: Cost
    yardstick: str
    plain: Cost
    reach: float = 0.0
    at_most: bool = False
    note: str = ""

    def __str__(self) -> str:
        missed = "" if self.reached else " (missed)"
        return (
            f"{self.job}: {self.cost.clock:.3f}, {self.yardstick}: {self.plain.clock:.3f}{missed}"
        )

    @property
    def ratio(self) -> float:
        """The ratio of elapsed times: how many times as fast, or with `at_most` as long."""
        return _ratio(self.cost.clock, self.plain.clock, at_most=self.at_most)

    @property
    def processor_ratio(self) -> float:
        """The ratio of processor times, which other programs disturb less."""
        return _ratio(self.cost.processor, self.plain.processor, at_most=self.at_most)

    @property
    def reached(self) -> bool:
        """Whether the target is reached, by elapsed time."""
        return not self.reach or (
            self.ratio <= self.reach if self.at_most else self.ratio >= self.reach
        )


def _ratio(ours: float, plain: float, *, at_most: bool) -> float:
    above, below = (ours, plain) if at_most else (plain, ours)
    return above / max(below, 1e-9)


def cost_of(work: Callable[[], Any]) -> tuple[Cost, Any]:
    """Do the work once; return its cost and its result. Child processes count."""
    clock, processor = time.perf_counter(), _processor()
    result = work()
    return Cost(time.perf_counter() - clock, _processor() - processor), result


def in_turns(rounds: int, *works: Callable[[], Any]) -> list[Cost]:
    """Return the best cost of each work over all rounds."""
    costs = [[cost_of(work)[0] for work in works] for _ in range(rounds)]
    return [best(of_work) for of_work in zip(*costs, strict=True)]


def best(costs: Sequence[Cost]) -> Cost:
    """Return the least elapsed time, and the least processor time."""
    return Cost(min(cost.clock for cost in costs), min(cost.processor for cost in costs))


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def expect(found: object, expected: object) -> None:
    """Raise RuntimeError if the work was not done: its time would be meaningless."""
    if found != expected:
        raise RuntimeError(f"expected {expected}, found {found}")


def megabytes(job: str, ours: float, yardstick: str, plain: float, reach: float) -> Line:
    """A line about memory, in megabytes."""
    return Line(
        job,
        Cost(ours, ours),
        yardstick,
        Cost(plain, plain),
        reach=reach,
        at_most=True,
        note="megabytes, not seconds",
    )


def table(lines: list[Line]) -> str:
    """Return the results as an aligned table."""
    rows = [("", "reached", "to reach", "in processor time", "seconds", "beside", "seconds", "")]
    for line in lines:
        words = "× as long" if line.at_most else "× as fast"
        expected = f"{'≤' if line.at_most else '≥'} {line.reach:g}" if line.reach else ""
        rows.append(
            (
                line.job,
                f"{line.ratio:.2f} {words}{'' if line.reached else ' !'}",
                expected,
                f"{line.processor_ratio:.2f}",
                f"{line.cost.clock:.3f}",
                line.yardstick,
                f"{line.plain.clock:.3f}",
                line.note,
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    texts = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{text}\n" for text in texts)
