"""A site's folder behind SFTP (draft-ietf-secsh-filexfer-02), through paramiko.

A server is identified by its host key. If the person's `known_hosts` lists the server, it has to
show that key. Otherwise a person has to confirm the key's fingerprint, and it has to stay the same
from then on. A password sent to an impostor would be lost.

SFTP (version 3 and OpenSSH's extensions) does not show access lists and attributes, and the mode
gives no hint: with an access list, its group bits hold the list's mask. So a file that exists is
overwritten: it then keeps everything, also its owner and hard links. Up to 32 KiB are written by
one request, so a kill leaves the old text or the new one; after more, or a power cut of the server,
`settle` restores the old text. If a server can't overwrite, the file is replaced, which keeps
owner, group and permissions only. The review names this loss until the server has shown that it
can (`may_lose`).
"""

import base64
import hashlib
import io
import logging
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko
from paramiko.sftp import CMD_EXTENDED

from rightsdesk.errors import KnownError
from rightsdesk.file_attributes import NotKept
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    NeedsReconnect,
    Offline,
    PlatformError,
    Refused,
    UnknownHost,
)
from rightsdesk.platforms.http.watchdog import WATCHDOG, current
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.files_folder import FilesFolder, padded
from rightsdesk.platforms.sites.session import (
    LARGEST_FILE,
    PLAIN_MODE,
    EntryKind,
    FileEntry,
    FileSession,
    NotSupported,
    disk_full,
    kind_of,
    no_file,
    stored_differently,
)
from rightsdesk.sentences import worded

CONNECT_SECONDS, ANSWER_SECONDS, WHOLE_SECONDS = 15.0, 30.0, 60.0
"""Limits for connecting, for one answer, and for all requests about one file."""
ALL_SECONDS, IDLE_SECONDS = 300.0, 60.0
"""Limit of the total time that a run waits for one site, and the pause that starts a new run."""

AGREED = "SHA256:"
"""Prefix of a fingerprint. In place of a host key it means: a person confirmed this one."""

# Its thread logs errors that we report as sentences; without a handler they go to stderr.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

MOST_NAMES = 50_000
_NO_ROOM = ("no space", "quota", "disk full", "disk is full", "not enough space")


class CuttableSocket:
    """The socket of a connection, which the watchdog can cut."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None

    def cut(self) -> None:
        """Shut the socket down: everything that waits for the server fails."""
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Nothing: the connection keeps its socket."""

    def release(self) -> None:
        """Nothing: the connection keeps its socket."""


