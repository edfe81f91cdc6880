"""What another RightsDesk does with the same data shows in the window."""

from rightsdesk.practice.catalogue import SIGNAL
from rightsdesk.workspace import Workspace
from tests.desktop.conftest import Scene


def asked(scene: Scene) -> None:
    """What the timer does, to its end."""
    scene.window.following.ask()
    scene.settle()


def test_the_window_follows_what_is_done_elsewhere(scene: Scene) -> None:
    asked(scene)
    scene.workspace.calls.clear()
    asked(scene)
    assert [name for name, _ in scene.workspace.calls] == ["changed_elsewhere"]
    with Workspace.open(scene.workspace.data_dir) as other:
        other.artists.add(SIGNAL)
    asked(scene)
    assert SIGNAL in [artist.name for artist in scene.window.view_state.artists]
    assert not scene.workspace.called_on_main_thread


def test_an_artist_who_was_removed_elsewhere_is_no_error(scene: Scene) -> None:
    asked(scene)
    with Workspace.open(scene.workspace.data_dir) as other:
        other.artists.remove(other.artists.all()[0].id)
    asked(scene)
    assert scene.window.view_state.artists == ()
    assert "no longer" not in scene.window.notice.text.text()
