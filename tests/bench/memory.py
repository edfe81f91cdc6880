"""`python -m tests.bench.memory DATA MUSIC [--tag]`: scan, plan and show; print the peak in MB."""

import argparse
import resource
import sys
from pathlib import Path

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind


def main() -> None:
    """Scan, plan and show, and print the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("music")
    parser.add_argument("--tag", action="store_true")
    given = parser.parse_args()
    with Workspace.open(given.data) as workspace:
        artist = workspace.artists.add("Bench").id
        workspace.catalogue.scan(artist, [given.music])
        workspace.catalogue.scan(artist, [given.music])
        workspace.consents.set(Scope(ScopeKind.ARTIST, artist), PRESETS[Preset.NO_AI])
        ids = workspace.catalogue.recordings(Filter())
        workspace.catalogue.rows(ids[:100])
        workspace.catalogue.counts(Filter())
        plan = workspace.jobs.plan_tag(Filter())
        if given.tag:
            counts = workspace.jobs.apply(plan).counts
            if counts != {"done": len(ids)}:
                raise RuntimeError(f"not tagged: {counts}")
            workspace.jobs.apply(workspace.jobs.plan_undo())
    sys.stdout.write(f"{peak() / 1e6:.1f}\n")


def peak() -> float:
    """Return the peak memory of this process, in bytes.

    Linux's `getrusage` includes the process before `exec`. So `/proc` is preferred: it counts
    only this program.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        line = next(line for line in lines if line.startswith("VmHWM"))
        return 1024 * float(line.split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


if __name__ == "__main__":
    main()
