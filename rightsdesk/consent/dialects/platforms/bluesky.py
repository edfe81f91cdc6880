"""Bluesky: a person's AI preferences as a record of the AT Protocol.

Source: lexicon `community.lexicon.preference.ai` (added 2026-04-25). Four members, each
with `allow`; a member left out states nothing; there is no “ask me”. It is said for the
account, not for a track, and nothing enforces it.
Also read: `org.user-intents.declaration` of Bluesky's proposal 0008, which never became a
lexicon, so it is not written.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError, readable
from rightsdesk.consent.dialects.coarse import granted, one_bit
from rightsdesk.consent.dialects.documents import as_object, parse_object, text_of, write_json
from rightsdesk.consent.dialects.take_back import Values
from rightsdesk.consent.fields import Fields, difference
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.consent.words import listed

LEXICON = "community.lexicon.preference.ai"
INTENTS = "org.user-intents.declaration"
MEMBERS = {
    "training": (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    "inference": (Use.AI_INPUT,),
    "syntheticContent": (Use.LIKENESS,),
    "embedding": (Use.DATA_MINING,),
}
NO_GRANT = "embedding"
"""Embedding is only a part of mining: to forbid it reads as no, to allow it grants nothing."""

AFFECTED = {NO_GRANT: (Use.SEARCH, Use.RECOMMENDATION)}
"""What an answer decides besides. The lexicon's `embedding` is "vector embeddings or semantic
indexing": a no also stops discovery by meaning, a yes allows it. So yes is only said where search
and recommendations are allowed too."""

SCOPES = ("globalScope", "entityScope", "collectionScope")
_NO_DATE = datetime.date(1970, 1, 1)
UNDATED = f"{_NO_DATE}T00:00:00.000Z"
"""The date of what was declared without one: whoever writes the record puts the moment there."""


class BlueskyAi(Dialect):
    """The record for the whole account (`globalScope`, record key `self`), as JSON."""

    id = "bluesky-ai"
    name = "Bluesky"
    fields = (LEXICON,)

    def encode(self, declaration: Declaration) -> Fields:
        """The record, dated as the declaration (which ought to have a date)."""
        record = self._record({}, declaration)
        return {LEXICON: (write_json(record),)} if record else {}

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the records. One for some readers or collections grants nothing.

        Raises DialectError where a record is not as its lexicon asks.
        """
        return strictest(
            said
            for text in fields.get(LEXICON, ())
            for said in _said(parse_object(text, self.name))
        )

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """A new record only where an answer changes; answers that stay keep their date.

        The first value is the account's own record; overrides that follow it stay.
        """
        texts = fields.get(LEXICON, ())
        try:
            old = parse_object(texts[0], self.name) if texts else {}
            current = _answers(old) if _scope(old) == SCOPES[0] else None
        except DialectError:
            old, current = {}, None
        record = self._record(old if current is not None else {}, declaration)
        if current == (_answers(record) if record else {}) and bool(record) == bool(texts):
            return {}
        written = (write_json(record),) if record else ()
        return difference({LEXICON: texts}, {LEXICON: (*written, *texts[1:])})

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """The record with each answer that still is as it was written put back; the answers
        that somebody gave since stay, and so do the overrides."""
        try:
            records = [
                parse_object(values[0], self.name) if values else {}
                for values in (now, written, before)
            ]
            answers = [_answers(record) if record else {} for record in records]
        except DialectError:
            return None
        (held, then, old), (says, said_then, said_before) = records, answers
        ours = [
            member
            for member in MEMBERS
            if said_then.get(member) != said_before.get(member)
            and says.get(member) == said_then.get(member)
        ]
        if not held or not then or not ours:
            return None
        preferences = {n: v for n, v in held["preferences"].items() if n not in ours}
        former = old.get("preferences", {})
        preferences |= {member: former[member] for member in ours if member in former}
        if not preferences:
            return now[1:]
        return (write_json({**held, "preferences": preferences}), *now[1:])

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """That it is said for the account, and what else a no to embedding stops."""
        whole = "On Bluesky this is said for your whole account, not for single tracks."
        if one_bit(declaration.consent, MEMBERS["embedding"]) is not False:
            return (whole,)
        return (
            whole,
            "On Bluesky, no to data mining also stops discovery by meaning (semantic search and "
            "recommendations), for it forbids embedding.",
        )

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """Names for whom an override allows or refuses something else than the account does."""
        if readable(self, fields) is None:
            return ()
        records = [parse_object(text, self.name) for text in fields.get(LEXICON, ())]
        general: dict[str, bool] = {}
        for record in records:
            if is_general(record):
                general.update(_answers(record))
        told = []
        for record in records:
            if not is_general(record):
                scope = record["scope"]
                whom = text_of(scope, "entity") or text_of(scope, "collection") or "some"
                answers = {n: a for n, a in _answers(record).items() if general.get(n) is not a}
                for allow, word in ((True, "allows"), (False, "refuses")):
                    uses = [u for n, a in answers.items() if a is allow for u in MEMBERS[n]]
                    if uses:
                        told.append(f"For {whom[:60]} alone, a record {word} {listed(uses)}.")
        return tuple(told)

    def shown(self, value: str) -> str:
        """Without the dates that whoever writes the record puts there."""
        try:
            record = parse_object(value, self.name)
        except DialectError:
            return value
        return write_json(_dated(record))

    def _record(self, old: Mapping[str, Any], declaration: Declaration) -> dict[str, Any]:
        date = declaration.date or _NO_DATE
        now = f"{date.isoformat()}T00:00:00.000Z"
        before = old.get("preferences", {})
        preferences = {name: value for name, value in before.items() if name not in MEMBERS}
        for name, uses in MEMBERS.items():
            allow = one_bit(declaration.consent, uses)
            if allow and not granted(declaration.consent, AFFECTED.get(name, ())):
                allow = None
            if allow is not None:
                same = name in before and before[name]["allow"] is allow
                changed = {**before.get(name, {}), "allow": allow, "updatedAt": now}
                preferences[name] = before[name] if same else changed
        if not preferences:
            return {}
        return {
            **old,
            "$type": LEXICON,
            "updatedAt": now,
            "scope": {"$type": f"{LEXICON}#{SCOPES[0]}"},
            "preferences": preferences,
        }


