"""Merge, keep apart, ignore: later scans respect decisions, undo is exact, nothing widens."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from sqlalchemy import select, text, update

from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.errors import KnownError
from rightsdesk.store.schema import accounts, files, items
from rightsdesk.workspace import WideningNotConfirmed, Workspace
from rightsdesk.workspace.history.types import HistoryFilter
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.findings import DecisionKind, Finding, FindingKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.catalogue.test_same_recording import ISRC, effective_consents, open_up, titles
from tests.workspace.conftest import Song, choose, retag

Scan = Callable[..., None]
ALL = Filter()
NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]
MERGE, KEEP_APART, IGNORE = DecisionKind.MERGE, DecisionKind.KEEP_APART, DecisionKind.IGNORE


@pytest.fixture
def scan(workspace: Workspace, artist: Artist, folder: Path) -> Scan:
    def run(of: Artist = artist, below: str = "") -> None:
        workspace.catalogue.scan(of.id, [str(folder / below)])

    return run


@pytest.fixture
def four(workspace: Workspace, artist: Artist, song: Song, scan: Scan) -> Finding:
    """Four songs with the same ISRC, and the finding about them."""
    for name in ("First", "Second", "Third", "Fourth"):
        song(f"{name}.flac", title=f"{name} Song", isrc=ISRC)
    choose(workspace, artist)
    scan()
    return the_finding(workspace, FindingKind.ISRC)


def the_finding(workspace: Workspace, kind: FindingKind) -> Finding:
    [finding] = [found for found in workspace.catalogue.findings(ALL) if found.kind is kind]
    return finding


def kinds(workspace: Workspace) -> list[FindingKind]:
    return [finding.kind for finding in workspace.catalogue.findings(ALL)]


def grouping(workspace: Workspace) -> set[frozenset[str]]:
    """Which files belong to the same recording."""
    groups: dict[int, set[str]] = {}
    with workspace._database.read() as connection:
        query = select(files.c.recording_id, files.c.path).where(files.c.missing.is_(False))
        for number, path in connection.execute(query):
            groups.setdefault(number, set()).add(os.path.basename(os.fsdecode(path)))
    return {frozenset(group) for group in groups.values()}


def everything(workspace: Workspace) -> dict[str, list[str]]:
    """All rows that a decision can change, without the decision itself."""
    tables = {
        "files": "id, recording_id, decided, tags, missing",
        "recordings": "*",
        "releases": "*",
        "consents": "kind, owner_id, consent",
        "items": "*",
    }
    found: dict[str, list[str]] = {}
    with workspace._database.read() as connection:
        for name, columns in tables.items():
            rows = connection.execute(text(f"SELECT {columns} FROM {name}"))
            found[name] = sorted(repr(tuple(row)) for row in rows)
    return found


def member(finding: Finding, title: str) -> int:
    [number] = [member.id for member in finding.members if member.title == title]
    return number


def rescan_all(workspace: Workspace, scan: Scan) -> None:
    """Scan as if no file had been read before."""
    with workspace._database.write() as connection:
        connection.execute(update(files).values(tags=""))
    scan()


def test_merged_files_stay_a_single_recording(
    workspace: Workspace,
    four: Finding,
    scan: Scan,
    song: Song,
) -> None:
    workspace.catalogue.decide(four.id, MERGE)
    assert [number for _, number in titles(workspace)] == [4]
    assert kinds(workspace) == []
    both: list[Callable[[], object]] = [scan, lambda: rescan_all(workspace, scan)]
    for again in both:
        again()
        assert [number for _, number in titles(workspace)] == [4]
    song("Third again.mp3", title="Third Song", isrc=ISRC)
    scan()
    assert [number for _, number in titles(workspace)] == [5], "a copy of a part is merged too"
    retag(song("Fourth.flac"), title="Fifth Song")
    scan()
    assert [number for _, number in titles(workspace)] == [5]


def test_a_merge_can_cover_only_some_of_the_recordings(
    workspace: Workspace, four: Finding, scan: Scan
) -> None:
    some = [member(four, "First Song"), member(four, "Third Song")]
    workspace.catalogue.decide(four.id, MERGE, some)
    rescan_all(workspace, scan)
    assert sorted(number for _, number in titles(workspace)) == [1, 1, 2]
    again = the_finding(workspace, FindingKind.ISRC)
    assert (again.id, len(again.members)) == (four.id, 3)
    workspace.catalogue.decide(four.id, KEEP_APART)
    rescan_all(workspace, scan)
    assert kinds(workspace) == []
    assert sorted(number for _, number in titles(workspace)) == [1, 1, 2]


def test_recordings_kept_apart_are_not_listed_until_there_is_another(
    workspace: Workspace,
    four: Finding,
    scan: Scan,
    song: Song,
) -> None:
    workspace.catalogue.decide(four.id, KEEP_APART)
    rescan_all(workspace, scan)
    assert kinds(workspace) == []
    for name in ("First", "Second"):
        retag(song(f"{name}.flac"), title="One Song")
    scan()
    assert len(titles(workspace)) == 4, "they stay apart under any title"
    song("Fifth.flac", title="Fifth Song", isrc=ISRC)
    scan()
    assert the_finding(workspace, FindingKind.ISRC).id == four.id


@pytest.mark.parametrize("kind", [MERGE, KEEP_APART])
def test_undoing_a_decision_restores_everything(
    workspace: Workspace, four: Finding, scan: Scan, kind: DecisionKind
) -> None:
    open_up(workspace, ScopeKind.RECORDING, member(four, "First Song"))
    before = everything(workspace)
    made = workspace.catalogue.decide(four.id, kind)
    assert everything(workspace) != before
    scan()
    would = workspace.catalogue.preview_undo_decision(made.id)
    assert [widened.title for widened in would.opened] == (["First Song"] if kind is MERGE else [])
    taken = workspace.catalogue.undo_decision(made.id, confirmed=would.uses)
    assert taken.undone_at
    assert everything(workspace) == before
    assert the_finding(workspace, FindingKind.ISRC) == four
    rescan_all(workspace, scan)
    assert everything(workspace) == before


def test_a_merge_takes_the_strictest_consent(
    workspace: Workspace, four: Finding, scan: Scan
) -> None:
    first = member(four, "First Song")
    open_up(workspace, ScopeKind.RECORDING, first)
    before = everything(workspace)
    would = workspace.catalogue.preview_decision(four.id, MERGE)
    assert [(widened.title, widened.before, widened.after) for widened in would.reconsidered] == [
        ("First Song", OPEN, NO_AI)
    ]
    assert would.opened == ()
    assert everything(workspace) == before, "a preview changes nothing"
    workspace.catalogue.decide(four.id, MERGE)
    assert list(effective_consents(workspace).values()) == [NO_AI]


def test_undoing_a_merge_widens_only_after_a_confirmation(
    workspace: Workspace, four: Finding
) -> None:
    open_up(workspace, ScopeKind.RECORDING, member(four, "First Song"))
    made = workspace.catalogue.decide(four.id, MERGE)
    before = everything(workspace)
    with pytest.raises(WideningNotConfirmed) as refused:
        workspace.catalogue.undo_decision(made.id)
    assert [widened.title for widened in refused.value.opened] == ["First Song"]
    assert everything(workspace) == before
    assert workspace.catalogue.decisions()[0].undone_at == ""


def test_undoing_a_merge_names_each_widened_recording_by_its_own_title(
    workspace: Workspace, four: Finding
) -> None:
    titles = [member.title for member in four.members]
    open_up(workspace, ScopeKind.RECORDING, member(four, titles[-1]))
    made = workspace.catalogue.decide(four.id, MERGE)
    would = workspace.catalogue.preview_undo_decision(made.id)
    assert [widened.title for widened in would.opened] == [titles[-1]]
    assert [widened.title for widened in would.reconsidered] == [titles[-1]]


def test_a_consent_set_after_a_merge_holds_for_all_parts(
    workspace: Workspace, four: Finding
) -> None:
    made = workspace.catalogue.decide(four.id, MERGE)
    [number] = workspace.catalogue.recordings(ALL)
    mine = Consent({Use.SEARCH: Permission.PROHIBITED})
    workspace.consents.set(Scope(ScopeKind.RECORDING, number), mine)
    assert workspace.catalogue.preview_undo_decision(made.id).opened == ()
    workspace.catalogue.undo_decision(made.id)
    assert {consent[Use.SEARCH] for consent in effective_consents(workspace).values()} == {
        Permission.PROHIBITED
    }
    assert len(effective_consents(workspace)) == 4


def test_a_merge_respects_a_stricter_release(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    choose(workspace, artist, Preset.OPEN)
    song("a/1.flac", title="A", isrc=ISRC, album="Free")
    song("a/2.flac", title="A", isrc=ISRC, album="Free")
    song("b.flac", title="B", isrc=ISRC, album="Kept")
    scan()
    [kept] = [n for n, title in workspace.catalogue.releases() if title == "Kept"]
    workspace.consents.set(Scope(ScopeKind.RELEASE, kept), NO_AI)
    made = workspace.catalogue.decide(the_finding(workspace, FindingKind.ISRC).id, MERGE)
    assert list(effective_consents(workspace).values()) == [NO_AI]
    uses = workspace.catalogue.preview_undo_decision(made.id).uses
    workspace.catalogue.undo_decision(made.id, confirmed=uses)
    assert effective_consents(workspace) == {"A": OPEN, "B": NO_AI}


def test_linked_tracks_follow_a_merge_and_its_undo(
    workspace: Workspace,
    four: Finding,
    artist: Artist,
) -> None:
    first, second = member(four, "First Song"), member(four, "Second Song")
    with workspace._database.write() as connection:
        row = {"id": 1, "artist_id": artist.id, "platform": "soundcloud", "created_at": ""}
        connection.execute(accounts.insert().values(row))
        for number, recording, matched, listed in (
            (1, first, "isrc", "[]"),
            (2, second, "person", "[]"),
            (3, None, "ask", f"[[{first},90.0],[{second},80.0]]"),
        ):
            row = {"id": number, "account_id": 1, "remote_id": str(number), "title": "x"}
            row |= {"recording_id": recording, "matched": matched, "candidates": listed}
            connection.execute(items.insert().values(row))
    before = everything(workspace)
    made = workspace.catalogue.decide(four.id, MERGE)
    [into] = workspace.catalogue.recordings(ALL)
    with workspace._database.read() as connection:
        rows = connection.execute(select(items.c.recording_id, items.c.candidates)).all()
    assert [row[0] for row in rows] == [into, into, None]
    assert rows[2][1] == f"[[{into},90.0]]"
    workspace.catalogue.undo_decision(made.id)
    assert everything(workspace) == before


def test_jobs_can_be_undone_after_a_merge_and_after_its_undo(
    workspace: Workspace,
    four: Finding,
    folder: Path,
) -> None:
    original = {path.name: path.read_bytes() for path in folder.iterdir()}
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    made = workspace.catalogue.decide(four.id, MERGE)
    assert workspace.jobs.plan_tag(ALL).changes == ()
    workspace.catalogue.undo_decision(made.id)
    workspace.catalogue.decide(four.id, MERGE)
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": 4}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == original


def test_an_older_plan_is_compared_with_the_merged_consent(
    workspace: Workspace, four: Finding
) -> None:
    open_up(workspace, ScopeKind.RECORDING, member(four, "First Song"))
    plan = workspace.jobs.plan_tag(ALL)
    workspace.catalogue.decide(four.id, MERGE)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    [left] = workspace.jobs.plan_tag(ALL).changes
    assert (left.before, left.after) == (Consent(), NO_AI), "nothing wider was written"


def test_merging_an_isrc_of_two_artists_takes_the_stricter_consent(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    other = workspace.artists.add("Someone else")
    song("a/one.flac", title="Song", isrc=ISRC)
    song("b/one.mp3", title="Song", isrc=ISRC)
    scan(artist, "a")
    scan(other, "b")
    choose(workspace, artist, Preset.OPEN)
    choose(workspace, other, Preset.NO_AI)
    before = everything(workspace)
    finding = the_finding(workspace, FindingKind.ARTISTS)
    would = workspace.catalogue.preview_decision(finding.id, MERGE)
    assert [(widened.artist, widened.after) for widened in would.reconsidered] == [
        ("Someone", NO_AI)
    ]
    made = workspace.catalogue.decide(finding.id, MERGE)
    assert workspace.history.entries(limit=1)[0].deed.scope.artist_id is None, "two artists'"
    assert kinds(workspace) == []
    assert [
        row.consent for row in workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    ] == [NO_AI, NO_AI]
    scan(artist, "a")
    scan(other, "b")
    assert kinds(workspace) == []
    with pytest.raises(WideningNotConfirmed):
        workspace.catalogue.undo_decision(made.id)
    would = workspace.catalogue.preview_undo_decision(made.id)
    assert [(widened.artist, widened.title) for widened in would.opened] == [("Someone", "Song")]
    workspace.catalogue.undo_decision(made.id, confirmed=would.uses)
    assert everything(workspace) == before


def test_widening_for_one_of_two_artists_is_named_for_both(
    workspace: Workspace, artist: Artist, song: Song, scan: Scan
) -> None:
    other = workspace.artists.add("Someone else")
    song("a/one.flac", title="Song", isrc=ISRC)
    song("b/one.mp3", title="Song two", isrc=ISRC)
    scan(artist, "a")
    scan(other, "b")
    choose(workspace, artist, Preset.OPEN)
    choose(workspace, other, Preset.NO_AI)
    workspace.catalogue.decide(the_finding(workspace, FindingKind.ARTISTS).id, MERGE)
    [number] = workspace.catalogue.recordings(Filter(artist_id=other.id))
    for scope in (Scope(ScopeKind.ARTIST, other.id), Scope(ScopeKind.RECORDING, number)):
        opened = workspace.consents.opened_by(scope, OPEN)
        assert [(widened.artist, widened.title) for widened in opened] == [
            ("Someone else", "Song two"),
            ("Someone", "Song"),
        ]
        assert set(workspace.consents.widened_by(scope, OPEN)) == set(opened[0].uses)
        with pytest.raises(WideningNotConfirmed):
            workspace.consents.set(scope, OPEN)
    assert workspace.consents.opened_by(Scope(ScopeKind.ARTIST, artist.id), OPEN) == ()


def test_an_isrc_of_two_artists_kept_apart(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    other = workspace.artists.add("Someone else")
    song("a/one.flac", title="Song", isrc=ISRC)
    song("b/one.mp3", title="Song", isrc=ISRC)
    scan(artist, "a")
    scan(other, "b")
    workspace.catalogue.decide(the_finding(workspace, FindingKind.ARTISTS).id, KEEP_APART)
    assert kinds(workspace) == []


def test_two_releases_with_one_upc_merge_into_one_release(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    choose(workspace, artist, Preset.OPEN)
    for name, album in (("a", "Night Ferry"), ("b", "Night Ferry"), ("c", "Nite Ferry")):
        path = song(f"{name}.flac", title=name, isrc=f"QZES5240000{ord(name) - 96}", album=album)
        add_upc(path)
    scan()
    [nite] = [n for n, title in workspace.catalogue.releases() if title == "Nite Ferry"]
    workspace.consents.set(Scope(ScopeKind.RELEASE, nite), NO_AI)
    before = everything(workspace)
    finding = the_finding(workspace, FindingKind.UPC)
    would = workspace.catalogue.preview_decision(finding.id, MERGE)
    assert sorted(widened.title for widened in would.reconsidered) == ["a", "b"]
    made = workspace.catalogue.decide(finding.id, MERGE)
    theirs = workspace.history.entries(HistoryFilter(artist_id=artist.id))
    assert (theirs[0].deed.after or {})["decision"] == made.id, "found under its artist"
    assert [title for _, title in workspace.catalogue.releases()] == ["Night Ferry"]
    assert set(map(str, effective_consents(workspace).values())) == {str(NO_AI)}
    add_upc(song("d.flac", title="d", isrc="QZES52400009", album="Nite Ferry"))
    rescan_all(workspace, scan)
    assert [title for _, title in workspace.catalogue.releases()] == ["Night Ferry"]
    uses = workspace.catalogue.preview_undo_decision(made.id).uses
    workspace.catalogue.undo_decision(made.id, confirmed=uses)
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    assert {row.title: row.release for row in rows} == {
        **dict.fromkeys("ab", "Night Ferry"),
        **dict.fromkeys("cd", "Nite Ferry"),
    }
    assert everything(workspace)["releases"] == before["releases"]
    assert everything(workspace)["consents"] == before["consents"]


def test_two_releases_with_one_upc_kept_apart(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    for name, album in (("a", "Night Ferry"), ("c", "Nite Ferry")):
        add_upc(song(f"{name}.flac", title=name, isrc=f"QZES5240000{ord(name) - 96}", album=album))
    scan()
    workspace.catalogue.decide(the_finding(workspace, FindingKind.UPC).id, KEEP_APART)
    assert kinds(workspace) == []
    add_upc(song("d.flac", title="d", isrc="QZES52400009", album="Third"))
    scan()
    assert len(the_finding(workspace, FindingKind.UPC).members) == 3


def add_upc(path: Path) -> None:
    audio = mutagen.File(path)
    audio["barcode"] = "036000291452"
    audio.save()


def test_files_of_a_recording_kept_apart_by_artist(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    choose(workspace, artist)
    song("one.flac", title="Song", isrc=ISRC, artist="Mira Koval")
    song("one.mp3", title="Song", isrc=ISRC, artist="mira koval")
    song("two.ogg", title="Song", isrc=ISRC, artist="Salt and Signal")
    scan()
    [number] = workspace.catalogue.recordings(ALL)
    open_up(workspace, ScopeKind.RECORDING, number)
    before = everything(workspace)
    finding = the_finding(workspace, FindingKind.FILES)
    made = workspace.catalogue.decide(finding.id, KEEP_APART)
    assert workspace.history.entries(limit=1)[0].deed.scope.artist_id == artist.id
    apart = {frozenset({"one.flac", "one.mp3"}), frozenset({"two.ogg"})}
    assert grouping(workspace) == apart
    assert kinds(workspace) == []
    rescan_all(workspace, scan)
    assert grouping(workspace) == apart
    assert kinds(workspace) == []
    workspace.catalogue.undo_decision(made.id)
    assert everything(workspace) == before
    workspace.catalogue.decide(finding.id, MERGE)
    assert kinds(workspace) == []
    assert len(grouping(workspace)) == 1


def test_a_wav_and_an_mp3_merged(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    song("song.wav", title="Night Ferry", isrc=ISRC)
    song("song.mp3", title="Nite Ferry", isrc="QZES52400002")
    scan()
    made = workspace.catalogue.decide(the_finding(workspace, FindingKind.COPIES).id, MERGE)
    rescan_all(workspace, scan)
    assert len(grouping(workspace)) == 1
    assert kinds(workspace) == []
    workspace.catalogue.undo_decision(made.id)
    rescan_all(workspace, scan)
    assert len(grouping(workspace)) == 2


def test_an_ignored_finding_returns_when_there_is_more(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    song("one.flac", title="One")
    scan()
    made = workspace.catalogue.decide(the_finding(workspace, FindingKind.MISSING).id, IGNORE)
    assert kinds(workspace) == []
    song("two.flac", title="Two")
    scan()
    assert kinds(workspace) == [FindingKind.MISSING]
    workspace.catalogue.decide(the_finding(workspace, FindingKind.MISSING).id, IGNORE)
    assert kinds(workspace) == []
    assert workspace.catalogue.undo_decision(made.id).undone_at


def test_a_decision_is_undone_after_later_decisions_about_it(
    workspace: Workspace, four: Finding
) -> None:
    some = [member(four, "First Song"), member(four, "Third Song")]
    before = everything(workspace)
    first = workspace.catalogue.decide(four.id, MERGE, some)
    second = workspace.catalogue.decide(four.id, MERGE)
    with pytest.raises(KnownError, match=f"Undo decision {second.id} first"):
        workspace.catalogue.undo_decision(first.id)
    workspace.catalogue.undo_decision(second.id)
    workspace.catalogue.undo_decision(first.id)
    assert everything(workspace) == before


def test_a_decision_holds_for_a_file_that_was_missing(
    workspace: Workspace,
    four: Finding,
    scan: Scan,
    folder: Path,
) -> None:
    workspace.catalogue.decide(four.id, MERGE)
    aside = folder.with_name("aside")
    aside.mkdir()
    shutil.move(folder / "First.flac", aside / "First.flac")
    scan()
    assert [number for _, number in titles(workspace)] == [3]
    shutil.move(aside / "First.flac", folder / "First.flac")
    scan()
    assert [number for _, number in titles(workspace)] == [4]


def test_a_moved_folder_keeps_its_decisions(
    workspace: Workspace,
    artist: Artist,
    four: Finding,
    folder: Path,
) -> None:
    made = workspace.catalogue.decide(four.id, MERGE)
    here = folder.rename(folder.with_name("renamed"))
    workspace.catalogue.scan(artist.id, [str(here)])
    assert [number for _, number in titles(workspace)] == [4]
    workspace.catalogue.undo_decision(made.id)
    assert len(titles(workspace)) == 4


def test_a_decision_does_not_cover_a_new_song_under_an_old_name(
    workspace: Workspace,
    four: Finding,
    scan: Scan,
    folder: Path,
    song: Song,
) -> None:
    workspace.catalogue.decide(four.id, MERGE)
    (folder / "First.flac").unlink()
    scan()
    song("First.flac", title="Something else", isrc="QZES52400077")
    scan()
    assert sorted(number for _, number in titles(workspace)) == [1, 3]


def test_numbers_reused_meanwhile_do_no_harm(
    workspace: Workspace,
    four: Finding,
    scan: Scan,
    song: Song,
) -> None:
    made = workspace.catalogue.decide(four.id, MERGE)
    for number in range(4):
        song(f"new {number}.flac", title=f"New {number}", isrc=f"QZES5250000{number}")
    scan()
    workspace.catalogue.undo_decision(made.id)
    assert sorted(titles(workspace)) == sorted(
        [(f"New {number}", 1) for number in range(4)]
        + [(f"{name} Song", 1) for name in ("First", "Second", "Third", "Fourth")]
    )


def test_undoing_a_decision_does_not_restore_a_removed_artist(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Scan,
) -> None:
    other = workspace.artists.add("Someone else")
    for name in ("a", "b"):
        song(f"{name}/one.flac", title="Song", isrc=ISRC)
        song(f"{name}/two.flac", title="Song two", isrc=ISRC)
    scan(artist, "a")
    scan(other, "b")
    made = workspace.catalogue.decide(the_finding(workspace, FindingKind.ARTISTS).id, MERGE)
    assert len(titles(workspace)) == 2
    workspace.artists.remove(other.id)
    workspace.catalogue.undo_decision(made.id)
    assert titles(workspace) == [("Song", 1), ("Song two", 1)]


def test_an_impossible_decision_is_refused_with_a_message(
    workspace: Workspace, four: Finding
) -> None:
    with pytest.raises(KnownError, match="no open finding"):
        workspace.catalogue.decide("isrc-00000000", MERGE)
    with pytest.raises(KnownError, match="at least two"):
        workspace.catalogue.decide(four.id, MERGE, [member(four, "First Song")])
    with pytest.raises(KnownError, match="at least two"):
        workspace.catalogue.decide(four.id, MERGE, [-1, -2])
    with pytest.raises(KnownError, match="no decision 77"):
        workspace.catalogue.undo_decision(77)
