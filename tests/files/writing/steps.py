"""Change files on disk with the writers, and make each of their steps fail in turn."""

from __future__ import annotations

import errno
import io
import os
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rightsdesk.files.containers import container_of
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.writing.in_place import settle, write_in_place
from rightsdesk.files.writing.writer import Staged, opened, stage
from tests.files import build
from tests.files.changing import NO_AI, change

KINDS = {
    "mp3": build.id3([("TIT2", b"\x00Title")], padding=20) + build.mpeg(40) + build.id3v1(),
    "flac": build.flac([(6, build.noise(5000))], audio=b"\xff\xf8" + build.noise(3_000_000)),
    "wav": build.wav(build.FMT, build.SAMPLES, (b"iXML", b"<x/>")),
    "aiff": build.aiff(),
    "ogg": build.vorbis(build.vorbis_comments([b"TITLE=T"]) + b"\x01"),
    "opus": build.opus(build.vorbis_comments([b"TITLE=T"])),
    "m4a": build.mp4(build.udta(build.ilst(build.TITLE))),
}

ASK = {
    **NO_AI,
    "AI-CONSENT": ("generative-training=ask, other-training=ask, likeness=n",),
    "COPYRIGHT": ("© 2026 Björk. Ask before you train AI, please",),
}
"""Another edit, which needs no more room than NO_AI."""

STEPS = (
    *("open", "stat", "lstat", "fstat", "statvfs", "dup", "copy_file_range", "fsync"),
    *("listxattr", "getxattr", "setxattr", "removexattr", "fchown", "fchmod", "replace"),
    *("read", "write", "pread", "pwrite", "ftruncate", "utime", "link"),
)
"""The system calls at which the writers can fail or be killed."""


def planned(path: Path, edit: Mapping[str, tuple[str, ...]] = NO_AI) -> tuple[Any, ...]:
    """Return the arguments of `stage`: path, patch and identity."""
    with opened(str(path)) as f:
        return str(path), container_of(f).patch(f, edit), FileIdentity.of(f.fileno())


def staged(path: Path, edit: Mapping[str, tuple[str, ...]] = NO_AI) -> Staged:
    return stage(*planned(path, edit))


def tagged(kind: str) -> bytes:
    """Return a file of a kind with NO_AI set, and with the padding that this left."""
    return change(KINDS[kind], NO_AI)


def planned_in_place(path: Path, edit: Mapping[str, tuple[str, ...]] = ASK) -> tuple[Any, ...]:
    """Return the arguments of `write_in_place`: path, before-image and identity."""
    with opened(str(path)) as f:
        patch = container_of(f).patch(f, edit)
        image = BeforeImage.of(f, patch, in_place=True)
        return str(path), image, FileIdentity.of(f.fileno())


def inverse(path: Path, patch: Patch) -> Patch:
    with opened(str(path)) as f:
        return patch.inverse(f)


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".rightsdesk")]


@contextmanager
def at_step(
    number: int, act: Callable[[str], None], steps: Sequence[str] = STEPS
) -> Iterator[list[str]]:
    """Call `act` before the call with this number; yield the list of calls so far."""
    calls: list[str] = []
    real = {name: getattr(os, name) for name in steps if hasattr(os, name)}
    lock = threading.Lock()

    def counting(name: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            with lock:
                calls.append(name)
                reached = len(calls) == number
            if reached:
                act(name)
            return real[name](*args, **named)

        return call

    for name in real:
        setattr(os, name, counting(name))
    plain = os.fdopen
    os.fdopen = _stepwise  # type: ignore[assignment]  # supports only what the writers use
    try:
        yield calls
    finally:
        os.fdopen = plain
        for name, function in real.items():
            setattr(os, name, function)


class _Stepwise(io.FileIO):
    """A file that uses `os.read` and `os.write`, so that these calls are counted."""

    def readinto(self, buffer: Any, /) -> int:
        out = memoryview(buffer).cast("B")
        data = os.read(self.fileno(), len(out))
        out[: len(data)] = data
        return len(data)

    def write(self, data: Any, /) -> int:
        return os.write(self.fileno(), data)


def _stepwise(descriptor: int, mode: str, _buffering: int = -1) -> Any:
    raw = _Stepwise(descriptor, mode)
    return io.BufferedRandom(raw) if "+" in mode else io.BufferedReader(raw)


def refusing(code: int) -> Callable[[str], None]:
    """Return an action for `at_step`: the step fails with this error."""

    def refuse(_: str) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


@contextmanager
def short_writes(most: int) -> Iterator[None]:
    """Let the system write at most `most` bytes at a time."""
    real = os.pwrite
    os.pwrite = lambda fd, data, at: real(fd, memoryview(data)[:most], at)
    try:
        yield
    finally:
        os.pwrite = real


@contextmanager
def full_after(number: int) -> Iterator[None]:
    """Let the disk accept `number` bytes written at an offset, and then no more."""
    real = os.pwrite
    left = [number]

    def write(descriptor: int, data: Any, at: int) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = real(descriptor, data[: left[0]], at)
        left[0] -= written
        return written

    os.pwrite = write
    try:
        yield
    finally:
        os.pwrite = real


def die(_: str) -> None:
    os.kill(os.getpid(), 9)


def kill_at_every_step(path: Path) -> int:
    """Replace the file in child processes, and kill each child at another step.

    Fails unless the file is then wholly old or wholly new, and every temp file can be swept.
    Returns the number of steps.
    """
    from rightsdesk.files.writing.writer import sweep

    old = path.read_bytes()
    with staged(path) as version:
        new = Path(version.temp).read_bytes()
    states = set()
    for number in range(1, 1000):
        arguments = planned(path)
        ended = in_a_child(number, lambda: stage(*arguments).replace())  # noqa: B023  # at once
        now = path.read_bytes()
        assert now in (old, new), f"torn at step {number}"
        states.add(now)
        sweep(str(path.parent))
        assert left_over(path.parent) == []
        if ended:
            assert (now, states) == (new, {old, new})
            return number - 1
        path.write_bytes(old)
    raise AssertionError("the steps do not end")


def kill_in_place_at_every_step(
    path: Path, edit: Mapping[str, tuple[str, ...]] = ASK
) -> tuple[int, int]:
    """Do the same for a write in place, and for `settle` after the kill.

    Returns the number of steps, and how often the file was found half written.
    """
    old = path.read_bytes()
    new = change(old, edit)
    torn = 0
    for number in range(1, 1000):
        arguments = planned_in_place(path, edit)
        ended = in_a_child(number, lambda: write_in_place(*arguments))  # noqa: B023  # at once
        torn += path.read_bytes() not in (old, new)
        for step in range(1, 1000):
            if in_a_child(step, lambda: settle(str(path), arguments[1])):  # noqa: B023
                break
        assert path.read_bytes() in (old, new), f"not settled after step {number}"
        if ended:
            assert path.read_bytes() == new
            return number - 1, torn
        path.write_bytes(old)
    raise AssertionError("the steps do not end")


def in_a_child(number: int, work: Callable[[], object], steps: Sequence[str] = STEPS) -> bool:
    """Do the work in a child that is killed at a step; return whether it finished."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            with at_step(number, die, steps), short_writes(40):
                work()
            failed = 0
        except BaseException:  # the child must not continue as a second test run
            traceback.print_exc()
        finally:
            os._exit(failed)
    _, status = os.waitpid(child, 0)
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFEXITED(status)
