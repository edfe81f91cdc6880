"""How a complete environment is distinguished from an incomplete or outdated environment."""

import os
import re
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from setting_up import environment, onlyone
from setting_up.places import PYPROJECT, RUNTIME_LOCK, TEST_LOCK, Venv, digest
from setting_up.words import CannotStart


class TestSettingUp:
    """The order of steps; the slow steps (pip, venv) are recorded instead of run."""

    @pytest.fixture(autouse=True)
    def steps(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        steps: list[str] = []

        def run(command: list[str], purpose: str) -> None:
            if "venv" in command:
                steps.append("create")
                venv = Venv(Path(command[-1]))
                venv.folder.mkdir(parents=True, exist_ok=True)
                venv.config.touch()
                venv.python.parent.mkdir(exist_ok=True)
                venv.python.touch()
            else:
                venv = Venv(Path(command[0]).parents[1])
                steps.append(" ".join(command[-2:]))
            assert not venv.stamp.exists(), "incomplete, so it has no stamp"

        monkeypatch.setattr(environment, "_run", run)
        monkeypatch.setattr(environment, "runs", lambda venv: venv.python.exists())
        return steps

    LINK = f"-e {PYPROJECT.parent}"
    RUNTIME = (f"-r {RUNTIME_LOCK}", LINK)
    TESTS = (f"-r {TEST_LOCK}", LINK)

    def test_from_nothing(self, tmp_path: Path, steps: list[str]) -> None:
        venv = Venv(tmp_path / "new")
        assert environment.ensure(venv, tests=False)
        assert steps == ["create", *self.RUNTIME]
        assert not environment.ensure(venv, tests=False), "a second time there is nothing to do"

    def test_tools_for_tests_are_added(self, tmp_path: Path, steps: list[str]) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=False)
        steps.clear()
        assert environment.ensure(venv, tests=True)
        assert steps == [*self.TESTS]
        assert not environment.ensure(venv, tests=False), (
            "an environment for tests serves the program too"
        )

    def test_new_lock_files_are_installed_and_the_test_tools_stay(
        self, tmp_path: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=True)
        monkeypatch.setattr(environment, "digest", lambda *_: "of newer files")
        steps.clear()
        assert environment.ensure(venv, tests=False)
        assert steps == [*self.TESTS]
        assert not environment.ensure(venv, tests=True)

    @pytest.mark.parametrize("fault", ["moved", "half-made", "its Python is gone", "other Python"])
    def test_a_moved_or_incomplete_environment_is_rebuilt(
        self, tmp_path: Path, steps: list[str], fault: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=False)
        if fault == "moved":
            venv = Venv(venv.folder.rename(tmp_path / "moved"))
        elif fault == "half-made":
            venv.stamp.unlink()
        elif fault == "other Python":
            monkeypatch.setattr(sys, "version_info", (3, 99, 0))
        else:
            venv.python.unlink()
        steps.clear()
        assert environment.ensure(venv, tests=False)
        assert steps == ["create", *self.RUNTIME]

    @pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"{}"])
    def test_an_invalid_stamp_does_not_count(self, tmp_path: Path, text: bytes) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=False)
        venv.stamp.write_bytes(text)
        assert not environment.ready(venv, tests=False)

    def test_an_unrelated_folder_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "masters.wav").write_bytes(b"music")
        with pytest.raises(CannotStart, match="left alone"):
            environment.ensure(Venv(tmp_path), tests=False)
        assert (tmp_path / "masters.wav").exists()

    def test_a_file_in_its_place_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "venv").write_bytes(b"music")
        with pytest.raises(CannotStart):
            environment.ensure(Venv(tmp_path / "venv"), tests=False)
        assert (tmp_path / "venv").read_bytes() == b"music"

    def test_a_failed_step_leaves_no_stamp(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        venv = Venv(tmp_path / "new")
        environment.ensure(venv, tests=False)

        def fail(command: list[str], purpose: str) -> None:
            raise CannotStart("no network")

        monkeypatch.setattr(environment, "_run", fail)
        with pytest.raises(CannotStart):
            environment.ensure(venv, tests=True)
        assert not venv.stamp.exists()


def test_the_output_of_a_failed_step_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CannotStart, match="Could not count"):
        environment._run([sys.executable, "-c", "print('one'); raise SystemExit(4)"], "count")
    assert capfd.readouterr().err == "one\n"


def test_a_missing_python_does_not_run(tmp_path: Path) -> None:
    venv = Venv(tmp_path)
    assert not environment.runs(venv)
    venv.python.parent.mkdir()
    venv.python.write_text("not a program")
    assert not environment.runs(venv)


def test_the_digest_ignores_windows_line_ends(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    lock.write_bytes(b"quaver==1\n")
    first = digest(lock)
    lock.write_bytes(b"quaver==1\r\n")
    assert digest(lock) == first
    lock.write_bytes(b"quaver==2\n")
    assert digest(lock) != first


def test_two_starts_at_once_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, order = threading.Event(), []
    monkeypatch.setattr(onlyone, "say", lambda line: waits.set())

    def second() -> None:
        with onlyone.only_one(tmp_path / "venv.lock"):
            order.append("second")

    thread = threading.Thread(target=second)
    with onlyone.only_one(tmp_path / "venv.lock"):
        thread.start()
        assert waits.wait(timeout=30), "the second start says that it waits"
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
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

    @pytest.mark.parametrize(
        ("lock", "extras"), [(RUNTIME_LOCK, ()), (TEST_LOCK, ("test", "dev"))], ids=["run", "test"]
    )
    def test_lock_files_contain_everything_in_pyproject(
        self, lock: Path, extras: tuple[str, ...]
    ) -> None:
        facts = tomllib.loads(PYPROJECT.read_text("utf-8"))
        asked = [*facts["project"]["dependencies"], *facts["build-system"]["requires"]]
        for extra in extras:
            asked += facts["project"]["optional-dependencies"][extra]
        names = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in asked}
        locked = set(re.findall(r"^([a-z0-9.-]+)==", lock.read_text("utf-8"), re.MULTILINE))
        assert names <= locked, "run: python3 packaging/start.py lock"

    def test_the_tests_run_with_the_versions_that_users_get(self) -> None:
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

    next((clone / ".venv").rglob("rightsdesk-setup.txt")).unlink()
    third = start("run", "--help")
    assert third.returncode == 0, third.stderr
    assert "Making a Python environment" in third.stderr


def test_every_data_file_is_part_of_the_package() -> None:
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
    assert not left_out, "add their kind to package-data in pyproject.toml"
