"""The tables. Each change needs a migration; a test compares the two.

Times are ISO 8601 in UTC. Paths are the system's own bytes, since a name need not be valid text.
Consents and fields are small JSON documents with sorted keys. Sentences for people keep their form.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.store.enum_text import EnumText
from rightsdesk.store.sentence_text import SentenceText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owner(
    target: str, *, nullable: bool = False, ondelete: str = "CASCADE", index: bool = True
) -> Column[int]:
    name = f"{target.rstrip('s')}_id"
    key = ForeignKey(f"{target}.id", ondelete=ondelete)
    return Column(name, Integer, key, nullable=nullable, index=index)


artists = Table(
    "artists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),
    Column("rightsholder", String, nullable=False, default=""),
    Column("contact", String, nullable=False, default=""),
    Column("terms_url", String, nullable=False, default=""),
    Column("sentence", Text),
    Column("former_sentences", Text, nullable=False, default="[]"),
    Column("sidecars", Boolean, nullable=False, default=False, server_default="0"),
    Column("created_at", String, nullable=False),
    Column("musicbrainz_id", String, nullable=False, default="", server_default=""),
    sqlite_autoincrement=True,
)

folders = Table(
    "folders",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists"),
    Column("path", LargeBinary, nullable=False),
    UniqueConstraint("artist_id", "path"),
)

releases = Table(
    "releases",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists"),
    Column("key", String, nullable=False),
    Column("title", String, nullable=False),
    Column("upc", String, nullable=False, default=""),
    Column("year", Integer, nullable=False, default=0, server_default="0"),
    Column("label", String, nullable=False, default="", server_default=""),
    Column("catalogue_number", String, nullable=False, default="", server_default=""),
    Column("musicbrainz_id", String, nullable=False, default="", server_default=""),
    UniqueConstraint("artist_id", "key"),
)
"""`year` is 0 where no file names one."""

recordings = Table(
    "recordings",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists", index=False),
    _owner("releases", nullable=True, ondelete="SET NULL", index=False),
    Column("title", String, nullable=False),
    Column("performer", String, nullable=False, default=""),
    Column("disc", Integer, nullable=False, default=0),
    Column("track", Integer, nullable=False, default=0),
    Column("isrc", String, nullable=False, default=""),
    Column("duration_ms", Integer),
    Column("key", String, nullable=False),
    Column("titled", Boolean, nullable=False, default=True, server_default="1"),
    Column("musicbrainz_id", String, nullable=False, default="", server_default=""),
    UniqueConstraint("artist_id", "key"),
    Index("ix_recordings_isrc", "artist_id", "isrc"),
    Index("ix_recordings_order", "release_id", "disc", "track", "title", "artist_id"),
)
"""Both indexes begin with a key to another table, which so has no index of its own."""

search_texts = Table(
    "search_texts",
    metadata,
    Column(
        "recording_id", Integer, ForeignKey("recordings.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("text", Text, nullable=False),
    Column("codes", Text, nullable=False, server_default=""),
    Column("files", Text, nullable=False, server_default=""),
)
"""The texts that a search reads, a row for each recording: see `store.search`."""

search_stale = Table(
    "search_stale",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recording_id", Integer, nullable=False),
)
"""Recordings whose search text is out of date, except new ones. Triggers fill it (migrations 0019
and 0029)."""

PARTNER_MARKS = ("licensed=", "http://www.w3.org/ns/odrl")
"""Texts, one of which is in the fields of every carrier that names a partner with a licence."""

NAMES_PARTNERS = " OR ".join(f"instr(fields, '{mark}')" for mark in PARTNER_MARKS)
"""The same as a condition in SQL, for the indexes of these carriers."""

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists"),
    _owner("recordings", nullable=True, ondelete="SET NULL"),
    Column("path", LargeBinary, nullable=False),
    Column("container", String, nullable=False, default=""),
    Column("identity", String, nullable=False, default=""),
    Column("fields", Text, nullable=False, default="{}"),
    Column("says", Text, nullable=False, default="{}"),
    Column("problem", SentenceText, nullable=False, default=""),
    Column("seen_at", String, nullable=False, default=""),
    Column("since", String, nullable=False, default=""),
    Column("essence", String),
    Column("missing", Boolean, nullable=False, default=False),
    Column("drift", Text, nullable=False, default="", server_default=""),
    Column("settable", Text, nullable=False, default="", server_default=""),
    Column("signed", Text, nullable=False, default="", server_default=""),
    Column("tags", Text, nullable=False, default="", server_default=""),
    Column("decided", String, nullable=False, default="", server_default=""),
    Column("shared", Boolean, nullable=False, default=False, server_default="0"),
    UniqueConstraint("path", "artist_id"),
    Index("ix_files_untold", "artist_id", sqlite_where=text("tags = ''")),
    Index("ix_files_shared", "path", sqlite_where=text("shared")),
    Index("ix_files_decided", "decided", sqlite_where=text("decided != ''")),
    Index("ix_files_partners", "recording_id", sqlite_where=text(NAMES_PARTNERS)),
    Index("ix_files_unidentified", "artist_id", sqlite_where=text("identity = ''")),
    Index("ix_files_drift", "artist_id", sqlite_where=text("drift != ''")),
    Index("ix_files_missing", "recording_id", sqlite_where=text("missing = 1")),
    Index("ix_files_problem", "artist_id", sqlite_where=text("problem != ''")),
)
"""A file of several artists has one row for each artist, all with `shared` set.

