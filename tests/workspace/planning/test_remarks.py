"""Notes about dialects come with the plan that writes them, each only once."""

from rightsdesk.changes.types import Change, JobKind, JobSubject, Outcome, Plan, Target
from rightsdesk.consent import PRESETS, Consent, Preset
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.planning.remarks import remarks

NO_AI = PRESETS[Preset.NO_AI]


def plan(*carriers: str, outcome: Outcome = Outcome.PLANNED) -> Plan:
    """A plan with a change to one target on each of these carriers."""
    return Plan(
        JobKind.SYNC,
        JobSubject(),
        tuple(
            Change(Target(CarrierId(carrier), n, "", ""), Consent(), NO_AI, {}, {}, outcome=outcome)
            for n, carrier in enumerate(carriers)
        ),
    )


def test_each_note_is_made_once() -> None:
    notes = remarks(plan("bluesky", "bluesky", "peertube"))
    assert len(notes) == len(set(notes))
    assert any("whole account" in note for note in notes)
    assert any("5 tags" in note for note in notes)


def test_a_read_only_dialect_gets_no_note() -> None:
    assert not any("does not write" in note for note in remarks(plan("bluesky")))


def test_unwritten_platforms_need_no_note() -> None:
    assert remarks(plan("sidecar", "soundcloud")) == ()
    assert remarks(plan("bluesky", outcome=Outcome.SKIPPED)) == ()


def test_a_note_for_files_explains_why_search_is_left_out() -> None:
    assert any("inside search engines" in remark for remark in remarks(plan("file")))
