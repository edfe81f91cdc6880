"""Makes the icons from their master: `python resources/icons/make.py [FOLDER]`.

The master is `rightsdesk.svg`, beside this file. The window gets it without comments and white
space; packages get PNGs in the folders of the hicolor icon theme (freedesktop.org's icon theme
specification), in FOLDER or `build/icons`. Needs only RightsDesk's own environment.
"""

import os
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MASTER = Path(__file__).with_name("rightsdesk.svg")
WINDOW_ICON = PROJECT / "rightsdesk/desktop/resources/rightsdesk.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Widths in pixels."""


def compact(master: str) -> str:
    """The SVG without comments and the white space between elements."""
    bare = re.sub(r"<!--.*?-->", "", master, flags=re.DOTALL)
    return re.sub(r">\s+<", "><", bare).strip() + "\n"


def main(folder: Path) -> None:
    """Writes the window's icon, and one PNG of each size into `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    WINDOW_ICON.write_text(compact(MASTER.read_text("utf-8")), "utf-8", newline="\n")
    renderer = QSvgRenderer(str(MASTER))
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


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "build/icons")
