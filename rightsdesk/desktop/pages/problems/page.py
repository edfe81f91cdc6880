"""Problems: what needs a person, grouped by cause, each with what mends it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.design.cards import Card, EmptyState
from rightsdesk.desktop.design.chips import FilterChip
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.pages.problems.decision import DecisionPanel, way_back, ways_of
from rightsdesk.desktop.pages.problems.details import ACROSS_STEPS, DetailsPanel
from rightsdesk.desktop.pages.problems.lines import (
    ListContent,
    ListFilter,
    ProblemLine,
    ProblemLines,
    as_text,
    lines_of,
)
from rightsdesk.desktop.pages.problems.list_view import LinesView
from rightsdesk.desktop.pages.problems.words import (
    Mend,
    heading_words,
    kind_title,
    mend_text,
    mends_of,
)
from rightsdesk.desktop.parts.search_field import SearchField
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.widgets import CalmComboBox, Flow
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types.findings import Decision, Finding
from rightsdesk.workspace.types.problems import Problem, ProblemKind
from rightsdesk.workspace.types.scopes import Filter

WIDE_STEPS = 165
"""From this width on the details are beside the list; else below it."""


class ProblemsPage(Page):
    """The problems of the artist in view, or of all. `mend_wanted` gives a Mend and a Problem."""

    mend_wanted = Signal(object, object)
    decided = Signal()
    """A problem was decided or ignored, or that was undone: the newest entry of the history."""
    place = PagePlace.PROBLEMS

    def __init__(self, view_state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self._known = ListContent()
        self._wanted = ListFilter()
        self.header = PageHeader(tr("Problems"))
        self.field = SearchField(tr("Search problems"), name="problems-search")
        self.field.searched.connect(lambda text: self._want(text=text))
        self.artist_box = CalmComboBox()
        self.artist_box.setObjectName("problems-artist")
        self.artist_box.setAccessibleName(tr("Artist"))
        self.artist_box.activated.connect(
            lambda n: self._want(artist=self.artist_box.itemData(n) or "")
        )
        self.chips: dict[ProblemKind | None, FilterChip] = {}
        self._chip_row = Flow()
        self.list = LinesView()
        self.list.turned.connect(self._turn)
        self.list.acted.connect(self._act)
        self.list.menu_wanted.connect(self._menu)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.list)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)
        self.details = DetailsPanel()
        self.details.mended.connect(self._mend)
        self.details.ignored.connect(self._ignore)
        self.details.taken_back.connect(self._ask_back)
        self.card = Card(padding=1.5)
        self.card.body.addWidget(self.list)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(space(4))
        self._line.addWidget(self.card, 3)
        self._line.addWidget(self.details, 2)
        self._full = QWidget()
        column = QVBoxLayout(self._full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        search = QHBoxLayout()
        search.setSpacing(space(2))
        search.addWidget(self.field, 1)
        search.addWidget(self.artist_box)
        column.addLayout(search)
        column.addWidget(self._chip_row)
        column.addLayout(self._line, 1)
        self.empty = EmptyState(
            "agrees",
            tr("No problems"),
            tr("What is still to be written is on Home and in the catalogue."),
        )
        self.views = QStackedWidget()
        self.views.addWidget(QWidget())
        self.views.addWidget(self._full)
        self.views.addWidget(self.empty)
        self.column.addWidget(self.header)
        self.column.addWidget(self.views, 1)
        self.details.show_lines((), {})

    def first_focus(self) -> QWidget | None:
        return self.list if self.views.currentWidget() is self._full else None

    def search_here(self) -> bool:
        if self.views.currentWidget() is not self._full:
            return False
        self.field.take_focus()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= space(WIDE_STEPS)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._line.setDirection(direction)
        self.details.setMaximumWidth(space(ACROSS_STEPS) if wide else 16_777_215)

    # --- looking ---------------------------------------------------------------------

    def refresh(self) -> None:
        workspace, artist = self._view_state.workspace, self._view_state.artist
        wanted = Filter(artist_id=artist.id if artist else None)
        carriers = dict(self._view_state.carriers)
        shown = self._wanted

        def read() -> ProblemLines:
            problems = workspace.catalogue.problems(wanted, waiting=False)
            made = [one for one in workspace.catalogue.decisions() if not one.undone_at]
            known = ListContent(problems, made, carriers)
            return lines_of(known, shown)

        self._view_state.read("problems", read, self._show)

    def _want(
        self,
        *,
        text: str | None = None,
        kind: tuple[ProblemKind | None] | None = None,
        artist: str | None = None,
        turned: frozenset[str] | None = None,
    ) -> None:
        before = self._wanted
        self._wanted = ListFilter(
            before.text if text is None else text,
            before.kind if kind is None else kind[0],
            before.artist if artist is None else artist,
            before.turned if turned is None else turned,
        )
        if self._wanted != before:
            known, wanted = self._known, self._wanted
            self._view_state.read("problem-lines", lambda: lines_of(known, wanted), self._show)

    def _turn(self, group: str) -> None:
        self._want(turned=self._wanted.turned ^ {group})

    # --- showing ---------------------------------------------------------------------

    def _show(self, lines: ProblemLines) -> None:
        self._known = lines.known
        artist = self._view_state.one_artist
        sub = tr("As of the last time files and platforms were read.") if lines.number else ""
        above = artist.name if artist else tr("All artists")
        self.header.show_words(heading_words(lines.number), sub, above=above)
        self.counted.emit(lines.number, True)
        self._show_filters(lines)
        bare = not lines.known.problems and not lines.known.decisions
        self.views.setCurrentWidget(self.empty if bare else self._full)
        self._show_list(lines)

    def _show_filters(self, lines: ProblemLines) -> None:
        wanted = self._wanted
        kinds = dict(lines.kinds)
        if wanted.kind is not None:
            kinds.setdefault(wanted.kind, 0)
        fresh = list(self.chips) != [None, *kinds]
        if fresh:
            self.chips = {}
            for kind in (None, *kinds):
                made = FilterChip()
                made.clicked.connect(lambda on, kind=kind: self._want(kind=(kind if on else None,)))
                self.chips[kind] = made
        for kind, chip in self.chips.items():
            number = sum(kinds.values()) if kind is None else kinds[kind]
            chip.show_count(tr("All") if kind is None else kind_title(kind), number)
            chip.setChecked(kind == wanted.kind)
        if fresh:
            self._chip_row.show_widgets(list(self.chips.values()))
        self._chip_row.setVisible(len(kinds) > 1)
        self.artist_box.clear()
        self.artist_box.addItem(tr("All artists"), "")
        for name in lines.artists:
            self.artist_box.addItem(name, name)
        self.artist_box.setCurrentIndex(max(0, self.artist_box.findData(wanted.artist)))
        self.artist_box.setVisible(len(lines.artists) > 1 and self._view_state.one_artist is None)

    def _show_list(self, lines: ProblemLines) -> None:
        view = self.list
        place, row = view.verticalScrollBar().value(), view.currentIndex().row()
        before, several = view.current_line, view.chosen
        view.lines.show_lines(lines.lines, self._wanted.turned)
        if not lines.lines:
            self._selected()
            return
        row = self._row_of(before, lines, row)
        view.go_to(row, several if len(several) > 1 else ())
        view.verticalScrollBar().setValue(place)
        view.scrollTo(view.lines.index(row))
        self._selected()

    def _row_of(self, before: ProblemLine | None, lines: ProblemLines, row: int) -> int:
        """The row to stay at: the same line, else the same place, else the first problem."""
        if before is None:
            return next((n for n, line in enumerate(lines.lines) if line.about is not None), 0)
        near = range(max(0, row - 200), min(len(lines.lines), row + 200))
        same = (n for n in near if lines.lines[n].key == before.key)
        return next(same, min(max(row, 0), len(lines.lines) - 1))

    def _selected(self) -> None:
        chosen = self.list.chosen
        self.details.show_lines(chosen, self._known.carriers)

    # --- doing -----------------------------------------------------------------------

    def _act(self, line: ProblemLine) -> None:
        if isinstance(line.about, Decision):
            self._ask_back(line.about)
        elif isinstance(line.about, Problem) and (mends := mends_of(line.about)):
            self._mend(mends[0], line.about)

    def _mend(self, mend: Mend, problem: Problem) -> None:
        if mend is Mend.FIX:
            self._fix(problem)
        else:
            self.mend_wanted.emit(mend, problem)

    def _menu(self, at: QPoint) -> None:
        line = self.list.current_line
        if line is None or line.about is None:
            return
        menu = QMenu(self)
        menu.setObjectName("problem-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(line.about, Problem):
            about = line.about
            for mend in mends_of(about):
                made = menu.addAction(mend_text(mend, about).replace("&", "&&"))
                made.triggered.connect(lambda _c=False, mend=mend: self._mend(mend, about))
            if about.decisions:
                menu.addAction(tr("&Ignore…")).triggered.connect(self.details.ask_reason)
        else:
            menu.addAction(tr("&Undo…")).triggered.connect(lambda: self._act(line))
        menu.addSeparator()
        menu.addAction(tr("&Copy")).triggered.connect(self.copy)
        menu.popup(at)

    def copy(self) -> None:
        """Copy the selected lines, to paste them elsewhere."""
        if chosen := self.list.chosen:
            QGuiApplication.clipboard().setText(as_text(chosen))

    def _fix(self, problem: Problem) -> None:
        workspace = self._view_state.workspace
        wanted = Filter(artist_id=self._view_state.artist.id if self._view_state.artist else None)

        def read() -> Finding | None:
            found = workspace.catalogue.findings(wanted)
            return next((one for one in found if one.id == problem.finding), None)

        def ask(finding: Finding | None) -> None:
            if finding is None:  # it was decided elsewhere meanwhile
                self.refresh()
                return
            panel = DecisionPanel(
                self._view_state,
                finding.where or finding.artist,
                ways_of(self._view_state, finding),
                members=finding.members,
            )
            self._ask(panel)

        self._view_state.work_for(self, read, ask)

    def _ask_back(self, decision: Decision) -> None:
        title = tr("Undo: {what}").format(
            what=decision.sentence or decision.where or ", ".join(decision.names)
        )
        self._ask(DecisionPanel(self._view_state, title, [way_back(self._view_state, decision)]))

    def _ask(self, panel: DecisionPanel) -> None:
        self.details.show_decision_panel(panel)
        panel.ended.connect(self._ended)
        panel.focus()

    def _ended(self, decided: bool) -> None:
        self.details.end_decision()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if decided:
            self._view_state.something_changed()
            self.decided.emit()

    def _ignore(self, about: list[Problem], reason: str) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        workspace, ids = self._view_state.workspace, [one.id for one in about if one.decisions]
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: workspace.catalogue.ignore(ids, reason),
            lambda _made: self._ended(True),
            owner=self,
        )
