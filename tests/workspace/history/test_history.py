"""The history records every action and its effect, and each action is undone there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Plan
from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.store import deeds as store
from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind, canonical
from rightsdesk.store.schema import accounts, deeds, items, recordings, releases, stored_consents
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.consents.consents import WideningNotConfirmed
from rightsdesk.workspace.history.types import Can, HistoryFilter, WhyNot
from rightsdesk.workspace.history.undoing import JobToReview, NotUndoable
from rightsdesk.workspace.history.words import entry_words
from rightsdesk.workspace.types.artists import Artist, Details
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from rightsdesk.workspace.use_cases.history import History
from tests.workspace.conftest import choose

NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]


@pytest.fixture
def history(workspace: Workspace) -> History:
    return workspace.history


def scope(artist: Artist) -> Scope:
    return Scope(ScopeKind.ARTIST, artist.id)


def own(workspace: Workspace, artist: Artist) -> Consent:
    return workspace.consents.of(scope(artist)).own


def kinds(history: History) -> list[DeedKind]:
    """The recorded actions, oldest first."""
    return [entry.deed.kind for entry in reversed(history.entries())]


def stored(workspace: Workspace) -> list[tuple[Any, ...]]:
    with workspace._database.read() as connection:
        return [tuple(row) for row in connection.execute(select(deeds).order_by(deeds.c.id))]


def recording(workspace: Workspace, artist: Artist, title: str = "Low Tide") -> int:
    """A recording on a release, without files."""
    with workspace._database.write() as connection:
        values = {"artist_id": artist.id, "key": f"r-{title}", "title": "Night Ferry"}
        made = insert(releases).values(values).returning(releases.c.id)
        release = connection.execute(made).scalar_one()
        values = {"artist_id": artist.id, "key": title, "title": title, "release_id": release}
        done = insert(recordings).values(values).returning(recordings.c.id)
        return int(connection.execute(done).scalar_one())


# --- what is on record -----------------------------------------------------------------------


def test_a_consent_is_recorded_with_author_time_before_and_after(
    workspace: Workspace, artist: Artist
) -> None:
    workspace.consents.set(scope(artist), NO_AI)
    workspace.consents.set(scope(artist), None, confirmed=tuple(Use))
    cleared, made, _ = workspace.history.entries()
    assert made.deed.kind is DeedKind.CONSENT_SET
    assert made.deed.who == store.os_user()
    assert made.deed.at.endswith("+00:00")
    assert made.deed.scope.artist_id == artist.id
    assert made.deed.names == {"artist": "Someone"}
    assert made.deed.before == {"consent": None}
    assert made.deed.after == {"consent": NO_AI.to_json()}
    assert cleared.deed.kind is DeedKind.CONSENT_CLEARED
    assert cleared.deed.before == made.deed.after
    assert cleared.deed.after == made.deed.before


def test_an_unchanged_consent_is_not_recorded(workspace: Workspace, artist: Artist) -> None:
    workspace.consents.set(scope(artist), NO_AI)
    number = workspace.history.version()
    workspace.consents.set(scope(artist), NO_AI)
    assert workspace.history.version() == number


def test_recorded_names_outlive_their_subjects(workspace: Workspace, artist: Artist) -> None:
    number = recording(workspace, artist)
    workspace.consents.set(Scope(ScopeKind.RECORDING, number), NO_AI)
    workspace.artists.remove(artist.id)
    removed, made, _ = workspace.history.entries()
    assert entry_words(removed) == "Artist removed: “Someone”"
    assert entry_words(made) == "Consent for “Low Tide”: No AI"
    assert made.deed.names["release"] == "Night Ferry"
    assert (made.can, made.why_not) == (Can.NOTHING, WhyNot.GONE)


def test_folders_scans_and_jobs_are_recorded(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    workspace.consents.set(scope(koval), NO_AI)
    plan = workspace.jobs.plan_tag(workspace.catalogue.find(artist=koval.name))
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    workspace.catalogue.forget_folders(koval.id, [str(music / koval.name)])
    assert kinds(workspace.history) == [
        DeedKind.ARTIST_ADDED,
        DeedKind.FOLDER_ADDED,
        DeedKind.FILES_CHECKED,
        DeedKind.CONSENT_SET,
        DeedKind.JOB,
        DeedKind.FOLDER_FORGOTTEN,
    ]
    forgotten, job, _, scanned, *_ = workspace.history.entries()
    assert forgotten.deed.before is not None
    assert forgotten.deed.before["folder"] == str(music / koval.name)
    assert job.deed.scope.artist_id == koval.id
    assert job.job is not None
    assert entry_words(job) == job_name(job.job)
    assert "new" in entry_words(scanned)
    assert workspace.history.newest_undoable() == job
    assert workspace.history.preview_undo(job.id).job == job.job.id
    with pytest.raises(JobToReview):
        workspace.history.undo(job.id)
    back = workspace.jobs.plan_undo(job.job.id)
    workspace.jobs.apply(back, confirmed=back.confirmation())
    undo = workspace.history.entries(limit=1)[0]
    assert undo.deed.undoes == job.id
    assert workspace.history.entry(job.id).undone_by == undo.id
    assert workspace.history.newest_redoable() == undo


# --- append-only, and in one transaction with the action --------------------------------------


def test_entries_can_neither_be_changed_nor_deleted(workspace: Workspace, artist: Artist) -> None:
    before = stored(workspace)
    for statement in (update(deeds).values(who="somebody"), delete(deeds)):
        with (
            pytest.raises(IntegrityError, match="only ever added"),
            workspace._database.write() as connection,
        ):
            connection.execute(statement)
    assert stored(workspace) == before


def test_an_action_that_cannot_be_recorded_is_not_done(
    workspace: Workspace, artist: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise OSError("no room")

    monkeypatch.setattr("rightsdesk.workspace.consents.consents.note", broken)
    with pytest.raises(OSError, match="no room"):
        workspace.consents.set(scope(artist), NO_AI)
    assert own(workspace, artist) == Consent()


def test_a_failed_action_is_not_recorded(workspace: Workspace, artist: Artist) -> None:
    with workspace._database.write() as connection:
        refuse = "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        connection.execute(text(f"CREATE TRIGGER t BEFORE INSERT ON consents {refuse}"))
        connection.execute(text(f"CREATE TRIGGER u BEFORE INSERT ON attestations {refuse}"))
        connection.execute(text(f"CREATE TRIGGER v BEFORE UPDATE ON artists {refuse}"))
    before = stored(workspace)
    with pytest.raises(IntegrityError, match="no room"):
        workspace.consents.set(scope(artist), NO_AI)
    with pytest.raises(IntegrityError, match="no room"):
        workspace.platforms.place(artist.id, "soundcloud", here=True)
    with pytest.raises(IntegrityError, match="no room"):
        workspace.artists.set_details(
            artist.id, Details(rightsholder="R", contact="", terms_url="")
        )
    assert stored(workspace) == before


def test_an_entry_has_one_canonical_form() -> None:
    deed = Deed(
        *(3, "2026-11-29T14:00:00+00:00", "mira", DeedKind.CONSENT_SET),
        store.DeedScope(1),
        {"artist": "Mïra"},
        {"consent": None},
        {"consent": {"b": "no", "a": "yes"}},
    )
    assert canonical(deed) == (
        b'{"after":{"consent":{"a":"yes","b":"no"}},"at":"2026-11-29T14:00:00+00:00",'
        b'"before":{"consent":null},"format":1,"id":3,"job":null,"kind":"consent-set",'
        b'"names":{"artist":"M\\u00efra"},'
        b'"scope":{"account":null,"artist":1,"recording":null,"release":null},'
        b'"seat":"","undoes":null,"who":"mira"}'
    )


@pytest.mark.parametrize("value", [{"score": 0.5}, {"raw": b"x"}, {1: "x"}])
def test_a_value_without_a_canonical_form_is_refused(workspace: Workspace, value: Any) -> None:
    with (
        pytest.raises(ValueError, match="no place in a deed"),
        workspace._database.write() as connection,
    ):
        store.note(connection, DeedKind.FILES_CHECKED, after=value)


def test_a_stored_entry_is_read_back_unchanged(workspace: Workspace, artist: Artist) -> None:
    workspace.consents.set(scope(artist), NO_AI)
    with workspace._database.read() as connection:
        for row in connection.execute(select(deeds)):
            form = json.loads(canonical(store.deed_of(row)))
            assert form["after"] == (json.loads(row.after) if row.after else None)
            assert form["names"] == json.loads(row.names)


# --- undo and redo ---------------------------------------------------------------------------


def test_a_consent_is_undone_and_redone(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    workspace.consents.set(scope(artist), NO_AI)
    newest = history.newest_undoable()
    assert newest is not None
    assert entry_words(newest) == "Consent for “Someone”: No AI"
    undo = history.undo(newest.id, confirmed=tuple(Use))
    assert own(workspace, artist) == Consent()
    assert entry_words(undo) == "Undo: Consent for “Someone”: No AI"
    assert (undo.can, history.entry(newest.id).undone_by) == (Can.REDO, undo.id)
    assert history.newest_undoable() is None
    assert history.newest_redoable() == undo
    redo = history.redo(undo.id)
    assert own(workspace, artist) == NO_AI
    assert entry_words(redo) == "Redo: Consent for “Someone”: No AI"
    assert history.newest_redoable() is None
    assert history.entry(undo.id).why_not is WhyNot.REDONE_ALREADY
    again = history.undo(redo.id, confirmed=tuple(Use))
    assert again.deed.undoes == newest.id
    assert own(workspace, artist) == Consent()


def test_a_widening_undo_needs_a_confirmation_and_names_titles(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    recording(workspace, artist)
    workspace.consents.set(scope(artist), NO_AI)
    workspace.consents.set(scope(artist), OPEN, confirmed=tuple(Use))
    workspace.consents.set(scope(artist), NO_AI)
    number = history.version()
    would = history.preview_undo(number)
    assert [widened.title for widened in would.opened] == ["Low Tide"]
    assert would.uses
    with pytest.raises(WideningNotConfirmed) as refused:
        history.undo(number)
    assert [widened.title for widened in refused.value.opened] == ["Low Tide"]
    assert own(workspace, artist) == NO_AI
    assert history.version() == number
    history.undo(number, confirmed=would.uses)
    assert own(workspace, artist) == OPEN


def test_a_consent_that_changed_since_is_not_undone(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    workspace.consents.set(scope(artist), NO_AI)
    first = history.version()
    workspace.consents.set(scope(artist), OPEN, confirmed=tuple(Use))
    assert history.entry(first).why_not is WhyNot.CHANGED_SINCE
    with pytest.raises(ChangedLater, match="changed again since"):
        history.undo(first, confirmed=tuple(Use))
    assert own(workspace, artist) == OPEN
    history.undo(history.version(), confirmed=tuple(Use))
    history.undo(first, confirmed=tuple(Use))
    assert own(workspace, artist) == Consent()


def test_after_a_b_a_only_the_newest_is_undone(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    for consent in (NO_AI, OPEN, NO_AI):
        uses = workspace.consents.widened_by(scope(artist), consent)
        workspace.consents.set(scope(artist), consent, confirmed=uses)
    ways = [entry.can for entry in history.entries() if entry.deed.kind is DeedKind.CONSENT_SET]
    assert ways == [Can.UNDO, Can.NOTHING, Can.NOTHING]
    for _ in range(3):
        entry = history.newest_undoable()
        assert entry is not None
        history.undo(entry.id, confirmed=history.preview_undo(entry.id).uses)
    redoable = [e.id for e in history.entries() if e.step == 0 and e.can is Can.REDO]
    assert redoable == [2], "what was undone last is redone first"


def test_after_a_b_a_only_the_newest_name_or_attestation_is_undone(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    for name in ("Mira", "Mira Koval", "Mira"):
        workspace.artists.rename(artist.id, name)
    for here in (True, False, True):
        workspace.platforms.place(artist.id, "x", here=here)
    ways = [entry.can for entry in history.entries(limit=6)]
    assert ways == [Can.UNDO, Can.NOTHING, Can.NOTHING] * 2


def test_a_choice_for_many_is_one_entry_with_one_undo(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    numbers = [recording(workspace, artist, title) for title in ("A", "B", "C")]

    def chosen() -> list[Consent]:
        scopes = [Scope(ScopeKind.RECORDING, number) for number in numbers]
        return [workspace.consents.of(one).effective for one in scopes]

    made = workspace.consents.set_for(numbers[:2], NO_AI)
    assert len(made.deeds) == 2
    [entry, *_] = history.entries()
    assert (entry.id, entry.parts, entry.can) == (made.deeds[0], 2, Can.UNDO)
    assert history.entry(made.deeds[1]) == entry
    preview = history.preview_undo(entry.id)
    with pytest.raises(WideningNotConfirmed):
        history.undo(entry.id)
    undone = history.undo(entry.id, confirmed=preview.uses)
    assert (undone.parts, undone.root.id, undone.can) == (2, entry.id, Can.REDO)
    assert history.entry(entry.id).undone_by == undone.id
    assert not any(chosen())
    history.redo(undone.id)
    assert chosen() == [NO_AI, NO_AI, Consent()]
    newer = workspace.consents.set_for(numbers[1:], OPEN, confirmed=tuple(Use))
    assert history.entry(entry.id).why_not is WhyNot.CHANGED_SINCE, "a part of it changed since"
    history.undo(newer.deeds[1], confirmed=tuple(Use))
    assert history.entry(entry.id).can is Can.UNDO


def test_an_undo_checks_again_in_its_own_transaction(
    workspace: Workspace, artist: Artist, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another RightsDesk may change a consent between the question and the answer."""
    workspace.consents.set(scope(artist), NO_AI)
    number = history.version()
    monkeypatch.setattr("rightsdesk.workspace.history.entries.not_holding", lambda *_: {})
    workspace.consents.set(scope(artist), OPEN, confirmed=tuple(Use))
    with pytest.raises(ChangedLater):
        history.undo(number, confirmed=tuple(Use))


