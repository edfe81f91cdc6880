"""What all use cases share: the open database, the connections, the clock and the carriers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rightsdesk.changes.carrier import Carrier
from rightsdesk.clock import Clock
from rightsdesk.store.database import Database
from rightsdesk.workspace.sign_in.connections import Connections


@dataclass(frozen=True)
class Core:
    """One open data folder, as the use cases see it."""

    data_dir: Path
    database: Database
    connections: Connections
    clock: Clock
    carriers: dict[str, Carrier]
