"""Undoing all actions, in any order, restores the start.

Counts, rows and history always agree with each other.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from rightsdesk.consent import PRESETS, Consent, Preset, Standing, Use
from rightsdesk.errors import KnownError
from rightsdesk.files.scan.tags import AudioFile
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind
from rightsdesk.store.schema import (
    accounts,
    artists,
    attestations,
    folders,
    items,
    recordings,
    releases,
    stored_consents,
)
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue.deciding.making import NoSuchFinding, NotToDecide
from rightsdesk.workspace.consents.consents import consent_of, scope_of
from rightsdesk.workspace.history.types import Can, HistoryEntry, WhyNot
from rightsdesk.workspace.imports.types import (
    LibraryKind,
    NothingToImport,
    Proposal,
    ProposedArtist,
)
from rightsdesk.workspace.types.findings import DecisionKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.catalogue.deciding.test_decisions_in_any_order import Song, begin, grouping

ALL = Filter()
PLATFORMS = ("bandcamp", "deezer")


def song(artist: int, title: str, number: int, **more: Any) -> Song:
    """A made-up file of the catalogue."""
    values = {"isrc": "", "album": "Night Ferry", "duration_ms": 60_000, **more}
    audio = AudioFile(
        container="MP3",
        title=title,
        artist="Mira Koval",
        track=number,
        upc="036000291452",
        **values,
    )
    return Song(artist, f"/music/{artist}/{number:02} {title}.mp3", audio)


SONGS = (
    song(1, "Night Ferry", 1, isrc="QZES52400001"),
    song(1, "Night Ferry", 2, isrc="QZES52400002"),
    song(1, "Paper Moons", 3),
    song(1, "Low Tide", 4, album="Lanterns"),
    song(2, "Harbour", 1, isrc="QZES52400001", album="Harbour"),
)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with music, an account, and questions about its tracks, as a template."""
    folder = tmp_path_factory.mktemp("start") / "data"
    with Workspace.open(folder) as workspace:
        for name in ("Mira Koval", "Salt and Signal"):
            workspace.artists.add(name)
        begin(workspace._database, SONGS)
        for number, preset in ((1, Preset.ASK_FIRST), (2, Preset.NO_AI)):
            workspace.consents.set(Scope(ScopeKind.ARTIST, number), PRESETS[preset])
        with workspace._database.write() as connection:
            account = {"artist_id": 1, "platform": "soundcloud", "name": "mira", "created_at": ""}
            made = insert(accounts).values(account).returning(accounts.c.id)
            number = connection.execute(made).scalar_one()
            query = select(recordings.c.id).where(recordings.c.artist_id == 1)
            theirs = list(connection.execute(query.order_by(recordings.c.id)).scalars())
            for remote, title in (("7", "Night Ferry (live)"), ("8", "Low Tide (demo)")):
                track = {
                    "account_id": number,
                    "remote_id": remote,
                    "title": title,
                    "matched": "ask",
                    "candidates": json.dumps([[number, 80.0] for number in theirs[:2]]),
                }
                connection.execute(insert(items).values(track))
    return folder


@contextmanager
def opened(start: Path) -> Iterator[Workspace]:
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(start, Path(folder) / "data"))
        with Workspace.open(copy) as workspace:
            yield workspace


class Step(NamedTuple):
    """One step of a person: which action, on which object, and which variant."""

    what: str
    which: int
    way: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(
            [
                *("choose", "choose", "attest", "match", "match", "decide", "rename"),
                *("import", "undo", "redo", "undo one", "redo one"),
            ]
        ),
        st.integers(0, 9),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=12,
)


def take(workspace: Workspace, step: Step) -> None:
    """Take a step if it is possible, with every confirmation that it needs."""
    what, which, way = step
    if what == "choose":
        scopes = all_scopes(workspace._database)
        scope = scopes[which % len(scopes)]
        consent = [*PRESETS.values(), None][way % (len(PRESETS) + 1)]
        uses = workspace.consents.widened_by(scope, consent)
        workspace.consents.set(scope, consent, confirmed=uses)
    elif what == "attest":
        here = (True, False, None)[way % 3]
        workspace.platforms.place(1 + which % 2, PLATFORMS[which % len(PLATFORMS)], here=here)
    elif what == "match":
        questions = workspace.accounts.questions()
        if questions:
            question = questions[which % len(questions)]
            ids = [candidate.recording_id for candidate in question.candidates]
            answer = ids[way % len(ids)] if ids and way < 4 else None
            workspace.accounts.answer(question.item_id, answer)
    elif what == "decide":
        decide(workspace, which, way)
    elif what == "rename":
        name = ("Mira Koval", "Mira", "M. Koval")[way % 3]
        workspace.artists.rename(1, name)
    elif what == "import":
        take_over(workspace, which, way)
    else:
        go_back(workspace, what, which)


