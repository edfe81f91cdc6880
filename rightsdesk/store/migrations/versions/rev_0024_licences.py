"""Licences: what was agreed with partners, and the music that each covers."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

TRIGGERS = {
    f"licence_scopes_{table}_{name}": (
        f"CREATE TRIGGER licence_scopes_{table}_{name} AFTER {when} ON {table} "
        f"BEGIN UPDATE licence_scopes SET {what}; END"
    )
    for table, kind in (("recordings", "recording"), ("releases", "release"))
    for name, when, what in (
        (
            "gone",
            "DELETE",
            "owner_id = NULL, key = OLD.key, title = OLD.title "
            f"WHERE kind = '{kind}' AND owner_id = OLD.id",
        ),
        (
            "back",
            "INSERT",
            "owner_id = NEW.id WHERE owner_id IS NULL AND artist_id = NEW.artist_id "
            f"AND key = NEW.key AND kind = '{kind}'",
        ),
    )
}
"""The triggers that follow releases and recordings as they go and come back, by name."""


def upgrade() -> None:
    """Two empty tables. An id is never used again: the history names licences by it."""
    op.create_table(
        "licences",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_licences"),
        sqlite_autoincrement=True,
    )
    owners = ("licence", "artist")
    op.create_table(
        "licence_scopes",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(
            sa.Column(
                f"{owner}_id",
                sa.Integer(),
                sa.ForeignKey(
                    f"{owner}s.id", name=f"fk_licence_scopes_{owner}_id", ondelete="CASCADE"
                ),
                nullable=False,
            )
            for owner in owners
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer()),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_licence_scopes"),
    )
    for owner in owners:
        op.create_index(f"ix_licence_scopes_{owner}_id", "licence_scopes", [f"{owner}_id"])
    op.create_index("ix_licence_scopes_owner", "licence_scopes", ["kind", "owner_id"])
    gone = sa.text("owner_id IS NULL")
    op.create_index(
        "ix_licence_scopes_gone", "licence_scopes", ["artist_id", "key"], sqlite_where=gone
    )
    for trigger in TRIGGERS.values():
        op.execute(trigger)
