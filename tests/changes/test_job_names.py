"""A job stores its kind and subject as values. Its name is made for display."""

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from rightsdesk.changes import job_infos, names
from rightsdesk.changes.apply import apply
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import (
    Change,
    JobInfo,
    JobKind,
    JobSubject,
    Never,
    Target,
    no_progress,
)
from rightsdesk.changes.undo import plan_undo
from rightsdesk.consent import PRESETS, Consent, Declaration, Preset
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store.database import Database
from tests.changes.slots import carrier_of, plan_for

ABOUT = JobSubject(Preset.NO_AI, ((CarrierId.FILES, 4),))


def named(about: JobSubject, kind: JobKind = JobKind.SYNC) -> str:
    return job_name(JobInfo(1, kind, about, "", ""))


def test_a_name_states_the_consent_and_the_carriers() -> None:
    assert named(ABOUT) == "No AI on 4 files"
    assert named(JobSubject(None, ((CarrierId.FILES, 1), (CarrierId.SIDECARS, 2)))) == (
        "Your choices on 1 file and 2 sidecars"
    )
    assert (
        named(JobSubject(Preset.OPEN, ((CarrierId.SOUNDCLOUD, 1),))) == "Open on 1 SoundCloud track"
    )
    assert named(JobSubject(Preset.OPEN, ((CarrierId.BLUESKY, 1), (CarrierId.SOUNDCLOUD, 2)))) == (
        "Open on 3 items on Bluesky and SoundCloud"
    )
    assert named(JobSubject(Preset.OPEN)) == "Open on 0 files"
    assert named(replace(ABOUT, partners=(("Klay", 4),))) == (
        "No AI on 4 files, with the licence of Klay"
    )
    assert named(replace(ABOUT, partners=(("Klay", 1), ("Vale", 4)))) == (
        "No AI on 4 files, with the licences of Klay on 1 and Vale"
    )
    five = tuple((name, 4) for name in "ABCDE")
    assert named(replace(ABOUT, partners=five, continued=True)) == (
        "No AI on 4 files, with the licences of A, B, C and 2 more (continued)"
    )
    assert named(ABOUT, JobKind.UNDO) == "Undo: No AI on 4 files"
    assert named(replace(ABOUT, continued=True), JobKind.REDO) == (
        "Redo: No AI on 4 files (continued)"
    )


def test_a_job_on_an_unknown_platform_has_a_name() -> None:
    assert named(JobSubject(Preset.NO_AI, ((CarrierId("later"), 2),))) == "No AI on 2 later items"


def test_the_subject_is_derived_from_the_changes() -> None:
    nothing = Consent()
    changes = [
        Change(Target(carrier, n, "", ""), nothing, nothing, {}, {})
        for n, carrier in enumerate([CarrierId.FILES, CarrierId.SIDECARS, CarrierId.FILES])
    ]
    counts = ((CarrierId.FILES, 2), (CarrierId.SIDECARS, 1))
    assert JobSubject.of({PRESETS[Preset.OPEN]}, changes) == JobSubject(Preset.OPEN, counts)
    assert JobSubject.of({PRESETS[Preset.OPEN], PRESETS[Preset.NO_AI]}, changes).preset is None


def test_rewording_names_changes_only_the_text(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_JOB_NAMES", {kind: f"<{kind}> {{subject}}" for kind in JobKind})
    slot_carrier, called = carrier_of(2), []
    carriers = {CarrierId.FILES: slot_carrier}
    plan = plan_for(slot_carrier, Declaration(PRESETS[Preset.NO_AI]))
    for _ in range(4):
        called.append(job_name(plan))
        apply(plan, database=database, carriers=carriers, confirmed=plan.confirmation())
        last = job_infos.job_list(database)[0]
        plan = plan_undo(database, last, carriers, no_progress, Never())
    assert called == [f"<{kind}> No AI on 2 files" for kind in ("tag", "undo", "redo", "undo")]


def test_jobs_of_older_versions_keep_their_names(tmp_path: Path) -> None:
    old = Database(tmp_path / "old.sqlite3")
    config = Config()
    config.set_main_option("script_location", "rightsdesk.store:migrations")
    stored = {
        "No AI on 4 files": JobKind.TAG,
        "Undo: No AI on 4 files (continued)": JobKind.UNDO,
        "Redo: No AI on 4 files": JobKind.REDO,
        "Your choices on 2 SoundCloud tracks (continued)": JobKind.SYNC,
    }
    with old.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0015")
        for name, kind in stored.items():
            row = {"name": name, "kind": kind.value}
            connection.execute(
                text(
                    "INSERT INTO jobs (kind, name, started_at, finished_at, unchanged)"
                    " VALUES (:kind, :name, '2026-11-01T08:00:00+00:00', '', 0)"
                ),
                row,
            )
    old.migrate()
    jobs = job_infos.job_list(old)
    assert [job_name(job) for job in reversed(jobs)] == list(stored)
    assert [job.about.continued for job in reversed(jobs)] == [False, True, False, True]
    old.close()
