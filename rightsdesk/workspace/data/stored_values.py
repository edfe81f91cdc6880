"""Checks that every column holds values of the kind that RightsDesk writes there.

SQLite stores any value in any column, so a file whose pages are sound can still hold others: bytes
that turned over inside a value, or an edit by another program. Such a value may mean anything, so
the database counts as damaged, as a whole. SQLite compares, one pass for each table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table

from rightsdesk.changes.types import JobKind
from rightsdesk.consent import Permission, Preset, Use
from rightsdesk.sentence_data import MARK
from rightsdesk.sentences import worded
from rightsdesk.store.database import DamagedDatabase, Database
from rightsdesk.store.deeds import DeedKind
from rightsdesk.store.schema import metadata
from rightsdesk.store.sentence_text import SentenceText
from rightsdesk.workspace.types.findings import DecisionKind
from rightsdesk.workspace.types.scopes import ScopeKind


@dataclass(frozen=True, slots=True)
class TextForm:
    """The form of a text: SQL that is true for it, where `@` is the column.

    `json`: the text is a JSON document. `empty`: it may be "", for "none" or "not yet".
    """

    test: str
    json: bool = False
    empty: bool = False

    def sql(self, place: str) -> str:
        """SQL for: the text in a column has this form."""
        # CASE is evaluated in its order; SQLite's JSON functions fail for what is no JSON.
        no_json = f"WHEN NOT json_valid({place}) THEN 0 " if self.json else ""
        empty = f"WHEN {place} = '' THEN {int(self.empty)} "
        return f"CASE {empty}{no_json}ELSE {self.test.replace('@', place)} END"


def _one_of(kind: type[StrEnum]) -> TextForm:
    return TextForm(f"@ IN ({_quoted(kind)})")


def _quoted(values: type[StrEnum]) -> str:
    return ", ".join(f"'{value.value}'" for value in values)


def _inside(condition: str, *, of: str = "@", function: str = "json_each") -> str:
    """SQL for: everything in a JSON document fulfils a condition."""
    return f"NOT EXISTS (SELECT 1 FROM {function}({of}) AS j WHERE j.id > 0 AND NOT ({condition}))"


_ANSWERS = f"j.key IN ({_quoted(Use)}) AND j.value IN ({_quoted(Permission)})"
_TEXTS = _inside("j.type = 'text'")
_LISTS_OF_TEXT = _inside(
    "j.type = CASE j.path WHEN '$' THEN 'array' ELSE 'text' END", function="json_tree"
)
_PAIRS_OF_NUMBERS = _inside(
    "CASE j.path WHEN '$' THEN j.type = 'array' AND json_array_length(j.value) = 2 "
    "ELSE j.type IN ('integer', 'real') END",
    function="json_tree",
)
_OBJECT, _LIST = "json_type(@) = 'object'", "json_type(@) = 'array'"

TIME = TextForm(
    "julianday(@) IS NOT NULL AND @ GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-*'", empty=True
)
JSON = TextForm("1", json=True)
OBJECT = TextForm(_OBJECT, json=True)
CONSENT = TextForm(f"{_OBJECT} AND {_inside(_ANSWERS)}", json=True)
CONSENT_IF_ANY = replace(CONSENT, empty=True)
FIELDS = TextForm(f"{_OBJECT} AND {_LISTS_OF_TEXT}", json=True)
TEXTS = TextForm(f"{_LIST} AND {_TEXTS}", json=True)
NAMES = TextForm(f"{_OBJECT} AND {_TEXTS}", json=True)
USES = TextForm(f"{_LIST} AND " + _inside(f"j.value IN ({_quoted(Use)})"), json=True)
CANDIDATES = TextForm(f"{_LIST} AND {_PAIRS_OF_NUMBERS}", json=True)
DESCRIPTION = TextForm(
    f"{_LIST} AND " + _inside("j.atom IS NOT NULL OR j.type = 'null'"), True, True
)
DRIFT = TextForm(
    f"{_OBJECT} AND json_type(@, '$.at') = 'text' AND json_type(@, '$.before') = 'object' AND "
    + _inside(_ANSWERS, of="@, '$.before'"),
    json=True,
    empty=True,
)
SUBJECT = TextForm(
    f"{_OBJECT} AND json_type(@, '$.carriers') = 'array' AND json_type(@, '$.text') = 'text' AND "
    "json_type(@, '$.preset') IS NOT NULL AND json_type(@, '$.continued') IS NOT NULL AND "
    f"coalesce(json_extract(@, '$.preset'), '') IN ('', {_quoted(Preset)}) AND "
    + _inside("j.type = 'array' AND json_array_length(j.value) = 2", of="@, '$.carriers'"),
    json=True,
)
AGREEMENT = TextForm(
    f"{_OBJECT} AND json_type(@, '$.partner') = 'text' AND json_type(@, '$.zone') = 'text' AND "
    "json_type(@, '$.territory') = 'text' AND json_type(@, '$.uses') = 'array' AND "
    + _inside(f"j.value IN ({_quoted(Use)})", of="@, '$.uses'"),
    json=True,
)
_MARKED, _WRITTEN = f"substr(@, 1, 1) = char({ord(MARK)})", "substr(@, 2)"
SENTENCE = TextForm(
    f"CASE WHEN NOT {_MARKED} THEN 1 WHEN NOT json_valid({_WRITTEN}) THEN 0 "
    f"ELSE json_type({_WRITTEN}) IN ('object', 'text') END",
    empty=True,
)
HASH = TextForm("length(@) = 64 AND @ NOT GLOB '*[^0-9a-f]*'")
SOURCE = TextForm("@ IN ('page', 'archive')")
SETTING = TextForm("name NOT IN ('last_item', 'last_job') OR @ NOT GLOB '*[^0-9]*'", empty=True)
FORMS: Mapping[str, TextForm] = {
    "artists.former_sentences": TEXTS,
    "artists.created_at": TIME,
    "files.fields": FIELDS,
    "files.says": CONSENT,
    "files.seen_at": TIME,
    "files.since": TIME,
    "files.drift": DRIFT,
    "files.tags": DESCRIPTION,
    "health_decisions.decision": _one_of(DecisionKind),
    "health_decisions.decided_at": TIME,
    "health_decisions.undone_at": TIME,
    "health_decisions.summary": OBJECT,
    "health_decisions.before": OBJECT,
    "sidecars.fields": FIELDS,
    "sidecars.says": CONSENT,
    "sidecars.seen_at": TIME,
    "sidecars.since": TIME,
    "consents.kind": _one_of(ScopeKind),
    "consents.consent": CONSENT,
    "consents.set_at": TIME,
    "accounts.checked_at": TIME,
    "accounts.unread_since": TIME,
    "accounts.created_at": TIME,
    "items.fields": FIELDS,
    "items.says": CONSENT,
    "items.candidates": CANDIDATES,
    "items.seen_at": TIME,
    "items.since": TIME,
    "items.drift": DRIFT,
    "jobs.kind": _one_of(JobKind),
    "jobs.about": SUBJECT,
    "jobs.started_at": TIME,
    "jobs.finished_at": TIME,
    "jobs.due": replace(OBJECT, empty=True),
    "changes.before": CONSENT,
    "changes.after": CONSENT,
    "changes.edit": FIELDS,
    "changes.expected": FIELDS,
    "changes.widens": USES,
    "changes.consent": CONSENT_IF_ANY,
    "changes.sent_at": TIME,
    "settings.value": SETTING,
    "attestations.attested_at": TIME,
    "attestations.remind_at": TIME,
    "attestations.withdrawn_at": TIME,
    "licences.agreement": AGREEMENT,
    "licences.ended_at": TIME,
    "licences.added_at": TIME,
    "letters.written_at": TIME,
    "letters.sent_on": TIME,
    "letters.answered_on": TIME,
    "licence_scopes.kind": _one_of(ScopeKind),
    "deeds.at": TIME,
    "deeds.kind": _one_of(DeedKind),
    "deeds.names": NAMES,
    "deeds.before": JSON,
    "deeds.after": JSON,
    "deeds.hash": HASH,
    "stamps.kind": TextForm("@ IN ('rfc3161', 'opentimestamps')"),
    "stamps.hash": HASH,
    "stamps.made_at": TIME,
    "stamps.upgraded_at": TIME,
    "terms_texts.sha256": HASH,
    "terms_versions.source": SOURCE,
    "terms_versions.fetched_sha256": HASH,
    "terms_versions.text_sha256": replace(HASH, empty=True),
    "terms_versions.first_seen": TIME,
    "terms_versions.last_seen": TIME,
    "terms_sources.source": SOURCE,
    "terms_sources.checked_at": TIME,
    "terms_sources.tried_at": TIME,
    "terms_sources.unread_since": TIME,
    "terms_alarms.judgement": OBJECT,
    "terms_alarms.concerned": OBJECT,
    "terms_alarms.raised_at": TIME,
    "terms_alarms.answer": TextForm("@ IN ('noted', 'choice-changed', 'ask-again')", empty=True),
    "terms_alarms.answered_at": TIME,
    "terms_alarms.ask_at": TIME,
    "terms_alarms.back_at": TIME,
}
"""The form of the texts in a column. All others are free: titles, addresses, plain sentences.