class SftpSession(FileSession):
    """Files behind one SFTP channel."""

    hides_attributes = True

    def __init__(self, ftp: Any, client: Any = None) -> None:
        self._ftp = ftp
        self._client = client

    def is_alive(self) -> bool:
        """Whether the connection is open."""
        if self._client is None:
            return True
        transport = self._client.get_transport()
        return transport is not None and transport.is_active()

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            _hang_up(self._client)

    def resolved(self, place: str) -> str:
        """Return the real place of a file, with links resolved."""
        try:
            linked = stat.S_ISLNK(self._ftp.lstat(place).st_mode or 0)
        except FileNotFoundError:
            return place
        return str(self._ftp.normalize(place)) if linked else place

    def entry(self, place: str) -> FileEntry | None:
        """Return the entry, with links followed; None if there is none."""
        try:
            return _entry(self._ftp.stat(place))
        except FileNotFoundError:
            return None

    def names(self, folder: str) -> Mapping[str, FileEntry | None]:
        """Return the entries of a folder by name; empty if the server does not list."""
        found: dict[str, FileEntry | None] = {}

        def listed() -> None:
            for stats in islice(self._ftp.listdir_iter(folder or "."), MOST_NAMES):
                linked = stat.S_ISLNK(stats.st_mode or 0)
                found[stats.filename] = None if linked or stats.st_mode is None else _entry(stats)

        self._if_supported(listed)
        return found

    def read(self, place: str) -> bytes | None:
        """Return a file's bytes; None if there is no file.

        Only files are opened: the server would wait for a pipe.
        """
        found = self.entry(place)
        if found is None:
            return None
        if found.kind is not EntryKind.FILE:
            raise no_file(place, found.kind)
        try:
            with self._ftp.open(place, "rb") as file:
                data: bytes = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            return None
        return data

    def create(self, place: str, data: bytes) -> None:
        """Create a file under a free name."""
        with self._recognising_full_disk(place, len(data)), self._ftp.open(place, "wx") as file:
            self._fill(file, data)

    def overwrite(self, place: str, data: bytes) -> None:
        """Overwrite a file without emptying it first, if the server can truncate files.

        Otherwise it has to be emptied. A shorter text is first written with empty lines up to the
        end of the old one. Raises `NotSupported`; the file is unchanged then. Raises `Refused` if
        the server stored something else.
        """
        with self._recognising_full_disk(place, len(data)):
            old = self.read(place) or b""
            try:
                with self._ftp.open(place, "r+") as file:
                    self._fill(file, padded(data, len(old)))
            except FileNotFoundError:
                raise
            except OSError as error:
                is_answer = self._is_answer(error) and not self._is_full(error, place, len(data))
                if is_answer and self.read(place) == old:
                    raise NotSupported from error
                raise
            shorter = len(data) < len(old)
            if shorter and not self._if_supported(lambda: self._ftp.truncate(place, len(data))):
                with self._ftp.open(place, "w") as file:
                    self._fill(file, data)
        stored = self.read(place)
        if stored == old != data:
            raise NotSupported
        if stored != data:
            raise stored_differently(place)

    def copy_attributes(self, place: str, like: str, old: FileEntry | None) -> None:
        """Copy owner, group and permissions. Raises `NotKept`.

        Also for an access list or attributes, if the server shows them after all.
        """
        if old is None:
            with suppress(OSError):  # some servers have no permissions
                self._ftp.chmod(place, PLAIN_MODE)
            return
        mine = _entry(self._ftp.stat(place))
        if old.owner is not None and mine.owner != old.owner:
            with suppress(OSError):
                self._ftp.chown(place, *old.owner)
            mine = _entry(self._ftp.stat(place))
        if old.mode is not None and mine.mode != old.mode:
            with suppress(OSError):
                self._ftp.chmod(place, old.mode)
            mine = _entry(self._ftp.stat(place))
        if old.owner is not None and mine.owner != old.owner:
            raise NotKept(worded("owner or group"))
        if old.mode is not None and mine.mode != old.mode:
            raise NotKept(worded("permissions"))
        if mine.more != old.more:
            raise NotKept(worded("attributes"))
        if self._has_access_list(like):
            raise NotKept(worded("access list"))

    def replace(self, source: str, target: str) -> None:
        """Rename a file over another one in one step: `posix-rename@openssh.com`."""
        with self._or_not_supported():
            self._ftp.posix_rename(source, target)

    def rename(self, source: str, target: str) -> None:
        """Rename a file to a free name."""
        with self._or_not_supported():
            self._ftp.rename(source, target)

    def remove(self, place: str) -> None:
        """Remove a file if it exists."""
        with suppress(FileNotFoundError):
            self._ftp.remove(place)

    def make_folder(self, place: str, mode: int | None) -> None:
        """Create a folder with these permissions."""
        self._ftp.mkdir(place)
        if mode is not None:
            with suppress(OSError):  # some servers have no permissions
                self._ftp.chmod(place, mode)

    def remove_folder(self, place: str) -> None:
        """Remove an empty folder."""
        self._ftp.rmdir(place)

    def sync(self, folder: str) -> None:
        """Nothing: the protocol can't sync folders."""

    def _has_access_list(self, place: str) -> bool:
        """Whether the server lists a file as `ls -l` does, with a plus sign for an access list."""
        folder, _, name = place.rpartition("/")
        lines: list[str] = []

        def listed() -> None:
            entries = islice(self._ftp.listdir_iter(folder or "."), MOST_NAMES)
            lines.extend(getattr(e, "longname", None) or "" for e in entries if e.filename == name)

        self._if_supported(listed)
        return any(line.partition(" ")[0].endswith("+") for line in lines)

    def _fill(self, file: Any, data: bytes) -> None:
        file.write(data)
        file.flush()
        self._if_supported(
            lambda: self._ftp._request(CMD_EXTENDED, "fsync@openssh.com", file.handle)
        )

    def _if_supported(self, ask: Callable[[], object]) -> bool:
        """Call an operation that a server may lack. Return whether it has it."""
        try:
            ask()
        except FileNotFoundError:
            raise
        except OSError as error:
            if not self._is_answer(error):
                raise
            return False
        return True

    @contextmanager
    def _or_not_supported(self) -> Iterator[None]:
        """Turn a refusal into `NotSupported`, for operations that have an alternative."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            if not self._is_answer(error):
                raise
            raise NotSupported from error

    @contextmanager
    def _recognising_full_disk(self, place: str, size: int) -> Iterator[None]:
        """Recognise a full disk: version 3 of the protocol has no code for it."""
        try:
            yield
        except OSError as error:
            if self._is_answer(error) and self._is_full(error, place, size):
                raise disk_full(place.rpartition("/")[0] or "/") from None
            raise

    def _is_full(self, error: OSError, place: str, size: int) -> bool:
        if isinstance(error, PermissionError):
            return False
        words = str(error).lower()
        return any(phrase in words for phrase in _NO_ROOM) or not self._has_room(place, size)

    def _has_room(self, place: str, size: int) -> bool:
        """Whether `statvfs@openssh.com` reports enough free space; True if it is not supported."""
        folder = place.rpartition("/")[0] or ("/" if place.startswith("/") else ".")
        with suppress(OSError, EOFError, paramiko.SSHException):
            _, answer = self._ftp._request(CMD_EXTENDED, "statvfs@openssh.com", folder)
            numbers = [answer.get_int64() for _ in range(8)]
            fragment, free, files, free_files = numbers[1], numbers[4], numbers[5], numbers[7]
            return bool(free * fragment > size and (not files or free_files))
        return True

    def _is_answer(self, error: OSError) -> bool:
        """Whether the server answered with a refusal."""
        return not isinstance(error, TimeoutError | ConnectionError) and self.is_alive()


class SftpFolder(FilesFolder):
    """`sftp://user@host:port/path`; a path that begins with `/~/` is below the home folder.

    The secret is a password or a private key in PEM. Without a secret, the keys of the SSH agent
    and of the home folder are tried.
    """

    def __init__(
        self, address: str, credentials: Credentials, remember: Callable[[Credentials], None]
    ) -> None:
        try:
            parts = urlsplit(address)
            port = parts.port or 22
        except ValueError:
            raise _refused_address() from None
        if not parts.hostname or parts.hostname.startswith("-") or parts.password:
            raise _refused_address()
        super().__init__(f"sftp://{parts.hostname}{parts.path}")
        self._host, self._port = parts.hostname, port
        self._user = unquote(parts.username) if parts.username else None
        path = unquote(parts.path)
        self._root = path.removeprefix("/~/") if path.startswith("/~/") else path or "/"
        self._credentials = credentials
        self._remember = remember
        self._line = CuttableSocket()
        self._waited, self._idle_since = 0.0, monotonic()

    @property
    def may_lose(self) -> str:
        """Attributes, if a file has to be replaced: the server has not overwritten one yet."""
        return "" if self._credentials.overwrites else "sftp"

    def _keeps_attributes(self) -> None:
        """Save that the server can overwrite files."""
        if not self._credentials.overwrites:
            self._credentials = replace(self._credentials, overwrites=True)
            # If it can't be saved, the next review mentions a loss that does not happen.
            with suppress(KnownError):
                self._remember(self._credentials)

    def _connect(self) -> FileSession:
        self._line = line = CuttableSocket()
        secret = self._credentials.secret
        key = _private_key(secret) if "PRIVATE KEY-----" in secret else None
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(_NewKeys(self._new_key))
        with suppress(OSError, paramiko.SSHException):
            client.load_system_host_keys()
        name = self._host if self._port == 22 else f"[{self._host}]:{self._port}"
        host_key = self._credentials.host_key
        if host_key and not host_key.startswith(AGREED):
            entry = paramiko.hostkeys.HostKeyEntry.from_line(f"{name} {host_key}")
            if entry is not None and entry.key is not None:
                client.get_host_keys().add(name, entry.key.get_name(), entry.key)
        line.socket = socket.create_connection((self._host, self._port), CONNECT_SECONDS)
        if (limit := current()) is not None:
            limit.watch(line)
        try:
            client.connect(
                self._host,
                port=self._port,
                username=self._user,
                password=None if key else secret or None,
                pkey=key,
                allow_agent=not secret,
                look_for_keys=not secret,
                timeout=CONNECT_SECONDS,
                banner_timeout=CONNECT_SECONDS,
                auth_timeout=CONNECT_SECONDS,
                sock=line.socket,
            )
            ftp = client.open_sftp()
            if channel := ftp.get_channel():
                channel.settimeout(ANSWER_SECONDS)
        except BaseException:
            _hang_up(client)
            line.socket.close()
            raise
        return SftpSession(ftp, client)

    def _new_key(self, key: paramiko.PKey) -> None:
        """Save the key of a new server if a person confirmed its fingerprint.

        Raises `UnknownHost` if there is no fingerprint yet, and `_OtherKey` if it differs.
        """
        agreed, shown = self._credentials.host_key, fingerprint_of(key)
        if not agreed:
            raise UnknownHost(self._host, shown)
        if agreed != shown:
            raise _OtherKey(shown)
        host_key = f"{key.get_name()} {key.get_base64()}"
        self._credentials = replace(self._credentials, host_key=host_key)
        self._remember(self._credentials)

    def _place(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}".rstrip("/") or "/"

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Cancel what takes longer than `WHOLE_SECONDS`, or all of a run longer than `ALL_SECONDS`,
        however slowly the server sends."""
        began = monotonic()
        if began - self._idle_since > IDLE_SECONDS:
            self._waited = 0.0
        left = ALL_SECONDS - self._waited
        if left <= 0:
            raise self._too_slow()
        with WATCHDOG.limit(min(WHOLE_SECONDS, left)) as limit:
            limit.watch(self._line)
            try:
                yield
            except Exception as error:  # paramiko raises many types for a cut connection
                if limit.is_late:
                    raise self._too_slow() from error
                raise
            finally:
                self._idle_since = monotonic()
                self._waited += self._idle_since - began

    def _too_slow(self) -> Offline:
        return Offline(
            worded("{host} took too long to answer.", host=self._host), advice="Try again later."
        )

    def _other_key(self, shown: str) -> AddressRefused:
        return AddressRefused(
            worded(
                "{host} now shows another key ({shown}). It may be a different server.",
                host=self._host,
                shown=shown,
            ),
            untouched="Nothing was sent to it.",
            advice="Ask your web host whether they changed it, and for the new fingerprint. If it "
            "is this one, connect the site again.",
        )

    def _trouble(self, error: Exception) -> PlatformError | None:
        match error:
            case paramiko.BadHostKeyException():
                return self._other_key(fingerprint_of(error.key))
            case _OtherKey():
                return self._other_key(error.fingerprint)
            case paramiko.AuthenticationException():
                return NeedsReconnect(
                    worded(
                        "{host} doesn't accept this user name with this password or key.",
                        host=self._host,
                    ),
                    advice="Connect the site again with the right one.",
                )
            case ConnectionError() | socket.gaierror():
                return Offline(
                    worded("{host} can't be reached.", host=self._host),
                    advice="Check the internet connection and the address, and try again.",
                )
            case paramiko.SSHException():
                return Offline(
                    worded("The connection to {host} broke off.", host=self._host),
                    advice="Try again later.",
                )
            case UnicodeDecodeError():
                return Refused(worded("{host} has names that can't be read.", host=self._host))
            case OSError() if error.errno is None and not isinstance(error, TimeoutError):
                session = self._session
                if session is not None and session.is_alive():
                    return Refused(worded("{host} refused this.", host=self._host))
        return None


