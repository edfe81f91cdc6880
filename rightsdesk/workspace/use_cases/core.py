"""What all use cases share: database, connections, clock and carriers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk.clock import Clock
from rightsdesk.enums.carriers import PLATFORMS, CarrierId
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.store.database import Database

if TYPE_CHECKING:
    from rightsdesk.changes.carrier import Carrier
    from rightsdesk.workspace.sign_in.connections import Connections


class Core:
    """An open data folder, as the use cases see it.

    Connections and carriers need the vault, HTTP and the file formats. Each is created once, on
    first access, also from several threads.
    """

    def __init__(
        self,
        data_dir: Path,
        database: Database,
        clock: Clock,
        connect: Callable[[], Connections],
    ) -> None:
        self.data_dir = data_dir
        self.database = database
        self.clock = clock
        self.carriers: Mapping[CarrierId, Carrier] = _Carriers(self)
        self._connect = connect
        self._connections: Connections | None = None
        self._lock = threading.RLock()

    @property
    def connections(self) -> Connections:
        """The clients of the accounts, and the vault."""
        with self._lock:
            if self._connections is None:
                self._connections = self._connect()
            return self._connections

    def close(self) -> None:
        """Close the connections, if any were made."""
        with self._lock:
            if self._connections is not None:
                self._connections.close()


class _Carriers(Mapping[CarrierId, "Carrier"]):
    """The carriers by id: files, their sidecars, and each platform."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._made: dict[CarrierId, Carrier] = {}
        self._lock = threading.Lock()

    def __getitem__(self, carrier: CarrierId) -> Carrier:
        with self._lock:
            if carrier not in self._made:
                self._made[carrier] = self._make(carrier)
            return self._made[carrier]

    def __iter__(self) -> Iterator[CarrierId]:
        yield from CarrierId

    def __len__(self) -> int:
        return len(CarrierId)

    def _make(self, carrier: CarrierId) -> Carrier:
        database = self._core.database
        if carrier == CarrierId.SIDECARS:
            from rightsdesk.workspace.carriers.sidecars import SidecarCarrier

            return SidecarCarrier(database)
        from rightsdesk.workspace.carriers.items import FileCarrier, ItemCarrier

        if carrier == CarrierId.FILES:
            return FileCarrier(database)
        if carrier not in PLATFORMS:
            raise KeyError(carrier)
        return ItemCarrier(platform_by_id(carrier), database, self._core.connections)
