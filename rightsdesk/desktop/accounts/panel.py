"""One connected account: how it stands, when it was last checked, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.accounts.checks import AccountChecks
from rightsdesk.desktop.accounts.texts import (
    again_text,
    check_text,
    facts_text,
    outage_text,
    remove_text,
    state_sign,
    state_text,
)
from rightsdesk.desktop.design.buttons import Button, allow
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.parts.texts import counted, plain_tip, sentence, tr, under_way
from rightsdesk.desktop.parts.widgets import Flow
from rightsdesk.workspace.types.artists import Account


class AccountPanel(Card):
    """`wanted` gives the account and the key of a deed: check, write, match, again, disconnect."""

    wanted = Signal(object, str)

    def __init__(
        self,
        account: Account,
        checks: AccountChecks,
        *,
        to_write: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(account.name, parent=parent)
        self.setObjectName("account")
        self.account, self._checks = account, checks
        sign, tone = state_sign(account)
        self.state = Chip(state_text(account), tone, sign=sign)
        self.head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        self.facts = Text(facts_text(account), tone=Tone.DIM, wrap=True)
        self.facts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.outage = Text(outage_text(account), wrap=True)
        self.told = Text(size=Size.SMALL, wrap=True)
        for each in (self.facts, self.outage, self.told):
            self.body.addWidget(each)
        self.outage.setVisible(bool(self.outage.text()))
        name = account.platform_name
        self.check = self._button(tr("Check"), "check", check_text(account))
        self.write = self._button(
            tr("Write to {name}…").format(name=name),
            "write",
            counted("%n to write, by the last check.", "%n to write, by the last check.", to_write),
        )
        self.again = self._button(tr("Sign in again…"), "again", again_text(account))
        self.remove = self._button(tr("Disconnect…"), "disconnect", remove_text(account))
        self.deeds = [self.check, self.write, self.again, self.remove]
        if account.questions:
            matches = counted("Match %n track…", "Match %n tracks…", account.questions)
            self.deeds.insert(2, self._button(matches, "match", tr("Which recordings they are.")))
        flow = Flow(spacing=space(2))
        self.body.addWidget(flow)
        flow.show_widgets(self.deeds)
        checks.changed.connect(self._changed)
        self._changed(account.id)

    def _button(self, text: str, key: str, meaning: str) -> Button:
        made = Button(text, lambda: self.wanted.emit(self.account, key), name=key)
        made.setAccessibleDescription(meaning)
        made.setToolTip(plain_tip(meaning))
        return made

    def _changed(self, account_id: int) -> None:
        if account_id != self.account.id:
            return
        words = self._checks.told(account_id)
        self.told.setText("" if words == sentence(self.account.problem) else words)
        self.told.setVisible(bool(self.told.text()))
        for each in self.deeds:
            allow(each, unless=under_way() if self._checks.is_busy(account_id) else "")
