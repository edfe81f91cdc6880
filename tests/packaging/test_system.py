"""What the system around Python lacks, and how the start handles it."""

import sys

import pytest
from setting_up import system
from setting_up.system import Need
from setting_up.words import CannotStart

EGL = Need("libEGL.so.1", {"apt": "libegl1", "dnf": "libglvnd-egl"})
GLIB = Need("libglib-2.0.so.0", {"apt": "libglib2.0-0"})
GTHREAD = Need("libgthread-2.0.so.0", {"apt": "libglib2.0-0"})


NOT_PACKAGED = {("makensis", "pacman")}
"""What a manager has no package of."""


@pytest.mark.parametrize("kind", ["library", "tool"])
def test_every_need_has_a_package_for_every_manager(kind: str) -> None:
    needs = system.needs(kind)
    assert len({need.name for need in needs}) == len(needs)
    for need in needs:
        lacking = {"apt", "dnf", "pacman", "zypper"} - set(need.packages)
        assert {(need.name, manager) for manager in lacking} <= NOT_PACKAGED


def test_programs_that_judge_shells_files_and_setups_are_installed_for_tests() -> None:
    """Otherwise their tests skip wherever nobody installed them by hand."""
    names = {need.name for need in system.needs("tool")}
    assert {"zsh", "fish", "mandoc", "makensis", "exiv2"} <= names


@pytest.mark.parametrize(
    ("environment", "platform", "shown"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_a_display_is_there(environment: dict[str, str], platform: str, shown: bool) -> None:
    assert system.has_display(environment, platform) is shown


def test_only_missing_packages_are_requested_and_each_only_once() -> None:
    lacking = system.missing((EGL, GLIB, GTHREAD), lambda name: name == "libEGL.so.1")
    assert lacking == (GLIB, GTHREAD)
    assert system.packages_for(lacking, "apt") == ("libglib2.0-0",)
    assert system.packages_for((EGL, GLIB), "dnf") == ("libglvnd-egl",)
    assert system.packages_for((EGL,), "") == ()


@pytest.mark.parametrize(
    ("installed", "manager"),
    [
        ({"apt-get"}, "apt"),
        ({"dnf", "apt-get"}, "dnf"),
        ({"pacman"}, "pacman"),
        ({"zypper"}, "zypper"),
        (set(), ""),
    ],
)
def test_the_package_manager_is_known(installed: set[str], manager: str) -> None:
    assert system.manager_here(lambda name: name if name in installed else None) == manager


def test_the_command_to_type() -> None:
    assert system.install_command("pacman", ["brotli"]) == "sudo pacman -S --needed brotli"


@pytest.mark.parametrize(
    ("root", "sudo", "ask", "prefix"),
    [
        (True, False, False, []),
        (False, True, True, ["sudo"]),
        (False, True, False, ["sudo", "-n"]),
        (False, False, True, None),
    ],
)
def test_the_way_to_root(root: bool, sudo: bool, ask: bool, prefix: list[str] | None) -> None:
    assert system.sudo_prefix(root=root, sudo=sudo, ask=ask) == prefix


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux needs packages")
class TestProviding:
    @pytest.fixture(autouse=True)
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], bool]]:
        """The packages that would be installed; every installation fails, as if offline."""
        asked: list[tuple[tuple[str, ...], bool]] = []

        def offline(packages: tuple[str, ...], *, ask: bool) -> bool:
            asked.append((packages, ask))
            return False

        monkeypatch.setattr(system, "_apt_install", offline)
        return asked

    def have(self, monkeypatch: pytest.MonkeyPatch, manager: str) -> None:
        monkeypatch.setattr(system, "manager_here", lambda: manager)
        monkeypatch.setattr(system, "has_library", lambda name: name != "libEGL.so.1")
        monkeypatch.setattr(system, "has_tool", lambda name: name != "ffmpeg")

    def test_on_debian_libraries_are_installed_after_asking(
        self, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[tuple[str, ...], bool]]
    ) -> None:
        self.have(monkeypatch, "apt")
        system.ensure_libraries()
        assert asked == [(("libegl1",), True)]

    def test_tools_for_tests_are_never_requested(
        self, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[tuple[str, ...], bool]]
    ) -> None:
        self.have(monkeypatch, "apt")
        system.ensure_tools()
        assert asked == [(("ffmpeg",), False)]

    def test_on_other_systems_packages_are_named_and_the_start_continues(
        self,
        monkeypatch: pytest.MonkeyPatch,
        asked: list[tuple[tuple[str, ...], bool]],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.have(monkeypatch, "dnf")
        system.ensure_libraries()
        assert asked == []
        assert "sudo dnf install libglvnd-egl" in capsys.readouterr().err

    def test_an_unknown_system_gets_the_names_of_the_libraries(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.have(monkeypatch, "")
        system.ensure_libraries()
        assert "libEGL.so.1" in capsys.readouterr().err

    def test_a_python_without_its_venv_module_names_the_package(
        self, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[tuple[str, ...], bool]]
    ) -> None:
        self.have(monkeypatch, "apt")
        package = f"python3.{sys.version_info[1]}-venv"
        with pytest.raises(CannotStart, match=f"apt-get install {package}"):
            system.ensure_venv_module(have=False)
        assert asked == [((package,), True)]


def test_a_missing_library_is_not_found() -> None:
    assert not system.has_library("libnothing-of-that-name.so.77")
