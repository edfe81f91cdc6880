"""Choosing what a licence covers: artists, releases and recordings, found by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.parts.search_field import SearchField
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.folding import unaccented
from rightsdesk.shown import shown
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

MOST = 50
"""Of each kind in one list of results."""
ROWS = 6
_SCOPE = Qt.ItemDataRole.UserRole


class MusicPicker(QWidget):
    """A search over all music, and a list with what is chosen first. `changed` after a click."""

    changed = Signal()

    def __init__(
        self, view_state: ViewState, chosen: Mapping[Scope, str], parent: QWidget | None = None
    ) -> None:
        """`chosen` are scopes with their names."""
        super().__init__(parent)
        self._view_state = view_state
        self.chosen = dict(chosen)
        self.field = SearchField(tr("Search artists, releases and tracks"), name="licence-music")
        self.field.searched.connect(self._search)
        self.list = QListWidget()
        self.list.setObjectName("licence-covers")
        self.list.setAccessibleName(tr("What it covers"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        height = self.list.fontMetrics().height() + space(2)
        self.list.setFixedHeight(ROWS * height)
        self.list.itemChanged.connect(self._toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1.5))
        column.addWidget(self.field)
        column.addWidget(self.list)
        self._search("")

    def _search(self, text: str) -> None:
        workspace, artist = self._view_state.workspace, self._view_state.one_artist
        roster = (artist,) if artist and not text else tuple(self._view_state.artists)
        needle = unaccented(text)

        def read() -> list[tuple[Scope, str]]:
            found = [
                (Scope(ScopeKind.ARTIST, one.id), tr("All music of {name}").format(name=one.name))
                for one in roster
                if needle in unaccented(one.name)
            ][:MOST]
            releases = workspace.catalogue.releases(artist.id if artist else None)
            meant = ((n, title) for n, title in releases if needle in unaccented(title))
            found += [(Scope(ScopeKind.RELEASE, n), title) for n, title in islice(meant, MOST)]
            if text:
                chosen = Filter(artist_id=artist.id if artist else None, text=text)
                rows = workspace.catalogue.rows(workspace.catalogue.recordings(chosen)[:MOST])
                found += [
                    (
                        Scope(ScopeKind.RECORDING, row.recording_id),
                        " · ".join(filter(None, (row.title, row.release, row.artist))),
                    )
                    for row in rows
                ]
            return found

        self._view_state.read("licence-music", read, self._show)

    def _show(self, found: Sequence[tuple[Scope, str]]) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        rest = [(scope, name) for scope, name in found if scope not in self.chosen]
        for scope, name in (*self.chosen.items(), *rest):
            item = QListWidgetItem(shown(name))
            item.setData(_SCOPE, scope)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = scope in self.chosen
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)

    def _toggled(self, item: QListWidgetItem) -> None:
        scope = item.data(_SCOPE)
        if item.checkState() is Qt.CheckState.Checked:
            self.chosen[scope] = item.text()
        else:
            self.chosen.pop(scope, None)
        self.changed.emit()
