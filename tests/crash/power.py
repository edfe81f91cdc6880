"""A disk on which the power can fail: what may be left of a run, at any of its steps.

`PowerDisk` watches one folder while real code works in it. It watches the calls of `os` by which
all our writers reach the disk. It records what is durable, by the rules of POSIX (fsync, rename,
"Synchronized I/O") and assumes nothing beyond them:

- Bytes are durable once their file was synced. Until then, each sector of 512 bytes may hold any
  version since the last sync. Sectors may be combined in any way, and a sector may be torn. The
  length may be any length since the last sync.
- Names are durable once their folder was synced. Until then, each name that was created, moved or
  removed may have reached the disk or not, but never in part.
- The database commits as a whole and durably (SQLite, WAL, synchronous=FULL). A crash finds the
  last finished commit, which `commit` records.

`Moment.after_power_cut` derives the possible states. `PowerDisk.kill` restores the state after a
kill, when the power stays on.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECTOR = 512

Op = tuple[str, str, int]
"""A change of names that may be lost: (removed name, new name, its file); "" if there is none."""
Content = tuple[bytes, ...]
"""The contents of a file: at its last sync, and after each write since."""


@dataclass(frozen=True)
class Moment:
    """The disk at one step of a run. `step` describes the step for people."""

    step: str
    files: Mapping[int, Content]
    durable: Mapping[str, int]
    pending: tuple[Op, ...]
    database: bytes

    def after_power_cut(self, dice: random.Random, samples: int) -> Iterator[dict[str, bytes]]:
        """The possible contents of the folder afterwards.

        They include: without any unsynced change, with all of them, and each change of names alone
        or missing. `samples` more states are random.
        """
        every = range(len(self.pending))
        kept: list[set[int]] = [set(), set(every)]
        kept += [{n} for n in every] + [set(every) - {n} for n in every]
        for names in kept:
            yield self._state(names, lambda content: content[0])
            yield self._state(names, lambda content: content[-1])
            yield self._state(names, lambda content: _mixed(content, dice))
        for _ in range(samples):
            names = {n for n in every if dice.random() < 0.5}
            yield self._state(names, lambda content: _mixed(content, dice))

    def after_kill(self) -> dict[str, bytes]:
        """The content of the folder if only the program ended."""
        return self._state(set(range(len(self.pending))), lambda content: content[-1])

    def _state(self, kept: set[int], choose: Callable[[Content], bytes]) -> dict[str, bytes]:
        names = dict(self.durable)
        for number, op in enumerate(self.pending):
            if number in kept:
                _renamed(names, op)
        return {name: choose(self.files[file]) for name, file in names.items()}


def _renamed(names: dict[str, int], op: Op) -> None:
    gone, come, file = op
    names.pop(gone, None)
    if come:
        names[come] = file


def _mixed(content: Content, dice: random.Random) -> bytes:
    """Sectors of several versions, perhaps with a torn sector in the middle."""
    if len(content) == 1:
        return content[0]
    length = len(dice.choice(content))
    mixed = bytearray()
    for start in range(0, length, SECTOR):
        size = min(SECTOR, length - start)
        cut = dice.randrange(size + 1) if dice.random() < 0.5 else size
        first, second = dice.choice(content), dice.choice(content)
        mixed += first[start : start + cut].ljust(cut, b"\0")
        mixed += second[start + cut : start + size].ljust(size - cut, b"\0")
    return bytes(mixed)


class PowerDisk:
    """Watches a folder; `moments` are the recorded steps.

    `database` returns the current journal.
    """

    def __init__(self, folder: Path, database: Callable[[], bytes]) -> None:
        self._folder = str(folder)
        self.read_database = database
        self._lock = threading.RLock()
        self.moments: list[Moment] = []
        self._start({n: (data,) for n, data in enumerate(_held(folder).values())})

    def _start(self, files: dict[int, Content]) -> None:
        names = sorted(_held(Path(self._folder)))
        self._files = files
        self._inodes = {self._inode(name): n for name, n in zip(names, files, strict=True)}
        self._durable = dict(zip(names, files, strict=True))
        self._pending: list[Op] = []
        self._database = self.read_database()

    def _inode(self, name: str) -> int:
        return os.stat(os.path.join(self._folder, name)).st_ino

    # --- what happened -----------------------------------------------------------------

    def commit(self) -> None:
        """A transaction of the journal was committed."""
        with self._lock:
            self._database = self.read_database()
            self._note("commit")

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Record what happens in the folder, in every thread."""
        real = {name: getattr(os, name) for name in _CALLS}
        for name in _CALLS:
            setattr(os, name, self._watched(name, real[name]))
        try:
            self._note("start")
            yield
        finally:
            for name in _CALLS:
                setattr(os, name, real[name])

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            with self._lock:
                if name in ("fsync", "replace", "rename", "link"):
                    self._refresh()  # opened by `open`, not by `os.open`: new here
                result = real(*args, **more)
                if self._record(name, args, result):
                    self._note(name)
                return result

        return call

    def _record(self, name: str, args: Sequence[Any], result: Any) -> bool:
        """Record the effect of a call; return whether it was about this folder."""
        if name == "open":
            inside, flags = self._name(args[0]), args[1]
            if inside and flags & os.O_CREAT:
                self._made(inside, os.fstat(result).st_ino)
            return bool(inside and flags & os.O_CREAT)
        if name == "fsync":
            return self._synced(args[0])
        if name in ("replace", "rename"):
            source, target = map(self._name, args[:2])
            if source and target:
                self._pending.append((source, target, self._inodes[self._inode(target)]))
            return bool(source)
        if name == "link":
            target = self._name(args[1])
            if target:
                self._pending.append(("", target, self._inodes[self._inode(target)]))
            return bool(target)
        if name == "unlink":
            gone = self._name(args[0])
            if gone:
                self._pending.append((gone, "", -1))
            return bool(gone)
        return os.fstat(args[0]).st_ino in self._inodes  # a write

    def _name(self, path: object) -> str:
        folder, name = os.path.split(os.fspath(path))  # type: ignore[call-overload]
        return name if folder == self._folder else ""

    def _made(self, name: str, inode: int) -> None:
        number = max(self._files, default=-1) + 1
        self._inodes[inode] = number  # the number may belong to an earlier file, which is gone
        self._files[number] = (b"",)
        self._pending.append(("", name, number))

    def _synced(self, descriptor: int) -> bool:
        found = os.fstat(descriptor)
        if found.st_ino == os.stat(self._folder).st_ino:
            for op in self._pending:
                _renamed(self._durable, op)
            self._pending = []
            return True
        number = self._inodes.get(found.st_ino)
        if number is not None:
            self._files[number] = self._files[number][-1:]
        return number is not None

    def _refresh(self) -> None:
        """Record what was written, also by calls that are not watched (reflink, for example)."""
        for name, data in _held(Path(self._folder)).items():
            inode = self._inode(name)
            if inode not in self._inodes:
                self._made(name, inode)
            number = self._inodes[inode]
            if self._files[number][-1] != data:
                self._files[number] = (*self._files[number], data)

    def _note(self, step: str) -> None:
        with self._lock:
            self._refresh()
            moment = Moment(
                step,
                dict(self._files),
                dict(self._durable),
                tuple(self._pending),
                self._database,
            )
            self.moments.append(moment)

    # --- continuing from a moment ------------------------------------------------------

    def kill(self, moment: Moment) -> None:
        """Continue from that moment as after a kill while the power stayed on: unsynced changes
        remain.
        """
        names = dict(moment.durable)
        for op in moment.pending:
            _renamed(names, op)
        put(Path(self._folder), moment.after_kill())
        self._files = dict(moment.files)
        self._inodes = {self._inode(name): file for name, file in names.items()}
        self._durable = dict(moment.durable)
        self._pending = list(moment.pending)
        self._database = moment.database
        self.moments = []


_CALLS = ("open", "pwrite", "write", "ftruncate", "fsync", "replace", "rename", "link", "unlink")


def _held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder contain exactly these files."""
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, data in files.items():
        path = folder / name
        path.unlink(missing_ok=True)
        path.write_bytes(data)
