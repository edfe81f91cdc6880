"""Files and remote items as the engine's carriers: the only place that knows both sides."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, select, update

from rightsdesk.changes.carrier import Look
from rightsdesk.changes.types import Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects import FILE_SUITE, Suite
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.containers.base import Container
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.patch import Patch
from rightsdesk.files.writer import opened, stage, sweep
from rightsdesk.platforms.http import Client
from rightsdesk.platforms.interface import Platform, RemoteItem
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import files, items
from rightsdesk.workspace.connections import Connections

_DIGEST_SIZE = hashlib.sha256().digest_size


def stamp_of(identity: FileIdentity) -> str:
    """What tells a file's states apart, without the device, which changes with each mount."""
    return f"{identity.size}:{identity.mtime_ns}:{identity.inode}"


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A patch that is worked out, with all that brings the file back."""

    path: str
    container: Container
    patch: Patch
    identity: FileIdentity
    wanted: Fields
    before_image: bytes

    def write(self) -> None:
        """By the safe writer: beside the file, checked, then in its place."""
        with stage(
            self.path, self.patch, self.container, self.identity, wanted=self.wanted
        ) as staged:
            staged.replace()


class FileCarrier:
    """A file on the disk."""

    suite = FILE_SUITE
    batch = 32

    def lane(self, target: Target) -> str:
        """Files stop one by one: a full disk or a lost share is told for each."""
        return "file"

    def look(self, target: Target) -> Look:
        """The owned fields of the file, and its identity as the stamp."""
        with opened(target.locator) as f:
            identity = FileIdentity.of(f.fileno())
            return Look(container_of(f).fields(f), stamp_of(identity))

    def prepare(
        self, target: Target, look: Look, edit: Fields, *, restore: bytes | None
    ) -> PreparedFile:
        """The patch for an edit, or the inverse of an earlier one where it still fits."""
        with opened(target.locator) as f:
            identity = FileIdentity.of(f.fileno())
            container = container_of(f)
            patch = _restoring(f, restore) if restore else None
            if patch is None:
                patch = container.patch(f, edit)
            digest = hashlib.sha256(b"".join(s.data for s in patch.splices)).digest()
            image = digest + patch.inverse(f).to_bytes()
        return PreparedFile(target.locator, container, patch, identity, edit, image)

    def holds(self, look: Look, edit: Fields) -> bool:
        """Exactly: a file keeps what is written into it."""
        return all(look.fields.get(name, ()) == tuple(values) for name, values in edit.items())

    def remember(self, connection: Connection, target: Target, look: Look) -> None:
        """The fields, what they say, and the file's new identity."""
        identity = FileIdentity.of(target.locator)
        stamp = identity.to_str() if stamp_of(identity) == look.stamp else ""
        row = _seen_row(self.suite, look.fields)
        since = case((files.c.says == row["says"], files.c.since), else_=row["seen_at"])
        statement = update(files).where(files.c.id == target.id)
        connection.execute(statement.values(identity=stamp, since=since, **row))

    def clean(self, target: Target) -> None:
        """Remove what a killed writer left beside the file."""
        sweep(os.path.dirname(os.path.realpath(target.locator)))


def _restoring(f: Any, restore: bytes) -> Patch | None:
    """The inverse patch of an earlier change, if the file still holds what that one wrote."""
    digest, patch = restore[:_DIGEST_SIZE], Patch.from_bytes(restore[_DIGEST_SIZE:])
    if f.seek(0, os.SEEK_END) != patch.size:
        return None
    written = hashlib.sha256()
    for splice in patch.splices:
        f.seek(splice.offset)
        written.update(f.read(splice.length))
    return patch if written.digest() == digest else None


@dataclass(frozen=True, slots=True)
class ItemLook(Look):
    """A look at an item that keeps the whole of what was read."""

    item: RemoteItem


@dataclass(frozen=True, slots=True)
class PreparedItem:
    """A request that has not been sent."""

    platform: Platform
    client: Client
    before: RemoteItem
    edit: Fields
    before_image: bytes

    def write(self) -> None:
        """One request, and only what differs."""
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

    def lane(self, target: Target) -> str:
        """One account: what stops it does not stop the others."""
        return f"account {self._account_of(target)}"

    def look(self, target: Target) -> ItemLook:
        """The item as the platform has it now."""
        account = self._account_of(target)
        with self.connections.noting(account):
            item = self.platform.item(self.connections.client(account), target.locator)
        return ItemLook(item.fields, item.stamp, item)

    def prepare(
        self, target: Target, look: Look, edit: Fields, *, restore: bytes | None
    ) -> PreparedItem:
        """The write, on what was just read; the fields before are the before-image."""
        if not isinstance(look, ItemLook):
            raise TypeError("an item is prepared from a look at an item")
        image = texts.dump_fields(look.fields).encode()
        client = self.connections.client(self._account_of(target))
        return PreparedItem(self.platform, client, look.item, edit, image)

    def holds(self, look: Look, edit: Fields) -> bool:
        """As the platform tells it back: see `Platform.same`."""
        return all(
            self.platform.same(name, tuple(values), look.fields.get(name, ()))
            for name, values in edit.items()
        )

    def remember(self, connection: Connection, target: Target, look: Look) -> None:
        """The item's fields, what they say, and its stamp."""
        row = _seen_row(self.suite, look.fields)
        since = case((items.c.says == row["says"], items.c.since), else_=row["seen_at"])
        statement = update(items).where(items.c.id == target.id)
        connection.execute(statement.values(stamp=look.stamp, since=since, **row))

    def clean(self, target: Target) -> None:
        """Nothing of ours lies beside an item."""

    def _account_of(self, target: Target) -> int:
        with self.database.read() as connection:
            query = select(items.c.account_id).where(items.c.id == target.id)
            found = connection.execute(query).scalar()
        if found is None:
            raise KnownError("This track's account is no longer connected.")
        return int(found)


def _seen_row(suite: Suite, fields: Fields) -> dict[str, Any]:
    return {
        "fields": texts.dump_fields(fields),
        "says": texts.dump_consent(suite.read(fields).consent),
        "seen_at": texts.now(),
        "problem": "",
    }
