"""Settings: the sentence in descriptions and copyright lines, and sidecars, of an artist."""

from __future__ import annotations

from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.files.sentence import chosen_sentence
from rightsdesk.desktop.consents.details_form import DetailsForm
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.parts.widgets import CalmComboBox
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types.artists import Artist, Details


class WritingSection(SettingsSection):
    """What goes with an artist's choice, with a preview of the sentence."""

    def __init__(self, view_state: ViewState) -> None:
        super().__init__("writing")
        self._view_state = view_state
        self._artist: Artist | None = None
        self.whose = CalmComboBox()
        self.whose.setObjectName("details-artist")
        self.whose.activated.connect(lambda n: self._show_artist(self.whose.itemData(n)))
        self.form = DetailsForm()
        self.form.asked_for.connect(self._save)
        self.form.edited.connect(self._preview)
        words = tr("Each artist has their own. Files and platforms say it once you write to them.")
        self.add(words, self.whose)
        about = tr("Your own sentence, whom to ask, and when .xmp sidecars are written.")
        self.add(about, self.form, wide=True)
        self.preview = Text(wrap=True)
        self.preview.setObjectName("sentence-preview")
        self.body.addWidget(Text(tr("Preview"), size=Size.SMALL, tone=Tone.DIM))
        self.body.addWidget(self.preview)
        view_state.artists_changed.connect(lambda _a: self.refresh())
        view_state.artist_changed.connect(lambda _a: self.refresh())

    def refresh(self) -> None:
        """Show the artist in view, or the one that was shown."""
        artists = self._view_state.artists
        self.setEnabled(bool(artists))
        kept = self._view_state.one_artist or self._artist
        self.whose.clear()
        for one in artists:
            self.whose.addItem(one.name, one)
        places = [n for n, one in enumerate(artists) if kept is not None and one.id == kept.id]
        if artists:
            place = places[0] if places else 0
            self.whose.setCurrentIndex(place)
            self._show_artist(artists[place])

    def _show_artist(self, artist: Artist) -> None:
        self._artist = artist
        workspace = self._view_state.workspace
        self._view_state.read(
            "settings-details", lambda: workspace.artists.details(artist.id), self._show
        )

    def _show(self, details: Details) -> None:
        self.form.show_details(details)
        self._preview()

    def _preview(self) -> None:
        artist, details = self._artist, self.form.details()
        if artist is None:
            return
        said = chosen_sentence(
            Declaration(
                consent=artist.consent, terms_url=details.terms_url, sentence=details.sentence
            )
        )
        line = tr("© {artist}").format(artist=details.rightsholder or artist.name)
        self.preview.setText(f"{line} | {said}" if said else line)

    def _save(self, details: Details) -> None:
        artist, workspace = self._artist, self._view_state.workspace
        if artist is None:
            return
        number = artist.id
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: workspace.artists.set_details(number, details),
            lambda _none: self._view_state.something_changed(),
            owner=self,
        )
