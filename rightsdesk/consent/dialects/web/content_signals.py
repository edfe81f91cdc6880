"""Content Signals: Cloudflare's `Content-Signal` line in robots.txt.

Source: contentsignals.org (CC0, announced 2025-09-24). Three signals, `search`, `ai-input` and
`ai-train`, each `yes`, `no` or left out; a missing signal grants and restricts nothing. There is no
“ask me”: it is written as no. `ai-train` means all training. `use=immediate|reference|full` (a
test, announced 2026-07-01) is a ceiling over the others: a yes under a ceiling is no plain yes, on
whichever line it is. It is read and never written.

Only the comments with the line define the signals, and state that they reserve rights. So the block
has such comments too, in our words.
"""

from collections.abc import Iterator, Sequence

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.dialects.web.path_patterns import covers_all
from rightsdesk.consent.dialects.web.robots import (
    CrawlerGroup,
    RobotsPart,
    as_stated,
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
"""The signals with a yes that stays a plain yes under each `use=`; any other value allows none."""

MEANING = (
    "# Content-Signal, as contentsignals.org defines it; who collects content here agrees to it:",
    "# yes allows collecting content for that use, no refuses it; what is left out is left open.",
    "# search: an index, with links and short excerpts as results, and no summaries made by AI.",
    "# ai-input: content as input to AI models, as in retrieval and grounding.",
    "# ai-train: training or fine-tuning AI models.",
    "# Every no is an express reservation of rights, and for text and data mining one under",
    "# Article 4 of Directive (EU) 2019/790.",
)

ANSWERS = {"yes": Permission.ALLOWED, "no": Permission.PROHIBITED}


class ContentSignals(RobotsPart):
    """`Content-Signal: search=yes, ai-input=no, ai-train=no` for everyone."""

    id = "content-signals"
    name = "Content Signals"
    line = "content-signal"

    def rules(self, declaration: Declaration) -> Sequence[str]:
        """One line, or none."""
        bits = {signal: one_bit(declaration.consent, uses) for signal, uses in SIGNALS.items()}
        signals = [f"{s}={'yes' if bit else 'no'}" for s, bit in bits.items() if bit is not None]
        return [f"Content-Signal: {', '.join(signals)}"] if signals else []

    def comments(self, declaration: Declaration) -> Sequence[str]:
        """What the line means, if there is a line."""
        return MEANING if self.rules(declaration) else ()

    def read(self, groups: Sequence[CrawlerGroup]) -> Consent:
        """The strictest of the signals. Answers other than yes and no are ignored."""
        return strictest(self._statements(groups))

    def _statements(self, groups: Sequence[CrawlerGroup]) -> Iterator[Consent]:
        lines = [(*split_path(v), to_all) for v, to_all in statements(groups, self.line)]
        caps = {
            answer
            for path, rest, to_all in lines
            if to_all and covers_all(path)
            for name, answer in _members(rest)
            if name == "use"
        }
        for path, rest, to_everyone in lines:
            members = _members(rest)
            capped = caps | {answer for name, answer in members if name == "use"}
            for signal, answer in members:
                if signal in SIGNALS and answer in ANSWERS:
                    permission = ANSWERS[answer]
                    if answer == "yes" and any(signal not in CEILINGS.get(c, ()) for c in capped):
                        permission = Permission.CONSTRAINED
                    consent = Consent(dict.fromkeys(SIGNALS[signal], permission))
                    yield as_stated(consent, to_everyone=to_everyone, path=path)


def _members(rest: str) -> list[tuple[str, str]]:
    """`[("search", "yes"), …]`, in lower case, without repeats."""
    members = (m.partition("=") for m in dict.fromkeys(rest.lower().split(",")))
    return [(name.strip(), answer.strip()) for name, _, answer in members]
