"""The power fails while RightsDesk writes any file except a song.

These are its own files, exports, sidecars, and files published in a folder. Afterwards the old or
the new file is there, whole. Once the write has ended, it is the new file.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rightsdesk.files.sidecars.writing import Making
from rightsdesk.files.writing.durable import sync_folder
from rightsdesk.platforms.sites.local import LocalFolder
from rightsdesk.roster import vault_file
from rightsdesk.roster.vault_file import VaultFile
from rightsdesk.workspace.exports.saving import save
from tests.crash.power import PowerDisk

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux makes the watched calls"),
]
OLD, NEW = VaultFile("0" * 32), VaultFile("f" * 32)


def make_vault(folder: Path) -> None:
    vault_file.create(folder, NEW)


def change_vault(folder: Path) -> None:
    vault_file.replace(folder, NEW)


def make_export(folder: Path) -> None:
    save(str(folder / vault_file.NAME), NEW.to_json().encode(), replace=False)


def change_export(folder: Path) -> None:
    save(str(folder / vault_file.NAME), NEW.to_json().encode(), replace=True)


def publish(folder: Path) -> None:
    LocalFolder(str(folder)).write(vault_file.NAME, NEW.to_json().encode())


def make_sidecar(folder: Path) -> None:
    sync_folder(Making(NEW.to_json().encode()).put(str(folder / vault_file.NAME)))


WRITERS: dict[str, tuple[Callable[[Path], None], VaultFile | None]] = {
    "a new vault file": (make_vault, None),
    "a vault file over another": (change_vault, OLD),
    "a new export": (make_export, None),
    "an export over another": (change_export, OLD),
    "a new published file": (publish, None),
    "a published file over another": (publish, OLD),
    "a new sidecar": (make_sidecar, None),
}


def must_survive(folder: Path, write: Callable[[Path], None], old: VaultFile | None) -> None:
    before = old and old.to_json().encode()
    if before:
        (folder / vault_file.NAME).write_bytes(before)
    disk = PowerDisk(folder, bytes)
    with disk.watching():
        write(folder)
    dice = random.Random(1)
    new = NEW.to_json().encode()
    for moment in disk.moments:
        for files in moment.after_power_cut(dice, 5):
            assert files.get(vault_file.NAME) in (before, new), f"torn after {moment.step}"
    assert len(disk.moments) > 2
    for files in disk.moments[-1].after_power_cut(dice, 5):
        assert files.get(vault_file.NAME) == new, "the write has ended, but the file is missing"


@pytest.mark.parametrize("name", WRITERS)
def test_the_file_is_wholly_old_or_wholly_new(tmp_path: Path, name: str) -> None:
    must_survive(tmp_path, *WRITERS[name])


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("of", ["file", "folder"])
def test_a_missing_sync_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, of: str
) -> None:
    folder = tmp_path.stat().st_ino
    write, old = WRITERS[name]

    def careless(place: Path) -> None:
        watched = os.fsync

        def only_some(descriptor: int) -> None:
            if (os.fstat(descriptor).st_ino == folder) is not (of == "folder"):
                watched(descriptor)

        monkeypatch.setattr(os, "fsync", only_some)
        write(place)
        monkeypatch.undo()

    with pytest.raises(AssertionError, match=r"torn|has ended"):
        must_survive(tmp_path, careless, old)
