"""Losses are values: sentences are only made where a person reads them."""

import pytest

from rightsdesk.changes.types import Change, JobKind, JobSubject, Plan, Target
from rightsdesk.consent import Consent, Permission, Preset, Use, losses
from rightsdesk.consent.losses import (
    AnyLoss,
    CarrierLoss,
    Loss,
    counted_loss_sentences,
    loss_sentence,
    loss_sentences,
)

NO, ASK = Permission.PROHIBITED, Permission.CONSTRAINED
SILENT = (Loss("AIPREF", Use.DATA_MINING, NO, None), Loss("AIPREF", Use.SEARCH, ASK, None))
OTHERWISE = tuple(Loss("TDMRep", use, ASK, NO) for use in (Use.DATA_MINING, Use.AI_INPUT))
ALSO = tuple(Loss("PLUS", use, None, NO) for use in (Use.SEARCH, Use.LIKENESS))


def change(number: int, *lost: AnyLoss) -> Change:
    target = Target("file", number, f"/{number}.mp3", f"{number}.mp3")
    return Change(target, Consent(), Consent({Use.SEARCH: NO}), {}, {}, losses=lost)


def test_those_of_one_dialect_that_differ_in_the_use_alone_make_one_sentence() -> None:
    assert loss_sentences([*SILENT, *OTHERWISE, *ALSO]) == (
        "AIPREF says nothing about data mining, search.",
        "TDMRep says “No” to data mining, use as AI input, where you say “Ask me”.",
        "PLUS also says “No” to search, imitating voice or style.",
    )


def test_those_that_occur_more_often_stand_apart() -> None:
    counts: dict[AnyLoss, int] = {SILENT[0]: 3, SILENT[1]: 1}
    assert counted_loss_sentences(counts) == [
        ("AIPREF says nothing about data mining.", 3),
        ("AIPREF says nothing about search.", 1),
    ]


def test_what_is_not_said_is_one_loss_whatever_was_wanted() -> None:
    counts: dict[AnyLoss, int] = {
        Loss("AIPREF", Use.SEARCH, wanted, None): 2 for wanted in (NO, ASK)
    }
    assert counted_loss_sentences(counts) == [("AIPREF says nothing about search.", 4)]


@pytest.mark.parametrize("loss", CarrierLoss)
def test_every_loss_of_a_carrier_has_a_sentence(loss: CarrierLoss) -> None:
    assert loss_sentence(loss).endswith(".")


def test_a_plan_counts_places_and_not_mentions() -> None:
    twice = (SILENT[0], SILENT[0], CarrierLoss.LINE_UNREADABLE)
    plan = Plan(
        JobKind.TAG,
        JobSubject(Preset.NO_AI),
        (change(1, *twice), change(2, *twice), change(3, SILENT[0])),
    )
    assert plan.losses == {SILENT[0]: 3, CarrierLoss.LINE_UNREADABLE: 2}


def test_rewording_a_sentence_changes_nothing_but_the_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def other_words(loss: Loss, uses: list[Use]) -> str:
        return f"{loss.dialect}: nichts über {len(uses)}."

    before = counted_loss_sentences(dict.fromkeys((*SILENT, *OTHERWISE, *ALSO), 1))
    monkeypatch.setattr(losses, "_sentence", other_words)
    after = counted_loss_sentences(dict.fromkeys((*SILENT, *OTHERWISE, *ALSO), 1))
    assert [number for _, number in after] == [number for _, number in before]
    assert [text for text, _ in after] == [
        f"{n}: nichts über 2." for n in ("AIPREF", "TDMRep", "PLUS")
    ]
