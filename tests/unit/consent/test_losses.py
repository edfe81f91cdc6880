"""Losses are values. They become sentences only for display."""

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
from rightsdesk.enums.carriers import CarrierId

NO, ASK = Permission.PROHIBITED, Permission.CONSTRAINED
SILENT = (Loss("AIPREF", Use.DATA_MINING, NO, None), Loss("AIPREF", Use.SEARCH, ASK, None))
OTHERWISE = tuple(Loss("TDMRep", use, ASK, NO) for use in (Use.DATA_MINING, Use.AI_INPUT))
ALSO = tuple(Loss("PLUS", use, None, NO) for use in (Use.SEARCH, Use.LIKENESS))


def change(number: int, *lost: AnyLoss) -> Change:
    target = Target(CarrierId.FILES, number, f"/{number}.mp3", f"{number}.mp3")
    return Change(target, Consent(), Consent({Use.SEARCH: NO}), {}, {}, losses=lost)


def test_losses_that_differ_only_in_the_use_share_a_sentence() -> None:
    assert loss_sentences([*SILENT, *OTHERWISE, *ALSO]) == (
        "TDMRep says “No” to data mining, use as AI input, where you say “Ask me”.",
        "PLUS also says “No” to search, imitating voice or style.",
        "AIPREF says nothing about data mining, search.",
    )


def test_what_says_otherwise_comes_before_what_says_less() -> None:
    opposite = Loss("PLUS data mining", Use.RECOMMENDATION, Permission.ALLOWED, NO)
    found: tuple[AnyLoss, ...] = (*SILENT, CarrierLoss.NO_PLACE_FOR_TEXT, opposite)
    counts = dict.fromkeys(found, 4)
    first, *_ = counted_loss_sentences(counts)
    assert first == ("PLUS data mining says “No” to recommendations, where you say “Yes”.", 4)


def test_losses_with_different_counts_get_separate_sentences() -> None:
    counts: dict[AnyLoss, int] = {SILENT[0]: 3, SILENT[1]: 1}
    assert counted_loss_sentences(counts) == [
        ("AIPREF says nothing about data mining.", 3),
        ("AIPREF says nothing about search.", 1),
    ]


def test_a_use_without_a_word_is_one_loss_for_every_permission() -> None:
    counts: dict[AnyLoss, int] = {
        Loss("AIPREF", Use.SEARCH, permission, None): 2 for permission in (NO, ASK)
    }
    assert counted_loss_sentences(counts) == [("AIPREF says nothing about search.", 4)]


@pytest.mark.parametrize("loss", CarrierLoss)
def test_every_carrier_loss_has_a_sentence(loss: CarrierLoss) -> None:
    assert loss_sentence(loss).endswith(".")


def test_a_plan_counts_each_loss_once_per_change() -> None:
    twice = (SILENT[0], SILENT[0], CarrierLoss.LINE_UNREADABLE)
    plan = Plan(
        JobKind.TAG,
        JobSubject(Preset.NO_AI),
        (change(1, *twice), change(2, *twice), change(3, SILENT[0])),
    )
    assert plan.losses == {SILENT[0]: 3, CarrierLoss.LINE_UNREADABLE: 2}


def test_rewording_a_sentence_changes_only_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reworded(loss: Loss, uses: list[Use]) -> str:
        return f"{loss.dialect}: nichts über {len(uses)}."

    before = counted_loss_sentences(dict.fromkeys((*SILENT, *OTHERWISE, *ALSO), 1))
    monkeypatch.setattr(losses, "_sentence", reworded)
    after = counted_loss_sentences(dict.fromkeys((*SILENT, *OTHERWISE, *ALSO), 1))
    assert [number for _, number in after] == [number for _, number in before]
    assert [text for text, _ in after] == [
        f"{n}: nichts über 2." for n in ("TDMRep", "PLUS", "AIPREF")
    ]
