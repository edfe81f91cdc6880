"""Platform items as carriers of the engine."""

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
    prepare_lazily,
    write_sequentially,
)
from rightsdesk.changes.confirming import made
from rightsdesk.changes.edits import stated_consent
from rightsdesk.changes.types import Cancel, Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.interface import Platform, RemoteItem, SettledItem, WritesInParts
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.schema import accounts, former_items, items
from rightsdesk.workspace.carriers.files import FileCarrier
from rightsdesk.workspace.carriers.observations import note_seen, seen_row
from rightsdesk.workspace.sign_in.connections import Connections

__all__ = ["FileCarrier", "ItemCarrier", "ItemObservation", "PreparedItem"]


SETTLINGS = {
    SettledItem.WHOLE: RecoveryOutcome.WHOLE,
    SettledItem.TAKEN_BACK: RecoveryOutcome.TAKEN_BACK,
    SettledItem.LEFT: RecoveryOutcome.LEFT,
}


def before_image(platform: Platform, fields: Fields, edit: Fields) -> bytes:
    """The before-image of an item: its fields.

    If a kill can leave a write half done, also the edit. Without it, a half-written text could not
    be distinguished from someone else's text.
    """
    if not isinstance(platform, WritesInParts):
        return texts.dump_fields(fields).encode()
    images = {"before": fields, "edit": edit}
    return texts.dump({n: {k: list(v) for k, v in f.items()} for n, f in images.items()}).encode()


def of_image(image: bytes) -> tuple[Fields, Fields] | None:
    """Fields and edit from a before-image; None if it has only fields."""
    image_fields = json.loads(image or b"{}")
    if set(image_fields) != {"before", "edit"} or not all(
        isinstance(v, dict) for v in image_fields.values()
    ):
        return None
    before, edit = (
        texts.load_fields(texts.dump(image_fields[name])) for name in ("before", "edit")
    )
    return before, edit


@dataclass(frozen=True, slots=True)
class ItemObservation(Observation):
    """An observation of an item, with everything that was read."""

    item: RemoteItem


@dataclass(frozen=True, slots=True)
class PreparedItem:
    """A request that is not sent yet."""

    target: Target
    platform: Platform
    client: Client
    before: RemoteItem
    edit: Fields
    before_image: bytes
    noting: Callable[[], AbstractContextManager[None]]

    @property
    def side_effects(self) -> Fields:
        """Empty: a request sends only the edit."""
        return {}

    def write(self) -> None:
        """Send one request, with only the fields that differ."""
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
        """The platform's suite."""
        return self.platform.suite

    @property
    def shows_within(self) -> timedelta:
        """How long the platform may take to show a write."""
        return self.platform.capabilities.shows_within

    @property
    def prompt(self) -> Collection[str]:
        """The fields that the platform shows at once."""
        return self.platform.capabilities.prompt

    def lane(self, target: Target) -> str:
        """One lane per account: what stops one account does not stop the others."""
        return f"account {self._account_of(target)}"

    def ready(self, targets: Sequence[Target]) -> None:
        """Open the vault if the accounts of these items need it."""
        owners = select(items.c.id, items.c.account_id)
        owners = owners.select_from(ACCOUNT_ITEMS)
        owners = owners.where(accounts.c.platform == self.platform.id)
        with self.database.read() as connection:
            account_by_item = {row.id: row.account_id for row in connection.execute(owners)}
        current = (
            target if target.id in account_by_item else self.find(target, None, ())
            for target in targets
        )
        self.connections.ready(
            {account_by_item[target.id] for target in current if target is not None}
        )

    def observe(self, target: Target) -> ItemObservation:
        """The item as the platform has it now."""
        account = self._account_of(target)
        with self.connections.noting(account):
            return self._observe(target, account)

    def _observe(self, target: Target, account: int) -> ItemObservation:
        item = self.platform.item(self.connections.client(account), target.locator)
        stated_consent(
            self.suite, item.fields
        )  # undecodable fields fail here, for this account only
        return ItemObservation(item.fields, item.stamp, item)

    def prepare(
        self, requests: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """The writes, based on a reading made now; the read fields are the before-image."""
        return prepare_lazily(self._prepare, requests)

    def _prepare(self, request: ChangeRequest) -> tuple[ItemObservation, PreparedItem | None]:
        target, edit = request.change.target, request.change.edit
        account = self._account_of(target)
        with self.connections.noting(account):
            observation = self._observe(target, account)
            fields = made(observation.fields, request.coming, self.platform.same, self.prompt)
            if observation.stamp != request.change.stamp or (
                not request.coming and self.holds(observation, edit)
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
        return write_sequentially(self, prepared, cancel)

    def holds(self, observation: Observation, edit: Fields) -> bool:
        """Whether the item holds the edit, by the platform's comparison (`Platform.same`)."""
        return all(
            self.platform.same(name, tuple(values), observation.fields.get(name, ()))
            for name, values in edit.items()
        )

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """Always "": an item is not signed."""
        return ""

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """The observation unchanged: an item holds no audio of ours."""
        return observation

    def remember(self, connection: Connection, seen: Sequence[tuple[Target, Observation]]) -> None:
        """Store the items' fields, what they say, and their stamps."""
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
        """Undo what a kill left half written.

        Most platforms write all or nothing; then nothing is sent.
        """
        parts = of_image(before_image)
        if parts is None or not isinstance(self.platform, WritesInParts):
            return RecoveryOutcome.WHOLE
        account = self._account_of(target)
        with self.connections.noting(account):
            client = self.connections.client(account)
            return SETTLINGS[self.platform.settle(client, target.locator, *parts)]

    def tidy(self, targets: Sequence[Target]) -> None:
        """Does nothing: RightsDesk leaves no temp files on platforms."""

    def find(
        self, target: Target, before_image: bytes | None, side_effects: Collection[int]
    ) -> Target | None:
        """The same item, if its account was removed and the same artist connected it again."""
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
        """The account that holds the item: no other account acts for it."""
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
