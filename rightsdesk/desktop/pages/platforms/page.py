"""Platforms: where the person must act, and what is known of each. Everything happens inside the
page: choosing, connecting, matching and the guides are pages within it, each with a way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rightsdesk.desktop.accounts.checks import AccountChecks
from rightsdesk.desktop.accounts.flow import ConnectFlow
from rightsdesk.desktop.design.header import PageHeader
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.guided.noting import Said
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.matching.page import MatchPage
from rightsdesk.desktop.pages.page import Page
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.pages.platforms.board import Board
from rightsdesk.desktop.pages.platforms.chooser import PlatformChooser
from rightsdesk.desktop.pages.platforms.counting import accounts_of, needs_you
from rightsdesk.desktop.pages.platforms.deeds import Deeds
from rightsdesk.desktop.pages.platforms.details import PlatformDetails
from rightsdesk.desktop.pages.platforms.directory import Directory
from rightsdesk.desktop.pages.platforms.roster import Roster
from rightsdesk.desktop.pages.platforms.sections import (
    ArtistAccounts,
    BoardSection,
    Used,
    is_used,
    unasked_of,
    used_of,
)
from rightsdesk.desktop.pages.platforms.texts import heading_text, under_text
from rightsdesk.desktop.parts.opening import open_page, tell_where
from rightsdesk.desktop.parts.sub_page import SubPage
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.resources.facts import PlatformPlace
from rightsdesk.workspace.overview.values import RosterRow
from rightsdesk.workspace.types.artists import Account
from rightsdesk.workspace.types.guided import AnsweredLast, GuidedView
from rightsdesk.workspace.types.scopes import Filter

P = TypeVar("P", bound=SubPage)


class Loaded(NamedTuple):
    """What the page shows of one artist."""

    views: list[GuidedView]
    known: ArtistAccounts
    last: AnsweredLast | None


class PlatformsPage(Page):
    """A board for one artist, a list for all; further pages lie on top of it."""

    connected = Signal(object)
    terms_wanted = Signal(str)
    """An account that was just connected."""
    undo_wanted = Signal(int)
    """A deed that is to be undone."""
    place = PagePlace.PLATFORMS

    def __init__(
        self, view_state: ViewState, job: MainJob, notice: NoticeBar, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view_state, self._job, self._notice = view_state, job, notice
        self.open_url = open_page
        self.views: list[GuidedView] = []
        self.used: tuple[Used, ...] = ()
        self.last: AnsweredLast | None = None
        self._later: set[tuple[int, str]] = set()
        self._wanted = ""
        self.deeds = Deeds(view_state, notice, self)
        self.checks = AccountChecks(view_state, self)
        self.header = PageHeader(tr("Platforms"))
        self.header.primary.setText(tr("Connect an account…"))
        self.header.primary.show()
        self.header.primary.clicked.connect(lambda: self.connect_account())
        self.board = Board()
        self.board.wanted.connect(self._deed)
        self.board.answered.connect(self._answered)
        self.board.choosing.connect(self._choose)
        self.board.elsewhere.connect(self.show_place)
        self.board.passphrase_wanted.connect(self._passphrase)
        self.start = QStackedWidget()
        self.start.addWidget(self.board)
        self.front = QWidget()
        column = QVBoxLayout(self.front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        column.addWidget(self.header)
        column.addWidget(self.start, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.front)
        self.deeds.undo_wanted.connect(self.undo_wanted)
        self.column.addWidget(self.stack, 1)
        view_state.artist_changed.connect(lambda _a: self._artist_changed())
        self.checks.changed.connect(lambda _id: self.checks_changed())
        self.checks.ended.connect(self._check_ended)
        # The page is made when it is first opened, with an artist in view already.
        self._artist_id = view_state.artist.id if view_state.artist else None

    # --- what lies on top of the board, each built when it is first needed ------------

    @cached_property
    def roster(self) -> Roster:
        """All artists, instead of the board of one."""
        roster = Roster()
        roster.chosen.connect(self._view_state.choose_artist)
        self.start.addWidget(roster)
        return roster

    @cached_property
    def chooser(self) -> PlatformChooser:
        """Which platforms are in use."""
        chooser = PlatformChooser()
        chooser.chosen.connect(self._used_chosen)
        chooser.elsewhere.connect(self.show_place)
        return self._added(chooser, self.show_front)

    @cached_property
    def directory(self) -> Directory:
        """The registries and societies, or the AI makers."""
        directory = Directory()
        directory.wanted.connect(self._deed)
        return self._added(directory, self.show_front)

    @cached_property
    def details(self) -> PlatformDetails:
        """One platform."""
        details = PlatformDetails(self.checks, lambda address: self.open_url(address))
        details.said.connect(self._said)
        details.deleted.connect(lambda control: self._delete_note(control))
        details.placed.connect(self._placed)
        details.deed.connect(self._account_deed)
        details.terms_wanted.connect(self.terms_wanted)
        details.connect_wanted.connect(lambda name: self.connect_account(platform=name))
        return self._added(details, self._leave_details)

    @cached_property
    def flow(self) -> ConnectFlow:
        """Connecting an account."""
        flow = ConnectFlow(self._view_state)
        flow.connected.connect(self._account_connected)
        flow.end_wanted.connect(self._end)
        flow.told.connect(lambda text: self._notice.tell(text))
        return self._added(flow, self.show_front)

    @cached_property
    def matching(self) -> MatchPage:
        """Tracks that need matching."""
        matching = MatchPage(self._view_state, self._notice, lambda address: self.open_url(address))
        matching.undo_wanted.connect(self.undo_wanted)
        return self._added(matching, self.show_front)

    def _added(self, sub: P, back: Callable[[], object]) -> P:
        sub.back.connect(back)
        self.stack.addWidget(sub)
        return sub

    def _in_front(self, name: str) -> bool:
        """Whether the page of this attribute is in front; does not build it."""
        return self.stack.currentWidget() is vars(self).get(name)

    # --- looking ---------------------------------------------------------------------

    def refresh(self) -> None:
        """Look anew at everything that the page shows."""
        workspace, artist = self._view_state.workspace, self._view_state.artist
        if self._in_front("matching"):
            self.matching.read()
        if artist is None:
            self._view_state.read(
                "platforms",
                lambda: (
                    workspace.catalogue.roster(),
                    workspace.accounts.all(),
                    {one.artist_id for one in workspace.platforms.attestations()},
                ),
                lambda found: self._show_all(*found),
            )
            return
        number = artist.id

        def read() -> Loaded:
            known = accounts_of(workspace, number)
            platforms = workspace.platforms
            return Loaded(platforms.guided(number), known, platforms.answered_last(number))

        self._view_state.read("platforms", read, self._show_one)

    def _artist_changed(self) -> None:
        number = self._view_state.artist.id if self._view_state.artist else None
        if number != self._artist_id:
            self._artist_id = number
            if self._in_front("flow"):
                self.flow.give_up()
            self.stack.setCurrentWidget(self.front)
        self.outdated()

    def _show_all(
        self, found: Sequence[RosterRow], accounts: Sequence[Account], named: Collection[int]
    ) -> None:
        self.views, self.used = [], ()
        self.counted.emit(sum(map(needs_you, found)), True)
        if not self.isVisible():
            return
        self.roster.show_artists(found, accounts, named)
        self.header.show_words(*self.roster.heading())
        self.start.setCurrentWidget(self.roster)  # last: each of these lays it out again

    def _show_one(self, seen: Loaded) -> None:
        self.views = seen.views
        self.last = seen.last
        self.used = used_of(seen.views, seen.known)
        needing = sum(one.section is BoardSection.NEEDS_YOU for one in self.used)
        self.counted.emit(needing, True)
        if not self.isVisible():
            return
        asked = unasked_of(self.views, self._later)
        unused = sum(
            not is_used(view) for view in self.views if view.facts.place is PlatformPlace.PLATFORMS
        )
        self.start.setCurrentWidget(self.board)
        self.board.show_platforms(self.used, asked if self.used else (), unused)
        self.header.show_words(heading_text(self.used), under_text(self.used))
        if not self.used and self.stack.currentWidget() is self.front:
            self.chooser.show_platforms(self.views, first=True, last=self.last)
            self.stack.setCurrentWidget(self.chooser)
        elif self.used and self._in_front("chooser") and self.chooser.is_first:
            self.stack.setCurrentWidget(self.front)
        self._show_wanted()

    def _show_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted:
            self._open_details(wanted)
        elif self._in_front("directory") and self.directory.place is not None:
            self.directory.show_place(self.directory.place, self.views)
        elif self._in_front("details") and self.details.one is not None:
            one = self._one(self.details.one.view.platform)
            if one is not None:
                self._show_details(one)

    def _one(self, platform: str) -> Used | None:
        """A platform as it is now; also one that is not used."""
        found = next((one for one in self.used if one.view.platform == platform), None)
        if found is not None:
            return found
        view = next((view for view in self.views if view.platform == platform), None)
        return None if view is None else Used.of(view)

    # --- moving ----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        if self._in_front("flow"):
            self.flow.step.focus_first()
            return None
        if self._in_front("chooser"):
            return self.chooser.search
        if self._in_front("details"):
            return self.details.first_focus()
        if self._in_front("directory"):
            return self.directory.back_button
        if self._in_front("matching"):
            return self.matching.first_focus()
        if self.start.currentWidget() is not self.board:
            return self.roster.list
        return self.board.first_focus() or self.header.primary

    def search_here(self) -> bool:
        for name in ("chooser", "matching"):
            if self._in_front(name):
                sub = getattr(self, name)
                sub.search.setFocus()
                sub.search.selectAll()
                return True
        return False

    def show_front(self) -> None:
        """Back to the board, or to the list of artists."""
        self._put(self.front)
        self.refresh()

    def _put(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        if not self.isVisible():
            return
        if self._in_front("flow"):
            self.flow.step.focus_first()
        elif first := self.first_focus():
            first.setFocus()

    def go_to(self, artist_id: int, platform: str) -> None:
        """Show one platform of an artist."""
        self._wanted = platform
        if self._view_state.artist is not None and self._view_state.artist.id == artist_id:
            self.refresh()
        else:
            self._view_state.choose_artist(artist_id)

    def _open_details(self, platform: str) -> None:
        one = self._one(platform)
        if one is not None:
            self._show_details(one)
            self._put(self.details)

    def _show_details(self, one: Used) -> None:
        if not self.details.show_platform(one):
            return
        platforms, view = self._view_state.workspace.platforms, one.view
        self._view_state.read(
            "signals",
            lambda: platforms.signals(view.artist_id, view.platform),
            self.details.show_signals,
        )

    def show_place(self, place: PlatformPlace) -> None:
        """Show the registries and societies, or the AI makers."""
        self.directory.show_place(place, self.views)
        self._put(self.directory)

    def _leave_details(self) -> None:
        """Back to where the platform was opened: one of a place of its own belongs there."""
        view = self.details.one.view if self.details.one else None
        if view is None or view.facts.place is PlatformPlace.PLATFORMS or is_used(view):
            self.show_front()
        else:
            self.show_place(view.facts.place)

    def _choose(self) -> None:
        self.chooser.show_platforms(self.views, first=False, last=self.last)
        self._put(self.chooser)

    def connect_account(self, *, platform: str = "", again: Account | None = None) -> None:
        """Begin to connect an account, or to sign in again."""
        self.flow.give_up()
        self.flow.begin(self._view_state.artist, platform=platform, again=again)
        self._put(self.flow)

    def connect_by_id(self, platform: str, account_id: int | None) -> None:
        """The same, for an account of which only the id is known; None for a new one."""
        if account_id is None:
            self.connect_account(platform=platform)
            return
        accounts = self._view_state.workspace.accounts
        self._view_state.read(
            "account", lambda: accounts.by_id(account_id), lambda a: self.connect_account(again=a)
        )

    def match(self, platform: str = "") -> None:
        """Show the tracks that need matching."""
        artist = self._view_state.artist
        self.matching.open_for(artist.id if artist else None, platform)
        self._put(self.matching)

    def _passphrase(self) -> None:
        self.flow.give_up()
        self.flow.set_passphrase()
        self._put(self.flow)

    def give_up(self) -> None:
        """The window closes: nothing half-done is kept, and no worker waits for an answer."""
        if "flow" in vars(self):
            self.flow.give_up()

    # --- doing -----------------------------------------------------------------------

    def _deed(self, one: Used, key: str) -> None:
        """Do what a card's button or menu names."""
        view, platform = one.view, one.view.platform
        if key in ("details", "guide"):
            self._open_details(platform)
        elif key == "terms":
            if self.open_url(view.facts.terms_url) is False:
                tell_where(self, view.facts.terms_url)
        elif key == "connect":
            self.connect_account(platform=platform)
        elif key == "not-used":
            self.deeds.place(view, False)
        elif key == "still":
            told = next(c.attestation for c in view.controls if c.attestation)
            self.deeds.note(view, Said(told.control, told.value, told.note))
        elif key == "delete-note":
            self.deeds.delete_note(view, next(c.control.id for c in view.controls if c.attestation))
        elif key == "check":
            for account in one.accounts:
                self.checks.check(account)
        elif len(one.accounts) > 1 and key in ("again", "disconnect") and one.broken is None:
            self._open_details(platform)  # which of them is chosen there
        elif one.accounts:
            self._account_deed(one.broken or one.accounts[0], key)

    def _account_deed(self, account: Account, key: str) -> None:
        if key == "check":
            self.checks.check(account)
        elif key == "write":
            self._job.sync(Filter(artist_id=account.artist_id), account.platform)
        elif key == "match":
            self.match(account.platform)
        elif key == "again":
            self.connect_account(again=account)
        elif key == "disconnect":
            self.flow.give_up()
            self.flow.ask_to_end(account)
            self._put(self.flow)

    def _end(self, account: Account) -> None:
        def ended(left: str) -> None:
            words = tr("{login} on {platform} is disconnected.")
            words = words.format(login=account.name, platform=account.platform_name)
            self._notice.tell(f"{words} {left}".strip(), kind=Tone.OPEN if left else Tone.GOOD)

        self.checks.end(account, ended)
        self.show_front()

    def checks_changed(self) -> None:
        """Show how a check goes on the cards."""
        for one in self.used:
            card = self.board.cards.get(one.view.platform)
            if card is None or not one.accounts:
                continue
            busy = [account.id for account in one.accounts if self.checks.is_busy(account.id)]
            card.show_check(self.checks.told(busy[0]) if busy else "", busy=bool(busy))

    def _check_ended(self, account: Account, text: str, well: bool) -> None:
        """Say on the board what came of a check; a platform's own page says it in its place."""
        if self.front.isVisible():
            name = account.platform_name
            tone = Tone.GOOD if well else Tone.OPEN
            self._notice.tell(tr("{name}: {result}").format(name=name, result=text), kind=tone)

    def _account_connected(self, account: Account) -> None:
        self.checks.forget(account.id)
        self.show_front()
        self._view_state.something_changed()
        self.connected.emit(account)

    def _answered(self, view: GuidedView, here: bool | None) -> None:
        if here is None:
            self._later.add((view.artist_id, view.platform))
            self.refresh()
        else:
            self.deeds.place(view, here)

    def _used_chosen(self, changed: dict[str, bool | None]) -> None:
        if changed:
            self.deeds.place_all(self.views, changed)
        self.show_front()

    def _said(self, said: Said) -> None:
        if self.details.one is not None:
            self.deeds.note(self.details.one.view, said)
            self.show_front()

    def _delete_note(self, control: str) -> None:
        if self.details.one is not None:
            self.deeds.delete_note(self.details.one.view, control)

    def _placed(self, here: bool | None) -> None:
        if self.details.one is not None:
            self.deeds.place(self.details.one.view, here)
            if here is False:
                self.show_front()
