"""What the window loads before its first rows are there."""

import os
import subprocess
import sys
from pathlib import Path

from rightsdesk.workspace import Workspace
from tests.bench.catalogue import fill
from tests.cli.test_program import within

PROJECT = Path(__file__).resolve().parents[3]

NOT_FOR_FIRST_ROWS = {
    # Of other projects:
    *("alembic", "authlib", "babel", "cryptography", "keyring", "lxml", "mutagen", "paramiko"),
    *("rapidfuzz", "requests"),
    # Of ours, with everything below:
    "rightsdesk.changes.apply",
    "rightsdesk.changes.undo",
    "rightsdesk.consent.dialects.every",
    "rightsdesk.desktop.accounts.flow",
    "rightsdesk.desktop.accounts.passphrase",
    "rightsdesk.desktop.catalogue.dropped",
    "rightsdesk.desktop.catalogue.folders",
    "rightsdesk.desktop.exports",
    *(f"rightsdesk.desktop.guided.{name}" for name in ("guide", "known", "noting", "texts")),
    "rightsdesk.desktop.jobs.proof",
    "rightsdesk.desktop.matching",
    "rightsdesk.desktop.pages.activity",
    "rightsdesk.desktop.pages.home",
    "rightsdesk.desktop.pages.platforms",
    "rightsdesk.desktop.pages.problems",
    *(f"rightsdesk.desktop.pages.settings.{name}" for name in ("page", "proof", "rows")),
    "rightsdesk.desktop.pages.start.page",
    "rightsdesk.desktop.review",
    "rightsdesk.desktop.shell.help",
    "rightsdesk.desktop.shell.mending",
    "rightsdesk.files.fast_readers",
    "rightsdesk.files.workers",
    "rightsdesk.practice",
    "rightsdesk.roster.vault",
    "rightsdesk.workspace.carriers",
    "rightsdesk.workspace.catalogue.deciding",
    "rightsdesk.workspace.catalogue.health",
    "rightsdesk.workspace.catalogue.matching",
    "rightsdesk.workspace.catalogue.scanning",
    "rightsdesk.workspace.exports.kinds",
    "rightsdesk.workspace.guided.facts_updates",
    "rightsdesk.workspace.imports.proposing",
    "rightsdesk.workspace.imports.taking_back",
    "rightsdesk.workspace.updates",
    "rightsdesk.workspace.observing.reading",
    "rightsdesk.workspace.planning",
    "rightsdesk.workspace.sign_in",
    "rightsdesk.workspace.status.problems",
    "rightsdesk.workspace.use_cases.exports",
    "rightsdesk.workspace.use_cases.history",
    "rightsdesk.workspace.use_cases.jobs",
}


def test_the_first_rows_load_only_what_they_need(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        fill(workspace.catalogue._database, 60, artists_number=2)
    (tmp_path / "window.ini").write_text("[General]\npage=catalogue\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.first_rows", str(tmp_path)],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not within(set(done.stdout.split()), NOT_FOR_FIRST_ROWS)
