"""Find the audio files below some folders, and tell which of them need reading.

A catalogue is scanned far more often than it changes. So the walk costs one directory
listing and one `stat` a file; what is unchanged makes no object and is not opened. The
suffix only says which files are worth opening: what a file is, its content decides, when
`tags.read_audio` opens it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rightsdesk.errors import KnownError
from rightsdesk.files.containers import CONTAINERS
from rightsdesk.files.identity import FileIdentity, stored_start
from rightsdesk.files.os_errors import Empty, NotAFile, explain

SUFFIXES = frozenset(ending for container in CONTAINERS for ending in container.endings)
"""File name endings worth a look, in lower case."""

SIDECAR = ".xmp"
"""The ending of a file about another one; whose it is, others find out."""

_NOT_MUSIC_FOLDERS = frozenset(
    # Bins, and what systems keep beside the files: what was thrown away is not catalogue.
    ["$recycle.bin", "#recycle", "@eadir", ".trash", ".trashes", "system volume information"]
)
_BIN_OF_A_USER = re.compile(r"\.Trash-\d+")  # freedesktop.org trash specification, 1.0
_RESOURCE_FORK = "._"  # AppleDouble: `._song.mp3` is what macOS keeps about `song.mp3`


class FileState(StrEnum):
    """What a candidate is against what was known of it."""

    NEW = "new"
    CHANGED = "changed"


class FoundFile(NamedTuple):
    """A file to read: its path as found (`os.fsdecode`d), and its state on disk."""

    path: str
    identity: FileIdentity
    state: FileState


@dataclass(frozen=True, slots=True)
class ScanFailure:
    """A file or folder that was passed over, and why."""

    path: str
    error: KnownError


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder was gone through: the moment to show progress or to stop."""

    path: str


Event = FoundFile | ScanFailure | Listed


