"""A platform with a fault of its own: calls stop after a few tries, and the rest is kept."""

from __future__ import annotations

import pytest

from rightsdesk.changes import apply as applying
from rightsdesk.changes.types import Outcome
from rightsdesk.platforms.http.client import ATTEMPTS
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import SignIn, choose


@pytest.mark.parametrize("call", ["PUT /tracks/", "GET /tracks/"])
def test_the_rest_stays_open_and_is_resumed_after_the_outage(
    workspace: Workspace,
    koval: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:
    monkeypatch.setattr(applying, "IN_A_ROW", 2)
    sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(Filter())
    soundcloud.faults.add(Fault(FaultKind.ERROR, on=call, times=0))
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert report.counts == {"failed": 2, "planned": 2}
    assert soundcloud.count(call) <= 2 * ATTEMPTS + (2 if call.startswith("GET") else 0)
    left = {r.problem for r in report.results if r.outcome is Outcome.PLANNED}
    assert len(left) == 1
    assert "2 times in a row" in left.pop()
    soundcloud.faults.clear()
    assert report.job is not None
    rest = workspace.jobs.plan_resume(report.job)
    assert workspace.jobs.apply(rest, confirmed=rest.confirmation()).counts == {"done": 2}
    assert workspace.jobs.apply(workspace.jobs.plan_sync(Filter())).counts["done"] == 2


def test_a_connection_that_always_breaks_counts_too(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(Filter())
    soundcloud.faults.add(Fault(FaultKind.CUT_OFF, on="GET /tracks/", times=0))
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert report.counts == {"failed": applying.IN_A_ROW, "planned": 1}
