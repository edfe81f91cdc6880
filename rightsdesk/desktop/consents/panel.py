"""Where a person says what AI may do: for an artist, a release or a recording."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from rightsdesk.consent import PRESETS, Consent, Preset, Use, only_with_licence, preset_of
from rightsdesk.desktop.consents.cards import PresetCards
from rightsdesk.desktop.consents.details_form import DetailsForm
from rightsdesk.desktop.consents.uses_form import UsesForm
from rightsdesk.desktop.consents.widening import ask_widening
from rightsdesk.desktop.parts.texts import (
    consent_text,
    licensed_text,
    plain_mnemonic,
    plain_tip,
    scope_word,
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.desktop.parts.widgets import (
    CalmComboBox,
    Expander,
    PlainLabel,
    button,
    dim_label,
    heading,
    plain_label,
    scrolled,
    separator,
    vertical,
    with_icon,
)
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.roster.artists import NoSuchArtist
from rightsdesk.workspace.consents.consents import NoLongerThere
from rightsdesk.workspace.types.artists import Details
from rightsdesk.workspace.types.consents import EffectiveConsent, Opened
from rightsdesk.workspace.types.matrix import MatrixRow
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from rightsdesk.workspace.words import inherited_reservations_words

GONE = (NoLongerThere, NoSuchArtist)
"""What says that an artist or what is theirs was removed meanwhile."""
TOOL_TIP = Qt.ItemDataRole.ToolTipRole
HONEST = (
    "This is a signal, not a lock: no AI company is known to read signals inside audio "
    "files. It is a machine-readable reservation of rights in the EU, and evidence."
)


class ConsentSetter(QObject):
    """Sets a consent: finds out what it would open up, asks if anything, then sets it.

    What needs a licence then is not asked about: nobody may do more without one, and the review
    asks before anything that said No is changed. `chosen` gives the consent as it is then."""

    chosen = Signal(object)
    given_up = Signal()

    def __init__(self, view_state: ViewState, window: QWidget) -> None:
        super().__init__(window)
        self._view_state = view_state
        self._window = window

    def choose(self, scoped: EffectiveConsent, consent: Consent | None) -> None:
        """Set the consent of a scope; None inherits again."""
        workspace = self._view_state.workspace

        def read(_task: object) -> tuple[tuple[Use, ...], tuple[Opened, ...]]:
            uses = workspace.consents.widened_by(scoped.scope, consent)
            return uses, workspace.consents.opened_by(scoped.scope, consent) if uses else ()

        self._view_state.work.run(
            Lane.SHORT,
            read,
            lambda found: self._ask(scoped, consent, *found),
            owner=self,
        )

    def _ask(
        self,
        scoped: EffectiveConsent,
        consent: Consent | None,
        uses: tuple[Use, ...],
        opened: tuple[Opened, ...],
    ) -> None:
        if only_with_licence(uses, consent or {}):
            self._set(scoped, consent, uses)
            return
        ask_widening(
            self._window,
            scoped.name,
            uses,
            before=scoped.effective,
            after=consent or Consent(),
            opened=opened,
            yes=lambda: self._set(scoped, consent, uses),
            no=self.given_up.emit,
        )

    def _set(
        self, scoped: EffectiveConsent, consent: Consent | None, confirmed: tuple[Use, ...]
    ) -> None:
        workspace = self._view_state.workspace

        def set_it(_task: object) -> EffectiveConsent:
            workspace.consents.set(scoped.scope, consent, confirmed=confirmed)
            return workspace.consents.of(scoped.scope)

        self._view_state.work.run(Lane.SHORT, set_it, self._was_set, owner=self)

    def _was_set(self, scoped: EffectiveConsent) -> None:
        self.chosen.emit(scoped)
        self._view_state.something_changed()


class ConsentPanel(QWidget):
    """The panel at the right that shows and takes the choice."""

    def __init__(self, view_state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self._scoped: EffectiveConsent | None = None
        self._row: MatrixRow | None = None
        self._kind = ScopeKind.ARTIST
        self.chooser = ConsentSetter(view_state, self)
        self.scope = CalmComboBox()
        self.scope.setObjectName("scope")
        self.scope.setMinimumContentsLength(8)
        self.scope.activated.connect(self._scope_chosen)
        self.origin = plain_label()
        self.inherit = button("", lambda: self._choose(None), name="inherit")
        self.cards = PresetCards()
        self.cards.asked_for.connect(lambda preset: self._choose(PRESETS[preset]))
        self.uses = UsesForm()
        self.uses.asked_for.connect(self._choose)
        self.details = DetailsForm()
        self.details.asked_for.connect(self._save_details)
        self.expander = Expander(tr("Choose each &use…"), self.uses)
        self.details_expander = Expander(tr("Your &terms and contact…"), self.details)
        self._shown: tuple[object, ...] = ()
        self._details_of: tuple[object, ...] = ()
        self.no_artist = plain_label()
        self.pick = button("", self._pick, name="pick-artist")
        self.body = self._laid_out()
        layout = vertical(margin=0.0)
        self.setLayout(layout)
        layout.addWidget(scrolled(self.body))
        view_state.artist_changed.connect(self._read)
        view_state.recording_changed.connect(self._read)
        view_state.facts_changed.connect(self._read)
        self.chooser.given_up.connect(self._read)
        self._show(None)

    def _laid_out(self) -> QWidget:
        body = QWidget()
        layout = vertical(spacing=0.55, margin=0.75)
        body.setLayout(layout)
        label = PlainLabel(tr("F&or:"))
        label.setBuddy(self.scope)
        layout.addWidget(heading(tr("What may AI do?")))
        layout.addWidget(self.no_artist)
        layout.addWidget(self.pick)
        self.chosen_part = QWidget()
        part = vertical(spacing=0.55)
        self.chosen_part.setLayout(part)
        part.addWidget(label)
        part.addWidget(self.scope)
        part.addWidget(self.origin)
        part.addWidget(self.inherit)
        part.addWidget(self.cards)
        part.addWidget(with_icon("info", Accent.TOLD, dim_label(tr(HONEST))))
        part.addWidget(separator())
        part.addWidget(self.expander)
        part.addWidget(self.details_expander)
        layout.addWidget(self.chosen_part)
        layout.addStretch(1)
        return body

    # --- looking ---------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        if not self.isVisible():  # it is read when it is shown
            return
        workspace, recording_id = self._view_state.workspace, self._view_state.recording_id
        artist, kind = self._view_state.one_artist, self._kind

        def read() -> tuple[MatrixRow | None, EffectiveConsent | None, Details | None]:
            rows = workspace.catalogue.rows([recording_id]) if recording_id is not None else []
            row = rows[0] if rows else None
            if artist is None:
                return row, None, None
            if row is not None and row.artist_id != artist.id:
                row = None  # the list still shows what was looked at before
            try:
                scoped = workspace.consents.of(scope_of(kind, artist.id, row))
                return row, scoped, workspace.artists.details(artist.id)
            except KnownError as error:
                if isinstance(error, GONE):  # the roster that is being read will tell
                    return None, None, None
                raise

        self._view_state.read("choice", read, self._arrived)

    def _arrived(
        self, answer: tuple[MatrixRow | None, EffectiveConsent | None, Details | None]
    ) -> None:
        self._row, scoped, details = answer
        self._show(scoped)
        artist = self._view_state.one_artist
        # What is being typed stays, as long as it is about the same.
        if details is not None and (artist, details) != self._details_of:
            self._details_of = artist, details
            self.details.show_details(details)

    def _show(self, scoped: EffectiveConsent | None) -> None:
        self._scoped = scoped
        self.no_artist.setVisible(scoped is None)
        self.pick.setVisible(scoped is None and self._row is not None)
        self.chosen_part.setVisible(scoped is not None)
        if scoped is None:
            self._show_no_artist()
            return
        self._show_scopes(scoped)
        self.origin.setText(origin_text(scoped))
        inherits = scoped.scope.kind is not ScopeKind.ARTIST and bool(scoped.own)
        self.inherit.setVisible(inherits)
        self.inherit.setText(
            tr("Use the &artist's choice")
            if scoped.scope.kind is ScopeKind.RELEASE
            else tr("Use the choice of the re&lease")
        )
        suggested = None if scoped.effective else Preset.NO_AI
        self.cards.show_preset(preset_of(scoped.effective), suggested=suggested)
        inherited = {u: p for u, p in scoped.effective.items() if u not in scoped.own}
        if (scoped.scope, scoped.own, inherited) != self._shown:
            self._shown = scoped.scope, scoped.own, inherited
            self.uses.show_consent(scoped.own, inherited)
        self.details_expander.setVisible(scoped.scope.kind is ScopeKind.ARTIST)

    def _show_no_artist(self) -> None:
        """A choice belongs to one artist: with all of them in view it is not clear to whom."""
        if self._row is None:
            self.no_artist.setText(tr("Choose an artist to say what AI may do."))
            return
        self.no_artist.setText(
            tr("You are looking at all artists. A choice is always one artist's own.")
        )
        self.pick.setText(tr("P&ick {artist}").format(artist=plain_mnemonic(self._row.artist)))

    def _pick(self) -> None:
        if self._row is not None:
            self._view_state.choose_artist(self._row.artist_id)

    def _show_scopes(self, scoped: EffectiveConsent) -> None:
        artist = self._view_state.one_artist
        self.scope.clear()
        if artist:
            text = tr("All of {artist}").format(artist=artist.name)
            self.scope.addItem(text, ScopeKind.ARTIST)
        if self._row and self._row.release_id is not None:
            text = tr("Release: {name}").format(name=self._row.release)
            self.scope.addItem(text, ScopeKind.RELEASE)
        if self._row:
            text = tr("Recording: {name}").format(name=self._row.title)
            self.scope.addItem(text, ScopeKind.RECORDING)
        for n in range(self.scope.count()):
            self.scope.setItemData(n, plain_tip(self.scope.itemText(n)), TOOL_TIP)
        kinds = [self.scope.itemData(n) for n in range(self.scope.count())]
        if scoped.scope.kind in kinds:
            self.scope.setCurrentIndex(kinds.index(scoped.scope.kind))
        self.scope.setToolTip(plain_tip(self.scope.currentText()))

    # --- doing -----------------------------------------------------------------------

    def _scope_chosen(self, index: int) -> None:
        # Qt hands a StrEnum back as the bare string that it also is.
        self._kind = ScopeKind(self.scope.itemData(index))
        self._read()

    def _choose(self, consent: Consent | None) -> None:
        if self._scoped is not None:
            self.chooser.choose(self._scoped, consent)

    def _save_details(self, details: Details) -> None:
        artist = self._view_state.one_artist
        if artist is None:
            return
        workspace, artist_id = self._view_state.workspace, artist.id
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: workspace.artists.set_details(artist_id, details),
            lambda _none: self._view_state.something_changed(),
            owner=self,
        )


def scope_of(kind: ScopeKind, artist_id: int, row: MatrixRow | None) -> Scope:
    """The scope that is meant; a wider one where there is no such release or recording."""
    if kind is ScopeKind.RECORDING and row:
        return Scope(kind, row.recording_id)
    if kind is not ScopeKind.ARTIST and row and row.release_id is not None:
        return Scope(ScopeKind.RELEASE, row.release_id)
    return Scope(ScopeKind.ARTIST, artist_id)


def origin_text(scoped: EffectiveConsent) -> str:
    """Where the choice comes from, in a sentence."""
    if not scoped.effective:
        return tr("No choice has been made yet.")
    said = licensed_text(consent_text(scoped.effective), scoped.grants)
    if scoped.own:
        chosen = tr("{consent}. Chosen for this {scope}.").format(
            consent=said, scope=scope_word(scoped.scope.kind)
        )
        return " ".join(filter(None, (chosen, sentence(inherited_reservations_words(scoped)))))
    origins = {origin for use, origin in scoped.origin.items() if use not in scoped.own}
    names = ", ".join(sorted(f"{name} ({scope_word(kind)})" for kind, name in origins))
    return tr("{consent}, inherited from {names}.").format(consent=said, names=names)
