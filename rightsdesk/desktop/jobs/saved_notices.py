"""What a person is told once something was saved: what is left to write, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rightsdesk.changes.names import counted_carriers
from rightsdesk.consent import Consent
from rightsdesk.desktop.jobs.history_words import CONSENTS, title_of, way_text
from rightsdesk.desktop.jobs.main_job import MainJob
from rightsdesk.desktop.jobs.undoing import Undoer
from rightsdesk.desktop.parts.texts import (
    consent_short,
    counted,
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.state.status_bar import NoticeBar
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.history.types import Can, HistoryEntry
from rightsdesk.workspace.types.consents import EffectiveConsent, ManyChanged
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from rightsdesk.workspace.words import inherited_reservations_words


class SavedNotices:
    """Says in the notice what was saved, and offers to write it and to undo it."""

    def __init__(
        self, view_state: ViewState, job: MainJob, undoer: Undoer, notice: NoticeBar
    ) -> None:
        self._view_state, self._job, self._undoer, self._notice = view_state, job, undoer, notice

    def tell(self, scoped: EffectiveConsent) -> None:
        """Say what a new choice means for what was written before, and offer both ways on."""
        workspace, wanted = self._view_state.workspace, filter_of(scoped.scope)

        def count() -> tuple[dict[CarrierId, int], HistoryEntry | None]:
            return workspace.jobs.left_to_write(wanted), workspace.history.newest_undoable()

        self._view_state.read("saved", count, lambda found: self._tell_counted(scoped, *found))

    def _tell_counted(
        self, scoped: EffectiveConsent, left: dict[CarrierId, int], made: HistoryEntry | None
    ) -> None:
        from rightsdesk.workspace.consents.consents import scope_of

        wanted, number = filter_of(scoped.scope), sum(left.values())
        offers: list[tuple[str, Callable[[], object]]] = []
        choice = consent_short(scoped.own or scoped.effective)
        parts = [tr("Saved for {name}: {choice}.").format(name=scoped.name, choice=choice)]
        if number:
            form = counted("{what} doesn't say it yet.", "{what} don't say it yet.", number)
            parts.append(form.format(what=sentence(counted_carriers(tuple(left.items())))))
            offers.append((tr("Write…"), lambda: self._job.write(wanted)))
        if rest := sentence(inherited_reservations_words(scoped)):
            parts.append(rest)
            parts.append(tr("To allow that too, answer it yourself under “Choose each use”."))
        deed = 0
        if made is not None and made.deed.kind in CONSENTS and scope_of(made.deed) == scoped.scope:
            deed = made.id
            offers.append((tr("Undo"), partial(self._undoer.take_back, deed, Can.UNDO)))
        self._tell(" ".join(parts), offers, deed)

    def _tell(
        self, text: str, offers: Sequence[tuple[str, Callable[[], object]]], deed: int = 0
    ) -> None:
        self._notice.tell(text, kind=Accent.GOOD, icon_name="agrees", offers=offers, deed=deed)

    def tell_artists(self, found: ManyChanged, ids: tuple[int, ...], consent: Consent) -> None:
        """Say what was chosen for several artists. Home's own button writes it."""
        form = counted(
            "Saved for %n artist: {choice}.", "Saved for %n artists: {choice}.", len(ids)
        )
        saved = form.format(choice=consent_short(consent))
        if not found.scopes:
            saved = tr("Nothing to change: these artists have this choice already.")
        undo = (tr("Undo"), lambda: self._undoer.take_back(found.deeds[0], Can.UNDO))
        offers = [undo] if found.scopes else []
        self._tell(saved, offers, max(found.deeds, default=0))

    def tell_recordings(
        self, found: ManyChanged, ids: tuple[int, ...], consent: Consent | None
    ) -> None:
        """Say what was chosen for many recordings at once, and offer to write it and to undo it."""
        wanted = Filter(artist_id=self._view_state.filter.artist_id, among=ids)
        if consent is None:
            one, many = "%n track follows its artist now.", "%n tracks follow their artists now."
        else:
            one, many = "Saved for %n track: {choice}.", "Saved for %n tracks: {choice}."
        choice = consent_short(consent) if consent is not None else ""
        saved = counted(one, many, found.recordings).format(choice=choice)
        if not found.scopes:
            saved = tr("Nothing to change: these tracks have this choice already.")
        write = (tr("Write…"), lambda: self._job.write(wanted))
        undo = (tr("Undo"), lambda: self._undoer.take_back(found.deeds[0], Can.UNDO))
        offers = [write, undo] if found.scopes else []
        self._tell(saved, offers, max(found.deeds, default=0))

    def tell_newest(self) -> None:
        """Say what was done last, in place of what was said before, and offer the way back."""
        history = self._view_state.workspace.history
        self._view_state.read("newest", lambda: history.entries(limit=1), self._tell_done)

    def _tell_done(self, newest: list[HistoryEntry]) -> None:
        for entry in newest:
            offers: list[tuple[str, Callable[[], object]]] = []
            if entry.can is not Can.NOTHING:
                back = partial(self._undoer.take_back, entry.id, entry.can)
                offers.append((way_text(None, entry.can), back))
            text = f"{title_of(entry).rstrip('.')}."
            self._tell(text, offers, entry.id)


def filter_of(scope: Scope) -> Filter:
    """The music that a scope is about."""
    return {
        ScopeKind.ARTIST: Filter(artist_id=scope.id),
        ScopeKind.RELEASE: Filter(release_id=scope.id),
        ScopeKind.RECORDING: Filter(recording_id=scope.id),
    }[scope.kind]
