"""Keep the cause of a failed change, so that failures can be grouped and mended by it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Of earlier failures only the sentence is known."""
    op.add_column("changes", sa.Column("cause", sa.String(), nullable=False, server_default=""))
