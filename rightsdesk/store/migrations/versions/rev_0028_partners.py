"""Find the few files and items that name a partner without reading all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

NAMED = "instr(fields, 'licensed=') OR instr(fields, 'http://www.w3.org/ns/odrl')"


def upgrade() -> None:
    """An index of nothing but these, for each of both tables."""
    op.create_index("ix_files_partners", "files", ["recording_id"], sqlite_where=sa.text(NAMED))
    op.create_index("ix_items_partners", "items", ["account_id"], sqlite_where=sa.text(NAMED))