`tags` is what the file states of its recording (`grouping.Described`), "" if not read yet.
`decided` is set if a person decided which files are one recording: see `health.decide`.
"""

health_decisions = Table(
    "health_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("decided_at", String, nullable=False),
    Column("undone_at", String, nullable=False, default=""),
    Column("summary", Text, nullable=False),
    Column("before", Text, nullable=False),
    Index("ix_health_decisions_finding", "finding"),
    sqlite_autoincrement=True,
)

sidecars = Table(
    "sidecars",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("files"),
    Column("path", LargeBinary, nullable=False),
    Column("identity", String, nullable=False),
    Column("fields", Text, nullable=False, default="{}"),
    Column("says", Text, nullable=False, default="{}"),
    Column("problem", SentenceText, nullable=False, default=""),
    Column("seen_at", String, nullable=False),
    Column("since", String, nullable=False),
    UniqueConstraint("path", "file_id"),
)

stored_consents = Table(
    "consents",
    metadata,
    Column("kind", String, primary_key=True),
    Column("owner_id", Integer, primary_key=True),
    Column("consent", Text, nullable=False),
    Column("set_at", String, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists"),
    Column("platform", EnumText(CarrierId), nullable=False),
    Column("remote_id", String, nullable=False, default=""),
    Column("name", String, nullable=False, default=""),
    Column("url", String, nullable=False, default=""),
    Column("base_url", String, nullable=False, default=""),
    Column("auth_url", String, nullable=False, default=""),
    Column("client_id", String, nullable=False, default=""),
    Column("port", Integer, nullable=False, default=8765),
    Column("state", String, nullable=False, default="unchecked"),
    Column("problem", SentenceText, nullable=False, default=""),
    Column("checked_at", String, nullable=False, default=""),
    Column("unread_since", String, nullable=False, default="", server_default=""),
    Column("unread_why", SentenceText, nullable=False, default="", server_default=""),
    Column("lacks", Text, nullable=False, default="", server_default=""),
    Column("created_at", String, nullable=False),
    Column("reading", Text, nullable=False, default="", server_default=""),
    UniqueConstraint("artist_id", "platform", "base_url", "remote_id"),
    sqlite_autoincrement=True,
)

secrets = Table(
    "secrets",
    metadata,
    Column("account_id", Integer, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

limits = Table(
    "limits",
    metadata,
    Column("key", String, primary_key=True),
    Column("state", Text, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("accounts"),
    _owner("recordings", nullable=True, ondelete="SET NULL"),
    Column("remote_id", String, nullable=False),
    Column("reach", String, nullable=False, default="item", server_default="item"),
    Column("title", String, nullable=False, default=""),
    Column("performer", String, nullable=False, default=""),
    Column("isrc", String, nullable=False, default=""),
    Column("duration_ms", Integer),
    Column("url", String, nullable=False, default=""),
    Column("fields", Text, nullable=False, default="{}"),
    Column("says", Text, nullable=False, default="{}"),
    Column("stamp", String, nullable=False, default=""),
    Column("matched", String, nullable=False, default=""),
    Column("candidates", Text, nullable=False, default="[]"),
    Column("problem", SentenceText, nullable=False, default=""),
    Column("seen_at", String, nullable=False, default=""),
    Column("since", String, nullable=False, default=""),
    Column("gone", Boolean, nullable=False, default=False),
    Column("drift", Text, nullable=False, default="", server_default=""),
    UniqueConstraint("account_id", "remote_id"),
    Index("ix_items_whole", "account_id", sqlite_where=text("reach != 'item'")),
    Index("ix_items_partners", "account_id", sqlite_where=text(NAMES_PARTNERS)),
    Index("ix_items_drift", "account_id", sqlite_where=text("drift != ''")),
    Index("ix_items_problem", "account_id", sqlite_where=text("problem != ''")),
)

PERSON, REFUSED, ASK, OWN = "person", "refused", "ask", "own"
"""How an item was linked to a recording (`items.matched`).

