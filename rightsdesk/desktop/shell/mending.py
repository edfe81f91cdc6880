"""Mends a problem: leads to what it is about, or begins what settles it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.catalogue.find_folder import find_folder
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.pages.problems.words import Mend, search_for
from rightsdesk.desktop.parts.opening import open_folder_of
from rightsdesk.desktop.state.catalogue_list import Narrowing
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.types.artists import Account
from rightsdesk.workspace.types.problems import Problem, ProblemKind
from rightsdesk.workspace.types.scopes import Filter, State


class Mending(QObject):
    """Knows what each button of the Problems page does. The callables lead to other parts."""

    def __init__(
        self,
        view_state: ViewState,
        job: MainJob,
        memory: WindowSettings,
        *,
        connect: Callable[[str, int | None], object],
        consent: Callable[[], object],
        questions: Callable[[], object],
        platform: Callable[[int, str], object],
        resume: Callable[[int], object],
        history: Callable[[], object],
        catalogue: Callable[[Narrowing], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._view_state, self._job, self._memory, self._window = view_state, job, memory, window
        self._connect, self._show_consent, self._questions = connect, consent, questions
        self._platform, self._resume, self._history = platform, resume, history
        self._catalogue = catalogue

    def do(self, mend: Mend, problem: Problem) -> None:
        """Begin what a button says. `Mend.FIX` is the page's own."""
        match mend:
            case Mend.SHOW:
                self._show(problem)
            case Mend.FIND_FOLDER:
                find_folder(self._window, self._view_state, self._memory, self._job, problem.path)
            case Mend.SIGN_IN:
                self._of_its_artist(problem)
                self._connect(problem.carrier, problem.account_id)
            case Mend.CHECK:
                self._check(problem)
            case Mend.RETRY | Mend.WRITE:
                wanted = Filter(artist_id=self._artist_id(problem))
                if problem.carrier in (CarrierId.FILES, ""):
                    self._job.tag(wanted)
                else:
                    self._job.sync(wanted, problem.carrier)
            case Mend.CONTINUE if problem.job is not None:
                self._resume(problem.job)
            case Mend.HISTORY:
                self._history()
            case Mend.ANSWER:
                self._of_its_artist(problem)
                self._questions()
            case Mend.CHOOSE:
                self._of_its_artist(problem)
                self._show_consent()
            case Mend.PLATFORM if problem.artist_id is not None:
                self._platform(problem.artist_id, problem.carrier)
            case Mend.RESCAN:
                self._rescan(problem)

    def _artist_id(self, problem: Problem) -> int | None:
        if problem.artist_id is not None:
            return problem.artist_id
        names = {artist.name: artist.id for artist in self._view_state.artists}
        return names.get(
            problem.artist, self._view_state.artist.id if self._view_state.artist else None
        )

    def _of_its_artist(self, problem: Problem) -> None:
        artist_id = self._artist_id(problem)
        if artist_id is not None:
            self._view_state.choose_artist(artist_id)

    def _show(self, problem: Problem) -> None:
        if problem.kind is ProblemKind.FILE:
            open_folder_of(problem.path, self._window)
            return
        text = search_for(problem)
        if text:
            self._catalogue(Narrowing(text))
            return
        if problem.kind is ProblemKind.CATALOGUE:
            self._of_its_artist(problem)
            self._catalogue(Narrowing())
            return
        otherwise = problem.kind is ProblemKind.CONFLICTS
        state = State.SAYS_OTHERWISE if otherwise else State.NEEDS_WORK
        self._catalogue(Narrowing(state=state, carrier=problem.carrier))

    def _check(self, problem: Problem) -> None:
        workspace = self._view_state.workspace

        def read() -> Sequence[Account]:
            found = workspace.accounts.all(self._artist_id(problem))
            return [one for one in found if self._is_meant(one, problem)]

        self._view_state.work_for(self, read, self._job.check_platforms)

    @staticmethod
    def _is_meant(account: Account, problem: Problem) -> bool:
        if problem.account_id is not None:
            return account.id == problem.account_id
        return account.platform == problem.carrier

    def _rescan(self, problem: Problem) -> None:
        artist_id = self._artist_id(problem)
        asked = [
            (a.id, a.folders) for a in self._view_state.artists if a.id == artist_id and a.folders
        ]
        if asked:
            self._job.scan_all(asked)
