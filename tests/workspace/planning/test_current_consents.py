"""Resuming an older plan writes what the current consent says, or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from rightsdesk.changes.edits import stated_consent
from rightsdesk.changes.names import job_name
from rightsdesk.changes.still_fitting import (
    NO_CONSENT,
    NO_LONGER,
    NO_LONGER_BACK,
)
from rightsdesk.changes.types import JobReport, Outcome, Plan, Result
from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.consent.dialects.suites import FILE_SUITE, SIDECAR_SUITE
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.enums.causes import Cause
from rightsdesk.files.containers import container_of
from rightsdesk.files.opening import opened
from rightsdesk.files.sidecars.reading import Sidecar
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.catalogue import sound
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.carriers.files import FileCarrier
from rightsdesk.workspace.carriers.items import ItemCarrier
from rightsdesk.workspace.carriers.sidecars import SidecarCarrier
from rightsdesk.workspace.suites import sayable
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.fake_clock import FakeClock
from tests.workspace.conftest import KOVAL, choose

EVERYTHING = Filter()
CUSTOM = Consent(
    {**PRESETS[Preset.ASK_FIRST], Use.SEARCH: Permission.ALLOWED, Use.LIKENESS: Permission.ALLOWED}
)
OPEN, NO_AI, ASK = (PRESETS[p] for p in (Preset.OPEN, Preset.NO_AI, Preset.ASK_FIRST))


class Killed(BaseException):
    """Raised at the point where the program is killed."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "songs"
    place.mkdir()
    for number, kind in enumerate(("flac", "flac", "mp3", "ogg", "wav")):
        (place / f"{number} song.{kind}").write_bytes(sound(kind))
    return place


@pytest.fixture
def artist(workspace: Workspace, folder: Path) -> Artist:
    artist = workspace.artists.add("Ona")
    workspace.artists.set_details(
        artist.id, replace(workspace.artists.details(artist.id), sidecars=True)
    )
    workspace.catalogue.scan(artist.id, [str(folder)])
    return artist


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileCarrier, "batch", 2)
    monkeypatch.setattr(SidecarCarrier, "batch", 1)


def set_consent(workspace: Workspace, scope: Scope, consent: Consent | None) -> None:
    workspace.consents.set(scope, consent, confirmed=workspace.consents.widened_by(scope, consent))


def cancelled(workspace: Workspace, plan: Plan, after: int = 2) -> JobReport:
    stop, results = threading.Event(), list[Result]()

    def note(result: Result) -> None:
        results.append(result)
        if len(results) >= after:
            stop.set()

    report = workspace.jobs.apply(plan, confirmed=plan.confirmation(), cancel=stop, on_result=note)
    assert report.cancelled
    return report


def killed(workspace: Workspace, plan: Plan, after: int = 1) -> None:
    """Kill the job within a batch: some changes are written but not recorded."""
    batches = 0
    with pytest.MonkeyPatch.context() as patch:
        for carrier in (FileCarrier, SidecarCarrier, ItemCarrier):
            whole = carrier.write

            def write(self, prepared, cancel, whole=whole):  # type: ignore[no-untyped-def]
                nonlocal batches
                batches += 1
                written = list(whole(self, prepared, cancel))
                if batches > after:
                    raise Killed
                yield from written

            patch.setattr(carrier, "write", write)
        with pytest.raises(Killed):
            workspace.jobs.apply(plan, confirmed=plan.confirmation())


def interrupted(workspace: Workspace, plan: Plan, how: str) -> Workspace:
    """The workspace after an interrupted plan, opened again as after a kill."""
    (cancelled if how == "cancel" else killed)(workspace, plan)
    return Workspace.open(workspace.data_dir)


def resume(workspace: Workspace, job: int | None = None) -> tuple[Plan, JobReport | None]:
    number = job or max(j.id for j in workspace.jobs.all() if j.open_changes)
    plan = workspace.jobs.plan_resume(number)
    return plan, workspace.jobs.apply(plan, confirmed=plan.confirmation()) if plan.planned else None


def on_disk(folder: Path) -> dict[str, Consent]:
    """What each file and each sidecar says, read separately."""
    found = {}
    for path in sorted(folder.rglob("*.*")):
        with opened(str(path)) as f:
            if path.suffix == ".xmp":
                found[path.name] = stated_consent(SIDECAR_SUITE, Sidecar().fields(f))
            else:
                found[path.name] = stated_consent(FILE_SUITE, container_of(f).fields(f))
    return found


