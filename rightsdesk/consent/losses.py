"""What can't be said or kept as it was meant: values, and the sentences that a person reads.

A plan carries the values. Sentences are made at the edge, here and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rightsdesk.consent.uses import Permission, Use
from rightsdesk.consent.words import listed, permission_name


@dataclass(frozen=True, slots=True)
class Loss:
    """One use that a dialect can't say as it was meant. None stands for: not said.

    `dialect` is its name, as a person knows it.
    """

    dialect: str
    use: Use
    wanted: Permission | None
    said: Permission | None


class CarrierLoss(StrEnum):
    """What one carrier can't take or keep, though others of its kind may."""

    NO_PLACE_FOR_XMP = "no-place-for-xmp"
    NO_PLACE_FOR_TEXT = "no-place-for-text"
    LINE_UNREADABLE = "copyright-line-unreadable"
    LINE_ENCODING = "copyright-line-encoding"
    MACHINE_TAGS = "machine-tags"
    UNSEEN_ATTRIBUTES = "unseen-attributes"


AnyLoss = Loss | CarrierLoss

_CARRIER_SENTENCES: Mapping[CarrierLoss, str] = {
    CarrierLoss.NO_PLACE_FOR_XMP: ("This file has no place for XMP; the other fields are written."),
    CarrierLoss.NO_PLACE_FOR_TEXT: (
        "Only XMP is written: this file has no place where RightsDesk can safely write other "
        "fields."
    ),
    CarrierLoss.LINE_UNREADABLE: "The copyright line can't be read, so it stays as it is.",
    CarrierLoss.LINE_ENCODING: (
        "The copyright line is in an unknown encoding, so it stays as it is: only ASCII letters "
        "could be added without harm."
    ),
    CarrierLoss.MACHINE_TAGS: (
        "SoundCloud shows no machine tags (such as geo:lat=43.5), so RightsDesk writes none. Any "
        "of your own on this track are lost when its tags are written, and an undo can't bring "
        "them back."
    ),
    CarrierLoss.UNSEEN_ATTRIBUTES: (
        "SFTP shows no access lists and no extended attributes. If a file has any, they are lost "
        "when it is replaced, and an undo can't bring them back. Owner, group and permissions stay."
    ),
}


def loss_sentence(loss: AnyLoss) -> str:
    """One loss by itself."""
    if isinstance(loss, CarrierLoss):
        return _CARRIER_SENTENCES[loss]
    return _sentence(loss, [loss.use])


def loss_sentences(losses: Iterable[AnyLoss]) -> tuple[str, ...]:
    """The losses as sentences; those of one dialect that differ in the use alone make one."""
    return tuple(told for told, _ in counted_loss_sentences(dict.fromkeys(losses, 1)))


def counted_loss_sentences(losses: Mapping[AnyLoss, int]) -> list[tuple[str, int]]:
    """The sentences for losses that occur so many times, each with its number.

    Those of one dialect that occur as often and differ in the use alone make one.
    """
    counts: Counter[AnyLoss] = Counter()
    for loss, number in losses.items():
        counts[_as_told(loss)] += number
    alike: dict[tuple[AnyLoss, int], list[AnyLoss]] = {}
    for loss, number in counts.items():
        alike.setdefault((_without_use(loss), number), []).append(loss)
    return [(_together(some), number) for (_, number), some in alike.items()]


def _as_told(loss: AnyLoss) -> AnyLoss:
    """What is not said at all is not said, whatever was wanted."""
    if isinstance(loss, Loss) and loss.said is None:
        return replace(loss, wanted=None)
    return loss


def _without_use(loss: AnyLoss) -> AnyLoss:
    """The same for all losses that differ in the use alone."""
    return replace(loss, use=next(iter(Use))) if isinstance(loss, Loss) else loss


def _together(alike: Sequence[AnyLoss]) -> str:
    uses = [loss.use for loss in alike if isinstance(loss, Loss)]
    return _sentence(alike[0], uses) if isinstance(alike[0], Loss) else loss_sentence(alike[0])


def _sentence(loss: Loss, uses: Iterable[Use]) -> str:
    if loss.said is None:
        return f"{loss.dialect} says nothing about {listed(uses)}."
    said = f"“{permission_name(loss.said)}” to {listed(uses)}"
    if loss.wanted is None:
        return f"{loss.dialect} also says {said}."
    return f"{loss.dialect} says {said}, where you say “{permission_name(loss.wanted)}”."
