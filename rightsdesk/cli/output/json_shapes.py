"""The JSON documents, which others may build on: fields may be added, never renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Change, JobInfo, JobReport, Outcome, Plan, Result
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.consent.losses import loss_sentence
from rightsdesk.enums.causes import Cause

if TYPE_CHECKING:
    from rightsdesk.cli.output.trees import Places
    from rightsdesk.consent import Consent
    from rightsdesk.workspace.catalogue.scan_report import ScanReport
    from rightsdesk.workspace.history.types import HistoryEntry
    from rightsdesk.workspace.status.whole_accounts import WholeAccount
    from rightsdesk.workspace.types.artists import Account, Artist
    from rightsdesk.workspace.types.consents import EffectiveConsent, Opened
    from rightsdesk.workspace.types.findings import Decision, DecisionPreview, Finding
    from rightsdesk.workspace.types.matches import MatchQuestion
    from rightsdesk.workspace.types.matrix import Cell, FileInspection, MatrixRow, StatementView
    from rightsdesk.workspace.types.problems import Problem

Shape = dict[str, Any]


def consent_keys(consent: Consent, *, before: str = "wanted") -> Shape:
    """Return a consent. `before` is the key that it had up to version 0.1: it stays for scripts."""
    return {"consent": consent.to_json(), before: consent.to_json()}


def artist_shape(artist: Artist) -> Shape:
    """Return an entry of the roster."""
    return {
        "id": artist.id,
        "name": artist.name,
        "recordings": artist.recordings,
        "files": artist.files,
        "accounts": artist.accounts,
        **consent_keys(artist.consent, before="wish"),
        "folders": list(artist.folders),
        "musicbrainz_id": artist.musicbrainz_id,
    }


def scan_shape(report: ScanReport) -> Shape:
    """Return the results of a scan."""
    return {
        "files": report.files,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "missing": report.missing,
        "failed": [asdict(failure) for failure in (*report.failed, *report.theirs)],
        "cancelled": report.cancelled,
        "sidecars": report.sidecars,
        "name_others": dict(report.named),
        "moved": report.moved,
        "shared_with": dict(report.shared),
    }


def scans_shape(reports: Sequence[tuple[str, ScanReport]]) -> Shape:
    """Return the scans of one or several artists, (name, report): the total and each."""
    scans = [{"artist": name, **scan_shape(report)} for name, report in reports]
    named, shared = Counter[str](), Counter[str]()
    for scan in scans:
        named.update(scan["name_others"])
        shared.update(scan["shared_with"])
    numbers = [key for key, value in scans[0].items() if type(value) is int]
    return {
        **{key: sum(scan[key] for scan in scans) for key in numbers},
        "failed": [failure for scan in scans for failure in scan["failed"]],
        "cancelled": any(scan["cancelled"] for scan in scans),
        "name_others": dict(named),
        "shared_with": dict(shared),
        "artists": scans,
    }


def inspection_shape(file: FileInspection) -> Shape:
    """Return what one file says."""
    return {
        "path": file.path,
        "container": file.container,
        "says": file.says.to_json(),
        "conflicts": [use.value for use in file.conflicts],
        "declarations": [statement_shape(statement) for statement in file.statements],
        "error": file.error,
    }


def statement_shape(statement: StatementView) -> Shape:
    """Return the statement of one dialect in one place."""
    return {
        "dialect": statement.dialect,
        "carrier": statement.carrier,
        "says": statement.says.to_json(),
        "licensed": grants_shape(statement.grants),
        "raw": statement.raw,
        "valid": not statement.problem,
        "problem": statement.problem,
        "no_word_for": [use.value for use in statement.wordless],
        "caveats": list(statement.notes),
    }


def consent_shape(scoped: EffectiveConsent) -> Shape:
    """Return the consent of a scope, and where each answer comes from."""
    return {
        "kind": scoped.scope.kind.value,
        "id": scoped.scope.id,
        "name": scoped.name,
        "own": scoped.own.to_json(),
        "effective": scoped.effective.to_json(),
        "origin": {
            use.value: {"kind": kind.value, "name": name}
            for use, (kind, name) in scoped.origin.items()
        },
        "licensed": grants_shape(scoped.grants),
    }


def grants_shape(grants: Grants) -> list[Shape]:
    """Return the partners that licences let do more than everyone."""
    return [grant.to_json() for grant in grants]


def row_shape(row: MatrixRow) -> Shape:
    """Return one row of the matrix."""
    return {
        "artist": row.artist,
        "release": row.release,
        "recording": row.title,
        "track": row.track,
        "isrc": row.isrc,
        **consent_keys(row.consent),
        "cells": {carrier: cell_shape(cell) for carrier, cell in row.cells.items()},
        "licensed": grants_shape(row.grants),
    }


def whole_account_shape(whole: WholeAccount) -> Shape:
    """Return one login: whether it works, and what is valid for all of it."""
    return {
        "artist": whole.account.artist,
        "platform": whole.account.platform,
        "account": whole.account.name,
        "state": whole.account.state,
        "problem": whole.account.problem,
        "unread_since": whole.account.unread_since,
        "unread_why": whole.account.unread_why,
        **consent_keys(whole.consent),
        "states": [
            {"reach": state.reach, "title": state.title, **cell_shape(state.cell)}
            for state in whole.states
        ],
    }


def cell_shape(cell: Cell) -> Shape:
    """Return one carrier's standing for one recording."""
    return {
        "standing": cell.standing.value,
        "says": cell.says.to_json(),
        "evidence": cell.evidence,
        "seen_at": cell.seen_at,
        "problem": cell.problem,
        "count": cell.count,
    }


