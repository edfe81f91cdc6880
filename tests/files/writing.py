"""Change files on the disk by the safe writer, and let its steps go wrong one by one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rightsdesk.files.containers import container_of
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.patch import Patch
from rightsdesk.files.writer import Staged, opened, stage
from tests.files import build
from tests.files.changing import NO_AI

KINDS = {
    "mp3": build.id3([("TIT2", b"\x00Title")], padding=20) + build.mpeg(40) + build.id3v1(),
    "flac": build.flac([(6, build.noise(5000))], audio=b"\xff\xf8" + build.noise(3_000_000)),
    "wav": build.wav(build.FMT, build.SAMPLES, (b"iXML", b"<x/>")),
    "aiff": build.aiff(),
    "ogg": build.vorbis(build.vorbis_comments([b"TITLE=T"]) + b"\x01"),
    "opus": build.opus(build.vorbis_comments([b"TITLE=T"])),
    "m4a": build.mp4(build.udta(build.ilst(build.TITLE))),
}

STEPS = (
    *("open", "stat", "lstat", "fstat", "statvfs", "dup", "copy_file_range", "fsync"),
    *("listxattr", "getxattr", "setxattr", "removexattr", "fchown", "fchmod", "replace"),
)
"""The calls on which the writer can be refused, or killed."""


def planned(path: Path, wanted: Mapping[str, tuple[str, ...]] = NO_AI) -> tuple[Any, ...]:
    """What `stage` needs: path, patch, container and identity."""
    with opened(str(path)) as f:
        container = container_of(f)
        return str(path), container.patch(f, wanted), container, FileIdentity.of(f.fileno())


def staged(path: Path, wanted: Mapping[str, tuple[str, ...]] = NO_AI) -> Staged:
    return stage(*planned(path, wanted))


def inverse(path: Path, patch: Patch) -> Patch:
    with opened(str(path)) as f:
        return patch.inverse(f)


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".rightsdesk")]


@contextmanager
def at_step(number: int, act: Callable[[str], None]) -> Iterator[list[str]]:
    """Call `act` before the given call of `STEPS` is made; gives the calls as they come."""
    calls: list[str] = []
    real = {name: getattr(os, name) for name in STEPS if hasattr(os, name)}

    def counting(name: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            calls.append(name)
            if len(calls) == number:
                act(name)
            return real[name](*args, **named)

        return call

    for name in real:
        setattr(os, name, counting(name))
    try:
        yield calls
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def die(_: str) -> None:
    os.kill(os.getpid(), 9)


def kill_at_every_step(path: Path) -> int:
    """In a child process for each step: change the file and be killed there.

    Fails unless the file is then wholly old or wholly new, and what was left beside it
    can be swept up. Gives the number of steps.
    """
    from rightsdesk.files.writer import sweep

    old = path.read_bytes()
    with staged(path) as version:
        new = Path(version.temp).read_bytes()
    states = set()
    for number in range(1, 1000):
        arguments = planned(path)
        child = os.fork()
        if child == 0:
            with at_step(number, die):
                stage(*arguments).replace()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        now = path.read_bytes()
        assert now in (old, new), f"torn at step {number}"
        states.add(now)
        sweep(str(path.parent))
        assert left_over(path.parent) == []
        if os.WIFEXITED(status):
            assert (now, states) == (new, {old, new})
            return number - 1
        path.write_bytes(old)
    raise AssertionError("it never came to an end")
