"""Publish a file safely: the steps are the same for all transports that have files and names.

1. Upload the new file under a temp name and read it back. Copy owner, permissions and attributes
   of the old file to it. If that fails, nothing is published.
2. If access lists and attributes are invisible (SFTP), overwrite the old file: it keeps them. The
   complete new file is next to it meanwhile.
3. Otherwise rename it over the old file in one step, if the server can.
4. Otherwise move the old file aside and the new one in. If that fails, move the old one back.
5. Otherwise overwrite the old file without emptying it first.

A kill or a lost connection can happen between two steps. `settle` then finds the temp files by name
(`.robots.txt.rightsdesk-1a2b3c4d.part`), or the beginning of what was written.
"""

import errno
import os
import re
import secrets
import socket
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock

from rightsdesk.file_attributes import NotKept
from rightsdesk.platforms.http.errors import (
    ItemGone,
    Offline,
    PlatformError,
    Refused,
)
from rightsdesk.platforms.interface import SettledItem
from rightsdesk.platforms.sites.folder import Folder, HalfPublished
from rightsdesk.platforms.sites.session import (
    LARGEST_FILE,
    EntryKind,
    FileSession,
    NotSupported,
    disk_full,
    no_file,
    not_kept,
    not_overwritten,
    stored_differently,
    too_large,
)
from rightsdesk.sentences import worded

READABLE_BY_OTHERS = 0o055

ANYBODY_MAY_WRITE = 0o002

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

AWAY = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT}
)

_LEFT = re.compile(r"(?:rightsdesk-)?[0-9a-f]{8}\.(part|old)")


