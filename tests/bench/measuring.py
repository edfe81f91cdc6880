"""A job beside its yardstick: taken in turns, several times, and the best of each counts.

The disk's cache is warm, so that what is compared is work and not luck. In turns, since a
computer is not equally fast from one second to the next.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took: seconds on the clock, and seconds of processors."""

    clock: float
    processor: float


@dataclass(frozen=True, slots=True)
class Line:
    """A job and its yardstick. `reach` is the figure to reach: at least so many times as
    fast, or, where `at_most` is set, at most so many times as long; 0 for none."""

    job: str
    cost: Cost
    yardstick: str
    plain: Cost
    reach: float = 0.0
    at_most: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times as fast, or as long."""
        return _ratio(self.cost.clock, self.plain.clock, at_most=self.at_most)

    @property
    def processor_ratio(self) -> float:
        """The same in processor time, which other programs at work disturb less."""
        return _ratio(self.cost.processor, self.plain.processor, at_most=self.at_most)

    @property
    def reached(self) -> bool:
        """Whether the figure is reached, on the clock."""
        return not self.reach or (
            self.ratio <= self.reach if self.at_most else self.ratio >= self.reach
        )


def _ratio(ours: float, plain: float, *, at_most: bool) -> float:
    above, below = (ours, plain) if at_most else (plain, ours)
    return above / max(below, 1e-9)


def cost_of(work: Callable[[], Any]) -> tuple[Cost, Any]:
    """Do it once, and say what it took and gave. Processes it waited for are counted."""
    clock, processor = time.perf_counter(), _processor()
    result = work()
    return Cost(time.perf_counter() - clock, _processor() - processor), result


def in_turns(rounds: int, *works: Callable[[], Any]) -> list[Cost]:
    """The best that each of these did in so many rounds."""
    costs = [[cost_of(work)[0] for work in works] for _ in range(rounds)]
    return [best(of_one) for of_one in zip(*costs, strict=True)]


def best(costs: Sequence[Cost]) -> Cost:
    """The least time on the clock, and the least processor time."""
    return Cost(min(cost.clock for cost in costs), min(cost.processor for cost in costs))


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def expect(found: object, wanted: object) -> None:
    """A figure for work that was not done would be worth nothing."""
    if found != wanted:
        raise RuntimeError(f"expected {wanted}, found {found}")


def table(lines: list[Line]) -> str:
    """The results, aligned."""
    rows = [("", "reached", "to reach", "in processor time", "seconds", "beside", "seconds", "")]
    for line in lines:
        words = "× as long" if line.at_most else "× as fast"
        wanted = f"{'≤' if line.at_most else '≥'} {line.reach:g}" if line.reach else ""
        rows.append(
            (
                line.job,
                f"{line.ratio:.2f} {words}{'' if line.reached else ' !'}",
                wanted,
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
