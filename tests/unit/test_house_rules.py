"""Project rules that no single module can enforce."""

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "rightsdesk"

# __main__ starts the program; Alembic runs env.py inside a migration, and only there.
RUN_NOT_IMPORTED = ("rightsdesk.__main__", "rightsdesk.store.migrations.env")

_IMPORT_ALL = """
import importlib, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(f"{name} is blocked by this test")

sys.meta_path.insert(0, NoQt())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def modules() -> list[str]:
    """Every module of RightsDesk by its dotted name."""
    names = []
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PROJECT).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def loose_modules(folder: Path) -> list[Path]:
    """The modules in a folder itself, without its `__init__`."""
    return [module for module in folder.glob("*.py") if module.name != "__init__.py"]


def project_files() -> Iterator[tuple[str, str]]:
    """Path (with slashes) and text of every text file that belongs to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this copy of the project is not a git repository")
    for name in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        file = PROJECT / name
        if not name or not file.is_file() or file.is_symlink():
            continue
        content = file.read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8", "replace")


def test_every_folder_has_a_docstring_and_few_modules() -> None:
    for file in sorted(PACKAGE.rglob("__init__.py")):
        folder = file.parent
        if folder.name == "versions":
            continue
        said = ast.get_docstring(ast.parse(file.read_text("utf-8")))
        assert said, folder
        assert len(loose_modules(folder)) <= 20, folder


def test_folders_of_tests_have_few_modules_and_belong_to_a_package() -> None:
    tests = PROJECT / "tests"
    for folder in sorted({file.parent for file in tests.rglob("*.py")}):
        assert len(loose_modules(folder)) <= 20, folder
        assert (folder / "__init__.py").is_file(), folder


def test_no_public_type_name_has_two_meanings() -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    aliases: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(file.relative_to(PACKAGE)))
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                aliases[node.targets[0].id].append(str(file.relative_to(PACKAGE)))
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}
    assert {name: aliases[name] for name in homes if name in aliases} == {}


def test_no_public_type_alias_has_two_meanings() -> None:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if re.fullmatch(r"[A-Z][a-z]\w*", name):
                    meanings[name].add(ast.unparse(node.value))
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_files_named_in_the_docs_exist(page: str) -> None:
    text = (PROJECT / page).read_text("utf-8")
    named = set(re.findall(r"`([\w/]+/[\w/]+\.(?:py|toml))`", text))
    invented = {name for name in named if "mastodon" in name or "NAME" in name}
    assert named - invented
    for name in named - invented:
        assert (PROJECT / name).is_file() or (PACKAGE / name).is_file(), name


def test_the_project_contains_no_symbolic_links() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-s"], cwd=PROJECT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("this copy of the project is not a git repository")
    assert not [line for line in listed.stdout.splitlines() if line.startswith(b"120000")]


def test_only_the_desktop_needs_qt() -> None:
    names = [
        name
        for name in modules()
        if not name.startswith("rightsdesk.desktop") and name not in RUN_NOT_IMPORTED
    ]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL, *names],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Assembled here, so that this file does not contain the names either.
    registries = ("pypi." + "org", "pythonhosted." + "org", "npmjs." + "org", "npmjs." + "com")
    folders = ("work", "root", re.escape(str(Path.home()).strip("/\\")))
    forbidden = re.compile(
        "|".join([*map(re.escape, registries), *(rf"(?<![\w./*-])/{name}/" for name in folders)])
    )
    found = [
        f"{name}: {match[0]}"
        for name, text in project_files()
        for match in forbidden.finditer(text)
    ]
    assert not found


def test_no_qt_property_is_set_by_a_keyword_with_a_dotted_letter() -> None:
    """PySide finds setInterval for `interval=` with C's toupper. In Turkish, it has no I for i."""
    found = [
        f"{file.name}:{node.lineno}"
        for folder in (PACKAGE / "desktop", PROJECT / "tests" / "desktop")
        for file in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if re.match(r"Q[A-Z]", node.func.id)
        if any((keyword.arg or "").startswith("i") for keyword in node.keywords)
    ]
    assert not found


def joins_of_tables(source: str) -> list[int]:
    """The lines of a module on which SQLAlchemy joins something."""
    if "sqlalchemy" not in source:
        return []
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
            lines += [node.lineno for name in node.names if name.name in ("join", "outerjoin")]
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of, joined = node.func.value, node.func.attr in ("join", "outerjoin", "join_from")
        is_text = isinstance(of, ast.Constant | ast.JoinedStr) or ast.unparse(of) == "os.path"
        if joined and not is_text:
            lines.append(node.lineno)
    return lines


def test_tables_are_joined_in_the_store_only() -> None:
    """Elsewhere, `select_from` names a join of `store/joins.py`."""
    example = 'from sqlalchemy import select\n", ".join(a)\nselect(b).join(c)\n'
    assert joins_of_tables(example) == [3]
    found = {
        str(file.relative_to(PACKAGE)): lines
        for file in sorted(PACKAGE.rglob("*.py"))
        if "store" not in file.parts
        if (lines := joins_of_tables(file.read_text("utf-8")))
    }
    assert found == {}


def test_sentences_say_what_can_not_be_done_in_one_form() -> None:
    """“can't”: in what people read. Messages of ValueError are for us, and servers have their own
    words."""
    found = []
    for file in PACKAGE.rglob("*.py"):
        if "practice" in file.parts:
            continue
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") == "ValueError":
                continue
            for given in (*node.args, *(keyword.value for keyword in node.keywords)):
                if not isinstance(given, ast.Call):
                    found += [
                        f"{file.relative_to(PROJECT)}:{text.lineno}"
                        for text in ast.walk(given)
                        if isinstance(text, ast.Constant)
                        if re.search(r"\bcan ?not\b", str(text.value))
                    ]
    assert not found


def test_imports_point_down() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-logo",
            "--no-cache",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_tests_reach_neither_keyring_nor_network() -> None:
    """The guards of conftest.py work: this tests the tests."""
    import socket

    import keyring

    keyring.set_password("RightsDesk", "a", "secret")
    assert keyring.get_password("RightsDesk", "a") == "secret"
    assert type(keyring.get_keyring()).__module__.endswith("conftest")
    with pytest.raises(AssertionError, match="beyond this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(AssertionError, match=r"soundcloud\.example"):
        socket.getaddrinfo("soundcloud.example", 443)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
