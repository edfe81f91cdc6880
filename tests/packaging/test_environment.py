"""How a whole environment is told from a half-made, damaged or outdated one."""

import os
import re
import subprocess
import sys
import threading
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from setting_up import environment, onlyone
from setting_up.places import PYPROJECT, RUNTIME_LOCK, TEST_LOCK, Venv
from setting_up.stamp import (
    Stamp,
    damage,
    digest,
    distributions_in,
    read_stamp,
    wanted_stamp,
    write_stamp,
)
from setting_up.words import CannotStart

PLAIN = Stamp(python="cpython 3.11 linux x86_64", venv="v", project="p", metadata="m", runtime="r")


@pytest.fixture
def venv(tmp_path: Path) -> Venv:
    """What an environment looks like, with one package in it and its stamp written."""
    venv = Venv(tmp_path / "venv", windows=False)
    package = venv.folder / "lib/python3.11/site-packages/quaver"
    metadata = package.with_name("quaver-1.0.dist-info")
    for folder in (venv.scripts, package, metadata):
        folder.mkdir(parents=True)
    venv.python.write_text("")
    venv.config.write_text(f"home = {tmp_path}\nversion = 3.11.7\n")
    (package / "__init__.py").write_text("notes = 8\n")
    (metadata / "RECORD").write_text(
        "quaver/__init__.py,sha256=abc,10\n"
        "quaver/__pycache__/__init__.cpython-311.pyc,,\n"
        '"quaver/a,b.txt",sha256=abc,3\n'
        "quaver-1.0.dist-info/RECORD,,\n"
    )
    write_stamp(venv, replace(PLAIN, distributions=distributions_in(venv)))
    return venv


def stamp_of(venv: Venv) -> Stamp:
    stamp = read_stamp(venv)
    assert stamp is not None
    return stamp


class TestStamp:
    def test_survives_its_file(self) -> None:
        stamp = replace(PLAIN, distributions=("a.dist-info", "b.dist-info"))
        assert Stamp.from_json(stamp.to_json()) == stamp

    @pytest.mark.parametrize(
        "text", ["", "{", "null", "[]", "{}", '{"python": "3"}', '{"distributions": [], "x": 1}']
    )
    def test_of_anything_else_is_none(self, text: str) -> None:
        assert Stamp.from_json(text) is None

    @pytest.mark.parametrize("field", ["python", "venv", "project", "metadata", "runtime"])
    def test_of_other_ground_does_not_do(self, field: str) -> None:
        assert PLAIN.satisfies(PLAIN)
        other: dict[str, Any] = {field: "other"}
        assert not replace(PLAIN, **other).satisfies(PLAIN)

    def test_with_the_tests_tools_also_serves_the_program(self) -> None:
        with_tests = replace(PLAIN, test="t", distributions=("a",))
        assert with_tests.satisfies(PLAIN)
        assert not PLAIN.satisfies(with_tests)
        assert not replace(with_tests, test="older").satisfies(with_tests)

    def test_depends_on_what_the_lock_files_say(self, tmp_path: Path) -> None:
        lock = tmp_path / "a.lock"
        lock.write_bytes(b"quaver==1\n")
        first = digest(lock)
        lock.write_bytes(b"quaver==1\r\n")
        assert digest(lock) == first, "line ends as git writes them on Windows"
        lock.write_bytes(b"quaver==2\n")
        assert digest(lock) != first
        lock.unlink()
        assert digest(lock) != first

    def test_asks_for_the_tests_tools_only_for_tests(self, venv: Venv) -> None:
        assert wanted_stamp(venv, tests=False).test == ""
        assert wanted_stamp(venv, tests=True).test == digest(TEST_LOCK)