class _OtherKey(Exception):
    """The server's key is not the confirmed one."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(fingerprint)
        self.fingerprint = fingerprint


class _NewKeys(paramiko.MissingHostKeyPolicy):
    """Passes on the key of an unknown server, before anything is sent to it."""

    def __init__(self, new_key: Callable[[paramiko.PKey], None]) -> None:
        self._new_key = new_key

    def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
        """Called for a server without a stored key."""
        self._new_key(key)


def fingerprint_of(key: paramiko.PKey) -> str:
    """Return a key's fingerprint as OpenSSH shows it: SHA-256 of the public key, in Base64."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return AGREED + base64.b64encode(digest).decode("ascii").rstrip("=")


def _entry(attributes: Any) -> FileEntry:
    mode, user, group = attributes.st_mode, attributes.st_uid, attributes.st_gid
    owner = None if user is None or group is None else (int(user), int(group))
    shown = getattr(attributes, "attr", {})
    more = {str(name): str(value) for name, value in shown.items()}
    if mode is None:  # a server that reports no kinds; reading will show
        return FileEntry(EntryKind.FILE, None, owner, attributes.st_size, more)
    return FileEntry(kind_of(mode), stat.S_IMODE(mode), owner, attributes.st_size, more)


def _hang_up(client: paramiko.SSHClient) -> None:
    """Close the connection and wait for its thread."""
    transport = client.get_transport()
    client.close()
    if transport is not None:
        transport.join(ANSWER_SECONDS)


def _private_key(text: str) -> Any:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError, IndexError):
            return kind.from_private_key(io.StringIO(text))
    raise NeedsReconnect(
        "The private key can't be read.",
        advice="Connect the site again with a key that has no passphrase.",
    )


def _refused_address() -> AddressRefused:
    return AddressRefused(
        "This address can't be used.",
        advice="Enter it in the form sftp://user@host/path, without the password.",
    )
