"""Makes the icons from their master: `python resources/icons/make.py [FOLDER]`.

The master is `rightsdesk.svg`, beside this file. The window gets it without comments and white
space; packages get PNGs in the folders of the hicolor icon theme (freedesktop.org's icon theme
specification), `rightsdesk.ico` for Windows and `rightsdesk.icns` for macOS, in FOLDER or
`build/icons`. Needs only RightsDesk's own environment.
"""

import os
import re
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MASTER = Path(__file__).with_name("rightsdesk.svg")
WINDOW_ICON = PROJECT / "rightsdesk/desktop/resources/rightsdesk.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Widths in pixels."""

ICO_SIZES = (16, 24, 32, 48, 64, 256)
ICNS_TYPES = {32: b"ic11", 64: b"ic12", 128: b"ic07", 256: b"ic08", 512: b"ic09"}
"""Apple's names of icons that hold a PNG of that width."""


def compact(master: str) -> str:
    """The SVG without comments and the white space between elements."""
    bare = re.sub(r"<!--.*?-->", "", master, flags=re.DOTALL)
    return re.sub(r">\s+<", "><", bare).strip() + "\n"


def ico(images: Mapping[int, bytes]) -> bytes:
    """A Windows icon of PNGs by width: a directory with an entry of 16 bytes each, then the PNGs.

    Source: ICONDIR and ICONDIRENTRY of the Windows API. A width of 256 is written as 0.
    """
    head = struct.pack("<HHH", 0, 1, len(images))
    place, entries = len(head) + 16 * len(images), b""
    for size, image in images.items():
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), place)
        place += len(image)
    return head + entries + b"".join(images.values())


def icns(images: Mapping[int, bytes]) -> bytes:
    """An Apple icon of PNGs by width: chunks of a type, a big-endian length and the PNG."""
    chunks = b"".join(
        ICNS_TYPES[size] + struct.pack(">I", 8 + len(image)) + image
        for size, image in images.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(chunks)) + chunks


def main(folder: Path) -> None:
    """Writes the window's icon, and those of packages into `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    WINDOW_ICON.write_text(compact(MASTER.read_text("utf-8")), "utf-8", newline="\n")
    renderer = QSvgRenderer(str(MASTER))
    drawn: dict[int, bytes] = {}
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        path = folder / f"hicolor/{size}x{size}/apps/rightsdesk.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not image.save(str(path)):
            sys.exit(f"{path} could not be written.")
        drawn[size] = path.read_bytes()
    (folder / "rightsdesk.ico").write_bytes(ico({size: drawn[size] for size in ICO_SIZES}))
    (folder / "rightsdesk.icns").write_bytes(icns({size: drawn[size] for size in ICNS_TYPES}))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "build/icons")
