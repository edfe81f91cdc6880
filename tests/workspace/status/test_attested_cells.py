"""Attestations in the matrix: for all recordings, with their date, never shown as read."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, insert

from rightsdesk.consent import PRESETS, Permission, Preset, Standing, Use
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.interface import Reach
from rightsdesk.resources.facts import all_facts
from rightsdesk.store.schema import accounts, items, recordings, releases
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.suites import suite_of
from rightsdesk.workspace.types.guided import Urgency
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind, Sort

NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]
MAY = datetime.date(2026, 5, 3)
READ = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)


@pytest.fixture
def workspace(isolated: Path) -> Iterator[Workspace]:
    with Workspace.open(isolated) as opened:
        yield opened


def artist_with_recordings(workspace: Workspace, name: str = "Mira Koval", number: int = 4) -> int:
    """An artist with preset No AI and some recordings, the first half of them on a release."""
    artist = workspace.artists.add(name).id
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist), NO_AI)
    with workspace._database.write() as connection:
        made = insert(releases).values(artist_id=artist, key="a", title="A")
        release = connection.execute(made.returning(releases.c.id)).scalar_one()
        rows = [
            {
                "artist_id": artist,
                "title": f"Song {n}",
                "key": f"k{n}",
                "release_id": release if n < number // 2 else None,
            }
            for n in range(number)
        ]
        connection.execute(insert(recordings), rows)
    return artist


def ids(workspace: Workspace, artist: int) -> list[int]:
    return workspace.catalogue.recordings(Filter(artist_id=artist), Sort("title"))


def standings(workspace: Workspace, artist: int, platform: str) -> list[Standing | None]:
    rows = workspace.catalogue.rows(ids(workspace, artist))
    return [row.cells[platform].standing if platform in row.cells else None for row in rows]


def read_at(number: int) -> str:
    """A recent read time for an item, each a minute after the previous item."""
    return (READ + datetime.timedelta(minutes=number)).isoformat(timespec="seconds")


def has_account(
    workspace: Workspace, artist: int, platform: str, fields: list[dict[str, list[str]]]
) -> None:
    """Add an account with read items."""
    with workspace._database.write() as connection:
        made = insert(accounts).values(
            artist_id=artist, platform=platform, name="mira", created_at="2026-01-01"
        )
        account = connection.execute(made.returning(accounts.c.id)).scalar_one()
        rows = [
            {
                "account_id": account,
                "remote_id": str(n),
                "fields": json.dumps(held),
                "seen_at": read_at(n),
                "reach": Reach.ITEM.value,
            }
            for n, held in enumerate(fields)
        ]
        if rows:
            connection.execute(insert(items), rows)


# --- the matrix ----------------------------------------------------------------------------


def test_an_attestation_covers_every_recording_of_its_artist_only(workspace: Workspace) -> None:
    mira, other = (
        artist_with_recordings(workspace),
        artist_with_recordings(workspace, "Salt & Signal"),
    )
    workspace.platforms.attest(mira, "x", "", "off", on=MAY)
    [cell, *_] = [row.cells["x"] for row in workspace.catalogue.rows(ids(workspace, mira))]
    assert (cell.standing, cell.evidence) == (Standing.ATTESTED, "attested")
    assert cell.seen_at.startswith("2026-05-03")
    assert dict(cell.says) == {Use.GENERATIVE_TRAINING: Permission.PROHIBITED}
    assert standings(workspace, other, "x") == [None] * 4
    assert workspace.catalogue.counts(Filter())["x"] == {Standing.ATTESTED: 4}


def test_only_platforms_in_use_have_a_column(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    before = dict(workspace.catalogue.carriers())
    workspace.platforms.attest(mira, "x", "", "off")
    workspace.platforms.place(mira, "spotify", here=True)
    workspace.platforms.place(mira, "linkedin", here=False)
    assert set(dict(workspace.catalogue.carriers())) - set(before) == {"x", "spotify"}
    assert {"x", "spotify"} <= workspace.catalogue.carriers_for_all()
    workspace.platforms.withdraw(mira, "x")
    workspace.platforms.place(mira, "spotify", here=None)
    assert dict(workspace.catalogue.carriers()) == before


def test_presence_without_an_attestation_leaves_the_terms(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    for platform in ("spotify", "x", "mixcloud"):
        workspace.platforms.place(mira, platform, here=True)
    cells = workspace.catalogue.rows(ids(workspace, mira))[0].cells
    assert {cells[p].standing for p in ("spotify", "x", "mixcloud")} == {Standing.TERMS_ONLY}
    assert (cells["x"].evidence, cells["x"].seen_at) == ("terms", "2026-07-16")
    assert cells["mixcloud"].evidence == ""
    assert "does not know what the terms say" in cells["mixcloud"].problem


def test_each_recording_is_compared_with_its_own_consent(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    workspace.consents.set(Scope(ScopeKind.ARTIST, mira), OPEN, confirmed=tuple(Use))
    first, second, third, _ = ids(workspace, mira)
    workspace.consents.set(Scope(ScopeKind.RECORDING, third), NO_AI)
    release = workspace.catalogue.rows([first])[0].release_id
    assert release is not None
    workspace.consents.set(Scope(ScopeKind.RELEASE, release), NO_AI)
    workspace.consents.set(Scope(ScopeKind.RECORDING, second), OPEN, confirmed=tuple(Use))
    workspace.platforms.attest(mira, "x", "", "on")
    attested, conflicts = Standing.ATTESTED, Standing.CONFLICTS
    assert standings(workspace, mira, "x") == [conflicts, attested, conflicts, attested]
    assert workspace.catalogue.counts(Filter())["x"] == {conflicts: 2, attested: 2}
    found = workspace.catalogue.recordings(Filter(standing=conflicts, carrier="x"), Sort("title"))
    assert found == [first, third]
    assert workspace.catalogue.recordings(Filter(), Sort("x"))[:2] == [first, third]


def test_an_account_that_is_read_replaces_the_attestation(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    workspace.platforms.attest(mira, "youtube", "", "off")
    assert standings(workspace, mira, "youtube") == [Standing.ATTESTED] * 4
    has_account(workspace, mira, "youtube", [])
    assert standings(workspace, mira, "youtube") == [None] * 4
    assert "youtube" not in workspace.catalogue.counts(Filter())


def test_an_attested_conflict_is_no_work_for_a_sync(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    workspace.platforms.attest(mira, "x", "", "on")
    problems = workspace.catalogue.problems(Filter())
    assert [problem.kind for problem in problems] == ["attested"]
    assert "attest x" in problems[0].advice


def test_cells_need_no_query_per_recording(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace, number=300)
    workspace.platforms.attest(mira, "x", "", "off")
    asked: list[str] = []
    event.listen(
        workspace._database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: asked.append(statement),
    )
    assert workspace.catalogue.counts(Filter())["x"] == {Standing.ATTESTED: 300}
    assert len(asked) < 30


def test_the_inspector_marks_an_attestation_as_attested(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    workspace.platforms.attest(mira, "x", "", "off", on=MAY)
    workspace.platforms.place(mira, "spotify", here=True)
    spotify, x = workspace.catalogue.recording(ids(workspace, mira)[0]).carriers
    assert (x.title, x.evidence, x.statements) == ("X", "attested", ())
    assert "Terms of 2026-07-16" in x.terms
    assert (spotify.standing, spotify.evidence) == (Standing.TERMS_ONLY, "terms")


# --- what was read stays apart ---------------------------------------------------------------


def test_a_switch_that_is_read_is_separate_from_the_signal(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    written = {"tags": ["noai"], "permitted": ["none"]}
    has_account(
        workspace, mira, "youtube", [written, {"permitted": ["none"]}, {"permitted": ["all"]}]
    )
    [view] = [view for view in workspace.platforms.guided(mira) if view.platform == "youtube"]
    none, everybody = view.controls[0].read
    assert (none.count, none.wider, none.evidence, none.of_tracks) == (2, (), "api", True)
    assert none.seen_at == read_at(0)
    assert everybody.count == 1
    assert Use.GENERATIVE_TRAINING in everybody.wider
    assert view.controls[0].attestation is None
    assert view.group is Urgency.TO_DO, "only a person can use this switch"
    signals = workspace.platforms.signals(mira, "youtube")
    assert signals
    assert signals.accounts == ("mira",)
    assert sum(signals.standings.values()) == 3, "the switch is no signal of ours"
    assert signals.standings[Standing.SILENT] >= 2


def test_a_platform_with_only_switches_carries_no_signal(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    has_account(workspace, mira, "audius", [{"no_ai_use": ["true"]}])
    signals = workspace.platforms.signals(mira, "audius")
    assert signals
    assert signals.standings == {}
    [view] = [view for view in workspace.platforms.guided(mira) if view.platform == "audius"]
    assert [len(control.read) for control in view.controls] == [0, 1]
    assert workspace.platforms.signals(mira, "x") is None


def test_a_correct_observation_needs_no_attestation(workspace: Workspace) -> None:
    mira = artist_with_recordings(workspace)
    has_account(workspace, mira, "youtube", [{"permitted": ["none"]}])
    [view] = [view for view in workspace.platforms.guided(mira) if view.platform == "youtube"]
    assert (view.group, view.connected) == (Urgency.DONE, True)


def test_the_fields_of_switches_are_fields_of_the_platform() -> None:
    named = {facts.id: c.fields for facts in all_facts() for c in facts.controls if c.fields}
    assert {"youtube", "audius", "wordpress_com", "cloudflare"} == set(named)
    for platform, fields in named.items():
        assert set(fields) <= set(suite_of(CarrierId(platform)).fields)
