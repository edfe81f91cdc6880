"""What a decision about a finding means, recording by recording, before it is made: in the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from rightsdesk import phrases
from rightsdesk.consent import Use
from rightsdesk.desktop.design.buttons import Button, ButtonKind, allow
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, Tone, space
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.opened import opened_widgets
from rightsdesk.desktop.parts.texts import (
    consent_text,
    counted,
    error_text,
    plain_mnemonic,
    tr,
    under_way,
)
from rightsdesk.desktop.parts.widgets import emptied
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types.findings import (
    Decision,
    DecisionKind,
    DecisionPreview,
    Finding,
    Member,
)

PreviewOf = Callable[[Sequence[int]], DecisionPreview]
Decide = Callable[[Sequence[int], Sequence[Use]], object]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to decide: its words, its button, what it would do, and doing it. `several` where
    members can be left out."""

    words: str
    button: str
    preview: PreviewOf
    act: Decide
    several: bool = False


def ways_of(view_state: ViewState, finding: Finding) -> list[Way]:
    """How a finding can be settled."""
    catalogue, identity = view_state.workspace.catalogue, finding.id

    def way(kind: DecisionKind, words: str, button: str) -> Way:
        return Way(
            words,
            button,
            lambda chosen: catalogue.preview_decision(identity, kind, chosen),
            lambda chosen, uses: catalogue.decide(identity, kind, chosen, confirmed=uses),
            kind is DecisionKind.MERGE and len(finding.members) > 2 and finding.kind != "files",
        )

    release = finding.kind == "upc"
    same = tr("They are the same release") if release else tr("They are the same recording")
    found = [
        way(DecisionKind.MERGE, same, tr("Merge")),
        way(DecisionKind.KEEP_APART, tr("They are different ones"), tr("Keep apart")),
    ]
    kinds = (DecisionKind.MERGE, DecisionKind.KEEP_APART)
    return [way for way, kind in zip(found, kinds, strict=True) if kind in finding.decisions]


def way_back(view_state: ViewState, decision: Decision) -> Way:
    """Taking a decision back."""
    catalogue, number = view_state.workspace.catalogue, decision.id
    return Way(
        "",
        tr("Undo it"),
        lambda _chosen: catalogue.preview_undo_decision(number),
        lambda _chosen, uses: catalogue.undo_decision(number, confirmed=uses),
    )


