"""“Protect with RightsDesk” in the menu of Files (Nautilus), by nautilus-python 4 or 3.

It starts RightsDesk by its menu entry, so that the desktop lets an open window come to the front.
"""

import os

from gi.repository import Gdk, Gio, GObject, Nautilus

try:
    from gi.repository import GioUnix  # where GLib has it since 2.80

    DesktopAppInfo = GioUnix.DesktopAppInfo
except ImportError:
    DesktopAppInfo = Gio.DesktopAppInfo

LABELS = {
    "de": "Mit RightsDesk schützen",
    "es": "Proteger con RightsDesk",
    "fr": "Protéger avec RightsDesk",
}


def label(environment):
    """The words of the menu in the person's language, as the environment names it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return LABELS.get(value[:2], "Protect with RightsDesk")
    return "Protect with RightsDesk"


class RightsDeskMenu(GObject.GObject, Nautilus.MenuProvider):
    """One entry for folders and audio files on this computer."""

    def get_file_items(self, *arguments):
        """Nautilus 3 passes a window before the files, Nautilus 4 does not."""
        files = arguments[-1]
        if not files or not all(map(_is_meant, files)):
            return []
        item = Nautilus.MenuItem(
            name="RightsDesk::Protect", label=label(os.environ), icon="rightsdesk"
        )
        item.connect("activate", self._open, [file.get_location() for file in files])
        return [item]

    def get_background_items(self, *_arguments):
        """Nothing for the folder in view: Nautilus asks for this method."""
        return []

    def _open(self, _item, places):
        program = DesktopAppInfo.new("rightsdesk.desktop")
        if program is not None:
            display = Gdk.Display.get_default()
            program.launch(places, display.get_app_launch_context() if display else None)


def _is_meant(file):
    if file.get_uri_scheme() != "file":
        return False
    return file.is_directory() or file.get_mime_type().startswith("audio/")
