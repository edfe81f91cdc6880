"""Does a next step: leads to where a person settles it, or begins what settles it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.catalogue.find_folder import find_folder
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.overview.values import Action, Step
from rightsdesk.workspace.types.scopes import Filter


class NextSteps(QObject):
    """Knows what each step's button does. The callables lead to other parts of the window:
    `connect` gets a platform and the account that needs a new sign-in, `questions` a platform."""

    def __init__(
        self,
        view_state: ViewState,
        job: MainJob,
        memory: WindowSettings,
        *,
        connect: Callable[[str, int | None], object],
        consent: Callable[[], object],
        questions: Callable[[str], object],
        platform: Callable[[int, str], object],
        add_folder: Callable[[], object],
        licences: Callable[[], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._view_state, self._job, self._memory, self._window = view_state, job, memory, window
        self._connect, self._show_consent, self._questions = connect, consent, questions
        self._platform, self._add_folder = platform, add_folder
        self._licences = licences

    def do(self, step: Step) -> None:
        """Begin a step of one artist."""
        self._view_state.choose_artist(step.artist_id)
        match step.action:
            case Action.ADD_MUSIC:
                self._add_folder()
            case Action.RECONNECT | Action.CONNECT | Action.RESERVE_SITE:
                self._connect(step.platform, step.account_id)
            case Action.FIND_FOLDER:
                find_folder(self._window, self._view_state, self._memory, self._job, step.name)
            case Action.CHOOSE:
                self._show_consent()
            case Action.WRITE if step.platform == CarrierId.FILES:
                self._job.tag(Filter(artist_id=step.artist_id))
            case Action.WRITE:
                self._job.sync(Filter(artist_id=step.artist_id), step.platform)
            case Action.SWITCH_OFF | Action.LOOK_AGAIN | Action.UNREAD:
                self._platform(step.artist_id, step.platform)
            case Action.LICENCE_ENDS:
                self._licences()
            case Action.ANSWER:
                self._questions(step.platform)
