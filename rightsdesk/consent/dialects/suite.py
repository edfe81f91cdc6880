"""The dialects of one kind of carrier, taken together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.fields import Fields, edited
from rightsdesk.consent.licences.grant import Grants, merged
from rightsdesk.consent.losses import Loss, PartyLoss
from rightsdesk.consent.uses import Permission, Use


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of one dialect in one carrier.

    `problem` is set if it cannot be understood. `conflicts` are the uses in which it contradicts
    itself.
    """

    dialect: str
    name: str
    says: Consent
    raw: Fields
    problem: str = ""
    conflicts: frozenset[Use] = frozenset()


@dataclass(frozen=True, slots=True)
class SuiteReading:
    """The statements of a carrier by dialect, their combined consent, and contradictions."""

    statements: tuple[Statement, ...]
    consent: Consent
    conflicts: tuple[Use, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """Declarations that are present but cannot be understood."""
        return tuple(s.problem for s in self.statements if s.problem)


Holds = Callable[[str, tuple[str, ...]], bool]
"""Whether a carrier's field, by name, holds these values."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """How fields return to their values before a write.

    `edit` restores fields; an empty value removes one. `left` names the fields that hold other
    values by now and stay. `needed` names those that hold what was written but stay, because a
    field in `left` points to them.
    """

    edit: Fields
    left: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suite:
    """Several dialects in one carrier's fields. The first is the most expressive one.

    With `only_present`, a carrier only has the fields that it shows: an account and its tracks have
    different switches, and always show them.
    """

    dialects: tuple[Dialect, ...]
    only_present: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that are read, and that may be written."""
        return tuple(name for dialect in self.dialects for name in dialect.fields)

    def read(self, fields: Fields) -> SuiteReading:
        """The combined consent of the fields: the strictest answer for each use.

        A coarse dialect must say more or less than was meant. If it states just what it would for
        the most expressive statement of the same carrier, that statement counts, without a
        contradiction.
        """
        return self.together([fields])

    def together(self, held: Sequence[Fields]) -> SuiteReading:
        """The combined consent of several carriers of the same recording: a file and its sidecar.

        All coarse statements are compared with the first carrier's most expressive one. If a
        statement cannot be understood, it may forbid anything: then only what the others forbid is
        certain. An answer that readers override by another one does not count, but is reported as a
        contradiction.
        """
        found = (self._statement(d, fields) for fields in held for d in self.dialects)
        statements = tuple(statement for statement in found if statement)
        if not statements:
            return SuiteReading((), Consent(), ())
        pairs = self._pairs(statements)
        conflicting = _conflicting(_stated(pairs)).union(*(s.conflicts for s in statements))
        conflicts = tuple(use for use in Use if use in conflicting)
        certain = strictest(_stated(_not_replaced(pairs)))
        if any(statement.problem for statement in statements):
            refused = {use: p for use, p in certain.items() if p is Permission.PROHIBITED}
            certain = Consent(refused)
        return SuiteReading(statements, certain, conflicts)

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that the fields name, with what each may do, by any dialect."""
        return merged(grant for dialect in self.dialects for grant in dialect.grants_in(fields))

    def shown(self, name: str, value: str) -> str:
        """A field's value for a preview."""
        return next((d.shown(value) for d in self.dialects if name in d.fields), value)

    def settable(self, fields: Fields) -> tuple[str, ...] | None:
        """The fields that this carrier has, judged by those it shows; None means all."""
        return tuple(name for name in self.fields if name in fields) if self.only_present else None

    def edit(
        self, fields: Fields, declaration: Declaration, settable: Collection[str] | None = None
    ) -> dict[str, tuple[str, ...]]:
        """The edit after which the fields state the declaration; empty if they already do.

        `settable` are the fields that this carrier has; None means all.
        """
        settable = self.settable(fields) if settable is None else settable
        edit: dict[str, tuple[str, ...]] = {}
        for dialect in self.dialects:
            edit.update(dialect.edit(fields, declaration))
        if settable is None:
            return edit
        return {name: values for name, values in edit.items() if name in settable}

    def edited(self, fields: Fields, edit: Fields) -> Fields:
        """The fields after an edit, including those that carriers change with it."""
        along = {name: v for d in self.dialects for name, v in d.along(fields, edit).items()}
        return edited(fields, {**along, **edit})

    def way_back(self, fields: Fields, written: Fields, before: Fields, holds: Holds) -> WayBack:
        """How `fields` return from what was `written` to what was there `before`, field by field.

        Restores fields that still hold what was written, and our part of those edited since.
        """
        edit: dict[str, tuple[str, ...]] = {}
        left: list[str] = []
        for name, values in written.items():
            old = before.get(name, ())
            if holds(name, values):
                if fields.get(name, ()) != old:
                    edit[name] = old
            elif not holds(name, old):
                ours_out = self._take_back(name, fields.get(name, ()), values, old)
                if ours_out is None:
                    left.append(name)
                else:
                    edit[name] = ours_out
        return WayBack(edit, tuple(left))

    def _take_back(
        self, name: str, now: tuple[str, ...], written: tuple[str, ...], before: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        dialect = next((d for d in self.dialects if name in d.fields), None)
        return dialect.take_back(name, now, written, before) if dialect else None

    def label(self, name: str) -> str:
        """A field's name for people."""
        return next((d.label(name) for d in self.dialects if name in d.fields), name)

    def refused(self, edit: Fields) -> str:
        """Why a carrier would refuse an edit, as a sentence with advice; "" if it accepts it."""
        return next((why for dialect in self.dialects if (why := dialect.refused(edit))), "")

    def after(self, fields: Fields, declaration: Declaration) -> SuiteReading:
        """The consent that the fields state after the edit."""
        return self.read(self.edited(fields, self.edit(fields, declaration)))

    def losses(
        self, declaration: Declaration, settable: Collection[str] | None = None
    ) -> tuple[Loss, ...]:
        """What each dialect in this carrier cannot state as declared.

        Dialects that are only read have no losses: nothing is written in them.
        """
        written = self._written(settable)
        return tuple(loss for dialect in written for loss in dialect.losses(declaration))

    def party_losses(
        self, declaration: Declaration, settable: Collection[str] | None = None
    ) -> tuple[PartyLoss, ...]:
        """The partners with a licence whom each dialect in this carrier cannot name."""
        written = self._written(settable)
        return tuple(loss for dialect in written for loss in dialect.party_losses(declaration))

    def _written(self, settable: Collection[str] | None) -> Iterator[Dialect]:
        for dialect in self.dialects:
            there = settable is None or not set(dialect.fields).isdisjoint(settable)
            if there and not set(dialect.fields) <= set(dialect.read_only):
                yield dialect

    def _pairs(self, statements: Iterable[Statement]) -> list[tuple[Dialect, Statement]]:
        by_id = {dialect.id: dialect for dialect in self.dialects}
        return [(by_id[statement.dialect], statement) for statement in statements]

    def _statement(self, dialect: Dialect, fields: Fields) -> Statement | None:
        raw = {name: fields[name] for name in dialect.fields if name in fields}
        if not raw:
            return None
        try:
            says = dialect.decode(raw)
            conflicts = _conflicting(dialect.consents_by_value(raw))
        except DialectError as error:
            return Statement(dialect.id, dialect.name, Consent(), raw, error.sentence)
        if not says:
            return None
        return Statement(dialect.id, dialect.name, says, raw, conflicts=conflicts)


_Pairs = Sequence[tuple[Dialect, Statement]]


def _stated(pairs: _Pairs) -> Iterator[Consent]:
    """The most expressive statement, and what it does not explain of the others."""
    full = next((statement.says for _, statement in pairs if statement.says), Consent())
    yield full
    for dialect, statement in pairs:
        explained = statement.says == _implied(dialect, full)
        news = {u: p for u, p in statement.says.items() if not explained or u not in full}
        yield Consent(news)


def _not_replaced(pairs: _Pairs) -> _Pairs:
    """The statements without answers that another dialect overrides differently."""
    if not any(dialect.supersedes for dialect, _ in pairs):
        return pairs
    return [
        (dialect, replace(statement, says=_left(statement, pairs))) for dialect, statement in pairs
    ]


def _left(statement: Statement, pairs: _Pairs) -> Consent:
    replaced = {
        use
        for dialect, other_dialect in pairs
        if statement.dialect in dialect.supersedes
        if other_dialect.says != _implied(dialect, statement.says)
        for use in other_dialect.says
    }
    return Consent({use: p for use, p in statement.says.items() if use not in replaced})


def _conflicting(consents: Iterable[Consent]) -> frozenset[Use]:
    """The uses with more than one answer."""
    answers = {(use, answer) for consent in consents for use, answer in consent.items()}
    uses = [use for use, _ in answers]
    return frozenset(use for use in uses if uses.count(use) > 1)


@lru_cache(maxsize=4096)
def _implied(dialect: Dialect, consent: Consent) -> Consent:
    return dialect.decode(dialect.encode(Declaration(consent)))