`PERSON`: a person chose the recording. `REFUSED`: a person refused all similar recordings. `ASK`: a
person has to choose. `OWN`: the item resembles none and has its own recording. Other values name
the rule that found the link.
"""

former_items = Table(
    "former_items",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists"),
    Column("platform", String, nullable=False),
    Column("base_url", String, nullable=False),
    Column("login", String, nullable=False),
    Column("remote_id", String, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("finished_at", String, nullable=False, default=""),
    Column("undoes", Integer, ForeignKey("jobs.id")),
    Column("resumes", Integer, ForeignKey("jobs.id")),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("due", Text, nullable=False, default="", server_default=""),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("jobs"),
    Column("carrier", EnumText(CarrierId), nullable=False),
    Column("target_id", Integer, nullable=False),
    Column("locator", LargeBinary, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("edit", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("stamp", String, nullable=False),
    Column("widens", Text, nullable=False, default="[]"),
    Column("state", String, nullable=False),
    Column("problem", SentenceText, nullable=False, default=""),
    Column("cause", EnumText(Cause), nullable=False, default="", server_default=""),
    Column("before_image", LargeBinary),
    Column("image_digest", LargeBinary),
    Column("restores", Integer, ForeignKey("changes.id")),
    Column("consent", Text, nullable=False, default="", server_default=""),
    Column("sent", Boolean, nullable=False, default=False, server_default="0"),
    Column("sent_at", String, nullable=False, default="", server_default=""),
    Column("nothing_left", Boolean, nullable=False, default=False, server_default="0"),
    Index("ix_changes_state", "state"),
    Index("ix_changes_sent", "carrier", "target_id", sqlite_where=text("sent = 1")),
    sqlite_autoincrement=True,
)

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

attestations = Table(
    "attestations",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists"),
    Column("platform", String, nullable=False),
    Column("control", String, nullable=False),
    Column("value", String, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("attested_at", String, nullable=False),
    Column("remind_at", String, nullable=False),
    Column("withdrawn_at", String, nullable=False, default=""),
    sqlite_autoincrement=True,
)

licences = Table(
    "licences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partner", String, nullable=False),
    Column("agreement", Text, nullable=False),
    Column("ended_at", String, nullable=False, default=""),
    Column("added_at", String, nullable=False),
    sqlite_autoincrement=True,
)
"""`agreement` is JSON (`consent.licences.agreement`). `ended_at` is set if a person ended it
early."""

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("artists", nullable=True, ondelete="SET NULL"),
    Column("artist", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("language", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("address", String, nullable=False, default="", server_default=""),
    Column("subject", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("written_at", String, nullable=False),
    Column("sent_on", String, nullable=False, default="", server_default=""),
    Column("answered_on", String, nullable=False, default="", server_default=""),
    Column("note", Text, nullable=False, default="", server_default=""),
    sqlite_autoincrement=True,
)
"""`sent_on` and `answered_on` are days."""

licence_scopes = Table(
    "licence_scopes",
    metadata,
    Column("id", Integer, primary_key=True),
    _owner("licences"),
    _owner("artists"),
    Column("kind", String, nullable=False),
    Column("owner_id", Integer),
    Column("key", String, nullable=False, default=""),
    Column("title", String, nullable=False, default=""),
    Index("ix_licence_scopes_owner", "kind", "owner_id"),
    Index("ix_licence_scopes_gone", "artist_id", "key", sqlite_where=text("owner_id IS NULL")),
)
"""What a licence covers: an artist, a release or a recording, by kind and id.

