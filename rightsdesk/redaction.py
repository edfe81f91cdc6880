"""Takes out of a text what a maintainer must not see: credentials, names of files, and the home
folder's name."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

SHORTEST_SECRET = 4

_NAMED = re.compile(
    r"(?i)\b((?:authorization|access_token|refresh_token|client_secret|code_verifier|"
    r"passphrase|password|token|code|state)[\"']?\s*[:=]\s*[\"']?|bearer\s+|oauth\s+)"
    r"(?:(?:bearer|oauth)\s+)?[^\s\"'&,;)}\]]+"
)
_IN_ADDRESS = re.compile(r"(://)[^\s/@\"']+@")
_QUERY = re.compile(r"([?&][\w.%-]{1,64}=)[^\s&\"'<>)]+")
_LONG = re.compile(r"[A-Za-z0-9_+=~-]{24,}")
_APP_PASSWORD = re.compile(r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b")
_REMOVED = "[removed]"
_START = r"(?:~|[A-Za-z]:)?[/\\]"
_PATH = re.compile(
    rf"(?<=')(?:{_START})[^'\n]{{1,4096}}(?=')"
    rf"|(?<=\"){_START}[^\"\n]{{1,4096}}(?=\")"
    rf"|(?<![\w.:/\\>)\]]){_START}(?=\S)[^\n\"'<>|*?:;]{{1,4096}}"
)
"""An absolute path: in quotation marks all of it, else up to what seldom is in a path."""
_FRAME = re.compile(r"^\s*File ")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def without_secrets(text: str, secrets: Collection[str] = ()) -> str:
    """The text without `secrets`, anything that looks like a credential, and the home folder's
    name."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, _REMOVED)
    text = _NAMED.sub(rf"\1{_REMOVED}", text)
    text = _IN_ADDRESS.sub(rf"\1{_REMOVED}@", text)
    text = _QUERY.sub(rf"\1{_REMOVED}", text)
    text = _APP_PASSWORD.sub(_REMOVED, text)
    text = _LONG.sub(_if_random, text)
    with suppress(RuntimeError):  # a system without home folders
        home = str(Path.home())
        if len(home) > 1:
            text = text.replace(home, "~")
    return text


def without_file_names(trace: str) -> str:
    """A traceback in which paths keep only what kind of file it is: `[path].flac`.

    The files of the program's own code, which each frame names, stay.
    """
    lines = trace.split("\n")
    return "\n".join(line if _FRAME.match(line) else _PATH.sub(_ending, line) for line in lines)


def _ending(found: re.Match[str]) -> str:
    ending = _ENDING.search(found[0])
    return f"[path]{ending[0] if ending else ''}"


def _if_random(found: re.Match[str]) -> str:
    """A placeholder for a long mix of letters and digits, which counts as a key; other names
    stay."""
    run = found[0]
    digits = sum(character.isdigit() for character in run)
    letters = sum(character.isalpha() for character in run)
    return _REMOVED if digits >= 3 and letters >= 3 else run