def sayable_by(name: str, consent: Consent) -> Consent:
    """What a file or sidecar says once the whole consent is written into it."""
    return sayable("sidecar" if name.endswith(".xmp") else "file", consent)


def open_changes(workspace: Workspace) -> int:
    return sum(job.open_changes for job in workspace.jobs.all())


BOTH = ("cancel", "kill")
LEVELS = (ScopeKind.ARTIST, ScopeKind.RELEASE, ScopeKind.RECORDING)


def scope_of(workspace: Workspace, artist: Artist, level: ScopeKind) -> list[Scope]:
    """The scopes of a level that together cover all of the artist's music."""
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(EVERYTHING))
    if level is ScopeKind.ARTIST:
        return [Scope(level, artist.id)]
    numbers = {r.release_id if level is ScopeKind.RELEASE else r.recording_id for r in rows}
    return [Scope(level, number) for number in numbers if number is not None]


@pytest.mark.parametrize(
    ("how", "level", "first", "then"),
    [
        *product(BOTH, LEVELS, [OPEN], [NO_AI]),
        *product(BOTH, LEVELS[1:], [NO_AI], [ASK]),
        *product(BOTH, LEVELS[:1], [NO_AI, CUSTOM], [CUSTOM, OPEN]),
    ],
)
def test_files_and_sidecars_get_the_current_consent(
    workspace: Workspace,
    artist: Artist,
    folder: Path,
    how: str,
    level: ScopeKind,
    first: Consent,
    then: Consent,
) -> None:
    for number, kind in enumerate(("flac", "mp3")):  # releases with their own consents
        (folder / kind).mkdir()
        (folder / kind / f"{number}.{kind}").write_bytes(sound(kind))
    workspace.catalogue.scan(artist.id, [str(folder)])
    set_consent(workspace, Scope(ScopeKind.ARTIST, artist.id), first)
    with interrupted(workspace, workspace.jobs.plan_tag(EVERYTHING), how) as again:
        job = again.jobs.all()[0]
        half = on_disk(folder)
        for scope in scope_of(again, artist, level):
            set_consent(again, scope, then)
        consents = {
            Path(carrier.place).name: view.row.consent
            for view in map(again.catalogue.recording, again.catalogue.recordings(EVERYTHING))
            for carrier in view.carriers
        }
        plan, _ = resume(again, job.id)
        for name, says in on_disk(folder).items():
            now = sayable_by(name, consents[name.removesuffix(".xmp")])
            done = half.get(name, Consent()) == sayable_by(name, first)
            assert says == (half[name] if done else now), name
        assert any(half.values()), "some changes were done"
        if first != then and any(c.problem for c in plan.planned):
            assert PRESET_TEXTS[Preset.OPEN].title not in job_name(plan) or then == OPEN
        assert open_changes(again) == 0
        tag = again.jobs.plan_tag(EVERYTHING)
        again.jobs.apply(tag, confirmed=tag.confirmation())
        assert again.jobs.plan_tag(EVERYTHING).planned == ()


@pytest.mark.parametrize("how", BOTH)
def test_a_consent_changed_and_restored_is_resumed_as_confirmed(
    workspace: Workspace, artist: Artist, folder: Path, how: str
) -> None:
    scope = Scope(ScopeKind.ARTIST, artist.id)
    set_consent(workspace, scope, OPEN)
    with interrupted(workspace, workspace.jobs.plan_tag(EVERYTHING), how) as again:
        set_consent(again, scope, NO_AI)
        set_consent(again, scope, OPEN)
        plan, _ = resume(again)
        assert [c.problem for c in plan.planned if c.problem] == []
        assert on_disk(folder) == {name: sayable_by(name, OPEN) for name in on_disk(folder)}


@pytest.mark.parametrize("how", BOTH)
def test_without_a_consent_nothing_is_written(
    workspace: Workspace, artist: Artist, folder: Path, how: str
) -> None:
    scope = Scope(ScopeKind.ARTIST, artist.id)
    set_consent(workspace, scope, OPEN)
    with interrupted(workspace, workspace.jobs.plan_tag(EVERYTHING), how) as again:
        set_consent(again, scope, None)
        half = on_disk(folder)
        plan, report = resume(again)
        assert report is None
        assert {c.problem for c in plan.changes} == {NO_CONSENT}
        assert on_disk(folder) == half
        assert open_changes(again) == 0


