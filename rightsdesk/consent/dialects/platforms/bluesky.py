"""Bluesky: a person's AI preferences as a record of the AT Protocol.

Source: lexicon `community.lexicon.preference.ai` (added 2026-04-25). It has four members, each with
`allow`. A missing member states nothing; there is no “ask me”. The record covers the account, not a
track, and nothing enforces it. Also read: `org.user-intents.declaration` of Bluesky's proposal
0008, which never became a lexicon, so it is not written.
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
from rightsdesk.sentences import worded

LEXICON = "community.lexicon.preference.ai"
INTENTS = "org.user-intents.declaration"
MEMBERS = {
    "training": (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    "inference": (Use.AI_INPUT,),
    "syntheticContent": (Use.LIKENESS,),
    "embedding": (Use.DATA_MINING,),
}
NO_GRANT = "embedding"
"""Embedding is only a part of mining: refusing it reads as no, allowing it grants nothing."""

AFFECTED = {NO_GRANT: (Use.SEARCH, Use.RECOMMENDATION)}
"""Uses that an answer also decides. The lexicon's `embedding` is "vector embeddings or semantic
indexing": a no also stops discovery by meaning, a yes allows it. So yes is written only if search
and recommendations are allowed too."""

SCOPES = ("globalScope", "entityScope", "collectionScope")
_NO_DATE = datetime.date(1970, 1, 1)
UNDATED = f"{_NO_DATE}T00:00:00.000Z"
"""The date of an undated declaration. The writer of the record puts the current time there."""


class BlueskyAi(Dialect):
    """The record for the whole account (`globalScope`, record key `self`), as JSON."""

    id = "bluesky-ai"
    name = "Bluesky"
    fields = (LEXICON,)

    def encode(self, declaration: Declaration) -> Fields:
        """The record, with the declaration's date (it should have one)."""
        record = self._record({}, declaration)
        return {LEXICON: (write_json(record),)} if record else {}

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the records. A record for some readers or collections grants nothing.

        Raises DialectError if a record does not follow its lexicon.
        """
        return strictest(
            consents
            for text in fields.get(LEXICON, ())
            for consents in _stated(parse_object(text, self.name))
        )

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """A new record only if an answer changes; unchanged answers keep their date.

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
        that someone gave since stay, and so do the overrides."""
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
        """The notes that it covers the account, and what else a no to embedding stops."""
        whole = "On Bluesky this applies to your whole account, not to single tracks."
        if one_bit(declaration.consent, MEMBERS["embedding"]) is not False:
            return (whole,)
        return (
            whole,
            "On Bluesky, no to data mining also stops discovery by meaning (semantic search and "
            "recommendations), because it forbids embedding.",
        )

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """Names the readers for whom an override allows or refuses something different."""
        if readable(self, fields) is None:
            return ()
        records = [parse_object(text, self.name) for text in fields.get(LEXICON, ())]
        general: dict[str, bool] = {}
        for record in records:
            if is_general(record):
                general.update(_answers(record))
        sentences = []
        for record in records:
            if not is_general(record):
                scope = record["scope"]
                whom = text_of(scope, "entity") or text_of(scope, "collection")
                answers = {n: a for n, a in _answers(record).items() if general.get(n) is not a}
                for allow in (True, False):
                    uses = [u for n, a in answers.items() if a is allow for u in MEMBERS[n]]
                    if uses:
                        sentences.append(_override(whom[:60], allow, uses))
        return tuple(sentences)

    def shown(self, value: str) -> str:
        """The value without the dates that the writer of the record puts there."""
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
        """Synthetic content means generative training; a bulk dataset means mining.

        The proposal excludes recommendation and other training. Allowing a bulk dataset is less
        than allowing mining, so only a refusal of it is read.
        """
        return strictest(
            consents
            for text in fields.get(INTENTS, ())
            for consents in _intents(parse_object(text, self.name))
        )

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Why it is not written."""
        return ("This is a proposal that RightsDesk reads but does not write.",)


def _dated(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record's content without the dates that it does not have yet."""
    return {
        name: _dated(value) if isinstance(value, Mapping) else value
        for name, value in record.items()
        if not (name == "updatedAt" and value == UNDATED)
    }


def is_general(record: Mapping[str, Any]) -> bool:
    """Whether a record covers the whole account, for all readers. Raises DialectError."""
    return _scope(record) == SCOPES[0]


def _override(whom: str, allow: bool, uses: list[Use]) -> str:
    """A sentence about an override; `whom` is "" if the record does not name its readers."""
    if allow:
        return worded(
            "For {whom} alone, a record allows {uses}."
            if whom
            else "For some readers, a record allows {uses}.",
            whom=whom,
            uses=listed(uses),
        )
    return worded(
        "For {whom} alone, a record refuses {uses}."
        if whom
        else "For some readers, a record refuses {uses}.",
        whom=whom,
        uses=listed(uses),
    )


def _stated(record: Mapping[str, Any]) -> Iterator[Consent]:
    general = _scope(record) == SCOPES[0]
    for name, allow in _answers(record).items():
        if not allow:
            stopped = (*MEMBERS[name], *AFFECTED.get(name, ()))
            yield Consent(dict.fromkeys(stopped, Permission.PROHIBITED))
        elif general and name != NO_GRANT:
            yield Consent(dict.fromkeys(MEMBERS[name], Permission.ALLOWED))


def _scope(record: Mapping[str, Any]) -> str:
    """The record's scope, written in full or with `#` alone."""
    if record.get("$type", LEXICON) != LEXICON:
        raise DialectError("The Bluesky record is of another kind.")
    kind = as_object(record.get("scope"), "Bluesky").get("$type")
    name = str(kind).removeprefix(LEXICON).removeprefix("#")
    if name not in SCOPES:
        raise DialectError("The Bluesky record does not say what it applies to.")
    return name


def _answers(record: Mapping[str, Any]) -> dict[str, bool]:
    preferences = as_object(record.get("preferences"), "Bluesky")
    return {name: _allow(preferences[name]) for name in MEMBERS if name in preferences}


def _allow(member: object) -> bool:
    preference = as_object(member, "Bluesky")
    allow = preference.get("allow")
    if not isinstance(allow, bool) or not isinstance(preference.get("updatedAt"), str):
        raise DialectError("The Bluesky record has an answer that can't be read.")
    return allow


def _intents(record: Mapping[str, Any]) -> Iterator[Consent]:
    for name, use in (
        ("syntheticContentGeneration", Use.GENERATIVE_TRAINING),
        ("bulkDataset", Use.DATA_MINING),
    ):
        allow = as_object(record.get(name, {}), "Bluesky").get("allow")
        if allow is not None and not isinstance(allow, bool):
            raise DialectError("The Bluesky record has an answer that can't be read.")
        if allow is False:
            yield Consent({use: Permission.PROHIBITED})
        elif allow and use is Use.GENERATIVE_TRAINING:
            yield Consent({use: Permission.ALLOWED})
