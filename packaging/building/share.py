"""The files beside the program on Linux: menu entry, metainfo, icons, man page, completions."""

import gzip
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from setting_up.places import PACKAGING, PROJECT

from building.folder import ICONS
from building.slim import IDENTIFIER
from building.tools import run

SHELLS = {
    "bash": "bash-completion/completions/rightsdesk",
    "zsh": "zsh/vendor-completions/_rightsdesk",
    "fish": "fish/vendor_completions.d/rightsdesk.fish",
}
"""Where each shell looks for completions, below `share`."""

FILE_MANAGERS = {
    "rightsdesk-protect.desktop": "kio/servicemenus/rightsdesk-protect.desktop",
    "rightsdesk_nautilus.py": "nautilus-python/extensions/rightsdesk_nautilus.py",
}
"""Where file managers look for entries of their menus, below `share`: Dolphin and Nautilus."""

_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


def version() -> str:
    """RightsDesk's version, as `rightsdesk/__init__.py` has it (PEP 440)."""
    found = _VERSION.search((PROJECT / "rightsdesk/__init__.py").read_text("utf-8"))
    assert found is not None
    return found[1]


def source_time() -> int:
    """When the source was last changed, in seconds since 1970: the date of all packaged files."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    git = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(git, cwd=PROJECT, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.stdout.strip().isdigit() else int(time.time())


def metainfo(template: str, version: str, seconds: int) -> str:
    """AppStream's description of the program, with this release in it."""
    values = {
        "@VERSION@": version.replace(".dev", "~dev"),  # AppStream's order of versions
        "@DATE@": time.strftime("%Y-%m-%d", time.gmtime(seconds)),
        "@KIND@": "development" if ".dev" in version else "stable",
    }
    for name, value in values.items():
        template = template.replace(name, value)
    return template


def write_metainfo(target: Path) -> None:
    """Writes the description of this version."""
    template = (PACKAGING / f"linux/{IDENTIFIER}.metainfo.xml").read_text("utf-8")
    _put(target, metainfo(template, version(), source_time()).encode())


def write_share(share: Path, program: Path) -> None:
    """Writes all of it into `share` and has it checked. Raises CannotStart."""
    entry = share / "applications/rightsdesk.desktop"
    _put(entry, (PROJECT / "resources/rightsdesk.desktop").read_bytes())
    description = share / f"metainfo/{IDENTIFIER}.metainfo.xml"
    write_metainfo(description)
    shutil.copytree(ICONS / "hicolor", share / "icons/hicolor", dirs_exist_ok=True)
    vector = share / "icons/hicolor/scalable/apps/rightsdesk.svg"
    _put(vector, (PROJECT / "resources/icons/rightsdesk.svg").read_bytes())
    manual = run([program, "manual"], "write the manual page").encode()
    _put(share / "man/man1/rightsdesk.1.gz", gzip.compress(manual, mtime=0))
    _write_completions(share, program)
    for name, place in FILE_MANAGERS.items():
        _put(share / place, (PACKAGING / "linux/file_managers" / name).read_bytes())
    run(["desktop-file-validate", entry], "check the menu entry")
    run(["appstreamcli", "validate", "--no-net", description], "check the description")


def _write_completions(share: Path, program: Path) -> None:
    """What `rightsdesk completion SHELL` prints, for each shell."""
    for shell, place in SHELLS.items():
        text = run([program, "completion", shell], f"write what {shell} completes")
        _put(share / place, text.encode())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
