"""Takes the window's words into the Linguist files, and makes from those what the window loads.

    python resources/translations/update.py            after words of the window have changed
    python resources/translations/update.py --check    only says whether anything is out of date

`lupdate` and `lrelease` (Qt Linguist) do the work on the files. lupdate can read Python, but not
our `counted`, nor tables of words in rooms that do not know Qt; so it is given a list of all
messages, which is collected from the source here.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeGuard

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
PROGRAM = PROJECT / "rightsdesk"
sys.path.insert(0, str(PROJECT))
RELEASED = PROGRAM / "desktop" / "resources" / "translations"
CONTEXT = "RightsDesk"
LANGUAGES = ("de", "es", "fr")

TABLES: dict[str, tuple[str, ...]] = {
    "changes/words.py": ("OUTCOME_NAMES",),
    "consent/presets.py": ("PRESET_TEXTS",),
    "consent/words.py": (
        *("USE_NAMES", "PERMISSION_NAMES", "STANDING_NAMES", "SAYS_A_PART", "STANDING_MEANINGS"),
        *("STANDING_NAMES_OF_MANY", "NOT_THERE", "NO_ACCOUNT"),
    ),
    "changes/confirming.py": ("UNCONFIRMED", "UNREAD", "OVERWRITTEN", "GONE", "WAITS"),
    "changes/names.py": ("_JOB_NAMES",),
    "changes/recover.py": ("_FORMS",),
    "files/containers/__init__.py": ("_NAMED_ONLY",),
    "files/containers/mpegkinds.py": ("_OTHER_FILES",),
    "files/signed/manifest_place.py": ("SIGNED", "SIGNED_BESIDE"),
    "workspace/history/words.py": (*("_STEPS", "_DETAILS", "_CHOICES", "WHY_NOT_WORDS"),),
    "workspace/data/opening.py": ("_OLDER", "_GONE"),
    "workspace/use_cases/accounts.py": ("NOT_STORED",),
    "consent/losses.py": ("_CARRIER_SENTENCES",),
    "workspace/words.py": ("AUDIO_STATE_WORDS",),
    "terms/values.py": ("_FORMS",),
}
"""Tables outside the window whose words it translates: all texts in them are messages."""

FORM = "form"
"""The first argument's name of each function of the engine that makes a sentence of a form."""

SAID_ALONE = ("Files", "Own site", "Your choices")
"""Words of the engine that the window translates as they are, and that stand in no table."""

FACTS: dict[str, tuple[str, ...]] = {
    "resources/platforms": (
        *("label", "steps", "where", "short", "no_terms", "no_control", "about", "evidence"),
        *("reads", "writes", "without", "otherwise", "covers"),
    ),
    "resources/signals.toml": ("where", "readers", "good_for"),
    "terms/rules.toml": ("why",),
}
"""Keys of the TOML files whose texts are messages, by folder or file."""


class Message(NamedTuple):
    """A text in English; `plural` if it has a number, `%n`."""

    text: str
    plural: bool


class _Text(ast.Constant):
    """A constant that is a text."""

    value: str


class Untranslatable(Exception):
    """A word of the window cannot be collected from the source."""


@cache
def messages() -> tuple[Message, ...]:
    """All messages, each once, sorted. Raises Untranslatable."""
    found: set[Message] = set()
    for path in sorted((PROGRAM / "desktop").rglob("*.py")):
        found.update(_of_window(path))
    found.update(_of_engine())
    found.update(Message(text, False) for text in SAID_ALONE)
    found.update(_of_platforms())
    for name, tables in TABLES.items():
        found.update(_of_tables(PROGRAM / name, tables))
    for name, keys in FACTS.items():
        place = PROGRAM / name
        for path in sorted(place.rglob("*.toml")) if place.is_dir() else (place,):
            found.update(_of_facts(tomllib.loads(path.read_text("utf-8")), keys))
    return tuple(sorted(found))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _of_window(path: Path) -> Iterator[Message]:
    tree = _tree(path)
    constants = _constants(tree.body)
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef):
            yield from _of_function(path, outer, {**constants, **_constants(outer.body)})
    yield from (Message(text, False) for text in _module_texts(tree, constants))


