"""The log as one file to hand over: versions, the log and crash reports, without secrets."""

from __future__ import annotations

import io
import platform
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from rightsdesk import __version__, crash_reports, log_file
from rightsdesk.redaction import without_file_names, without_secrets
from rightsdesk.workspace.exports.saving import save

_PACKAGES = ("PySide6", "SQLAlchemy", "alembic", "cryptography", "keyring", "mutagen", "requests")
_LONGEST = 4_000_000
"""Bytes of a file that are taken, from its end."""


def save_log(data_dir: Path, target: str, *, replace: bool) -> list[str]:
    """Write a zip file with what a maintainer needs. Returns the names of the files in it.

    The data need not be readable. Raises AlreadyThere unless `replace`, and NotSaved.
    """
    held = io.BytesIO()
    names = []
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in _texts(data_dir):
            bundle.writestr(zipfile.ZipInfo(name), text.encode("utf-8", "backslashreplace"))
            names.append(name)
    save(target, held.getvalue(), replace=replace)
    return names


def about() -> str:
    """Versions and system, a line each."""
    lines = [
        f"RightsDesk {__version__}",
        f"Python {platform.python_version()} ({platform.python_implementation()})",
        f"{platform.system()} {platform.release()} ({platform.machine()})",
        f"SQLite {sqlite3.sqlite_version}",
    ]
    for package in _PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            lines.append(f"{package} {metadata.version(package)}")
    return "\n".join(lines) + "\n"


def _texts(data_dir: Path) -> Iterator[tuple[str, str]]:
    """Names and texts of the files. What was written by an older version is redacted again."""
    yield "about.txt", about()
    reports = sorted((data_dir / crash_reports.FOLDER).glob("*.txt"))
    for path in (*log_file.files(data_dir), *reports):
        with suppress(OSError):
            text = path.read_bytes()[-_LONGEST:].decode("utf-8", "replace")
            yield f"{path.parent.name}/{path.name}", without_file_names(without_secrets(text))
