"""Licences: what they open, where they are written, how they end, and how they are undone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Never, Outcome
from rightsdesk.clock import Clock
from rightsdesk.consent import Preset, Standing, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.words import state_words
from rightsdesk.consent.losses import loss_sentences
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store.deeds import ChangedLater
from rightsdesk.store.joins import FILES_WITH_PARTNERS, ITEMS_WITH_PARTNERS
from rightsdesk.store.schema import files
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.history.types import Can
from rightsdesk.workspace.history.words import entry_words
from rightsdesk.workspace.licences.changing import NoSuchLicence
from rightsdesk.workspace.licences.documents import NoDocument
from rightsdesk.workspace.licences.opening import LicenceOpens
from rightsdesk.workspace.licences.views import LicenceFilter
from rightsdesk.workspace.overview.values import GroupBy, Segment
from rightsdesk.workspace.reports.gathering import gathered
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.problems import ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import choose

GENERATIVE = frozenset({Use.GENERATIVE_TRAINING})
KLAY = Agreement("Klay", GENERATIVE, period=Period(None, date(2027, 12, 31), "Europe/Berlin"))
ALL = Filter()


class Now:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def workspace(isolated: Path, now: Now) -> Iterator[Workspace]:
    with Workspace.open(isolated, clock=Clock(now=now)) as workspace:
        yield workspace


def whole(artist: Artist) -> list[Scope]:
    return [Scope(ScopeKind.ARTIST, artist.id)]


def add(workspace: Workspace, artist: Artist, agreement: Agreement = KLAY) -> int:
    return workspace.licences.add(agreement, whole(artist), confirmed=agreement.uses)


def write(workspace: Workspace) -> str:
    """Tag everything, with a yes to what that widens; the job's name."""
    plan = workspace.jobs.plan_tag(ALL)
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert {result.outcome for result in report.results} <= {Outcome.DONE}
    return job_name(report)


def named(workspace: Workspace, music: Path) -> set[str]:
    """The partners that the files on disk name now."""
    found = workspace.catalogue.inspect([str(music)])
    return {grant.partner for inspected in found for grant in inspected.grants}


def test_a_licence_needs_a_yes_that_names_titles(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)

    with pytest.raises(LicenceOpens) as refused:
        workspace.licences.add(KLAY, whole(koval))

    assert refused.value.uses == (Use.GENERATIVE_TRAINING,)
    assert len(refused.value.opened) == koval.recordings > 5
    assert "Klay" in refused.value.sentence
    assert workspace.licences.all() == []


def test_what_everyone_may_do_opens_nothing(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval, Preset.OPEN)
    assert workspace.licences.preview(KLAY, whole(koval)).uses == ()