def _of_function(
    path: Path, function: ast.FunctionDef, known: dict[str, list[str]]
) -> Iterator[Message]:
    for call in ast.walk(function):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args):
            continue
        if call.func.id == "tr":
            # What is not written here comes from a table, a list, or another call of tr.
            yield from (Message(text, False) for text in _texts(call.args[0], known))
        elif call.func.id == "counted":
            if isinstance(call.args[0], ast.Starred):
                many = _texts(call.args[0], known)[1::2]
            else:
                many = _texts(call.args[1], known)
            yield from (Message(text, True) for text in many)  # by which `counted` looks them up


def _texts(node: ast.expr, known: dict[str, list[str]]) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Name(id=name):
            return known.get(name, [])
        case ast.IfExp(body=yes, orelse=no):
            return [*_texts(yes, known), *_texts(no, known)]
        case ast.Starred(value=inner):
            return _texts(inner, known)
        case ast.Call(func=ast.Name(id="tr"), args=[inner]):
            return _texts(inner, known)
    return []


def _constants(body: list[ast.stmt]) -> dict[str, list[str]]:
    """Names that are given texts in a block, with those texts."""
    found: dict[str, list[str]] = {}
    for statement in _statements(body):
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Name):
            found.setdefault(target.id, []).extend(_inside(value))
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for name, text in zip(target.elts, value.elts, strict=False):
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).extend(_inside(text))
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block and of blocks in it, without those of functions and classes."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, name, []))
        for case in (*getattr(statement, "cases", []), *getattr(statement, "handlers", [])):
            yield from _statements(case.body)


def _inside(node: ast.expr) -> list[str]:
    """The texts of a constant, or of a tuple of constants."""
    if isinstance(node, ast.Tuple | ast.List):
        return [text for each in node.elts for text in _inside(each)]
    return _texts(node, {})


def _module_texts(tree: ast.Module, constants: dict[str, list[str]]) -> Iterator[str]:
    """Texts of tables of a module of the window that it hands to `tr` by name, in capitals."""
    used = {
        part.id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call | ast.comprehension | ast.For)
        for part in ast.walk(call)
        if isinstance(part, ast.Name) and part.id.isupper()
    }
    for name in used & constants.keys():
        yield from (text for text in constants[name] if " " in text or text.istitle())


def _of_engine() -> Iterator[Message]:
    """Sentences that the engine says: forms, counted nouns, and whole sentences."""
    trees = {
        path: _tree(path)
        for path in sorted(PROGRAM.rglob("*.py"))
        if path.relative_to(PROGRAM).parts[0] not in ("cli", "practice")
        if "migrations" not in path.parts
    }
    failures = _failures(trees.values())
    forming = set(_forming(trees.values()))
    for path, tree in trees.items():
        if path.relative_to(PROGRAM).parts[0] != "desktop":
            yield from (Message(text, False) for text in _sentences(tree))
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            match call.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    pass
                case _:
                    continue
            texts = [arg.value for arg in call.args if _is_text(arg)]
            if name in forming and call.args:
                yield from (Message(text, False) for text in _texts(call.args[0], {}))
            elif name == "counted" and isinstance(call.func, ast.Attribute) and texts:
                yield Message(f"%n {texts[1] if len(texts) > 1 else f'{texts[0]}s'}", True)
            elif name in failures:
                more = [key.value for key in call.keywords if key.arg in ("advice", "untouched")]
                for part in (*call.args, *more):
                    yield from (Message(text, False) for text in _texts(part, {}) if " " in text)