Columns of the type `SentenceText` have the form `SENTENCE`."""


_LENIENT = frozenset({"limits"})
"""Tables whose readers ignore what they can't read: a lost wait does little harm."""


def check_values(database: Database) -> None:
    """Check all values, and that all rows refer to existing ones. Raises Damaged.

    Takes about half a second for 100,000 files, or for the changes of as many.
    """
    with database.read() as connection:
        tables = (table for table in metadata.sorted_tables if table.name not in _LENIENT)
        for table in tables:
            for query in _queries(table):
                if (found := connection.exec_driver_sql(query).scalar()) is not None:
                    detail = worded(
                        "“{column}” in the table “{table}” has a value that RightsDesk did not "
                        "write",
                        column=found,
                        table=table.name,
                    )
                    raise DamagedDatabase(database.path, detail)
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            child, _, parent, _ = lost
            detail = worded(
                "a row in the table “{table}” refers to a row of “{other}” that is missing",
                table=child,
                other=parent,
            )
            raise DamagedDatabase(database.path, detail)


def _queries(table: Table) -> Iterator[str]:
    """Queries for the name of a column with a value that does not belong there."""
    plain = []
    for column in table.columns:
        of_type = SENTENCE if isinstance(column.type, SentenceText) else None
        form = FORMS.get(f"{table.name}.{column.name}", of_type)
        test = _sound(column, form)
        if form is None or not form.json:
            plain.append(f"WHEN ({test}) IS NOT 1 THEN '{column.name}'")
        else:  # a hundred thousand rows hold few different documents
            values = f'(SELECT DISTINCT "{column.name}" FROM "{table.name}")'
            yield f"SELECT '{column.name}' FROM {values} WHERE ({test}) IS NOT 1 LIMIT 1"
    values = f'(SELECT CASE {" ".join(plain)} END AS wrong FROM "{table.name}")'
    yield f"SELECT wrong FROM {values} WHERE wrong IS NOT NULL LIMIT 1"


def _sound(column: Column[Any], form: TextForm | None) -> str:
    """SQL for: the value is one that RightsDesk writes."""
    place = f'"{column.name}"'
    test = f"typeof({place}) = '{_storage(column)}'"
    if isinstance(column.type, Boolean):
        test += f" AND {place} IN (0, 1)"
    if form is not None:
        test += f" AND {form.sql(place)}"
    return f"{place} IS NULL OR ({test})" if column.nullable else test


def _storage(column: Column[Any]) -> str:
    """SQLite's name for how the values of a column are stored."""
    if isinstance(column.type, Integer | Boolean):
        return "integer"
    return "blob" if isinstance(column.type, LargeBinary) else "text"
