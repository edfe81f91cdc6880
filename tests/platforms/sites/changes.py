"""Shared by tests of sites: an account, and the steps of a change."""

from dataclasses import dataclass, field

from rightsdesk.consent import Declaration
from rightsdesk.consent.losses import CarrierLoss
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.interface import Platform, RemoteItem
from rightsdesk.platforms.sign_in.credentials import Credentials
from tests.fake_clock import FakeClock

PASSWORD = "canary-Vn4t8qLw"


@dataclass
class Place:
    """One account: its platform and client, and the engine's steps."""

    platform: Platform
    client: Client
    saved: list[Credentials] = field(default_factory=list)

    def read(self, remote_id: str = "") -> RemoteItem:
        """Read an item; without an id, the only item."""
        if remote_id:
            return self.platform.item(self.client, remote_id)
        return next(iter(self.platform.items(self.client)))

    def plan(self, item: RemoteItem, declared: Declaration) -> dict[str, tuple[str, ...]]:
        """Return the edit that makes the item declare the consent."""
        return self.platform.suite.edit(item.fields, declared)

    def unshown(self, declared: Declaration) -> set[CarrierLoss]:
        """Return the losses that the review names, since the connection does not show them."""
        item = self.read()
        edit = self.plan(item, declared)
        dialects = self.platform.suite.dialects
        return {loss for dialect in dialects for loss in dialect.unshown(item.fields, edit)}

    def write(self, item: RemoteItem, edit: dict[str, tuple[str, ...]]) -> RemoteItem:
        """Write, read back, and check the result."""
        self.platform.write(self.client, item.remote_id, item, edit)
        after = self.read(item.remote_id)
        assert self.holds(after, edit)
        return after

    def holds(self, item: RemoteItem, edit: dict[str, tuple[str, ...]]) -> bool:
        """Judge an edit as the engine does."""
        return all(
            self.platform.same(name, values, item.fields.get(name, ()))
            for name, values in edit.items()
        )

    def declare(self, declared: Declaration, remote_id: str = "") -> "Done":
        """Make an item declare the consent, and check that a second plan is empty."""
        before = self.read(remote_id)
        edit = self.plan(before, declared)
        done = Done(before, edit, self.write(before, edit))
        assert self.plan(done.after, declared) == {}
        return done

    def undo(self, done: "Done") -> RemoteItem:
        """Undo a change, field by field, as the engine does."""
        return self.write(done.after, {n: done.before.fields.get(n, ()) for n in done.edit})


@dataclass(frozen=True)
class Done:
    """A change that was made."""

    before: RemoteItem
    edit: dict[str, tuple[str, ...]]
    after: RemoteItem


def place(
    platform: Platform,
    base_url: str,
    *,
    identifier: str = "",
    secret: str = "",
    fake_clock: FakeClock | None = None,
    credentials: Credentials | None = None,
) -> Place:
    """Connect an account on a platform, as the workspace would."""
    clock = (fake_clock or FakeClock()).clock
    saved: list[Credentials] = []
    client = platform.client(
        Endpoints(base_url, base_url),
        "",
        credentials or Credentials(identifier=identifier, secret=secret),
        save=saved.append,
        limits=Limits(clock=clock),
        clock=clock,
    )
    return Place(platform, client, saved)
