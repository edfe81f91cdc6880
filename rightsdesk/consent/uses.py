"""The vocabulary of consent: the uses, and the three answers."""

from enum import StrEnum


class Use(StrEnum):
    """One use of music, as far as machines distinguish uses."""

    GENERATIVE_TRAINING = "generative_training"
    OTHER_TRAINING = "other_training"
    LIKENESS = "likeness"
    AI_INPUT = "ai_input"
    DATA_MINING = "data_mining"
    SEARCH = "search"
    RECOMMENDATION = "recommendation"

    @property
    def token(self) -> str:
        """The use as a key of structured fields and tags: `generative-training`."""
        return self.value.replace("_", "-")


AI_USES = frozenset(Use) - {Use.SEARCH, Use.RECOMMENDATION}
"""The uses that an artist opts in to. Search and recommendation are how listeners find music."""


class Permission(StrEnum):
    """The answer for one use. A use without an answer is absent, never a fourth value."""

    PROHIBITED = "prohibited"
    CONSTRAINED = "constrained"
    ALLOWED = "allowed"

    @property
    def rank(self) -> int:
        """0 for the strictest answer, 2 for the most permissive."""
        return _RANK[self]


_RANK = {Permission.PROHIBITED: 0, Permission.CONSTRAINED: 1, Permission.ALLOWED: 2}
