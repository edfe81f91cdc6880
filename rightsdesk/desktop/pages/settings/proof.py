"""Settings: whether the history is whole, and who stamps it with a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from rightsdesk.desktop.design.buttons import Button, allow
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.design.words import error_text
from rightsdesk.desktop.pages.settings.rows import SettingsSection
from rightsdesk.desktop.parts.texts import counted, number_text, sentence, tr, under_way, when_text
from rightsdesk.desktop.parts.widgets import CalmComboBox
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.ledger.chain import ChainFault, Head
from rightsdesk.workspace.data.ledger import LedgerReport, fault_words
from rightsdesk.workspace.evidence.sources import LARGEST_ROOT
from rightsdesk.workspace.evidence.types import (
    StampCheck,
    Stamped,
    StampSources,
    StampState,
)


class _Loaded(NamedTuple):
    head: Head
    fault: ChainFault | None
    chosen: StampSources
    newest: StampCheck | None


class ProofSection(SettingsSection):
    """The history as a whole, checked on demand; time stamps: by whom, and the newest."""

    def __init__(self, view_state: ViewState) -> None:
        super().__init__("proof")
        self._view_state = view_state
        self._chosen = StampSources()
        self.check = Button(tr("Check"), self._check, name="check-ledger")
        self.chain = self.add("", self.check)
        self.stamp = Button(tr("Stamp now"), self._stamp, name="stamp-now")
        self.newest = self.add("", self.stamp)
        self.address = QLineEdit()
        self.address.setObjectName("stamp-authority")
        self.address.setAccessibleName(tr("Address of the authority"))
        self.address.setPlaceholderText("https://")
        self.address.returnPressed.connect(self._keep)
        self.root = Button(tr("Root certificate…"), self._choose_root, name="stamp-root")
        self.address.textChanged.connect(self._typed)
        self._typed("")
        self.keep = Button(tr("Save"), self._keep, name="keep-stamp-authority")
        control = QWidget()
        line = QHBoxLayout(control)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(2))
        line.addWidget(self.address, 1)
        line.addWidget(self.root)
        line.addWidget(self.keep)
        self.authority = self.add("", control, wide=True)
        self.calendars = CalmComboBox()
        self.calendars.setObjectName("stamp-calendars")
        self.calendars.addItem(tr("Off"), False)
        self.calendars.addItem(tr("On"), True)
        self.calendars.activated.connect(self._switch)
        words = tr(
            "OpenTimestamps: free of charge, pending for some hours. Only a hash is sent, nothing "
            "of the history itself."
        )
        self.add(words, self.calendars)
        self.outcome = Text(wrap=True)
        self.outcome.setObjectName("proof-outcome")
        self.outcome.hide()
        self.body.addWidget(self.outcome)

    def refresh(self) -> None:
        """Read the head, the newest time stamp, and who is chosen. Asks no server."""
        workspace = self._view_state.workspace

        def read() -> _Loaded:
            evidence = workspace.evidence
            checks = evidence.check_stamps(evidence.stamps(1), ask=False)
            newest = checks[0] if checks else None
            return _Loaded(evidence.head(), evidence.fault(), evidence.stamp_sources(), newest)

        self._view_state.read("proof", read, self._show)

    def _show(self, seen: _Loaded) -> None:
        if seen.fault is None:
            form = tr(
                "{entries}, each chained to the one before it. The newest were checked when "
                "RightsDesk opened."
            )
            entries = counted("%n entry", "%n entries", seen.head.number)
            self.chain.show_help(form.format(entries=entries))
        else:
            self.chain.show_help(sentence(fault_words(seen.fault)))
        self.chain.help.set_tone(Tone.BAD if seen.fault else Tone.DIM)
        self.newest.show_help(_stamp_text(seen.newest) if seen.newest else _no_stamp(seen.chosen))
        bad = seen.newest is not None and (
            seen.newest.state is StampState.BROKEN or not seen.newest.fits
        )
        self.newest.help.set_tone(Tone.BAD if bad else Tone.DIM)
        self._show_chosen(seen.chosen)

    def _show_chosen(self, chosen: StampSources) -> None:
        self._chosen = chosen
        if not self.address.hasFocus():
            self.address.setText(chosen.authority)
        trust = (
            tr("Replies are verified with your root certificate.")
            if chosen.root
            else tr("Replies are verified with the system's certificates.")
        )
        about = tr("Its address for RFC 3161, from its own site. Empty: no time stamps.")
        self.authority.show_help(f"{about} {trust}" if chosen.authority else about)
        self.calendars.setCurrentIndex(int(bool(chosen.calendars)))
        reason = tr("Name an authority below, or turn on OpenTimestamps, first.")
        allow(self.stamp, unless="" if chosen.kinds else reason)

    def _typed(self, address: str) -> None:
        reason = tr("Enter the address of the authority first.")
        allow(self.root, unless="" if address.strip() else reason)

    def _check(self) -> None:
        evidence = self._view_state.workspace.evidence
        allow(self.check, unless=under_way())
        self._view_state.work.run(
            Lane.WAIT,
            lambda task: evidence.verify(cancel=task.cancelled),
            self._checked,
            failed=self._failed,
            owner=self,
        )

    def _checked(self, report: LedgerReport) -> None:
        allow(self.check)
        if report.fault is not None:
            self._say(sentence(fault_words(report.fault)), Tone.BAD)
        elif not report.cancelled:
            form = tr("Whole: {entries} and {stamps} fit. Head: {hash}…")
            entries = counted("%n entry", "%n entries", report.entries)
            stamps = counted("%n time stamp", "%n time stamps", report.stamps)
            said = form.format(entries=entries, stamps=stamps, hash=report.head.hash[:16])
            self._say(said, Tone.GOOD)

    def _stamp(self) -> None:
        evidence = self._view_state.workspace.evidence
        allow(self.stamp, unless=under_way())
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: evidence.stamp(),
            self._stamped,
            failed=self._failed,
            owner=self,
        )

    def _stamped(self, done: Stamped) -> None:
        if done.made:
            form = tr("Stamped: entry {number} and all before it.")
            words = form.format(number=number_text(done.made[0].head.number))
        else:
            words = tr("Nothing was done since the newest time stamp, so none was made.")
        self._say(words, Tone.GOOD)
        self.refresh()

    def _choose_root(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            tr("Choose the authority's root certificate"),
            "",
            tr("Certificates (*.pem *.crt *.cer *.der)"),
        )
        if chosen:
            self._store(self.address.text().strip(), Path(chosen))

    def _keep(self) -> None:
        self._store(self.address.text().strip(), None)

    def _store(self, address: str, root: Path | None) -> None:
        evidence, kept = self._view_state.workspace.evidence, self._chosen

        def store() -> StampSources:
            if root is not None:
                return evidence.choose_authority(address, _read(root))
            same = address == kept.authority and bool(kept.root)
            return evidence.choose_authority(address, kept.root.encode() if same else None)

        self._change(store)

    def _switch(self, place: int) -> None:
        evidence, on = self._view_state.workspace.evidence, bool(self.calendars.itemData(place))
        self._change(lambda: evidence.choose_calendars(None if on else ()))

    def _change(self, store: Callable[[], StampSources]) -> None:
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: store(),
            self._stored,
            failed=self._failed,
            owner=self,
        )

    def _stored(self, chosen: StampSources) -> None:
        self._show_chosen(chosen)
        self._say(tr("Saved."), Tone.GOOD)
        self.refresh()

    def _failed(self, error: KnownError) -> None:
        allow(self.check)
        self._say(error_text(error), Tone.BAD)
        self.refresh()

    def _say(self, words: str, tone: Tone) -> None:
        self.outcome.set_tone(tone)
        self.outcome.setText(words)
        self.outcome.show()


def _read(path: Path) -> bytes:
    from rightsdesk.workspace.evidence.sources import NoCertificate

    try:
        with path.open("rb") as file:
            return file.read(LARGEST_ROOT)
    except OSError as error:
        raise NoCertificate(
            "This file can't be read.", untouched="Nothing was changed.", advice="Choose another."
        ) from error


def _no_stamp(chosen: StampSources) -> str:
    if chosen.kinds:
        return tr("None yet.")
    return tr(
        "None yet: choose an authority or calendars first. A time stamp proves to others that "
        "the record existed at that time."
    )


def _stamp_text(check: StampCheck) -> str:
    one = check.stamp
    hosts = ", ".join(urlsplit(address).hostname or address for address in one.source.split())
    form = tr("The newest, of entry {number}, is of {when}, by {hosts}: {state}")
    return form.format(
        number=number_text(one.head.number),
        when=when_text(one.made_at),
        hosts=hosts,
        state=_state_text(check),
    )


def _state_text(check: StampCheck) -> str:
    if not check.fits:
        return tr("the history no longer has this entry as it was stamped.")
    if check.state is StampState.CLAIMS_BLOCK:
        blocks = ", ".join(map(str, check.blocks))
        return tr("it claims block {blocks} of Bitcoin, which RightsDesk can't check.").format(
            blocks=blocks
        )
    return {
        StampState.HOLDS: tr("it holds."),
        StampState.PENDING: tr("it is pending, for some hours."),
        StampState.NO_ROOT: tr("it can't be checked without a root certificate."),
        StampState.UNREADABLE: tr("it can't be read here; openssl reads it."),
        StampState.BROKEN: tr("it does not hold."),
    }[check.state]
