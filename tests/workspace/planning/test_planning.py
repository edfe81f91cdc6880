"""Plans are computed once per distinct content, only from stored values."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rightsdesk.changes.edits import change_to_fields
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.files.identity import FileIdentity
from rightsdesk.store.database import Database
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.planning import plan as planning
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.files.changing import change as changed
from tests.workspace.conftest import choose, retag

EVERYTHING = Filter()


@pytest.fixture
def tagged(workspace: Workspace, koval: Artist) -> Artist:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    return koval


def contents(folder: Path) -> dict[Path, bytes]:
    """The content of a folder's files, without SQLite's `-shm`, which changes with readers."""
    return {p: p.read_bytes() for p in folder.iterdir() if not p.name.endswith("-shm")}


def test_a_plan_of_nothing_opens_no_file_and_writes_nothing(
    workspace: Workspace, tagged: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(workspace.data_dir)
    monkeypatch.setattr(Database, "write", None)
    really = os.open

    def guarded(path: str, *how: int) -> int:
        assert str(workspace.data_dir) in str(path), "a file was opened"
        return really(path, *how)

    monkeypatch.setattr(os, "open", guarded)

    plan = workspace.jobs.plan_tag(EVERYTHING)
    report = workspace.jobs.apply(plan)

    assert not plan.planned
    assert plan.unchanged > 5
    assert (report.job, report.counts["unchanged"]) == (None, plan.unchanged)
    assert contents(workspace.data_dir) == before


def test_each_change_names_its_own_file_and_state(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)

    plan = workspace.jobs.plan_tag(EVERYTHING)

    paths = [change.target.locator for change in plan.planned]
    assert len(set(paths)) == len(paths) > 5
    for change in plan.planned:
        assert change.target.label == Path(change.target.locator).name
        assert change.stamp == FileIdentity.of(change.target.locator).stamp


def test_equal_contents_are_computed_once(
    workspace: Workspace, koval: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(workspace, koval)
    worked_out = 0

    def counting(*args: object, **named: object) -> object:
        nonlocal worked_out
        worked_out += 1
        return change_to_fields(*args, **named)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(planning, "change_to_fields", counting)

    plan = workspace.jobs.plan_tag(EVERYTHING)

    different = {
        (Path(change.target.locator).suffix, tuple(sorted(change.expected.items())))
        for change in plan.planned
    }
    assert worked_out <= len(different) + 1
    assert worked_out < len(plan.planned)


def test_the_cache_of_computed_plans_is_limited(
    workspace: Workspace, koval: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(workspace, koval)
    expected = workspace.jobs.plan_tag(EVERYTHING)
    monkeypatch.setattr(planning, "MOST_REMEMBERED", 1)

    assert workspace.jobs.plan_tag(EVERYTHING) == expected


def test_nearer_consents_apply_only_to_their_own_recordings(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    first = workspace.catalogue.recordings(EVERYTHING)[0]
    narrower = Consent({Use.SEARCH: Permission.PROHIBITED})
    workspace.consents.set(Scope(ScopeKind.RECORDING, first), narrower)

    plan = workspace.jobs.plan_tag(EVERYTHING)

    here = workspace.jobs.plan_tag(Filter(recording_id=first)).planned
    assert {change.after.get(Use.SEARCH) for change in here} == {Permission.PROHIBITED}
    elsewhere = [change for change in plan.planned if change not in here]
    assert Permission.PROHIBITED not in {change.after.get(Use.SEARCH) for change in elsewhere}
    assert len(here) + len(elsewhere) == len(plan.planned)
    assert elsewhere


def test_an_unreadable_file_is_in_the_plan_with_its_problem(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    path = next(Path(koval.folders[0]).rglob("*.flac"))
    path.write_bytes(b"not audio any more")
    workspace.catalogue.scan(koval.id, koval.folders)

    (skipped,) = (c for c in workspace.jobs.plan_tag(EVERYTHING).changes if c.problem)

    assert (skipped.outcome, skipped.target.locator) == (Outcome.SKIPPED, str(path))


def test_planning_can_be_stopped(workspace: Workspace, koval: Artist) -> None:
    class Stop:
        def is_set(self) -> bool:
            return True

    choose(workspace, koval)

    assert workspace.jobs.plan_tag(EVERYTHING, cancel=Stop()).changes == ()


def test_a_file_edited_since_the_scan_is_planned_from_its_current_state(
    workspace: Workspace, tagged: Artist
) -> None:
    """Another program removed our field, and wrote its own line."""
    edited, *_ = sorted(Path(tagged.folders[0]).rglob("*.mp3"))
    edited.write_bytes(changed(edited.read_bytes(), {"AI-CONSENT": (), "COPYRIGHT": ("2026 B",)}))
    plan = workspace.jobs.plan_tag(EVERYTHING)
    [planned] = plan.changes
    assert (planned.target.locator, planned.outcome) == (str(edited), Outcome.PLANNED)
    assert planned.edit["COPYRIGHT"][0].startswith("2026 B | ")
    assert workspace.jobs.apply(plan, confirmed=plan.confirmation()).counts["done"] == 1
    assert workspace.jobs.plan_tag(EVERYTHING).changes == ()


def test_a_new_album_needs_no_scan(workspace: Workspace, tagged: Artist) -> None:
    edited, *_ = sorted(Path(tagged.folders[0]).rglob("*.mp3"))
    edited.write_bytes(changed(edited.read_bytes(), {"AI-CONSENT": ()}))
    retag(edited, album="Another one")
    assert [job.outcome for job in workspace.jobs.plan_tag(EVERYTHING).changes] == [Outcome.PLANNED]


def test_a_file_that_replaced_another_recording_waits_for_a_scan(
    workspace: Workspace, tagged: Artist, tmp_path: Path
) -> None:
    first, second, *_ = sorted(Path(tagged.folders[0]).rglob("*.mp3"))
    os.replace(first, tmp_path / "kept")
    os.replace(second, first)
    os.replace(tmp_path / "kept", second)
    left = workspace.jobs.plan_tag(EVERYTHING)
    assert {(c.target.locator, c.outcome) for c in left.changes} == {
        (str(first), Outcome.SKIPPED),
        (str(second), Outcome.SKIPPED),
    }
    assert all("Scan its folder" in change.problem for change in left.changes)


def test_a_file_that_became_unreadable_is_reported(workspace: Workspace, tagged: Artist) -> None:
    broken, *_ = sorted(Path(tagged.folders[0]).rglob("*.mp3"))
    broken.write_bytes(b"")
    [left] = workspace.jobs.plan_tag(EVERYTHING).changes
    assert (left.outcome, bool(left.problem)) == (Outcome.SKIPPED, True)
