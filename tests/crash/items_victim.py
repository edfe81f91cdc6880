"""A RightsDesk that syncs until it is killed: `items_victim.py DATA_DIR`. Prints what was done."""

import json
import sys
from pathlib import Path

from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter


def main(data_dir: str) -> None:
    """Sync, until it ends or is killed."""
    with Workspace.open(Path(data_dir)) as workspace:
        report = workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))
    print(json.dumps(report.counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
