"""The proof that the audio is what it was: what was found, file by file where it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from rightsdesk.desktop.jobs.results import GroupsTree, NamedGroups, groups_text
from rightsdesk.desktop.parts.texts import (
    capital,
    counted,
    path_text,
    sentence,
    tr,
)
from rightsdesk.desktop.parts.theme import Accent, resize_to_ems
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    heading,
    icon_label,
    plain_label,
    primary,
    row_of,
    vertical,
    with_icon,
)
from rightsdesk.workspace.audio_proof import AudioState, VerifiedFile, VerifyReport
from rightsdesk.workspace.words import AUDIO_STATE_WORDS, TO_CHECK

SIGNS = {
    AudioState.SAME: ("agrees", Accent.GOOD),
    AudioState.CHANGED: ("conflicts", Accent.BAD),
    AudioState.UNREADABLE: ("unknown", Accent.BAD),
    AudioState.NOT_RECORDED: ("unknown", Accent.OPEN),
    AudioState.UNTOUCHED: ("silent", Accent.DIM),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A report, worked out for showing: with half a million files that is a worker's job."""

    counts: Mapping[AudioState, int]
    groups: NamedGroups
    cancelled: bool

    @classmethod
    def of(cls, report: VerifyReport) -> Proof:
        """Work a report out."""
        return cls(report.counts, proof_groups(report), report.cancelled)

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return sum(self.counts.values())

    @property
    def to_look_at(self) -> int:
        """Of how many files a person should look after."""
        return sum(self.counts.get(state, 0) for state in TO_CHECK)


def proof_groups(report: VerifyReport) -> NamedGroups:
    """The files to look at, by what is the matter with them."""
    groups: dict[str, list[str]] = {}
    for state in TO_CHECK:
        for file in report.files:
            if file.state is state:
                groups.setdefault(_matter(file), []).append(path_text(file.path))
    return list(groups.items())


def _matter(file: VerifiedFile) -> str:
    return sentence(file.problem) or capital(tr(AUDIO_STATE_WORDS[file.state].name))


def proof_headline(proof: Proof) -> str:
    """What it comes to, in a line."""
    if not proof.files:
        return tr("Stopped before the first file") if proof.cancelled else tr("No files here")
    if proof.to_look_at:
        return counted("%n file needs a look", "%n files need a look", proof.to_look_at)
    proven = proof.counts.get(AudioState.SAME, 0)
    if not proven:
        return tr("There is nothing to prove yet")
    return counted(
        "The audio of %n file is what it was", "The audio of %n files is what it was", proven
    )


def proof_summary(proof: Proof) -> str:
    """`9 proven, 1 different.`, for the strip below."""
    named = [
        counted(
            f"%n {AUDIO_STATE_WORDS[v].name}", f"%n {AUDIO_STATE_WORDS[v].name}", proof.counts[v]
        )
        for v in AUDIO_STATE_WORDS
        if v in proof.counts
    ]
    said = tr("Audio verified: {counts}.").format(counts=", ".join(named) or tr("no files"))
    return f"{tr('Stopped early.')} {said}" if proof.cancelled else said


class ProofDialog(QDialog):
    """How many files of each kind there are; those to look at by name, with what to do."""

    def __init__(self, proof: Proof, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("proof")
        self.setWindowTitle(tr("Is the audio untouched?"))
        self.proof = proof
        bad = bool(proof.to_look_at)
        sign = ("conflicts", Accent.BAD) if bad else ("verify", Accent.GOOD)
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        title = heading(proof_headline(proof), factor=1.15)
        layout.addWidget(with_icon(sign[0], sign[1], title))
        about = tr(
            "RightsDesk read the audio again and compared it with what it noted before its "
            "first change of each file. Nothing was changed."
        )
        if proof.cancelled:
            about = f"{tr('You stopped it: this is what was read so far.')} {about}"
        layout.addWidget(dim_label(about))
        for state in AUDIO_STATE_WORDS:
            if state in proof.counts:
                layout.addWidget(self._line(state))
        if proof.groups:
            self.tree = GroupsTree(proof.groups)
            self.tree.setAccessibleName(tr("Files to look at"))
            layout.addWidget(self.tree, 1)
        else:
            layout.addStretch(1)
        box = QDialogButtonBox()
        if proof.groups:
            copy = button(tr("Cop&y"), self._copy)
            box.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(box)
        resize_to_ems(self, 40, 26 if proof.groups else 13)

    def _line(self, state: AudioState) -> QWidget:
        words, number = AUDIO_STATE_WORDS[state], self.proof.counts[state]
        title = plain_label(counted(f"%n {words.name}", f"%n {words.name}", number))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        said = " ".join(part for part in (tr(words.meaning), tr(words.advice)) if part)
        texts = QWidget()
        column = vertical(spacing=0.05)
        texts.setLayout(column)
        column.addWidget(title)
        column.addWidget(dim_label(said))
        return row_of(icon_label(*SIGNS[state], self), texts)

    def text(self) -> str:
        """Everything as text."""
        return f"{proof_summary(self.proof)}\n\n{groups_text(self.proof.groups)}"

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
