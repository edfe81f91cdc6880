"""AI-CONSENT: our own field, which can state everything.

No existing field can answer all uses or state "ask me". So RightsDesk writes this field next to the
standard ones: an RFC 9651 Dictionary with a key for each use and the tokens `y`, `n` and `ask`.
Unknown keys are left to later versions. `licensed` names the partners with a licence: see
`web/licensed_items`. It takes nothing away from what the field says to everyone else.
"""

from functools import lru_cache, reduce

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.web.licensed_items import KEY, item_list, parsed
from rightsdesk.consent.dialects.web.structured import parse_tokens, write_tokens
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.licences.grant import Grants, beyond, common
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import worded

TOKENS = {Permission.ALLOWED: "y", Permission.PROHIBITED: "n", Permission.CONSTRAINED: "ask"}
PERMISSIONS = {token: permission for permission, token in TOKENS.items()}


class AiConsent(Dialect):
    """The whole vocabulary in one field, without losses."""

    id = "ai-consent"
    name = "AI-CONSENT"
    fields = ("AI-CONSENT",)
    single = 1

    def encode(self, declaration: Declaration) -> Fields:
        """`generative-training=n, …, search=y`, in the order of the uses."""
        if not declaration.consent:
            return {}
        answers = {use.token: TOKENS[answer] for use, answer in declaration.consent.items()}
        grants = beyond(declaration.grants, declaration.consent)
        licensed = {KEY: item_list(grants)} if grants else {}
        return {"AI-CONSENT": (write_tokens(answers, licensed),)}

    def declared(self, fields: Fields) -> Consent | None:
        """What the field declares, without all other fields; None if nothing that can be read."""
        return _declared(fields.get("AI-CONSENT", ()))

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the values, if the field occurs more than once."""
        return strictest(self._of_value(value) for value in fields.get("AI-CONSENT", ()))

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that every value of the field names."""
        values = [parsed(value) for value in fields.get("AI-CONSENT", ())]
        return reduce(common, values) if values else ()

    def _of_value(self, value: str) -> Consent:
        tokens = parse_tokens(value, self.name)
        answers = {}
        for use in Use:
            if use.token in tokens:
                if tokens[use.token] not in PERMISSIONS:
                    raise DialectError(
                        worded(
                            "The {name} field has no valid answer for {use}.",
                            name=self.name,
                            use=use,
                        )
                    )
                answers[use] = PERMISSIONS[tokens[use.token]]
        return Consent(answers)


@lru_cache(maxsize=256)
def _declared(values: tuple[str, ...]) -> Consent | None:
    try:
        return AiConsent().decode({"AI-CONSENT": values}) if values else None
    except DialectError:
        return None
