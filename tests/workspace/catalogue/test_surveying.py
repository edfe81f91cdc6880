"""Finds out which artists a folder contains, before anything is stored."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import mutagen
import pytest

import rightsdesk
from rightsdesk.practice import catalogue
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue import surveying

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"


def song(folder: Path, name: str, **tags: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLES / "sample.flac", path)
    audio: Any = mutagen.File(path)
    audio.delete()
    for key, value in tags.items():
        audio[key] = value
    audio.save()


def test_the_sample_catalogue_belongs_to_its_artist(workspace: Workspace, tmp_path: Path) -> None:
    catalogue.build(tmp_path / "music")
    found = workspace.catalogue.survey([str(tmp_path / "music" / KOVAL)])
    assert found.artists[0][0] == KOVAL
    assert found.complete
    assert 0 < found.artists[0][1] <= found.read <= found.files
    assert workspace.artists.all() == []
    assert workspace.catalogue.recordings(workspace.catalogue.find()) == []


def test_spellings_of_a_name_are_one_artist(workspace: Workspace, tmp_path: Path) -> None:
    for number, name in enumerate(("Sól Ðís", "Sól Ðís", "sol dis", "Other")):
        song(tmp_path, f"{number}.flac", artist=name, album="One")
    assert workspace.catalogue.survey([str(tmp_path)]).artists == (("Sól Ðís", 3), ("Other", 1))


def test_a_compilation_belongs_to_its_performers(workspace: Workspace, tmp_path: Path) -> None:
    song(tmp_path, "a.flac", artist="Ana", albumartist="Various Artists", album="Hits")
    song(tmp_path, "b.flac", artist="Ben", albumartist="V.A.", album="Hits")
    song(tmp_path, "c.flac", artist="", albumartist="Unknown Artist")
    found = workspace.catalogue.survey([str(tmp_path)])
    assert dict(found.artists) == {"Ana": 1, "Ben": 1}
    assert (found.files, found.read) == (3, 3)


def test_broken_files_are_left_to_the_scan(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(b"no music" * 40)
    found = workspace.catalogue.survey([str(tmp_path), str(tmp_path / "gone")])
    assert (found.files, found.read, found.artists) == (1, 0, ())


def test_a_large_folder_is_sampled_evenly(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "MOST_READ", 3)
    for number in range(9):
        song(tmp_path / f"{number // 3}", f"{number}.flac", artist=f"Artist {number // 3}")
    found = workspace.catalogue.survey([str(tmp_path)])
    assert (found.files, found.read) == (9, 3)
    assert len(found.artists) == 3


def test_an_endless_folder_tree_ends(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "MOST_FOUND", 2)
    for number in range(4):
        song(tmp_path, f"{number}.flac", artist="Ana")
    found = workspace.catalogue.survey([str(tmp_path)])
    assert (found.files, found.complete) == (2, False)
    stopped = threading.Event()
    stopped.set()
    assert not workspace.catalogue.survey([str(tmp_path)], cancel=stopped).complete
