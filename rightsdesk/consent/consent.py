"""An artist's answers as one immutable value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rightsdesk.consent.uses import Permission, Use


class Consent(Mapping[Use, Permission]):
    """What AI may do: a permission for each use that is stated, in the order of `Use`.

    Immutable and hashable. A use that is not stated has no key.
    """

    __slots__ = ("_answers",)
    _answers: tuple[tuple[Use, Permission], ...]

    def __init__(self, answers: Mapping[Use, Permission] | None = None) -> None:
        given = answers or {}
        ordered = tuple((use, Permission(given[use])) for use in Use if use in given)
        if len(ordered) != len(given):
            raise ValueError(f"not uses: {sorted(set(map(str, given)) - set(Use))}")
        object.__setattr__(self, "_answers", ordered)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Consent does not change")

    def __getitem__(self, use: Use) -> Permission:
        for stated, permission in self._answers:
            if stated == use:
                return permission
        raise KeyError(use)

    def __iter__(self) -> Iterator[Use]:
        return (use for use, _ in self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def __hash__(self) -> int:
        return hash(self._answers)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Consent):
            return self._answers == other._answers
        return NotImplemented

    def __repr__(self) -> str:
        inside = ", ".join(f"{use}={permission}" for use, permission in self._answers)
        return f"Consent({inside})"

    def overlaid(self, upper: Mapping[Use, Permission]) -> Consent:
        """These answers, overridden by those of `upper`: a release's over its artist's."""
        return Consent({**self, **upper})

    def to_json(self) -> dict[str, str]:
        """`{"generative_training": "prohibited", …}`, stated uses only."""
        return {use.value: permission.value for use, permission in self._answers}

    @classmethod
    def from_json(cls, answers: Mapping[str, str]) -> Consent:
        """The consent from the output of `to_json`. Raises ValueError for an unknown use or
        permission."""
        return cls({Use(use): Permission(answer) for use, answer in answers.items()})


def strictest(consents: Iterable[Mapping[Use, Permission]]) -> Consent:
    """For each use that any consent states, the strictest answer."""
    answers: dict[Use, Permission] = {}
    for consent in consents:
        for use, permission in consent.items():
            if use not in answers or permission.rank < answers[use].rank:
                answers[use] = permission
    return Consent(answers)
