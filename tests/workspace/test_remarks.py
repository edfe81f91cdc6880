"""Remarks about dialects come with the plan that writes them, each once."""

from rightsdesk.changes.types import Change, JobKind, JobSubject, Outcome, Plan, Target
from rightsdesk.consent import PRESETS, Consent, Preset
from rightsdesk.workspace.planning.remarks import remarks

NO_AI = PRESETS[Preset.NO_AI]


def plan(*carriers: str, outcome: Outcome = Outcome.PLANNED) -> Plan:
    """A plan with a change to one target on each of these carriers."""
    return Plan(
        JobKind.SYNC,
        JobSubject(),
        tuple(
            Change(Target(carrier, n, "", ""), Consent(), NO_AI, {}, {}, outcome=outcome)
            for n, carrier in enumerate(carriers)
        ),
    )


def test_each_remark_is_made_once() -> None:
    told = remarks(plan("bluesky", "bluesky", "peertube"))
    assert len(told) == len(set(told))
    assert any("whole account" in one for one in told)
    assert any("5 tags" in one for one in told)


def test_what_is_only_read_is_not_remarked_on() -> None:
    assert not any("does not write" in one for one in remarks(plan("bluesky")))


def test_platforms_and_what_is_not_written_need_no_remark() -> None:
    assert remarks(plan("sidecar", "soundcloud")) == ()
    assert remarks(plan("bluesky", outcome=Outcome.SKIPPED)) == ()


def test_files_tell_why_search_is_left_out() -> None:
    assert any("inside search engines" in remark for remark in remarks(plan("file")))
