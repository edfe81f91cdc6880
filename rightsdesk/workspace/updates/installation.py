"""How this copy of RightsDesk was installed, and so how it is updated."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rightsdesk.resources.release_feed import InstallKind
from rightsdesk.sentences import worded

_FLATPAK_INFO = Path("/.flatpak-info")
_DPKG_LIST = Path("/var/lib/dpkg/info/rightsdesk.list")
_DEB_FOLDER = "/usr/lib/rightsdesk/"
_FLATPAK_ID = "org.rightsdesk.RightsDesk"


def kind_here() -> InstallKind:
    """How the running program was installed."""
    if os.environ.get("FLATPAK_ID") or _FLATPAK_INFO.exists():
        return InstallKind.FLATPAK
    if not getattr(sys, "frozen", False):
        return InstallKind.SOURCE
    if sys.platform == "win32":
        return InstallKind.WINDOWS
    if sys.platform == "darwin":
        return InstallKind.MACOS
    if sys.executable.startswith(_DEB_FOLDER) and _DPKG_LIST.exists():
        return InstallKind.DEB
    return InstallKind.APPIMAGE


def how_to_update(kind: InstallKind) -> str:
    """What a person does to update a copy of this kind: a sentence."""
    return _HOW[kind]


_HOW = {
    InstallKind.DEB: "Get the .deb and install it: it takes the place of this version.",
    InstallKind.APPIMAGE: "Get the new AppImage and use it in place of this one.",
    InstallKind.FLATPAK: worded(
        "Flatpak updates it, by itself or with: flatpak update {id}", id=_FLATPAK_ID
    ),
    InstallKind.WINDOWS: "Get the new setup and run it: it takes the place of this version.",
    InstallKind.MACOS: "Get the new disk image and copy RightsDesk over this version.",
    InstallKind.SOURCE: (
        "This copy runs from its source: update it as you installed it, with pip or git pull."
    ),
}
