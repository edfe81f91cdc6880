"""Takes out of a built folder on Linux what only left-out plug-ins asked for, debug symbols, and
where the builder's own Python looked for libraries."""

from collections.abc import Mapping
from pathlib import Path

from setting_up.words import say

from building.needed import header, libraries_named, program_files, searches_elsewhere
from building.tools import megabytes, run, size_of

_INSIDE = "_internal"


def trim(folder: Path) -> None:
    """Deletes the libraries that nothing in the folder needs any more, and strips the others.

    A library that names a folder of the builder's machine to search in names none afterwards.

    Qt's own libraries come without symbols and stay as they are. Raises CannotStart.
    """
    before = size_of(folder)
    files = list(program_files(folder))
    headers = {path: header(path) for path in files}
    needs = {path: libraries_named(text) for path, text in headers.items()}
    system = {path.name: path for path in files if path.parent.name == _INSIDE}
    libraries = {name: path for name, path in system.items() if is_system_library(name)}
    for path in unreached(needs, libraries):
        path.unlink()
    for link in [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()]:
        link.unlink()
    rest = [path for path in files if path.exists() and "PySide6" not in path.parts]
    rest = [path for path in rest if path.parent != folder]  # the program has its archive behind it
    run(["strip", "--strip-unneeded", *rest], "leave out debug symbols")
    elsewhere = [path for path in rest if searches_elsewhere(headers[path])]
    if elsewhere:
        run(["chrpath", "--delete", *elsewhere], "leave out the builder's own folders")
    say(f"Left out {megabytes(before - size_of(folder))}.")


def is_system_library(name: str) -> bool:
    """Whether PyInstaller took the file from the system because some other file needs it.

    Python's own library is loaded by the program, which does not say so in its header.
    """
    return name.startswith("lib") and ".so" in name and not name.startswith("libpython")


def unreached(needs: Mapping[Path, set[str]], libraries: Mapping[str, Path]) -> set[Path]:
    """Those libraries that no other file needs, directly or by way of each other.

    `needs`: the names that each file asks for; `libraries`: files by name, also keys of `needs`.
    """
    left = set(libraries.values())
    todo = [path for path in needs if path not in left]
    while todo:
        for name in needs[todo.pop()]:
            path = libraries.get(name)
            if path in left:
                left.discard(path)
                todo.append(path)
    return left
