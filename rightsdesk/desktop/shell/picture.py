"""Pictures of the window without a screen: for the demo, and for judging a page.

`python -m rightsdesk.desktop.shell.picture FILE --page catalogue --theme dark --scale 2`
shows sample music; `--data DIR` shows a data folder. See `--help`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QElapsedTimer,
    QEventLoop,
    QMessageLogContext,
    QPoint,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from rightsdesk.desktop.design.appearance import AppearanceOptions, Scheme, appearance
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace

PATIENCE_MS = 20_000
QUIET_MS = 150
"""The window is ready once nothing has been under way for so long."""


class NoPicture(KnownError):
    """The picture could not be saved."""

    cause = Cause.NO_PICTURE


def save_picture(
    workspace: Workspace,
    path: Path,
    *,
    page: str = "home",
    artist: str = "",
    dark: bool = False,
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    text: int = 100,
) -> None:
    """Show a page of the main window, wait until everything is there, and save it as a PNG.

    `page` is the key of a page, `artist` a name to choose. `size` in logical pixels, `scale` as
    a screen of that many times the density, `text` in per cent of the text size. Raises
    NoPicture where there is no such page or artist, or the file cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from rightsdesk.desktop.shell.app import application

    app = application()
    look = appearance(app)
    before = look.look
    look.choose(AppearanceOptions(Scheme.DARK if dark else Scheme.LIGHT, text=text))
    work = TaskRunner()
    before_handler = qInstallMessageHandler(_without_the_plugins_talk)
    window = MainWindow(workspace, work)
    try:
        if page not in [one.key for one in PagePlace]:
            known = ", ".join(one.key for one in PagePlace)
            raise NoPicture(f"There is no page “{page}”. The pages are: {known}.")
        window.resize(*size)
        window.show()
        settle(work)
        if artist:
            found = [one.id for one in window.view_state.artists if one.name == artist]
            if not found:
                raise NoPicture(f"There is no artist “{artist}”.")
            window.view_state.choose_artist(found[0])
        window.go_to(page)
        settle(work)
        if not grab(window, scale).save(str(path), "PNG"):  # type: ignore[call-overload]  # PNG is a str in Qt's own words
            raise NoPicture(f"The picture could not be saved as {path}.")
    finally:
        window.hide()
        work.close()
        window.deleteLater()
        look.choose(before)
        QApplication.sendPostedEvents(None, 0)
        qInstallMessageHandler(before_handler)


def _without_the_plugins_talk(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """The offscreen platform says with each window what it does not support."""
    if not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)


def settle(work: TaskRunner) -> None:
    """Run the event loop until the window has all that it asked for."""
    clock, loop, quiet = QElapsedTimer(), QEventLoop(), 0
    clock.start()
    while quiet < QUIET_MS and clock.elapsed() < PATIENCE_MS:
        QTimer.singleShot(25, loop.quit)
        loop.exec()
        quiet = quiet + 25 if work.idle else 0


def grab(widget: QWidget, scale: float = 1.0) -> QImage:
    """The widget as an image of `scale` times its size, drawn sharp at that scale."""
    image = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(widget.palette().color(QPalette.ColorRole.Window))
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    return image


def main(argv: Sequence[str] | None = None) -> int:
    """Save one picture; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rightsdesk.desktop.shell.picture")
    parser.add_argument("file", type=Path, help="the PNG to write")
    parser.add_argument("--page", default="home")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--size", type=_size, default=(1280, 800), metavar="WIDTHxHEIGHT")
    parser.add_argument("--scale", type=float, default=1.0, help="pixels per logical pixel")
    parser.add_argument("--text", type=int, default=100, help="text size in per cent")
    parser.add_argument("--artist", default="", help="the artist to choose")
    parser.add_argument("--data", type=Path, help="a data folder; none: sample music")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, _workspace(given.data, Path(folder)) as opened:
        try:
            save_picture(
                opened,
                given.file,
                page=given.page,
                artist=given.artist,
                dark=given.theme == "dark",
                size=given.size,
                scale=given.scale,
                text=given.text,
            )
        except NoPicture as problem:
            print(problem, file=sys.stderr)
            return 1
    return 0


def _size(text: str) -> tuple[int, int]:
    across, down = text.split("x")
    return int(across), int(down)


def _workspace(data: Path | None, folder: Path) -> Workspace:
    """An open workspace: of a data folder, or with sample music in `folder`."""
    from rightsdesk.workspace import Workspace

    if data is not None:
        return Workspace.open(data)
    from rightsdesk.consent import PRESETS, Preset
    from rightsdesk.practice import catalogue
    from rightsdesk.workspace.types.scopes import Scope, ScopeKind

    catalogue.build(folder / "music")
    opened = Workspace.open(folder / "data")
    for name in catalogue.artists():
        artist = opened.artists.add(name)
        opened.catalogue.scan(artist.id, [str(folder / "music" / name)])
        opened.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    return opened


if __name__ == "__main__":
    sys.exit(main())
