"""Add changes of which nothing is left, and overwritten unconfirmed changes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_WRITTEN_OVER = "Written over by a later job before it was confirmed."


def upgrade() -> None:
    """No undo has recorded this so far. Overwritten changes are not failures."""
    op.add_column(
        "changes", sa.Column("nothing_left", sa.Boolean(), nullable=False, server_default="0")
    )
    changes = sa.table("changes", sa.column("state", sa.String), sa.column("problem", sa.Text))
    written_over = sa.update(changes).where(changes.c.problem == _WRITTEN_OVER)
    op.execute(written_over.where(changes.c.state == "failed").values(state="overwritten"))
