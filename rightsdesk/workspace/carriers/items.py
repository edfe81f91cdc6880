"""The items of platforms as the engine's carriers; files have a module of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, and_, select

from rightsdesk.changes.carrier import (
    AlreadySent,
    ChangeRequest,
    Observation,
    Preparation,
    Prepared,
    RecoveryOutcome,
    Written,
    each_when_due,
    one_by_one,
)
from rightsdesk.changes.confirming import made
from rightsdesk.changes.edits import said
from rightsdesk.changes.types import Cancel, Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.interface import Platform, RemoteItem, Settled, WritesInParts
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.schema import accounts, former_items, items
from rightsdesk.workspace.carriers.files import FileCarrier
from rightsdesk.workspace.carriers.observations import note_seen, seen_row
from rightsdesk.workspace.sign_in.connections import Connections

__all__ = ["FileCarrier", "ItemCarrier", "ItemObservation", "PreparedItem"]


SETTLINGS = {
    Settled.WHOLE: RecoveryOutcome.WHOLE,
    Settled.TAKEN_BACK: RecoveryOutcome.TAKEN_BACK,
    Settled.LEFT: RecoveryOutcome.LEFT,
}


def before_image(platform: Platform, fields: Fields, edit: Fields) -> bytes:
    """What an item held before a change. Where a kill can leave that in part, also what is to be
    written: without it nobody could tell a part of that from somebody else's text."""
    if not isinstance(platform, WritesInParts):
        return texts.dump_fields(fields).encode()
    named = {"before": fields, "edit": edit}
    return texts.dump({n: {k: list(v) for k, v in f.items()} for n, f in named.items()}).encode()


def of_image(image: bytes) -> tuple[Fields, Fields] | None:
    """What was there before and what was to be written; None where the image has only one."""
    both = json.loads(image or b"{}")
    if set(both) != {"before", "edit"} or not all(isinstance(v, dict) for v in both.values()):
        return None
    before, edit = (texts.load_fields(texts.dump(both[name])) for name in ("before", "edit"))
    return before, edit


@dataclass(frozen=True, slots=True)
class ItemObservation(Observation):
    """A look at an item that keeps the whole of what was read."""

    item: RemoteItem


@dataclass(frozen=True, slots=True)
class PreparedItem:
    """A request that has not been sent."""

    target: Target
    platform: Platform
    client: Client
    before: RemoteItem
    edit: Fields
    before_image: bytes
    noting: Callable[[], AbstractContextManager[None]]

    @property
    def side_effects(self) -> Fields:
        """Nothing: a request sends what was asked for."""
        return {}

    def write(self) -> None:
        """One request, and only what differs."""
        with self.noting():
            self.platform.write(self.client, self.before.remote_id, self.before, self.edit)


