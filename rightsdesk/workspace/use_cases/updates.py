"""New versions of RightsDesk: looked for only if a person asks, and never installed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import rightsdesk
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.resources.release_feed import ReleaseFeed
    from rightsdesk.workspace.updates.types import NewestRelease, UpdateState

_ON, _ADDRESS, _DISMISSED = "update-notice", "update-address", "update-dismissed"
_LAST_CHECK = "update-checked"


class Updates:
    """The notice about new versions. Off until a person switches it on; RightsDesk downloads and
    installs nothing.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database

    def is_on(self) -> bool:
        """Whether new versions are looked for once a day."""
        with self._database.read() as connection:
            return setting(connection, _ON) == "on"

    def address(self) -> str:
        """Where they are looked for: as a person named it, or as this copy came; "" for nowhere."""
        from rightsdesk.workspace.updates.feed import built_in_address

        with self._database.read() as connection:
            return setting(connection, _ADDRESS) or built_in_address()

    def switch(self, on: bool, address: str = "") -> None:
        """Switch the daily look on or off; `address` replaces the one that is known.

        Raises NoFeedAddress to switch on without any, and AddressRefused.
        """
        from rightsdesk.platforms.http.address import origin_of
        from rightsdesk.workspace.updates.types import NoFeedAddress

        named = address.strip()
        if named:
            origin_of(named)
        elif on and not self.address():
            raise NoFeedAddress
        with self._database.write() as connection:
            keep_setting(connection, _ON, "on" if on else "")
            if named:
                keep_setting(connection, _ADDRESS, named)

    def state(self) -> UpdateState:
        """Whether new versions are looked for, and the newest that is known. Makes no request."""
        from rightsdesk.workspace.updates.feed import built_in_address, held
        from rightsdesk.workspace.updates.installation import kind_here
        from rightsdesk.workspace.updates.types import UpdateState

        with self._database.read() as connection:
            found = held(connection)
            named, on = setting(connection, _ADDRESS), setting(connection, _ON) == "on"
        return UpdateState(
            on=on,
            address=named or built_in_address(),
            built_in=not named and bool(built_in_address()),
            version=rightsdesk.__version__,
            kind=kind_here(),
            newest=None if found.feed is None else self._newest(found.feed),
            problem=found.problem,
        )

    def check(self, source: str = "") -> NewestRelease:
        """Read the feed now, from a file, from an address, or from the stored address.

        Raises RefusedFeed, NoFeedAddress and PlatformError; then nothing was changed.
        """
        from rightsdesk.workspace.updates import feed
        from rightsdesk.workspace.updates.types import NoFeedAddress

        source = source or self.address()
        if not source:
            raise NoFeedAddress
        if "://" not in source:
            return self._newest(feed.from_file(self._database, source))
        return self._newest(feed.from_address(self._database, self._core.clock, source))

    def due(self, now: datetime | None = None) -> datetime | None:
        """When new versions are looked for next, which may be in the past; None if never."""
        from rightsdesk.workspace.observing import last_checks
        from rightsdesk.workspace.observing.check_interval import CheckInterval

        on = self.is_on() and bool(self.address())
        every = CheckInterval.DAY if on else CheckInterval.NEVER
        return last_checks.due(self._database, _LAST_CHECK, every, now or self._core.clock.now())

    def check_if_due(self) -> NewestRelease | None:
        """Read the feed if it is time; None if it is not.

        Raises RefusedFeed and PlatformError; then it is tried again tomorrow.
        """
        from rightsdesk.workspace.observing import last_checks

        now = self._core.clock.now()
        due = self.due(now)
        if due is None or due > now:
            return None
        last_checks.note(self._database, _LAST_CHECK, now, ok=True)  # once a day, whatever comes
        return self.check()

    def dismiss(self, version: str) -> None:
        """Say nothing more about this version. A newer one is told of again."""
        with self._database.write() as connection:
            keep_setting(connection, _DISMISSED, version)

    def _newest(self, feed: ReleaseFeed) -> NewestRelease:
        from rightsdesk.resources.release_feed import version_order
        from rightsdesk.workspace.updates.installation import how_to_update, kind_here
        from rightsdesk.workspace.updates.types import NewestRelease

        kind = kind_here()
        mine = feed.of(kind)
        with self._database.read() as connection:
            dismissed = setting(connection, _DISMISSED) == feed.version
        return NewestRelease(
            version=feed.version,
            date=feed.date,
            newer=version_order(feed.version) > version_order(rightsdesk.__version__),
            changes=feed.changes,
            page=mine.page if mine else feed.page,
            minimum=mine.minimum if mine else "",
            packages=mine.packages if mine else (),
            how=how_to_update(kind),
            dismissed=dismissed,
        )
