"""Foreign text is shown unchanged, and never interpreted.

Checked in the syntax tree of the code.
"""

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
"""Classes that interpret `<b>` in a name as markup, and the only file that may create them."""
NOWHERE = {
    "QErrorMessage",
    "QProgressDialog",
    "QSplashScreen",
    "QToolTip",
    "QWizard",
    "QWizardPage",
}
"""Other classes of this kind. The window uses none of them."""
RICH = {"setStatusTip", "setWhatsThis", "showMessage", "setDetailedText", "setMarkdown"}
"""Methods that would show text without these checks."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(DESKTOP.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield file.name, node


def name_of(call: ast.Call) -> str:
    """`QLabel` for QLabel(…), and `QMessageBox` for QMessageBox.question(…) too."""
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.value.id if function.value.id in HOMES | dict.fromkeys(NOWHERE) else ""
    return function.id if isinstance(function, ast.Name) else ""


def method_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def is_plain(node: ast.expr) -> bool:
    """A text of our own, or a text that was made plain."""
    if isinstance(node, ast.IfExp):
        return is_plain(node.body) and is_plain(node.orelse)
    if isinstance(node, ast.Constant):
        return True
    return isinstance(node, ast.Call) and name_of(node) in ("plain_tip", "tr")


def test_message_boxes_and_labels_are_created_in_one_place() -> None:
    wrong = [
        f"{file}:{call.lineno}: {name_of(call)}"
        for file, call in calls()
        if HOMES.get(name_of(call), file) != file or name_of(call) in NOWHERE
    ]
    assert not wrong, "use message_box.py and widgets.PlainLabel instead"


def test_only_plain_label_derives_from_qlabel() -> None:
    """A subclass of QLabel must set its text format, so PlainLabel is the only subclass."""
    wrong = [
        f"{file.name}: {node.name}"
        for file in sorted(DESKTOP.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and node.name != "Text"
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in {*HOMES, *NOWHERE}
    ]
    assert not wrong


def test_markup_is_never_enabled() -> None:
    for file, call in calls():
        where = f"{file}:{call.lineno}"
        if method_of(call) == "showMessage":
            assert file == "tray.py", "only the tray, which takes mark-up away, may notify"
            continue
        assert method_of(call) not in RICH, where
        if method_of(call) == "setTextFormat":
            assert "PlainText" in ast.unparse(call.args[0]), where
        if method_of(call) in ("addRow", "setLabelText") and len(call.args) < 3:
            assert is_plain(call.args[0]), f"{where}: Qt turns this text into a label"
        if method_of(call) == "setHtml":
            assert file == "help.py", "only the help page, which we write and escape, may use HTML"


def test_tooltips_are_plain() -> None:
    """Qt guesses whether a tooltip is markup."""
    wrong = [
        f"{file}:{call.lineno}: {ast.unparse(call.args[0])}"
        for file, call in calls()
        if method_of(call) == "setToolTip" and not is_plain(call.args[-1])
    ]
    assert not wrong, "use plain_tip instead"


@given(st.text())
def test_no_active_character_is_left(text: str) -> None:
    safe = shown(text)
    assert shown(safe) == safe
    classes = {unicodedata.category(char) for char in safe}
    assert not classes & {"Cc", "Cs", "Zl", "Zp"}
    turning = {unicodedata.bidirectional(char) for char in safe}
    assert not turning & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_only_characters_that_scripts_need_stay(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_line_breaks_can_be_kept() -> None:
    assert shown("a\nb\r", keep="\n") == "a\nb\\r"
