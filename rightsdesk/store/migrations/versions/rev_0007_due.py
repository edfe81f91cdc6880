"""Add when a job's open changes are due, and the settings of a data folder."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """No job resumes automatically so far, and nothing is set."""
    op.add_column("jobs", sa.Column("due", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