class TestDamage:
    def test_of_a_whole_environment_is_none(self, venv: Venv) -> None:
        assert damage(venv, stamp_of(venv)) == ""

    def test_its_python_is_gone(self, venv: Venv) -> None:
        venv.python.unlink()
        assert "Python is gone" in damage(venv, stamp_of(venv))

    def test_the_python_that_it_was_made_from_is_gone(self, venv: Venv) -> None:
        venv.config.write_text("home = /nowhere/at/all\n")
        assert "Python is gone" in damage(venv, stamp_of(venv))

    def test_a_link_to_a_python_that_was_removed(self, venv: Venv, tmp_path: Path) -> None:
        venv.python.unlink()
        venv.python.symlink_to(tmp_path / "python3.11")
        assert "Python is gone" in damage(venv, stamp_of(venv))

    def test_a_file_is_gone(self, venv: Venv) -> None:
        next(venv.folder.rglob("__init__.py")).unlink()
        assert damage(venv, stamp_of(venv)) == "quaver/__init__.py is gone"

    def test_a_file_was_cut_short(self, venv: Venv) -> None:
        next(venv.folder.rglob("__init__.py")).write_text("no")
        assert "cut short" in damage(venv, stamp_of(venv))

    def test_a_package_was_uninstalled(self, venv: Venv) -> None:
        next(venv.folder.rglob("RECORD")).unlink()
        assert damage(venv, stamp_of(venv)) == "quaver-1.0 is gone"


class TestSettingUp:
    """The order of steps, with the slow ones (pip, venv) written down instead of done."""

    @pytest.fixture(autouse=True)
    def steps(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        steps: list[str] = []

        def run(command: list[str], purpose: str) -> None:
            assert not Venv(Path(command[-1])).stamp.exists(), "half-made, so unvouched for"
            if "venv" in command:
                steps.append("create")
                site = Path(command[-1]) / "lib/python3.11/site-packages"
                site.mkdir(parents=True)
                python = Venv(Path(command[-1]), windows=os.name == "nt").python
                python.parent.mkdir()
                python.write_text("")
                (Path(command[-1]) / "pyvenv.cfg").write_text(f"home = {Path.cwd()}")
            else:
                steps.append(next(a for a in command if a in ("-r", "-e")) + " " + command[-3])

        monkeypatch.setattr(environment, "_run", run)
        return steps

    LINK = f"-e {PYPROJECT.parent}"

    def test_from_nothing(self, tmp_path: Path, steps: list[str]) -> None:
        venv = Venv(tmp_path / "new")
        assert environment.ensure(venv, tests=False)
        assert steps == ["create", f"-r {RUNTIME_LOCK}", self.LINK]
        assert not environment.ensure(venv, tests=False), "a second time there is nothing to do"

    def test_tools_for_tests_come_on_top(self, tmp_path: Path, steps: list[str]) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=False)
        steps.clear()
        assert environment.ensure(venv, tests=True)
        assert steps == [f"-r {TEST_LOCK}", self.LINK]
        assert not environment.ensure(venv, tests=False)

    def test_changed_entry_links_anew_and_keeps_the_rest(
        self, tmp_path: Path, steps: list[str]
    ) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=True)
        write_stamp(venv, replace(stamp_of(venv), metadata="older"))
        steps.clear()
        environment.ensure(venv, tests=False)
        assert steps == [self.LINK]
        assert not environment.ensure(venv, tests=True)

    def test_moved_or_half_made_is_built_anew(self, tmp_path: Path, steps: list[str]) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=False)
        venv.folder.rename(tmp_path / "moved")
        moved = Venv(tmp_path / "moved")
        steps.clear()
        environment.ensure(moved, tests=False)
        moved.stamp.unlink()
        environment.ensure(moved, tests=False)
        assert steps == ["create", f"-r {RUNTIME_LOCK}", self.LINK] * 2

    def test_a_folder_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "masters.wav").write_bytes(b"music")
        with pytest.raises(CannotStart, match="left alone"):
            environment.ensure(Venv(tmp_path), tests=False)
        assert (tmp_path / "masters.wav").exists()

    def test_a_step_that_fails_leaves_no_stamp(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=False)

        def fail(command: list[str], purpose: str) -> None:
            raise CannotStart("no network")

        monkeypatch.setattr(environment, "_run", fail)
        with pytest.raises(CannotStart):
            environment.ensure(venv, tests=True)
        assert read_stamp(venv) is None


def test_what_a_failing_step_said_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CannotStart, match="Could not count"):
        environment._run([sys.executable, "-c", "print('one'); raise SystemExit(4)"], "count")
    assert "| one" in capsys.readouterr().err