class FilesFolder(Folder):
    """A folder reached through a `FileSession`."""

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self._lock = RLock()
        self._session: FileSession | None = None
        self._touched = False

    def close(self) -> None:
        """Close the connection, if any; the next use opens a new one."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                with suppress(Exception):  # it is closed either way
                    session.close()

    def check(self) -> None:
        """Raise `ItemGone` if the folder does not exist."""
        with self._using() as session:
            found = session.entry(self._place(""))
            if found is None or found.kind is not EntryKind.FOLDER:
                raise ItemGone(
                    worded("There is no folder {shown}.", shown=self.shown),
                    advice="Compare the address with the one your web host gives you.",
                )

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is no file."""
        with self._using() as session:
            return _read(session, self._place(path))

    def write(self, path: str, data: bytes) -> None:
        """Publish a file and make the folders above it.

        Afterwards the file is wholly new, or wholly old after an error. Raises `HalfPublished`
        otherwise.
        """
        with self._lock:
            old = self.read(path)
            self._touched = False
            try:
                with self._using() as session:
                    self._write(session, path, data)
            except PlatformError as error:
                if self._put_right(path, old, data, error):
                    return
                raise

    def remove(self, path: str) -> None:
        """Remove a file; does nothing if there is none."""
        with self._using() as session:
            session.remove(self._place(path))
            session.sync(_parent(self._place(path)))

    def settle(self, path: str, old: bytes | None, new: bytes | None) -> SettledItem:
        """Restore a file that may have been published only in part to `old` (None: no file).

        It is left alone if its content can't come from our write.
        """
        with self._using() as session:
            place = session.resolved(self._place(path))
            left = self._tidied(session, place)
            now = _read(session, place)
            if now in (old, new):
                return SettledItem.WHOLE
            if now is None and not left:
                return SettledItem.LEFT
            if now is not None and not is_part(now, old, new):
                return SettledItem.LEFT
            if old is None:
                session.remove(place)
            elif now is None:
                self._write(session, path, old)
            else:
                session.overwrite(place, old)
            return SettledItem.TAKEN_BACK

    def tidy(self, path: str) -> None:
        """Remove temp files that killed runs left next to a file. They are known by name."""
        with self._using() as session:
            self._tidied(session, session.resolved(self._place(path)))

    def has_folder(self, path: str) -> bool:
        """Whether the folder exists."""
        with self._using() as session:
            found = session.entry(self._place(path))
            return found is not None and found.kind is EntryKind.FOLDER

    def remove_folder(self, path: str) -> None:
        """Remove a folder if it is empty, otherwise leave it."""
        # Not empty, or not ours to remove: leave it.
        with self._using() as session, suppress(Exception):
            session.remove_folder(self._place(path))

    @abstractmethod
    def _connect(self) -> FileSession:
        """Open a new connection."""

    @abstractmethod
    def _place(self, path: str) -> str:
        """Return a path in the form that the session expects."""

    @abstractmethod
    def _trouble(self, error: Exception) -> PlatformError | None:
        """Return the error for this transport's own exceptions; None for those common to all."""

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Cancel what takes too long, if the transport doesn't do that itself."""
        yield

    @contextmanager
    def _using(self) -> Iterator[FileSession]:
        with self._lock:
            try:
                with self._limited():
                    if self._session is not None and not self._session.is_alive():
                        self.close()
                    if self._session is None:
                        self._session = self._connect()
                    yield self._session
            except PlatformError:
                raise
            # every library raises its own exceptions; unknown ones are raised again
            except Exception as error:
                platform_error = self._trouble(error) or _common_error(error, self.shown)
                if platform_error is None:
                    raise
                if platform_error.stops:
                    self.close()
                raise platform_error from None

    def _write(self, session: FileSession, path: str, data: bytes) -> None:
        place = session.resolved(self._place(path))
        old = session.entry(place)
        if old is not None and old.kind is not EntryKind.FILE:
            raise no_file(place, old.kind)
        self._make_folders(session, path)
        folder, _, name = place.rpartition("/")
        begin = f"{folder}/" if "/" in place else ""
        temp_name = f"{begin}.{name}.rightsdesk-{secrets.token_hex(4)}"
        part, aside = f"{temp_name}.part", f"{temp_name}.old"
        try:
            session.create(part, data)
            if session.read(part) != data:
                raise stored_differently(self.shown, untouched="Nothing was published.")
            if old is None or not self._overwritten(session, place, data):
                try:
                    session.copy_attributes(part, place, old)
                except NotKept as error:
                    raise not_kept(name, error.lost) from None
                self._touched = True
                try:
                    session.replace(part, place)
                except NotSupported:
                    self._move_in(session, part, aside, place, data, is_new=old is None)
        finally:
            # This has no effect after a kill or without a connection: see `tidy`.
            with suppress(Exception):
                session.remove(part)
        session.sync(folder)

    def _overwritten(self, session: FileSession, place: str, data: bytes) -> bool:
        """Overwrite a file if another one might lack attributes. Return whether it was done.

        Raises `Refused` if the server can't, and the review did not mention that they may be lost.
        """
        if not session.hides_attributes:
            return False
        self._touched = True
        try:
            session.overwrite(place, data)
        except NotSupported:
            self._touched = False
            if self.may_lose:
                return False
            raise not_overwritten(place) from None
        self._keeps_attributes()
        return True

    def _keeps_attributes(self) -> None:
        """Called after a file was overwritten, so that its attributes stayed."""

    def _move_in(
        self, session: FileSession, part: str, aside: str, place: str, data: bytes, *, is_new: bool
    ) -> None:
        """Publish on a server that can't rename over a file.

        After an error `settle` moves the old file back.
        """
        try:
            if not is_new:
                session.rename(place, aside)
        except NotSupported:
            session.overwrite(place, data)
            return
        try:
            session.rename(part, place)
        except NotSupported:
            if is_new:
                session.create(place, data)
                return
            session.rename(aside, place)
            session.overwrite(place, data)
            return
        if not is_new:
            session.remove(aside)

    def _put_right(self, path: str, old: bytes | None, new: bytes, error: PlatformError) -> bool:
        """Return whether the file is wholly new in spite of an error.

        Raises `HalfPublished` if it may be neither new nor old.
        """
        if not self._touched:
            return False
        try:
            self.settle(path, old, new)
            return self.read(path) == new
        except PlatformError:
            raise HalfPublished(
                worded(
                    "{path} may be published only in part: {why}",
                    path=path,
                    why=error.sentence,
                ),
                advice="RightsDesk keeps the old text. It restores it when it next reads this "
                "site, or when you undo the job.",
            ) from error

    def _tidied(self, session: FileSession, place: str) -> bool:
        """Remove our temp files next to a file. Return whether there were any.

        If the file itself is missing, the one that was moved aside is moved back.
        """
        folder, _, base = place.rpartition("/")
        begin = f".{base}."
        try:
            there = session.names(folder)
        except FileNotFoundError:
            return False
        left = [
            name
            for name in there
            if name.startswith(begin) and _LEFT.fullmatch(name, len(begin)) is not None
        ]
        missing = bool(left) and session.entry(place) is None
        for name in sorted(left):
            where = f"{folder}/{name}" if "/" in place else name
            if missing and name.endswith(".old"):
                session.rename(where, place)
                missing = False
            else:
                session.remove(where)
        return bool(left)

    def _make_folders(self, session: FileSession, path: str) -> None:
        names = path.split("/")[:-1]
        for number in range(len(names)):
            above, folder = "/".join(names[:number]), "/".join(names[: number + 1])
            found = session.entry(self._place(folder))
            if found is None:
                session.make_folder(self._place(folder), self._mode_there(session, above))
            elif found.kind is not EntryKind.FOLDER:
                raise no_file(folder, found.kind)

    def _mode_there(self, session: FileSession, above: str) -> int | None:
        """Return the permissions for a new folder: those that most sibling folders have.

        Without siblings, those of the parent. Folders that are closed to everyone else don't
        count.
        """
        place = self._place(above)
        parent = session.entry(place)
        if parent is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), place)
        found = [
            entry
            for entry in session.names(place).values()
            if entry and entry.kind is EntryKind.FOLDER
        ]
        modes = [entry.mode for entry in found if entry.mode and entry.mode & READABLE_BY_OTHERS]
        mode = Counter(modes).most_common(1)[0][0] if modes else parent.mode
        return None if mode is None else mode & ~ANYBODY_MAY_WRITE


