"""Audius: one switch on the account, and one on each track.

Source: Audius API. `allow_ai_attribution` of a user: “Allow AI-generated music based on my
likeness”, off by default; switching it on accepts an agreement with a perpetual licence.
`no_ai_use` of a track: “Whether AI use is prohibited”, false by default, so `false` states nothing.
Values are `true` and `false`.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import reserved
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import AI_USES, Permission, Use
from rightsdesk.sentences import worded

WORDS = {"true": True, "false": False}


def _flags(fields: Fields, name: str) -> list[bool]:
    values = [value.strip().lower() for value in fields.get(name, ())]
    if not all(value in WORDS for value in values):
        raise DialectError(worded("The Audius field {name} is neither true nor false.", name=name))
    return [WORDS[value] for value in values]


class AudiusUser(Dialect):
    """`allow_ai_attribution` of the account. RightsDesk switches it off, never on."""

    id = "audius-user"
    name = "Audius (account)"
    fields = ("allow_ai_attribution",)

    def encode(self, declaration: Declaration) -> Fields:
        """`false` if imitation is reserved.

        Never `true`: that accepts a contract, which only the artist may do.
        """
        return {self.fields[0]: ("false",)} if self._refused(declaration) else {}

    def decode(self, fields: Fields) -> Consent:
        """The answer of the switch. Raises DialectError for anything but true and false."""
        answers = {True: Permission.ALLOWED, False: Permission.PROHIBITED}
        flags = _flags(fields, self.fields[0])
        if True in flags and {*fields[self.fields[0]]} - set(WORDS):
            raise DialectError(
                "The Audius account's switch is on in a spelling that is not Audius's."
            )
        return strictest(Consent({Use.LIKENESS: answers[flag]}) for flag in flags)

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Switches it off if it is on against the declaration. A switch cannot be removed."""
        off = fields.get(self.fields[0]) == ("false",)
        return {} if off else self.encode(declaration)

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Where to switch it on, for artists who want to."""
        if declaration.consent.get(Use.LIKENESS) is not Permission.ALLOWED:
            return ()
        return (
            "Audius lets AI music imitate you only after you accept its agreement, a licence "
            "without end. Do that in Audius, under Settings, AI Generated Music, if you want it.",
        )

    def _refused(self, declaration: Declaration) -> bool:
        return reserved(declaration.consent, (Use.LIKENESS,))


class AudiusTrack(Dialect):
    """`no_ai_use` of a track: one bit for every AI use."""

    id = "audius-track"
    name = "Audius (track)"
    fields = ("no_ai_use",)

    def encode(self, declaration: Declaration) -> Fields:
        """`true` as soon as one AI use is reserved; else nothing."""
        return {self.fields[0]: ("true",)} if reserved(declaration.consent, AI_USES) else {}

    def decode(self, fields: Fields) -> Consent:
        """`true` prohibits every AI use; `false` is the default and states nothing."""
        if any(_flags(fields, self.fields[0])):
            return Consent(dict.fromkeys(AI_USES, Permission.PROHIBITED))
        return Consent()

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Back to `false` if it was `true` and nothing is reserved any more."""
        now = tuple(value.strip().lower() for value in fields.get(self.fields[0], ()))
        wanted = self.encode(declaration)
        if wanted:
            return {} if now == ("true",) else wanted
        return {self.fields[0]: ("false",)} if now not in ((), ("false",)) else {}
