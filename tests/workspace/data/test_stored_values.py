"""A database with intact pages but invalid values is damaged; this is not a bug of ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, String, Text

from rightsdesk.consent import Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.store.database import FILE_NAME, DamagedDatabase, Database
from rightsdesk.store.schema import metadata
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.data.stored_values import FORMS, check_values
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import SignIn, choose

FREE = {
    "artists": "name name_key rightsholder contact terms_url sentence musicbrainz_id",
    "releases": "key title upc label catalogue_number musicbrainz_id",
    "recordings": "title performer isrc key musicbrainz_id",
    "search_texts": "text codes files",
    "files": "container identity essence settable signed decided",
    "health_decisions": "finding",
    "sidecars": "identity",
    "accounts": "remote_id name url base_url auth_url client_id state lacks reading",
    "limits": "key state",
    "items": "remote_id reach title performer isrc url stamp matched",
    "former_items": "platform base_url login remote_id",
    "changes": "stamp state",
    "settings": "name",
    "attestations": "platform control value note",
    "licences": "partner",
    "licence_scopes": "key title",
    "letters": "artist kind language recipient address subject text note",
    "deeds": "who seat",
    "stamps": "source",
    "terms_versions": "platform document address etag",
    "terms_sources": "platform document address etag last_modified",
    "terms_alarms": "platform document",
}
"""Texts without a fixed form.

The code that reads `accounts.state`, `accounts.reading` and `limits.state` accepts other values.
"""

WRONG = {
    "jobs.kind": "'\u202etag'",
    "jobs.about": "'{}'",
    "jobs.due": "'[1]'",
    "jobs.started_at": "'yesterday'",
    "changes.before": '\'{"search":"perhaps"}\'',
    "changes.after": "'NaN'",
    "changes.edit": '\'{"tags":"noai"}\'',
    "changes.expected": "'1e999'",
    "changes.widens": "'[\"everything\"]'",
    "changes.consent": "'x'",
    "changes.sent": "2",
    "changes.locator": "'a text'",
    "changes.job_id": "999",
    "licences.agreement": '\'{"partner":"Klay"}\'',
    "licences.ended_at": "'soon'",
    "licence_scopes.kind": "'label'",
    "consents.kind": "'label'",
    "consents.consent": "printf('%.*c', 3000, '[')",
    "consents.owner_id": "'nine'",
    "files.says": "'[]'",
    "files.fields": "'{\"COPYRIGHT\":[1]}'",
    "files.tags": "'[[]]'",
    "files.drift": "'{\"at\":1}'",
    "files.seen_at": "x'ff'",
    "files.problem": "char(30) || '{'",
    "changes.problem": "char(30) || '[1]'",
    "accounts.unread_why": "x'ff'",
    "items.candidates": "'[3]'",
    "items.duration_ms": "9e999",
    "accounts.checked_at": "'2026-13-45T99:00:00+00:00'",
    "artists.former_sentences": "'{}'",
    "deeds.kind": "'other'",
    "deeds.names": "'null'",
    "deeds.after": "'{'",
    "settings.value": "'many'",
}


@pytest.fixture
def sound(workspace: Workspace, koval: Artist, sign_in: SignIn, isolated: Path) -> Path:
    """A database with rows in most tables, closed."""
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
    agreement = Agreement("Klay", frozenset({Use.AI_INPUT}))
    scope = Scope(ScopeKind.ARTIST, koval.id)
    workspace.licences.add(agreement, [scope], confirmed=agreement.uses)
    workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))
    workspace.close()
    return isolated


def test_each_text_column_has_a_form_or_is_free() -> None:
    free = {f"{table}.{name}" for table, names in FREE.items() for name in names.split()}
    of_text = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | Text) and not isinstance(column.type, LargeBinary)
    }
    assert free | FORMS.keys() == of_text  # others have the form of their type
    assert not free & FORMS.keys()


def test_values_written_by_the_program_are_valid(sound: Path) -> None:
    """Empty tables would prove nothing: each that `WRONG` damages has a row."""
    database = Database(sound / FILE_NAME)
    with database.read() as connection:
        for table in {place.partition(".")[0] for place in WRONG}:
            count = connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar()
            assert count, table
    check_values(database)
    database.close()


@pytest.mark.parametrize("place", WRONG)
def test_another_value_counts_as_damage(sound: Path, place: str) -> None:
    table, column = place.split(".")
    with closing(sqlite3.connect(sound / FILE_NAME)) as connection, connection:
        for name in ("folded", "unaccented"):
            connection.create_function(name, 1, lambda text: text)
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            connection.execute(f'DROP TRIGGER "{trigger}"')
        row = f"SELECT max(rowid) FROM {table}"
        done = connection.execute(
            f"UPDATE {table} SET {column} = {WRONG[place]} WHERE rowid = ({row})"
        )
        assert done.rowcount == 1
    with pytest.raises(DamagedDatabase) as caught:
        Workspace.open(sound)
    assert table in caught.value.sentence or "rows refer" in caught.value.sentence
    assert "Nothing is reported" in caught.value.untouched
