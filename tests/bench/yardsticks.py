"""The simplest ways to do the same work, and other programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import mutagen.mp4

id3: Any = mutagen.id3
mp4: Any = mutagen.mp4

FIELDS = ("AI-CONSENT", "CONTENT-USAGE", "TDM-RESERVATION", "TDM-POLICY")


def walk(folder: Path) -> int:
    """Walk a folder and `stat` every file: the least that a scan costs. Return their number."""
    count, folders = 0, [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat()
                    count += 1
    return count


def copy_all(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Copy every file durably: the least that a rewrite costs. Return the copies."""
    folder.mkdir(exist_ok=True)
    copies = []
    for index, path in enumerate(paths):
        copy = folder / f"{index}{path.suffix}"
        shutil.copyfile(path, copy)
        with copy.open("rb") as file:
            os.fsync(file.fileno())
        copies.append(copy)
    return copies


def read_all(paths: Sequence[Path]) -> None:
    """Read every file with mutagen."""
    for path in paths:
        mutagen.File(path)


def save_all(paths: Sequence[Path], value: str) -> None:
    """Save as many fields as RightsDesk has in every file, in place, with mutagen."""
    for path in paths:
        file: Any = mutagen.File(path)
        if isinstance(file.tags, id3.ID3):
            for name in FIELDS:
                file.tags.add(id3.TXXX(encoding=3, desc=name, text=[value]))
        elif isinstance(file, mp4.MP4):
            for name in FIELDS:
                data = mp4.MP4FreeForm(value.encode())
                file.tags[f"----:com.apple.iTunes:{name}"] = [data]
        else:
            for name in FIELDS:
                file.tags[name] = [value]
        file.save()


class Beets:
    """beets with its own configuration and library. It leaves files in place."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [program, "-c", str(folder / "config.yaml")]
        self._environment = {**os.environ, "BEETSDIR": str(folder)}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yaml").write_text(
            f"directory: {folder / 'none'}\nlibrary: {folder / 'library.db'}\n"
            "plugins: []\nimport: {copy: no, write: no, timid: no, quiet: yes}\n",
            encoding="utf-8",
        )

    def import_all(self, folder: Path) -> None:
        """Run `beet import -A -C`: import all files unchanged."""
        self._run("import", "-q", "-A", "-C", str(folder))

    def count(self) -> int:
        """Return the number of imported files."""
        return self._run("ls", "-f", "$id").count("\n")

    def modify_all(self, value: str) -> None:
        """Run `beet modify`: write a field to every file.

        `-w` is needed because the configuration turns writing off.
        """
        self._run("modify", "-y", "-w", f"comments={value}")

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout
