"""A note outside the database: its last generation, size and time.

The generation reveals an older copy in its place; size and time reveal a file that another program
changed. The note is optional: if it is missing or unreadable, the database is checked in full.
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
from rightsdesk.ledger.chain import GENESIS, Head

NAME = "database-state.json"
LOOKED_THROUGH_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """The note about a database.

    `generation` is the last noted `Database.generation`. `checked_at` (ISO 8601, UTC) is the time
    of the last full check. `size` (bytes) and `mtime_ns` are those of the file when it was closed.
    `jobs` is the highest number that a job ever had. `entry` and `entry_hash` are the ledger's
    head when the database was closed last.
    """

    generation: int = 0
    checked_at: str = ""
    size: int = -1
    mtime_ns: int = -1
    jobs: int = 0
    entry: int = 0
    entry_hash: str = GENESIS

    @property
    def head(self) -> Head:
        """The ledger's head when the database was closed last."""
        return Head(self.entry, self.entry_hash)

    @classmethod
    def read(cls, folder: Path) -> DatabaseState:
        """The note in a data folder; an empty note if it cannot be read."""
        try:
            body = json.loads((folder / NAME).read_bytes())
            made = cls(**body)
        except (OSError, ValueError, TypeError):
            return cls()
        numbers = (made.generation, made.size, made.mtime_ns, made.jobs, made.entry)
        texts = (made.checked_at, made.entry_hash)
        if not all(type(number) is int for number in numbers):
            return cls()
        return made if all(isinstance(text, str) for text in texts) else cls()

    def write(self, folder: Path) -> None:
        """Write the note. A disk that refuses is ignored."""
        with suppress(OSError):
            self.put(folder)

    def put(self, folder: Path) -> None:
        """Write the note. Raises OSError."""
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
        """Whether the database is unchanged since it was closed intact, and was checked
        recently."""
        try:
            checked = datetime.fromisoformat(self.checked_at)
            recently = timedelta(0) <= now - checked < LOOKED_THROUGH_EVERY
        except (ValueError, TypeError):
            return False
        clean = self.size >= 0 and (self.size, self.mtime_ns) == left(path)
        return recently and clean


def left(path: Path) -> tuple[int, int]:
    """Size and mtime of a closed database; (-1, -1) if it has an open log or does not exist."""
    try:
        found = path.stat()
        with suppress(FileNotFoundError):
            if Path(f"{path}-wal").stat().st_size:
                return -1, -1
    except OSError:
        return -1, -1
    return found.st_size, found.st_mtime_ns


def stamp(now: datetime) -> str:
    """A time in the note's format."""
    return now.astimezone(UTC).isoformat(timespec="seconds")
