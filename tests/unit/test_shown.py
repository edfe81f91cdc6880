"""Foreign text is shown as it is, and nothing of it acts: in the code, by its syntax tree."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.shown import shown

DESKTOP = Path(__file__).resolve().parents[2] / "rightsdesk" / "desktop"
HOMES = {"QMessageBox": "message_box.py", "QLabel": "text.py"}
"""Classes that take `<b>` in a name for markup, and the one file that may make them."""
NOWHERE = {
    "QErrorMessage",
    "QProgressDialog",
    "QSplashScreen",
    "QToolTip",
    "QWizard",
    "QWizardPage",
}
"""Others of the kind, which the window does without."""
RICH = {"setStatusTip", "setWhatsThis", "showMessage", "setDetailedText", "setMarkdown"}
"""Methods by which text would be shown past all that."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(DESKTOP.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield file.name, node


def name_of(call: ast.Call) -> str:
    """`QLabel` for QLabel(…) and `QMessageBox` for QMessageBox.question(…) alike."""
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.value.id if function.value.id in HOMES | dict.fromkeys(NOWHERE) else ""
    return function.id if isinstance(function, ast.Name) else ""


def method_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def is_plain(node: ast.expr) -> bool:
    """Our own words, or a text that was made plain."""
    if isinstance(node, ast.IfExp):
        return is_plain(node.body) and is_plain(node.orelse)
    if isinstance(node, ast.Constant):
        return True
    return isinstance(node, ast.Call) and name_of(node) in ("plain_tip", "tr")


def test_boxes_and_labels_are_made_in_one_place() -> None:
    wrong = [
        f"{file}:{call.lineno}: {name_of(call)}"
        for file, call in calls()
        if HOMES.get(name_of(call), file) != file or name_of(call) in NOWHERE
    ]
    assert not wrong, "message_box.py and widgets.PlainLabel are there for that"


def test_only_labels_of_ours_are_labels() -> None:
    """Whoever derives from QLabel has to set its format, so only PlainLabel does."""
    wrong = [
        f"{file.name}: {node.name}"
        for file in sorted(DESKTOP.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and node.name != "Text"
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in {*HOMES, *NOWHERE}
    ]
    assert not wrong


def test_nothing_turns_markup_on() -> None:
    for file, call in calls():
        where = f"{file}:{call.lineno}"
        assert method_of(call) not in RICH, where
        if method_of(call) == "setTextFormat":
            assert "PlainText" in ast.unparse(call.args[0]), where
        if method_of(call) in ("addRow", "setLabelText") and len(call.args) < 3:
            assert is_plain(call.args[0]), f"{where}: Qt makes a label of it"
        if method_of(call) == "setHtml":
            assert file == "help.py", "its page is ours, and escapes the rest"


def test_tooltips_are_plain() -> None:
    """Qt guesses whether a tooltip is markup."""
    wrong = [
        f"{file}:{call.lineno}: {ast.unparse(call.args[0])}"
        for file, call in calls()
        if method_of(call) == "setToolTip" and not is_plain(call.args[-1])
    ]
    assert not wrong, "plain_tip is there for that"


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    safe = shown(text)
    assert shown(safe) == safe
    classes = {unicodedata.category(one) for one in safe}
    assert not classes & {"Cc", "Cs", "Zl", "Zp"}
    turning = {unicodedata.bidirectional(one) for one in safe}
    assert not turning & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\nb", "a\\nb"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("pay\u2060pal", "pay\\u2060pal"),
        ("\ufeffBOM", "\\ufeffBOM"),
        ("x\U000e0001", "x\\U000e0001"),
        ("می‌خواهم", "می‌خواهم"),
        (
            "👩\u200d🎤 🏴\U000e0067\U000e0062\U000e007f",
            "👩\u200d🎤 🏴\U000e0067\U000e0062\U000e007f",
        ),
        ("soft\u00adhyphen", "soft\u00adhyphen"),
        ("Café\u200b", "Café\u200b"),
        ("\udcff.mp3", "\\xff.mp3"),
    ],
)
def test_what_writing_needs_stays(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_lines_may_stay() -> None:
    assert shown("a\nb\r", keep="\n") == "a\nb\\r"
