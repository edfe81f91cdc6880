"""The entry point. Asking for the version loads nothing else."""

import sys

from rightsdesk import __version__


def run() -> None:
    """The command `rightsdesk`."""
    if sys.argv[1:] == ["--version"]:
        print(f"RightsDesk {__version__}")
        return
    from rightsdesk.cli.program import app

    app(prog_name="rightsdesk")
