"""Call a consent so where it was called wanted, and wishes."""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Open jobs keep the consent that they were agreed to with, and decisions can be undone."""
    op.alter_column("changes", "wanted", new_column_name="consent")
    op.execute(
        "UPDATE health_decisions SET before = json_remove("
        "json_set(before, '$.consents', json_extract(before, '$.wishes')), '$.wishes') "
        "WHERE json_valid(before) AND json_type(before, '$.wishes') = 'array'"
    )
