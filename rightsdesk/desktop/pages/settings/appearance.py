"""Settings: how the window looks, and its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QRadioButton, QWidget

from rightsdesk.desktop.design.appearance import TEXT_SIZES, AppearanceOptions, Scheme, appearance
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.parts.texts import number_text, tr
from rightsdesk.desktop.parts.widgets import CalmComboBox
from rightsdesk.desktop.state.window_settings import WindowSettings


class AppearanceSection(SettingsSection):
    """Theme, text size, motion, language."""

    def __init__(self, memory: WindowSettings, languages: Sequence[tuple[str, str]]) -> None:
        super().__init__("look")
        self._memory, self._look = memory, appearance()
        self.schemes: dict[Scheme, QRadioButton] = {}
        themes = QWidget()
        line = QHBoxLayout(themes)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(4))
        for scheme, words in (
            (Scheme.SYSTEM, tr("System")),
            (Scheme.LIGHT, tr("Light")),
            (Scheme.DARK, tr("Dark")),
        ):
            made = QRadioButton(words)
            made.setObjectName(f"scheme-{scheme.value}")
            made.clicked.connect(
                lambda _on=False, one=scheme: self._choose(replace(self._look.look, scheme=one))
            )
            self.schemes[scheme] = made
            line.addWidget(made)
        self.sizes = CalmComboBox()
        self.sizes.setObjectName("text-size")
        for size in TEXT_SIZES:
            self.sizes.addItem(tr("{n} %").format(n=number_text(size)), size)
        self.sizes.activated.connect(
            lambda n: self._choose(replace(self._look.look, text=TEXT_SIZES[n]))
        )
        self.still = QCheckBox(tr("Show no motion"))
        self.still.clicked.connect(
            lambda on: self._choose(replace(self._look.look, still=bool(on)))
        )
        self.languages = CalmComboBox()
        self.languages.setObjectName("language")
        self.languages.addItem(tr("System"), "")
        for code, name in languages:
            self.languages.addItem(name, code)
        self.languages.activated.connect(self._speak)
        self.add(tr("System follows your desktop, also while it is open."), themes)
        self.add(tr("In per cent of your system's text size."), self.sizes)
        self.add(tr("Without motion nothing moves, fades or spins."), self.still)
        self.add(
            tr("Takes effect at the next start. Files and platforms are not affected."),
            self.languages,
        )

    def refresh(self) -> None:
        """Show what is chosen."""
        look = self._look.look
        self.schemes[look.scheme].setChecked(True)
        self.sizes.setCurrentIndex(TEXT_SIZES.index(look.text) if look.text in TEXT_SIZES else -1)
        self.still.setChecked(look.still)
        self.languages.setCurrentIndex(max(0, self.languages.findData(self._memory.language)))

    def _choose(self, look: AppearanceOptions) -> None:
        self._memory.keep_look(look)
        self._look.choose(look)

    def _speak(self, place: int) -> None:
        self._memory.keep_language(str(self.languages.itemData(place)))