@dataclass
class ItemCarrier:
    """The items of one platform, each reached with its own artist's account."""

    platform: Platform
    database: Database
    connections: Connections
    batch: int = 1

    @property
    def suite(self) -> Suite:
        """The platform's."""
        return self.platform.suite

    @property
    def shows_within(self) -> timedelta:
        """The platform's."""
        return self.platform.capabilities.shows_within

    @property
    def prompt(self) -> Collection[str]:
        """The platform's."""
        return self.platform.capabilities.prompt

    def lane(self, target: Target) -> str:
        """One account: what stops it does not stop the others."""
        return f"account {self._account_of(target)}"

    def ready(self, targets: Sequence[Target]) -> None:
        """Open the vault, where the accounts of these items need it."""
        owners = select(items.c.id, items.c.account_id)
        owners = owners.select_from(ACCOUNT_ITEMS)
        owners = owners.where(accounts.c.platform == self.platform.id)
        with self.database.read() as connection:
            there = {row.id: row.account_id for row in connection.execute(owners)}
        meant = (
            target if target.id in there else self.find(target, None, ()) for target in targets
        )
        self.connections.ready({there[target.id] for target in meant if target is not None})

    def observe(self, target: Target) -> ItemObservation:
        """The item as the platform has it now."""
        account = self._account_of(target)
        with self.connections.noting(account):
            return self._observe(target, account)

    def _observe(self, target: Target, account: int) -> ItemObservation:
        item = self.platform.item(self.connections.client(account), target.locator)
        said(self.suite, item.fields)  # what can't be understood is this account's trouble
        return ItemObservation(item.fields, item.stamp, item)

    def prepare(
        self, asked: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """The writes, on what was just read; the fields before are the before-image."""
        return each_when_due(self._prepare, asked)

    def _prepare(self, asked: ChangeRequest) -> tuple[ItemObservation, PreparedItem | None]:
        target, edit = asked.change.target, asked.change.edit
        account = self._account_of(target)
        with self.connections.noting(account):
            observation = self._observe(target, account)
            fields = made(observation.fields, asked.coming, self.platform.same, self.prompt)
            if observation.stamp != asked.change.stamp or (
                not asked.coming and self.holds(observation, edit)
            ):
                return observation, None
            if self.holds(replace(observation, fields=fields), edit):
                raise AlreadySent
            image = before_image(self.platform, observation.fields, edit)
            client, before = (
                self.connections.client(account),
                replace(observation.item, fields=fields),
            )
        noting = partial(self.connections.noting, account)
        return observation, PreparedItem(target, self.platform, client, before, edit, image, noting)

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        """One request after the other."""
        return one_by_one(self, prepared, cancel)

    def holds(self, observation: Observation, edit: Fields) -> bool:
        """As the platform tells it back: see `Platform.same`."""
        return all(
            self.platform.same(name, tuple(values), observation.fields.get(name, ()))
            for name, values in edit.items()
        )

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """Nothing: an item is not signed."""
        return ""

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """The look as it is: nothing is known of the time before."""
        return observation

    def remember(self, connection: Connection, seen: Sequence[tuple[Target, Observation]]) -> None:
        """The item's fields, what they say, and its stamp."""
        rows = [
            {
                "id": target.id,
                "stamp": observation.stamp,
                **seen_row(self.suite, observation.fields),
            }
            for target, observation in seen
        ]
        note_seen(connection, items, rows)

    def settle(self, target: Target, before_image: bytes) -> RecoveryOutcome:
        """Most platforms write all or nothing. Where one doesn't, what a kill left in part is
        taken back."""
        known = of_image(before_image)
        if known is None or not isinstance(self.platform, WritesInParts):
            return RecoveryOutcome.WHOLE
        account = self._account_of(target)
        with self.connections.noting(account):
            client = self.connections.client(account)
            return SETTLINGS[self.platform.settle(client, target.locator, *known)]

    def tidy(self, targets: Sequence[Target]) -> None:
        """Nothing of ours lies beside an item."""

    def find(
        self, target: Target, before_image: bytes | None, side_effects: Collection[int]
    ) -> Target | None:
        """The same item, where its login was removed and the same artist has it again."""
        former = former_items.c
        same = and_(
            accounts.c.artist_id == former.artist_id,
            accounts.c.platform == former.platform,
            accounts.c.base_url == former.base_url,
            accounts.c.remote_id == former.login,
            items.c.account_id == accounts.c.id,
            items.c.remote_id == former.remote_id,
        )
        query = select(items.c.id).where(
            same,
            former.id == target.id,
            former.platform == self.platform.id,
            former.remote_id == target.locator,
        )
        with self.database.read() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else replace(target, id=int(found))

    def _account_of(self, target: Target) -> int:
        """The account that the item was found in: no other one acts for it."""
        query = select(items.c.account_id).select_from(ACCOUNT_ITEMS)
        query = query.where(
            items.c.id == target.id,
            items.c.remote_id == target.locator,
            accounts.c.platform == self.platform.id,
        )
        with self.database.read() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise KnownError(
                "This track's account is no longer connected.",
                advice="Connect the same login for the same artist again.",
            )
        return int(found)
