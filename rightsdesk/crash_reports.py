"""Crash reports: what a maintainer needs of a fault in RightsDesk, in a file without secrets.

Both faces and the workspace write them in the same place, below the data folder.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import traceback
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from rightsdesk import __version__
from rightsdesk.errors import KnownError

FOLDER = "crash-reports"
MOST_REPORTS = 20
"""The oldest go first: a server that provokes faults without end fills no disk."""

LONGEST = 100_000
SHORTEST_SECRET = 4

_SECRET = re.compile(
    r"(?i)\b((?:authorization|access_token|refresh_token|client_secret|code_verifier|"
    r"passphrase|password|token|code|state)[\"']?\s*[:=]\s*[\"']?|bearer\s+|oauth\s+)"
    r"(?:(?:bearer|oauth)\s+)?[^\s\"'&,;)}\]]+"
)


class Bug(KnownError):
    """A fault of RightsDesk that stopped one thing only: its report is in a file."""

    cause = "bug"
    wears_out = True


def without_secrets(text: str, secrets: Collection[str] = ()) -> str:
    """The text with `secrets`, whatever looks like a credential, and the home folder's name
    taken out."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "[removed]")
    return _SECRET.sub(r"\1[removed]", text).replace(str(Path.home()), "~")


def headline() -> str:
    """Which RightsDesk on which system."""
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"RightsDesk {__version__}, {system}"


def keep(data_dir: Path, error: BaseException, secrets: Collection[str] = ()) -> Path | None:
    """Write the report of a fault; its path, None where it can't be written.

    The same fault is written once. Only this person can read the file.
    """
    trace = "".join(traceback.format_exception(error))
    text = without_secrets(trace[-LONGEST:], secrets)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    folder = data_dir / FOLDER
    place = folder / f"{digest}.txt"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(number, "w", encoding="utf-8", errors="replace") as file:
            file.write(f"{headline()}\n\n{text}")
        _forget_the_oldest(folder)
    except OSError:
        return None
    return place


def bug(
    data_dir: Path,
    error: Exception,
    sentence: str,
    *,
    untouched: str = "",
    secrets: Collection[str] = (),
) -> Bug:
    """The fault as the failure of one thing, with its report kept."""
    advice = "Please tell the makers of RightsDesk."
    if place := keep(data_dir, error, secrets):
        advice = (
            f"A report is in {place}. Please send it to the makers of RightsDesk: it holds no "
            "passwords or keys."
        )
    return Bug(sentence, untouched=untouched, advice=advice)


def _forget_the_oldest(folder: Path) -> None:
    reports = sorted(folder.glob("*.txt"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in reports[MOST_REPORTS:]:
        with suppress(OSError):
            old.unlink()
