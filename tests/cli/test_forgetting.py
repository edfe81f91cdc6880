"""`scan --forget`: its questions and messages."""

import os
from dataclasses import dataclass, field

from rightsdesk.workspace.types import Artist
from tests.cli.fakes import FakeWorkspace, run


@dataclass
class Forgetting(FakeWorkspace):
    forgotten: list[tuple[int, str]] = field(default_factory=list)
    roster: list[Artist] = field(
        default_factory=lambda: [Artist(1, "Mira Koval", folders=("/music/Koval",))]
    )

    def forget_folder(self, artist_id: int, folder: str) -> int:
        self.forgotten.append((artist_id, folder))
        return 1200


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
