"""Collects the licences of everything that the packaged program contains of others."""

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

_TOOLS = {"altgraph", "pip", "pyinstaller-hooks-contrib", "rightsdesk", "setuptools"}
"""Distributions of the build environment of which nothing goes into the package."""

_TEXTS = ("licen", "copying", "notice", "authors")
_RULE = "=" * 78


def main(target: Path) -> None:
    """Writes name, version, licence and licence texts of each distribution here to `target`."""
    found = {entry.name.lower(): entry for entry in distributions() if entry.name}
    entries = [_entry(found[name]) for name in sorted(found) if name not in _TOOLS]
    target.write_text(f"\n{_RULE}\n".join(entries), "utf-8", newline="\n")


def _entry(distribution: Distribution) -> str:
    facts = distribution.metadata
    named = [*(facts.get_all("License-Expression") or ()), *(facts.get_all("License") or ())]
    licence = named[0] if named else ""
    classified = [line for line in facts.get_all("Classifier") or () if line.startswith("License")]
    lines = [f"{distribution.name} {distribution.version}"]
    lines += [licence.strip().splitlines()[0]] if licence.strip() else classified
    for file in distribution.files or ():
        is_text = file.name.lower().startswith(_TEXTS) and ".dist-info" in str(file)
        if is_text and (path := Path(str(distribution.locate_file(file)))).is_file():
            lines += ["", path.read_text("utf-8", errors="replace").rstrip()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
