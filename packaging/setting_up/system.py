"""What RightsDesk needs from the system around Python, on Linux.

Windows and macOS bring everything that Qt asks for. On Debian and its kin the packages
are installed; elsewhere they are named, since guessing at a system's package manager
does more harm than a sentence.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from setting_up.places import SYSTEM_FACTS
from setting_up.words import CannotStart, say

# In the order in which they are looked for: a Fedora may have apt installed beside dnf.
_MANAGERS = {
    "dnf": ("dnf", "install"),
    "pacman": ("pacman", "-S", "--needed"),
    "zypper": ("zypper", "install"),
    "apt": ("apt-get", "install", "--yes", "--no-install-recommends"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """A library or a command that must be there, and the package of each manager that has it."""

    name: str
    packages: Mapping[str, str]


def needs(kind: str) -> tuple[Need, ...]:
    """What packaging/system.toml lists under that kind."""
    with SYSTEM_FACTS.open("rb") as file:
        rows = tomllib.load(file)[kind]
    return tuple(
        Need(row["name"], {key: row[key] for key in _MANAGERS if key in row}) for row in rows
    )


def missing(wanted: Iterable[Need], have: Callable[[str], bool]) -> tuple[Need, ...]:
    """Those that `have` does not find."""
    return tuple(need for need in wanted if not have(need.name))


def packages_for(wanted: Iterable[Need], manager: str) -> tuple[str, ...]:
    """The packages to ask that manager for: each once, sorted."""
    return tuple(sorted({need.packages[manager] for need in wanted if manager in need.packages}))


def manager_here(which: Callable[[str], str | None] = shutil.which) -> str:
    """The system's package manager by our name for it; "" when it is none that we know."""
    return next((name for name, command in _MANAGERS.items() if which(command[0])), "")


def has_library(name: str) -> bool:
    """Whether the system's loader finds and can load a shared library, just as Qt will."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_tool(name: str) -> bool:
    """Whether a command is on the path, or where servers are (which not everybody's path has).

    A name with a slash is a file, such as the header of a library.
    """
    return (
        os.path.exists(name)
        if "/" in name
        else any(shutil.which(name, path=path) for path in (None, "/usr/sbin:/usr/local/sbin"))
    )


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be opened: on Linux an X or a Wayland display has to be named."""
    if not platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def ensure_libraries() -> None:
    """Sees to the libraries that Qt loads; says which are missing where it can't install them."""
    if sys.platform.startswith("linux"):
        lacking = missing(needs("library"), has_library)
        _provide(lacking, "The window needs system libraries that are not installed", ask=True)


def ensure_tools() -> None:
    """Sees to the commands that tests call. Nothing is asked for: such tests can skip."""
    if sys.platform.startswith("linux"):
        lacking = missing(needs("tool"), has_tool)
        _provide(lacking, "Some tests call programs that are not installed", ask=False)
    else:
        lacking = missing(needs("tool"), has_tool)
        if lacking:
            say(f"Tests that call {', '.join(need.name for need in lacking)} will skip.")


def ensure_builders(kind: str) -> None:
    """Sees to what a package ("deb", "appimage") is built with.

    Raises CannotStart, with the names, when something is missing and can't be installed.
    """
    _provide(
        missing(needs(kind), has_tool),
        "To build this package, programs are needed that are not installed",
        ask=True,
    )
    lacking = missing(needs(kind), has_tool)
    if lacking:
        names = ", ".join(need.name for need in lacking)
        raise CannotStart(f"Nothing was built: {names} is missing.")


def ensure_venv_module(*, have: bool) -> None:
    """Debian ships the module that makes environments in a package of its own.

    Raises CannotStart when it is missing and can't be installed.
    """
    if have:
        return
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if manager_here() != "apt":
        raise CannotStart(
            "This Python lacks its venv and ensurepip modules. Install them (they are often "
            "in a package of their own), then run the same command again."
        )
    if not _apt_install((version,), ask=True):
        raise CannotStart(
            f"This Python lacks its venv module. Install it with: sudo apt-get install {version}"
        )


def _provide(lacking: tuple[Need, ...], why: str, *, ask: bool) -> None:
    if not lacking:
        return
    manager = manager_here()
    packages = packages_for(lacking, manager)
    if not packages:
        say(f"{why}: {', '.join(need.name for need in lacking)}.")
    elif manager != "apt" or not _apt_install(packages, ask=ask):
        say(f"{why}. To install them: {install_command(manager, packages)}")


def install_command(manager: str, packages: Iterable[str]) -> str:
    """The command that a person types to install the packages."""
    return " ".join(("sudo", *_MANAGERS[manager], *packages))


def _apt_install(packages: tuple[str, ...], *, ask: bool) -> bool:
    """Installs Debian packages, as root or by sudo; whether that worked.

    `ask`: sudo may ask for the password, if there is a terminal to ask on.
    """
    prefix = sudo_prefix(
        root=os.geteuid() == 0,
        sudo=has_tool("sudo"),
        ask=ask and sys.stdin is not None and sys.stdin.isatty(),
    )
    if prefix is None:
        return False
    say(f"Installing {', '.join(packages)} …")
    # Waits for another apt-get rather than failing, and gives up soon where there is no network.
    base = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "--quiet",
        "-o",
        "DPkg::Lock::Timeout=600",
        "-o",
        "Acquire::Retries=2",
        "-o",
        "Acquire::http::Timeout=30",
    ]
    # An old list names files that are gone by now. Without a newer one it may still do.
    _apt([*base, "update"])
    return _apt([*base, *_MANAGERS["apt"][1:], *packages])


def _apt(command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as problem:
        say(f"  | {problem}")
        return False
    if done.returncode:
        for line in done.stdout.splitlines()[-4:]:
            say(f"  | {line}")
    return done.returncode == 0


def sudo_prefix(*, root: bool, sudo: bool, ask: bool) -> list[str] | None:
    """What to put before a command that needs root; None when there is no way."""
    if root:
        return []
    if not sudo:
        return None
    return ["sudo"] if ask else ["sudo", "-n"]