def test_only_large_downloads_are_told() -> None:
    line = "  Downloading pyside6_essentials-6.12.0-cp310-abi3.whl (84.3 MB)"
    assert environment.large_download(line) == "pyside6_essentials (84.3 MB)"
    assert environment.large_download("Downloading idna-3.20-py3-none-any.whl (70 kB)") == ""


def test_two_starts_at_once_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, order = threading.Event(), []
    monkeypatch.setattr(onlyone, "say", lambda line: waits.set())

    def second() -> None:
        with onlyone.only_one(tmp_path / "venv.lock"):
            order.append("second")

    thread = threading.Thread(target=second)
    with onlyone.only_one(tmp_path / "venv.lock"):
        thread.start()
        assert waits.wait(timeout=30), "the second one says that it waits"
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(CannotStart, match="RIGHTSDESK_VENV"),
        onlyone.only_one(tmp_path / "file/v.lock"),
    ):
        pass


class TestLockFiles:
    @pytest.mark.parametrize("lock", [RUNTIME_LOCK, TEST_LOCK], ids=lambda lock: lock.name)
    def test_every_package_is_exact_and_hashed(self, lock: Path) -> None:
        text = lock.read_text("utf-8")
        entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
        assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
        assert environment.locked_packages(text) == len(entries)

    @pytest.mark.parametrize(
        ("lock", "extras"), [(RUNTIME_LOCK, ()), (TEST_LOCK, ("test", "dev"))], ids=["run", "test"]
    )
    def test_hold_all_that_pyproject_asks_for(self, lock: Path, extras: tuple[str, ...]) -> None:
        facts = tomllib.loads(PYPROJECT.read_text("utf-8"))
        asked = [*facts["project"]["dependencies"], *facts["build-system"]["requires"]]
        for extra in extras:
            asked += facts["project"]["optional-dependencies"][extra]
        names = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in asked}
        locked = set(re.findall(r"^([a-z0-9.-]+)==", lock.read_text("utf-8"), re.MULTILINE))
        assert names <= locked, "run: python3 packaging/start.py lock"

    def test_the_tests_run_with_the_versions_that_people_get(self) -> None:
        pins = re.compile(r"^\S+==[^\s\\;]+", re.MULTILINE)
        runtime = set(pins.findall(RUNTIME_LOCK.read_text("utf-8")))
        assert runtime <= set(pins.findall(TEST_LOCK.read_text("utf-8")))


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("RIGHTSDESK_TEST_SETUP") != "1",
    reason="downloads everything: set RIGHTSDESK_TEST_SETUP=1 to run it",
)
def test_a_fresh_clone_sets_itself_up(tmp_path: Path) -> None:
    clone = tmp_path / "a clone"
    subprocess.run(["git", "clone", "--quiet", PYPROJECT.parent, clone], check=True)
    kept = ("RIGHTSDESK_VENV", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    env = {name: value for name, value in os.environ.items() if name not in kept}

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "packaging/start.py", *arguments]
        return subprocess.run(
            command, cwd=clone, env=env, capture_output=True, text=True, check=False
        )

    first = start("run", "--help")
    assert first.returncode == 0, first.stderr
    assert "Everything is set up." in first.stderr
    second = start("run", "--help")
    assert second.returncode == 0
    assert second.stderr == ""

    next((clone / ".venv").rglob("mutagen/__init__.py")).unlink()
    third = start("run", "--help")
    assert third.returncode == 0, third.stderr
    assert "Building it anew" in third.stderr


def test_every_file_of_data_is_part_of_the_package() -> None:
    root = PYPROJECT.parent
    facts = tomllib.loads(PYPROJECT.read_text("utf-8"))
    patterns = facts["tool"]["setuptools"]["package-data"]["*"]
    found = (root / "rightsdesk").rglob("*")
    files = [file for file in found if file.is_file() and "__pycache__" not in file.parts]
    left_out = [
        file.relative_to(root).as_posix()
        for file in files
        if file.suffix != ".py" and not any(file.match(pattern) for pattern in patterns)
    ]
    assert not left_out, "name their kind in pyproject.toml's package-data"
