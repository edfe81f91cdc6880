"""The sample catalogue has the documented content and stays small."""

from pathlib import Path

import mutagen
import pytest

from rightsdesk.practice import catalogue


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    assert catalogue.build(folder) == 16
    return folder


def test_the_sounds_are_small() -> None:
    assert sum(len(catalogue.sound(kind)) for kind in catalogue.KINDS) < 200_000


def test_every_kind_is_there(music: Path) -> None:
    suffixes = {path.suffix for path in music.rglob("*") if path.is_file()}
    assert suffixes == {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav", ".aiff"}


def test_data_of_other_programs_is_included(music: Path) -> None:
    path = music / catalogue.KOVAL / "Night Ferry" / "03 Paper Moons.mp3"
    tags = mutagen.File(path).tags
    assert tags.version == (2, 3, 0)
    assert {"GEOB:Serato Markers2", "POPM:no@email", "PRIV:TRAKTOR4", "APIC:Cover"} <= {
        key.partition(":DMRT")[0] for key in tags
    }
    assert path.read_bytes()[-128:-125] == b"TAG"
    master = music / catalogue.KOVAL / "Night Ferry" / "Masters" / "01 Night Ferry.wav"
    assert b"bext" in master.read_bytes()


def test_one_file_is_unreadable(music: Path) -> None:
    with pytest.raises(mutagen.MutagenError):
        mutagen.File(music / catalogue.UNREADABLE)


def test_no_file_is_overwritten(music: Path) -> None:
    with pytest.raises(FileExistsError):
        catalogue.build(music)