@pytest.mark.parametrize("how", BOTH)
def test_previewing_the_rest_leaves_it_open(workspace: Workspace, artist: Artist, how: str) -> None:
    scope = Scope(ScopeKind.ARTIST, artist.id)
    set_consent(workspace, scope, OPEN)
    with interrupted(workspace, workspace.jobs.plan_tag(EVERYTHING), how) as again:
        set_consent(again, scope, NO_AI)
        before = open_changes(again)
        again.jobs.plan_resume(again.jobs.all()[0].id)
        assert open_changes(again) >= before - 2, (
            "only changes that are found to be done may be closed"
        )


@pytest.mark.parametrize(("first", "then"), [(OPEN, NO_AI), (NO_AI, ASK), (ASK, None)])
def test_a_redo_restores_no_outdated_consent(
    workspace: Workspace, artist: Artist, folder: Path, first: Consent, then: Consent | None
) -> None:
    scope = Scope(ScopeKind.ARTIST, artist.id)
    set_consent(workspace, scope, first)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    workspace.jobs.apply(workspace.jobs.plan_undo())
    nothing = on_disk(folder)
    undo = workspace.jobs.all()[0].id
    set_consent(workspace, scope, then)
    redo = workspace.jobs.plan_undo(undo)
    assert redo.planned == ()
    assert {c.problem for c in redo.changes} == {NO_LONGER_BACK if then else NO_CONSENT}
    set_consent(workspace, scope, first)
    redo = workspace.jobs.plan_undo(undo)
    assert len(redo.planned) == len(plan.planned)
    workspace.jobs.apply(redo, confirmed=redo.confirmation())
    assert on_disk(folder) == {name: sayable_by(name, first) for name in on_disk(folder)}
    assert on_disk(folder) != nothing


@pytest.mark.parametrize("how", BOTH)
@pytest.mark.parametrize("then", [None, NO_AI, ASK])
def test_an_undo_is_resumed_unless_the_consent_changed_since(
    workspace: Workspace, artist: Artist, folder: Path, how: str, then: Consent | None
) -> None:
    """The undo widens, and it was confirmed under another consent."""
    scope = Scope(ScopeKind.ARTIST, artist.id)
    set_consent(workspace, scope, OPEN)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    opened = on_disk(folder)
    set_consent(workspace, scope, NO_AI)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    tagged = workspace.jobs.all()[0].id
    with interrupted(workspace, workspace.jobs.plan_undo(tagged), how) as again:
        half = on_disk(folder)
        if then is not None:
            set_consent(again, scope, then)
        plan, _ = resume(again)
        if then in (None, NO_AI):
            assert on_disk(folder) == opened
        else:
            assert (plan.planned, on_disk(folder)) == ((), half)
            assert {c.problem for c in plan.changes} == {NO_LONGER_BACK}
        assert open_changes(again) == 0


def test_a_consent_set_while_a_preview_is_open_counts(
    workspace: Workspace, artist: Artist, folder: Path
) -> None:
    scope = Scope(ScopeKind.ARTIST, artist.id)
    set_consent(workspace, scope, OPEN)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    with Workspace.open(workspace.data_dir) as other:
        set_consent(other, scope, NO_AI)
    before = on_disk(folder)
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert {(r.outcome, r.problem, r.cause) for r in report.results} == {
        (Outcome.SKIPPED, NO_LONGER, Cause.CHANGED_CHOICE)
    }
    assert on_disk(folder) == before


def test_a_consent_set_while_a_job_runs_counts_from_then_on(
    workspace: Workspace, artist: Artist, folder: Path
) -> None:
    scope = Scope(ScopeKind.ARTIST, artist.id)
    set_consent(workspace, scope, OPEN)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    met: list[Result] = []

    def note(result: Result) -> None:
        met.append(result)
        if len(met) == 2:
            set_consent(workspace, scope, NO_AI)

    report = workspace.jobs.apply(plan, confirmed=plan.confirmation(), on_result=note)
    assert 2 <= report.counts["done"] <= 4
    assert report.counts["skipped"] == len(plan.planned) - report.counts["done"]


