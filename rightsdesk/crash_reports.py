"""Crash reports: what maintainers need about a bug, in a file without secrets.

The window, the command line and the workspace write them to the same place, below the data folder.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
import traceback
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from rightsdesk import __version__
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.redaction import without_file_names, without_secrets

FOLDER = "crash-reports"
MOST_REPORTS = 20
"""Limit on stored reports. The oldest are deleted first, so that repeated bugs cannot fill a
disk."""

LONGEST = 100_000


class Bug(KnownError):
    """A bug in RightsDesk that stopped a single operation. Its report is in a file."""

    cause = Cause.BUG
    wears_out = True


def report(error: BaseException | str, *parts: str, secrets: Collection[str] = ()) -> str:
    """The text of a report: versions, then the traceback. Without values of variables, arguments,
    environment, and names of files that are not the program's.

    `error` is the exception or its traceback; `parts` are versions to list in addition to those of
    RightsDesk, the system and Python: "Qt 6.8.1".
    """
    trace = error if isinstance(error, str) else "".join(traceback.format_exception(error))
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    head = ", ".join((f"RightsDesk {__version__}", *parts, system))
    said = without_file_names(without_secrets(trace[-LONGEST:], secrets))
    return f"{head}\n\n{said}"


def keep(
    data_dir: Path | None,
    error: BaseException | str,
    *parts: str,
    secrets: Collection[str] = (),
) -> Path | None:
    """Write the report of an error (see `report`); returns its path, None if it cannot be written.

    The same error is written once. Only this user can read the file. Without a writable data
    folder, the file goes to the system's temp folder.
    """
    text = report(error, *parts, secrets=secrets)
    name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12] + ".txt"
    try:
        if data_dir is not None and data_dir.is_dir():  # a report must not create the data folder
            folder = data_dir / FOLDER
            folder.mkdir(mode=0o700, exist_ok=True)
            place = _written(folder / name, text)
            _forget_the_oldest(folder)
            return place
    except (OSError, ValueError):
        pass
    try:
        return _written(Path(tempfile.mkdtemp(prefix="rightsdesk-crash-")) / name, text)
    except (OSError, ValueError):
        return None


def _written(place: Path, text: str) -> Path:
    number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(number, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return place


def bug(
    data_dir: Path | None,
    error: Exception,
    sentence: str,
    *,
    untouched: str = "",
    secrets: Collection[str] = (),
) -> Bug:
    """The error as the failure of one operation, with a stored report."""
    advice = "Please tell the makers of RightsDesk."
    if place := keep(data_dir, error, secrets=secrets):
        advice = (
            f"A report is in {place}. Please send it to the makers of RightsDesk: it holds no "
            "passwords or keys."
        )
    return Bug(sentence, untouched=untouched, advice=advice)


def _forget_the_oldest(folder: Path) -> None:
    reports = sorted(folder.glob("*.txt"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in reports[MOST_REPORTS:]:
        with suppress(OSError):
            old.unlink()
