"""The pages by key, sign and name: what side bar and menus show before any page is built."""

from __future__ import annotations

from enum import Enum

from rightsdesk.desktop.design.words import tr


class PagePlace(Enum):
    """A page's place, in the order of the side bar and of Ctrl+1, Ctrl+2 and so on."""

    HOME = "home"
    CATALOGUE = "catalogue"
    PLATFORMS = "platforms"
    LICENCES = "licences"
    ACTIVITY = "activity"
    PROBLEMS = "problems"
    EVIDENCE = "evidence"
    SETTINGS = "settings"

    @property
    def key(self) -> str:
        """Its name in settings, in `go_to`, and for pictures of it. Also the name of its sign."""
        return self.value

    @property
    def title(self) -> str:
        """Its name in the side bar and in the menu."""
        return {
            PagePlace.HOME: tr("Home"),
            PagePlace.CATALOGUE: tr("Catalogue"),
            PagePlace.PLATFORMS: tr("Platforms"),
            PagePlace.LICENCES: tr("Licences"),
            PagePlace.ACTIVITY: tr("Activity"),
            PagePlace.PROBLEMS: tr("Problems"),
            PagePlace.EVIDENCE: tr("Evidence"),
            PagePlace.SETTINGS: tr("Settings"),
        }[self]
