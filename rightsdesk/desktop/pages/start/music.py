"""The first answer of the first start: the music, and whose it is as the tags say it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rightsdesk import phrases
from rightsdesk.desktop.catalogue.folders import ask_folder
from rightsdesk.desktop.design.buttons import Button, LinkButton
from rightsdesk.desktop.design.cards import Avatar, Card
from rightsdesk.desktop.design.text import ElidedText, Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.pages.start.drop_zone import DropZone
from rightsdesk.desktop.parts.texts import (
    counted,
    language,
    number_text,
    path_text,
    plain_mnemonic,
    tr,
)
from rightsdesk.desktop.parts.widgets import Flow, emptied
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.workspace.catalogue.surveying import Survey

MOST_NAMES = 6
"""So many of the names that the tags give are offered as buttons."""


class Music(QWidget):
    """Takes folders, reads whose music is in them, and lets the name be corrected.

    `changed`: name or folders are others now. `ready` tells whether both are known.
    """

    changed = Signal()

    def __init__(
        self, view_state: ViewState, memory: WindowSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view_state, self._memory = view_state, memory
        self._task: Task | None = None
        self.folders: list[str] = []
        self.survey: Survey | None = None
        self.zone = DropZone()
        self.zone.dropped.connect(self.add_folders)
        self.zone.choose_wanted.connect(self._choose)
        self.card = Card()
        self.avatar = Avatar()
        self.title = ElidedText(size=Size.HEADING, strong=True)
        self.found = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.change = Button(tr("C&hange…"), self._edit, name="change-music")
        self.name = QLineEdit()
        self.name.setObjectName("artist-name")
        self.name.setPlaceholderText(tr("Name of the artist or band"))
        self.name.setAccessibleName(tr("Name of the artist or band"))
        self.name.textChanged.connect(self._named)
        self.others = Text(size=Size.SMALL, tone=Tone.OPEN, wrap=True)
        self.names = Flow(spacing=space(2))
        self.places = QVBoxLayout()
        self.places.setSpacing(space(1))
        self.more = LinkButton(tr("Add another folder…"), self._choose, name="add-folder")
        self.edit = QWidget()
        self._put_together()
        view_state.work.progressed.connect(self._progressed)
        self._show()

    @property
    def ready(self) -> bool:
        """Whether there are folders, and a name."""
        return bool(self.folders) and bool(self.artist)

    @property
    def artist(self) -> str:
        """The name as it stands."""
        return self.name.text().strip()

    def first_focus(self) -> QWidget:
        """What is to be answered first."""
        return self.name if self.folders else self.zone.choose

    def add_folders(self, folders: list[str]) -> None:
        """Take folders, however they were given, and read whose music they hold."""
        self._take([*self.folders, *folders])

    def forget(self) -> None:
        """Start over."""
        self.name.clear()
        self._take([])

    def _put_together(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(space(3))
        words = QVBoxLayout()
        words.setSpacing(space(0.5))
        words.addWidget(self.title)
        words.addWidget(self.found)
        line.addWidget(self.avatar)
        line.addLayout(words, 1)
        line.addWidget(self.change, 0, Qt.AlignmentFlag.AlignVCenter)
        self.card.body.addLayout(line)
        rows = QVBoxLayout(self.edit)
        rows.setContentsMargins(0, space(1), 0, 0)
        rows.setSpacing(space(2))
        label = Text(tr("Who is the artist?"), strong=True)
        label.setBuddy(self.name)
        rows.addWidget(label)
        rows.addWidget(self.name)
        rows.addWidget(self.names)
        rows.addWidget(Text(tr("Where is the music?"), strong=True))
        rows.addLayout(self.places)
        rows.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.card.body.addWidget(self.others)
        self.card.body.addWidget(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.zone)
        column.addWidget(self.card)

    # --- answers ---------------------------------------------------------------------

    def _choose(self) -> None:
        def chosen(folder: str) -> None:
            self.add_folders([folder])

        ask_folder(self, self._memory, tr("Where is the music?"), chosen)

    def _take(self, folders: list[str]) -> None:
        self.folders = list(dict.fromkeys(folders))
        self.survey = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self.folders:
            meant, workspace = tuple(self.folders), self._view_state.workspace

            def read(task: Task) -> Survey:
                return workspace.catalogue.survey(
                    meant, progress=task.progress, cancel=task.cancelled
                )

            self._task = self._view_state.work.run(
                Lane.SHORT, read, partial(self._read, meant), owner=self
            )
        self._show_places()
        self._show()
        self.changed.emit()

    def _read(self, folders: tuple[str, ...], survey: Survey) -> None:
        if folders != tuple(self.folders):
            return
        self._task = None
        if not survey.files:
            self.folders = []
            self.zone.tell(_no_music(folders))
        else:
            self.zone.tell("")
            self.survey = survey
            self._show_names(survey)
            names = survey.artists
            if names and not self.artist:
                self.name.setText(names[0][0])
            self.edit.setVisible(not self.artist or _doubtful(survey))
        self._show()
        self.changed.emit()

    def _progressed(self, task: Task, done: int, _total: int, _label: str) -> None:
        if task is self._task:
            words = counted("Read the tags of %n file", "Read the tags of %n files", done)
            self.found.setText(f"{words}…")

    def _named(self) -> None:
        self._show()
        self.changed.emit()

    def _edit(self) -> None:
        self.edit.setVisible(self.edit.isHidden())
        if not self.edit.isHidden():
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            self.name.selectAll()

    # --- showing ---------------------------------------------------------------------

    def _show(self) -> None:
        self.zone.setVisible(not self.folders)
        self.card.setVisible(bool(self.folders))
        if not self.folders:
            self.edit.hide()
            return
        survey = self.survey
        self.avatar.show_name(self.artist or "?")
        self.change.setVisible(survey is not None)
        self.others.hide()
        if survey is None:
            self.title.show_text(tr("Reading the tags…"))
            self.found.setText(_places(self.folders))
            return
        self.title.show_text(self.artist or tr("Who is the artist?"))
        self.found.setText(found_words(survey, self.artist, self.folders))
        self.card.setAccessibleName(self.title.accessibleName())
        words = others_words(survey, self.artist)
        self.others.setText(words)
        self.others.setVisible(bool(words))

    def _show_names(self, survey: Survey) -> None:
        made: list[QWidget] = []
        for name, number in survey.artists[:MOST_NAMES] if len(survey.artists) > 1 else ():
            words = f"{plain_mnemonic(name)}  {number_text(number)}"
            button = Button(words, partial(self.name.setText, name), name="named-artist")
            button.setAccessibleDescription(counted("in %n file", "in %n files", number))
            made.append(button)
        self.names.show_widgets(made)

    def _show_places(self) -> None:
        emptied(self.places)
        for folder in self.folders:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(ElidedText(path_text(folder), mode=Qt.TextElideMode.ElideMiddle), 1)
            remove = LinkButton(tr("Remove"), self._remover(folder), name="remove-folder")
            remove.setAccessibleDescription(path_text(folder))
            line.addWidget(remove)
            self.places.addWidget(row)

    def _remover(self, folder: str) -> Callable[[], None]:
        return lambda: self._take([one for one in self.folders if one != folder])


def found_words(survey: Survey, artist: str, folders: list[str]) -> str:
    """`found in 58 of 60 files in Music/Mira Koval · 7 releases`."""
    number = next((n for name, n in survey.artists if name == artist), None)
    if not survey.complete:
        files = tr("more than {number} files").format(number=number_text(survey.files))
    else:
        files = counted("%n file", "%n files", survey.files)
    if number is not None and survey.read == survey.files:
        form = tr("Named in {number} of {files} in {place}")
        words = form.format(number=number_text(number), files=files, place=_places(folders))
    else:
        words = tr("{files} in {place}").format(files=files, place=_places(folders))
    if survey.releases and survey.read == survey.files:
        words += " · " + counted("%n release", "%n releases", survey.releases)
    return words


def others_words(survey: Survey, artist: str) -> str:
    """A warning where the folders hold music of others: it would all be this artist's."""
    others = [(name, number) for name, number in survey.artists if name != artist]
    if not artist or not others or 10 * others[0][1] < survey.read:
        return ""
    name, number = others[0]
    if len(others) > 1:
        form = counted(
            "%n file names other artists, such as {other}. All files here will belong to "
            "{artist}: choose a folder of one artist, and add others later.",
            "%n files name other artists, such as {other}. All files here will belong to "
            "{artist}: choose a folder of one artist, and add others later.",
            sum(each for _, each in others),
        )
        return form.format(other=name, artist=artist)
    form = counted(
        "%n file names {other}. All files here will belong to {artist}: choose a folder of one "
        "artist, and add others later.",
        "%n files name {other}. All files here will belong to {artist}: choose a folder of one "
        "artist, and add others later.",
        number,
    )
    return form.format(other=name, artist=artist)


def _doubtful(survey: Survey) -> bool:
    """Whether another artist is named in at least half as many files as the first one."""
    numbers = [number for _, number in survey.artists]
    return len(numbers) > 1 and 2 * numbers[1] >= numbers[0]


def _places(folders: list[str] | tuple[str, ...]) -> str:
    return phrases.and_list([path_text(folder) for folder in folders], language())


def _no_music(folders: tuple[str, ...]) -> str:
    form = tr(
        "No music found in {place}. RightsDesk knows MP3, FLAC, WAV, AIFF, M4A, Ogg and Opus."
    )
    return form.format(place=_places(folders))
