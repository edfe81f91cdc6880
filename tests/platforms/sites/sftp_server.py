"""A small SFTP server in this process, with a password and without OpenSSH's extensions."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_FAILURE, SFTP_OK, SFTP_OP_UNSUPPORTED


class _Files(SFTPServerInterface):
    """The files below one folder, with names that start at `/`."""

    root: Path
    overwrites = False
    """Whether it opens existing files for reading and writing."""

    def _real(self, path: str) -> str:
        return f"{self.root}{self.canonicalize(path)}"

    def stat(self, path: str) -> Any:
        return _tried(lambda: SFTPAttributes.from_stat(os.stat(self._real(path))))

    def lstat(self, path: str) -> Any:
        return _tried(lambda: SFTPAttributes.from_stat(os.lstat(self._real(path))))

    def list_folder(self, path: str) -> Any:
        def listed() -> list[SFTPAttributes]:
            return [
                SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name)
                for entry in os.scandir(self._real(path))
            ]

        return _tried(listed)

    def open(self, path: str, flags: int, attr: Any) -> Any:
        def opened() -> SFTPHandle:
            writes = flags & (os.O_WRONLY | os.O_RDWR)
            number = os.open(self._real(path), flags, 0o600)
            handle = _Handle(self, path, flags)
            handle.readfile = os.fdopen(os.dup(number), "rb")  # type: ignore[attr-defined]
            handle.writefile = os.fdopen(number, "wb") if writes else None  # type: ignore[attr-defined]
            if not writes:
                os.close(number)
            return handle

        if flags & os.O_RDWR and not self.overwrites:
            return SFTP_OP_UNSUPPORTED
        return _tried(opened)

    def write(self, path: str, write: Callable[[], Any]) -> Any:
        """Write into an open file."""
        return write()

    def remove(self, path: str) -> Any:
        return _tried(lambda: os.remove(self._real(path)))

    def rename(self, oldpath: str, newpath: str) -> Any:
        """Rename as the protocol does: never over an existing file."""
        if os.path.exists(self._real(newpath)):
            return SFTP_FAILURE
        return _tried(lambda: os.rename(self._real(oldpath), self._real(newpath)))

    def mkdir(self, path: str, attr: Any) -> Any:
        return _tried(lambda: os.mkdir(self._real(path)))

    def rmdir(self, path: str) -> Any:
        return _tried(lambda: os.rmdir(self._real(path)))

    def chattr(self, path: str, attr: Any) -> Any:
        if attr.st_size is not None:
            return _tried(lambda: os.truncate(self._real(path), attr.st_size))
        return _tried(lambda: os.chmod(self._real(path), attr.st_mode))


class _Handle(SFTPHandle):
    def __init__(self, files: _Files, path: str, flags: int) -> None:
        super().__init__(flags)
        self._files, self._path = files, path

    def write(self, offset: int, data: Any) -> Any:
        return self._files.write(self._path, lambda: super(_Handle, self).write(offset, data))


def _tried(action: Any) -> Any:
    try:
        result = action()
    except OSError as error:
        return SFTPServer.convert_errno(error.errno or 0)
    return SFTP_OK if result is None else result


class _Door(paramiko.ServerInterface):
    def __init__(self, password: str) -> None:
        self._password = password

    def check_auth_password(self, username: str, password: str) -> int:
        fits = username == "mara" and password == self._password
        return AUTH_SUCCESSFUL if fits else AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED


@contextmanager
def sftp_server(root: Path, password: str, host_key: Any, port: int = 0) -> Iterator[int]:
    """Serve the folder on this machine. Returns the port."""
    listener = socket.create_server(("127.0.0.1", port))
    transports: list[paramiko.Transport] = []
    files = type("Files", (_Files,), {"root": root})

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", SFTPServer, files)
            with suppress(paramiko.SSHException, EOFError):
                transport.start_server(event=threading.Event(), server=_Door(password))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for transport in transports:
            transport.close()
            transport.join()
