"""How a file is published is said once, here, for all transports that have files and names:

1. The new file is uploaded beside its place and read back; it takes on owner, permissions and
   attributes of the old one, or the file is refused before anything is published.
2. It is moved over the old one in one step, where the server can do that.
3. Else the old one is moved aside and the new one in; what fails is moved back.
4. Else it is written over the old one, without emptying that first.

A kill or a lost connection between two steps leaves names by which `settle` knows the files
(`.robots.txt.rightsdesk-1a2b3c4d.part`), or a beginning of what was written.
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
from rightsdesk.platforms.interface import Settled
from rightsdesk.platforms.sites.folder import Folder, HalfWritten
from rightsdesk.platforms.sites.session import (
    LARGEST_FILE,
    Kind,
    NotOffered,
    Session,
    disk_full,
    no_file,
    not_kept,
    too_large,
)

READABLE_BY_OTHERS = 0o055

ANYBODY_MAY_WRITE = 0o002

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

AWAY = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT}
)

_LEFT = re.compile(r"(?:rightsdesk-)?[0-9a-f]{8}\.(part|old)")


class FilesFolder(Folder):
    """A folder that is reached through a `Session`."""

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self._lock = RLock()
        self._session: Session | None = None
        self._touched = False

    def close(self) -> None:
        """End the connection, if there is one; the next use connects anew."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                with suppress(Exception):  # it ends either way
                    session.close()

    def check(self) -> None:
        """Whether the folder can be reached."""
        with self._using() as session:
            found = session.entry(self._place(""))
            if found is None or found.kind is not Kind.FOLDER:
                raise ItemGone(
                    f"There is no folder {self.shown}.",
                    advice="Compare the address with what your host tells you.",
                )

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""
        with self._using() as session:
            return _read(session, self._place(path))

    def write(self, path: str, data: bytes) -> None:
        """Publish a file, with the folders above it. Afterwards it is wholly new, or on any
        error wholly old; else HalfWritten is raised."""
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
        """Take a file away; nothing happens where there is none."""
        with self._using() as session:
            session.remove(self._place(path))
            session.sync(_parent(self._place(path)))

    def settle(self, path: str, old: bytes | None, new: bytes | None) -> Settled:
        """Bring a file that may have been published only in part back to `old`, where what is
        there can only be that; None is no file."""
        with self._using() as session:
            place = session.resolved(self._place(path))
            left = self._tidied(session, place)
            now = _read(session, place)
            if now in (old, new):
                return Settled.WHOLE
            if now is None and not left:
                return Settled.LEFT
            if now is not None and not is_part(now, old, new):
                return Settled.LEFT
            if old is None:
                session.remove(place)
            elif now is None:
                self._write(session, path, old)
            else:
                session.overwrite(place, old)
            return Settled.TAKEN_BACK

    def tidy(self, path: str) -> None:
        """Remove what killed runs left beside a file: ours, by their names."""
        with self._using() as session:
            self._tidied(session, session.resolved(self._place(path)))

    def has_folder(self, path: str) -> bool:
        """Whether there is such a folder below."""
        with self._using() as session:
            found = session.entry(self._place(path))
            return found is not None and found.kind is Kind.FOLDER

    def remove_folder(self, path: str) -> None:
        """Take a folder away if it is empty; else it stays."""
        # Not empty, or not ours to remove: it stays.
        with self._using() as session, suppress(Exception):
            session.remove_folder(self._place(path))

    @abstractmethod
    def _connect(self) -> Session:
        """A new connection."""

    @abstractmethod
    def _place(self, path: str) -> str:
        """A path as the session wants it."""

    @abstractmethod
    def _trouble(self, error: Exception) -> PlatformError | None:
        """What an error of this transport means, beyond what all have in common."""

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Ends what takes too long, where the transport doesn't by itself."""
        yield

    @contextmanager
    def _using(self) -> Iterator[Session]:
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
            except Exception as error:  # libraries raise their own; an unknown one goes on
                known = self._trouble(error) or _known(error, self.shown)
                if known is None:
                    raise
                if known.stops:
                    self.close()
                raise known from None

    def _write(self, session: Session, path: str, data: bytes) -> None:
        place = session.resolved(self._place(path))
        old = session.entry(place)
        if old is not None and old.kind is not Kind.FILE:
            raise no_file(place, old.kind)
        self._make_folders(session, path)
        folder, _, name = place.rpartition("/")
        begin = f"{folder}/" if "/" in place else ""
        beside = f"{begin}.{name}.rightsdesk-{secrets.token_hex(4)}"
        part, aside = f"{beside}.part", f"{beside}.old"
        try:
            session.create(part, data)
            if session.read(part) != data:
                raise Refused(
                    f"{self.shown} stored something else than what was sent.",
                    untouched="Nothing was published.",
                )
            try:
                session.take_on(part, place, old)
            except NotKept as error:
                raise not_kept(name, error.what) from None
            self._touched = True
            try:
                session.replace(part, place)
            except NotOffered:
                self._move_in(session, part, aside, place, data, is_new=old is None)
        finally:
            # Not after a kill, nor over a connection that is gone: see `tidy`.
            with suppress(Exception):
                session.remove(part)
        session.sync(folder)

    def _move_in(
        self, session: Session, part: str, aside: str, place: str, data: bytes, *, is_new: bool
    ) -> None:
        """Publish where nothing can be moved over another file. After an error `settle` moves the
        old one back."""
        try:
            if not is_new:
                session.rename(place, aside)
        except NotOffered:
            session.overwrite(place, data)
            return
        try:
            session.rename(part, place)
        except NotOffered:
            if is_new:
                session.create(place, data)
                return
            session.rename(aside, place)
            session.overwrite(place, data)
            return
        if not is_new:
            session.remove(aside)

    def _put_right(self, path: str, old: bytes | None, new: bytes, error: PlatformError) -> bool:
        """After an error: whether the file is wholly new all the same. Raises HalfWritten where
        it may be neither new nor old."""
        if not self._touched:
            return False
        try:
            self.settle(path, old, new)
            return self.read(path) == new
        except PlatformError:
            raise HalfWritten(
                f"{path} may be published only in part: {error.sentence}",
                advice="RightsDesk has the old text, and puts it back when it next reads this "
                "site or takes the job back.",
            ) from error

    def _tidied(self, session: Session, place: str) -> bool:
        """Remove what was left beside a file; whether anything was. Where the file itself is
        gone, one that was moved aside is moved back."""
        folder, _, name = place.rpartition("/")
        begin = f".{name}."
        try:
            there = session.names(folder)
        except FileNotFoundError:
            return False
        left = [
            one
            for one in there
            if one.startswith(begin) and _LEFT.fullmatch(one, len(begin)) is not None
        ]
        missing = bool(left) and session.entry(place) is None
        for one in sorted(left):
            where = f"{folder}/{one}" if "/" in place else one
            if missing and one.endswith(".old"):
                session.rename(where, place)
                missing = False
            else:
                session.remove(where)
        return bool(left)

    def _make_folders(self, session: Session, path: str) -> None:
        names = path.split("/")[:-1]
        for number in range(len(names)):
            above, one = "/".join(names[:number]), "/".join(names[: number + 1])
            found = session.entry(self._place(one))
            if found is None:
                session.make_folder(self._place(one), self._mode_there(session, above))
            elif found.kind is not Kind.FOLDER:
                raise no_file(one, found.kind)

    def _mode_there(self, session: Session, above: str) -> int | None:
        """The permissions of a new folder: those that most of its neighbours have, or else the
        folder above. Ones that are closed to everybody else are no model."""
        place = self._place(above)
        parent = session.entry(place)
        if parent is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), place)
        found = [one for one in session.names(place).values() if one and one.kind is Kind.FOLDER]
        modes = [one.mode for one in found if one.mode and one.mode & READABLE_BY_OTHERS]
        mode = Counter(modes).most_common(1)[0][0] if modes else parent.mode
        return None if mode is None else mode & ~ANYBODY_MAY_WRITE


