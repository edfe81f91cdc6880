"""Find the audio files in folders, and select the files that need reading.

A catalogue is scanned far more often than it changes. So the walk costs a listing per
folder and a `stat` per file. Unchanged files create no object and are not opened. The
extension only selects candidates. `tags.read_audio` decides the kind by content.
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
"""File name extensions of audio files, in lower case."""

SIDECAR = ".xmp"
"""File name extension of XMP sidecars. Matching them to audio files happens elsewhere."""

_NOT_MUSIC_FOLDERS = frozenset(
    # Bins and system folders: deleted files don't belong to the catalogue.
    ["$recycle.bin", "#recycle", "@eadir", ".trash", ".trashes", "system volume information"]
)
_BIN_OF_A_USER = re.compile(r"\.Trash-\d+")  # freedesktop.org trash specification, 1.0
_RESOURCE_FORK = "._"  # AppleDouble: `._song.mp3` holds macOS metadata of `song.mp3`


class FileState(StrEnum):
    """The state of a file compared with the store."""

    NEW = "new"
    CHANGED = "changed"


class FoundFile(NamedTuple):
    """A file to read: its path as found (`os.fsdecode`d), and its state on disk."""

    path: str
    identity: FileIdentity
    state: FileState


@dataclass(frozen=True, slots=True)
class ScanFailure:
    """A file or folder that was skipped, and the reason."""

    path: str
    error: KnownError


@dataclass(frozen=True, slots=True)
class FolderListed:
    """A folder was listed: the moment to show progress or to stop."""

    path: str


Event = FoundFile | ScanFailure | FolderListed


class Scan:
    """A lazy walk over `folders`, which may include files. Iterate it once.

    `known` maps paths in the store to `FileIdentity.to_str()`. There may be half a million,
    so these texts are never parsed. Unchanged files yield nothing and are counted. Counts,
    `sidecars` and `missing` are complete after the iteration.

    A link to a file counts under its own path, unless the file itself is in the folders. A
    link to a folder is followed, unless that folder is scanned anyway or contains the link.
    So links lead neither into a loop nor out into the whole disk.
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
        self._above: set[tuple[int, int]] = set()  # parents of walked folders, at any level
        self._walked: list[tuple[str, str]] = []  # (path without links, path as found)
        self._links: list[str] = []  # handled last, so that a file's own path wins
        self._unlisted: list[str] = []  # folders that could not be listed
        self._finished = False

    @property
    def files(self) -> int:
        """The number of audio files found, by extension."""
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
        """Return the known paths in the folders that no longer exist, sorted.

        Files in a folder that could not be listed don't count as missing. Raises
        RuntimeError before the iteration is complete.
        """
        if not self._finished:
            raise RuntimeError("what is missing is known only once the scan is complete")
        scanned = tuple(_inside(root) for root in self._roots)
        unlisted = tuple(_inside(folder) for folder in self._unlisted)
        seen = self._seen
        return sorted(
            path
            for path in [path for path in self._known if path not in seen]
            if path not in self._unlisted
            and (path in self._roots or path.startswith(scanned))
            and not path.startswith(unlisted)
        )

    def _enter(self, folder: str) -> None:
        real = os.path.realpath(folder)
        self._walked.append((_inside(real), _inside(folder)))
        above = os.path.dirname(real)
        while True:
            try:
                found = os.stat(above)
            except OSError:  # no link can lead into a parent without permission
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
            # Sorted by name, so that two scans yield the same order.
            events.sort(key=_path_of)
            yield from events
            yield FolderListed(folder)
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
        """Handle the entries of a folder. A scan without changes spends its time in this loop."""
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
                continue  # deleted meanwhile: missing, if it was known
            except OSError as error:
                seen(entry.path)
                events.append(self._failure(entry.path, explain(error)))
                continue
            before = known(path)
            # Windows lists no inodes. Reading them would open each file.
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
            if audio:  # other broken links don't matter
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
        """Return whether a file was seen before, under this path or another; mark it as seen.

        This compares paths: a set of all inodes would double the cost of a scan.
        """
        real = os.path.realpath(path)
        shown = (shown + real[len(at) :] for at, shown in self._walked if real.startswith(at))
        seen = any(name in self._seen for name in (path, real, *shown))
        self._seen.add(real)
        return seen

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
    """Return whether a folder is a bin or a system folder."""
    return name.lower() in _NOT_MUSIC_FOLDERS or _BIN_OF_A_USER.fullmatch(name) is not None
