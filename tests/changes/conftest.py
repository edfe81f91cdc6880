"""A real database for the engine, new for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rightsdesk.store.database import FILE_NAME, Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / FILE_NAME)
    database.migrate()
    yield database
    database.close()
