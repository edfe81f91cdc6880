"""What a second start does: it hands its paths to the window that is open already, and ends.

It loads no Qt, so it takes no longer than the command line does. `first_window.py` listens.

A message is one line of JSON: `{"paths": […], "token": "…"}`. The answer is one line, too.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
import stat
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LONGEST = 1 << 20
"""Bytes of the longest message."""
MOST_PATHS = 10_000
LONGEST_TOKEN = 1000
TAKEN = b"taken\n"
PATIENCE = 5.0
"""Seconds after which a window that does not answer counts as none."""

_LONGEST_ADDRESS = 80
"""Bytes of a socket's path. Systems allow 104 to 108, and Qt makes it under a longer name."""
_PIPES = "\\\\.\\pipe\\"


@dataclass(frozen=True, slots=True)
class Call:
    """What a second start wants shown. `token`: the desktop's permission to come to the front
    (xdg-activation of Wayland), "" where there is none."""

    paths: tuple[str, ...] = ()
    token: str = ""


def address_of(data_dir: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Where the window on this data folder listens; "" where no place is safe.

    The socket is in a folder that only this user can open, so that no other user can put one of
    theirs in its place. On Windows it is the name of a pipe.
    """
    whose = f"{getpass.getuser()}\n{data_dir.resolve()}" if sys.platform == "win32" else (
        str(data_dir.resolve())
    )  # fmt: skip
    digest = hashlib.sha256(whose.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = f"rightsdesk-{digest}"
    if sys.platform == "win32":
        return name
    for folder in (environment.get("XDG_RUNTIME_DIR", ""), str(data_dir), tempfile.gettempdir()):
        place = os.path.join(folder, f"{name}.sock")
        if os.path.isabs(folder) and len(os.fsencode(place)) <= _LONGEST_ADDRESS:
            with suppress(OSError):
                if _is_private(os.stat(folder)):
                    return place
    return ""


def hand_over(address: str, paths: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Have the open window show these paths and come to the front. False if there is none."""
    if not address:
        return False
    call = Call(tuple(paths), environment.get("XDG_ACTIVATION_TOKEN", ""))
    message = encoded(call)
    if sys.platform == "win32":
        return _asked_pipe(_PIPES + address, message) == TAKEN
    return _asked_socket(address, message) == TAKEN


def is_alive(address: str) -> bool:
    """Whether something listens at a socket's path."""
    if sys.platform == "win32":
        return os.path.exists(_PIPES + address)
    with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        line.connect(address)
        return True
    return False


def encoded(call: Call) -> bytes:
    """The message of a call. Names that are no text keep their bytes, as escapes."""
    token = call.token if len(call.token) <= LONGEST_TOKEN else ""
    return json.dumps({"paths": call.paths, "token": token}).encode("ascii") + b"\n"


def decoded(message: bytes) -> Call | None:
    """The call in a message; None if it is none of ours. Paths are absolute."""
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    paths, token = found.get("paths"), found.get("token")
    if not isinstance(paths, list) or not isinstance(token, str):
        return None
    if len(paths) > MOST_PATHS or len(token) > LONGEST_TOKEN or not _is_plain(token):
        return None
    if not all(isinstance(path, str) and _is_path(path) for path in paths):
        return None
    return Call(tuple(paths), token)


def _is_plain(token: str) -> bool:
    return token.isascii() and (token.isprintable() or not token)


def _is_path(path: str) -> bool:
    try:
        return os.path.isabs(path) and b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def _is_private(found: os.stat_result) -> bool:
    if sys.platform == "win32":
        return True
    others = found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not others


def _asked_socket(address: str, message: bytes) -> bytes:
    if sys.platform == "win32":
        return b""
    answer = b""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        line.connect(address)
        line.sendall(message)
        while len(answer) < len(TAKEN) and (part := line.recv(len(TAKEN))):
            answer += part
    return answer


def _asked_pipe(address: str, message: bytes) -> bytes:
    """Ask in a thread of its own: reading from a pipe knows no timeout."""
    answers: list[bytes] = []

    def ask() -> None:
        with suppress(OSError), open(address, "r+b", buffering=0) as pipe:
            _let_come_to_front()
            pipe.write(message)
            answers.append(pipe.read(len(TAKEN)) or b"")

    thread = threading.Thread(target=ask, daemon=True, name="rightsdesk-second-start")
    thread.start()
    thread.join(PATIENCE)
    return answers[0] if answers else b""


def _let_come_to_front() -> None:
    """Pass on the right to come to the front, which Windows gives to what was just started."""
    if sys.platform == "win32":
        import ctypes

        any_process = -1  # ASFW_ANY
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)
