"""`history` with filters, and `jobs show`: on real data, as a person would ask."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.practice import catalogue
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.cli.fakes import Ran, run

KOVAL = catalogue.KOVAL


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed data folder: music scanned, a consent set, a job, and one for a recording."""
    folder = tmp_path_factory.mktemp("history")
    catalogue.build(folder / "music")
    with Workspace.open(folder / "data") as workspace:
        artist = workspace.artists.add(KOVAL)
        workspace.artists.add("Übermensch")
        workspace.catalogue.scan(artist.id, [str(folder / "music" / KOVAL)])
        workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
        workspace.jobs.apply(workspace.jobs.plan_tag(Filter(artist_id=artist.id)))
        row = workspace.catalogue.rows(workspace.catalogue.recordings(Filter())[:1])[0]
        scope = Scope(ScopeKind.RECORDING, row.recording_id)
        workspace.consents.set(
            scope, PRESETS[Preset.ASK_FIRST], confirmed=tuple(PRESETS[Preset.OPEN])
        )
        (folder / "title").write_text(row.title, "utf-8")
    return folder


@pytest.fixture
def asked(done: Path, tmp_path: Path) -> Path:
    shutil.copytree(done / "data", tmp_path / "data")
    shutil.copyfile(done / "title", tmp_path / "title")
    return tmp_path


def rightsdesk(folder: Path, *arguments: str) -> Ran:
    return run(Workspace.open(folder / "data"), *arguments)


def kinds(folder: Path, *filters: str) -> list[str]:
    found = rightsdesk(folder, "history", *filters, "--json")
    assert found.code == 0, found.err
    return [entry["kind"] for entry in found.json["entries"]]


def test_a_recording_finds_its_choices_and_the_jobs_that_changed_it(asked: Path) -> None:
    title = (asked / "title").read_text("utf-8")
    assert kinds(asked, "--recording", title) == ["consent-set", "job"]


def test_a_text_finds_names_and_values_in_any_case(asked: Path) -> None:
    assert kinds(asked, "--text", "übermENSCH") == ["artist-added"]
    assert kinds(asked, "--text", "%") == []
    assert "folder-added" in kinds(asked, "--text", "music")


def test_until_a_day_leaves_out_what_came_later(asked: Path) -> None:
    assert kinds(asked, "--until", "2020-01-01") == []
    assert len(kinds(asked, "--until", "9998-12-31")) == len(kinds(asked)) > 4


def test_the_end_of_a_job_is_listed_if_its_kind_is_asked_for(asked: Path) -> None:
    assert "job-finished" not in kinds(asked)
    assert kinds(asked, "--kind", "job-finished") == ["job-finished"]


@pytest.mark.parametrize(
    "filters", [("--account", "nobody"), ("--until", "soon"), ("--until", "9999-12-31")]
)
def test_what_does_not_exist_is_wrong_usage(asked: Path, filters: tuple[str, str]) -> None:
    assert rightsdesk(asked, "history", *filters).code == 2


def test_a_job_is_shown_change_by_change_in_pages(asked: Path) -> None:
    whole = rightsdesk(asked, "jobs", "show", "1", "--json").json
    assert whole["next_after"] is None
    assert {change["outcome"] for change in whole["changes"]} == {"done"}
    assert all(change["after"] == PRESETS[Preset.NO_AI].to_json() for change in whole["changes"])
    assert all(change["artist"] == KOVAL for change in whole["changes"])
    seen: list[object] = []
    after: int | None = 0
    while after is not None:
        arguments = ("--after", str(after), "--limit", "3", "--json")
        page = rightsdesk(asked, "jobs", "show", "1", *arguments).json
        seen += page["changes"]
        after = page["next_after"]
    assert seen == whole["changes"]
    assert (
        rightsdesk(asked, "jobs", "show", "1", "--outcome", "failed", "--json").json["changes"]
        == []
    )
    shown = rightsdesk(asked, "jobs", "show", "1")
    assert (shown.code, "No AI" in shown.out, "done" in shown.out) == (0, True, True)
    assert rightsdesk(asked, "jobs", "show", "9").code == 2
    assert rightsdesk(asked, "jobs", "show", "1", "--outcome", "odd").code == 2


@pytest.mark.parametrize("cause", ["changed-since", "of-another-version", ""])
def test_a_job_shows_the_cause_of_what_failed(done: Path, tmp_path: Path, cause: str) -> None:
    shutil.copytree(done / "data", tmp_path / "data")
    with (
        Workspace.open(tmp_path / "data") as workspace,
        workspace._database.write() as connection,
    ):
        connection.exec_driver_sql(
            "UPDATE changes SET state='failed', cause=?, problem='It changed.' "
            "WHERE id = (SELECT min(id) FROM changes)",
            (cause,),
        )
    failed = rightsdesk(tmp_path, "jobs", "show", "1", "--outcome", "failed", "--json").json
    assert [change["cause"] for change in failed["changes"]] == [cause]
