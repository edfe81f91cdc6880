"""Fixtures: the sample catalogue, a practice SoundCloud, and a workspace that uses both."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import ID3
from mutagen.wave import WAVE

import rightsdesk
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"
KOVAL, SIGNAL = catalogue.KOVAL, catalogue.SIGNAL


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """The folder of the sample catalogue."""
    catalogue.build(tmp_path / "music")
    return tmp_path / "music"


@pytest.fixture
def workspace(isolated: Path) -> Iterator[Workspace]:
    """An empty, open workspace."""
    with Workspace.open(isolated) as workspace:
        yield workspace


@pytest.fixture
def koval(workspace: Workspace, music: Path) -> Artist:
    """The artist Mira Koval, with her music scanned."""
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    return workspace.artists.named(KOVAL)


@pytest.fixture
def signal(workspace: Workspace, music: Path) -> Artist:
    """The artist Salt & Signal, with their music scanned."""
    artist = workspace.artists.add(SIGNAL)
    workspace.catalogue.scan(artist.id, [str(music / SIGNAL)])
    return workspace.artists.named(SIGNAL)


@pytest.fixture
def soundcloud() -> Iterator[PracticeSoundCloud]:
    """A running practice SoundCloud with the sample catalogue's tracks."""
    server = PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None)
    server.start()
    yield server
    server.close()


Song = Callable[..., Path]


@pytest.fixture
def artist(workspace: Workspace) -> Artist:
    """An artist without music."""
    return workspace.artists.add("Someone")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for songs."""
    return tmp_path / "songs"


@pytest.fixture
def song(folder: Path) -> Song:
    """A function that creates a sample file with these tags."""

    def make(name: str, **tags: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            shutil.copy(SAMPLES / f"sample{path.suffix}", path)
        retag(path, **tags)
        return path

    return make


def retag(path: Path, **tags: str) -> None:
    """Set tags of a file with mutagen."""
    if path.suffix == ".wav":
        audio: Any = WAVE(path)
        if audio.tags is None:
            audio.add_tags()
        names = {"title": "TIT2", "isrc": "TSRC", "artist": "TPE1", "album": "TALB"}
        frames: ID3 = audio.tags
        for key, value in tags.items():
            frame = getattr(mutagen.id3, names[key])
            frames.setall(names[key], [frame(3, [value])])
        audio.save()
        return
    audio = mutagen.File(path, easy=True)
    for key, value in tags.items():
        audio[key] = value
    audio.save()


SignIn = Callable[..., Account]


@pytest.fixture
def sign_in(workspace: Workspace, soundcloud: PracticeSoundCloud) -> SignIn:
    """A function that signs an artist in to a practice account.

    By default the artist's own account; `theirs` confirms another login.
    """

    def sign_in(artist: Artist, account: str = "", *, theirs: bool = True) -> Account:
        pending = workspace.accounts.begin_sign_in(
            artist.id,
            "soundcloud",
            client_id=CLIENT_ID,
            base_url=soundcloud.base_url,
            port=0,
        )
        browser = PracticeBrowser(account or artist.name)
        browser(pending.url)
        try:
            number = pending.finish()
            return (
                workspace.accounts.confirm(number) if theirs else workspace.accounts.by_id(number)
            )
        finally:
            browser.close()

    return sign_in


def choose(workspace: Workspace, artist: Artist, preset: Preset = Preset.NO_AI) -> None:
    """Set a preset for an artist and confirm all uses that it opens."""
    scope = Scope(ScopeKind.ARTIST, artist.id)
    consent = PRESETS[preset]
    opened = workspace.consents.widened_by(scope, consent)
    workspace.consents.set(scope, consent, confirmed=opened)


def pending_writes(workspace: Workspace) -> int:
    """The number of items and accounts that still have to be written."""
    left = workspace.catalogue.left_to_write()
    return sum(number for carrier, number in left.items() if carrier != CarrierId.FILES)


def written(workspace: Workspace) -> dict[str, bytes]:
    """Content by name of all files in the data folder, without readers' lock files."""
    entries = sorted(workspace.data_dir.iterdir())
    return {path.name: path.read_bytes() for path in entries if not path.name.endswith("-shm")}
