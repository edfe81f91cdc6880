"""The terms watch: texts, their versions, where they are read, and alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    """Four tables. Nothing was known before."""
    op.create_table(
        "terms_texts",
        _text("sha256"),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_terms_texts"),
    )
    op.create_table(
        "terms_versions",
        sa.Column("id", sa.Integer(), primary_key=True),
        *map(_text, ("platform", "document", "source", "address", "fetched_sha256", "text_sha256")),
        sa.Column("broken", sa.Text(), nullable=False),
        *map(_text, ("first_seen", "last_seen")),
        sa.Column("days", sa.Integer(), nullable=False, server_default="1"),
        _text("etag"),
        sa.PrimaryKeyConstraint("id", name="pk_terms_versions"),
        sqlite_autoincrement=True,
    )
    columns = ["platform", "document", "source", "id"]
    op.create_index("ix_terms_versions_document", "terms_versions", columns)
    op.create_table(
        "terms_sources",
        *map(_text, ("platform", "document", "source", "address", "checked_at", "tried_at")),
        *map(_text, ("etag", "last_modified", "unread_since")),
        sa.Column("unread_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "document", "source", name="pk_terms_sources"),
    )
    op.create_table(
        "terms_alarms",
        sa.Column("id", sa.Integer(), primary_key=True),
        *map(_text, ("platform", "document")),
        _version("old_id"),
        _version("new_id"),
        sa.Column("judgement", sa.Text(), nullable=False),
        sa.Column("concerned", sa.Text(), nullable=False),
        *map(_text, ("raised_at", "answer", "answered_at", "ask_at", "back_at")),
        sa.PrimaryKeyConstraint("id", name="pk_terms_alarms"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_terms_alarms_document", "terms_alarms", ["platform", "document"])


def _version(name: str) -> sa.Column[int]:
    key = sa.ForeignKey("terms_versions.id", name=f"fk_terms_alarms_{name}")
    return sa.Column(name, sa.Integer(), key, nullable=False)
