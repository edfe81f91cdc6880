"""`scan --forget`: its questions and messages."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from rightsdesk.workspace.catalogue.forgetting import NotRemembered
from rightsdesk.workspace.types.artists import Artist
from tests.cli.fakes import FakeWorkspace, run


@dataclass
class Forgetting(FakeWorkspace):
    forgotten: list[tuple[int, str]] = field(default_factory=list)
    roster: list[Artist] = field(
        default_factory=lambda: [Artist(1, "Mira Koval", folders=("/music/Koval",))]
    )

    def check_folders(self, _artist_id: int, folders: Sequence[str]) -> list[str]:
        if any(folder.startswith("/nosuch") for folder in folders):
            raise NotRemembered("/nosuch is not a folder of this artist.")
        return list(folders)

    def forget_folders(self, artist_id: int, folders: Sequence[str]) -> int:
        self.forgotten += [(artist_id, folder) for folder in folders]
        return 1200 * len(folders)


def test_an_unknown_folder_is_refused_before_anything_is_asked() -> None:
    workspace = Forgetting()
    done = run(workspace, "scan", "--forget", "/music/Koval", "/nosuch", "--yes")
    assert done.code == 1
    assert not workspace.forgotten
    assert "This removes" not in done.out + done.err


def test_the_message_says_that_the_files_stay() -> None:
    workspace = Forgetting()
    done = run(workspace, "scan", "--forget", "music/Koval", "--yes")
    assert done.code == 0
    assert workspace.forgotten == [(1, os.path.abspath("music/Koval"))]
    assert "1,200 files are no longer listed. The files were left unchanged" in done.out


def test_the_command_needs_a_folder_and_names_the_known_folders() -> None:
    workspace = Forgetting()
    done = run(workspace, "scan", "--forget")
    assert done.code == 2
    assert "/music/Koval" in done.err
    assert not workspace.forgotten


def test_without_a_yes_nothing_is_forgotten() -> None:
    workspace = Forgetting()
    done = run(workspace, "scan", "--forget", "music/Koval")
    assert done.code == 2
    assert "Add --yes" in done.err
    assert not workspace.forgotten
    assert run(workspace, "scan", "music/Koval", "--yes").code == 2


def test_the_json_contains_counts() -> None:
    done = run(Forgetting(), "scan", "--forget", "/a", "/b", "--yes", "--json")
    assert done.json == {"forgotten": ["/a", "/b"], "files": 2400}
