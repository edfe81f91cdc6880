"""XMP sidecars, end to end: scanned, counted, merged, created on request, undone."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import PRESETS, Permission, Preset, Standing, Use
from rightsdesk.files.sidecars.writing import Making
from rightsdesk.practice.catalogue import sound
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist, Details
from rightsdesk.workspace.types.matrix import MatrixRow
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import choose, written

EVERYTHING = Filter()
SOMEONES = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" xmlns:mine="https://label.example/ns/">'
    "<dc:title>Title</dc:title><!-- kept --><mine:mood>calm</mine:mood>{more}"
    '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
)
SILENT = SOMEONES.format(more="")
ALLOWED = SOMEONES.format(
    more="<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-ALLOWED</plus:DataMining>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "songs"
    place.mkdir()
    for kind in ("flac", "ogg", "opus", "mp3"):
        (place / f"{kind} song.{kind}").write_bytes(sound(kind))
    return place


@pytest.fixture
def artist(workspace: Workspace) -> Artist:
    return workspace.artists.add("Ona")


@pytest.fixture
def with_sidecars(workspace: Workspace, artist: Artist, folder: Path) -> Artist:
    """A scanned artist with a consent, and with sidecars turned on."""
    details = workspace.artists.details(artist.id)
    workspace.artists.set_details(artist.id, replace(details, sidecars=True))
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist)
    return artist


def sidecar_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".xmp")


def rows(workspace: Workspace) -> dict[str, MatrixRow]:
    views = [
        workspace.catalogue.recording(number)
        for number in workspace.catalogue.recordings(EVERYTHING)
    ]
    return {Path(view.carriers[0].place).suffix: view.row for view in views}


def tag(workspace: Workspace) -> None:
    report = workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    assert set(report.counts) <= {"done", "unchanged"}, report.results


def test_a_sidecar_is_read_reported_and_counted(
    workspace: Workspace, artist: Artist, folder: Path
) -> None:
    (folder / "flac song.flac.xmp").write_text(ALLOWED)
    (folder / "ogg song.xmp").write_text(SILENT)
    (folder / "nobody.xmp").write_text(ALLOWED)
    report = workspace.catalogue.scan(artist.id, [str(folder)])

    assert (report.files, report.sidecars, report.failed) == (4, 2, ())
    choose(workspace, artist)
    cells = {kind: row.cells["file"] for kind, row in rows(workspace).items()}
    assert cells[".flac"].standing is Standing.CONFLICTS
    assert cells[".flac"].count == 1, "a sidecar is no second file"
    counts = workspace.catalogue.counts(EVERYTHING)["file"]
    assert counts[Standing.CONFLICTS] == 1, "counted as it is shown"
    number = workspace.catalogue.recordings(replace(EVERYTHING, standing=Standing.CONFLICTS))[0]
    sidecar = workspace.catalogue.recording(number).carriers[1]
    assert (sidecar.kind, sidecar.title) == ("sidecar", "flac song.flac.xmp")
    assert sidecar.says[Use.DATA_MINING] is Permission.ALLOWED


def test_inspect_shows_where_file_and_sidecar_contradict(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    tag(workspace)
    song = folder / "flac song.flac"
    (agreeing,) = workspace.catalogue.inspect([str(song)])
    assert agreeing.conflicts == ()
    assert {statement.carrier.partition(": ")[0] for statement in agreeing.statements} >= {
        "flac song.flac.xmp"
    }
    (folder / "flac song.flac.xmp").write_text(ALLOWED)
    (contrary,) = workspace.catalogue.inspect([str(song)])
    assert Use.DATA_MINING in contrary.conflicts
    assert contrary.says == PRESETS[Preset.NO_AI], "the strictest counts"
    (alone,) = workspace.catalogue.inspect([f"{song}.xmp"])
    assert alone.container == "XMP sidecar"
    assert alone.says[Use.DATA_MINING] is Permission.ALLOWED


def test_a_sidecar_with_two_possible_files_belongs_to_neither(
    workspace: Workspace, artist: Artist, folder: Path
) -> None:
    (folder / "flac song.mp3").write_bytes(sound("mp3"))
    shared = folder / "flac song.xmp"
    shared.write_text(ALLOWED)
    assert workspace.catalogue.scan(artist.id, [str(folder)]).sidecars == 0
    (found,) = workspace.catalogue.inspect([str(folder / "flac song.flac")])
    assert not found.says
    assert "flac song.flac or flac song.mp3" in found.statements[-1].problem
    choose(workspace, artist)
    tag(workspace)
    assert shared.read_text() == ALLOWED
    (folder / "flac song.mp3").unlink()
    assert workspace.catalogue.scan(artist.id, [str(folder)]).sidecars == 1, (
        "now only one file can be meant"
    )


def test_a_second_scan_writes_nothing_and_a_missing_sidecar_is_forgotten(
    workspace: Workspace, artist: Artist, folder: Path
) -> None:
    sidecar = folder / "flac song.flac.xmp"
    sidecar.write_text(ALLOWED)
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist)
    before = written(workspace)
    assert workspace.catalogue.scan(artist.id, [str(folder)]).sidecars == 1
    assert written(workspace) == before
    sidecar.write_text(SILENT)
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert Standing.CONFLICTS not in workspace.catalogue.counts(EVERYTHING)["file"]
    sidecar.write_text(ALLOWED)
    workspace.catalogue.scan(artist.id, [str(folder / "flac song.flac")])
    assert Standing.CONFLICTS in workspace.catalogue.counts(EVERYTHING)["file"], (
        "also for a single file"
    )
    sidecar.unlink()
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert Standing.CONFLICTS not in workspace.catalogue.counts(EVERYTHING)["file"]


def test_an_existing_sidecar_is_merged_and_no_other_is_created(
    workspace: Workspace, artist: Artist, folder: Path
) -> None:
    there = {"flac song.flac.xmp": ALLOWED, "mp3 song.xmp": SILENT}
    for name, text in there.items():
        (folder / name).write_text(text)
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    assert job_name(plan) == "No AI on 4 files and 2 sidecars"
    assert {c.target.label for c in plan.planned if c.target.carrier == "sidecar"} == set(there)
    workspace.jobs.apply(plan)

    assert sidecar_names(folder) == sorted(there)
    for name in there:
        text = (folder / name).read_text()
        assert "DMI-PROHIBITED" in text
        for kept in ("<dc:title>Title</dc:title>", "<!-- kept -->", "<mine:mood>calm</mine:mood>"):
            assert kept in text
    assert {row.cells["file"].standing for row in rows(workspace).values()} == {Standing.AGREES}
    again = workspace.jobs.plan_tag(EVERYTHING)
    assert (again.changes, again.unchanged) == ((), 6)
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert {name: (folder / name).read_text() for name in there} == there


def test_sidecars_are_created_where_configured_and_a_second_run_writes_nothing(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    tag(workspace)
    made = ["flac song.flac.xmp", "ogg song.ogg.xmp", "opus song.opus.xmp"]
    assert sidecar_names(folder) == made, "an MP3 holds its own packet"
    mode = (folder / made[0]).stat().st_mode & 0o777
    assert mode == folder.stat().st_mode & 0o666
    before = {name: (folder / name).stat() for name in os.listdir(folder)}
    again = workspace.jobs.plan_tag(EVERYTHING)
    assert (again.changes, again.unchanged) == ((), 7)
    report = workspace.catalogue.scan(with_sidecars.id, [str(folder)])
    assert (report.changed, report.sidecars) == (0, 3)
    assert {name: (folder / name).stat() for name in os.listdir(folder)} == before


def test_undo_removes_created_sidecars_and_redo_restores_them(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    tag(workspace)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    redo = max(job.id for job in workspace.jobs.all())
    report = workspace.jobs.apply(workspace.jobs.plan_undo(redo))
    assert set(report.counts) == {"done"}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == after


def test_undo_keeps_what_other_programs_added(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    tag(workspace)
    flac, ogg, opus = (folder / name for name in sidecar_names(folder))
    mood = '<mine:mood xmlns:mine="https://label.example/ns/">calm</mine:mood>'
    flac.write_text(flac.read_text().replace("<xmpRights:Marked>", f"{mood}<xmpRights:Marked>"))
    ogg.unlink()
    opus.write_bytes(opus.read_bytes() + b"\n")
    report = workspace.jobs.apply(workspace.jobs.plan_undo())
    assert set(report.counts) == {"done", "unchanged"}
    assert sidecar_names(folder) == [flac.name]
    assert mood in flac.read_text()
    assert "DataMining" not in flac.read_text()


def test_a_sidecar_created_meanwhile_is_never_replaced(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    plan = workspace.jobs.plan_tag(EVERYTHING)
    meanwhile = folder / "flac song.flac.xmp"
    meanwhile.write_text(ALLOWED)
    results = {r.change.target.label: r for r in workspace.jobs.apply(plan).results}
    assert results[meanwhile.name].outcome is Outcome.SKIPPED
    assert meanwhile.read_text() == ALLOWED


def test_turning_sidecars_off_creates_none_and_removes_none(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    tag(workspace)
    made = sidecar_names(folder)
    details = workspace.artists.details(with_sidecars.id)
    workspace.artists.set_details(with_sidecars.id, replace(details, sidecars=False))
    assert workspace.jobs.plan_tag(EVERYTHING).changes == ()
    (folder / made[0]).unlink()
    workspace.catalogue.scan(with_sidecars.id, [str(folder)])
    assert workspace.jobs.plan_tag(EVERYTHING).changes == ()
    choose(workspace, with_sidecars, Preset.ASK_FIRST)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    planned = [c.target.label for c in plan.planned if c.target.carrier == "sidecar"]
    assert planned == made[1:], "existing sidecars are kept in step, and the plan names them"


def test_a_damaged_sidecar_is_reported_and_left_alone(
    workspace: Workspace, artist: Artist, folder: Path
) -> None:
    damaged = folder / "flac song.flac.xmp"
    damaged.write_text(ALLOWED[:-60])
    (failure,) = workspace.catalogue.scan(artist.id, [str(folder)]).failed
    assert failure.path == str(damaged)
    assert workspace.catalogue.scan(artist.id, [str(folder)]).failed == (failure,), (
        "named each time"
    )
    choose(workspace, artist)
    assert rows(workspace)[".flac"].cells["file"].standing is Standing.SILENT
    plan = workspace.jobs.plan_tag(EVERYTHING)
    (skipped,) = [c for c in plan.changes if c.outcome is Outcome.SKIPPED]
    assert "damaged" in skipped.problem
    workspace.jobs.apply(plan)
    assert damaged.read_text() == ALLOWED[:-60]
    assert rows(workspace)[".flac"].cells["file"].standing is Standing.UNKNOWN
    (found,) = workspace.catalogue.inspect([str(folder / "flac song.flac")])
    assert "damaged" in found.statements[-1].problem
    (problem,) = [p for p in workspace.catalogue.problems(EVERYTHING) if p.where == str(damaged)]
    assert "damaged" in problem.sentence


def test_missing_files_get_no_sidecars(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    plan = workspace.jobs.plan_tag(EVERYTHING)
    (folder / "ogg song.ogg").unlink()
    results = {r.change.target.label: r for r in workspace.jobs.apply(plan).results}
    assert "no longer there" in results["ogg song.ogg.xmp"].problem
    assert sidecar_names(folder) == ["flac song.flac.xmp", "opus song.opus.xmp"]


def test_undo_finds_sidecars_in_a_renamed_folder(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    tag(workspace)
    elsewhere = folder.rename(folder.with_name("moved"))
    workspace.catalogue.scan(with_sidecars.id, [str(folder.parent)])
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert sidecar_names(elsewhere) == []


def test_after_removing_the_artist_undo_still_works(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    tag(workspace)
    workspace.artists.remove(with_sidecars.id)
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert sidecar_names(folder) == []


def test_a_read_only_folder_is_reported(
    workspace: Workspace, with_sidecars: Artist, folder: Path
) -> None:
    plan = workspace.jobs.plan_tag(EVERYTHING)
    folder.chmod(0o555)
    try:
        report = workspace.jobs.apply(plan)
    finally:
        folder.chmod(0o755)
    assert sidecar_names(folder) == []
    failed = [r for r in report.results if r.change.target.carrier == "sidecar"]
    assert {r.cause for r in failed} == {"read-only"}


class Killed(BaseException):
    """Raised at the point where the program is killed."""


@pytest.mark.parametrize("written", [0, 1, 2])
def test_the_next_start_knows_the_created_sidecars_and_sweeps_temp_files(
    workspace: Workspace,
    artist: Artist,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: int,
) -> None:
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist)
    tag(workspace)
    workspace.artists.set_details(artist.id, Details(sidecars=True))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    real, made = Making.put, list[str]()

    def put(self: Making, path: str) -> str:
        if len(made) == written:
            raise Killed
        made.append(Path(path).name)
        return real(self, path)

    monkeypatch.setattr(Making, "put", put)
    with pytest.raises(Killed):
        workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    (folder / ".rightsdesk-0123abcd.tmp").write_bytes(b"half of one")
    monkeypatch.setattr(Making, "put", real)
    with Workspace.open(workspace.data_dir) as again:
        assert "nothing is damaged" in again.recovery.sentence
        assert sidecar_names(folder) == made
        assert not list(folder.glob(".rightsdesk*"))
        job = again.jobs.all()[0]
        assert job.open_changes == 3 - written
        if job.open_changes:
            again.jobs.apply(again.jobs.plan_resume(job.id))
        assert len(sidecar_names(folder)) == 3
        assert again.jobs.plan_tag(EVERYTHING).changes == ()
        for done in again.jobs.all()[:-1]:  # all sidecars except the one that goes into the files
            if done.undoable:
                again.jobs.apply(again.jobs.plan_undo(done.id))
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
