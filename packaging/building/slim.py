"""What the packaged program leaves out, and why: a third of what PyInstaller collects."""

import re
from pathlib import PurePosixPath

IDENTIFIER = "org.rightsdesk.RightsDesk"
"""The program's id on macOS, in Flatpak and in AppStream."""

DOCUMENT_TYPES = [
    {
        "CFBundleTypeName": "Music",
        "CFBundleTypeRole": "Viewer",
        "LSHandlerRank": "Alternate",
        "LSItemContentTypes": ["public.folder", "public.audio"],
    }
]
"""What macOS may open with RightsDesk: by “Open With” or on its icon, never by a double click."""

LOADED_BY_NAME = ("keyring.backends", "mutagen.flac", "sqlalchemy.dialects.sqlite")
"""Modules that are imported by a name at run time, where PyInstaller cannot see them."""

NEVER_LOADED = (
    *("PyInstaller", "pip", "pkg_resources", "setuptools", "wheel", "tkinter"),
    *("IPython", "numpy", "pytest", "trio"),
    *("lxml.html.diff", "lxml.isoschematron", "lxml.objectify"),
    *("doctest", "pydoc_data"),
    *(
        "PySide6.QtDBus",
        "PySide6.QtOpenGL",
        "PySide6.QtQml",
        "PySide6.QtQuick",
        "PySide6.QtSql",
        "PySide6.QtTest",
    ),
)
"""Modules that libraries name for uses of theirs that RightsDesk does not make."""

_PLUGINS = {
    "generic": (),  # input devices without X11 or Wayland
    "iconengines": ("qsvgicon",),
    "imageformats": ("qgif", "qico", "qjpeg", "qsvg", "qtiff", "qwebp"),  # covers of releases
    "networkinformation": (),
    # Compose and IBus: accents, Chinese, Japanese. The virtual keyboard would bring Qt Quick.
    "platforminputcontexts": (
        "composeplatforminputcontextplugin",
        "ibusplatforminputcontextplugin",
    ),
    # Not EGLFS, VNC, KMS: screens without a window system. "minimal" is offscreen without fonts.
    "platforms": ("qcocoa", "qoffscreen", "qwayland", "qwindows", "qxcb"),
    # The portal's file dialogs. GTK's theme would bring GTK itself, 9 MB, for the same dialogs.
    "platformthemes": ("qxdgdesktopportal",),
    "styles": ("qmacstyle", "qmodernwindowsstyle"),
    "tls": (),  # the network is Python's
    "wayland-decoration-client": ("adwaita", "bradient"),  # GNOME draws no title bars
    "wayland-graphics-integration-client": (),  # the window draws in memory, not by OpenGL
    "wayland-shell-integration": ("xdg-shell",),  # the others are for cars and kiosks
    "xcbglintegrations": (),
}
"""Qt's plug-ins that are kept, by folder. A folder that is not named is left out."""

_NATIVE = {
    # Of its hashes OpenTimestamps uses one.
    "Cryptodome": re.compile(r"Cryptodome/(Hash/_keccak|Util/_cpuid|Util/_strxor)"),
    # Scores (`fuzz`) are used, distances are not; without these, Python computes them.
    "rapidfuzz": re.compile(r"rapidfuzz/(?!distance/metrics_cpp)"),
}
"""Compiled parts that are kept, of libraries that have many."""

_LIBRARIES = (
    *("EglF", "Pdf", "Qml", "Quick", "VirtualKeyboard", "WaylandEglClient", "PrintSupport"),
    *("OpenGL", "Test", "Sql", "Xml", "WlShell"),
)
"""Qt's libraries that only plug-ins left out here ask for."""

_LANGUAGES = ("de", "en", "es", "fr")
"""Languages of the window and of reports; `phrases.py` takes the locale of these only."""

_OF_EVERY_SYSTEM = ("libgcc_s.so.1", "libstdc++.so.6")
"""C++'s own libraries: the system's graphics drivers need theirs, which may be newer."""

_PLUGIN = re.compile(r"(?:PySide6/)?(?:Qt/)?plugins/([\w-]+)/(?:lib)?([\w-]+)\.")
_QT_LIBRARY = re.compile(r"^(?:lib)?Qt6?(\w+?)(?:\.so|\.dll|\.framework|\.abi3|\.pyd|$)")
_LOCALE = re.compile(r"babel/locale-data/([a-z]+)[_.]")
_QT_TRANSLATION = re.compile(r"PySide6/(?:Qt/)?translations/(\w+?)_(\w+)\.qm$")


def is_needed(name: str) -> bool:
    """Whether a collected file stays. `name`: its path in the package, as PyInstaller gives it."""
    path = name.replace("\\", "/")
    if plugin := _PLUGIN.search(path):
        return plugin[2] in _PLUGINS.get(plugin[1], ())
    if locale := _LOCALE.search(path):
        return locale[1] in (*_LANGUAGES, "root")
    if translation := _QT_TRANSLATION.search(path):
        return translation[1] == "qtbase" and translation[2].split("_")[0] in _LANGUAGES
    if library := _QT_LIBRARY.search(PurePosixPath(path).name):
        return not library[1].startswith(_LIBRARIES)
    if path.endswith((".so", ".pyd")) and (kept := _NATIVE.get(path.split("/")[0])):
        return bool(kept.match(path))
    if path in _OF_EVERY_SYSTEM:
        return False
    if path.startswith("stdnum/") and path.endswith(".dat"):
        return False  # tables for numbers of other trades
    return not path.endswith((".rlib", ".pyi", ".pxd", ".h"))