While a release or recording is gone, `owner_id` is NULL, and `key` and `title` say which it was: it
may come back with a scan or an undo. Triggers do both, whoever deletes or inserts (migration
0024)."""

deeds = Table(
    "deeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("artist_id", Integer, index=True),
    Column("release_id", Integer),
    Column("recording_id", Integer),
    Column("account_id", Integer),
    Column("names", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("undoes", Integer, ForeignKey("deeds.id")),
    Column("job_id", Integer),
    Column("seat", String, nullable=False, default="", server_default=""),
    Column("format", Integer, nullable=False, default=1, server_default="1"),
    Column("hash", String, nullable=False, default="", server_default=""),
    Column("part_of", Integer, ForeignKey("deeds.id")),
    Index("ix_deeds_at", "at"),
    Index("ix_deeds_kind", "kind"),
    Index("ix_deeds_undoes", "undoes", sqlite_where=text("undoes IS NOT NULL")),
    Index("ix_deeds_job_id", "job_id", sqlite_where=text("job_id IS NOT NULL")),
    Index("ix_deeds_part_of", "part_of", sqlite_where=text("part_of IS NOT NULL")),
    Index("ix_deeds_recording", "recording_id", sqlite_where=text("recording_id IS NOT NULL")),
    sqlite_autoincrement=True,
)
"""Everything that was done, in its order. Rows are only ever added: triggers refuse the rest.

A deed outlives what it is about, so the ids are no foreign keys, and `names` keeps what things
were called. `before` and `after` are JSON; NULL is not known, or does not apply.
`hash` chains a deed to the one before it: see `ledger.chain`."""

deed_lists = Table(
    "deed_lists",
    metadata,
    Column("deed_id", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
"""Lists that are too long for a deed, in parts of compressed lines: see `store.deed_lists`.

Rows are only ever added: triggers refuse the rest."""

stamps = Table(
    "stamps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("source", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("query", LargeBinary, nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("upgraded_at", String, nullable=False, default="", server_default=""),
    sqlite_autoincrement=True,
)
"""Time stamps of the ledger's head: of the deed `number`, with this hash, as `source` gave them.

`query` and `reply` are the bytes as sent and received. Rows are never removed."""

terms_texts = Table(
    "terms_texts",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("text", LargeBinary, nullable=False),
)
"""Texts of terms, each once: UTF-8, compressed by zlib. The key is the SHA-256 of the UTF-8."""

terms_versions = Table(
    "terms_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String, nullable=False),
    Column("document", String, nullable=False),
    Column("source", String, nullable=False),
    Column("address", String, nullable=False),
    Column("fetched_sha256", String, nullable=False),
    Column("text_sha256", String, nullable=False, default=""),
    Column("broken", SentenceText, nullable=False, default=""),
    Column("first_seen", String, nullable=False),
    Column("last_seen", String, nullable=False),
    Column("days", Integer, nullable=False, default=1, server_default="1"),
    Column("etag", String, nullable=False, default=""),
    Index("ix_terms_versions_document", "platform", "document", "source", "id"),
    sqlite_autoincrement=True,
)
"""What each source of a document showed, a row for each change of it.

`broken` is why it is no whole text, "" if it is one. `fetched_sha256` is that of the bytes that
were fetched first. `days` counts the checks that saw it.
"""

terms_sources = Table(
    "terms_sources",
    metadata,
    Column("platform", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("address", String, nullable=False, default=""),
    Column("checked_at", String, nullable=False, default=""),
    Column("tried_at", String, nullable=False, default=""),
    Column("etag", String, nullable=False, default=""),
    Column("last_modified", String, nullable=False, default=""),
    Column("unread_since", String, nullable=False, default=""),
    Column("unread_why", SentenceText, nullable=False, default=""),
)
"""When each source of a document was read last, and since when it can't be read."""

terms_alarms = Table(
    "terms_alarms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String, nullable=False),
    Column("document", String, nullable=False),
    Column("old_id", Integer, ForeignKey("terms_versions.id"), nullable=False),
    Column("new_id", Integer, ForeignKey("terms_versions.id"), nullable=False),
    Column("judgement", Text, nullable=False),
    Column("concerned", Text, nullable=False),
    Column("raised_at", String, nullable=False),
    Column("answer", String, nullable=False, default=""),
    Column("answered_at", String, nullable=False, default=""),
    Column("ask_at", String, nullable=False, default=""),
    Column("back_at", String, nullable=False, default=""),
    Index("ix_terms_alarms_document", "platform", "document"),
    sqlite_autoincrement=True,
)
"""Changes in terms that alter what AI may do with uploads, each with a person's answer."""
