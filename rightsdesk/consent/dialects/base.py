"""What every dialect can do, and how it owns up to what it cannot say."""

from __future__ import annotations

from abc import ABC, abstractmethod

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.take_back import Values
from rightsdesk.consent.fields import Fields, difference
from rightsdesk.consent.losses import CarrierLoss, Loss
from rightsdesk.consent.uses import Use
from rightsdesk.errors import KnownError


class DialectError(KnownError):
    """A declaration is there but cannot be understood. It is never read as permission."""

    cause = "unreadable-declaration"


def readable(dialect: Dialect, fields: Fields) -> Consent | None:
    """What the fields say; None where they cannot be understood."""
    try:
        return dialect.decode(fields)
    except DialectError:
        return None


class Dialect(ABC):
    """One language of declarations, carried by named text fields.

    For every declaration and use: what `decode(encode(…))` says is never more
    permissive than what was declared, and a use that was not declared can only come
    back as prohibited.
    """

    id: str
    name: str
    fields: tuple[str, ...]
    """The fields that this dialect reads; all but the `read_only` ones are its own to replace."""
    read_only: tuple[str, ...] = ()
    """The fields among them that are only ever read: somebody else's to change."""
    single: int = 0
    """How many of the fields, from the first, are each a place for one statement: several
    values in them that differ contradict each other."""
    supersedes: tuple[str, ...] = ()
    """The ids of those dialects in the same carrier whose answers readers replace by this one's,
    by the standard's own order."""

    @abstractmethod
    def encode(self, declaration: Declaration) -> Fields:
        """The fields that say it. A field that would say nothing is left out."""

    @abstractmethod
    def decode(self, fields: Fields) -> Consent:
        """What the fields say; empty when they say nothing.

        Raises DialectError where a declaration is present but malformed.
        """

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """The edit after which `fields` say what is declared, and nothing older of ours."""
        writable = [name for name in self.fields if name not in self.read_only]
        ours = {name: fields[name] for name in writable if name in fields}
        said = self.encode(declaration)
        return difference(ours, {name: said[name] for name in writable if name in said})

    def voices(self, fields: Fields) -> tuple[Consent, ...]:
        """What each value in the `single` fields says by itself, where there are several.

        Raises as `decode` does.
        """
        names = self.fields[: self.single]
        others = {name: values for name, values in fields.items() if name not in names}
        alone = {(name, value) for name in names for value in fields.get(name, ())}
        if len(alone) < 2:
            return ()
        return tuple(self.decode({**others, name: (value,)}) for name, value in alone)

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """The values of a field that somebody edited since a write, without what that wrote.

        `now` are the field's values, `written` those that the write left, `before` the older
        ones. None where that can't be told.
        """
        return None

    def label(self, name: str) -> str:
        """What a person calls one of the fields."""
        return name

    def along(self, fields: Fields, edit: Fields) -> Fields:
        """What a carrier changes by itself along with an edit that does not name it."""
        return {}

    def refused(self, edit: Fields) -> str:
        """Why the carrier would not take an edit, a sentence with what to do; "" where it would."""
        return ""

    def losses(self, declaration: Declaration) -> tuple[Loss, ...]:
        """Every use that this dialect says otherwise than declared, or not at all."""
        wanted = declaration.consent
        said = self.decode(self.encode(declaration))
        return tuple(
            Loss(self.name, use, wanted.get(use), said.get(use))
            for use in Use
            if wanted.get(use) != said.get(use)
        )

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """What a person should know of this dialect beyond the losses, a sentence each."""
        return ()

    def shown(self, value: str) -> str:
        """A value as a person may look at it before it is written: what is only known at that
        time, like the moment itself, is left out."""
        return value

    def unshown(self, fields: Fields, edit: Fields) -> tuple[CarrierLoss, ...]:
        """What an edit takes from a carrier that shows `fields` and hides something."""
        return ()

    def on_replacing(self, fields: Fields) -> tuple[str, ...]:
        """What to know of the fields that are about to be replaced, a sentence each."""
        return ()

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """What to bear in mind with a reading of these fields, a sentence each.

        Never raises: fields that cannot be understood have no caveats.
        """
        return ()
