"""Help on one page, and who made this. The keys are taken from the menus, so they are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QTextDocumentFragment
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QWidget

from rightsdesk import __version__
from rightsdesk.consent import Standing
from rightsdesk.desktop.consents.panel import HONEST
from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.parts.message_box import tell
from rightsdesk.desktop.parts.search_field import SearchField
from rightsdesk.desktop.parts.texts import (
    counted,
    path_text,
    sentence,
    standing_meaning,
    standing_word,
    tr,
)
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import button, primary, vertical
from rightsdesk.folding import unaccented
from rightsdesk.resources.attribution import attribution

STEPS = (
    ("Look", "Choose an artist's folders. RightsDesk reads the files and changes nothing."),
    (
        "Choose",
        "Say what AI may do, for an artist, a release or a single recording. The nearest choice "
        "counts.",
    ),
    (
        "See",
        "The table compares your choice with what each file and each platform says today. "
        "“Details” shows how that is known, and since when. The page Problems lists what could "
        "not be read, disagrees or was not finished.",
    ),
    (
        "Write",
        "A review lists every change before it is made. Whatever would let AI do more than "
        "before needs a yes of its own.",
    ),
    (
        "Undo",
        "Each job can be undone, also after a restart: Edit › Undo, or the page Activity. "
        "Edit › Redo repeats what was undone last.",
    ),
)
LIMITS = (
    "It locks nothing: whoever ignores it can still copy the file.",
    "It holds for the files and pages that say it, not for copies that are out already.",
    "What you agreed to with a platform, a label or a distributor still applies.",
)
ELSEWHERE = (
    "Some platforms have a switch that no program can press. The page Platforms leads you there, "
    "one after the other: what holds if you do nothing, what the terms say and how that is "
    "known, the steps, and a button to note what you set. What you note is shown as your word, "
    "with its date, never as something that was read; half a year later, or when the terms "
    "change, RightsDesk asks you to check again."
)
BY_ITSELF = (
    "Some platforms only take so many changes a day, or want a break. RightsDesk then keeps the "
    "rest of the job, says when it continues, and does that while this window is open: exactly "
    "what you agreed to, and only where it is still your choice. In Settings you can also let it "
    "look at your platforms once a day or once a week; it then tells what changed there, and "
    "writes nothing."
)
OF_A_LIST = (
    ("Arrow keys", "go through tracks, artists and lists"),
    ("Enter", "in the table: details of the track"),
    ("Tab, Shift+Tab", "go to the next part of the window, or the one before"),
    ("Space", "choose what has the focus"),
    ("Alt and an underlined letter", "menus, tabs and buttons"),
)


@dataclass(frozen=True, slots=True)
class HelpSection:
    """A part of the page: its heading as text, and what is below it as HTML."""

    title: str
    html: str

    @property
    def folded(self) -> str:
        """Its words without mark-up, to be searched."""
        fragment = QTextDocumentFragment.fromHtml(self.html)
        return unaccented(f"{self.title} {fragment.toPlainText()}")


def help_sections(actions: Sequence[QAction], data_dir: Path) -> list[HelpSection]:
    """The parts of the page. All that is not ours is escaped."""
    steps = "".join(f"<li><b>{tr(name)}.</b> {tr(said)}</li>" for name, said in STEPS)
    limits = "".join(f"<li>{tr(said)}</li>" for said in LIMITS)
    words = "".join(
        f"<tr><td><b>{standing_word(one)}</b></td><td>{standing_meaning(one)}</td></tr>"
        for one in Standing
    )
    keys = "".join(
        f"<tr><td>{escape(key)}</td><td>{escape(what)}</td></tr>"
        for key, what in (*_keys(actions), *((tr(key), tr(what)) for key, what in OF_A_LIST))
    )
    kept = tr(
        "Your music stays where it is. RightsDesk keeps your choices, what it has read, and what "
        "it needs for an undo in this folder; sign-ins are encrypted:"
    )
    where = f"<p>{kept}</p><p><code>{escape(path_text(str(data_dir)))}</code></p>"
    honest = f"<p>{tr(HONEST)}</p><ul>{limits}</ul>"
    return [
        HelpSection(tr("In five steps"), f"<ol>{steps}</ol>"),
        HelpSection(tr("Platforms that you visit yourself"), f"<p>{tr(ELSEWHERE)}</p>"),
        HelpSection(tr("What RightsDesk does automatically"), f"<p>{tr(BY_ITSELF)}</p>"),
        HelpSection(tr("What a declaration does, and what it does not"), honest),
        HelpSection(tr("The words in the table"), f"<table cellspacing=8>{words}</table>"),
        HelpSection(tr("Where your data is"), where),
        HelpSection(tr("Keys"), f"<table cellspacing=8>{keys}</table>"),
    ]


def _keys(actions: Sequence[QAction]) -> list[tuple[str, str]]:
    form = QKeySequence.SequenceFormat.NativeText
    return [
        (action.shortcut().toString(form), action.text().replace("&", "").rstrip("…"))
        for action in actions
        if not action.shortcut().isEmpty()
    ]


class HelpDialog(QDialog):
    """The page beside the window, which stays usable. A search leaves the sections that match."""

    def __init__(self, sections: Sequence[HelpSection], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections = [(one, one.folded) for one in sections]
        self.field = SearchField(tr("Search help"), name="help-search", pause=0)
        self.field.searched.connect(self._narrow)
        self.setObjectName("help")
        self.setWindowTitle(tr("Help"))
        self.page = QTextBrowser()
        self.page.setAccessibleName(tr("Help"))
        self.page.document().setDocumentMargin(em(self, 0.8))
        layout = vertical(spacing=0.5, margin=0.8)
        self.setLayout(layout)
        layout.addWidget(self.field)
        layout.addWidget(self.page, 1)
        self._narrow("")
        box = QDialogButtonBox()
        close = primary(button(tr("Close"), self.accept))
        box.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        layout.addWidget(box)
        room = self.screen().availableGeometry()
        self.resize(
            min(em_across(self, 42), round(room.width() * 0.94)),
            min(em(self, 40), round(room.height() * 0.9)),
        )
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _narrow(self, text: str) -> None:
        words = unaccented(text).split()
        left = [one for one, folded in self._sections if all(word in folded for word in words)]
        parts = [f"<h2>{escape(one.title)}</h2>{one.html}" for one in left]
        none = f"<p>{escape(tr('Nothing in the help has these words.'))}</p>"
        self.page.setHtml("".join(parts) or none)
        if text:
            announce(self.field, counted("%n section found", "%n sections found", len(left)))


def about(parent: QWidget) -> None:
    """Name, version, what it is for, licence."""
    tell(
        parent,
        f"RightsDesk {__version__}",
        title=tr("About RightsDesk"),
        details=tr(
            "Say once what AI may do with your music; see and settle it in files and on "
            "platforms.\n\nFree software under the GNU General Public License, version 3 "
            "or later."
        )
        + f"\n\n{sentence(attribution())}",
    )
