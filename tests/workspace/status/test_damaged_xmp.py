"""A file with a damaged XMP packet is reported, never counts as agreeing, and is still written."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightsdesk.cli.output.previews import plan_lines
from rightsdesk.consent import PRESETS, Permission, Preset, Standing
from rightsdesk.practice.catalogue import sound
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.files.changing import NO_AI_IN_XMP, change
from tests.workspace.conftest import choose

EVERYTHING = Filter()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "songs" / "song.m4a"
    path.parent.mkdir()
    file = change(sound("aac"), NO_AI_IN_XMP)
    path.write_bytes(file.replace(b"</rdf:RDF>", b"<rdf:/RDF>"))
    return path


@pytest.fixture
def artist(workspace: Workspace, song: Path) -> Artist:
    artist = workspace.artists.add("Ona")
    workspace.catalogue.scan(artist.id, [str(song.parent)])
    choose(workspace, artist)
    return artist


def standing(workspace: Workspace) -> Standing:
    (row,) = workspace.catalogue.rows(workspace.catalogue.recordings(EVERYTHING))
    return row.cells["file"].standing


def test_the_packet_stays_and_the_fields_are_written(
    workspace: Workspace, artist: Artist, song: Path
) -> None:
    old = song.read_bytes()
    plan = workspace.jobs.plan_tag(EVERYTHING)
    (change,) = plan.planned
    assert change.problem == (
        "Its XMP packet is damaged; it was left as it is, the other fields are written."
    )
    assert any(change.problem in line for line in plan_lines(plan, verbose=False))
    report = workspace.jobs.apply(plan)
    assert report.counts == {"done": 1}
    assert report.results[0].problem == change.problem
    new = song.read_bytes()
    packet = old[old.index(b"<?xpacket begin") : old.index(b'<?xpacket end="w"?>')]
    assert new.count(packet) == 1
    assert b"generative-training=n" in new
    again = workspace.jobs.plan_tag(EVERYTHING)
    assert (again.changes, again.unchanged) == ((), 1)
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert song.read_bytes() == old


def test_damage_is_reported_and_never_agrees(
    workspace: Workspace, artist: Artist, song: Path
) -> None:
    for _ in range(2):
        assert standing(workspace) is Standing.UNKNOWN
        (problem,) = [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "file"]
        assert "XMP packet is damaged" in problem.sentence
        (failure,) = workspace.catalogue.scan(artist.id, [str(song.parent)]).failed
        assert failure.problem == problem.sentence
        workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))


def test_inspect_shows_the_readable_part_and_the_damage(
    workspace: Workspace, artist: Artist, song: Path
) -> None:
    no_ai = PRESETS[Preset.NO_AI]
    reserved = {use: p for use, p in no_ai.items() if p is Permission.PROHIBITED}
    (before,) = workspace.catalogue.inspect([str(song)])
    assert not before.says
    assert [statement.carrier for statement in before.statements if statement.problem] == ["XMP"]
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    (after,) = workspace.catalogue.inspect([str(song)])
    assert not after.error
    assert dict(after.says) == reserved, "the damaged packet may forbid what the rest allows"
    assert [statement.carrier for statement in after.statements if statement.problem] == ["XMP"]


def test_after_a_repair_the_packet_counts_again(
    workspace: Workspace, artist: Artist, song: Path
) -> None:
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    song.write_bytes(song.read_bytes().replace(b"<rdf:/RDF>", b"</rdf:RDF>"))
    assert workspace.catalogue.scan(artist.id, [str(song.parent)]).failed == ()
    assert standing(workspace) is not Standing.UNKNOWN
    plan = workspace.jobs.plan_tag(EVERYTHING)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert standing(workspace) is Standing.AGREES
