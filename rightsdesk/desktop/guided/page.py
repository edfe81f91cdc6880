"""Platforms that a person visits, one after the other; for all artists, how much is open.

What is chosen here is told to the workspace at once and can be undone; the page then goes
on to the next platform that wants attention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from rightsdesk.desktop.catalogue.artists import SECOND_LINE, ArtistDelegate, Index
from rightsdesk.desktop.guided.card import GuidedCard
from rightsdesk.desktop.guided.form import Said
from rightsdesk.desktop.guided.overview import GuidedOverview
from rightsdesk.desktop.guided.texts import group_title, line_of, open_text
from rightsdesk.desktop.parts.opening import OpenUrl, open_page
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.theme import Accent, em_across
from rightsdesk.desktop.parts.widgets import dim_label, emptied, heading, larger, scrolled, vertical
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.resources.facts import Default
from rightsdesk.workspace.types import Artist, Attestation, Group, GuidedView, Open, Signals

T = TypeVar("T")
PLATFORM = Qt.ItemDataRole.UserRole + 2
OPEN = (Group.LOOK_AGAIN, Group.TO_DO)


class GuidedDelegate(QStyledItemDelegate):
    """A heading as one bold line; a platform as two, with a sign."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._two_lines = ArtistDelegate(parent)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(PLATFORM):
            return self._two_lines.sizeHint(option, index)
        return QSize(em_across(count=8), round(option.fontMetrics.height() * 1.9))

    def paint(self, painter: object, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(PLATFORM):
            self._two_lines.paint(painter, option, index)  # type: ignore[arg-type]  # a QPainter
        else:
            super().paint(painter, option, index)  # type: ignore[arg-type]


class GuidedPage(QWidget):
    """`opened` tells how many platforms want attention; `account_wanted` asks for accounts."""

    opened = Signal(int)
    account_wanted = Signal()

    def __init__(
        self,
        desk: ViewState,
        notice: NoticeBar,
        *,
        open_url: OpenUrl = open_page,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("elsewhere")
        self._desk, self._notice, self._open_url = desk, notice, open_url
        self.views: list[GuidedView] = []
        self.card: GuidedCard | None = None
        self._go_on = False
        self._wanted = ""
        self.list = QListWidget()
        self.list.setObjectName("platforms")
        self.list.setAccessibleName(tr("Platforms by what there is to do"))
        self.list.setItemDelegate(GuidedDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemSelectionChanged.connect(lambda: self._chosen(self._platform()))
        self.under = dim_label()
        self._body = QWidget()
        self._card_layout = vertical()
        self._body.setLayout(self._card_layout)
        self._area = scrolled(self._body)
        self.overview = GuidedOverview()
        self.overview.chosen.connect(desk.choose_artist)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._one_artist())
        self.pages.addWidget(self.overview)
        layout = vertical()
        self.setLayout(layout)
        layout.addWidget(self.pages)
        desk.artist_changed.connect(lambda _a: self.look())

    def _one_artist(self) -> QWidget:
        left = QWidget()
        column = vertical(spacing=0.3, margin=0.5)
        left.setLayout(column)
        self.title = heading("", factor=1.2)
        column.addWidget(self.title)
        column.addWidget(self.under)
        column.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("platform-panes")
        split.addWidget(left)
        split.addWidget(self._area)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([em_across(self, 15), em_across(self, 40)])
        left.setMinimumWidth(em_across(self, 11))
        return split

    # --- looking ---------------------------------------------------------------------

    def look(self) -> None:
        """Look at the platforms of the artist in view, or at how much is open for each."""
        workspace, artist = self._desk.workspace, self._desk.artist
        if artist is None:
            self._desk.look("elsewhere", workspace.platforms.open_elsewhere, self._show_all)
            return
        self._desk.look(
            "elsewhere",
            lambda: workspace.platforms.guided(artist.id),
            lambda views: self._show(artist, views),
        )

    def _show_all(self, found: list[Open]) -> None:
        self.overview.show_open(found)
        self.pages.setCurrentIndex(1)
        self.opened.emit(sum(one.groups.get(group, 0) for one in found for group in OPEN))

    def _show(self, artist: Artist, views: Sequence[GuidedView]) -> None:
        self.pages.setCurrentIndex(0)
        before, order = self._platform(), self._platforms()
        self.views = sorted(views, key=_order)
        self.title.setText(tr("{artist} elsewhere").format(artist=artist.name))
        counts = Counter(view.group for view in views)
        self.under.setText(open_text(dict(counts)))
        self.list.blockSignals(True)
        self.list.clear()
        for group in Group:
            some = [view for view in self.views if view.group is group]
            if some:
                self._heading(group, len(some))
            for view in some:
                self._add(view)
        self.list.blockSignals(False)
        self._select(self._wanted or self._next(before, order))
        self._wanted = ""
        self.opened.emit(sum(counts[group] for group in OPEN))

    def _heading(self, group: Group, number: int) -> None:
        item = QListWidgetItem(f"{group_title(group)} ({number})")
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(larger(self.list.font(), 1.0, bold=True))
        item.setForeground(self.palette().text())
        self.list.addItem(item)

    def _add(self, view: GuidedView) -> None:
        item = QListWidgetItem(view.facts.name)
        item.setData(PLATFORM, view.platform)
        item.setData(SECOND_LINE, line_of(view))
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole,
            f"{view.facts.name}, {group_title(view.group)}, {line_of(view)}",
        )
        self.list.addItem(item)

    def _platforms(self) -> list[str]:
        """The platforms in the list's order, as it is now."""
        found = (self.list.item(n).data(PLATFORM) for n in range(self.list.count()))
        return [platform for platform in found if platform]

    def _platform(self) -> str:
        chosen = self.list.selectedItems()
        return str(chosen[0].data(PLATFORM) or "") if chosen else ""

    def _next(self, before: str, order: list[str]) -> str:
        """The platform to show: the same, or the next open one once this was dealt with."""
        groups = {view.platform: view.group for view in self.views}
        still = [platform for platform in self._platforms() if groups[platform] in OPEN]
        if before in groups and not (self._go_on and still and groups[before] not in OPEN):
            self._go_on = False
            return before
        self._go_on = False
        after = order[order.index(before) + 1 :] if before in order else []
        return next((p for p in after if p in still), (still or self._platforms() or [""])[0])

    def _select(self, platform: str) -> None:
        for place in range(self.list.count()):
            if self.list.item(place).data(PLATFORM) == platform:
                self.list.setCurrentRow(place)
                self.list.scrollToItem(self.list.item(place))
                self._chosen(platform)
                return

    def choose(self, platform: str) -> None:
        """Show a platform, as if the person had chosen it."""
        self._select(platform)

    def go_to(self, artist_id: int, platform: str) -> None:
        """Show an artist's platform, once it was looked at."""
        self._wanted = platform
        if self._desk.artist is not None and self._desk.artist.id == artist_id:
            self.look()
        else:
            self._desk.choose_artist(artist_id)

    def _chosen(self, platform: str) -> None:
        view = next((one for one in self.views if one.platform == platform), None)
        if view is None or (self.card is not None and self.card.view == view):
            return
        same = self.card is not None and self.card.view.platform == platform
        scroll = self._area.verticalScrollBar().value() if same else 0
        emptied(self._card_layout)
        self.card = card = GuidedCard(view, open_url=self._open_url)
        card.said.connect(lambda said: self._tell(view, said))
        card.taken_back.connect(lambda control: self._withdraw(view, control))
        card.placed.connect(lambda here: self._place(view, here))
        card.account_wanted.connect(self.account_wanted)
        self._card_layout.addWidget(card)
        self._area.verticalScrollBar().setValue(scroll)
        workspace = self._desk.workspace

        def arrived(signals: Signals | None) -> None:
            if self.card is card:
                card.show_signals(signals)

        self._desk.look(
            "signals", lambda: workspace.platforms.signals(view.artist_id, view.platform), arrived
        )

    # --- doing -----------------------------------------------------------------------

    def _tell(self, view: GuidedView, said: Said) -> None:
        workspace = self._desk.workspace
        self._go_on = True

        def told(one: Attestation) -> None:
            control = view.facts.control(one.control)
            value = control.value(one.value) if control else None
            text = tr("Noted: {platform}, {value}.").format(
                platform=view.facts.name, value=value.label if value else one.value
            )
            self._done(text, lambda: workspace.platforms.take_back(one.id))

        self._run(
            lambda: workspace.platforms.attest(
                view.artist_id,
                view.platform,
                said.control,
                said.value,
                said.note,
                on=said.on,
                remind_on=said.remind_on,
            ),
            told,
        )

    def _withdraw(self, view: GuidedView, control: str) -> None:
        workspace = self._desk.workspace
        one = next(each for each in view.controls if each.control.id == control)
        if one.attestation is None:
            return
        told = one.attestation
        text = tr("Taken back: {platform}. It stays on record, and counts no more.")
        self._run(
            lambda: workspace.platforms.withdraw(view.artist_id, view.platform, control),
            lambda _none: self._done(
                text.format(platform=view.facts.name),
                lambda: workspace.platforms.attest_again(told.id),
            ),
        )

    def _place(self, view: GuidedView, here: bool | None) -> None:
        workspace, was = self._desk.workspace, view.presence
        self._go_on = here is False
        texts = {
            True: tr("Noted: you are on {platform}."),
            False: tr("Noted: you are not on {platform}. It is out of the way now."),
            None: tr("It is open again whether you are on {platform}."),
        }
        before = None if was is None else was.value == "here"
        self._run(
            lambda: workspace.platforms.place(view.artist_id, view.platform, here=here),
            lambda _one: self._done(
                texts[here].format(platform=view.facts.name),
                lambda: workspace.platforms.place(view.artist_id, view.platform, here=before),
            ),
        )

    def _done(self, text: str, undo: Callable[[], object]) -> None:
        self._notice.tell(
            text,
            kind=Accent.GOOD,
            icon_name="agrees",
            offers=[(tr("Undo"), lambda: self._undo(undo))],
        )
        self._desk.something_changed()

    def _undo(self, undo: Callable[[], object]) -> None:
        def undone(_result: object) -> None:
            self._notice.tell(tr("Undone."))
            self._desk.something_changed()

        self._run(undo, undone)

    def _run(self, function: Callable[[], T], done: Callable[[T], None]) -> None:
        self._desk.work.run(Lane.LOOK, lambda _task: function(), done, owner=self)


def _order(view: GuidedView) -> tuple[bool, str]:
    """What is on by default comes first: it is the one that cannot wait."""
    on = any(one.control.default is Default.ON for one in view.controls)
    return not on, view.facts.name.casefold()
