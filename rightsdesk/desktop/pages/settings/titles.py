"""The names of all settings: what the palette finds, also before the page is built."""

from __future__ import annotations

from rightsdesk.desktop.design.words import tr


def titles() -> dict[str, tuple[str, ...]]:
    """Sections by key, from top to bottom: the name of each, then those of its rows, in order."""
    return {
        "look": (tr("Appearance"), tr("Theme"), tr("Text size"), tr("Motion"), tr("Language")),
        "background": (
            tr("In the background"),
            tr("Automatic checks"),
            tr("Notifications"),
            tr("At login"),
        ),
        "terms": (tr("Terms of platforms"), tr("Terms watch")),
        "writing": (
            tr("The sentence and sidecars"),
            tr("Artist"),
            tr("Details of your choice"),
        ),
        "network": (tr("Connection"), tr("Proxy")),
        "facts": (tr("Facts about platforms"), tr("In use"), tr("Automatic updates")),
        "updates": (
            tr("New versions"),
            tr("Tell me about new versions"),
            tr("Address of new versions"),
            tr("This version"),
        ),
        "proof": (
            tr("Evidence"),
            tr("Is the record whole?"),
            tr("Time stamps"),
            tr("Time stamps by an authority"),
            tr("Time stamps by calendars"),
        ),
        "data": (
            tr("RightsDesk's own data"),
            tr("Data folder"),
            tr("Another place"),
            tr("Backup"),
            tr("Leaving RightsDesk"),
        ),
    }


def parts() -> list[tuple[str, str]]:
    """Sections and their settings for the palette: a key (`look`, `look/0`) and the title of each.

    A setting that is called like its section is left out.
    """
    found: list[tuple[str, str]] = []
    for key, (name, *rows) in titles().items():
        found.append((key, name))
        found += [(f"{key}/{place}", title) for place, title in enumerate(rows) if title != name]
    return found
