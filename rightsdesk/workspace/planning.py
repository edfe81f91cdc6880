"""What has to change so that every carrier says what is wanted: plans, before anyone writes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import null, select

from rightsdesk.changes.types import Cancel, Change, JobKind, Outcome, Plan, Progress, Target
from rightsdesk.changes.undo import change_to_fields
from rightsdesk.consent import Consent, Declaration, preset_of
from rightsdesk.consent.dialects import FILE_SUITE, Suite
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.errors import KnownError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.platforms.catalogue import platform_by_id
from rightsdesk.platforms.interface import Reach
from rightsdesk.roster.artists import ArtistRecord, all_artists
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import accounts, artists, files, items, recordings, releases
from rightsdesk.workspace import wishes
from rightsdesk.workspace.carriers import stamp_of
from rightsdesk.workspace.matrix import conditions
from rightsdesk.workspace.paths import within
from rightsdesk.workspace.types import Filter


def suite_of(carrier: str) -> Suite:
    """What the fields of a carrier say: `file`, or a platform's id."""
    return FILE_SUITE if carrier == "file" else platform_by_id(carrier).suite


class NothingChosen(KnownError):
    """Nobody has said yet what AI may do with this music."""

    cause = "nothing-chosen"

    def __init__(self) -> None:
        super().__init__(
            "Nothing has been chosen yet for this music.",
            advice="Choose first what AI may do with it.",
        )


@dataclass(frozen=True, slots=True)
class Held:
    """One carrier as the store knows it, with whose it is and what it holds."""

    target: Target
    artist_id: int
    release_id: int | None
    recording_id: int | None
    fields: str
    stamp: str
    problem: str


def plan(
    database: Database,
    kind: JobKind,
    held: Iterator[Held],
    progress: Progress,
    cancel: Cancel,
) -> Plan:
    """The plan that makes carriers say what is wanted of them.

    Carriers for which nothing was chosen are left out; one that could not be read is in
    the plan as skipped, with its problem. Raises NothingChosen where there is no choice
    for any of them.
    """
    with database.read() as connection:
        known = wishes.load(connection)
    roster = {artist.id: artist for artist in all_artists(database)}
    changes: list[Change] = []
    wanted_by: Counter[Consent] = Counter()
    unchanged = looked_at = 0
    for one in held:
        if cancel.is_set():
            break
        looked_at += 1
        progress(looked_at, 0, one.target.label)
        wanted = known.effective(
            artist_id=one.artist_id, release_id=one.release_id, recording_id=one.recording_id
        )
        if not wanted:
            continue
        wanted_by[wanted] += 1
        declared = declaration_of(roster[one.artist_id], wanted)
        change = _change(one, declared)
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    if looked_at and not wanted_by:
        raise NothingChosen
    planned = [change.target for change in changes if change.outcome is Outcome.PLANNED]
    name = f"{_title(wanted_by)} on {_counted(planned)}"
    return Plan(kind, name, tuple(changes), unchanged)


def _counted(targets: list[Target]) -> str:
    """`124 files`, `12 SoundCloud tracks`, or `3 items on SoundCloud and Bluesky`."""
    number, carriers = len(targets), sorted({target.carrier for target in targets})
    if carriers in ([], ["file"]):
        return f"{number} file{'' if number == 1 else 's'}"
    noun = "item" if number == 1 else "items"
    if len(carriers) == 1:
        platform = platform_by_id(carriers[0])
        return f"{number} {platform.name} {platform.noun if number == 1 else platform.nouns}"
    names = [platform_by_id(carrier).name for carrier in carriers]
    return f"{number} {noun} on {', '.join(names[:-1])} and {names[-1]}"


def declaration_of(artist: ArtistRecord, wanted: Consent) -> Declaration:
    """What an artist declares, with what goes with it."""
    return Declaration(
        consent=wanted,
        rightsholder=artist.rightsholder,
        contact=artist.contact,
        terms_url=artist.terms_url,
        sentence=artist.sentence,
        former_sentences=artist.former_sentences,
    )


def _change(one: Held, declared: Declaration) -> Change | None:
    suite = suite_of(one.target.carrier)
    if one.problem:
        empty = Consent()
        return Change(
            one.target, empty, empty, {}, {}, outcome=Outcome.SKIPPED, problem=one.problem
        )
    fields = texts.load_fields(one.fields)
    edit = suite.edit(fields, declared)
    if not edit:
        return None
    change = change_to_fields(one.target, suite, fields, one.stamp, edit)
    return replace(change, losses=_losses(suite, declared))


@lru_cache(maxsize=1024)
def _losses(suite: Suite, declared: Declaration) -> tuple[str, ...]:
    return tuple(str(loss) for loss in suite.losses(declared))


def _title(wanted_by: Counter[Consent]) -> str:
    titles = {preset_of(wanted) for wanted in wanted_by}
    only = titles.pop() if len(titles) == 1 else None
    return PRESET_TEXTS[only].title if only else "Your choices"


def held_files(database: Database, chosen: Filter) -> Iterator[Held]:
    """The files of a filter's recordings, by path; those with a problem are among them."""
    query = (
        select(files, recordings.c.release_id)
        .join(recordings, recordings.c.id == files.c.recording_id)
        .join(artists, artists.c.id == recordings.c.artist_id)
        .outerjoin(releases, releases.c.id == recordings.c.release_id)
        .where(conditions(chosen))
        .order_by(files.c.path)
    )
    if chosen.path:
        query = query.where(within(files.c.path, chosen.path))
    with database.read() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        yield _held_file(row)


def _held_file(row: Any) -> Held:
    path = texts.load_path(row.path)
    return Held(
        target=Target("file", row.id, path, os.path.basename(path)),
        artist_id=row.artist_id,
        release_id=row.release_id,
        recording_id=row.recording_id,
        fields=row.fields,
        stamp=stamp_of(FileIdentity.from_str(row.identity)) if row.identity else "",
        problem=row.problem,
    )


def held_items(database: Database, chosen: Filter, platform: str) -> Iterator[Held]:
    """The linked items of a filter's recordings, and what holds for their artists' whole
    accounts and sites; each only ever with its own artist's account."""
    query = (
        select(items, accounts.c.platform, accounts.c.artist_id, recordings.c.release_id)
        .join(accounts, accounts.c.id == items.c.account_id)
        .join(recordings, recordings.c.id == items.c.recording_id)
        .join(artists, artists.c.id == recordings.c.artist_id)
        .outerjoin(releases, releases.c.id == recordings.c.release_id)
        .where(conditions(chosen), recordings.c.artist_id == accounts.c.artist_id)
    )
    whole = (
        select(items, accounts.c.platform, accounts.c.artist_id, null().label("release_id"))
        .join(accounts, accounts.c.id == items.c.account_id)
        .where(items.c.reach != Reach.ITEM.value)
    )
    if chosen.artist_id is not None:
        whole = whole.where(accounts.c.artist_id == chosen.artist_id)
    if platform:
        query = query.where(accounts.c.platform == platform)
        whole = whole.where(accounts.c.platform == platform)
    narrowed = chosen.release_id or chosen.recording_id or chosen.path or chosen.text
    with database.read() as connection:
        rows = [] if narrowed else list(connection.execute(whole))
        rows += connection.execute(query.order_by(items.c.account_id, items.c.id))
    for row in rows:
        yield Held(
            target=Target(row.platform, row.id, row.remote_id, row.title or row.remote_id),
            artist_id=row.artist_id,
            release_id=row.release_id,
            recording_id=row.recording_id,
            fields=row.fields,
            stamp=row.stamp,
            problem="This is no longer there." if row.gone else row.problem,
        )
