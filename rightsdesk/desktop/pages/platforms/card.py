"""One platform on the board: its state, what holds if nothing is done, and one button."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from rightsdesk.desktop.design.buttons import Button, LinkButton, allow
from rightsdesk.desktop.design.cards import Avatar, Card
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.icons import icon
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.guided.sources import SourcesButton, sourced_facts
from rightsdesk.desktop.guided.texts import minutes_text, short_name, still_text
from rightsdesk.desktop.pages.platforms.sections import BoardSection, Need, Used
from rightsdesk.desktop.pages.platforms.texts import chip_of, sentences_of
from rightsdesk.desktop.parts.texts import counted, plain_mnemonic, plain_tip, tr, under_way
from rightsdesk.platforms.registry import NAMES
from rightsdesk.shown import shown
from rightsdesk.workspace.types.guided import GuidedView


class PlatformCard(Card):
    """`wanted` gives the key of a deed: see `Deed`."""

    wanted = Signal(str)

    def __init__(self, one: Used, parent: QWidget | None = None) -> None:
        facts = one.view.facts
        super().__init__(facts.name, padding=3.5, parent=parent)
        self.one = one
        self._menu: QMenu | None = None
        self.setObjectName(f"platform-{one.view.platform}")
        self.head.insertWidget(0, Avatar(short_name(facts), size=6.5))
        words, tone = chip_of(one)
        self.chip = Chip(words, tone)
        self.head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        sentences = sentences_of(one)
        self.says = Text(sentences[0] if sentences else "", wrap=True)
        self.body.addWidget(self.says)
        for sentence in sentences[1:]:
            self.body.addWidget(Text(sentence, size=Size.SMALL, tone=Tone.DIM, wrap=True))
        self.check_words = Text(size=Size.SMALL, wrap=True)
        self.check_words.hide()
        self.body.addWidget(self.check_words)
        self.body.addStretch(1)
        self.body.addLayout(self._foot())
        spoken = [facts.name, words, *sentences]
        self.setAccessibleName(shown(". ".join(part.rstrip(".") for part in spoken)))

    def show_check(self, words: str, *, busy: bool) -> None:
        """Say how a check of the account goes."""
        self.check_words.setText(words)
        self.check_words.setVisible(bool(words))
        for each in self.findChildren(Button):
            if each.objectName() in ("do-check", "do-write", "do-again"):
                allow(each, unless=under_way() if busy else "")

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(space(2))
        key, words = main_deed(self.one)
        self.main = Button(plain_mnemonic(words), lambda: self.wanted.emit(key), name=f"do-{key}")
        self.main.setAccessibleDescription(self.one.view.facts.name)
        foot.addWidget(self.main)
        if self.one.section is BoardSection.NEEDS_YOU and self.one.minutes:
            foot.addWidget(Text(minutes_text(self.one.minutes), size=Size.SMALL, tone=Tone.DIM))
        elif self.one.accounts and key != "check":
            check = LinkButton(tr("Check"), lambda: self.wanted.emit("check"), name="do-check")
            foot.addWidget(check)
        foot.addStretch(1)
        foot.addWidget(SourcesButton(self.one.view.facts.name, list(sourced_facts(self.one.view))))
        foot.addWidget(self._more())
        return foot

    def _more(self) -> QToolButton:
        """The button of the menu with all that can be done with the platform."""
        name = self.one.view.facts.name
        more = QToolButton()
        more.setObjectName("more")
        more.setIcon(icon("more"))
        more.setAutoRaise(True)
        more.setToolTip(plain_tip(tr("More")))
        more.setAccessibleName(tr("More for {name}").format(name=name))
        # Not `setMenu`, which would paint an arrow beside the dots.
        more.clicked.connect(lambda: self.menu().popup(more.mapToGlobal(more.rect().bottomLeft())))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.menu().popup(self.mapToGlobal(at)))
        return more

    def menu(self) -> QMenu:
        """The menu, made when it is first wanted: a board may have many cards."""
        if self._menu is None:
            self._menu = QMenu(self)
            for key, words in all_deeds(self.one):
                if not key:
                    self._menu.addSeparator()
                    continue
                action = QAction(plain_mnemonic(words), self._menu)
                action.setObjectName(f"menu-{key}")
                action.triggered.connect(partial(self._chosen, key))
                self._menu.addAction(action)
        return self._menu

    def _chosen(self, key: str, _on: object = False) -> None:
        self.wanted.emit(key)


def main_deed(one: Used) -> tuple[str, str]:
    """The key of what a platform's button does, and its words."""
    need, name = one.need, short_name(one.view.facts)
    if need in (Need.ON_BY_DEFAULT, Need.ALLOWS_MORE, Need.SET):
        return "guide", tr("Show me how")
    if need is Need.SIGN_IN:
        return "again", tr("Sign in again…")
    if need is Need.WRITE:
        return "write", tr("Write to {name}…").format(name=name)
    if need is Need.MATCH:
        return "match", counted("Match %n track…", "Match %n tracks…", one.questions)
    if need is Need.CHECK_AGAIN:
        told = ((c.control, c.attestation) for c in one.view.controls)
        values = (control.value(noted.value) for control, noted in told if noted)
        value = next(values, None)
        return ("still", still_text(value)) if value else ("guide", tr("Show me how"))
    if one.accounts:
        return "check", tr("Check {name}").format(name=name)
    if one.view.platform in NAMES:
        return "connect", tr("Connect…")
    return "details", tr("Details")


def all_deeds(one: Used) -> list[tuple[str, str]]:
    """Everything that can be done with a platform: keys and words. Empty keys are separators."""
    view, name = one.view, short_name(one.view.facts)
    found = [("details", tr("Details"))]
    if view.facts.terms_url:
        found.append(("terms", tr("Read the terms")))
    if one.accounts:
        found += [("", ""), ("check", tr("Check {name}").format(name=name))]
        found.append(("write", tr("Write to {name}…").format(name=name)))
        if one.questions:
            found.append(("match", tr("Match tracks…")))
        found.append(("again", tr("Sign in again…")))
        found.append(("disconnect", tr("Disconnect…")))
    elif view.platform in NAMES:
        found.append(("connect", tr("Connect an account…")))
    if any(control.attestation for control in view.controls):
        found += [("", ""), ("delete-note", tr("Delete note"))]
    if not one.accounts:
        found += [("", ""), ("not-used", tr("I don't use {name}").format(name=name))]
    return found


class AskCard(Card):
    """Whether the artist uses a platform on which something is on by default.

    `answered` gives True, False, or None to be asked later.
    """

    answered = Signal(object)

    def __init__(self, view: GuidedView, parent: QWidget | None = None) -> None:
        name = short_name(view.facts)
        super().__init__(tr("Do you use {name}?").format(name=name), padding=3.5, parent=parent)
        self.view = view
        self.setObjectName(f"ask-{view.platform}")
        self.head.insertWidget(0, Avatar(name, size=6.5))
        self.body.addWidget(Text(tr(view.facts.short), tone=Tone.DIM, wrap=True))
        self.body.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(space(2))
        foot.addWidget(Button(tr("Yes"), lambda: self.answered.emit(True), name="yes"))
        foot.addWidget(Button(tr("No"), lambda: self.answered.emit(False), name="no"))
        later = LinkButton(tr("Ask me later"), lambda: self.answered.emit(None), name="later")
        foot.addWidget(later)
        foot.addStretch(1)
        foot.addWidget(SourcesButton(view.facts.name, list(sourced_facts(view))))
        self.body.addLayout(foot)
