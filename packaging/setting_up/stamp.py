"""The note of what an environment was made from, so that a second run need do nothing.

Reading it and looking whether every installed file is still there takes a fraction of a
second; asking pip would take several.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from setting_up.places import PROJECT, PYPROJECT, RUNTIME_LOCK, TEST_LOCK, Venv


def digest(*files: Path) -> str:
    """SHA-256 over the files' contents, in order; one that is missing counts as such.

    Line ends are taken as one: git may write them differently on Windows.
    """
    whole = hashlib.sha256()
    for file in files:
        content = file.read_bytes().replace(b"\r\n", b"\n") if file.is_file() else b"\0missing"
        whole.update(len(content).to_bytes(8, "big"))
        whole.update(content)
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an environment holds, or what is wanted of it.

    `python` and `venv` are what it was built on and where: another one means building
    anew. `runtime` and `test` are digests of the lock files that are installed (`test`
    is empty without the tools for tests, whose lock contains the other one). `project`
    is where RightsDesk itself was linked from, `metadata` what its entry was made from.
    `distributions` names the folders of the installed packages' metadata.
    """

    python: str
    venv: str
    project: str
    metadata: str
    runtime: str
    test: str = ""
    distributions: tuple[str, ...] = ()

    def satisfies(self, wanted: "Stamp") -> bool:
        """Whether an environment with this stamp can be used where `wanted` is needed."""
        same = replace(self, test=wanted.test, distributions=wanted.distributions) == wanted
        return same and (not wanted.test or self.test == wanted.test)

    def same_ground(self, wanted: "Stamp") -> bool:
        """Whether it stands on the same Python in the same place, so can be brought up to date."""
        return (self.python, self.venv) == (wanted.python, wanted.venv)

    def to_json(self) -> str:
        """The text for the stamp file."""
        return json.dumps(asdict(self), indent=1)

    @staticmethod
    def from_json(text: str) -> "Stamp | None":
        """Reads the stamp file's text; None for anything that is not one."""
        try:
            fields = json.loads(text)
            return Stamp(**{**fields, "distributions": tuple(fields["distributions"])})
        except (ValueError, TypeError, KeyError):
            return None


def wanted_stamp(venv: Venv, *, tests: bool) -> Stamp:
    """What the environment must hold for the project as it is now."""
    return Stamp(
        python=f"{sys.implementation.name} {sys.version_info[0]}.{sys.version_info[1]} "
        f"{sys.platform} {platform.machine()}",
        venv=str(venv.folder),
        project=str(PROJECT),
        metadata=digest(PYPROJECT),
        runtime=digest(RUNTIME_LOCK),
        test=digest(TEST_LOCK) if tests else "",
    )


def read_stamp(venv: Venv) -> Stamp | None:
    """The environment's stamp; None when it has none that can be read."""
    try:
        return Stamp.from_json(venv.stamp.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def write_stamp(venv: Venv, stamp: Stamp) -> None:
    """Writes the stamp in one step: a torn one would vouch for nothing."""
    temporary = venv.stamp.with_suffix(".new")
    temporary.write_text(stamp.to_json(), "utf-8")
    temporary.replace(venv.stamp)


def distributions_in(venv: Venv) -> tuple[str, ...]:
    """The metadata folders of the packages that are installed, sorted."""
    packages = venv.site_packages()
    if packages is None:
        return ()
    return tuple(sorted(entry.name for entry in packages.glob("*.dist-info")))


def damage(venv: Venv, stamp: Stamp) -> str:
    """What is wrong with an environment that its stamp calls whole; "" when nothing is.

    Looks whether its Python is there, and the one that it was made from, and every
    installed file, at its full length. Contents are not read: that would take seconds.
    """
    packages = venv.site_packages()
    if packages is None or not venv.python.exists() or not _home(venv).is_dir():
        return "its Python is gone"
    for name in stamp.distributions:
        try:
            record = (packages / name / "RECORD").read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return f"{name.removesuffix('.dist-info')} is gone"
        for file, size in _recorded(record):
            try:
                found = os.stat(os.path.join(packages, file)).st_size
            except OSError:
                return f"{file} is gone"
            if size and found != int(size):
                return f"{file} is cut short or changed"
    return ""


def _recorded(record: str) -> Iterator[tuple[str, str]]:
    """Path and size of a RECORD's lines (PyPA: Recording installed projects).

    Compiled files are left out: Python writes them again as it likes.
    """
    for line in record.splitlines():
        if line.endswith(".pyc,,") or "__pycache__" in line:
            continue
        # A path with a comma is quoted; it is skipped rather than parsed: this is a check
        # for damage that happens, not a proof.
        file, _, rest = line.partition(",")
        if file and not file.startswith('"'):
            yield file, rest.rpartition(",")[2]


def _home(venv: Venv) -> Path:
    try:
        for line in venv.config.read_text("utf-8").splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "home":
                return Path(value.strip())
    except (OSError, UnicodeDecodeError):
        pass
    return venv.folder / "no home named"
