"""The sample catalogue, a practice SoundCloud, and a workspace that knows both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Account, Artist, Scope, ScopeKind

KOVAL, SIGNAL = catalogue.KOVAL, catalogue.SIGNAL


@pytest.fixture
def music(tmp_path: Path) -> Path:
    catalogue.build(tmp_path / "music")
    return tmp_path / "music"


@pytest.fixture
def workspace(isolated: Path) -> Iterator[Workspace]:
    with Workspace.open(isolated) as workspace:
        yield workspace


@pytest.fixture
def koval(workspace: Workspace, music: Path) -> Artist:
    """Mira Koval, scanned."""
    artist = workspace.add_artist(KOVAL)
    workspace.scan(artist.id, [str(music / KOVAL)])
    return workspace.artist_named(KOVAL)


@pytest.fixture
def signal(workspace: Workspace, music: Path) -> Artist:
    """Salt & Signal, scanned."""
    artist = workspace.add_artist(SIGNAL)
    workspace.scan(artist.id, [str(music / SIGNAL)])
    return workspace.artist_named(SIGNAL)


@pytest.fixture
def soundcloud() -> Iterator[PracticeSoundCloud]:
    server = PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None)
    server.start()
    yield server
    server.close()


SignIn = Callable[..., Account]


@pytest.fixture
def sign_in(workspace: Workspace, soundcloud: PracticeSoundCloud) -> SignIn:
    """Signs an artist in to their practice account, or another that somebody says is theirs."""

    def sign_in(artist: Artist, account: str = "", *, theirs: bool = True) -> Account:
        pending = workspace.begin_sign_in(
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
            return workspace.confirm_account(number) if theirs else workspace.account(number)
        finally:
            browser.close()

    return sign_in


def choose(workspace: Workspace, artist: Artist, preset: Preset = Preset.NO_AI) -> None:
    scope = Scope(ScopeKind.ARTIST, artist.id)
    consent = PRESETS[preset]
    opened = workspace.widened_by(scope, consent)
    workspace.set_wish(scope, consent, confirmed=opened)


def written(workspace: Workspace) -> dict[str, bytes]:
    """All that is in the data folder, but for the locks of those who read the database."""
    there = sorted(workspace.data_dir.iterdir())
    return {path.name: path.read_bytes() for path in there if not path.name.endswith("-shm")}