class BlueskyIntents(Dialect):
    """`org.user-intents.declaration`, read only."""

    id = "bluesky-intents"
    name = "Bluesky user intents"
    fields = (INTENTS,)
    read_only = fields

    def encode(self, declaration: Declaration) -> Fields:
        """Nothing: the proposal was never adopted."""
        return {}

    def decode(self, fields: Fields) -> Consent:
        """Synthetic content stands for generative training; a bulk dataset for mining.

        Recommendation and other training are excluded by the proposal. To allow a bulk
        dataset is less than to allow mining, so only a refusal of it is read.
        """
        return strictest(
            said
            for text in fields.get(INTENTS, ())
            for said in _intents(parse_object(text, self.name))
        )

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Why it is not written."""
        return ("This is a proposal that RightsDesk reads but does not write.",)


def _dated(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is in a record, but for the dates that it does not have yet."""
    return {
        name: _dated(value) if isinstance(value, Mapping) else value
        for name, value in record.items()
        if not (name == "updatedAt" and value == UNDATED)
    }


def is_general(record: Mapping[str, Any]) -> bool:
    """Whether a record speaks for the whole account, to everybody. Raises DialectError."""
    return _scope(record) == SCOPES[0]


def _said(record: Mapping[str, Any]) -> Iterator[Consent]:
    general = _scope(record) == SCOPES[0]
    for name, allow in _answers(record).items():
        if not allow:
            stopped = (*MEMBERS[name], *AFFECTED.get(name, ()))
            yield Consent(dict.fromkeys(stopped, Permission.PROHIBITED))
        elif general and name != NO_GRANT:
            yield Consent(dict.fromkeys(MEMBERS[name], Permission.ALLOWED))


def _scope(record: Mapping[str, Any]) -> str:
    """Which scope it has. Written in full or with `#` alone: both are seen."""
    if record.get("$type", LEXICON) != LEXICON:
        raise DialectError("The Bluesky record is of another kind.")
    kind = as_object(record.get("scope"), "Bluesky").get("$type")
    name = str(kind).removeprefix(LEXICON).removeprefix("#")
    if name not in SCOPES:
        raise DialectError("The Bluesky record does not say for what it holds.")
    return name


def _answers(record: Mapping[str, Any]) -> dict[str, bool]:
    preferences = as_object(record.get("preferences"), "Bluesky")
    return {name: _allow(preferences[name]) for name in MEMBERS if name in preferences}


def _allow(member: object) -> bool:
    said = as_object(member, "Bluesky")
    allow = said.get("allow")
    if not isinstance(allow, bool) or not isinstance(said.get("updatedAt"), str):
        raise DialectError("The Bluesky record has an answer that cannot be read.")
    return allow


def _intents(record: Mapping[str, Any]) -> Iterator[Consent]:
    for name, use in (
        ("syntheticContentGeneration", Use.GENERATIVE_TRAINING),
        ("bulkDataset", Use.DATA_MINING),
    ):
        allow = as_object(record.get(name, {}), "Bluesky").get("allow")
        if allow is not None and not isinstance(allow, bool):
            raise DialectError("The Bluesky record has an answer that cannot be read.")
        if allow is False:
            yield Consent({use: Permission.PROHIBITED})
        elif allow and use is Use.GENERATIVE_TRAINING:
            yield Consent({use: Permission.ALLOWED})