class DecisionPanel(QWidget):
    """Ways to decide, the members, what it means, and a yes of its own for what it opens up.

    `ended` says whether something was decided.
    """

    ended = Signal(bool)

    def __init__(
        self,
        view_state: ViewState,
        title: str,
        ways: Sequence[Way],
        *,
        members: Sequence[Member] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("decision")
        self.setAccessibleName(title)
        self._view_state, self._members = view_state, tuple(members)
        self._uses: tuple[Use, ...] = ()
        self._ready = False
        self._asked = 0
        self._way = ways[0]
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(space(2.5))
        lines.addWidget(Text(title, size=Size.HEADING, strong=True, wrap=True))
        self.ways = [self._way_button(way) for way in ways if len(ways) > 1]
        for made in self.ways:
            lines.addWidget(made)
        self.boxes = [self._box(one) for one in members]
        for box in self.boxes:
            lines.addWidget(box)
        self.meaning = QVBoxLayout()
        self.meaning.setSpacing(space(1.5))
        lines.addLayout(self.meaning)
        self.yes = QCheckBox()
        self.yes.setObjectName("open-up")
        self.yes.toggled.connect(lambda _on: self._free())
        self.yes.hide()
        lines.addWidget(self.yes)
        self.failure = Text(tone=Tone.BAD, wrap=True)
        self.failure.hide()
        lines.addWidget(self.failure)
        row = QHBoxLayout()
        row.setSpacing(space(2))
        self.do = Button("", self._do, kind=ButtonKind.PRIMARY, name="decide")
        self.keep = Button(tr("Leave it as it is"), lambda: self.ended.emit(False), name="keep")
        row.addWidget(self.do)
        row.addWidget(self.keep)
        row.addStretch(1)
        lines.addLayout(row)
        lines.addStretch(1)
        self._choose(ways[0])

    def focus(self) -> None:
        """Give the keyboard to the first thing to answer; Enter on it changes nothing."""
        target = self.ways[0] if self.ways else self.keep
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _way_button(self, way: Way) -> QRadioButton:
        made = QRadioButton(way.words)
        made.setChecked(way is self._way)
        made.toggled.connect(lambda on: self._choose(way) if on else None)
        return made

    def _box(self, one: Member) -> QCheckBox:
        box = QCheckBox(plain_mnemonic(member_text(one)))
        box.setChecked(True)
        box.toggled.connect(lambda _on: self._work_out())
        return box

    def _choose(self, way: Way) -> None:
        self._way = way
        self.do.setText(way.button)
        for box in self.boxes:
            box.setEnabled(way.several)
        self._work_out()

    @property
    def chosen(self) -> list[int]:
        """The members that are meant; none where they cannot be chosen."""
        if not self._way.several:
            return []
        pairs = zip(self._members, self.boxes, strict=True)
        return [one.id for one, box in pairs if box.isChecked()]

    def _work_out(self) -> None:
        self._asked += 1
        self._ready, self._missing = False, under_way()
        self.yes.hide()
        self.yes.setChecked(False)
        self._free()
        chosen, way, asked = self.chosen, self._way, self._asked
        if way.several and len(chosen) < 2:
            self._missing = tr("Choose at least two.")
            self._tell([Text(self._missing, tone=Tone.DIM)])
            self._free()
            return
        self._view_state.work.run(
            Lane.SHORT,
            lambda _task: way.preview(chosen),
            lambda would: self._arrived(asked, would),
            failed=self._failed,
            owner=self,
        )

    def _arrived(self, asked: int, would: DecisionPreview) -> None:
        if asked != self._asked:
            return  # something else is chosen by now
        self._uses = would.uses
        self._tell(meaning_of(would))
        number = len(would.opened)
        words = counted(
            "Yes, let AI do more with this recording",
            "Yes, let AI do more with these %n recordings",
            number,
        )
        self.yes.setText(words)
        self.yes.setVisible(bool(number))
        self._ready = True
        self._free()

    def _free(self) -> None:
        reason = "" if self._ready else self._missing
        if not reason and not self.yes.isHidden() and not self.yes.isChecked():
            reason = tr("AI may do more after this. Say yes to that above first.")
        allow(self.do, unless=reason)

    def _tell(self, widgets: Sequence[QWidget]) -> None:
        emptied(self.meaning)
        for widget in widgets:
            self.meaning.addWidget(widget)

    def _do(self) -> None:
        self._ready, self._missing = False, under_way()
        self._free()
        chosen, uses, way = self.chosen, self._uses, self._way
        self._view_state.work.run(
            Lane.WAIT,
            lambda _task: way.act(chosen, uses),
            lambda _done: self.ended.emit(True),
            failed=self._failed,
            owner=self,
        )

    def _failed(self, error: KnownError) -> None:
        self._missing = error_text(error)
        self._free()
        self.failure.setText(self._missing)
        self.failure.show()


def meaning_of(would: DecisionPreview) -> list[QWidget]:
    """What changes for whom: stricter answers, and every recording that opens up."""
    if would.kind is DecisionKind.IGNORE:
        return [Text(tr("It is listed again."), tone=Tone.DIM, wrap=True)]
    opened = {(one.artist, one.title) for one in would.opened}
    stricter = [one for one in would.reconsidered if (one.artist, one.title) not in opened]
    said: list[QWidget] = []
    if stricter:
        said.append(Text(tr("Where choices differ, the stricter one holds:"), wrap=True))
        arrow = tr("{artist}, {title}: {before} → {after}")
        said.append(
            NamesList(
                [
                    arrow.format(
                        artist=one.artist,
                        title=one.title,
                        before=consent_text(one.before),
                        after=consent_text(one.after),
                    )
                    for one in stricter
                ]
            )
        )
    said += opened_widgets(would.opened)
    if not would.reconsidered:
        said.append(Text(tr("What AI may do stays the same everywhere."), wrap=True))
    quiet = tr("Files and platforms stay as they are until you write to them.")
    said.append(Text(quiet, tone=Tone.DIM, wrap=True))
    return said


def member_text(one: Member) -> str:
    """A member in one line: title, release, artist, length, files."""
    files = counted("%n file", "%n files", one.files)
    kinds = f" ({', '.join(one.containers)})" if one.containers else ""
    length = phrases.length(one.duration_ms)
    release = one.release if one.release != one.title else ""
    return ", ".join(filter(None, (one.title, release, one.artist, length, files + kinds)))
