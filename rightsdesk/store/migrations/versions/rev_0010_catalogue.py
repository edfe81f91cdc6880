"""Add what files state of their recordings, files of several artists, and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_KEPT = (
    *("id", "artist_id", "recording_id", "path", "container", "identity", "fields", "says"),
    *("problem", "seen_at", "since", "essence", "missing", "drift", "settable", "signed"),
)
_SIDECAR = ("id", "file_id", "path", "identity", "fields", "says", "problem", "seen_at", "since")


def upgrade() -> None:
    """What files state of their recordings is unknown: the next scan reads it.

    SQLite cannot drop the rule that a path has one row, so both tables are rebuilt. Sidecars are
    saved first, because deleting files deletes their sidecars.
    """
    op.add_column(
        "recordings", sa.Column("titled", sa.Boolean(), nullable=False, server_default="1")
    )
    columns = ", ".join(_SIDECAR)
    op.execute(f"CREATE TEMP TABLE sidecars_aside AS SELECT {columns} FROM sidecars")
    op.drop_table("sidecars")
    for name in ("artist_id", "recording_id"):
        op.drop_index(op.f(f"ix_files_{name}"), "files")
    op.create_table(
        "files_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("artist_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("container", "identity")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("fields", "says", "problem")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("seen_at", "since")),
        sa.Column("essence", sa.String(), nullable=True),
        sa.Column("missing", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False, server_default="")
            for name in ("drift", "settable", "signed", "tags")
        ),
        sa.Column("decided", sa.String(), nullable=False, server_default=""),
        sa.Column("shared", sa.Boolean(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name=op.f("fk_files_artist_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recordings.id"],
            name=op.f("fk_files_recording_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("path", "artist_id", name=op.f("uq_files_path")),
    )
    columns = ", ".join(_KEPT)
    op.execute(f"INSERT INTO files_anew ({columns}) SELECT {columns} FROM files")
    op.drop_table("files")
    op.rename_table("files_anew", "files")
    for name in ("artist_id", "recording_id"):
        op.create_index(op.f(f"ix_files_{name}"), "files", [name])
    partial = {
        "ix_files_untold": ("artist_id", "tags = ''"),
        "ix_files_shared": ("path", "shared"),
        "ix_files_decided": ("decided", "decided != ''"),
    }
    for name, (column, where) in partial.items():
        op.create_index(name, "files", [column], sqlite_where=sa.text(where))
    op.create_table(
        "sidecars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("fields", "says", "problem")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("seen_at", "since")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_sidecars_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sidecars")),
        sa.UniqueConstraint("path", "file_id", name=op.f("uq_sidecars_path")),
    )
    op.create_index(op.f("ix_sidecars_file_id"), "sidecars", ["file_id"])
    columns = ", ".join(_SIDECAR)
    op.execute(f"INSERT INTO sidecars ({columns}) SELECT {columns} FROM sidecars_aside")
    op.execute("DROP TABLE sidecars_aside")
    op.create_table(
        "health_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_at", sa.String(), nullable=False),
        sa.Column("undone_at", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_decisions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_health_decisions_finding"), "health_decisions", ["finding"])
