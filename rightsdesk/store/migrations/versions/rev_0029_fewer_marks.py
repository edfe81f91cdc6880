"""Cheaper inserts of recordings and files: fewer marks for the search, no index twice.

New recordings are known by their ids, which are above those of all texts (`store.search`), so only
other inserts are marked. Two indexes were the beginning of a longer one, which serves as well:
(artist_id) of (artist_id, isrc), and (release_id) of (release_id, disc, track, title, artist_id).
"""

from alembic import op

revision = "0029"
down_revision = "0028"

_NEWEST = "(SELECT coalesce(max(recording_id), 0) FROM search_texts)"

TRIGGERS = {
    f"search_{table}_insert": (
        f"CREATE TRIGGER search_{table}_insert AFTER INSERT ON {table} "
        f"WHEN NEW.{number} <= {_NEWEST} "
        f"BEGIN INSERT INTO search_stale (recording_id) VALUES (NEW.{number}); END"
    )
    for table, number in (("recordings", "id"), ("files", "recording_id"))
}
"""The two triggers of revision 0019 that are replaced, by name."""


def upgrade() -> None:
    """Replace both triggers, and drop both indexes."""
    for name, trigger in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}")
        op.execute(trigger)
    for column in ("artist_id", "release_id"):
        op.drop_index(f"ix_recordings_{column}", "recordings")
