"""`history` on the command line: its JSON format, and an undo that asks before it widens."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Consent, Preset, Use
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.cli.fakes import Ran, run

NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]
ENTRY = {
    *(
        "id",
        "at",
        "who",
        "seat",
        "kind",
        "name",
        "artist_id",
        "release_id",
        "recording_id",
        "account_id",
    ),
    *("names", "before", "after", "undoes", "deeds", "undone_by", "job", "can", "why_not"),
}


class DataFolder:
    """One data folder; each command opens it again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with self.opened() as workspace:
            workspace.artists.add("Mira Koval")

    def opened(self) -> Workspace:
        return Workspace.open(self.folder)

    def choose(self, consent: Consent) -> None:
        with self.opened() as workspace:
            workspace.consents.set(Scope(ScopeKind.ARTIST, 1), consent, confirmed=tuple(Use))

    @property
    def own(self) -> Consent:
        with self.opened() as workspace:
            return workspace.consents.of(Scope(ScopeKind.ARTIST, 1)).own

    def run(self, *arguments: str) -> Ran:
        return run(self.opened(), *arguments)


@pytest.fixture
def data(isolated: Path) -> DataFolder:
    return DataFolder(isolated)


def test_the_history_has_the_agreed_format(data: DataFolder) -> None:
    data.choose(NO_AI)
    done = data.run("history", "--json")
    assert done.code == 0
    assert done.json.keys() == {"entries", "next_before"}
    assert done.json["next_before"] is None
    consent, artist = done.json["entries"]
    assert consent.keys() == artist.keys() == ENTRY
    assert consent["kind"] == "consent-set"
    assert consent["name"] == "Consent for “Mira Koval”: No AI"
    assert consent["before"] == {"consent": None}
    assert consent["after"] == {"consent": NO_AI.to_json()}
    assert (consent["can"], consent["why_not"]) == ("undo", "")
    assert (artist["can"], artist["why_not"]) == ("", "another-way")


def test_the_history_is_read_by_page_and_filtered(data: DataFolder) -> None:
    data.choose(NO_AI)
    data.choose(OPEN)
    first = data.run("history", "--limit", "2", "--json").json
    assert [entry["id"] for entry in first["entries"]] == [3, 2]
    assert first["next_before"] == 2
    rest = data.run("history", "--before", "2", "--json").json
    assert [entry["id"] for entry in rest["entries"]] == [1]
    kind = data.run("history", "--kind", "artist-added", "--json").json
    assert [entry["id"] for entry in kind["entries"]] == [1]
    assert data.run("history", "--artist", "Mira Koval", "--since", "2000-01-01").code == 0
    assert "Nothing found." in data.run("history", "--since", "9000-01-01").out


def test_each_entry_says_what_can_be_done(data: DataFolder) -> None:
    data.choose(NO_AI)
    data.choose(OPEN)
    lines = data.run("history").out.splitlines()
    assert lines[1].endswith("can be undone")
    assert lines[2].endswith("changed since")


@pytest.mark.parametrize(
    "arguments", [("--kind", "wish"), ("--since", "yesterday"), ("--artist", "Nobody")]
)
def test_a_missing_entry_is_a_usage_error(data: DataFolder, arguments: tuple[str, str]) -> None:
    assert data.run("history", *arguments).code == 2


def test_a_widening_undo_needs_its_own_option(data: DataFolder) -> None:
    data.choose(OPEN)
    data.choose(NO_AI)
    would = data.run("history", "undo", "3", "--dry-run", "--json").json
    assert would.keys() == {"entry", "widens", "opens", "dry_run", "outcome"}
    assert would["entry"].keys() == ENTRY
    refused = data.run("history", "undo", "3", "--yes", "--json")
    assert (refused.code, refused.json["outcome"]) == (1, "skipped")
    assert refused.json["widens"] == would["widens"] != []
    assert data.own == NO_AI
    done = data.run("history", "undo", "3", "--yes", "--allow-widening", "--json")
    assert (done.code, done.json["new_entry"]) == (0, 4)
    assert data.own == OPEN
    assert data.run("history", "redo", "4", "--yes").code == 0
    assert data.own == NO_AI


def test_an_entry_that_changed_since_is_refused_with_a_message(data: DataFolder) -> None:
    data.choose(NO_AI)
    data.choose(OPEN)
    refused = data.run("history", "undo", "2", "--yes", "--json")
    assert refused.code == 1
    assert refused.json["error"]["cause"] == "changed-since"
    assert "changed again since" in refused.err
    assert data.run("history", "undo", "99", "--yes").code == 2


def test_undo_without_a_number_still_means_jobs(data: DataFolder) -> None:
    data.choose(NO_AI)
    assert data.run("undo", "--yes", "--allow-widening", "--json").json["job"] is None
    assert data.own == NO_AI


def test_every_kind_is_explained_in_the_docs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "command-line.md").read_text("utf-8")
    assert [kind for kind in DeedKind if f"`{kind}`" not in page] == []
