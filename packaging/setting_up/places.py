"""Where things are: the project, its lock files, and its virtual environment."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGING = PROJECT / "packaging"
RUNTIME_LOCK = PACKAGING / "requirements.lock"
TEST_LOCK = PACKAGING / "requirements-test.lock"
BUILD_LOCK = PACKAGING / "requirements-build.lock"
PYPROJECT = PROJECT / "pyproject.toml"
SYSTEM_FACTS = PACKAGING / "system.toml"
TARGETS = PACKAGING / "targets.toml"


@dataclass(frozen=True, slots=True)
class Venv:
    """A virtual environment's folder and what lies where in it, on this kind of system."""

    folder: Path
    windows: bool = os.name == "nt"

    @property
    def scripts(self) -> Path:
        """The folder of its commands."""
        return self.folder / ("Scripts" if self.windows else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / ("python.exe" if self.windows else "python")

    @property
    def config(self) -> Path:
        """What `venv` writes about it: a folder with this file is an environment."""
        return self.folder / "pyvenv.cfg"

    @property
    def stamp(self) -> Path:
        """Our note of what was installed; there only while the environment is whole."""
        return self.folder / "rightsdesk-setup.txt"

    @property
    def lock(self) -> Path:
        """The file that a set-up holds locked. Beside the folder, which may be rebuilt."""
        return self.folder.with_name(self.folder.name + ".lock")

    def script(self, name: str) -> Path:
        """A command that a package installed."""
        return self.scripts / (f"{name}.exe" if self.windows else name)


def chosen_venv(environment: Mapping[str, str]) -> Venv:
    """`.venv` in the project, or where `RIGHTSDESK_VENV` says."""
    elsewhere = environment.get("RIGHTSDESK_VENV", "").strip()
    # Not resolved: a link to another disk is a person's choice and stays one.
    folder = Path(elsewhere).expanduser().absolute() if elsewhere else PROJECT / ".venv"
    return Venv(folder)


def digest(*files: Path) -> str:
    """SHA-256 over the files' contents, in order. Line ends count as one: git may change them."""
    whole = hashlib.sha256()
    for file in files:
        content = file.read_bytes().replace(b"\r\n", b"\n")
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()