def _forming(trees: Iterable[ast.Module]) -> Iterator[str]:
    """The names of the functions whose first argument is a form."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                arguments = [*node.args.posonlyargs, *node.args.args]
                first = next((one.arg for one in arguments if one.arg != "self"), "")
                if first == FORM:
                    yield node.name


def _sentences(tree: ast.Module) -> Iterator[str]:
    """The whole sentences of a module, wherever they are, without docstrings."""
    left_out: set[int] = set()
    for node in ast.walk(tree):  # a node comes before its parts
        if isinstance(node, ast.Expr | ast.JoinedStr):
            left_out.update(map(id, ast.iter_child_nodes(node)))
        elif _is_text(node) and id(node) not in left_out:
            text = node.value
            if " " in text and text[:1].isupper() and text.endswith("."):
                yield text


def _is_text(node: ast.AST) -> TypeGuard[_Text]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _failures(trees: Iterable[ast.Module]) -> set[str]:
    """The names of all subclasses of KnownError."""
    found = {"KnownError"}
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        more = {
            each.name
            for each in classes
            for base in each.bases
            if isinstance(base, ast.Name | ast.Attribute)
            and (base.id if isinstance(base, ast.Name) else base.attr) in found
        }
        if more <= found:
            return found
        found |= more


def _of_platforms() -> Iterator[Message]:
    """`%n SoundCloud tracks`, `%n tracks`, `tracks`: what platforms call what they hold."""
    from rightsdesk.platforms.registry import NAMES, platform_by_id

    for name in NAMES:
        platform = platform_by_id(name)
        yield Message(f"%n {platform.name} {platform.nouns}", True)
        yield Message(f"%n {platform.nouns}", True)
        yield from (Message(noun, False) for noun in (platform.noun, platform.nouns))


def _of_tables(path: Path, names: tuple[str, ...]) -> Iterator[Message]:
    tree = _tree(path)
    left = set(names)
    for statement in tree.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case _:
                continue
        if name in left:
            left.discard(name)
            yield from (Message(text, False) for text in _of_table(value) if text)
    if left:
        raise Untranslatable(f"{path} has no {', '.join(sorted(left))}")


def _of_table(node: ast.AST) -> Iterator[str]:
    """The texts of a table without its keys, which are not shown."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    parts = node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node)
    for part in parts:
        yield from _of_table(part)


def _of_facts(facts: object, keys: tuple[str, ...], key: str = "") -> Iterator[Message]:
    if isinstance(facts, dict):
        for name, value in facts.items():
            yield from _of_facts(value, keys, str(name))
    elif isinstance(facts, list):
        for value in facts:
            yield from _of_facts(value, keys, key)
    elif isinstance(facts, str) and key in keys and facts.strip():
        yield Message(facts, False)


# --- Linguist ----------------------------------------------------------------------------


def listing(found: Iterable[Message]) -> str:
    """All messages as a Python file that lupdate reads."""
    lines = [
        f"translate({CONTEXT!r}, {_quoted(one.text)}{', None, 1' if one.plural else ''})"
        for one in found
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def update(source: Path) -> None:
    """Take the messages into the Linguist file of a language; what is gone is dropped."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "messages.py"
        listed.write_text(listing(messages()), "utf-8")
        _run("lupdate", "-silent", "-no-obsolete", "-locations", "none", str(listed),
             "-source-language", "en_GB", "-target-language", source.stem.partition("_")[2],
             "-ts", str(source))  # fmt: skip


def complete(source: Path) -> bool:
    """Whether every message of a language is translated."""
    return 'type="unfinished"' not in source.read_text("utf-8")


def release(source: Path, target: Path) -> None:
    """Make what the window loads from a Linguist file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _run("lrelease", "-silent", "-nounfinished", str(source), "-qm", str(target))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).parent / f"pyside6-{tool}"
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    if done.returncode or "rror" in done.stderr:
        raise SystemExit(f"{tool} failed:\n{done.stdout}{done.stderr}")


def places(language: str) -> tuple[Path, Path]:
    """The Linguist file of a language, and what is made from it."""
    return HERE / f"rightsdesk_{language}.ts", RELEASED / f"rightsdesk_{language}.qm"


def main() -> int:
    """Update all languages, or compare; 1 if something is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    checking = parser.parse_args().check
    stale = False
    for language in LANGUAGES:
        source, target = places(language)
        with tempfile.TemporaryDirectory() as folder:
            copy, made = Path(folder) / source.name, Path(folder) / target.name
            if source.exists():
                copy.write_bytes(source.read_bytes())
            update(copy)
            if complete(copy):  # half a translation is worse than none
                release(copy, made)
            elif target.exists():
                stale = True
                print(f"no longer complete: {target.relative_to(PROJECT)}")
                if not checking:
                    target.unlink()
            for old, new in ((source, copy), (target, made)):
                if new.exists() and (not old.exists() or old.read_bytes() != new.read_bytes()):
                    stale = True
                    if not checking:
                        old.parent.mkdir(parents=True, exist_ok=True)
                        old.write_bytes(new.read_bytes())
                    print(f"{'out of date' if checking else 'written'}: {old.relative_to(PROJECT)}")
    return int(checking and stale)


if __name__ == "__main__":
    sys.exit(main())
