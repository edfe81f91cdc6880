"""Store a job's subject as values; its name is built from them."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_CONTINUED = " (continued)"


def upgrade() -> None:
    """Older jobs keep their words, without the words for the kind of job."""
    op.alter_column("jobs", "name", new_column_name="about")
    jobs = sa.table("jobs", sa.column("id", sa.Integer), sa.column("about", sa.String))
    connection = op.get_bind()
    for number, name in connection.execute(sa.select(jobs.c.id, jobs.c.about)).all():
        words = name.removeprefix("Undo: ").removeprefix("Redo: ")
        about = {
            "preset": None,
            "carriers": [],
            "text": words.replace(_CONTINUED, ""),
            "continued": _CONTINUED in words,
        }
        text = json.dumps(about, sort_keys=True, separators=(",", ":"))
        connection.execute(sa.update(jobs).where(jobs.c.id == number).values(about=text))
