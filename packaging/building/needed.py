"""What a built folder asks of a Linux system: its glibc, and packages with shared libraries."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from setting_up.system import Need, needs, packages_for
from setting_up.words import CannotStart

_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_SEARCHED = re.compile(r"^\s+R(?:UN)?PATH\s+(\S+)$", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)")
_LIBC = re.compile(
    r"(?:libc|libm|libdl|libpthread|librt|libutil|libresolv)\.so\.\d+$|ld-linux[-\w]*\.so\.\d+$"
)
_COMPILER = {"libgcc_s.so.1": "libgcc-s1", "libstdc++.so.6": "libstdc++6"}


def debian_dependencies(folder: Path) -> tuple[str, ...]:
    """Returns the entries of `Depends` for the folder: libc6 with its version, then packages.

    Raises CannotStart for a library that no package is known for.
    """
    headers = [header(path) for path in program_files(folder)]
    lacking = libraries_from_outside(headers, {path.name for path in folder.rglob("*")})
    return (f"libc6 (>= {glibc(headers)})", *packages_with(lacking, needs("library")))


def program_files(folder: Path) -> Iterator[Path]:
    """Yields every ELF file below the folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def libraries_from_outside(headers: Iterable[str], inside: set[str]) -> set[str]:
    """Names of the libraries that the headers (`objdump -p`) need, that are not inside."""
    needed = {name for text in headers for name in libraries_named(text)}
    return {name for name in needed - inside if not _LIBC.match(name)}


def libraries_named(header: str) -> set[str]:
    """Names of the libraries that a header (`objdump -p`) asks for."""
    return set(_NEEDED.findall(header))


def searches_elsewhere(header: str) -> bool:
    """Whether a header (`objdump -p`) has libraries searched for in a folder that is not inside."""
    paths = (path for found in _SEARCHED.findall(header) for path in found.split(":"))
    return any(not path.startswith(("$ORIGIN", "${ORIGIN}")) for path in paths)


def glibc(headers: Iterable[str]) -> str:
    """The newest version of glibc that a header (`objdump -p`) asks for, such as "2.34"."""
    versions = {(int(a), int(b)) for text in headers for a, b in _GLIBC.findall(text)}
    newest = max(versions, default=(2, 17))
    return f"{newest[0]}.{newest[1]}"


def packages_with(libraries: set[str], known: tuple[Need, ...]) -> tuple[str, ...]:
    """Debian's packages with these libraries. Raises CannotStart for one that is not known."""
    packages = {_COMPILER[name] for name in libraries if name in _COMPILER}
    rest = libraries - _COMPILER.keys()
    packages.update(packages_for((need for need in known if need.name in rest), "apt"))
    if unknown := rest - {need.name for need in known}:
        raise CannotStart(
            f"No package is known for {', '.join(sorted(unknown))}. Add it to "
            "packaging/system.toml under “library”, then build again."
        )
    return tuple(sorted(packages))


def header(path: Path) -> str:
    """The headers of an ELF file, as `objdump -p` prints them."""
    command = ["objdump", "-p", str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")
