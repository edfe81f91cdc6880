"""A music folder that is not where it was: the person shows where it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.catalogue.folders import ask_folder
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.texts import path_text, tr
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings

if TYPE_CHECKING:
    from rightsdesk.workspace.catalogue.finding_folder import FolderFound


def find_folder(
    window: QWidget, view_state: ViewState, memory: WindowSettings, job: MainJob, old: str
) -> None:
    """Ask where the music of the folder `old` is, take it from there, and rescan it.

    Everything known of the files goes with them: jobs, undo, baselines of the audio.
    """

    def chosen(new: str) -> None:
        view_state.work_for(
            window,
            lambda: view_state.workspace.catalogue.find_folder(old, new),
            lambda answer: found(new, answer),
        )

    def found(new: str, _answer: FolderFound) -> None:
        view_state.something_changed()
        # Those who had the old folder have the new one now: the roster in view is older.
        where = [(a.id, a.folders) for a in view_state.artists if old in a.folders]
        job.scan_all(
            [(one, [new if place == old else place for place in places]) for one, places in where]
        )

    ask_folder(window, memory, tr("Where is “{folder}” now?").format(folder=path_text(old)), chosen)
