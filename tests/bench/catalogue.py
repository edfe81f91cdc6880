"""A catalogue of any size in a store, without files: recordings × eight carriers.

`python -m tests.bench.catalogue DATA NUMBER` makes the store.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.store import texts
from rightsdesk.store.bulk import insertion, write_many
from rightsdesk.store.database import Database
from rightsdesk.store.schema import accounts, artists, files, items, recordings, releases
from rightsdesk.store.schema import stored_consents as consents
from rightsdesk.workspace import Workspace

PLATFORMS = ("soundcloud", "youtube", "bluesky", "wordpress", "peertube", "funkwhale", "audius")
ON_A_RELEASE = 10
SINCE, CHOSEN, DRIFTED = (
    "2026-05-01T12:00:00+00:00",
    "2026-05-12T12:00:00+00:00",
    "2026-11-21T12:00:00+00:00",
)
_WORDS = "harbour lantern kettle tape night ferry marrow spoon rain tin paper moon salt signal"


def fill(database: Database, number: int, *, artists_number: int = 40) -> None:
    """Write this many recordings, each with a file and seven items, the same in every run."""
    chance = random.Random(2026)
    words = _WORDS.split()
    no_ai = texts.dump_consent(PRESETS[Preset.NO_AI])
    wide = texts.dump_consent(PRESETS[Preset.OPEN])
    now = texts.now()

    def name() -> str:
        return " ".join(chance.choice(words).title() for _ in range(2))

    def says() -> tuple[str, str]:
        kind = chance.random()
        if kind < 0.7:
            return no_ai, DRIFTED
        return (wide, DRIFTED) if kind < 0.8 else ("{}", SINCE)

    people = range(1, artists_number + 1)
    owner = {album: album % artists_number + 1 for album in range(1, number // ON_A_RELEASE + 2)}

    def of_recordings() -> Iterator[tuple[object, ...]]:
        for place in range(1, number + 1):
            album = place // ON_A_RELEASE + 1
            track = place % ON_A_RELEASE + 1
            yield (
                place,
                owner[album],
                album,
                name(),
                "",
                1,
                track,
                f"QZES5{place:07}",
                f"k{place}",
            )

    def of_files() -> Iterator[tuple[object, ...]]:
        for place in range(1, number + 1):
            said, since = says()
            album = place // ON_A_RELEASE + 1
            path = f"/music/{album:05}/{place % ON_A_RELEASE + 1:02} {name()}.flac".encode()
            yield (place, owner[album], place, path, "flac", "x", said, now, since, "[]")

    def of_items() -> Iterator[tuple[object, ...]]:
        at = 0
        for kind in range(len(PLATFORMS)):
            for place in range(1, number + 1):
                at += 1
                said, since = says()
                artist = owner[place // ON_A_RELEASE + 1]
                account = kind * artists_number + artist
                yield (at, account, place, str(place), said, now, since)

    with database.write() as connection:
        for table, columns, rows in (
            (
                artists,
                ("id", "name", "name_key", "created_at"),
                [(number, f"Artist {number:03}", f"artist {number:03}", now) for number in people],
            ),
            (
                releases,
                ("id", "artist_id", "key", "title", "upc", "year", "label"),
                [
                    (
                        album,
                        who,
                        f"k{album}",
                        name(),
                        f"400638{album:07}",
                        2000 + album % 27,
                        name(),
                    )
                    for album, who in owner.items()
                ],
            ),
            (
                recordings,
                (
                    *("id", "artist_id", "release_id", "title", "performer"),
                    *("disc", "track", "isrc", "key"),
                ),
                list(of_recordings()),
            ),
            (
                files,
                (
                    *("id", "artist_id", "recording_id", "path", "container", "identity"),
                    *("says", "seen_at", "since", "tags"),
                ),
                list(of_files()),
            ),
            (
                accounts,
                ("id", "artist_id", "platform", "remote_id", "created_at"),
                [
                    (kind * artists_number + number, number, platform, f"r{number}", now)
                    for kind, platform in enumerate(PLATFORMS)
                    for number in people
                ],
            ),
            (
                items,
                ("id", "account_id", "recording_id", "remote_id", "says", "seen_at", "since"),
                list(of_items()),
            ),
            (
                consents,
                ("kind", "owner_id", "consent", "set_at"),
                [("artist", number, no_ai, CHOSEN) for number in people],
            ),
        ):
            write_many(connection, insertion(table, columns), columns, rows)


if __name__ == "__main__":
    with Workspace.open(Path(sys.argv[1])) as workspace:
        fill(workspace.catalogue._database, int(sys.argv[2]))
