"""Add since when an account could not be read, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """For an account with an expired sign-in, the time of noticing is known."""
    for name, kind in (("unread_since", sa.String()), ("unread_why", sa.Text())):
        op.add_column("accounts", sa.Column(name, kind, nullable=False, server_default=""))
    op.execute(
        "UPDATE accounts SET unread_since = checked_at, unread_why = problem "
        "WHERE state = 'reconnect'"
    )
