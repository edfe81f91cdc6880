"""The page on which a person says which recordings the tracks of a platform are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.catalogue.artists import ArtistDelegate
from rightsdesk.desktop.design.buttons import Button, LinkButton, allow
from rightsdesk.desktop.design.cards import Card, EmptyState
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.matching.model import QuestionModel
from rightsdesk.desktop.matching.texts import candidate_text, doubt_text, question_text
from rightsdesk.desktop.parts.opening import OpenUrl, tell_where
from rightsdesk.desktop.parts.search_field import make_search
from rightsdesk.desktop.parts.sub_page import SubPage
from rightsdesk.desktop.parts.texts import counted, plain_mnemonic, plain_tip, tr, under_way
from rightsdesk.desktop.parts.widgets import emptied, scrolled
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types.matches import MatchCandidate, MatchQuestion

OpenMatches = tuple[Sequence[MatchQuestion], Mapping[int, int]]
KEYS = "123456789"


class CandidateCard(Card):
    """A recording that a track may be, with what speaks against it."""

    chosen = Signal(int)

    def __init__(
        self, place: int, candidate: MatchCandidate, question: MatchQuestion, *, best: bool
    ) -> None:
        super().__init__(candidate.title, padding=3.0)
        self.candidate = candidate
        self.setObjectName(f"candidate-{place}")
        words = tr("It's this one")
        self.take = Button(
            words,
            lambda: self.chosen.emit(candidate.recording_id),
            name="take",
        )
        self.take.setToolTip(plain_tip(tr("Press {key}").format(key=place)))
        if best:
            self.head.addWidget(Chip(tr("best match"), Tone.GOOD))
        key = Text(str(place), size=Size.SMALL, tone=Tone.DIM)
        self.head.insertWidget(0, key)
        self.head.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        self.body.setSpacing(space(1))
        self.body.addWidget(Text(candidate_text(candidate), size=Size.SMALL, tone=Tone.DIM))
        reasons = [doubt_text(doubt, question, candidate) for doubt in candidate.doubts]
        for reason in reasons:
            row = QHBoxLayout()
            row.setSpacing(space(2))
            row.addWidget(Sign("question", Tone.OPEN), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Text(reason, wrap=True), 1)
            self.body.addLayout(row)
        spoken = (candidate.title, candidate_text(candidate), *reasons)
        self.setAccessibleName(". ".join(part for part in spoken if part))
        self.take.setAccessibleDescription(self.accessibleName())


class MatchPage(SubPage):
    """Up and Down move through the tracks, 1 to 9 take a candidate, Enter the first, N none.

    `undo_wanted` asks for the undo of a deed.
    """

    undo_wanted = Signal(int)

    def __init__(
        self,
        view_state: ViewState,
        notice: NoticeBar,
        open_url: OpenUrl,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Platforms"), wide=True, parent=parent)
        self.setObjectName("matching")
        self._view_state, self._notice, self._open_url = view_state, notice, open_url
        self._platform = ""
        self._best: Mapping[int, int] = {}
        self._artist_id: int | None = None
        self.candidates: list[CandidateCard] = []
        self.header.primary.clicked.connect(self._accept_best)
        self.search = QLineEdit()
        self.search.setObjectName("find-match")
        self.search.setPlaceholderText(tr("Find a track"))
        self.search.setAccessibleName(tr("Find a track"))
        make_search(self.search, self.search.placeholderText())
        self.model = QuestionModel(self)
        self.search.textChanged.connect(self._searched)
        self.list = QListView()
        self.list.setObjectName("to-match")
        self.list.setAccessibleName(tr("Tracks that need matching"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(ArtistDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_question())
        for each in (self.list, self.search):
            each.installEventFilter(self)
        side = QWidget()
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(space(2), 0, space(2), 0)
        self._side.setSpacing(space(2))
        self.none = EmptyState(
            "agrees",
            tr("What was matched can be written from Platforms."),
            action=tr("Back to Platforms"),
            clicked=self.go_back,
        )
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        left.setFixedWidth(space(62))
        self.parts = QWidget()
        row = QHBoxLayout(self.parts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(4))
        row.addWidget(left)
        row.addWidget(scrolled(side), 1)
        # The two columns scroll by themselves: the page itself does not.
        self.area.hide()
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        whole.insertWidget(whole.indexOf(self.area), self.parts, 1)
        whole.insertWidget(whole.indexOf(self.area), self.none, 1)
        self.none.hide()

    def open_for(self, artist_id: int | None, platform: str = "") -> None:
        """Show the tracks of an artist (None: of all), on a platform (none: on all)."""
        self._artist_id, self._platform = artist_id, platform
        self.search.clear()
        self.read()

    def read(self) -> None:
        """Look anew at what is open."""
        accounts, artist_id, platform = (
            self._view_state.workspace.accounts,
            self._artist_id,
            self._platform,
        )

        def read() -> OpenMatches:
            found = accounts.questions(artist_id)
            some = [one for one in found if platform in ("", one.platform)]
            return some, accounts.best_matches(some)

        self._view_state.read("matching", read, self._show)

    def _show(self, found: OpenMatches) -> None:
        questions, self._best = found
        held = self.list.hasFocus()
        row = self.list.currentIndex().row()
        self.model.show_questions(questions, dict(self._view_state.carriers))
        number = len(questions)
        self.header.show_words(
            counted("%n track needs matching", "%n tracks need matching", number)
            if number
            else tr("Every track is matched"),
            tr("Until you answer, nothing is written to it. Every answer can be undone.")
            if number
            else "",
        )
        primary = self.header.primary
        best = len(self._best)
        primary.setText(counted("Accept %n best match", "Accept %n best matches", best))
        primary.setVisible(bool(best))
        allow(primary)
        self.parts.setVisible(bool(number))
        self.none.setVisible(not number)
        self._choose(max(0, min(row, self.model.rowCount() - 1)))
        if held and number:
            self.list.setFocus()
        elif not number and self.isVisible():
            self.none.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget | None:
        """The list of tracks; where none is left, the way back."""
        return self.list if self.none.isHidden() else self.none.button

    @property
    def question(self) -> MatchQuestion | None:
        """The track that is chosen."""
        row = self.list.currentIndex().row()
        return self.model.questions[row] if 0 <= row < len(self.model.questions) else None

    def _searched(self, text: str) -> None:
        self.model.search(text)
        self._choose(0)

    def _choose(self, row: int) -> None:
        self.list.setCurrentIndex(self.model.index(row))
        self._show_question()

    def _show_question(self) -> None:
        emptied(self._side)
        self.candidates = []
        question = self.question
        if question is None:
            words = tr("No track fits the search.") if self.search.text() else ""
            self._side.addWidget(Text(words, tone=Tone.DIM, wrap=True))
            self._side.addStretch(1)
            return
        names = dict(self._view_state.carriers)
        name = names.get(question.platform, question.platform)
        self._side.addWidget(Text(question.title, size=Size.HEADING, strong=True, wrap=True))
        self._side.addWidget(Text(question_text(question, name), tone=Tone.DIM, wrap=True))
        if question.url:
            address = question.url
            link = LinkButton(
                plain_mnemonic(tr("Open on {name}").format(name=name)),
                lambda: self._open(address),
                name="open-track",
            )
            link.setToolTip(plain_tip(address))
            self._side.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self._side.addWidget(Text(tr("Which recording is this?"), strong=True))
        best = self._best.get(question.item_id)
        for place, candidate in enumerate(question.candidates, start=1):
            card = CandidateCard(place, candidate, question, best=candidate.recording_id == best)
            card.chosen.connect(self._answer)
            self.candidates.append(card)
            self._side.addWidget(card)
        none = Button(tr("None of these"), lambda: self._answer(None), name="none-of-these")
        none.setToolTip(plain_tip(tr("It stays a recording of its own. Press N")))
        self._side.addWidget(none, 0, Qt.AlignmentFlag.AlignLeft)
        self._side.addStretch(1)

    def _open(self, address: str) -> None:
        if self._open_url(address) is False:
            tell_where(self, address)

    # --- answering -------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the list and of the search."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.search:
                if event.key() == Qt.Key.Key_Down:
                    self.list.setFocus()
                    return True
                if event.key() == Qt.Key.Key_Escape and self.search.text():
                    self.search.clear()
                    return True
            elif watched is self.list and self._pressed(event):
                return True
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        text = event.text()
        if text in KEYS and text:
            place = int(text) - 1
            if place < len(self.candidates):
                self._answer(self.candidates[place].candidate.recording_id)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.candidates:
            self._answer(self.candidates[0].candidate.recording_id)
            return True
        if event.key() == Qt.Key.Key_N and self.question is not None:
            self._answer(None)
            return True
        return False

    def _answer(self, recording_id: int | None) -> None:
        question = self.question
        if question is None:
            return
        found = (one for one in question.candidates if one.recording_id == recording_id)
        candidate = next(found, None)
        if candidate is None:
            text = tr("Saved: “{track}” is a recording of its own.").format(track=question.title)
        else:
            form = tr("Saved: “{track}” is “{recording}”.")
            text = form.format(track=question.title, recording=candidate.title)
        self._save({question.item_id: recording_id}, text)

    def _accept_best(self) -> None:
        number = len(self._best)
        text = counted("%n track matched.", "%n tracks matched.", number)
        self._save(dict(self._best), text)

    def _save(self, answers: Mapping[int, int | None], text: str) -> None:
        if not answers:
            return
        accounts = self._view_state.workspace.accounts
        allow(self.header.primary, unless=under_way())

        def saved(deed_ids: list[int]) -> None:
            self._notice.tell(
                text,
                kind=Tone.GOOD,
                icon_name="agrees",
                offers=[(tr("Undo"), lambda: self.undo_wanted.emit(deed_ids[0]))],
                deed=max(deed_ids, default=0),
            )
            self._view_state.something_changed()

        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: accounts.answer_all(answers),
            saved,
            always=self.read,
            owner=self,
        )
