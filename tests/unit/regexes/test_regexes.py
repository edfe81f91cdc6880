"""None of our patterns can backtrack without end.

Patterns are collected from the calls that compile them. Each pattern runs on texts made from the
pattern itself, at two lengths. Steps are counted; no clock is used.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import rightsdesk
from rightsdesk.terms import rules as terms_rules
from rightsdesk.workspace.sign_in import form as signing_in
from tests.unit.regexes.counting import grows

PACKAGE = Path(rightsdesk.__file__).parent
MAKERS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
FROM_DATA = {("rightsdesk/resources/signing_in.py", "self.shape")} | {
    ("rightsdesk/workspace/sign_in/form.py", "field.shape"),
    ("rightsdesk/terms/rules.py", "literals"),
}
"""Patterns in our own data files. They are collected from there."""


@dataclass(frozen=True)
class Made:
    """A pattern, where it is made, and how it is used."""

    where: str
    pattern: re.Pattern[Any]
    how: str


def patterns() -> Iterator[Made]:
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if re.search(r"^\s*(?:import re\b|from re\b)", text, re.MULTILINE):
            assert not re.search(r"^from re import (?!Match|Pattern)", text, re.MULTILINE), file
            yield from _in_file(file, text)
    for form in signing_in.forms():
        for asked in (ask for ask in form.asks if ask.shape):
            yield Made(f"{form.platform}:{asked.part}", re.compile(asked.shape), "fullmatch")
    for name, pattern in terms_rules._PATTERNS.items():
        yield Made(f"terms:{name}", pattern, "search")


def _in_file(file: Path, text: str) -> Iterator[Made]:
    tree = ast.parse(text)
    name = file.relative_to(PACKAGE.parent).as_posix()
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, maker = node.func.value, node.func.attr
        if not (isinstance(owner, ast.Name) and owner.id == "re" and maker in MAKERS):
            continue
        source = ast.unparse(node.args[0])
        if (name, source) in FROM_DATA:
            continue
        flags = [k.value for k in node.keywords if k.arg == "flags"]
        flags += node.args[1:2] if maker == "compile" else []
        made = [_value(name, argument) for argument in (node.args[0], *flags)]
        pattern = re.compile(*made)
        how = _how_used(text, above, node) if maker == "compile" else maker
        yield Made(f"{name}:{node.lineno}", pattern, how if "match" in how else "search")


def _value(name: str, node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        module = import_module(name.removesuffix(".py").replace("/", "."))
        return eval(ast.unparse(node), vars(module))  # our own source


def _how_used(text: str, above: dict[ast.AST, ast.AST], node: ast.Call) -> str:
    """How the compiled pattern is used. "search", the hardest, counts if there are several."""
    holder = above[node]
    if isinstance(holder, ast.Attribute):
        return holder.attr
    while not isinstance(holder, ast.Assign | ast.AnnAssign | ast.Module):
        holder = above[holder]
    if not isinstance(holder, ast.Assign) or not isinstance(holder.targets[0], ast.Name):
        return "search"
    uses = set(re.findall(rf"\b{holder.targets[0].id}(?:\[\w+\])?\.(\w+)", text))
    return uses.pop() if len(uses) == 1 else "match" if uses == {"match", "fullmatch"} else "search"


MADE = list(patterns())


def test_all_patterns_are_found() -> None:
    assert len(MADE) > 60
    assert any(made.where.startswith("rightsdesk/files/xmp/parse.py") for made in MADE)
    assert any(made.where.startswith("bluesky:") for made in MADE)


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.where)
def test_it_takes_steps_in_proportion_to_the_text(made: Made) -> None:
    assert not grows(made.pattern, made.how), made.pattern.pattern


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        (r"(a+)+b", "match"),
        (r"\s*(?:<!--.*?-->\s*)*<html", "match"),
        (r"(?:a|a)*b", "fullmatch"),
        (r"(\w+\s?)*:", "match"),
        (r"\s*x", "search"),
        (r"<!--.*?-->", "search"),
        (r"a{1,2000}b", "search"),
        (r"(.*) is (.*)\.", "search"),
        (rb"[ab]*[bc]*[ac]*d", "match"),
    ],
)
def test_a_backtracking_pattern_is_found(pattern: Any, how: str) -> None:
    assert grows(re.compile(pattern, re.S), how)


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        (r"(?:a++)+b", "match"),
        (r"(?<!\s)\s*+x", "search"),
        (r"[a-z]+:\d{1,9}", "match"),
        (r'<[^<>]*>|"[^"]*"', "match"),
        (r"(?i)\bTOKEN=(?:\S{1,30}|x)", "search"),
    ],
)
def test_a_linear_pattern_passes(pattern: str, how: str) -> None:
    assert not grows(re.compile(pattern), how)
