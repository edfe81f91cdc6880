"""Which facts about platforms are in use, and newer ones."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.guided.facts_updates import FactsState, FactsUpdate

ADDRESS = "facts-address"
_LAST_CHECK = "facts-checked"


class Facts:
    """The facts about platforms as one file with a version. Automatic updates are off until a
    person gives an address for them; none is built in.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database

    def state(self) -> FactsState:
        """Which facts are in use."""
        from rightsdesk.workspace.guided import facts_updates

        return facts_updates.state()

    def update(self, source: str = "") -> FactsUpdate:
        """Install newer facts from a file, from an address, or by default from the stored address.

        Raises RefusedFacts, NoAddress and PlatformError; then nothing was changed.
        """
        from rightsdesk.workspace.guided import facts_updates

        source = source or self.address()
        if not source:
            raise facts_updates.NoAddress
        if "://" not in source:
            return facts_updates.from_file(self._core.data_dir, self._database, source)
        return facts_updates.from_address(
            self._core.data_dir, self._database, self._core.clock, source
        )

    def address(self) -> str:
        """Where newer facts are looked for once a day; "" if they are not."""
        with self._database.read() as connection:
            return setting(connection, ADDRESS)

    def set_address(self, address: str) -> str:
        """Look for newer facts at this address once a day; "" switches that off. Returns it as it
        is stored. Raises AddressRefused."""
        from rightsdesk.platforms.http.address import origin_of

        stored = address.strip()
        if stored:
            origin_of(stored)
        with self._database.write() as connection:
            keep_setting(connection, ADDRESS, stored)
        return stored

    def due(self, now: datetime | None = None) -> datetime | None:
        """When newer facts are looked for next, which may be in the past; None if never."""
        if not self.address():
            return None
        from rightsdesk.workspace.observing import last_checks
        from rightsdesk.workspace.observing.check_interval import CheckInterval

        at = now or self._core.clock.now()
        return last_checks.due(self._database, _LAST_CHECK, CheckInterval.DAY, at)

    def update_if_due(self) -> FactsUpdate | None:
        """Look for newer facts if it is time; None if it is not, or if there are none.

        Raises RefusedFacts and PlatformError; then nothing was changed, and it is tried again in an
        hour.
        """
        from rightsdesk.workspace.guided.facts_updates import NotNewer
        from rightsdesk.workspace.observing import last_checks

        now = self._core.clock.now()
        due = self.due(now)
        if due is None or due > now:
            return None
        ok = False
        try:
            update = self.update()
            ok = True
        except NotNewer:
            update, ok = None, True
        finally:
            last_checks.note(self._database, _LAST_CHECK, now, ok=ok)
        return update
