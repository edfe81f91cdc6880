"""Closing the window during work: stop, go on in the background, or wait. Never unasked."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMessageBox, QSystemTrayIcon, QWidget

from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.message_box import message_box
from rightsdesk.desktop.parts.texts import number_text, plain_mnemonic, tr
from rightsdesk.desktop.shell.tray import Tray
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Task, TaskRunner


class Leaving(QObject):
    """Decides what a wish to close means. `may_close` is what the window asks first.

    `stopping` is for pages that have a question open.
    """

    stopping = Signal()

    def __init__(
        self, job: MainJob, work: TaskRunner, notice: NoticeBar, place: Tray, window: QWidget
    ) -> None:
        super().__init__(window)
        self._job, self._work, self._notice, self._window = job, work, notice, window
        self._place = place
        self.tray: QSystemTrayIcon | None = None
        self.closing = False
        self.quitting = False
        """The next wish to close means the program, not only its window."""
        self._question: QMessageBox | None = None
        self._waits = False
        job.busy_changed.connect(self._busy_changed)
        work.progressed.connect(self._progressed)
        work.drained.connect(self._drained)
        place.opened.connect(self.come_back)

    def may_close(self) -> bool:
        """Whether the window may close now. If not, the person is asked, or what runs is being
        stopped, and the window closes by itself."""
        quitting, self.quitting = self.quitting or self.closing, False
        app = QGuiApplication.instance()
        ends = isinstance(app, QGuiApplication) and app.isSavingSession()
        if self._place.stays and not quitting and not ends:
            self._window.hide()  # the icon stays, and has the way back and out
            return False
        if self._work.idle:
            self._place.stay(False)
            return True
        running = self._job.running
        asks = running is not None and running.asks_to_stop and not self.closing
        if asks and not ends:  # a session that ends asks no questions
            self._ask()
        else:
            self.stop()
        return False

    def quit(self) -> None:
        """Close the window and the program, also where the icon would stay."""
        hidden = not self._window.isVisible()
        if hidden and self._job.busy:
            self.come_back()  # to ask about the work
        self.quitting = True
        if self._window.close() and hidden:
            QTimer.singleShot(0, self._window, QApplication.quit)

    def stop(self) -> None:
        """Stop at the next safe point, and close then."""
        self.closing = True
        for dialog in self._window.findChildren(QDialog):
            dialog.reject()
        self.stopping.emit()
        self._work.cancel_all()
        if self._job.busy:
            self._notice.tell(tr("RightsDesk finishes this file, then closes."))
        if self._work.idle:
            self._drained()

    # --- asking ----------------------------------------------------------------------

    def _ask(self) -> None:
        if self._question is not None:
            self._question.raise_()
            return
        running = self._job.running
        assert running is not None  # else there is nothing to ask about
        tray = self._place.there()
        details = tr("If you stop, what is done stays done, and you can continue the rest later.")
        if not tray:
            details += " " + tr(
                "This desktop has no place for programs without a window, so RightsDesk can't "
                "continue in the background. It can wait, and close when this is done."
            )
        box = message_box(
            self._window,
            tr("RightsDesk is still working: {what}").format(what=running.title.rstrip("…")),
            details=f"{so_far(running.task)}{details}",
            title=tr("Close RightsDesk?"),
            name="closing",
            icon=QMessageBox.Icon.Question,
        )
        role = QMessageBox.ButtonRole
        on = tr("&Continue in the background") if tray else tr("&Wait, then close")
        self._on = box.addButton(on, role.AcceptRole)
        self._stop = box.addButton(tr("&Stop and close"), role.DestructiveRole)
        keep = box.addButton(tr("&Keep it open"), role.RejectRole)
        box.setDefaultButton(self._on)
        box.setEscapeButton(keep)
        box.finished.connect(lambda _code: self._answered(box, tray=tray))
        self._question = box
        box.open()

    def _answered(self, box: QMessageBox, *, tray: bool) -> None:
        if self._question is not box:
            return
        self._question = None
        pressed = box.clickedButton()
        if pressed is self._stop:
            self.stop()
        elif pressed is self._on:
            if self._job.running is not None:
                self._job.running.task.go_on()  # a pause would never end there
            if not self._job.busy:
                self._end()
            elif tray:
                self._go_behind()
            else:
                self._waits = True
                self._notice.tell(
                    tr("RightsDesk closes when this is done."),
                    offers=[(tr("Keep it open"), self.stay)],
                )

    def stay(self) -> None:
        """Take back that the window closes when the work is done."""
        self._waits = False
        self._notice.clear()

    # --- in the background -----------------------------------------------------------

    def _go_behind(self) -> None:
        """Go on without the window; the tray has the way back."""
        menu = QMenu(self._window)
        self._far = menu.addAction(tr("Working…"))
        self._far.setEnabled(False)
        menu.addAction(tr("&Open RightsDesk")).triggered.connect(lambda _c=False: self.come_back())
        menu.addAction(tr("&Stop and quit")).triggered.connect(lambda _c=False: self.stop())
        self.tray = self._place.lend(menu)
        self._waits = True
        self._window.hide()

    def come_back(self) -> None:
        """Show the window again; it stays open."""
        self._waits = False
        self._leave_tray()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _leave_tray(self) -> None:
        if self.tray is not None:
            self.tray = None
            self._place.give_back()

    # --- what happens meanwhile ------------------------------------------------------

    def _progressed(self, task: Task, _done: int, _total: int, _label: str) -> None:
        running = self._job.running
        if self.tray is not None and running is not None and running.task is task:
            words = f"{running.title.rstrip('…')}: {so_far(task)}"
            self._far.setText(plain_mnemonic(words.strip()))

    def _busy_changed(self, busy: bool) -> None:
        if busy:
            return
        if self._question is not None:  # it has answered itself: there is nothing to stop
            question, self._question = self._question, None
            question.reject()
            self._waits = True
        if self._waits:
            QTimer.singleShot(0, self, self._end)  # what came of it is told first

    def _end(self) -> None:
        if self._job.busy:
            return  # something else was begun meanwhile
        self._waits = False
        self.stop()

    def _drained(self) -> None:
        if self.closing:
            behind = self.tray is not None or not self._window.isVisible()
            self._leave_tray()
            QTimer.singleShot(0, self._window, self._window.close)
            if behind:  # closing a hidden window ends no event loop
                QTimer.singleShot(0, self._window, QApplication.quit)


def so_far(task: Task) -> str:
    """`384 of 2,000. `, or nothing while that is not known."""
    if task.latest is None or not task.latest[1]:
        return ""
    done, total, _ = task.latest
    return tr("{n} of {all}. ").format(n=number_text(done), all=number_text(total))
