"""Letters that a person wrote, and when they were sent and answered."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Letters outlive the artist that they are about."""
    artist = sa.ForeignKey("artists.id", ondelete="SET NULL", name="fk_letters_artist_id")
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("artist_id", sa.Integer(), artist),
        sa.Column("artist", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False, server_default=""),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.String(), nullable=False),
        sa.Column("sent_on", sa.String(), nullable=False, server_default=""),
        sa.Column("answered_on", sa.String(), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letters_artist_id", "letters", ["artist_id"])
