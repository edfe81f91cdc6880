"""Rename the table of stored consents after its content."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.rename_table("wishes", "consents")


def downgrade() -> None:
    op.rename_table("consents", "wishes")
