"""Add XMP sidecars next to audio files, and whether to create them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """No sidecars have been read, and none are created unless an artist asks for it."""
    op.add_column(
        "artists", sa.Column("sidecars", sa.Boolean(), nullable=False, server_default="0")
    )
    op.create_table(
        "sidecars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_sidecars_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sidecars")),
        sa.UniqueConstraint("path", name=op.f("uq_sidecars_path")),
    )
    op.create_index(op.f("ix_sidecars_file_id"), "sidecars", ["file_id"])
