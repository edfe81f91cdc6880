"""The log: what a maintainer asks for after something odd, in a few files without secrets.

It says which commands ran, which jobs with how many outcomes, and which failures by their causes.
Names of artists, titles, files and addresses are not in it. The newest file is
`logs/rightsdesk.log` in the data folder; three older ones are kept.
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import suppress
from pathlib import Path

from rightsdesk import __version__, config_file
from rightsdesk.redaction import without_secrets

FOLDER, NAME = "logs", "rightsdesk.log"
MOST_BYTES = 500_000
"""Size after which a new file is begun."""
KEPT = 3
"""Older files that are kept: `rightsdesk.log.1` is the newest of them."""
LONGEST_LINE = 4000

_ROOT = logging.getLogger("rightsdesk")
_ROOT.addHandler(logging.NullHandler())  # else Python prints warnings where there is no log


class LogFile(logging.Handler):
    """Appends a line for each record. Several programs may write to the same file.

    A log that can't be written is no reason to stop: the line is lost.
    """

    def __init__(self, data_dir: Path) -> None:
        super().__init__()
        self.path = data_dir / FOLDER / NAME

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, in UTC, with the process' number."""
        try:
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
            text = without_secrets(record.getMessage())[:LONGEST_LINE]
            line = text.encode("ascii", "backslashreplace").decode().replace("\n", "\\n")
            self._append(f"{at} {record.process} {record.levelname} {record.name}: {line}\n")
        except (OSError, ValueError, TypeError):
            return

    def _append(self, line: str) -> None:
        self.path.parent.mkdir(mode=0o700, exist_ok=True)  # never the data folder itself
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(number, line.encode("ascii"))
            full = os.fstat(number).st_size > MOST_BYTES
        finally:
            os.close(number)
        if full:
            self._begin_anew()

    def _begin_anew(self) -> None:
        for older in range(KEPT, 0, -1):
            name = f"{NAME}.{older - 1}" if older > 1 else NAME
            with suppress(FileNotFoundError):
                os.replace(self.path.with_name(name), self.path.with_name(f"{NAME}.{older}"))


def begin(data_dir: Path, what: str) -> None:
    """Log to this data folder from now on, in place of another one; `what` was started.

    The config file says how much: see `config_file`.
    """
    end()
    level = config_file.in_use().log or "info"
    if level == "off":
        return
    _ROOT.addHandler(LogFile(data_dir))
    _ROOT.setLevel(logging.DEBUG if level == "debug" else logging.INFO)
    _ROOT.info("RightsDesk %s: %s", __version__, what)


def end() -> None:
    """Log no longer."""
    for handler in [one for one in _ROOT.handlers if isinstance(one, LogFile)]:
        _ROOT.removeHandler(handler)


def note(message: str, *values: object) -> None:
    """Log something that is no failure. `message` is a form of logging: `job %d`."""
    _ROOT.info(message, *values)


def note_failure(error: BaseException) -> None:
    """Log a failure by its class and cause. Its sentence may name artists or files."""
    cause = getattr(error, "cause", "")
    _ROOT.warning("%s%s", type(error).__name__, f" ({cause})" if cause else "")


def files(data_dir: Path) -> list[Path]:
    """The files of the log, oldest first."""
    names = [*(f"{NAME}.{number}" for number in range(KEPT, 0, -1)), NAME]
    places = (data_dir / FOLDER / name for name in names)
    return [place for place in places if place.is_file()]