class Scan:
    """One walk over `folders` (files may be among them), lazily: iterate it once.

    `known` is what the store holds: path → `FileIdentity.to_str()`. Those texts are never
    taken apart; there may be half a million. Files that are as known yield nothing and
    are counted. Counts, `sidecars` and `missing` are complete when the iteration is.

    A link to a file counts once, under its own path, unless the file itself lies in the
    folders. A link to a folder is followed, unless that folder is scanned anyway or
    holds the link: links can neither lead in a circle nor out into the whole disk.
    """

    def __init__(
        self, folders: Iterable[str | bytes], known: Mapping[str, str] | None = None
    ) -> None:
        self.new = 0
        self.changed = 0
        self.unchanged = 0
        self.failed = 0
        self.sidecars: list[str] = []
        self._roots = [os.path.abspath(os.fsdecode(folder)) for folder in folders]
        self._known = known or {}
        self._seen: set[str] = set()
        self._visited: set[tuple[int, int]] = set()  # folders
        self._above: set[tuple[int, int]] = set()  # folders that hold a walked one
        self._walked: list[tuple[str, str]] = []  # (free of links, as in the paths)
        self._links: list[str] = []  # looked at last, so that a file's own path wins
        self._unlisted: list[str] = []  # folders that could not be listed
        self._finished = False

    @property
    def files(self) -> int:
        """How many audio files were found, by their suffix."""
        return self.new + self.changed + self.unchanged

    def __iter__(self) -> Iterator[Event]:
        single: list[tuple[str, os.stat_result]] = []
        for root in self._roots:
            try:
                found = os.stat(root)
            except OSError as error:
                self._unlisted.append(root)
                yield self._failure(root, explain(error))
                continue
            if stat.S_ISDIR(found.st_mode):
                yield from self._walk(root, found)
            else:
                single.append((root, found))
        for root, found in single:
            if not self._seen_as(root):
                yield from self._file(root, found)
        while self._links:
            links, self._links = sorted(self._links), []
            for link in links:
                yield from self._link(link)
        self._finished = True

    def missing(self) -> list[str]:
        """Known paths below the folders that are no longer there, sorted.

        What lies below a folder that could not be listed is not called missing: nobody
        looked. Raises RuntimeError before the iteration is complete.
        """
        if not self._finished:
            raise RuntimeError("what is missing is known only once the scan is complete")
        looked = tuple(_inside(root) for root in self._roots)
        unlisted = tuple(_inside(folder) for folder in self._unlisted)
        seen = self._seen
        return sorted(
            path
            for path in [path for path in self._known if path not in seen]
            if path not in self._unlisted
            and (path in self._roots or path.startswith(looked))
            and not path.startswith(unlisted)
        )

    def _enter(self, folder: str) -> None:
        real = os.path.realpath(folder)
        self._walked.append((_inside(real), _inside(folder)))
        above = os.path.dirname(real)
        while True:
            try:
                found = os.stat(above)
            except OSError:  # a folder above that may not be seen cannot be linked into either
                return
            self._above.add((found.st_dev, found.st_ino))
            if above == (above := os.path.dirname(above)):
                return

    def _walk(self, root: str, found: os.stat_result) -> Iterator[Event]:
        if not self._first_visit(found):
            return
        self._enter(root)
        stack = [root]
        while stack:
            folder = stack.pop()
            inner: list[str] = []
            events: list[Event] = []
            try:
                with os.scandir(folder) as entries:
                    self._list(entries, inner, events)
            except OSError as error:
                self._unlisted.append(folder)
                events.append(self._failure(folder, explain(error)))
            # Within a folder by name, so that two scans tell the same story.
            events.sort(key=_path_of)
            yield from events
            yield Listed(folder)
            for name in sorted(inner, reverse=True):
                try:
                    if self._first_visit(os.stat(name)):
                        stack.append(name)
                except FileNotFoundError as error:
                    yield self._failure(name, explain(error))
                except OSError as error:
                    self._unlisted.append(name)
                    yield self._failure(name, explain(error))

    def _list(
        self, entries: Iterator[os.DirEntry[str]], inner: list[str], events: list[Event]
    ) -> None:
        """One folder. This loop is what a scan of an unchanged catalogue costs."""
        known, seen = self._known.get, self._seen.add
        suffixes, lists_inodes, is_file = SUFFIXES, os.name == "posix", stat.S_ISREG
        unchanged = 0
        for entry in entries:
            name = entry.name
            try:
                if entry.is_symlink():
                    self._links.append(entry.path)
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if not _beside_the_music(name):
                        inner.append(entry.path)
                    continue
                if (ending := name[name.rfind(".") :].lower()) not in suffixes:
                    if ending == SIDECAR and not name.startswith(_RESOURCE_FORK):
                        self.sidecars.append(entry.path)
                    continue
                path = entry.path
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # it went away meanwhile: missing, where it was known
            except OSError as error:
                seen(entry.path)
                events.append(self._failure(entry.path, explain(error)))
                continue
            before = known(path)
            # Windows lists no inodes; taking them would open each file.
            if before is not None and before.startswith(stored_start(found, lists_inodes)):
                unchanged += 1
                seen(path)
            elif not name.startswith(_RESOURCE_FORK):
                if before is None and lists_inodes and found.st_size and is_file(found.st_mode):
                    self.new += 1
                    seen(path)
                    events.append(FoundFile(path, FileIdentity.of_stat(found), FileState.NEW))
                else:
                    events.extend(self._file(path, found))
        self.unchanged += unchanged

    def _file(self, path: str, found: os.stat_result) -> Iterator[Event]:
        if not found.st_ino and os.name != "posix":
            try:
                found = os.stat(path)
            except OSError as error:
                yield self._failure(path, explain(error))
                return
        self._seen.add(path)
        if not stat.S_ISREG(found.st_mode):
            yield self._failure(
                path, NotAFile("This is not a file but a device or a pipe.", advice="Leave it out.")
            )
            return
        if found.st_size == 0:
            yield self._failure(
                path, Empty("This file is empty.", advice="Copy or export it again.")
            )
            return
        identity = FileIdentity.of_stat(found)
        before = self._known.get(path)
        if before is None:
            self.new += 1
            yield FoundFile(path, identity, FileState.NEW)
        elif before.startswith(f"{found.st_size}:{found.st_mtime_ns}:{found.st_ino}:"):
            self.unchanged += 1
        else:
            self.changed += 1
            yield FoundFile(path, identity, FileState.CHANGED)

    def _link(self, link: str) -> Iterator[Event]:
        name = os.path.basename(link)
        ending = name[name.rfind(".") :].lower()
        if ending == SIDECAR:
            self.sidecars.append(link)
            return
        audio = ending in SUFFIXES
        try:
            found = os.stat(link)
        except OSError as error:
            if audio:  # any other broken link is none of our business
                self._seen.add(link)
                yield self._failure(link, explain(error))
            return
        if stat.S_ISDIR(found.st_mode):
            above = (found.st_dev, found.st_ino) in self._above
            if not above and not _beside_the_music(name):
                yield from self._walk(link, found)
        elif audio and not name.startswith(_RESOURCE_FORK) and not self._seen_as(link):
            yield from self._file(link, found)

    def _seen_as(self, path: str) -> bool:
        """Whether a file was met before, under this path or another; from now on it was.

        Done by paths: a set of the inodes of all files would double the cost of a scan.
        """
        real = os.path.realpath(path)
        shown = (shown + real[len(at) :] for at, shown in self._walked if real.startswith(at))
        met = any(name in self._seen for name in (path, real, *shown))
        self._seen.add(real)
        return met

    def _first_visit(self, found: os.stat_result) -> bool:
        key = (found.st_dev, found.st_ino)
        if key in self._visited:
            return False
        self._visited.add(key)
        return True

    def _failure(self, path: str, error: KnownError) -> ScanFailure:
        self.failed += 1
        return ScanFailure(path, error)


def _path_of(event: Event) -> str:
    return event.path


def _inside(folder: str) -> str:
    return folder if folder.endswith(os.sep) else folder + os.sep


def _beside_the_music(name: str) -> bool:
    """Whether a folder is a bin or what a system keeps beside the files."""
    return name.lower() in _NOT_MUSIC_FOLDERS or _BIN_OF_A_USER.fullmatch(name) is not None
