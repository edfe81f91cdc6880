"""What goes into the packaged program besides compiled modules."""

import tomllib
from pathlib import Path

MIGRATIONS = "rightsdesk/store/migrations"


def data_files(project: Path) -> list[tuple[str, str]]:
    """Every data file of RightsDesk, with its folder in the package.

    Which kinds of file are data is read from package-data in `pyproject.toml`. Alembic loads
    migrations from source files, so these are data too.
    """
    facts = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    patterns = facts["tool"]["setuptools"]["package-data"]["*"]
    found = {path for pattern in patterns for path in (project / "rightsdesk").rglob(pattern)}
    found.update((project / MIGRATIONS).rglob("*.py"))
    return [(str(path), path.relative_to(project).parent.as_posix()) for path in sorted(found)]
