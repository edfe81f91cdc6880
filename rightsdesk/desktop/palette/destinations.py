"""Everything the palette leads to: gathered from the menus, the roster, the store and Settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from PySide6.QtGui import QAction

from rightsdesk.desktop.design.icons import SIGN
from rightsdesk.desktop.palette.finding import PaletteEntry
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.catalogue_list import Narrowing
from rightsdesk.desktop.state.view_state import ViewState


class Destinations:
    """`go_to` brings a page to the front, `setting` a part of Settings, `platform` a platform of
    an artist, `catalogue` narrows the list."""

    def __init__(
        self,
        view_state: ViewState,
        *,
        go_to: Callable[[str], object],
        platform: Callable[[int, str], object],
        catalogue: Callable[[Narrowing], object],
    ) -> None:
        self._view_state, self._go_to = view_state, go_to
        self._platform, self._catalogue = platform, catalogue

    def at_once(
        self,
        actions: Iterable[QAction],
        settings: Iterable[tuple[str, str]],
        setting: Callable[[str], object],
    ) -> list[PaletteEntry]:
        """Actions that can be done now, artists, and the parts of Settings (key and title)."""
        found = [
            PaletteEntry(
                f"action:{_plain(action)}",
                _plain(action),
                tr("Page") if action.isCheckable() else tr("Action"),
                str(action.property(SIGN) or "chevron-right"),
                action.trigger,
            )
            for action in actions
            if action.isEnabled() and action.isVisible()
        ]
        found += [
            PaletteEntry(
                f"artist:{one.id}", one.name, tr("Artist"), "person", partial(self._artist, one.id)
            )
            for one in self._view_state.artists
        ]
        found += [
            PaletteEntry(f"setting:{key}", title, tr("Settings"), "settings", partial(setting, key))
            for key, title in settings
        ]
        return found

    def in_store(self) -> Sequence[PaletteEntry]:
        """Releases and platforms. Called in a worker."""
        return [*self._platforms(), *self._releases()]

    def _platforms(self) -> Iterator[PaletteEntry]:
        one = self._view_state.one_artist
        for facts in self._view_state.workspace.platforms.facts():
            run = (
                partial(self._platform, one.id, facts.id)
                if one
                else partial(self._go_to, "platforms")
            )
            also = " ".join(facts.also)
            yield PaletteEntry(
                f"platform:{facts.id}", facts.name, tr("Platform"), "globe", run, also
            )

    def _releases(self) -> Iterator[PaletteEntry]:
        word = tr("Release")
        for artist in self._view_state.artists:
            for number, title in self._view_state.workspace.catalogue.releases(artist.id):
                run = partial(self._release, artist.id, title)
                under = f"{word} · {artist.name}"
                key = f"release:{number}"
                yield PaletteEntry(key, title, under, "catalogue", run, artist.name)

    def _artist(self, artist_id: int) -> None:
        self._view_state.choose_artist(artist_id)
        self._go_to("home")

    def _release(self, artist_id: int, title: str) -> None:
        self._view_state.choose_artist(artist_id)
        self._catalogue(Narrowing(title))


def _plain(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")
