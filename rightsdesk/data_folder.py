"""The folder with RightsDesk's own data: where it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_data_path

from rightsdesk.errors import KnownError

VARIABLE = "RIGHTSDESK_DATA_DIR"


class NoHome(KnownError):
    """The system does not say where this person's files belong."""

    cause = "no-home"


def default() -> Path:
    """The folder that the environment names, else the one that the system has for such data.

    Raises NoHome where there is neither: HOME is not set, or is no path of a folder.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if _lost():
        raise NoHome(
            "RightsDesk can't tell where your home folder is: the variable HOME is not set.",
            untouched="Nothing was changed.",
            advice=f"Set HOME, or say where to keep the data: --data-dir DIR, or {VARIABLE}.",
        )
    return user_data_path("RightsDesk", False)


def _lost() -> bool:
    """Whether the folder would be made wherever the program happens to run."""
    if os.name != "posix":
        return False
    if sys.platform != "darwin" and os.path.isabs(os.environ.get("XDG_DATA_HOME", "")):
        return False
    # HOME that is empty, or no whole path; or not set, and no person of this number is known.
    return os.environ.get("HOME") == "" or not os.path.isabs(os.path.expanduser("~"))
