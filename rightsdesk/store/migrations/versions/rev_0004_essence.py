"""What a file's audio was before RightsDesk first changed the file: a digest, or unknown."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Files that were changed before now have none."""
    op.add_column("files", sa.Column("essence", sa.String(), nullable=True))
