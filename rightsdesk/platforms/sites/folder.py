"""Where a site's files are published: a folder on this computer, or one reached by SFTP,
WebDAV or S3.

How a file is published is said once, here, for all transports that have files and names:

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
import stat
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from threading import RLock

from rightsdesk.file_attributes import NotKept
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    ItemGone,
    Offline,
    PlatformError,
    Refused,
)
from rightsdesk.platforms.interface import Settled
from rightsdesk.platforms.sign_in.access import Access

LARGEST_FILE = 4 * 1024 * 1024
"""Google reads 500 KiB of robots.txt; RFC 9309 asks crawlers to read at least as much."""

PLAIN_MODE = 0o644
"""A file that is new: everybody may read it, as the web server has to."""

READABLE_BY_OTHERS = 0o055
ANYBODY_MAY_WRITE = 0o002

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
AWAY = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.ETIMEDOUT}
)

_LEFT = re.compile(r"(?:rightsdesk-)?[0-9a-f]{8}\.(part|old)")


class Kind(Enum):
    """What a name in a folder stands for."""

    FILE = "a file"
    FOLDER = "a folder"
    OTHER = "a pipe or a device"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a server tells of a name; None for what it doesn't tell.

    `mode` are the permissions, `owner` the numbers of owner and group. `more` are properties
    that have to stay, as far as the transport shows any.
    """

    kind: Kind
    mode: int | None = None
    owner: tuple[int, int] | None = None
    size: int | None = None
    more: Mapping[str, str] = field(default_factory=dict)


class NotOffered(Exception):
    """The server doesn't do this, though it answers: there may be another way."""


class DiskFull(PlatformError):
    """The disk that holds the site has no room, or a quota is used up."""

    cause = "site-disk-full"


class HalfWritten(PlatformError):
    """A file may be published only in part, and could not be put right just now."""

    cause = "half-written"
    half_written = True


class Session(ABC):
    """One connection to where files have places, written with slashes.

    A missing file or folder raises FileNotFoundError, except where None is said; everything
    else raises what its transport raises.
    """

    @abstractmethod
    def resolved(self, place: str) -> str:
        """Where a file really lies, if its place is a link to it."""

    @abstractmethod
    def entry(self, place: str) -> Entry | None:
        """What is there, behind a link; None where nothing is."""

    @abstractmethod
    def names(self, folder: str) -> Mapping[str, Entry | None]:
        """What is in a folder; of some it may not be known what they are."""

    @abstractmethod
    def read(self, place: str) -> bytes | None:
        """A file's bytes, None where nothing is; no more than one above `LARGEST_FILE`. Raises
        `PlatformError` where something is that is no file, and never waits for one."""

    @abstractmethod
    def create(self, place: str, data: bytes) -> None:
        """Make a file of a name that is free, durably where the server offers that."""

    @abstractmethod
    def overwrite(self, place: str, data: bytes) -> None:
        """Write over a file without emptying it first, durably where the server offers that."""

    @abstractmethod
    def take_on(self, place: str, like: str, old: Entry | None) -> None:
        """Give a file the owner, permissions and attributes that the file `like` has, `old`; a
        plain file's where that is None. Raises NotKept."""

    @abstractmethod
    def replace(self, source: str, target: str) -> None:
        """Move a file over another one in one step. Raises NotOffered."""

    @abstractmethod
    def rename(self, source: str, target: str) -> None:
        """Move a file to a name that is free. Raises NotOffered."""

    @abstractmethod
    def remove(self, place: str) -> None:
        """Take a file away, if it is there."""

    @abstractmethod
    def make_folder(self, place: str, mode: int | None) -> None:
        """Make a folder with these permissions, where the server knows any."""

    @abstractmethod
    def remove_folder(self, place: str) -> None:
        """Take an empty folder away. Raises for any other."""

    @abstractmethod
    def sync(self, folder: str) -> None:
        """Make the names in a folder durable, where the server offers that."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""

    def is_alive(self) -> bool:
        """Whether the connection still stands; servers end those that are idle."""
        return True


class Folder(ABC):
    """The published folder. Paths are relative to it, with slashes.

    Connects when it is first used. Safe to use from several threads, one at a time. Every
    method raises a `PlatformError`.
    """

    hides_attributes = False
    """Whether it shows nothing of the access lists and attributes that files have, so that
    nobody can tell what a file that is replaced loses."""

    def __init__(self, shown: str) -> None:
        self.shown = shown

    @abstractmethod
    def close(self) -> None:
        """End the connection, if there is one; the next use connects anew."""

    @abstractmethod
    def check(self) -> None:
        """Whether the folder can be reached."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""

    @abstractmethod
    def write(self, path: str, data: bytes) -> None:
        """Publish a file, with the folders above it. Afterwards it is wholly new, or on any
        error wholly old; else HalfWritten is raised."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Take a file away; nothing happens where there is none."""

    @abstractmethod
    def settle(self, path: str, old: bytes | None, new: bytes | None) -> Settled:
        """Bring a file that may have been published only in part back to `old`, where what is
        there can only be that; None is no file."""

    @abstractmethod
    def tidy(self, path: str) -> None:
        """Remove what killed runs left beside a file: ours, by their names."""

    @abstractmethod
    def has_folder(self, path: str) -> bool:
        """Whether there is such a folder below; where folders are only names, there is none."""

    @abstractmethod
    def remove_folder(self, path: str) -> None:
        """Take a folder away if it is empty; else it stays."""


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


