"""The kinds of package: `start.py build KIND`."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from setting_up.words import CannotStart

_KINDS = {
    "folder": ("building.folder", "build_folder", ""),
    "deb": ("building.deb", "build_deb", "linux"),
    "appimage": ("building.appimage", "build_appimage", "linux"),
    "windows": ("building.windows", "build_setup", "win32"),
    "macos": ("building.macos", "build_image", "darwin"),
}
"""Module, function, and the system that it is built on (`sys.platform`; "" for any)."""


def build(arguments: Sequence[str], platform: str = sys.platform) -> int:
    """Builds the kind that is named ("folder" if none is) and prints where it is; exit code 0.

    Raises CannotStart for a kind that does not exist or is built on another system.
    """
    kind = arguments[0] if arguments else "folder"
    if kind not in _KINDS or len(arguments) > 1:
        raise CannotStart(f"Nothing was built. Name one kind of package: {', '.join(_KINDS)}.")
    module, function, system = _KINDS[kind]
    if system and not platform.startswith(system):
        raise CannotStart(
            f"Nothing was built: a package for {kind} is built on such a system itself, since "
            "PyInstaller takes the Python and the libraries that it runs with."
        )
    make: Callable[[], Path] = getattr(import_module(module), function)
    print(make())
    return 0