def is_part(now: bytes, old: bytes | None, new: bytes | None) -> bool:
    """Whether `now` can be the rest of an interrupted overwrite of `old` with `new`, or back.

    Overwriting back can be interrupted, too. So every byte has to be that of one of the texts at
    its place, or an empty line after its end: see `padded`.
    """
    texts = [text for text in (old, new) if text is not None]
    length = max(map(len, texts), default=0)
    if len(now) > length:
        return False
    places = zip(now, *(padded(text, length) for text in texts), strict=False)
    return all(byte in possible for byte, *possible in places)


def padded(data: bytes, length: int) -> bytes:
    """Return a text with empty lines up to a length: robots.txt, JSON and XML ignore them."""
    return data.ljust(length, b"\n")


def _read(session: FileSession, place: str) -> bytes | None:
    data = session.read(place)
    if data is not None and len(data) > LARGEST_FILE:
        raise too_large(place)
    return data


def _parent(place: str) -> str:
    return place.rpartition("/")[0]


def _common_error(error: Exception, shown: str) -> PlatformError | None:
    """Return the error for the usual exceptions of files and networks; None for others."""
    if isinstance(error, NotSupported) and isinstance(error.__cause__, PermissionError):
        error = error.__cause__
    match error:
        case PermissionError():
            return Refused(
                worded("You don't have permission to write in {shown}.", shown=shown),
                advice="Ask the server's administrator for it.",
            )
        case FileNotFoundError() | NotADirectoryError() | IsADirectoryError():
            return ItemGone(
                worded("Something is missing in {shown}.", shown=shown),
                advice="Check the site again, then repeat.",
            )
        case TimeoutError() | ConnectionError() | EOFError() | socket.gaierror():
            return Offline(
                worded("{shown} can't be reached.", shown=shown),
                advice="Check the internet connection and try again.",
            )
        case OSError() if error.errno in FULL:
            return disk_full(shown)
        case OSError() if error.errno in AWAY:
            return Offline(
                worded("{shown} can't be reached.", shown=shown),
                advice="Check the internet connection and try again.",
            )
        case OSError() if error.strerror:
            return Refused(
                worded("{shown} refused this: {reason}.", shown=shown, reason=error.strerror)
            )
        case OSError():
            return Offline(
                worded("{shown} can't be reached.", shown=shown), advice="Try again later."
            )
        case NotSupported():
            return Refused(
                worded("{shown} refused this.", shown=shown),
                advice="Ask the server's administrator.",
            )
    return None
