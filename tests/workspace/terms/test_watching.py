"""The terms watch: what is fetched, kept and noticed. The server is real, and so are its faults."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from rightsdesk.changes.types import Never
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.sentences import Sentence
from rightsdesk.store.deeds import DeedKind
from rightsdesk.terms.judging import Direction, compare_texts
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.data.stored_values import check_values
from rightsdesk.workspace.history.types import HistoryFilter
from rightsdesk.workspace.terms.types import AlarmAnswer, DocumentSource, NothingToWatch, TermsCheck
from rightsdesk.workspace.types.artists import Artist
from tests.fake_clock import FakeClock
from tests.unit.terms.texts import HOSTING
from tests.workspace.terms.conftest import COPY, NEW, OLD, TERMS, TRAINING, TermsServer, page

Day = Callable[..., TermsCheck]


@pytest.fixture
def next_day(workspace: Workspace, koval: Artist, fake_clock: FakeClock) -> Day:
    """Let a day pass and check."""

    def check(days: int = 1) -> TermsCheck:
        fake_clock.move(days=days)
        return workspace.terms.check()

    return check


def test_the_watch_is_off_and_asks_nobody_until_it_is_switched_on(
    workspace: Workspace, koval: Artist, server: TermsServer
) -> None:
    assert not workspace.terms.is_on()
    assert workspace.terms.due() is None
    workspace.terms.switch(True)
    assert workspace.terms.due() is not None
    workspace.terms.switch(False)
    assert workspace.terms.due() is None
    assert server.asked == []


def test_nothing_is_watched_while_no_artist_uses_a_platform(
    workspace: Workspace, server: TermsServer
) -> None:
    artist = workspace.artists.add("Someone")
    workspace.platforms.place(artist.id, "soundcloud", here=False)
    with pytest.raises(NothingToWatch):
        workspace.terms.check()
    assert server.asked == []
    assert workspace.terms.check(["SoundCloud"]).read == 1


def test_a_first_version_is_kept_with_its_hashes_and_raises_no_alarm(
    workspace: Workspace, server: TermsServer, next_day: Day
) -> None:
    server.show(TERMS, NEW)
    assert next_day().alarms == ()
    [state] = workspace.terms.documents()
    [version] = workspace.terms.versions(state.watched)
    assert version.fetched_sha256 == hashlib.sha256(NEW.encode()).hexdigest()
    text = workspace.terms.text(version)
    assert TRAINING in text
    assert "Menu 3" not in text
    assert version.text_sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_change_is_noticed_on_the_next_day_and_names_who_it_concerns(
    workspace: Workspace, server: TermsServer, koval: Artist, next_day: Day
) -> None:
    next_day()
    server.show(TERMS, NEW)
    [alarm] = next_day().alarms
    assert alarm.direction is Direction.WIDENS
    assert [one.new for one in alarm.paragraphs] == [TRAINING]
    assert alarm.concerned.artists == ((koval.id, "Mira Koval"),)
    assert workspace.terms.alarms(koval.id, open_only=True) == [alarm]
    other = workspace.artists.add("Someone else")
    assert workspace.terms.alarms(other.id) == []
    entries = workspace.history.entries(HistoryFilter(kinds=[DeedKind.TERMS_VERSION]))
    assert [(entry.deed.after or {})["alarm"] for entry in entries] == [alarm.id, None]


def test_a_source_is_asked_once_a_day_and_with_its_etag(
    workspace: Workspace, server: TermsServer, next_day: Day, fake_clock: FakeClock
) -> None:
    next_day()
    fake_clock.move(hours=2)
    assert workspace.terms.check().early == 1
    assert len(server.asked) == 1
    assert next_day().unchanged == 1
    assert server.asked[-1].headers["If-None-Match"]
    assert server.asked[-1].headers["User-Agent"].startswith("RightsDesk/")
    [version] = workspace.terms.versions(workspace.terms.document("soundcloud"))
    assert version.days == 2
    assert version.last_seen > version.first_seen


def test_a_page_without_marks_that_stays_the_same_is_one_version(
    workspace: Workspace, server: TermsServer, next_day: Day
) -> None:
    for n in range(4):
        server.show(TERMS, OLD.replace("<main>", f"<!-- {n} --><main>"), etags=False)
        next_day()
    [version] = workspace.terms.versions(workspace.terms.document("soundcloud"))
    assert version.days == 4


COOKIES = page("We value your privacy. Accept all cookies or manage your cookie settings. " * 6)
BROKEN = {
    "empty": "<!doctype html><html><body></body></html>",
    "script": '<!doctype html><html><body><div id="app"></div><script>go()</script></body></html>',
    "cookies": COOKIES,
    "cut": page("\n\n".join(HOSTING.split("\n\n")[:4])),
    "error": page("Something went wrong. Please try again later."),
    "language": page(
        "\n\n".join(
            "Du behältst die Rechte an deiner Musik, und wir speichern sie für die anderen "
            f"Mitglieder, solange dein Konto besteht. Abschnitt {n} gilt auch für Lieder."
            for n in range(30)
        )
    ),
    "bytes": "\0\1\2" * 100,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_fetch_is_kept_as_such_and_is_no_change(
    workspace: Workspace, server: TermsServer, next_day: Day, kind: str
) -> None:
    next_day()
    server.show(TERMS, BROKEN[kind])
    check = next_day()
    assert check.alarms == ()
    assert len(check.broken) == 1
    server.show(TERMS, OLD)
    assert next_day().alarms == ()
    server.show(TERMS, NEW)
    assert len(next_day().alarms) == 1
    versions = workspace.terms.versions(workspace.terms.document("soundcloud"))
    assert [bool(one.broken) for one in versions].count(True) == 1


@pytest.mark.parametrize("kind", BROKEN)
def test_a_change_behind_a_broken_first_fetch_is_no_alarm(
    server: TermsServer, next_day: Day, kind: str
) -> None:
    server.show(TERMS, BROKEN[kind])
    next_day()
    server.show(TERMS, NEW)
    assert next_day().alarms == ()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.ERROR, times=0, status=503),
        Fault(FaultKind.CUT_OFF, times=0),
        Fault(FaultKind.HANG_UP, times=0),
        Fault(FaultKind.OVERSIZED, times=0),
        Fault(FaultKind.TOO_MANY, times=0, retry_after="7200"),
        Fault(FaultKind.ERROR, times=0, status=404),
        Fault(FaultKind.REDIRECT, times=0, to="https://10.0.0.7/terms"),
        Fault(FaultKind.REDIRECT, times=0, to="https://[fd00::1]/terms"),
    ],
    ids=lambda fault: f"{fault.kind.value}-{fault.status}-{fault.to}",
)
def test_an_outage_is_dated_and_is_no_change(
    workspace: Workspace, server: TermsServer, next_day: Day, fault: Fault
) -> None:
    server.show(TERMS, OLD, etags=False)
    next_day()
    server.faults.add(fault)
    check = next_day()
    assert len(check.unread) == 1
    assert check.alarms == ()
    next_day()
    [state] = workspace.terms.documents()
    [source] = state.sources
    since, last = source.unread_since, source.checked_at
    assert since > last
    assert len(workspace.terms.versions(state.watched)) == 1
    server.faults.clear()
    server.show(TERMS, NEW)
    assert len(next_day().alarms) == 1
    assert workspace.terms.documents()[0].sources[0].unread_since == ""


def test_a_failed_source_is_asked_again_after_an_hour(
    workspace: Workspace, server: TermsServer, next_day: Day, fake_clock: FakeClock
) -> None:
    server.faults.add(Fault(FaultKind.ERROR, times=0, status=404))
    next_day()
    server.faults.clear()
    fake_clock.move(minutes=20)
    assert workspace.terms.check().early == 1
    fake_clock.move(minutes=45)
    assert workspace.terms.check().read == 1


def test_a_page_that_is_served_in_turns_raises_one_alarm(
    workspace: Workspace, server: TermsServer, next_day: Day
) -> None:
    for n in range(8):
        server.show(TERMS, NEW if n % 2 else OLD.replace("letters", f"letters {n}"))
        next_day()
    [alarm] = workspace.terms.alarms()
    assert alarm.back_since == ""
    server.show(TERMS, OLD.replace("letters", "letters 0"))
    next_day()
    [alarm] = workspace.terms.alarms()
    assert alarm.back_since


def test_a_return_after_months_is_news(server: TermsServer, next_day: Day) -> None:
    next_day()
    server.show(TERMS, NEW)
    assert len(next_day().alarms) == 1
    assert next_day(90).unchanged == 1
    server.show(TERMS, OLD)
    [alarm] = next_day().alarms
    assert alarm.direction is Direction.NARROWS


def test_terms_that_became_shorter_for_good_are_compared_in_the_end(
    server: TermsServer, next_day: Day
) -> None:
    server.show(TERMS, page(f"{HOSTING}\n\nWe never train AI on your music."))
    next_day()
    server.show(TERMS, BROKEN["cut"].replace("<main>", f"<main>{'<p>And so on.</p>' * 30}"))
    found = [next_day() for _ in range(7)]
    assert [len(one.alarms) for one in found] == [0, 0, 0, 0, 0, 1, 0]


def test_a_check_that_was_stopped_continues_where_it_ended(
    workspace: Workspace, server: TermsServer, koval: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.platforms.place(koval.id, "bluesky", here=True)

    class Killed(BaseException):
        pass

    from rightsdesk.workspace.terms import watching

    real = watching._store

    def killed(*args: object, **more: object) -> int | None:
        real(*args, **more)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(watching, "_store", killed)
    with pytest.raises(Killed):
        workspace.terms.check(["SoundCloud"])
    monkeypatch.setattr(watching, "_store", real)
    document = workspace.terms.document("soundcloud")
    assert workspace.terms.versions(document) == []
    assert workspace.terms.check(["SoundCloud"]).read == 1
    assert len(workspace.terms.versions(document)) == 1


def test_a_clock_that_was_set_back_does_not_stop_the_watch(
    workspace: Workspace, server: TermsServer, next_day: Day, fake_clock: FakeClock
) -> None:
    workspace.terms.switch(True)
    next_day()
    fake_clock.move(days=-40)
    assert workspace.terms.due() is not None
    server.show(TERMS, NEW)
    assert len(workspace.terms.check().alarms) == 1
    due = workspace.terms.due()
    assert due is not None
    assert due - fake_clock.wall <= timedelta(days=1)


class TestArchive:
    """The page and the archive are two sources of one document."""

    @pytest.fixture
    def archive(self) -> bool:
        return True

    def test_one_change_in_both_sources_is_one_alarm(
        self, workspace: Workspace, server: TermsServer, next_day: Day
    ) -> None:
        server.show(COPY, HOSTING)
        next_day()
        server.show(TERMS, NEW)
        assert len(next_day().alarms) == 1
        server.show(COPY, f"{HOSTING}\n\n{TRAINING}")
        check = next_day()
        assert check.new_versions == 1
        assert check.alarms == ()
        sources = {one.source for one in workspace.terms.documents()[0].sources}
        assert sources == {DocumentSource.PAGE, DocumentSource.ARCHIVE}

    def test_the_archive_helps_where_the_page_needs_scripts(
        self, server: TermsServer, next_day: Day
    ) -> None:
        server.show(TERMS, BROKEN["script"])
        server.show(COPY, HOSTING)
        assert len(next_day().broken) == 1
        server.show(COPY, f"{HOSTING}\n\n{TRAINING}")
        [alarm] = next_day().alarms
        assert alarm.new.source is DocumentSource.ARCHIVE


def test_progress_and_cancel(workspace: Workspace, koval: Artist, server: TermsServer) -> None:
    seen: list[tuple[int, int, str]] = []
    workspace.terms.check(progress=lambda *how: seen.append(how))
    assert seen == [(1, 1, "SoundCloud, Terms of Use")]

    class Stop(Never):
        def is_set(self) -> bool:
            return True

    fresh = workspace.terms.check(["SoundCloud"], cancel=Stop())
    assert fresh.cancelled


def test_a_stored_alarm_says_why_in_a_form_that_can_be_translated(
    workspace: Workspace, koval: Artist, server: TermsServer, next_day: Day
) -> None:
    next_day()
    server.show(TERMS, NEW)
    [alarm] = next_day().alarms
    judged = compare_texts(workspace.terms.text(alarm.old), workspace.terms.text(alarm.new))
    assert tuple(alarm.paragraphs) == judged.paragraphs
    why = alarm.paragraphs[0].why
    assert isinstance(why, Sentence)

    with workspace._database.write() as connection:  # as an older version stored it
        shape = json.loads(
            connection.exec_driver_sql("SELECT judgement FROM terms_alarms").scalar_one()
        )
        for paragraph in shape["paragraphs"]:
            del paragraph["reasons"]
        connection.exec_driver_sql("UPDATE terms_alarms SET judgement = ?", (json.dumps(shape),))
    assert workspace.terms.alarm(alarm.id).paragraphs[0].why == str(why)


def test_what_is_stored_is_what_the_check_of_the_database_expects(
    workspace: Workspace, server: TermsServer, next_day: Day
) -> None:
    next_day()
    server.show(TERMS, BROKEN["bytes"], etags=False)
    next_day()
    server.faults.add(Fault(FaultKind.ERROR, times=1, status=404))
    next_day()
    server.show(TERMS, NEW)
    [alarm] = next_day().alarms
    for answer in (AlarmAnswer.NOTED, AlarmAnswer.ASK_AGAIN, AlarmAnswer.NONE):
        assert workspace.terms.answer(alarm.id, answer).answer is answer
        check_values(workspace._database)
    [kept] = workspace.terms.documents()
    versions = workspace.terms.versions(kept.watched)
    assert {bool(one.broken) for one in versions} == {True, False}
