"""Causes are members of one list, and each of them occurs."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import rightsdesk
from rightsdesk.cli.exits import CAUSES, FIRST
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError

PACKAGE = Path(rightsdesk.__path__[0])
HOME = PACKAGE / "enums" / "causes.py"


def causes(kind: type[KnownError] = KnownError) -> set[Cause]:
    return {kind.cause}.union(*(causes(sub) for sub in kind.__subclasses__()))


@pytest.fixture(scope="module")
def known() -> set[Cause]:
    for module in walk_packages(rightsdesk.__path__, "rightsdesk."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)
    return causes()


@pytest.fixture(scope="module")
def nodes() -> list[tuple[Path, ast.AST]]:
    """Every node of the program's source, except the list itself."""
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if file != HOME]
    trees = [(file, ast.parse(file.read_text("utf-8"))) for file in files]
    return [(file, node) for file, tree in trees for node in ast.walk(tree)]


def test_every_cause_that_ends_a_command_belongs_to_an_error(known: set[Cause]) -> None:
    assert {*FIRST}.union(*CAUSES.values()) - known == set()


def test_every_member_is_used(nodes: list[tuple[Path, ast.AST]]) -> None:
    used = {
        node.attr
        for _, node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Cause"
    }
    assert used == set(Cause.__members__)


def _called_cause(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "cause"


def _literals(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_no_cause_is_a_plain_text(nodes: list[tuple[Path, ast.AST]]) -> None:
    """Neither declared as `str`, nor set to a literal or compared with one."""
    found = []
    for file, node in nodes:
        match node:
            case ast.Assign(targets=[target], value=ast.Constant(value=str())):
                bad = _called_cause(target)
            case ast.AnnAssign(target=target, annotation=ast.Name(id="str")):
                bad = _called_cause(target)
            case ast.arg(arg="cause", annotation=ast.Name(id="str")):
                bad = True
            case ast.keyword(arg="cause", value=ast.Constant(value=str())):
                bad = True
            case ast.Compare(left=left, comparators=others) if "store" not in file.parts:
                attributes = [one for one in (left, *others) if isinstance(one, ast.Attribute)]
                bad = any(map(_called_cause, attributes)) and any(
                    literal for one in (left, *others) for literal in _literals(one)
                )
            case _:
                continue
        if bad:
            found.append(f"{file.relative_to(PACKAGE)}:{node.lineno}")
    assert not found


def test_values_are_the_names_as_they_are_stored() -> None:
    named = {name: name.lower().replace("_", "-") for name in Cause.__members__}
    assert {name: cause.value for name, cause in Cause.__members__.items()} == {
        **named,
        "NONE": "",
    }
