"""The window's language: which there are, and its translations at the start.

Translations are `rightsdesk_LANGUAGE.qm` in `desktop/resources/translations`. A language that has
none stays English as a whole: half a translation is worse than none.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from rightsdesk.desktop.design import words

SYSTEM, ENGLISH = "", "en"
_PREFIX = "rightsdesk_"
_made: list[QTranslator] = []
"""Those that are installed: to be taken away before others are."""


def translations() -> Path:
    """The folder of the translations; it may not be there."""
    with as_file(files("rightsdesk.desktop") / "resources" / "translations") as folder:
        return Path(folder)


def available(folder: Path | None = None) -> list[tuple[str, str]]:
    """The languages to choose from: a code, and the language's own name for itself."""
    place = folder or translations()
    codes = sorted(path.stem.removeprefix(_PREFIX) for path in place.glob(f"{_PREFIX}*.qm"))
    named = [(code, words.language_name(code)) for code in codes if code != ENGLISH]
    return [(ENGLISH, words.language_name(ENGLISH)), *(one for one in named if one[1])]


def install(app: QApplication, choice: str, folder: Path | None = None) -> str:
    """Let the window speak a language, or the system's; the code of the one that it speaks.

    Numbers and dates follow it, where one is chosen. One that is not there is English.
    """
    place = folder or translations()
    for old in _made:
        app.removeTranslator(old)
    _made.clear()
    locale = QLocale(choice) if choice else QLocale.system()
    own = QTranslator(app)
    spoken = ENGLISH
    if locale.language() is not QLocale.Language.English and own.load(
        locale, _PREFIX.rstrip("_"), "_", str(place), ".qm"
    ):
        spoken = locale.name()
        app.installTranslator(own)
        _made.append(own)
    words.use_language(spoken, own if spoken != ENGLISH else None)
    if choice:
        QLocale.setDefault(locale)
    # Words of Qt in another language beside English ones would be half a translation.
    _install_qts_own(app, locale if spoken != ENGLISH else QLocale(ENGLISH))
    return spoken


def _install_qts_own(app: QApplication, locale: QLocale) -> None:
    """The words of Qt's own dialogs."""
    made = QTranslator(app)
    place = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if made.load(locale, "qtbase", "_", place):
        app.installTranslator(made)
        _made.append(made)
