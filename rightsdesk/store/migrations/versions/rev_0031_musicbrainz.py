"""MusicBrainz ids of artists, releases and recordings, where tags or another library name them."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

COLUMN = "musicbrainz_id"


def upgrade() -> None:
    """Not known so far: a scan learns them from new and changed files."""
    for table in ("artists", "releases", "recordings"):
        op.add_column(table, sa.Column(COLUMN, sa.String(), nullable=False, server_default=""))
