"""Opens files and folders that come from outside: a start that names them, or a second start.

Music that an artist has already is shown in the catalogue. For other music the window asks whose
it is, as after a drop.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.texts import counted, path_text, tr
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.state.catalogue_list import Narrowing
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types.artists import Artist

PAUSE_MS = 250
"""File managers start RightsDesk once for each selected file: what comes in so short a time is
opened together."""
MOST_PLACES = 100
"""So many files and folders the list is limited to; of more, their folders."""

Whose = dict[str, frozenset[int]]


class PathOpener(QObject):
    """Takes paths at any time. They wait for the roster, for open dialogs and for the main job."""

    def __init__(
        self,
        view_state: ViewState,
        job: MainJob,
        notice: NoticeBar,
        *,
        show: Callable[[Narrowing], None],
        first: Callable[[list[str]], None],
        scan: Callable[[Artist | str, list[str]], None],
        window: QWidget,
    ) -> None:
        """`show` shows the catalogue, `first` gives folders to the first start, `scan` adds
        folders to an artist."""
        super().__init__(window)
        self._view_state, self._job, self._notice, self._window = view_state, job, notice, window
        self._show, self._first, self._scan = show, first, scan
        self._paths: list[str] = []
        self._unasked: list[str] = []
        job.busy_changed.connect(self._job_changed)
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._read)

    @property
    def waiting(self) -> bool:
        """Whether there are paths that were not looked at so far."""
        return bool(self._paths)

    def open(self, paths: Sequence[str]) -> None:
        """Open these files and folders as soon as that disturbs nothing."""
        self._paths = list(dict.fromkeys((*self._paths, *map(os.path.abspath, paths))))
        if self._paths:
            self._pause.start()

    def _read(self) -> None:
        if not self._view_state.loaded or QApplication.activeModalWidget() is not None:
            self._pause.start()  # what is being asked comes first
            return
        paths, self._paths = self._paths, []
        workspace = self._view_state.workspace

        def read() -> tuple[list[str], list[str], Whose]:
            there = [path for path in paths if os.path.exists(path)]
            gone = [path for path in paths if path not in there]
            places = fewer(there)
            return places, gone, workspace.catalogue.artists_at(places)

        self._view_state.work_for(self, read, lambda found: self._sorted_out(*found))

    def _sorted_out(self, places: list[str], gone: list[str], whose: Whose) -> None:
        if gone:
            text = counted(
                "There is nothing at {path}.",
                "%n files or folders are not there any more, such as {path}.",
                len(gone),
            )
            self._notice.tell(
                text.format(path=path_text(gone[0])), kind=Accent.BAD, icon_name="conflicts"
            )
        if not self._view_state.artists:
            if folders := _folders(places):
                self._first(folders)
            return
        known = [place for place in places if whose[place]]
        if known:
            artists = frozenset().union(*(whose[place] for place in known))
            self._view_state.choose_artist(next(iter(artists)) if len(artists) == 1 else None)
            self._show(Narrowing(places=tuple(known)))
        if new := _folders([place for place in places if not whose[place]]):
            self._ask(new)

    def _ask(self, folders: list[str]) -> None:
        """Ask whose music is in there, once nothing else is under way."""
        if self._job.busy:
            self._notice.tell(
                tr("RightsDesk asks about {path} when the work under way is done.").format(
                    path=path_text(folders[0])
                )
            )
            self._unasked += folders
            return
        from rightsdesk.desktop.catalogue.dropped import WhoseFolders

        dialog = WhoseFolders(self._view_state, folders, self._scan, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _job_changed(self, busy: bool) -> None:
        if self._unasked and not busy:
            unasked, self._unasked = self._unasked, []
            self.open(unasked)


def fewer(paths: Sequence[str]) -> list[str]:
    """The paths without those that are inside others; at most MOST_PLACES, or their folders."""
    found: dict[Path, None] = {}
    for path in sorted(map(Path, paths)):  # a folder comes before what is in it
        if not any(parent in found for parent in path.parents):
            found[path] = None
    if len(found) <= MOST_PLACES:
        return list(map(str, found))
    folders = {str(path.parent) for path in found}
    if len(folders) < len(found):
        return fewer(sorted(folders))
    return [os.path.commonpath(folders)]


def _folders(places: Sequence[str]) -> list[str]:
    """The folders among places; of a file its folder."""
    found = (place if os.path.isdir(place) else os.path.dirname(place) for place in places)
    return list(dict.fromkeys(found))