def take_over(workspace: Workspace, which: int, way: int) -> None:
    """Import a library of two artists: a new one, and one who may be on the roster."""
    known = {one.name: one for one in workspace.artists.all()}
    found = []
    for name in (f"New artist {which % 3}", "Mira Koval"):
        mine = known.get(name)
        places: tuple[str, ...] = (f"/imported/{way}/{name}",)
        if mine is not None:
            places = tuple(place for place in places if place not in mine.folders)
        number = None if mine is None else mine.id
        found.append(ProposedArtist(name, 1, places, artist_id=number))
    empty = Proposal(LibraryKind.BEETS, "/library.db", 2, 2, 0, 0, 0, 0, tuple(found), ())
    with suppress(NothingToImport):
        workspace.imports.take_over(empty, found)


def decide(workspace: Workspace, which: int, way: int) -> None:
    kinds = list(DecisionKind)
    kind = kinds[way % len(kinds)]
    found = [finding for finding in workspace.catalogue.findings(ALL) if kind in finding.decisions]
    if found and kind is not DecisionKind.IGNORE:
        finding = sorted(found, key=lambda finding: finding.id)[which % len(found)]
        uses = workspace.catalogue.preview_decision(finding.id, kind).uses
        with suppress(NoSuchFinding, NotToDecide):
            workspace.catalogue.decide(finding.id, kind, confirmed=uses)


def go_back(workspace: Workspace, what: str, which: int) -> None:
    history = workspace.history
    way = Can.UNDO if what.startswith("undo") else Can.REDO
    if what.endswith("one"):
        found = [entry for entry in history.entries(limit=200) if entry.can is way]
        entry = found[which % len(found)] if found else None
    else:
        entry = history.newest_undoable() if way is Can.UNDO else history.newest_redoable()
    if entry is not None:
        undo_or_redo(workspace, entry, way)


def undo_or_redo(workspace: Workspace, entry: HistoryEntry, way: Can) -> None:
    """Undo or redo an entry, with the confirmation of what it widens."""
    history = workspace.history
    preview = history.preview_undo if way is Can.UNDO else history.preview_redo
    act = history.undo if way is Can.UNDO else history.redo
    act(entry.id, confirmed=preview(entry.id).uses)


def all_scopes(database: Database) -> list[Scope]:
    found: list[Scope] = []
    with database.read() as connection:
        for kind, table in (
            (ScopeKind.ARTIST, artists),
            (ScopeKind.RELEASE, releases),
            (ScopeKind.RECORDING, recordings),
        ):
            query = select(table.c.id).order_by(table.c.id)
            found += [Scope(kind, number) for number in connection.execute(query).scalars()]
    return found


def state(database: Database) -> dict[str, object]:
    """Everything that actions change. Keys replace ids, because restored rows may get new ids."""
    with database.read() as connection:
        names = list(connection.execute(select(artists.c.id, artists.c.name)))
        places = sorted(connection.execute(select(folders.c.artist_id, folders.c.path)))
        keys: dict[tuple[str, int], object] = {}
        for row in connection.execute(select(recordings.c.id, recordings.c.key)):
            keys["recording", row.id] = row.key
        for row in connection.execute(select(releases.c.id, releases.c.key)):
            keys["release", row.id] = row.key
        c = stored_consents.c
        chosen = {
            (row.kind, str(keys.get((row.kind, row.owner_id), row.owner_id))): row.consent
            for row in connection.execute(select(c.kind, c.owner_id, c.consent))
        }
        links = [
            (row.remote_id, keys.get(("recording", row.recording_id or 0)), row.matched)
            for row in connection.execute(
                select(items.c.remote_id, items.c.recording_id, items.c.matched).order_by(
                    items.c.id
                )
            )
        ]
        a = attestations.c
        attested: dict[tuple[int, str, str], str] = {}
        query = select(a.artist_id, a.platform, a.control, a.value, a.withdrawn_at).order_by(a.id)
        for artist, platform, control, value, withdrawn in connection.execute(query):
            if not withdrawn:
                attested[artist, platform, control] = value
    return {
        "names": [tuple(row) for row in names],
        "places": [tuple(row) for row in places],
        "chosen": {key: texts.load_consent(value) for key, value in chosen.items()},
        "links": links,
        "attested": attested,
        "grouping": grouping(database),
        "recordings": sorted(str(key) for (kind, _), key in keys.items() if kind == "recording"),
    }


