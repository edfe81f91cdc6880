"""A fake workspace with the content that a test sets, and the shared command runner."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import typer.testing

from rightsdesk.changes.recover import Recovery
from rightsdesk.changes.types import (
    Change,
    Confirmation,
    JobKind,
    JobReport,
    JobSubject,
    Outcome,
    Plan,
    Result,
    Target,
    widening_sentence,
)
from rightsdesk.cli.program import app
from rightsdesk.cli.session import Session
from rightsdesk.consent import PRESETS, Consent, Preset, Use, widened
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster.artists import NoSuchArtist
from rightsdesk.workspace.jobs.change_locations import ChangeLocation
from rightsdesk.workspace.types.artists import Artist, Details
from rightsdesk.workspace.types.consents import EffectiveConsent, Opened
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

NO_AI = PRESETS[Preset.NO_AI]
OPEN = PRESETS[Preset.OPEN]


def change(label: str, before: Consent, after: Consent, **more: Any) -> Change:
    """Return a change to a file with this name."""
    target = Target(CarrierId.FILES, hash(label), f"/music/{label}", label)
    return Change(target, before, after, {}, {}, widens=widened(before, after), **more)


def plan(*changes: Change, unchanged: int = 0, kind: JobKind = JobKind.TAG) -> Plan:
    """Return a plan with these changes."""
    return Plan(kind, JobSubject(text="No AI on files"), changes, unchanged)


@dataclass
class FakeWorkspace:
    """Returns its fields, and records calls."""

    planned: Plan = field(default_factory=plan)
    roster: list[Artist] = field(default_factory=lambda: [Artist(1, "Mira Koval")])
    fails: dict[str, KnownError] = field(default_factory=dict)
    own: Consent = field(default_factory=Consent)
    titles: Sequence[str] = ()
    places: dict[str, ChangeLocation] = field(default_factory=dict)
    applied: list[Confirmation] = field(default_factory=list)
    before_apply: Callable[[Any], None] = lambda _cancel: None
    recovery: Recovery = field(default_factory=Recovery)
    notes: tuple[str, ...] = ()
    closed: bool = False
    data_dir: Path = Path(os.devnull)
    """No folder: nothing is logged there."""

    def close(self) -> None:
        self.closed = True

    @property
    def artists(self) -> Any:
        return SimpleNamespace(all=self.all_artists, named=self.artist_named, details=self.details)

    @property
    def catalogue(self) -> Any:
        return self

    @property
    def platforms(self) -> Any:
        return self

    @property
    def consents(self) -> Any:
        return SimpleNamespace(
            of=self.scoped,
            differing_below=self.differing_below,
            widened_by=self.widened_by,
            opened_by=self.opened_by,
            set=self.set_consent,
        )

    @property
    def jobs(self) -> Any:
        return SimpleNamespace(
            all=list,
            plan_tag=self.plan_tag,
            plan_sync=self.plan_sync,
            plan_undo=self.plan_undo,
            locations=self.locations,
            remarks=lambda _plan: (),
            apply=self.apply,
        )

    @property
    def licences(self) -> Any:
        return SimpleNamespace(narrow_ended=lambda **_: None, to_narrow=lambda: False)

    def all_artists(self) -> list[Artist]:
        return self.roster

    def artist_named(self, name: str) -> Artist:
        for artist in self.roster:
            if artist.name == name:
                return artist
        raise NoSuchArtist(f"There is no artist “{name}”.")

    def find(self, **_names: str) -> Filter:
        return Filter()

    def recordings(self, _filter: Filter) -> list[int]:
        return [1]

    def plan_tag(self, _filter: Filter, *, progress: Any, cancel: Any, **_options: Any) -> Plan:
        if "plan" in self.fails:
            raise self.fails["plan"]
        progress(1, 2, "one.mp3")
        progress(2, 2, "two.mp3")
        return self.planned

    plan_sync = None

    def plan_undo(self, _job: int | None, **_more: Any) -> Plan:
        return self.planned

    def locations(self, changes: Iterable[Change]) -> dict[tuple[str, int], ChangeLocation]:
        return {("file", c.target.id): self.places[c.target.label] for c in changes if self.places}

    def apply(
        self, plan: Plan, *, confirmed: Confirmation, progress: Any, cancel: Any
    ) -> JobReport:
        if "apply" in self.fails:
            raise self.fails["apply"]
        self.applied.append(confirmed)
        self.before_apply(cancel)
        results = []
        for planned in plan.changes:
            if planned.outcome is not Outcome.PLANNED:
                results.append(Result(planned, planned.outcome, planned.problem))
            elif not confirmed.covers(planned) and plan.kind is not JobKind.UNDO:
                sentence = widening_sentence(planned)
                results.append(Result(planned, Outcome.SKIPPED, sentence, Cause.WIDENING))
            elif cancel.is_set():
                results.append(Result(planned, Outcome.PLANNED))
            else:
                results.append(Result(planned, Outcome.DONE))
        return JobReport(
            *(7, plan.kind, plan.about, tuple(results), plan.unchanged, cancel.is_set())
        )

    def scoped(self, scope: Scope) -> EffectiveConsent:
        origin = dict.fromkeys(self.own, (ScopeKind.ARTIST, "Mira Koval"))
        return EffectiveConsent(scope, "Mira Koval", self.own, self.own, origin)

    def differing_below(self, _scope: Scope) -> dict[ScopeKind, int]:
        return {}

    def widened_by(self, _scope: Scope, consent: Consent | None) -> tuple[Use, ...]:
        return widened(self.own, consent or Consent())

    def opened_by(self, scope: Scope, consent: Consent | None) -> tuple[Opened, ...]:
        uses = self.widened_by(scope, consent)
        return tuple(Opened("Mira Koval", "Night Ferry", title, uses) for title in self.titles)

    def set_consent(self, scope: Scope, consent: Consent | None, *, confirmed: Any = ()) -> None:
        assert set(self.widened_by(scope, consent)) <= set(confirmed)
        self.own = consent or Consent()

    def details(self, _artist_id: int) -> Details:
        return Details()


@dataclass(frozen=True)
class Ran:
    """The result of one run of the command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON document on stdout."""
        return json.loads(self.out)


def run(workspace: Any, *arguments: str, typed: str = "") -> Ran:
    """Run a command on a workspace, without a terminal."""

    def opener(_data_dir: Path | None) -> Any:
        if isinstance(workspace, KnownError):
            raise workspace
        return workspace

    session = Session(opener=opener)
    done = typer.testing.CliRunner().invoke(app, list(arguments), input=typed, obj=session)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    if session.fault is not None:
        raise session.fault
    return Ran(done.exit_code, done.stdout, done.stderr)


def with_outcome(original: Change, outcome: Outcome, problem: str) -> Change:
    """Return the same change, excluded by the plan."""
    return replace(original, outcome=outcome, problem=problem)