def problem_shape(problem: Problem) -> Shape:
    """Return a conflict or failure, and what to do about it."""
    return asdict(problem)


def finding_shape(finding: Finding) -> Shape:
    """Return a contradiction in the catalogue."""
    return asdict(finding)


def decision_shape(decision: Decision) -> Shape:
    """Return the decision about a finding."""
    return asdict(decision)


def opened_shape(opened: Opened) -> Shape:
    """Return a recording for which AI may do more, and the uses."""
    return {
        "artist": opened.artist,
        "release": opened.release,
        "recording": opened.title,
        "uses": [use.value for use in opened.uses],
    }


def decision_preview_shape(preview: DecisionPreview) -> Shape:
    """Return the effect of a decision, or of its undo, on consents."""
    return {
        "kind": preview.kind.value,
        "where": preview.where,
        "names": list(preview.names),
        "changes": [
            {
                "artist": entry.artist,
                "recording": entry.title,
                "before": entry.before.to_json(),
                "after": entry.after.to_json(),
            }
            for entry in preview.reconsidered
        ],
        "widens": [use.value for use in preview.uses],
        "opens": [opened_shape(entry) for entry in preview.opened],
    }


def question_shape(question: MatchQuestion) -> Shape:
    """Return an uncertain match."""
    return asdict(question)


def account_shape(account: Account) -> Shape:
    """Return a login. It contains no secret."""
    return asdict(account)


def job_shape(job: JobInfo) -> Shape:
    """Return a job in the list of jobs."""
    shape = {**asdict(job), "name": job_name(job), "kind": job.kind.value}
    del shape["about"]
    return {**shape, "counts": dict(job.counts)}


def entry_shape(entry: HistoryEntry, name: str) -> Shape:
    """Return an entry of the history; `name` is a sentence in English."""
    deed = entry.deed
    return {
        "id": deed.id,
        "at": deed.at,
        "who": deed.who,
        "seat": deed.seat,
        "kind": deed.kind.value,
        "name": name,
        "artist_id": deed.scope.artist_id,
        "release_id": deed.scope.release_id,
        "recording_id": deed.scope.recording_id,
        "account_id": deed.scope.account_id,
        "names": dict(deed.names),
        "before": deed.before,
        "after": deed.after,
        "undoes": deed.undoes,
        "deeds": entry.parts,
        "undone_by": entry.undone_by,
        "job": deed.job_id,
        "can": entry.can.value,
        "why_not": entry.why_not.value if entry.why_not else "",
    }


def change_shape(
    change: Change, outcome: Outcome, problem: str, cause: Cause = Cause.NONE, *, where: Places
) -> Shape:
    """Return one change: before, after, outcome, and its artist, release and recording."""
    target = change.target
    place = where.get((target.carrier, target.id))
    return {
        "target": target.locator if target.on_disk else target.label,
        "carrier": target.carrier,
        "locator": target.locator,
        "before": change.before.to_json(),
        "unread": change.unread,
        "after": change.after.to_json(),
        "licensed_before": grants_shape(change.named_before),
        "licensed_after": grants_shape(change.named_after),
        "widens": [use.value for use in change.widens],
        "losses": [loss_sentence(loss) for loss in change.losses],
        "outcome": outcome.value,
        "problem": problem,
        "earlier_problem": change.earlier_problem if outcome is Outcome.PLANNED else "",
        "cause": cause,
        "artist": place.artist if place else "",
        "release": place.release if place else "",
        "recording": place.recording if place else "",
    }


def plan_shape(plan: Plan, where: Places, *, dry_run: bool) -> Shape:
    """Return a plan that was not applied."""
    changes = [change_shape(c, c.outcome, c.problem, where=where) for c in plan.changes]
    return _job_shape(None, dry_run, changes, plan)


def report_shape(plan: Plan, where: Places, report: JobReport) -> Shape:
    """Return the results of a plan, including changes that were not started."""
    results = with_unreached(plan, report)
    changes = [change_shape(r.change, r.outcome, r.problem, r.cause, where=where) for r in results]
    shape = _job_shape(report.job, False, changes, plan)
    due_at = report.due.isoformat(timespec="seconds") if report.due else ""
    return {**shape, "cancelled": report.cancelled, "due_at": due_at}


def with_unreached(plan: Plan, report: JobReport) -> list[Result]:
    """Return the results, and one for each change that the report does not mention."""
    mentioned = {_key(result.change) for result in report.results}
    rest = [
        Result(change, change.outcome, change.problem)
        for change in plan.changes
        if _key(change) not in mentioned
    ]
    return [*report.results, *rest]


def _key(change: Change) -> tuple[str, int, str]:
    target = change.target
    return target.carrier, target.id, target.locator


def _job_shape(job: int | None, dry_run: bool, changes: Sequence[Shape], plan: Plan) -> Shape:
    counts = Counter(change["outcome"] for change in changes)
    counts[Outcome.UNCHANGED.value] += plan.unchanged
    return {
        "job": job,
        "dry_run": dry_run,
        "changes": list(changes),
        "counts": {outcome: number for outcome, number in counts.items() if number},
        "notes": list(plan.notes),
        "waiting": plan.waiting,
        "unconfirmed": list(plan.unconfirmed),
    }
