"""What is noted of the database outside it: how far it had come, and how it was left.

An older copy that is put in its place shows by its generation, and a file that was changed
behind our back by its size and time. The note is a help, not a promise: where it is gone or
unreadable, the database is looked through as if nothing were known.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rightsdesk import data_folder

NAME = "database-state.json"
LOOKED_THROUGH_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """`generation` is `Database.generation` when it was last noted. `checked_at` (ISO 8601, UTC)
    says when the file was last looked through, `size` (bytes) and `mtime_ns` how it was left.
    `jobs` is the highest number that a job ever had."""

    generation: int = 0
    checked_at: str = ""
    size: int = -1
    mtime_ns: int = -1
    jobs: int = 0

    @classmethod
    def read(cls, folder: Path) -> DatabaseState:
        """What was noted in a data folder; nothing where that can't be read."""
        try:
            body = json.loads((folder / NAME).read_bytes())
            made = cls(**body)
        except (OSError, ValueError, TypeError):
            return cls()
        numbers = (made.generation, made.size, made.mtime_ns, made.jobs)
        if not all(type(one) is int for one in numbers) or not isinstance(made.checked_at, str):
            return cls()
        return made

    def write(self, folder: Path) -> None:
        """Note it; a disk that refuses is no reason to stop."""
        with suppress(OSError):
            self.put(folder)

    def put(self, folder: Path) -> None:
        """Note it. Raises OSError."""
        temporary = folder / f".{NAME}-{secrets.token_hex(4)}.part"
        try:
            data_folder.create_private(temporary)
            temporary.write_text(json.dumps(asdict(self)), encoding="ascii")
            os.replace(temporary, folder / NAME)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise

    def vouches_for(self, path: Path, now: datetime) -> bool:
        """Whether the database is as it was left when all was well, and was looked through not
        long ago."""
        try:
            checked = datetime.fromisoformat(self.checked_at)
            recently = timedelta(0) <= now - checked < LOOKED_THROUGH_EVERY
        except (ValueError, TypeError):
            return False
        clean = self.size >= 0 and (self.size, self.mtime_ns) == left(path)
        return recently and clean


def left(path: Path) -> tuple[int, int]:
    """Size and time of a database that was closed; (-1, -1) of one with an open log, or none."""
    try:
        found = path.stat()
        with suppress(FileNotFoundError):
            if Path(f"{path}-wal").stat().st_size:
                return -1, -1
    except OSError:
        return -1, -1
    return found.st_size, found.st_mtime_ns


def stamp(now: datetime) -> str:
    """A time as it is noted."""
    return now.astimezone(UTC).isoformat(timespec="seconds")
