"""A disk on which the power can fail: what may be left of a run, at any of its steps.

`PowerDisk` watches one folder while real code works in it, through the calls of `os` by which
every writer of ours reaches the disk. It notes what was made durable and what was not yet, by
the rules of POSIX (fsync, rename, "Synchronized I/O") and nothing more than those promise:

- Bytes are durable once their file was synced. Until then each sector of 512 bytes may hold what
  it held at the last sync or anything written since, in any combination and order; a sector may
  be torn; the length is any that the file had since.
- Names are durable once their folder was synced. Until then any of the names that were made,
  moved or removed since may have come to the disk or not, each as a whole.
- The database commits as a whole and durably (SQLite, WAL, synchronous=FULL): a crash finds the
  last commit that ended, as `commit` notes it.

`Moment.after_power_cut` makes states of these; `PowerDisk.kill` the state that a program finds
which was killed while the power stayed on.
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
"""A change of names that may be lost: (name that goes, name that comes, its file); "" for none."""
Content = tuple[bytes, ...]
"""What a file held: at its last sync, and after each write since."""


@dataclass(frozen=True)
class Moment:
    """The disk at one step of a run. `step` says which, for people."""

    step: str
    files: Mapping[int, Content]
    durable: Mapping[str, int]
    pending: tuple[Op, ...]
    database: bytes

    def after_power_cut(self, dice: random.Random, samples: int) -> Iterator[dict[str, bytes]]:
        """What the folder may hold afterwards: nothing of what is not synced, all of it, each
        change of names alone and each missing, and `samples` others by chance."""
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
        """What the folder holds where only the program ended."""
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
    """Sectors of several versions, one of them perhaps torn in the middle."""
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
    """Watches a folder; `moments` are what it saw. `database` gives the journal as it is now."""

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
        """A transaction of the journal has ended."""
        with self._lock:
            self._database = self.read_database()
            self._note("commit")

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note what happens in the folder, in whichever thread."""
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
                    self._refresh()  # what is opened by `open` and not by `os.open` is new here
                result = real(*args, **more)
                if self._heed(name, args, result):
                    self._note(name)
                return result

        return call

    def _heed(self, name: str, args: Sequence[Any], result: Any) -> bool:
        """Take in what a call did; whether it was about this folder."""
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
        self._inodes[inode] = number  # it may have been another file's, which is gone
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
        """Take in what was written, also past the calls that are watched (by reflink, say)."""
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

    # --- going on from a moment -------------------------------------------------------

    def kill(self, moment: Moment) -> None:
        """The program was killed at that moment, and the power stayed: go on from there, with
        everything still unsynced that was."""
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
    """Make the folder hold these files and no others."""
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, data in files.items():
        path = folder / name
        path.unlink(missing_ok=True)
        path.write_bytes(data)