def test_details_are_undone_field_by_field(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    workspace.artists.set_details(artist.id, Details("R", "a@b.example", "", None))
    workspace.artists.set_details(artist.id, Details("S", "a@b.example", "", None, sidecars=True))
    second = history.version()
    assert "rightsholder and sidecars" in entry_words(history.entry(second))
    history.undo(second)
    assert workspace.artists.details(artist.id) == Details("R", "a@b.example", "", None)
    history.redo(second)
    assert workspace.artists.details(artist.id).sidecars


def test_a_name_is_undone(workspace: Workspace, artist: Artist, history: History) -> None:
    workspace.artists.rename(artist.id, "Somebody")
    history.undo(history.version())
    assert workspace.artists.all()[0].name == "Someone"
    workspace.artists.rename(artist.id, "Someone Else")
    assert history.newest_redoable() is None


def counting(workspace: Workspace) -> list[str]:
    """The attestations that count, newest first."""
    return [
        attestation.value
        for attestation in workspace.platforms.attestations()
        if not attestation.withdrawn_at
    ]


def test_attestations_are_undone(workspace: Workspace, artist: Artist, history: History) -> None:
    workspace.platforms.place(artist.id, "bandcamp", here=True)
    first = history.version()
    workspace.platforms.place(artist.id, "bandcamp", here=False)
    second = history.version()
    assert history.entry(first).why_not is WhyNot.CHANGED_SINCE
    history.undo(second)
    assert counting(workspace) == ["here"]
    history.undo(first)
    assert counting(workspace) == []
    history.redo(first)
    assert counting(workspace) == ["here"]
    history.redo(second)
    assert counting(workspace)[0] == "not_here"
    workspace.platforms.place(artist.id, "bandcamp", here=None)
    history.undo(history.version())
    assert counting(workspace)[0] == "not_here"


def test_an_attestation_withdrawn_elsewhere_is_undone_in_the_history(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    attestation = workspace.platforms.place(artist.id, "bandcamp", here=True)
    assert attestation is not None
    number = history.version()
    workspace.platforms.take_back(attestation.id)
    assert history.entry(number).undone_by == history.version()
    workspace.platforms.attest_again(attestation.id)
    assert history.entry(number).can is Can.UNDO


def item(workspace: Workspace, artist: Artist, candidates: list[list[float]]) -> int:
    """A track in an account that still needs to be matched."""
    with workspace._database.write() as connection:
        account = {
            "artist_id": artist.id,
            "platform": "soundcloud",
            "name": "someone",
            "created_at": "2026-01-01T00:00:00+00:00",
        }
        made = insert(accounts).values(account).returning(accounts.c.id)
        values = {
            "account_id": connection.execute(made).scalar_one(),
            "remote_id": "77",
            "title": "Low Tide (live)",
            "matched": "ask",
            "candidates": json.dumps(candidates),
        }
        done = insert(items).values(values).returning(items.c.id)
        return int(connection.execute(done).scalar_one())


def links(workspace: Workspace) -> list[tuple[Any, ...]]:
    columns = (items.c.id, items.c.recording_id, items.c.matched, items.c.candidates)
    with workspace._database.read() as connection:
        found = [tuple(row) for row in connection.execute(select(*columns))]
        found += [tuple(row) for row in connection.execute(select(recordings.c.key))]
        return found + [
            tuple(row) for row in connection.execute(select(stored_consents.c.owner_id))
        ]


@pytest.mark.parametrize("theirs", [True, False])
def test_an_answered_match_is_undone(
    workspace: Workspace, artist: Artist, history: History, theirs: bool
) -> None:
    number = recording(workspace, artist)
    track = item(workspace, artist, [[number, 81.5]])
    before = links(workspace)
    workspace.accounts.answer(track, number if theirs else None)
    answered = links(workspace)
    assert answered != before
    deed = history.version()
    assert "“Low Tide (live)” on SoundCloud" in entry_words(history.entry(deed))
    history.undo(deed)
    assert links(workspace) == before
    history.redo(deed)
    assert links(workspace) == answered
    history.undo(deed)
    assert [question.item_id for question in workspace.accounts.questions()] == [track]


def test_undoing_a_match_restores_the_tracks_own_consent(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    number = recording(workspace, artist)
    track = item(workspace, artist, [[number, 81.5]])
    workspace.accounts.answer(track, None)
    with workspace._database.read() as connection:
        alone = connection.execute(select(items.c.recording_id)).scalar_one()
    workspace.consents.set(Scope(ScopeKind.RECORDING, alone), NO_AI)
    before = links(workspace)
    workspace.accounts.answer(track, number)
    deed = history.version()
    assert workspace.consents.of(Scope(ScopeKind.RECORDING, number)).own == NO_AI
    would = history.preview_undo(deed)
    history.undo(deed, confirmed=would.uses)
    assert links(workspace) == before
    assert workspace.consents.of(Scope(ScopeKind.RECORDING, alone)).own == NO_AI


def test_a_decision_is_undone(workspace: Workspace, artist: Artist, history: History) -> None:
    recording(workspace, artist)
    with workspace._database.write() as connection:
        connection.execute(
            text(
                "INSERT INTO files (artist_id, recording_id, path, container, identity, fields,"
                " says, problem, seen_at, since, missing) SELECT :artist, id,"
                " CAST('/a.mp3' AS BLOB), 'mp3', '', '{}', '{}', '', '', '', 0 FROM recordings"
            ),
            {"artist": artist.id},
        )
    [finding] = workspace.catalogue.findings(workspace.catalogue.find())
    workspace.catalogue.decide(finding.id, finding.decisions[-1])
    deed = history.version()
    history.undo(deed)
    assert [finding.id for finding in workspace.catalogue.findings(workspace.catalogue.find())] == [
        finding.id
    ]
    history.redo(deed)
    assert not workspace.catalogue.findings(workspace.catalogue.find())
    history.undo(deed)
    assert history.newest_redoable() is not None
    decisions = workspace.catalogue.decisions()
    assert [bool(decision.undone_at) for decision in decisions] == [True, True]


def test_a_decision_undone_elsewhere_is_undone_in_the_history(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    test_a_decision_is_undone(workspace, artist, history)
    history.redo(history.version())
    made = workspace.catalogue.decisions()[0]
    workspace.catalogue.undo_decision(made.id)
    undo = history.entries(limit=1)[0]
    assert undo.step == 1
    assert history.entry(undo.root.id).undone_by == undo.id


def test_entries_without_an_undo_explain_why(
    workspace: Workspace, koval: Artist, history: History
) -> None:
    found = {entry.deed.kind: entry for entry in history.entries()}
    assert found[DeedKind.FILES_CHECKED].why_not is WhyNot.NOTHING_CHANGED
    assert found[DeedKind.FOLDER_ADDED].why_not is WhyNot.ANOTHER_WAY
    with pytest.raises(NotUndoable, match="from the history"):
        history.undo(found[DeedKind.ARTIST_ADDED].id)
    assert history.newest_undoable() is None


def test_ctrl_z_steps_back_and_forth(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    workspace.consents.set(scope(artist), NO_AI)
    workspace.platforms.place(artist.id, "bandcamp", here=True)
    workspace.artists.rename(artist.id, "Somebody")
    undone = []
    while (deed := history.newest_undoable()) is not None:
        undone.append(deed.id)
        history.undo(deed.id, confirmed=tuple(Use))
    assert undone == [4, 3, 2]
    redone = []
    while (deed := history.newest_redoable()) is not None:
        redone.append(deed.root.id)
        history.redo(deed.id, confirmed=tuple(Use))
    assert redone == [2, 3, 4]
    assert own(workspace, artist) == NO_AI
    assert workspace.artists.all()[0].name == "Somebody"


# --- pages -----------------------------------------------------------------------------------


def test_pages_do_not_overlap(workspace: Workspace, artist: Artist, history: History) -> None:
    other = workspace.artists.add("Another")
    for answer in (Permission.ALLOWED, Permission.PROHIBITED) * 3:
        consent = Consent({Use.LIKENESS: answer})
        workspace.consents.set(scope(artist), consent, confirmed=tuple(Use))
    workspace.consents.set(scope(other), NO_AI)
    mine = HistoryFilter(artist_id=artist.id, kinds=[DeedKind.CONSENT_SET])
    first = history.entries(mine, limit=4)
    rest = history.entries(mine, before_id=first[-1].id, limit=4)
    assert [deed.id for deed in (*first, *rest)] == [8, 7, 6, 5, 4, 3]
    assert history.entries(HistoryFilter(since="9999")) == []
    assert len(history.entries(HistoryFilter(since="2000"))) == 9


def test_a_hundred_thousand_entries_are_paged_with_a_few_queries(
    workspace: Workspace, artist: Artist, history: History
) -> None:
    workspace.consents.set(scope(artist), NO_AI)
    fill = """
        INSERT INTO deeds (at, who, kind, artist_id, names, before, after)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        SELECT printf('2026-01-%02dT00:00:00+00:00', 1 + i % 28), '', 'consent-set',
               CASE i % 2 WHEN 0 THEN :artist ELSE 99 END, '{}', '{"consent"\\:null}',
               '{"consent"\\:{}}' FROM n
    """
    with workspace._database.write() as connection:
        connection.execute(text(fill), {"artist": artist.id})
    counts = []
    for chosen in (
        HistoryFilter(),
        HistoryFilter(artist_id=artist.id),
        HistoryFilter(kinds=[DeedKind.CONSENT_SET], since="2026-01-28"),
        HistoryFilter(artist_id=artist.id, kinds=[DeedKind.ARTIST_ADDED]),
    ):
        asked: list[str] = []

        def note_query(*args: Any, asked: list[str] = asked) -> None:
            asked.append(args[2])

        event.listen(workspace._database.engine, "before_cursor_execute", note_query)
        page = history.entries(chosen, before_id=90_000, limit=100)
        event.remove(workspace._database.engine, "before_cursor_execute", note_query)
        assert len(page) == (1 if DeedKind.ARTIST_ADDED in chosen.kinds else 100)
        counts.append(len(asked))
    assert max(counts) <= 12


def test_the_entries_of_a_job_say_what_became_of_it_in_the_end(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    numbers: list[int] = []

    def apply(plan: Plan) -> None:
        workspace.jobs.apply(plan, confirmed=plan.confirmation())
        numbers.append(workspace.history.entries(limit=1)[0].id)

    def ends() -> list[tuple[int | None, WhyNot | None]]:
        entries = map(workspace.history.entry, numbers)
        return [(entry.undone_by, entry.why_not) for entry in entries]

    undone, redone = WhyNot.UNDONE_ALREADY, WhyNot.REDONE_ALREADY
    apply(workspace.jobs.plan_tag(Filter()))
    apply(workspace.jobs.plan_undo(1))
    assert ends() == [(numbers[1], undone), (None, None)]
    apply(workspace.jobs.plan_undo(2))
    assert ends() == [(None, redone), (numbers[2], redone), (None, None)]
    apply(workspace.jobs.plan_undo(3))
    assert ends() == [
        (numbers[3], undone),
        (None, undone),
        (numbers[3], undone),
        (None, None),
    ]

    apply(workspace.jobs.plan_tag(Filter()))
    workspace.jobs.plan_undo(4)
    assert ends()[3:] == [(None, WhyNot.CHANGED_SINCE), (None, None)]
