"""Losses: what cannot be stated or kept as meant, as values and as sentences for people.

A plan carries the values. Only this module turns them into sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rightsdesk import phrases
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.consent.words import listed, permission_name
from rightsdesk.sentences import worded


@dataclass(frozen=True, slots=True)
class Loss:
    """One use that a dialect states differently than meant: what the consent says of it, and what
    the dialect does. None means: nothing.

    `dialect` is its name for people.
    """

    dialect: str
    use: Use
    consent: Permission | None
    stated: Permission | None


class CarrierLoss(StrEnum):
    """What one carrier cannot hold or keep, though others of its kind may."""

    NO_PLACE_FOR_XMP = "no-place-for-xmp"
    NO_PLACE_FOR_TEXT = "no-place-for-text"
    LINE_UNREADABLE = "copyright-line-unreadable"
    LINE_ENCODING = "copyright-line-encoding"
    MACHINE_TAGS = "machine-tags"
    UNSEEN_ATTRIBUTES = "unseen-attributes"
    UNSEEN_OWNER = "unseen-owner"


@dataclass(frozen=True, slots=True)
class PartyLoss:
    """A partner with a licence whom a dialect cannot name: it says the same to everyone.

    `dialect` is its name for people.
    """

    dialect: str
    partner: str


AnyLoss = Loss | CarrierLoss | PartyLoss

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
        "SFTP shows no access lists and no extended attributes. A file keeps them if the server "
        "lets RightsDesk write into it, which it has not done so far. Otherwise the file is "
        "replaced, and they are lost. Owner, group and permissions stay."
    ),
    CarrierLoss.UNSEEN_OWNER: (
        "WebDAV does not show who owns a file and who may read it. The server may set owner, "
        "permissions and access list again. If visitors can't read the file then, the old one is "
        "restored."
    ),
}


def loss_sentence(loss: AnyLoss) -> str:
    """The sentence for one loss."""
    if isinstance(loss, CarrierLoss):
        return _CARRIER_SENTENCES[loss]
    if isinstance(loss, PartyLoss):
        return _party_sentence(loss.partner, [loss.dialect])
    return _sentence(loss, [loss.use])


def loss_sentences(losses: Iterable[AnyLoss]) -> tuple[str, ...]:
    """The losses as sentences. Losses of one dialect that differ only in the use share a
    sentence."""
    return tuple(sentence for sentence, _ in counted_loss_sentences(dict.fromkeys(losses, 1)))


def counted_loss_sentences(losses: Mapping[AnyLoss, int]) -> list[tuple[str, int]]:
    """The sentences for counted losses, each with its number.

    Losses of one dialect with equal counts that differ only in the use share a sentence. So do
    those of one partner that differ only in the dialect. Those that state something else than was
    meant come before those that state less.
    """
    counts: Counter[AnyLoss] = Counter()
    for loss, number in losses.items():
        counts[_comparable(loss)] += number
    alike: dict[tuple[AnyLoss, int], list[AnyLoss]] = {}
    for loss, number in counts.items():
        alike.setdefault((_shared(loss), number), []).append(loss)
    groups = sorted(alike.items(), key=lambda group: not _says_otherwise(group[0][0]))
    return [(_shared_sentence(losses_alike), number) for (_, number), losses_alike in groups]


def _says_otherwise(loss: AnyLoss) -> bool:
    return isinstance(loss, Loss) and loss.stated not in (None, loss.consent)


def _comparable(loss: AnyLoss) -> AnyLoss:
    """The loss with the consent left out if nothing is stated: the sentence then needs no
    answer."""
    if isinstance(loss, Loss) and loss.stated is None:
        return replace(loss, consent=None)
    return loss


def _shared(loss: AnyLoss) -> AnyLoss:
    """A key shared by all losses that get one sentence."""
    if isinstance(loss, PartyLoss):
        return replace(loss, dialect="")
    return replace(loss, use=next(iter(Use))) if isinstance(loss, Loss) else loss


def _shared_sentence(alike: Sequence[AnyLoss]) -> str:
    uses = [loss.use for loss in alike if isinstance(loss, Loss)]
    if isinstance(alike[0], PartyLoss):
        dialects = [loss.dialect for loss in alike if isinstance(loss, PartyLoss)]
        return _party_sentence(alike[0].partner, dialects)
    return _sentence(alike[0], uses) if isinstance(alike[0], Loss) else loss_sentence(alike[0])


def _party_sentence(partner: str, dialects: Sequence[str]) -> str:
    return worded(
        "{dialects} can't name a partner, and says to {partner} what it says to everyone."
        if len(dialects) == 1
        else "{dialects} can't name a partner, and say to {partner} what they say to everyone.",
        dialects=phrases.and_list(dialects),
        partner=partner,
    )


def _sentence(loss: Loss, uses: Iterable[Use]) -> str:
    if loss.stated is None:
        return worded(
            "{dialect} says nothing about {uses}.", dialect=loss.dialect, uses=listed(uses)
        )
    return worded(
        "{dialect} also says “{stated}” to {uses}."
        if loss.consent is None
        else "{dialect} says “{stated}” to {uses}, where you say “{wanted}”.",
        dialect=loss.dialect,
        stated=permission_name(loss.stated),
        uses=listed(uses),
        wanted=permission_name(loss.consent),
    )
