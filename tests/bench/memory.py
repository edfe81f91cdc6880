"""`python -m tests.bench.memory DATA MUSIC [--tag]`: scan, plan and show; print the peak in MB."""

import argparse
import resource
import sys
from pathlib import Path

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Filter, Scope, ScopeKind

KIB_IN_MB = 1_000_000 / 1024 if sys.platform != "darwin" else 1_000_000


def main() -> None:
    """Do it and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("music")
    parser.add_argument("--tag", action="store_true")
    given = parser.parse_args()
    with Workspace.open(given.data) as workspace:
        artist = workspace.add_artist("Bench").id
        workspace.scan(artist, [given.music])
        workspace.scan(artist, [given.music])
        workspace.set_wish(Scope(ScopeKind.ARTIST, artist), PRESETS[Preset.NO_AI])
        ids = workspace.recordings(Filter())
        workspace.rows(ids[:100])
        workspace.counts(Filter())
        plan = workspace.plan_tag(Filter())
        if given.tag:
            counts = workspace.apply(plan).counts
            if counts != {"done": len(ids)}:
                raise RuntimeError(f"not tagged: {counts}")
            workspace.apply(workspace.plan_undo())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MB
    sys.stdout.write(f"{peak:.1f}\n")


if __name__ == "__main__":
    main()
