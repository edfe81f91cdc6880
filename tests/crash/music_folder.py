"""A few real files, a real database and the engine between them: small, and quick to break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert

from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.apply import apply
from rightsdesk.changes.edits import change_to
from rightsdesk.changes.recover import recover
from rightsdesk.changes.types import (
    JobKind,
    JobReport,
    JobSubject,
    Never,
    Plan,
    Target,
    no_progress,
)
from rightsdesk.changes.undo import plan_undo
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.store import texts
from rightsdesk.store.database import FILE_NAME, Database
from rightsdesk.store.schema import artists, files
from rightsdesk.workspace.carriers.files import FileCarrier
from tests.files import build
from tests.files.writing.steps import ASK, KINDS, left_over, tagged

FILES = {
    "grows.mp3": KINDS["mp3"],
    "grows.wav": build.wav(build.FMT, (b"id3 ", build.id3([])), (b"data", build.noise(6000))),
    "ends.wav": KINDS["wav"],
    "stays.mp3": tagged("mp3"),
    "stays.m4a": tagged("m4a"),
}
"""Files that have to be copied for an edit, that grow at their end, or that have room for it."""


@dataclass
class MusicFolder:
    """Files in one folder. `old` is their content at first, `new` their content after ASK."""

    folder: Path
    data: Path
    old: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    new: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.data.mkdir(exist_ok=True)
        self.database = Database(self.data / FILE_NAME)
        self.database.migrate()
        self.carrier = FileCarrier(self.database)
        self.targets = self._put_in_store()

    def _put_in_store(self) -> dict[str, Target]:
        targets = {}
        with self.database.write() as connection:
            owner = {"id": 1, "name": "A", "name_key": "a", "created_at": ""}
            connection.execute(insert(artists).values(owner))
            for number, (name, data) in enumerate(self.old.items(), 1):
                path = self.folder / name
                path.write_bytes(data)
                row = {
                    "id": number,
                    "artist_id": 1,
                    "path": texts.dump_path(str(path)),
                    "identity": FileIdentity.of(str(path)).to_str(),
                }
                connection.execute(insert(files).values(row))
                targets[name] = Target(CarrierId.FILES, number, str(path), name)
        return targets

    def contents(self) -> dict[str, bytes]:
        return {name: (self.folder / name).read_bytes() for name in self.targets}

    def plan(self, fields: Mapping[str, tuple[str, ...]] = ASK) -> Plan:
        changes = []
        for target in self.targets.values():
            observation = self.carrier.observe(target)
            edit = {name: v for name, v in fields.items() if observation.fields.get(name, ()) != v}
            changes.append(change_to(target, self.carrier, observation, edit))
        return Plan(JobKind.TAG, JobSubject(text="Ask on files"), tuple(changes))

    def apply(self, plan: Plan) -> JobReport:
        return apply(
            plan,
            database=self.database,
            carriers={CarrierId.FILES: self.carrier},
            confirmed=plan.confirmation(),
        )

    def undo(self) -> JobReport | None:
        """Undo the last job that wrote something."""
        job = next((job for job in job_infos.job_list(self.database) if job.undoable), None)
        if job is None or job.kind is JobKind.UNDO:
            return None
        plan = plan_undo(self.database, job, {CarrierId.FILES: self.carrier}, no_progress, Never())
        return self.apply(plan)

    def recover(self) -> str:
        return recover(self.database, {CarrierId.FILES: self.carrier}).sentence

    def states(self) -> dict[str, str]:
        """The journal's states of the last job's changes."""
        last = max(job.id for job in job_infos.job_list(self.database))
        return {j.change.target.label: j.state for j in journal.changes_of(self.database, last)}

    def in_place(self) -> set[str]:
        """The files that the last job wrote in place."""
        last = max(job.id for job in job_infos.job_list(self.database))
        changes = {
            j.change.id: j.change.target.label for j in journal.changes_of(self.database, last)
        }
        images = journal.images(self.database, [number for number in changes if number])
        return {changes[n] for n, image in images.items() if BeforeImage.from_bytes(image).in_place}

    def must_be_whole(self) -> None:
        for name, now in self.contents().items():
            assert now in (self.old[name], self.new[name]), f"{name} is torn"
        assert left_over(self.folder) == []
