"""What is under way: how far it is and how long it may take, with Pause and Cancel."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from rightsdesk import phrases
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.text import ElidedText, Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.design.words import language
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.parts.texts import counted, number_text, path_text, tr
from rightsdesk.desktop.state.tasks import Task, TaskRunner

SURE_AFTER = 3
"""So many must be done before what is left is guessed from them."""


def left_text(done: int, total: int, seconds: float) -> str:
    """`about 4 s left`, from how long the first `done` took; "" where that says nothing yet."""
    if done < SURE_AFTER or done >= total:
        return ""
    left = seconds / done * (total - done)
    if left < 60:
        return counted("about %n s left", "about %n s left", max(1, round(left)))
    return tr("about {span} left").format(span=phrases.span(timedelta(seconds=left), language()))


class RunningCard(Card):
    """The work under way. It hides where there is none."""

    def __init__(self, job: MainJob, work: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("running")
        self._job = job
        self._task: Task | None = None
        self._began = 0.0
        self._first = 0
        self.name = ElidedText(strong=True)
        self.count = Text(size=Size.SMALL, tone=Tone.DIM)
        self.item = ElidedText(size=Size.SMALL, tone=Tone.DIM)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(space(2))
        self.pause = Button(tr("&Pause"), self._pause, name="pause-task")
        self.cancel = Button(tr("&Cancel"), self._cancel, name="cancel-work")
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(self.name)
        words.addWidget(self.count)
        line = QHBoxLayout()
        line.setSpacing(space(2))
        line.addLayout(words, 1)
        line.addWidget(self.pause)
        line.addWidget(self.cancel)
        self.body.addLayout(line)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.item)
        job.busy_changed.connect(lambda _busy: self._show())
        work.progressed.connect(self._progressed)
        self._show()

    def _show(self) -> None:
        running = self._job.running
        if running is None or self.parentWidget() is not None:  # alone it would be a window
            self.setVisible(running is not None)
        if running is None:
            self._task = None
            return
        if running.task is self._task:
            return
        self._task, self._began, self._first = running.task, 0.0, 0
        self.name.show_text(running.title)
        self.setAccessibleName(running.title)
        self.bar.setAccessibleName(running.title)
        self.bar.setRange(0, 0)
        self.count.setText("")
        self.item.show_text("")
        self.pause.setVisible(running.writes)
        self.pause.setText(tr("&Pause"))
        self.pause.setEnabled(True)
        self.cancel.setEnabled(True)
        latest = running.task.latest
        if latest is not None:
            self._progressed(running.task, *latest)

    def _progressed(self, task: Task, done: int, total: int, label: str) -> None:
        if task is not self._task:
            return
        if not self._began:
            self._began, self._first = monotonic(), done
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        parts = [number_text(done) if done else ""]
        if total:
            form = tr("{n} of {all}")
            parts = [form.format(n=number_text(done), all=number_text(total))]
        if task.paused:
            parts.append(tr("paused"))
        elif total:
            took = monotonic() - self._began
            parts.append(left_text(done - self._first, total - self._first, took))
        self.pause.setText(tr("&Continue") if task.paused else tr("&Pause"))
        self.count.setText(" · ".join(filter(None, parts)))
        self.item.show_text(path_text(label))

    def _pause(self) -> None:
        task = self._task
        if task is None:
            return
        if task.paused:
            task.go_on()
            self._began = 0.0
        else:
            task.pause()
        self.pause.setText(tr("&Continue") if task.paused else tr("&Pause"))
        if task.latest is not None:
            self._progressed(task, *task.latest)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.cancel.setEnabled(False)
            self.pause.setEnabled(False)
            self.count.setText(tr("Stopping after this one…"))