def is_part(now: bytes, old: bytes | None, new: bytes | None) -> bool:
    """Whether this can be what is left where `old` was being written over with `new`, or back:
    nothing, a beginning, or a beginning of one before the end of the other."""
    texts = [text for text in (old, new) if text is not None]
    if any(text.startswith(now) for text in texts):
        return True
    return len(texts) == 2 and (_mixed(now, texts[0], texts[1]) or _mixed(now, texts[1], texts[0]))


def _mixed(now: bytes, under: bytes, over: bytes) -> bool:
    """Whether this is `under` with a beginning of `over` written over it."""
    pairs = enumerate(zip(now, over, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(now), len(over)))
    return len(now) == len(under) and now[same:] == under[same:]


def _read(session: Session, place: str) -> bytes | None:
    data = session.read(place)
    if data is not None and len(data) > LARGEST_FILE:
        raise too_large(place)
    return data


def _parent(place: str) -> str:
    return place.rpartition("/")[0]


def _known(error: Exception, shown: str) -> PlatformError | None:
    """What the usual errors of files and networks mean."""
    match error:
        case PermissionError():
            return Refused(
                f"You may not write in {shown}.", advice="Ask whoever runs the server for it."
            )
        case FileNotFoundError() | NotADirectoryError() | IsADirectoryError():
            return ItemGone(f"Something is missing in {shown}.", advice="Look again, then repeat.")
        case TimeoutError() | ConnectionError() | EOFError() | socket.gaierror():
            return Offline(
                f"{shown} can't be reached.",
                advice="Check the internet connection and try again.",
            )
        case OSError() if error.errno in FULL:
            return disk_full(shown)
        case OSError() if error.errno in AWAY:
            return Offline(
                f"{shown} can't be reached.",
                advice="Check the internet connection and try again.",
            )
        case OSError() if error.strerror:
            return Refused(f"{shown} refused this: {error.strerror}.")
        case OSError():
            return Offline(f"{shown} can't be reached.", advice="Try again later.")
        case NotOffered():
            return Refused(f"{shown} refused this.", advice="Ask whoever runs the server.")
    return None
