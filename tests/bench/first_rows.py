"""`python -m tests.bench.first_rows DATA`: start the window on a store until its first rows show.

Prints the processor time of the process in seconds, and the names of all loaded modules. With
`--empty NAMES`, imports those modules and shows an empty window: the yardstick.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMainWindow

if TYPE_CHECKING:
    from rightsdesk.workspace.types.matrix import MatrixRow


def main() -> None:
    """Start, show, print, end."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.first_rows", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--empty", type=Path, help="a file with names of modules to import")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if given.empty:
        empty_window(given.empty.read_text().split())
    else:
        first_rows(given.data)


def first_rows(data: Path) -> None:
    """Start as the program does; end the process when the first rows are painted."""
    from rightsdesk.desktop.shell import app
    from rightsdesk.desktop.shell.main_window import MainWindow
    from rightsdesk.desktop.state.catalogue_model import CatalogueModel

    arrived = CatalogueModel.arrived

    def shown(self: CatalogueModel, rows: Sequence[MatrixRow], generation: int) -> None:
        arrived(self, rows, generation)
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.catalogue.table.isVisible():
                window.catalogue.table.viewport().repaint()
                _report()

    CatalogueModel.arrived = shown  # type: ignore[method-assign]  # watched from outside
    app.main(data)


def empty_window(names: list[str]) -> None:
    """Import these modules, and show a window without anything in it."""
    for name in names:
        with suppress(ImportError):  # some modules exist only inside others
            importlib.import_module(name)
    application = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    window.show()
    application.processEvents()
    window.repaint()
    _report()


def _report() -> None:
    sys.stdout.write(f"{time.process_time():.3f}\n")
    sys.stdout.write("\n".join(sorted(sys.modules)))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
