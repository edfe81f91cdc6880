"""Content Signals: Cloudflare's `Content-Signal` line in robots.txt.

Source: contentsignals.org (CC0, announced 2025-09-24). Three signals, `search`,
`ai-input` and `ai-train`, each `yes`, `no` or left out; left out grants and restricts
nothing. There is no “ask me”: it is written as no. `ai-train` stands for all training.
Other keys (`use=reference`) are not about what is allowed.
"""

from collections.abc import Iterator, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.aipref_robots import split_path
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.dialects.robots import Group, RobotsPart, as_said, statements
from rightsdesk.consent.uses import Permission, Use

SIGNALS = {
    "search": (Use.SEARCH,),
    "ai-input": (Use.AI_INPUT,),
    "ai-train": (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
}
ANSWERS = {"yes": Permission.ALLOWED, "no": Permission.PROHIBITED}


class ContentSignals(RobotsPart):
    """`Content-Signal: search=yes, ai-input=no, ai-train=no` for everyone."""

    id = "content-signals"
    name = "Content Signals"

    def rules(self, declaration: Declaration) -> Sequence[str]:
        """One line, or none."""
        bits = {signal: one_bit(declaration.consent, uses) for signal, uses in SIGNALS.items()}
        said = [f"{s}={'yes' if bit else 'no'}" for s, bit in bits.items() if bit is not None]
        return [f"Content-Signal: {', '.join(said)}"] if said else []

    def read(self, groups: Sequence[Group]) -> Consent:
        """The strictest of the signals; one with another answer than yes or no is left out."""
        return strictest(self._statements(groups))

    def _statements(self, groups: Sequence[Group]) -> Iterator[Consent]:
        for value, to_everyone in statements(groups, "content-signal"):
            path, rest = split_path(value)
            for member in dict.fromkeys(rest.lower().split(",")):
                signal, _, answer = (part.strip() for part in member.partition("="))
                if signal in SIGNALS and answer in ANSWERS:
                    said = Consent(dict.fromkeys(SIGNALS[signal], ANSWERS[answer]))
                    yield as_said(said, to_everyone=to_everyone, path=path)
