"""Makes a package for Debian, Ubuntu and their kin of the built folder.

There are no maintainer scripts: dpkg's triggers take in menu entry, icons and man page, and the
program writes nothing outside the person's own folders. So removing the package leaves nothing.
"""

import gzip
import os
import shutil
import textwrap
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from setting_up.places import PROJECT
from setting_up.system import ensure_builders
from setting_up.words import say

from building.folder import build_folder, program_of
from building.needed import debian_dependencies
from building.share import source_time, version, write_share
from building.tools import OUTPUT, megabytes, run, size_of

LARGEST = 70_000_000
"""Bytes that the package may have."""

MAINTAINER = "The RightsDesk developers <maintainers@rightsdesk.invalid>"

_DESCRIPTION = """\
Musicians, managers and labels say once what AI may do with their music. RightsDesk then shows and
settles it everywhere: in audio files, on platforms, and on the artist's own site. It changes no
audio, shows each change before it is written, and can undo it."""


def build_deb() -> Path:
    """Returns the package, freshly built. Raises CannotStart."""
    ensure_builders("deb")
    folder = build_folder()
    root = OUTPUT / "deb"
    shutil.rmtree(root, ignore_errors=True)
    _fill(root, folder)
    architecture = run(["dpkg", "--print-architecture"], "ask for the architecture").strip()
    depends = (*debian_dependencies(folder), "fontconfig-config")
    number = debian_version(version())
    control = control_file(number, architecture, depends, size_of(root))
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(control, "utf-8")
    _set_modes(root)
    package = OUTPUT / f"rightsdesk_{number}_{architecture}.deb"
    run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z19", "--build", root, package],
        "pack the package",
        env={"SOURCE_DATE_EPOCH": str(source_time())},
    )
    size = package.stat().st_size
    say(f"{package}: {megabytes(size)}")
    if size > LARGEST:
        say(f"That is more than the {megabytes(LARGEST)} that were meant: see building/slim.py.")
    return package


def debian_version(version: str) -> str:
    """A version of Python's (PEP 440) in Debian's order: 1.0.dev0 and 1.0rc1 come before 1.0."""
    for mark in (".dev", "a", "b", "rc"):
        version = version.replace(mark, f"~{mark.lstrip('.')}", 1) if mark in version else version
    return version


def control_file(version: str, architecture: str, depends: Iterable[str], size: int) -> str:
    """The fields of `DEBIAN/control` (Debian Policy, section 5.3). `size`: bytes when installed."""
    description = "\n".join(f" {line}" for line in textwrap.wrap(_DESCRIPTION, 78))
    return f"""\
Package: rightsdesk
Version: {version}
Architecture: {architecture}
Maintainer: {MAINTAINER}
Section: sound
Priority: optional
Installed-Size: {-(-size // 1024)}
Depends: {", ".join(depends)}
Recommends: gnome-keyring | kwalletmanager | org.freedesktop.secrets, fonts-dejavu-core
Suggests: python3-nautilus
Description: say once what AI may do with your music
{description}
"""


def changelog(version: str, made: int) -> str:
    """The package's changes in Debian's format (Debian Policy, section 4.4), which name the file
    that holds ours. `made`: seconds since 1970."""
    day = format_datetime(datetime.fromtimestamp(made, UTC))
    return f"""\
rightsdesk ({version}) unstable; urgency=medium

  * What is new: see NEWS.gz in this folder.

 -- {MAINTAINER}  {day}
"""


def _fill(root: Path, folder: Path) -> None:
    library = root / "usr/lib/rightsdesk"
    shutil.copytree(folder, library, symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/rightsdesk").symlink_to("../lib/rightsdesk/rightsdesk")
    write_share(root / "usr/share", program_of(folder))
    documents = root / "usr/share/doc/rightsdesk"
    documents.mkdir(parents=True)
    (library / "LICENCES.txt").rename(documents / "LICENCES.txt")
    copyright_of = (PROJECT / "packaging/linux/copyright").read_bytes()
    (documents / "copyright").write_bytes(copyright_of)
    news = (PROJECT / "CHANGELOG.md").read_bytes()
    changes = changelog(debian_version(version()), source_time()).encode()
    overrides = root / "usr/share/lintian/overrides"
    overrides.mkdir(parents=True)
    reasons = (PROJECT / "packaging/linux/lintian-overrides").read_bytes()
    (overrides / "rightsdesk").write_bytes(reasons)
    for name, content in (("NEWS.gz", news), ("changelog.gz", changes)):
        (documents / name).write_bytes(gzip.compress(content, mtime=0))


def _set_modes(root: Path) -> None:
    """Modes that do not depend on the builder's umask: 755 for folders and programs, else 644.

    Shared libraries are no programs (Debian Policy, section 8.1).
    """
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            program = os.access(path, os.X_OK) and ".so" not in path.suffixes
            path.chmod(0o755 if path.is_dir() or program else 0o644)
