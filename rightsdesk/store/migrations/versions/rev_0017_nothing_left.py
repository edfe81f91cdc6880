"""Which changes nothing is left of, and which were written over before they were confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_WRITTEN_OVER = "Written over by a later job before it was confirmed."


def upgrade() -> None:
    """No undo has noted it so far. What was written over is no failure."""
    op.add_column(
        "changes", sa.Column("nothing_left", sa.Boolean(), nullable=False, server_default="0")
    )
    changes = sa.table("changes", sa.column("state", sa.String), sa.column("problem", sa.Text))
    written_over = sa.update(changes).where(changes.c.problem == _WRITTEN_OVER)
    op.execute(written_over.where(changes.c.state == "failed").values(state="overwritten"))
