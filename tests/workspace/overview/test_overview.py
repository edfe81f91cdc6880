"""Bars, chips, groups, home and roster: what they count. Missing files do not count as agreeing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import mutagen
import pytest
from sqlalchemy import insert, select, update

from rightsdesk.consent import PRESETS, Preset, Standing
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.interface import Reach
from rightsdesk.store.schema import (
    accounts,
    files,
    folders,
    items,
    recordings,
    releases,
    stored_consents,
)
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.overview.values import (
    Action,
    CatalogueGroup,
    GroupBy,
    Home,
    Segment,
)
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.problems import ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind, Sort, State
from tests.workspace.conftest import Song, choose

EVERYTHING = Filter()
LATER, BEFORE = "2999-01-01T00:00:00+00:00", "2001-01-01T00:00:00+00:00"


@pytest.fixture
def scanned(workspace: Workspace, artist: Artist, folder: Path, song: Song) -> Artist:
    for number, title in enumerate(("Sól", "Kettle", "Spoon"), 1):
        song(f"{title}.flac", title=title, album="Kitchen Tapes", tracknumber=str(number))
    song("ferry/Ferry.flac", title="Ferry", album="Night Ferry", date="2026-02-01")
    song("loose.flac", title="Loose")
    workspace.catalogue.scan(artist.id, [str(folder)])
    return artist


def tag(workspace: Workspace) -> None:
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))


def bar_of(home: Home) -> dict[Segment, int]:
    (files_bar,) = home.carriers
    return dict(files_bar.bar)


def set_since(workspace: Workspace, moment: str) -> None:
    with workspace._database.write() as connection:
        connection.execute(update(files).values(since=moment))


def test_a_silent_file_is_to_write_as_soon_as_there_is_a_consent(
    workspace: Workspace, scanned: Artist
) -> None:
    home = workspace.catalogue.home
    assert bar_of(home(scanned.id)) == {Segment.SILENT: 5}  # no consent, no statement
    choose(workspace, scanned)
    set_since(workspace, BEFORE)
    assert bar_of(home(scanned.id)) == {Segment.TO_WRITE: 5}
    set_since(workspace, LATER)  # it still says nothing: it has only to be written
    assert bar_of(home(scanned.id)) == {Segment.TO_WRITE: 5}
    tag(workspace)
    assert bar_of(home(scanned.id)) == {Segment.SAYS: 5}
    assert home(scanned.id).everywhere == 5


def test_a_differing_file_is_to_write_only_if_the_consent_is_newer(
    workspace: Workspace, scanned: Artist
) -> None:
    choose(workspace, scanned)
    tag(workspace)
    choose(workspace, scanned, Preset.ASK_FIRST)
    set_since(workspace, BEFORE)
    assert bar_of(workspace.catalogue.home(scanned.id)) == {Segment.TO_WRITE: 5}
    set_since(workspace, LATER)
    home = workspace.catalogue.home(scanned.id)
    assert bar_of(home) == {Segment.SAYS_OTHERWISE: 5}
    (write,) = [step for step in home.steps if step.action is Action.WRITE]
    assert (write.platform, write.count, write.otherwise) == ("file", 5, 5)


def test_problems_and_catalogue_agree_on_what_is_only_to_write(
    workspace: Workspace, scanned: Artist
) -> None:
    """Pending is not alarm, and “Show” of a problem finds in the catalogue what it counts."""

    def listed() -> dict[ProblemKind, int]:
        kinds = (ProblemKind.CONFLICTS, ProblemKind.SILENT)
        found = workspace.catalogue.problems(Filter())
        return {one.kind: one.count for one in found if one.kind in kinds}

    choose(workspace, scanned)
    tag(workspace)
    choose(workspace, scanned, Preset.ASK_FIRST)
    otherwise = Filter(state=State.SAYS_OTHERWISE, carrier=CarrierId.FILES)
    set_since(workspace, BEFORE)
    assert listed() == {ProblemKind.SILENT: 5}
    assert workspace.catalogue.count(otherwise) == 0
    set_since(workspace, LATER)
    assert listed() == {ProblemKind.CONFLICTS: 5}
    assert workspace.catalogue.count(otherwise) == 5


def test_what_a_site_says_for_all_is_no_write_to_each_recording(
    workspace: Workspace, scanned: Artist
) -> None:
    choose(workspace, scanned)
    tag(workspace)
    with workspace._database.write() as connection:
        made = insert(accounts).values(
            artist_id=scanned.id, platform="own_site", name="site", created_at=BEFORE
        )
        account = connection.execute(made.returning(accounts.c.id)).scalar_one()
        site = {"account_id": account, "remote_id": "/", "reach": Reach.SITE.value}
        connection.execute(insert(items).values(**site, fields="{}", seen_at=LATER, since=BEFORE))
    [of_site] = [
        one
        for one in workspace.catalogue.home(scanned.id).carriers
        if one.carrier != CarrierId.FILES
    ]
    assert of_site.bar == {Segment.TO_WRITE: 5}
    recordings_ = workspace.catalogue.recordings(Filter())
    for chosen in (Filter(), Filter(among=tuple(recordings_[:2]))):
        assert workspace.catalogue.chips(chosen).to_write == 0
    [step] = [
        one for one in workspace.catalogue.home(scanned.id).steps if one.action is Action.WRITE
    ]
    assert (step.platform, step.count) == ("own_site", 1)


def test_missing_files_do_not_count_as_agreeing(
    workspace: Workspace, scanned: Artist, folder: Path
) -> None:
    choose(workspace, scanned)
    tag(workspace)
    (folder / "Kettle.flac").unlink()
    workspace.catalogue.scan(scanned.id, [str(folder)])
    home = workspace.catalogue.home(scanned.id)
    assert bar_of(home) == {Segment.UNKNOWN: 1, Segment.SAYS: 4}
    assert (home.everywhere, home.recordings) == (4, 5)
    chosen = Filter(state=State.UNKNOWN)
    (row,) = workspace.catalogue.rows(workspace.catalogue.recordings(chosen))
    assert row.title == "Kettle"
    assert workspace.catalogue.count(chosen) == 1
    assert row.cells[CarrierId.FILES].standing is Standing.UNKNOWN, "rows and chips agree"
    assert workspace.catalogue.counts(Filter())[CarrierId.FILES][Standing.UNKNOWN] == 1
    (listed,) = workspace.catalogue.listed([row.recording_id])
    assert listed.segments == {CarrierId.FILES: Segment.UNKNOWN}


def test_a_list_in_another_order_keeps_its_groups(workspace: Workspace, scanned: Artist) -> None:
    found = workspace.catalogue.groups(Filter(), GroupBy.RELEASE, Sort("title", descending=True))
    rows = [found.at(place) for place in range(len(found))]
    names = {row.recording_id: row.title for row in workspace.catalogue.listed(found.ids)}
    shown = [row.name if isinstance(row, CatalogueGroup) else names[row] for row in rows]
    assert shown == [
        *("Kitchen Tapes", "Spoon", "Sól", "Kettle"),
        *("", "Loose"),
        "Night Ferry",
        "Ferry",
    ]
    assert workspace.catalogue.groups(Filter(), GroupBy.NONE, Sort("title")).ids == (
        workspace.catalogue.recordings(Filter(), Sort("title"))
    )


def test_single_recordings_narrow_lists_and_plans(workspace: Workspace, scanned: Artist) -> None:
    choose(workspace, scanned)
    two = tuple(workspace.catalogue.recordings(Filter())[:2])
    assert workspace.catalogue.count(Filter(among=two)) == 2
    assert workspace.catalogue.count(Filter(among=())) == 0
    assert Filter(among=two).narrowed
    assert len(workspace.jobs.plan_tag(Filter(among=two)).changes) == 2


def test_a_filter_by_state_can_name_a_single_carrier(workspace: Workspace, scanned: Artist) -> None:
    choose(workspace, scanned)
    needs = Filter(state=State.NEEDS_WORK, carrier=CarrierId.FILES)
    assert len(workspace.catalogue.groups(needs, GroupBy.NONE)) == 5
    assert workspace.catalogue.count(replace(needs, carrier="soundcloud")) == 0
    assert workspace.catalogue.chips(Filter()).to_write == 5


def test_chips_count_what_their_filters_show(workspace: Workspace, scanned: Artist) -> None:
    choose(workspace, scanned)
    tag(workspace)
    with workspace._database.write() as connection:
        kettle = select(recordings.c.id).where(recordings.c.title == "Kettle").scalar_subquery()
        of_kettle = files.c.recording_id == kettle
        connection.execute(update(files).where(of_kettle).values(says="{}", since=LATER))
    chips = workspace.catalogue.chips(Filter())
    assert (chips.total, dict(chips.states)) == (
        5,
        {State.NEEDS_WORK: 1, State.SAYS_OTHERWISE: 0, State.UNKNOWN: 0},
    )
    for state, number in chips.states.items():
        assert len(workspace.catalogue.recordings(Filter(state=state))) == number
    assert workspace.catalogue.chips(Filter(text="sol")).states[State.NEEDS_WORK] == 0


def titles(workspace: Workspace, by: GroupBy, chosen: Filter = EVERYTHING) -> list[str]:
    found = workspace.catalogue.groups(chosen, by)
    shown = []
    for row in range(len(found)):
        here = found.at(row)
        if isinstance(here, CatalogueGroup):
            shown.append(f"# {here.name} {here.count}")
        else:
            shown.append(workspace.catalogue.rows([here])[0].title)
    return shown


def test_the_recordings_of_a_group_are_below_it(workspace: Workspace, scanned: Artist) -> None:
    tapes = ["# Kitchen Tapes 3", "Sól", "Kettle", "Spoon"]
    by_release = [*tapes, "# Night Ferry 1", "Ferry", "#  1", "Loose"]
    assert titles(workspace, GroupBy.RELEASE) == by_release
    flat = ["Sól", "Kettle", "Spoon", "Ferry", "Loose"]
    assert titles(workspace, GroupBy.NONE) == flat
    assert titles(workspace, GroupBy.ARTIST) == ["# Someone 5", *flat]
    assert titles(workspace, GroupBy.RELEASE, Filter(text="ferry")) == ["# Night Ferry 1", "Ferry"]
    for chosen, counts in (
        (Filter(), {(1, 1), (3, 3)}),
        (Filter(text="sol"), {(1, 3)}),
    ):
        groups = workspace.catalogue.groups(chosen, GroupBy.RELEASE).groups
        assert {(one.count, one.whole) for one in groups if one.release_id} == counts
    labels = workspace.catalogue.groups(Filter(text="sol"), GroupBy.LABEL).groups
    assert {one.whole for one in labels} == {0}
    by_folder = [line for line in titles(workspace, GroupBy.FOLDER) if line.startswith("#")]
    assert [line.rpartition(" ")[2] for line in by_folder] == ["4", "1"]
    with pytest.raises(IndexError):
        workspace.catalogue.groups(Filter(), GroupBy.RELEASE).at(99)


def test_headers_show_year_consent_and_a_summed_bar(workspace: Workspace, scanned: Artist) -> None:
    choose(workspace, scanned)
    set_since(workspace, BEFORE)
    tapes, ferry, _ = workspace.catalogue.groups(Filter(), GroupBy.RELEASE).groups
    assert (ferry.year, ferry.consent, ferry.artist) == (2026, PRESETS[Preset.NO_AI], "Someone")
    assert dict(tapes.bar) == {Segment.TO_WRITE: 3}
    first = workspace.catalogue.recordings(Filter(text="sol"))[0]
    asked = PRESETS[Preset.ASK_FIRST]
    scope = Scope(ScopeKind.RECORDING, first)
    opened = workspace.consents.widened_by(scope, asked)
    workspace.consents.set(scope, asked, confirmed=opened)
    tapes, *_ = workspace.catalogue.groups(Filter(), GroupBy.RELEASE).groups
    assert tapes.consent is None
    assert workspace.catalogue.home(scanned.id).exceptions == 1


def test_labels_group_and_filter(workspace: Workspace, scanned: Artist) -> None:
    with workspace._database.write() as connection:
        named = releases.c.title == "Night Ferry"
        connection.execute(update(releases).where(named).values(label="Lantern"))
    shown = titles(workspace, GroupBy.LABEL)
    assert (shown[:2], shown[2]) == (["# Lantern 1", "Ferry"], "#  4")
    assert len(workspace.catalogue.recordings(Filter(label="Lantern"), Sort("title"))) == 1


def test_steps_are_sorted_by_urgency(workspace: Workspace, scanned: Artist, folder: Path) -> None:
    (choosing,) = workspace.catalogue.home(scanned.id).steps
    assert (choosing.action, choosing.count) == (Action.CHOOSE, 5)
    choose(workspace, scanned)
    folder.rename(folder.with_name("elsewhere"))
    actions = [step.action for step in workspace.catalogue.home(scanned.id).steps]
    assert actions == [Action.FIND_FOLDER, Action.WRITE, Action.CONNECT, Action.RESERVE_SITE]
    workspace.platforms.place(scanned.id, "linkedin", here=True)
    switches = [
        step
        for step in workspace.catalogue.home(scanned.id).steps
        if step.action is Action.SWITCH_OFF
    ]
    assert {(step.platform, step.minutes >= 1) for step in switches} <= {("linkedin", True)}


def test_the_roster_agrees_with_the_home_of_each_artist(
    workspace: Workspace, scanned: Artist
) -> None:
    other = workspace.artists.add("Another")
    choose(workspace, scanned)
    another, someone = workspace.catalogue.roster()
    home = workspace.catalogue.home(scanned.id)
    assert (another.artist_id, another.recordings, dict(another.bar)) == (other.id, 0, {})
    assert (someone.steps, someone.everywhere) == (home.steps, home.everywhere)
    assert someone.consent == PRESETS[Preset.NO_AI]
    everyone = workspace.catalogue.home()
    assert everyone.recordings == 5
    assert bar_of(everyone) == bar_of(home)


def test_drift_is_news(workspace: Workspace, scanned: Artist, folder: Path) -> None:
    choose(workspace, scanned)
    tag(workspace)
    audio = mutagen.File(folder / "Kettle.flac")
    for name in list(audio):
        if name not in ("title", "album", "tracknumber"):
            del audio[name]
    audio.save()
    workspace.catalogue.scan(scanned.id, [str(folder)])
    (news,) = workspace.catalogue.home(scanned.id).news
    assert (news.carrier, news.count) == ("file", 1)
    assert workspace.catalogue.roster()[0].news == (news,)


def test_without_a_consent_nothing_is_to_write(workspace: Workspace, scanned: Artist) -> None:
    with workspace._database.read() as connection:
        assert connection.execute(select(stored_consents)).first() is None
    home = workspace.catalogue.home(scanned.id)
    assert Action.WRITE not in {step.action for step in home.steps}
    assert (home.everywhere, home.chosen_at) == (0, "")


def test_a_moved_folder_keeps_its_jobs_and_undo(
    workspace: Workspace, scanned: Artist, folder: Path
) -> None:
    before = (folder / "Kettle.flac").read_bytes()
    choose(workspace, scanned)
    tag(workspace)
    new = folder.with_name("elsewhere")
    folder.rename(new)
    found = workspace.catalogue.find_folder(str(folder), str(new))
    assert (found.found, found.not_found) == (5, 0)
    with workspace._database.read() as connection:
        (place,) = connection.execute(select(folders.c.path)).scalars()
        assert place == str(new).encode()
    assert workspace.catalogue.home(scanned.id).everywhere == 5
    job = workspace.jobs.all()[0]
    workspace.jobs.apply(plan := workspace.jobs.plan_undo(job.id), confirmed=plan.confirmation())
    assert (new / "Kettle.flac").read_bytes() == before


def test_the_first_list_is_fast_and_approximate(workspace: Workspace, scanned: Artist) -> None:
    choose(workspace, scanned)
    rough = workspace.catalogue.groups(Filter(), GroupBy.RELEASE, at_once=True)
    assert rough.rough
    assert rough.groups[0].bar == {}
    whole = workspace.catalogue.groups(Filter(), GroupBy.RELEASE)
    assert not whole.rough
    assert whole.groups[0].bar == {Segment.TO_WRITE: 3}
    assert (rough.ids, rough.header_rows) == (whole.ids, whole.header_rows)
    again = workspace.catalogue.groups(Filter(), GroupBy.RELEASE, at_once=True)
    assert not again.rough, "bars are known by now"
    chosen = Filter(state=State.NEEDS_WORK)
    choose(workspace, scanned, Preset.ASK_FIRST)
    assert not workspace.catalogue.groups(chosen, GroupBy.RELEASE, at_once=True).rough


def test_an_outage_that_lasts_is_a_step(workspace: Workspace, scanned: Artist) -> None:
    def unread(days: float) -> list[str]:
        since = (workspace.catalogue._clock.now() - timedelta(days=days)).isoformat()
        with workspace._database.write() as connection:
            connection.execute(update(accounts).values(unread_since=since))
        steps = workspace.catalogue.home(scanned.id).steps
        return [step.name for step in steps if step.action is Action.UNREAD]

    with workspace._database.write() as connection:
        connection.execute(
            insert(accounts).values(
                artist_id=scanned.id,
                platform="bluesky",
                name="mira.example",
                state="connected",
                created_at="2026-11-01T00:00:00+00:00",
            )
        )
    assert unread(0.5) == []
    assert unread(3) == ["mira.example"]


def test_rows_alone_agree_with_all_of_them(workspace: Workspace, scanned: Artist) -> None:
    choose(workspace, scanned)
    workspace.platforms.attest(scanned.id, "x", "", "off")
    ids = workspace.catalogue.recordings(Filter())
    alone = [workspace.catalogue.listed([number])[0].segments for number in ids]
    workspace.catalogue.chips(Filter())  # works out the patterns of all
    assert [row.segments for row in workspace.catalogue.listed(ids)] == alone
    assert {tuple(sorted(one.items())) for one in alone} == {
        ((CarrierId.FILES, Segment.TO_WRITE), ("x", Segment.TOLD))
    }
