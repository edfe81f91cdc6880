"""A digest of each before-image, so that a damaged one is never undone with."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Of older images there is none: they are used as before."""
    op.add_column("changes", sa.Column("image_digest", sa.LargeBinary()))
