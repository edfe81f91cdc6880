"""The covers of releases, kept in the data folder so that no file is read twice for one.

What is kept can be deleted at any time. It is found by the path and identity of the release's
first file, so a changed file is read again. `MOST` limits the total size.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from rightsdesk import data_folder
from rightsdesk.files.scan.cover_art import is_picture, picture_beside, picture_in
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import RECORDING_FILES
from rightsdesk.store.schema import files, recordings

FOLDER = "covers"
MOST = 64 << 20
"""Bytes that are kept in all."""

LARGEST_KEPT = 2 << 20
"""Bytes of a picture that is kept as it is. What is larger is read again, until the window has
made it small and kept that."""

MOST_SEARCHED = 3
"""Files of a release that are searched for a picture."""


class Covers:
    """The covers of a data folder. For any thread."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._folder = data_dir / FOLDER

    def cover(self, release_id: int) -> bytes | None:
        """The front cover as the bytes of an image, perhaps made small; None where there is none.

        Takes as long as reading a file: for a worker thread.
        """
        found = self._files(release_id)
        if not found:
            return None
        place = self._folder / _key(*found[0])
        with suppress(OSError):
            kept = place.read_bytes()
            return kept or None
        paths = [path for path, _ in found]
        pictures = (picture_in(path) for path in paths)
        data = next((one for one in pictures if one), None) or picture_beside(paths[0])
        if data is None or len(data) <= LARGEST_KEPT:
            self._keep(place, data or b"")
        return data

    def keep(self, release_id: int, thumbnail: bytes) -> None:
        """Keep a smaller image of a release's cover; other bytes are left alone."""
        found = self._files(release_id)
        if found and is_picture(thumbnail) and len(thumbnail) <= LARGEST_KEPT:
            self._keep(self._folder / _key(*found[0]), thumbnail)

    def _files(self, release_id: int) -> list[tuple[str, str]]:
        """The release's first files that are there, by path: (path, identity)."""
        f = files.c
        query = select(f.path, f.identity).select_from(RECORDING_FILES)
        query = query.where(recordings.c.release_id == release_id, f.missing.is_(False))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(f.path).limit(MOST_SEARCHED)).all()
        return [(texts.load_path(path), identity) for path, identity in rows]

    def _keep(self, place: Path, data: bytes) -> None:
        """Keep it; an error of the disk is ignored."""
        temporary = place.with_name(f".{place.name}-{secrets.token_hex(4)}.part")
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            data_folder.create_private(temporary)
            temporary.write_bytes(data)
            os.replace(temporary, place)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
        self._make_room()

    def _make_room(self) -> None:
        sized: list[tuple[int, int, Path]] = []
        for path in self._kept():
            with suppress(OSError):
                found = path.stat()
                sized.append((found.st_mtime_ns, found.st_size, path))
        total = sum(size for _, size, _ in sized)
        for _, size, path in sorted(sized):
            if total <= MOST:
                return
            with suppress(OSError):
                path.unlink()
            total -= size

    def _kept(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except OSError:
            return []


def _key(path: str, identity: str) -> str:
    return hashlib.sha256(texts.dump_path(path) + b"\0" + identity.encode()).hexdigest()
