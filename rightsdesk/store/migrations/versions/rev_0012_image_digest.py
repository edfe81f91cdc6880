"""Add a digest of each before-image, so that no undo uses a damaged one."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Older images have no digest; they are used unchecked."""
    op.add_column("changes", sa.Column("image_digest", sa.LargeBinary()))
