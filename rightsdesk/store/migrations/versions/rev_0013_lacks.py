"""Which of the permissions that were asked for an account did not get."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Of accounts that are connected already it is not known: the next sign-in tells."""
    op.add_column("accounts", sa.Column("lacks", sa.Text(), nullable=False, server_default=""))
