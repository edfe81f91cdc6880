"""The interface of all dialects, and how they report what they cannot state."""

from __future__ import annotations

from abc import ABC, abstractmethod

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.take_back import Values
from rightsdesk.consent.fields import Fields, difference
from rightsdesk.consent.licences.grant import Grants, beyond, newly_granted
from rightsdesk.consent.losses import CarrierLoss, Loss, PartyLoss
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError


class DialectError(KnownError):
    """A declaration is present but cannot be understood. It is never read as permission."""

    cause = Cause.UNREADABLE_DECLARATION


def readable(dialect: Dialect, fields: Fields) -> Consent | None:
    """The consent that the fields state; None if they cannot be understood."""
    try:
        return dialect.decode(fields)
    except DialectError:
        return None


class Dialect(ABC):
    """One language of declarations, carried by named text fields.

    For every declaration and use: `decode(encode(…))` is never more permissive than the
    declaration, and a use that was not declared can only come back as prohibited.
    """

    id: str
    name: str
    fields: tuple[str, ...]
    """The fields that this dialect reads. It may replace all except the `read_only` ones."""
    read_only: tuple[str, ...] = ()
    """Fields that are only read. Other programs own them."""
    single: int = 0
    """How many of the fields, from the first, each hold one statement. Several different values in
    such a field contradict each other."""
    supersedes: tuple[str, ...] = ()
    """Ids of the dialects in the same carrier that readers override by this one, by the standard's
    own order."""

    @abstractmethod
    def encode(self, declaration: Declaration) -> Fields:
        """The fields that state the declaration. Fields that would state nothing are left out."""

    @abstractmethod
    def decode(self, fields: Fields) -> Consent:
        """The consent that the fields state; empty if they state nothing.

        Raises DialectError if a declaration is present but malformed.
        """

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """The edit after which `fields` state the declaration, and no older statement of ours."""
        return difference(self._writable(fields), self._writable(self.encode(declaration)))

    def _writable(self, fields: Fields) -> Fields:
        """Those of the fields that this dialect may replace, in its own order."""
        names = (name for name in self.fields if name not in self.read_only)
        return {name: fields[name] for name in names if name in fields}

    def consents_by_value(self, fields: Fields) -> tuple[Consent, ...]:
        """The consent in each value of the `single` fields, if there are several values.

        Raises the same errors as `decode`.
        """
        names = self.fields[: self.single]
        unnamed = {name: values for name, values in fields.items() if name not in names}
        alone = {(name, value) for name in names for value in fields.get(name, ())}
        if len(alone) < 2:
            return ()
        return tuple(self.decode({**unnamed, name: (value,)}) for name, value in alone)

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """The values of a field that someone edited since a write, without what that wrote.

        `now` are the field's values, `written` those that the write left, `before` the older
        ones. None if that can't be determined.
        """
        return None

    def label(self, name: str) -> str:
        """A field's name for people."""
        return name

    def along(self, fields: Fields, edit: Fields) -> Fields:
        """What a carrier also changes with an edit that does not name it."""
        return {}

    def refused(self, edit: Fields) -> str:
        """Why the carrier would refuse an edit, as a sentence with advice; "" if it accepts it."""
        return ""

    def losses(self, declaration: Declaration) -> tuple[Loss, ...]:
        """Every use that this dialect states differently than declared, or not at all."""
        consent = declaration.consent
        stated = self.decode(self.encode(declaration))
        return tuple(
            Loss(self.name, use, consent.get(use), stated.get(use))
            for use in Use
            if consent.get(use) != stated.get(use)
        )

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that the fields name, with what each may do. Never raises.

        Most dialects have no word for a partner. What they say to a partner they say to everyone.
        """
        return ()

    def party_losses(self, declaration: Declaration) -> tuple[PartyLoss, ...]:
        """The partners of the declaration to whom this dialect says less than was agreed."""
        if not declaration.grants:
            return ()
        encoded = self.encode(declaration)
        said = self.decode(encoded)
        # A dialect that says nothing about a use refuses it to nobody.
        open_to_all = {use: said.get(use, Permission.ALLOWED) for use in Use}
        needed = beyond(declaration.grants, open_to_all)
        stated = self.grants_in(encoded)
        return tuple(
            dict.fromkeys(
                PartyLoss(self.name, grant.partner)
                for grant in needed
                if newly_granted(stated, [grant])
            )
        )

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """What a person should know of this dialect beyond the losses, one sentence each."""
        return ()

    def shown(self, value: str) -> str:
        """A value for a preview, without what is known only when it is written, such as the
        time."""
        return value

    def unshown(self, fields: Fields, edit: Fields) -> tuple[CarrierLoss, ...]:
        """Losses of an edit on a carrier that shows `fields` but hides other data."""
        return ()

    def on_replacing(self, fields: Fields) -> tuple[str, ...]:
        """What to know about the fields that will be replaced, one sentence each."""
        return ()

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """What limits the reading of these fields, one sentence each.

        Never raises: fields that cannot be understood have no notes.
        """
        return ()


class SharedFields(Dialect):
    """A dialect in fields that hold other people's values, too: ours are put among them."""

    def encode(self, declaration: Declaration) -> Fields:
        """The fields for a carrier that has none of them."""
        return self._filled({}, declaration)

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """The edit that puts our values among the others, which stay as they are."""
        ours = self._writable(fields)
        return difference(ours, self._filled(ours, declaration))

    @abstractmethod
    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        """The writable fields with our values among the others; without empty ones."""