def test_files_name_the_partner_and_everyone_else_reads_no(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    write(workspace)
    add(workspace, koval)

    plan = workspace.jobs.plan_tag(ALL)

    assert len(plan.planned) > 5
    assert {change.widens for change in plan.planned} == {(Use.GENERATIVE_TRAINING,)}
    assert all(change.before == change.after for change in plan.planned)
    refused = workspace.jobs.apply(plan)
    assert {r.outcome for r in refused.results} == {Outcome.SKIPPED}
    write(workspace)
    assert named(workspace, music) == {"Klay"}
    assert workspace.jobs.plan_tag(ALL).planned == ()
    losses = " ".join(loss_sentences(plan.losses))
    assert "can't name a partner, and say to Klay what they say to everyone" in losses


def test_the_name_of_a_job_names_the_partners_that_it_writes(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    write(workspace)
    add(workspace, koval)
    add(workspace, koval, replace(KLAY, partner="Vale"))
    first, *others = workspace.jobs.plan_tag(ALL).planned
    plan = workspace.jobs.plan_tag(ALL)
    report = workspace.jobs.apply(
        plan.without({(one.target.carrier, one.target.id) for one in others}),
        confirmed=plan.confirmation(),
    )
    name = "No AI on 1 file, with the licences of Klay and Vale"
    assert job_name(report) == name
    assert job_name(workspace.jobs.all()[0]) == name
    assert workspace.jobs.plan_tag(ALL).about.partners == (
        ("Klay", len(others)),
        ("Vale", len(others)),
    )
    back = workspace.jobs.plan_undo(report.job)
    assert job_name(back) == f"Undo: {name}"
    assert name in entry_words(workspace.history.entries()[0])

    assert report.job is not None
    target = (first.target.carrier, first.target.id)
    assert job_name(back.without({target})) == "Undo: No AI on 0 files"


def test_a_licence_that_ended_leaves_the_files_without_a_question(
    workspace: Workspace, koval: Artist, music: Path, now: Now
) -> None:
    choose(workspace, koval)
    add(workspace, koval)
    write(workspace)
    last_moment = datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC)  # Berlin is an hour ahead
    now.time = last_moment
    assert workspace.jobs.plan_tag(ALL).planned == ()
    assert workspace.licences.narrow_ended() is None

    now.time = datetime(2027, 12, 31, 23, tzinfo=UTC)
    plan = workspace.jobs.plan_tag(ALL)
    assert plan.planned
    assert plan.widening == ()
    report = workspace.licences.narrow_ended()

    assert report is not None
    assert job_name(report).startswith("The licence of Klay ended on 31 Dec 2027. No AI on ")
    assert named(workspace, music) == set()
    assert workspace.jobs.plan_tag(ALL).planned == ()
    assert job_name(workspace.jobs.all()[0]) == job_name(report)


def standing_everywhere(workspace: Workspace, koval: Artist) -> tuple[Standing, Segment]:
    """The standing of all files by counts, cells, details and report; and Home's segment."""
    every = koval.recordings
    ((standing, counted),) = workspace.catalogue.counts(ALL)[CarrierId.FILES].items()
    assert counted == every
    ids = workspace.catalogue.recordings(Filter(standing=standing, carrier=CarrierId.FILES))
    assert len(ids) == every
    rows = workspace.catalogue.rows(ids)
    assert {row.cells[CarrierId.FILES].standing for row in rows} == {standing}
    details = workspace.catalogue.recording(ids[0])
    assert {one.standing for one in details.carriers if one.kind == CarrierId.FILES} == {standing}
    with gathered(workspace._database, ALL, workspace._clock.now(), Never()) as report:
        assert {file.standing for line in report.recordings() for file in line.files} == {standing}
    for home in (workspace.catalogue.home(), workspace.catalogue.home(koval.id)):
        (carrier,) = home.carriers
        ((segment, shown),) = carrier.bar.items()
        assert shown == every
    listed = workspace.catalogue.listed(ids)
    assert {row.segments[CarrierId.FILES] for row in listed} == {segment}
    return standing, segment


def test_files_agree_only_while_they_name_the_partners_who_have_a_licence(
    workspace: Workspace, koval: Artist, now: Now
) -> None:
    choose(workspace, koval)
    write(workspace)
    assert standing_everywhere(workspace, koval) == (Standing.AGREES, Segment.SAYS)

    number = add(workspace, koval)
    assert standing_everywhere(workspace, koval) == (Standing.SILENT, Segment.TO_WRITE)
    silent = [one for one in workspace.catalogue.problems(ALL) if one.kind is ProblemKind.SILENT]
    assert [one.count for one in silent] == [koval.recordings]
    write(workspace)
    assert standing_everywhere(workspace, koval) == (Standing.AGREES, Segment.SAYS)

    workspace.licences.end(number)
    now.time += timedelta(days=1)
    assert standing_everywhere(workspace, koval) == (Standing.CONFLICTS, Segment.TO_WRITE)
    workspace.history.undo(workspace.history.entries(limit=1)[0].id, confirmed=GENERATIVE)
    assert standing_everywhere(workspace, koval) == (Standing.AGREES, Segment.SAYS)

    now.time = datetime(2028, 1, 1, tzinfo=UTC)
    workspace.catalogue._overview._kept = None  # readings age, and licences end, without a change
    assert standing_everywhere(workspace, koval) == (Standing.CONFLICTS, Segment.TO_WRITE)
    assert workspace.licences.narrow_ended() is not None
    assert standing_everywhere(workspace, koval) == (Standing.AGREES, Segment.SAYS)


def test_carriers_with_partners_are_found_by_their_index(workspace: Workspace) -> None:
    for table, condition in (("files", FILES_WITH_PARTNERS), ("items", ITEMS_WITH_PARTNERS)):
        with workspace._database.read() as connection:
            query = text(f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE {condition.text}")
            (step,) = connection.execute(query).all()
        assert f"ix_{table}_partners" in step.detail


def test_only_carriers_that_also_meet_other_conditions_are_found(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    add(workspace, koval)
    write(workspace)
    with workspace._database.read() as connection:
        named = select(files.c.id).where(FILES_WITH_PARTNERS)
        assert connection.execute(named).first() is not None
        assert connection.execute(named.where(files.c.id < 0)).first() is None


def test_a_run_of_the_usual_kind_narrows_and_says_so(
    workspace: Workspace, koval: Artist, now: Now
) -> None:
    choose(workspace, koval)
    number = add(workspace, koval)
    write(workspace)
    workspace.licences.end(number)
    now.time = datetime(2026, 12, 1, tzinfo=UTC)
    assert write(workspace).startswith("The licence of Klay ended on 30 Nov 2026.")


def test_narrowing_leaves_all_else_to_a_person(
    workspace: Workspace, koval: Artist, music: Path, now: Now
) -> None:
    choose(workspace, koval)
    add(workspace, koval)
    write(workspace)
    now.time = datetime(2028, 6, 1, tzinfo=UTC)
    choose(workspace, koval, Preset.ASK_FIRST)
    assert workspace.licences.narrow_ended() is None
    assert named(workspace, music) == {"Klay"}


def test_a_later_licence_of_the_same_partner_keeps_it(
    workspace: Workspace, koval: Artist, now: Now
) -> None:
    choose(workspace, koval)
    add(workspace, koval)
    add(workspace, koval, Agreement("KLAY", GENERATIVE))
    write(workspace)
    now.time = datetime(2028, 6, 1, tzinfo=UTC)
    assert workspace.jobs.plan_tag(ALL).planned == ()


def test_a_licence_of_one_release_is_in_its_files_only(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    ids = workspace.catalogue.recordings(Filter(artist_id=koval.id))
    rows = workspace.catalogue.rows(ids)
    release = next(row.release_id for row in rows if row.release_id)
    scope = Scope(ScopeKind.RELEASE, release)
    workspace.licences.add(KLAY, [scope], confirmed=KLAY.uses)

    plan = workspace.jobs.plan_tag(ALL)

    inside = workspace.jobs.plan_tag(Filter(release_id=release)).planned
    naming = [change for change in plan.planned if change.named_after]
    assert {change.target.id for change in naming} == {change.target.id for change in inside}
    assert len(naming) < len(plan.planned)
    (view,) = workspace.licences.all()
    assert [music.kind for music in view.covers] == [ScopeKind.RELEASE]
    groups = workspace.catalogue.groups(Filter(artist_id=koval.id), GroupBy.RELEASE).groups
    partners = {g.release_id: [one.partner for one in g.grants or ()] for g in groups}
    assert partners == {g.release_id: ["Klay"] * (g.release_id == release) for g in groups}
    (whole_artist,) = workspace.catalogue.groups(ALL, GroupBy.ARTIST).groups
    assert whole_artist.grants is None, "some have a licence, others have none"
    assert workspace.catalogue.roster()[0].grants == (), "not all of the artist's music"
    add(workspace, koval)
    assert [grant.partner for grant in workspace.catalogue.roster()[0].grants] == ["Klay"]
    assert view.recordings == len([row for row in rows if row.release_id == release])


def test_one_of_several_artists_alone_licenses_nothing_shared(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    other = workspace.artists.add("Other")
    workspace.catalogue.scan(other.id, [str(music / koval.name)])
    for artist in (koval, other):
        choose(workspace, artist)
    add(workspace, koval)
    assert not any(change.named_after for change in workspace.jobs.plan_tag(ALL).planned)

    add(workspace, other)
    naming = [c.named_after for c in workspace.jobs.plan_tag(ALL).planned if c.named_after]
    assert naming


def test_each_step_is_a_deed_and_can_be_undone(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    number = add(workspace, koval)
    longer = Agreement("Klay", GENERATIVE, period=Period(None, date(2030, 6, 30)))
    workspace.licences.change(number, longer, whole(koval), confirmed=GENERATIVE)
    workspace.licences.end(number)
    entries = workspace.history.entries(limit=3)
    assert [entry_words(entry) for entry in entries] == [
        "Licence of Klay ended: last day 30 Nov 2026",
        f"Licence of Klay changed: “{koval.name}”, training AI that makes music",
        f"Licence for Klay added: “{koval.name}”, training AI that makes music",
    ]

    assert workspace.history.preview_undo(entries[0].id).uses == (Use.GENERATIVE_TRAINING,)
    with pytest.raises(LicenceOpens):
        workspace.history.undo(entries[0].id)
    undone = workspace.history.undo(entries[0].id, confirmed=GENERATIVE)
    assert workspace.licences.named(number).state is LicenceState.HOLDS
    assert workspace.history.entry(entries[2].id).can is Can.NOTHING
    workspace.history.undo(entries[1].id)
    workspace.history.undo(entries[2].id)
    assert workspace.licences.all() == []
    with pytest.raises(LicenceOpens):
        workspace.history.redo(entries[2].id)
    workspace.history.redo(entries[2].id, confirmed=GENERATIVE)
    assert workspace.licences.named(number).licence.agreement == KLAY
    assert undone.step == 1


def test_an_undo_never_takes_a_later_change_back(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    number = add(workspace, koval)
    (entry,) = workspace.history.entries(limit=1)
    workspace.licences.end(number)
    with pytest.raises(ChangedLater):
        workspace.history.undo(entry.id)


@pytest.mark.parametrize("several", [False, True], ids=["one artist", "two artists"])
def test_a_change_and_back_is_undone_from_the_end(
    workspace: Workspace, koval: Artist, several: bool
) -> None:
    """After A, B and A again the first holds by its value: it still has to wait for the others."""
    scopes = whole(koval)
    if several:
        scopes += whole(workspace.artists.add("Salt & Signal"))
    number = workspace.licences.add(KLAY, scopes, confirmed=KLAY.uses)
    shorter = replace(KLAY, period=Period(None, date(2027, 6, 30), "Europe/Berlin"))
    workspace.licences.change(number, shorter, scopes)
    workspace.licences.change(number, KLAY, scopes, confirmed=KLAY.uses)
    back, there, added = workspace.history.entries()[:3]
    assert [one.can for one in (back, there, added)] == [Can.UNDO, Can.NOTHING, Can.NOTHING]
    for _ in range(3):
        newest = workspace.history.newest_undoable()
        assert newest is not None
        workspace.history.undo(newest.id, confirmed=tuple(Use))
    assert workspace.licences.all() == []


def test_a_licence_that_a_person_ended_cannot_be_changed(
    workspace: Workspace, koval: Artist
) -> None:
    number = add(workspace, koval)
    workspace.licences.end(number)
    ended = workspace.licences.named(number)
    for changed in (replace(KLAY, note="signed again"), KLAY):
        with pytest.raises(LicenceFlaw) as refused:
            workspace.licences.change(number, changed, whole(koval))
        assert refused.value.sentence == "The licence of Klay was ended on 30 Nov 2026."
        assert refused.value.untouched == "Nothing was changed."
        with pytest.raises(LicenceFlaw, match="was ended on 30 Nov 2026"):
            workspace.licences.preview(changed, whole(koval), number)
    assert workspace.licences.named(number) == ended

    workspace.history.undo(workspace.history.entries(limit=1)[0].id, confirmed=tuple(Use))
    workspace.licences.change(number, replace(KLAY, note="signed again"), whole(koval))
    assert workspace.licences.named(number).licence.agreement.note == "signed again"


def test_an_end_in_the_past_keeps_what_was_agreed(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    period = Period(date(2026, 11, 10), date(2027, 12, 31), "Pacific/Kiritimati")
    number = add(workspace, koval, replace(KLAY, period=period))
    with pytest.raises(LicenceFlaw, match="begins later"):
        workspace.licences.end(number, date(2026, 11, 9))

    view = workspace.licences.end(number, date(2026, 11, 20))

    assert (view.state, view.licence.agreement.period) == (LicenceState.ENDED, period)
    assert (view.licence.ended_on, view.licence.last_day) == (date(2026, 11, 20),) * 2
    assert state_words(view.licence, workspace.now()) == (
        "ended on 20 Nov 2026, agreed until 31 Dec 2027"
    )
    with pytest.raises(LicenceFlaw, match="ended already"):
        workspace.licences.end(number, date(2026, 11, 19))
    assert workspace.jobs.plan_tag(ALL).about.partners == ()


def test_a_planned_end_keeps_what_was_agreed(workspace: Workspace, koval: Artist, now: Now) -> None:
    choose(workspace, koval)
    period = Period(None, date(2027, 12, 31), "Europe/Berlin")
    number = add(workspace, koval, replace(KLAY, period=period))

    view = workspace.licences.end(number, date(2026, 12, 24))

    assert (view.state, view.licence.agreement.period) == (LicenceState.HOLDS, period)
    assert view.licence.last_day == date(2026, 12, 24)
    assert state_words(view.licence, workspace.now()) == (
        "ends in 24 days, agreed until 31 Dec 2027"
    )
    (change, *_) = workspace.jobs.plan_tag(ALL).planned
    assert [grant.period.last for grant in change.named_after] == [date(2026, 12, 24)]
    turn = workspace.licences.next_turn()
    assert turn is not None
    assert turn.astimezone(ZoneInfo("Europe/Berlin")).date() == date(2026, 12, 24)
    with pytest.raises(LicenceFlaw, match="ends earlier: on 24 Dec 2026"):
        workspace.licences.end(number, date(2026, 12, 25))
    with pytest.raises(LicenceFlaw, match="is to end early, on 24 Dec 2026"):
        workspace.licences.change(number, replace(KLAY, note="longer"), whole(koval))

    now.time = datetime(2026, 12, 25, tzinfo=ZoneInfo("Europe/Berlin"))

    ended = workspace.licences.named(number)
    assert ended.state is LicenceState.ENDED
    assert state_words(ended.licence, workspace.now()) == (
        "ended on 24 Dec 2026, agreed until 31 Dec 2027"
    )


def test_a_planned_end_is_taken_back_with_a_yes(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    number = add(workspace, koval)
    before = workspace.licences.named(number)
    workspace.licences.end(number, date(2026, 12, 24))
    entry = workspace.history.entries(limit=1)[0].id
    with pytest.raises(LicenceOpens):
        workspace.history.undo(entry)

    workspace.history.undo(entry, confirmed=tuple(Use))

    assert workspace.licences.named(number) == before


def test_extending_needs_a_yes_and_narrowing_none(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    number = add(workspace, koval)
    longer = Agreement("Klay", GENERATIVE, period=Period(None, date(2028, 1, 1), "Europe/Berlin"))
    with pytest.raises(LicenceOpens):
        workspace.licences.change(number, longer, whole(koval))
    assert workspace.licences.named(number).licence.agreement == KLAY
    shorter = Agreement("Klay", GENERATIVE, period=Period(None, date(2027, 1, 1), "Europe/Berlin"))
    workspace.licences.change(number, shorter, whole(koval))
    with pytest.raises(LicenceFlaw, match="ends earlier"):
        workspace.licences.end(number, date(2027, 2, 1))
    assert workspace.licences.end(number, date(2026, 12, 24)).days_left == 24


def test_a_last_day_that_is_over_is_refused(workspace: Workspace, koval: Artist, now: Now) -> None:
    """Days are those of the licence's time zone: in Kiritimati 1 December has begun."""
    choose(workspace, koval)

    def until(day: int, zone: str, month: int = 11) -> Agreement:
        return replace(KLAY, period=Period(None, date(2026, month, day), zone))

    for over in (until(29, "UTC"), until(30, "Pacific/Kiritimati")):
        for way in (workspace.licences.add, workspace.licences.preview):
            with pytest.raises(LicenceFlaw, match=r"last day, .* Nov 2026 \(.*\), is already over"):
                way(over, whole(koval))
    assert workspace.licences.all() == []

    number = add(workspace, koval, until(30, "Europe/Berlin"))
    with pytest.raises(LicenceFlaw, match="already over"):
        workspace.licences.change(number, until(29, "Europe/Berlin"), whole(koval))

    now.time += timedelta(days=7)
    noted = replace(until(30, "Europe/Berlin"), note="ran out")
    workspace.licences.change(number, noted, whole(koval))  # its days stay as they were
    with pytest.raises(LicenceFlaw, match="already over"):
        workspace.licences.change(number, until(2, "Europe/Berlin", 12), whole(koval))
    assert workspace.licences.named(number).licence.agreement == noted


def test_what_is_gone_is_covered_again_once_it_is_back(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    one = workspace.catalogue.recordings(Filter(artist_id=koval.id))[0]
    title = workspace.catalogue.rows([one])[0].title
    scope = Scope(ScopeKind.RECORDING, one)
    workspace.licences.add(KLAY, [scope], confirmed=KLAY.uses)
    with workspace._database.write() as connection:
        connection.execute(text("CREATE TEMP TABLE kept AS SELECT * FROM recordings"))
        connection.execute(text(f"DELETE FROM recordings WHERE id = {one}"))

    (view,) = workspace.licences.all()
    assert [(music.name, music.gone) for music in view.covers] == [(title, True)]
    assert view.recordings == 0

    with workspace._database.write() as connection:
        connection.execute(text(f"UPDATE kept SET id = 9000 WHERE id = {one}"))
        connection.execute(text("INSERT INTO recordings SELECT * FROM kept WHERE id = 9000"))
    (view,) = workspace.licences.all()
    assert [(music.id, music.gone) for music in view.covers] == [(9000, False)]


def test_the_list_by_partner_and_by_end(workspace: Workspace, koval: Artist, now: Now) -> None:
    choose(workspace, koval)
    soon = Agreement("Vale", GENERATIVE, period=Period(None, date(2026, 12, 12)))
    later = Agreement("Abel", GENERATIVE, period=Period(date(2027, 1, 1), None))
    for agreement in (soon, KLAY, later):
        add(workspace, koval, agreement)

    def partners(chosen: LicenceFilter) -> list[str]:
        return [view.licence.agreement.partner for view in workspace.licences.all(chosen)]

    assert partners(LicenceFilter()) == ["Abel", "Klay", "Vale"]
    assert partners(LicenceFilter(ends_within=30)) == ["Vale"]
    assert partners(LicenceFilter(ends_within=11)) == []
    assert partners(LicenceFilter(state=LicenceState.NOT_YET)) == ["Abel"]
    assert partners(LicenceFilter(partner="kl")) == ["Klay"]
    assert partners(LicenceFilter(artist_id=koval.id + 1)) == []


def test_a_document_is_named_by_its_digest_and_kept_privately(
    workspace: Workspace, tmp_path: Path
) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"signed")
    plain = workspace.licences.document(str(contract))
    assert (plain.name, plain.kept) == ("contract.pdf", False)
    assert plain.sha256 == hashlib.sha256(b"signed").hexdigest()
    assert workspace.licences.kept_at(plain) is None

    kept = workspace.licences.document(str(contract), keep=True)
    place = workspace.licences.kept_at(kept)

    assert place is not None
    assert place.read_bytes() == b"signed"
    assert place.stat().st_mode & 0o077 == 0
    assert [path.name for path in place.parent.iterdir()] == [kept.sha256]
    with pytest.raises(NoDocument):
        workspace.licences.document(str(tmp_path / "missing.pdf"))


def test_mistakes_change_nothing(workspace: Workspace, koval: Artist) -> None:
    with pytest.raises(LicenceFlaw, match="no music"):
        workspace.licences.add(KLAY, [])
    with pytest.raises(NoSuchLicence):
        workspace.licences.end(7)
    assert workspace.history.entries(limit=1)[0].deed.kind.value == "files-checked"


def test_a_removed_artist_leaves_the_licence_without_music(
    workspace: Workspace, koval: Artist
) -> None:
    add(workspace, koval)
    workspace.artists.remove(koval.id)
    (view,) = workspace.licences.all()
    assert view.covers == ()
