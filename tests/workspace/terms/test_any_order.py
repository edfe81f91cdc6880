"""Whatever is fetched in whatever order: alarms are raised between whole versions only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsdesk.platforms.http.public_pages import PublicPage
from rightsdesk.resources.documents import DocumentKind, WatchedDocument
from rightsdesk.store.database import Database
from rightsdesk.store.migrations import upgrade
from rightsdesk.workspace.terms import alarms, keeping, watching
from rightsdesk.workspace.terms.deciding import FetchKind, decide
from rightsdesk.workspace.terms.reading import read_text
from rightsdesk.workspace.terms.types import DocumentSource, Watched
from tests.fake_clock import NOON
from tests.unit.terms.texts import HOSTING
from tests.workspace.terms.conftest import TRAINING

CUT = "\n\n".join(HOSTING.split("\n\n")[:5])
GOOD = {
    "old": HOSTING,
    "reworded": HOSTING.replace("your dances", "your ballets"),
    "trains": f"{HOSTING}\n\n{TRAINING}",
    "promises": f"{HOSTING}\n\nWe will never train AI on your music.",
}
BAD = {"empty": "", "cut": CUT, "error": "Something went wrong. Try again.", "noise": "\0\1"}
FETCHES = st.lists(st.sampled_from([*GOOD, *BAD]), min_size=1, max_size=9)

WATCHED = Watched(
    "soundcloud",
    "SoundCloud",
    WatchedDocument(
        id="terms",
        kind=DocumentKind.TERMS,
        title="Terms of Use",
        language="en",
        address="https://soundcloud.com/terms-of-use",
    ),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder: Path = tmp_path_factory.mktemp("terms")
    made = Database(folder / "terms.sqlite3")
    with made.write() as connection:
        upgrade(connection)
    return made


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fetches=FETCHES)
def test_alarms_are_between_whole_versions_only(database: Database, fetches: list[str]) -> None:
    target = watching._Target(WATCHED, DocumentSource.PAGE, WATCHED.document.address)
    with database.engine.connect() as connection, connection.begin() as transaction:
        raised = []
        for day, name in enumerate(fetches):
            now = NOON + timedelta(days=day)
            body = {**GOOD, **BAD}[name].encode()
            fetched = read_text(WATCHED, body)
            decision = decide(connection, WATCHED, DocumentSource.PAGE, fetched, now)
            assert (decision.kind is FetchKind.BROKEN) == (name in BAD and not _stays(fetches, day))
            page = PublicPage(WATCHED.document.address, body)
            number = watching._store(
                connection, target, page, fetched, decision, now.isoformat(timespec="seconds")
            )
            if number is not None:
                raised.append(number)
        found = alarms.all_alarms(connection)
        assert sorted(one.id for one in found) == raised
        pairs = [(one.old.text_sha256, one.new.text_sha256) for one in found]
        assert len(pairs) == len(set(pairs)), "a page that is served in turns alarms once"
        for alarm in found:
            assert not alarm.old.broken
            assert not alarm.new.broken
            assert keeping.text_of(connection, alarm.new.text_sha256) in GOOD.values()
        transaction.rollback()


def _stays(fetches: list[str], day: int) -> bool:
    """Whether a cut text has been all there is for a while, or is all there ever was."""
    name = fetches[day]
    if name != "cut":
        return False
    before = [one for one in fetches[:day] if one in GOOD]
    if not before:
        return True
    since_whole = fetches[max(n for n in range(day) if fetches[n] in GOOD) + 1 : day]
    return since_whole.count("cut") >= 5