def folder_at(access: Access) -> Folder | None:
    """The folder that an account publishes into; None where it has no address.

    `identifier` is a path, or an address: `sftp://user@host/path`, `webdavs://user@host/path`
    (`webdav://` on this computer only), `s3://key-id@server/bucket/path`. `secret` is the
    password, or the secret key. The key by which an SFTP server was known at first is saved.
    Raises AddressRefused for anything else.
    """
    credentials = access.credentials
    address = credentials.identifier.strip()
    scheme = address.partition("://")[0].lower() if "://" in address else ""
    match scheme:
        case "" if not address:
            return None
        case "" | "file":
            from rightsdesk.platforms.sites.local import LocalFolder

            return LocalFolder(_absolute(address.removeprefix("file://")))
        case "sftp" | "ssh":
            from rightsdesk.platforms.sites.sftp import SftpFolder  # slow to import

            return SftpFolder(address, credentials, access.save)
        case "webdavs" | "webdav" | "davs" | "dav" | "https" | "http":
            from rightsdesk.platforms.sites.webdav import WebDavFolder  # slow to import

            return WebDavFolder(address, credentials)
        case "s3" | "s3+http":
            from rightsdesk.platforms.sites.s3 import S3Folder

            return S3Folder(address, credentials, limits=access.limits, clock=access.clock)
    raise AddressRefused(
        f"RightsDesk can't publish to an address that begins with {scheme[:20]}://.",
        advice="It can to a folder, and by sftp://, webdavs:// and s3://.",
    )


def too_large(place: str) -> BadAnswer:
    """For a file that is not read."""
    return BadAnswer(
        f"{place.rpartition('/')[2]} is larger than {LARGEST_FILE >> 20} MB.",
        untouched="It was left as it is.",
        advice="Crawlers stop at 500 KB. Shorten it, then try again.",
    )


def no_file(place: str, kind: Kind) -> Refused:
    """For something else in a file's place."""
    return Refused(
        f"{place.rpartition('/')[2]} is {kind.value} there, which RightsDesk doesn't publish to.",
        untouched="It was left as it is.",
        advice="Remove it or give it another name, then try again.",
    )


def disk_full(shown: str) -> DiskFull:
    """For a disk without room, or a quota that is used up."""
    return DiskFull(
        f"There is no room left for files in {shown}: its disk is full, or a quota is used up.",
        untouched="The files there were left as they are.",
        advice="Make room there, then try again.",
    )


def kind_of(mode: int) -> Kind:
    """From the mode that a system or a server tells."""
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.FILE if stat.S_ISREG(mode) else Kind.OTHER


def _read(session: Session, place: str) -> bytes | None:
    data = session.read(place)
    if data is not None and len(data) > LARGEST_FILE:
        raise too_large(place)
    return data


def _parent(place: str) -> str:
    return place.rpartition("/")[0]


def not_kept(name: str, what: str) -> Refused:
    """For a file that can't be replaced by one that has all that it has."""
    return Refused(
        f"{name} would lose its {what} by being replaced.",
        untouched="Nothing was published.",
        advice="Publish as the user whose file it is, or put the exported file there yourself.",
    )


def _absolute(path: str) -> str:
    path = os.path.expanduser(path)
    if not (os.path.isabs(path) or re.match(r"[A-Za-z]:[/\\]", path)):
        raise AddressRefused(
            f"“{path[:80]}” is not a whole path.",
            advice="Give the folder's path from the root on, or an address with sftp://.",
        )
    return path


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
