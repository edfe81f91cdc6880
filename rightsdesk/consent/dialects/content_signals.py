"""Content Signals: Cloudflare's `Content-Signal` line in robots.txt.

Source: contentsignals.org (CC0, announced 2025-09-24). Three signals, `search`,
`ai-input` and `ai-train`, each `yes`, `no` or left out; left out grants and restricts
nothing. There is no “ask me”: it is written as no. `ai-train` stands for all training.
`use=immediate|reference|full` (a test, announced 2026-07-01) is a ceiling over the others:
a yes that it caps is no plain yes. It is read and never written.
"""

from collections.abc import Iterator, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.dialects.robots import (
    Group,
    RobotsPart,
    as_said,
    split_path,
    statements,
)
from rightsdesk.consent.uses import Permission, Use

SIGNALS = {
    "search": (Use.SEARCH,),
    "ai-input": (Use.AI_INPUT,),
    "ai-train": (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
}
CEILINGS = {"full": frozenset(SIGNALS), "reference": frozenset({"search"})}
"""The signals whose yes stays a plain yes under a `use=`; under any other value none does."""

ANSWERS = {"yes": Permission.ALLOWED, "no": Permission.PROHIBITED}


class ContentSignals(RobotsPart):
    """`Content-Signal: search=yes, ai-input=no, ai-train=no` for everyone."""

    id = "content-signals"
    name = "Content Signals"
    line = "content-signal"

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
            members = [m.partition("=") for m in dict.fromkeys(rest.lower().split(","))]
            signals = [(name.strip(), answer.strip()) for name, _, answer in members]
            for signal, answer in signals:
                if signal in SIGNALS and answer in ANSWERS:
                    permission = ANSWERS[answer]
                    if answer == "yes" and _is_capped(signal, signals):
                        permission = Permission.CONSTRAINED
                    said = Consent(dict.fromkeys(SIGNALS[signal], permission))
                    yield as_said(said, to_everyone=to_everyone, path=path)


def _is_capped(signal: str, signals: Sequence[tuple[str, str]]) -> bool:
    caps = [answer for name, answer in signals if name == "use"]
    return any(signal not in CEILINGS.get(cap, ()) for cap in caps)