def test_the_consent_of_another_artist_does_not_stop_a_job(
    workspace: Workspace, artist: Artist
) -> None:
    set_consent(workspace, Scope(ScopeKind.ARTIST, artist.id), NO_AI)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    other = workspace.artists.add("Somebody else")
    set_consent(workspace, Scope(ScopeKind.ARTIST, other.id), NO_AI)
    report = workspace.jobs.apply(plan)
    assert report.counts == {"done": len(plan.planned)}


# Platforms


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def clocked(isolated: Path, fake_clock: FakeClock) -> Iterator[Workspace]:
    with Workspace.open(isolated, clock=fake_clock.clock) as workspace:
        yield workspace


def texts(soundcloud: PracticeSoundCloud, artist: Artist) -> list[str]:
    return [f"{t['tag_list']} {t['description'] or ''}" for t in soundcloud.tracks(artist.name)]


@pytest.mark.parametrize("how", [*BOTH, "wait"])
@pytest.mark.parametrize("due", [False, True])
@pytest.mark.parametrize(
    ("first", "then"), [(Preset.ASK_FIRST, Preset.NO_AI), (Preset.NO_AI, Preset.ASK_FIRST)]
)
def test_tracks_get_the_current_consent(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: Callable[..., Account],
    how: str,
    due: bool,
    first: Preset,
    then: Preset,
) -> None:
    sign_in(koval)
    choose(workspace, koval, first)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    if how == "wait":
        soundcloud.faults.add(Fault(FaultKind.SLOW, on="PUT /tracks/"))
        soundcloud.faults.add(Fault(FaultKind.TOO_MANY, on="PUT /tracks/", retry_after="86400"))
        workspace.jobs.apply(plan, confirmed=plan.confirmation())
        soundcloud.faults.clear()
    elif how == "kill":
        killed(workspace, plan)
    else:
        cancelled(workspace, plan, after=1)
    choose(workspace, koval, then)
    half = texts(soundcloud, koval)
    fake_clock = FakeClock()
    fake_clock.wall = workspace.now()
    fake_clock.move(days=3)
    with Workspace.open(workspace.data_dir, clock=fake_clock.clock) as again:
        if due:
            again.jobs.resume_due()
            assert texts(soundcloud, koval) == half, "nothing new is written without a person"
        carried, _ = resume(again) if open_changes(again) else (None, None)
        sync = again.jobs.plan_sync(EVERYTHING)
        report = again.jobs.apply(sync, confirmed=sync.confirmation())
        assert set(report.counts) <= {"done", "unchanged"}, [r.problem for r in report.results]
        assert again.jobs.plan_sync(EVERYTHING).planned == ()
        found = {
            cell.standing.value
            for row in again.catalogue.rows(again.catalogue.recordings(EVERYTHING))
            if (cell := row.cells.get("soundcloud"))
        }
        assert found <= {"agrees", "unknown"}, "unknown only if a match has to be confirmed"
        if not due and carried is not None:
            reserved = {u: p for u, p in PRESETS[then].items() if p is not Permission.ALLOWED}
            assert {c.after for c in carried.planned} <= {Consent(reserved)}, "it writes no yes"


def test_a_waiting_undo_is_compared_with_the_consent_too(
    clocked: Workspace,
    music: Path,
    fake_clock: FakeClock,
    soundcloud: PracticeSoundCloud,
) -> None:
    koval = clocked.artists.add(KOVAL)
    clocked.catalogue.scan(koval.id, [str(music / KOVAL)])
    pending = clocked.accounts.begin_sign_in(
        koval.id, "soundcloud", client_id=CLIENT_ID, base_url=soundcloud.base_url, port=0
    )
    browser = PracticeBrowser(KOVAL)
    browser(pending.url)
    clocked.accounts.confirm(pending.finish())
    browser.close()
    for preset in (Preset.OPEN, Preset.NO_AI):
        choose(clocked, koval, preset)
        plan = clocked.jobs.plan_sync(EVERYTHING)
        clocked.jobs.apply(plan, confirmed=plan.confirmation())
    soundcloud.faults.add(Fault(FaultKind.TOO_MANY, on="PUT /tracks/", retry_after="86400"))
    clocked.jobs.apply(clocked.jobs.plan_undo())
    half = texts(soundcloud, koval)
    choose(clocked, koval, Preset.ASK_FIRST)
    fake_clock.move(days=2)
    [went] = clocked.jobs.resume_due()
    assert went.report is None
    assert went.dropped
    assert texts(soundcloud, koval) == half
