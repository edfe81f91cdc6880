"""Makes an AppImage of the built folder: one file that runs on any Linux with its glibc.

An AppImage is a small program, the runtime, with a SquashFS image behind it. The runtime's source
is taken from AppImage/type2-runtime at one commit, or from `RIGHTSDESK_APPIMAGE_RUNTIME`, a folder
with its `runtime.c`. Source: the AppImage specification, type 2.
"""

import hashlib
import os
import shutil
import urllib.request
from pathlib import Path

from setting_up.places import PACKAGING
from setting_up.system import ensure_builders
from setting_up.words import CannotStart, say

from building.folder import ICONS, build_folder, program_of
from building.share import source_time, version, write_share
from building.tools import OUTPUT, megabytes, run

COMMIT = "caf24f9f712084686bfc24a70b75e50df0aefb9c"
RUNTIME = f"https://raw.githubusercontent.com/AppImage/type2-runtime/{COMMIT}/src/runtime/runtime.c"
SHA256 = "581c98a4bf7ac6289338da36122ccb91a46941c1148760eb22e3002c085180b7"
"""Of the runtime's source at that commit."""

_MAGIC = b"AI\x02"
_MAGIC_AT = 8  # in the ELF header's padding
_LIBRARIES = ("squashfuse", "squashfuse_ll", "fuse3", "zstd", "lzma", "lz4", "lzo2", "z")
_START = """\
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/usr/lib/rightsdesk/rightsdesk" "$@"
"""


def build_appimage() -> Path:
    """Returns the AppImage, freshly built. Raises CannotStart."""
    ensure_builders("appimage")
    runtime = _runtime()
    folder = build_folder()
    root = OUTPUT / "AppDir"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder, root / "usr/lib/rightsdesk", symlinks=True)
    write_share(root / "usr/share", program_of(folder))
    (root / "rightsdesk.desktop").symlink_to("usr/share/applications/rightsdesk.desktop")
    shutil.copy(ICONS / "hicolor/256x256/apps/rightsdesk.png", root / "rightsdesk.png")
    (root / ".DirIcon").symlink_to("rightsdesk.png")
    start = root / "AppRun"
    start.write_text(_START, "utf-8")
    start.chmod(0o755)
    image = OUTPUT / "image.squashfs"
    image.unlink(missing_ok=True)
    run(
        [
            *("mksquashfs", root, image, "-root-owned", "-noappend", "-no-progress"),
            *("-comp", "zstd", "-Xcompression-level", "19"),
            *("-b", "1M"),  # 70 MB instead of 74 MB: a larger block repeats more of itself
        ],
        "pack the image",
        env={"SOURCE_DATE_EPOCH": str(source_time())},
    )
    package = OUTPUT / f"RightsDesk-{version()}-{os.uname().machine}.AppImage"
    package.write_bytes(marked(runtime.read_bytes()) + image.read_bytes())
    package.chmod(0o755)
    image.unlink()
    say(f"{package}: {megabytes(package.stat().st_size)}")
    return package


def marked(runtime: bytes) -> bytes:
    """The runtime with the bytes by which an AppImage of type 2 is recognised.

    Raises CannotStart when it is no ELF program.
    """
    if not runtime.startswith(b"\x7fELF"):
        raise CannotStart("The runtime that was compiled is no program. Nothing was built.")
    return runtime[:_MAGIC_AT] + _MAGIC + runtime[_MAGIC_AT + len(_MAGIC) :]


def _runtime() -> Path:
    """The runtime, compiled without shared libraries, so that it starts on any Linux."""
    source, program = OUTPUT / "runtime.c", OUTPUT / "runtime"
    OUTPUT.mkdir(parents=True, exist_ok=True)
    source.write_bytes(_source())
    run(
        [
            *("gcc", "-std=gnu99", "-Os", "-D_FILE_OFFSET_BITS=64", "-static", "-w"),
            *(f'-DGIT_COMMIT="{COMMIT[:7]}"', "-ffunction-sections", "-fdata-sections"),
            *("-Wl,--gc-sections", "-s", f"-I{PACKAGING / 'linux/include'}"),
            *("-I/usr/include/squashfuse", "-I/usr/include/fuse3"),
            *(str(source), "-o", str(program), *(f"-l{name}" for name in _LIBRARIES)),
            *("-lpthread", "-ldl"),
        ],
        "compile AppImage's runtime",
    )
    return program


def _source() -> bytes:
    if folder := os.environ.get("RIGHTSDESK_APPIMAGE_RUNTIME"):
        content = (Path(folder) / "runtime.c").read_bytes()
    else:
        try:
            with urllib.request.urlopen(RUNTIME, timeout=60) as answer:
                content = answer.read(1 << 20)
        except OSError as problem:
            raise CannotStart(
                f"AppImage's runtime could not be fetched ({problem}). Nothing was built. Name a "
                "folder with its runtime.c in RIGHTSDESK_APPIMAGE_RUNTIME, or check the network."
            ) from problem
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise CannotStart(f"The runtime.c is not that of {COMMIT[:7]}. Nothing was built.")
    return content
