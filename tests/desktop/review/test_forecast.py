"""A platform that counts its units: the preview tells how far they go before anybody agrees."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QFrame, QLabel

from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.practice.youtube import CLIENT_ID, CLIENT_SECRET, PracticeYouTube
from tests.desktop.conftest import Scene

TITLES = ("Night Ferry", "Paper Moons")


@pytest.fixture
def youtube() -> Iterator[PracticeYouTube]:
    videos = [{"title": title, "duration": "PT2S", "permitted": ["all"]} for title in TITLES]
    with PracticeYouTube({KOVAL: videos}) as server:
        yield server


def test_the_preview_of_a_sync_tells_how_far_today_goes(
    scene: Scene, youtube: PracticeYouTube
) -> None:
    workspace, browser = scene.workspace.real, PracticeBrowser(KOVAL)
    pending = workspace.accounts.begin_sign_in(
        workspace.artists.all()[0].id,
        "youtube",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        base_url=youtube.base_url,
        port=0,
    )
    browser(pending.url)
    pending.finish()
    browser.close()
    scene.window.view_state.something_changed()
    scene.settle()
    scene.window.actions_.update_online.trigger()
    preview = scene.dialog("review")
    told = [label.text() for label in preview.findChild(QFrame, "forecast").findChildren(QLabel)]
    assert told[-1] == "YouTube: All 2 today."
    assert preview.go.text() == "&Write to 2 videos"
    assert not scene.workspace.called_on_main_thread
    preview.reject()
