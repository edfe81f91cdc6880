"""Search texts, and what releases need to be found and grouped: year, label, catalogue number."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_ORDER = ["release_id", "disc", "track", "title", "artist_id"]
_STALE = "INSERT INTO search_stale (recording_id)"
_TRIGGERS = {
    "recordings_insert": (
        "AFTER INSERT ON recordings",
        f"{_STALE} VALUES (NEW.id)",
    ),
    "recordings_update": (
        "AFTER UPDATE OF title, performer, isrc, artist_id, release_id ON recordings",
        f"{_STALE} VALUES (NEW.id)",
    ),
    "releases_update": (
        "AFTER UPDATE OF title, upc, year, label, catalogue_number ON releases",
        f"{_STALE} SELECT id FROM recordings WHERE release_id = NEW.id",
    ),
    "artists_update": (
        "AFTER UPDATE OF name ON artists",
        f"{_STALE} SELECT id FROM recordings WHERE artist_id = NEW.id",
    ),
    "files_insert": (
        "AFTER INSERT ON files WHEN NEW.recording_id IS NOT NULL",
        f"{_STALE} VALUES (NEW.recording_id)",
    ),
    "files_update": (
        "AFTER UPDATE OF recording_id, path ON files "
        "WHEN OLD.recording_id IS NOT NEW.recording_id OR OLD.path != NEW.path",
        f"{_STALE} SELECT OLD.recording_id WHERE OLD.recording_id IS NOT NULL "
        "UNION SELECT NEW.recording_id WHERE NEW.recording_id IS NOT NULL",
    ),
    "files_delete": (
        "AFTER DELETE ON files WHEN OLD.recording_id IS NOT NULL",
        f"{_STALE} VALUES (OLD.recording_id)",
    ),
}


TRIGGERS = {
    f"search_{name}": f"CREATE TRIGGER search_{name} {when} BEGIN {what}; END"
    for name, (when, what) in _TRIGGERS.items()
}
"""Name → SQL, exactly as SQLite stores it. Backups may contain these triggers and no others."""


def upgrade() -> None:
    """All recordings are marked: the transaction that migrates makes their texts."""
    op.add_column("releases", sa.Column("year", sa.Integer(), nullable=False, server_default="0"))
    for name in ("label", "catalogue_number"):
        op.add_column("releases", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "search_texts",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_search_texts_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_search_texts")),
    )
    op.create_table(
        "search_stale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_stale")),
    )
    op.create_index("ix_recordings_order", "recordings", _ORDER)
    for trigger in TRIGGERS.values():
        op.execute(trigger)
    op.execute(f"{_STALE} SELECT id FROM recordings")