def must_agree(workspace: Workspace) -> None:
    """Counts, rows and history agree."""
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    counted = workspace.catalogue.counts(ALL)
    for carrier, standings in counted.items():
        shown = Counter(row.cells[carrier].standing for row in rows if carrier in row.cells)
        assert {s: n for s, n in standings.items() if n} == dict(shown), carrier
        for standing in Standing:
            some = workspace.catalogue.recordings(Filter(standing=standing, carrier=carrier))
            theirs = {row.recording_id for row in rows if _has_standing(row, carrier, standing)}
            assert set(some) == theirs, (carrier, standing)
    for entry in workspace.history.entries(limit=200):
        assert (entry.can is Can.NOTHING) == (entry.why_not is not None)
        if entry.deed.kind in (DeedKind.CONSENT_SET, DeedKind.CONSENT_CLEARED):
            check_undoable(workspace, entry)
    for row in rows:
        scope = Scope(ScopeKind.RECORDING, row.recording_id)
        assert row.consent == workspace.consents.of(scope).effective


def _has_standing(row: Any, carrier: str, standing: Standing) -> bool:
    return carrier in row.cells and row.cells[carrier].standing is standing


def check_undoable(workspace: Workspace, entry: HistoryEntry) -> None:
    """An entry that can be undone still holds: the consent is the value that the entry set."""
    if entry.can is not Can.UNDO:
        return
    own = workspace.consents.of(scope_of(entry.deed)).own
    acting = entry.deed
    if entry.step == 0 and entry.root.id == entry.deed.id:
        assert own == (consent_of(acting.after) or Consent())


def undo_everything(workspace: Workspace) -> None:
    """Undo the newest entry until none is left."""
    for _ in range(100):
        entry = workspace.history.newest_undoable()
        if entry is None:
            return
        undo_or_redo(workspace, entry, Can.UNDO)
    raise AssertionError("an undoable entry is always left")


PROPERTY = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Every example works on a data folder, so a failing example is not reduced."""


@PROPERTY
@given(steps=STEPS)
def test_undoing_everything_restores_the_start_and_all_views_agree(
    start: Path, steps: list[Step]
) -> None:
    with opened(start) as workspace:
        while (entry := workspace.history.newest_undoable()) is not None:
            # The entries that created the start do not count.
            undo_or_redo(workspace, entry, Can.UNDO)
        before = state(workspace._database)
        for step in steps:
            take(workspace, step)
            must_agree(workspace)
        undo_everything(workspace)
        must_agree(workspace)
        assert state(workspace._database) == before


@PROPERTY
@given(steps=STEPS)
def test_redoing_an_undo_restores_the_state_before_it(start: Path, steps: list[Step]) -> None:
    with opened(start) as workspace:
        for step in steps:
            take(workspace, step)
        entry = workspace.history.newest_undoable()
        if entry is None:
            return
        before = state(workspace._database)
        undo_or_redo(workspace, entry, Can.UNDO)
        again = workspace.history.newest_redoable()
        assert again is not None
        undo_or_redo(workspace, again, Can.REDO)
        assert state(workspace._database) == before


@PROPERTY
@given(steps=STEPS)
def test_a_refused_action_changes_nothing_and_says_why(start: Path, steps: list[Step]) -> None:
    with opened(start) as workspace:
        for step in steps:
            take(workspace, step)
        before = state(workspace._database), workspace.history.version()
        for entry in workspace.history.entries(limit=200):
            if entry.can is Can.NOTHING:
                assert isinstance(entry.why_not, WhyNot)
                with pytest.raises(KnownError) as refused:
                    workspace.history.undo(entry.id, confirmed=tuple(Use))
                assert refused.value.untouched == "Nothing was changed."
        assert (state(workspace._database), workspace.history.version()) == before
