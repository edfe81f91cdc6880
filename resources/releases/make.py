"""Makes the feed of releases, signed, which `rightsdesk update check` reads.

    python resources/releases/make.py DESCRIPTION.toml KEY.pem FEED --packages build/packages

The description is written by hand for each release: `template.toml` beside this file shows what is
in it. Version and digests are those of `rightsdesk/__init__.py` and of the packages. KEY is one
that `rightsdesk/resources/facts_keys.toml` lists (`resources/facts/make.py new-key` makes one).
`--issued DAY.NUMBER` orders feeds; by default it is the first of the release's day. A feed that
replaces another one of that day needs the next number: programs refuse an older feed.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

import msgspec

import rightsdesk
from resources.signing import trusted_key
from rightsdesk.resources.facts_keys import trusted
from rightsdesk.resources.release_feed import SCHEMA, ReleaseFeed, signed, verified
from rightsdesk.resources.strict_toml import values_of


def described(description: Path, packages: Path, issued: str) -> ReleaseFeed:
    """The feed of a description. Exits if a package is missing or a value is wrong."""
    values = values_of(description)
    if "dev" in rightsdesk.__version__:
        sys.exit(f"{rightsdesk.__version__} is no release: see rightsdesk/__init__.py.")
    feed = {
        **values,
        "schema": SCHEMA,
        "version": rightsdesk.__version__,
        "issued": issued or f"{values.get('date')}.1",
        "systems": [with_digests(one, packages) for one in values.get("systems", ())],
    }
    try:
        return msgspec.convert(feed, ReleaseFeed)
    except (msgspec.ValidationError, ValueError) as problem:
        sys.exit(f"{description}: {problem}")


def with_digests(system: dict[str, Any], packages: Path) -> dict[str, Any]:
    """A system with the digests of its files in place of their names."""
    found = []
    for name in system.pop("files", ()):
        file = packages / name
        if not file.is_file():
            sys.exit(f"{file} is not there. Build it first: python3 packaging/start.py build")
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found.append({"file": name, "sha256": digest})
    return {**system, "packages": found}


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("description", type=Path)
    parser.add_argument("key", type=Path)
    parser.add_argument("feed", type=Path)
    parser.add_argument("--packages", type=Path, default=PROJECT / "build/packages")
    parser.add_argument("--issued", default="", metavar="DAY.NUMBER")
    chosen = parser.parse_args()
    feed = described(chosen.description, chosen.packages, chosen.issued)
    content = signed(feed, trusted_key(chosen.key))
    verified(content, trusted())
    chosen.feed.write_bytes(content)
    print(f"{chosen.feed}: {feed.version}, issued {feed.issued}")


if __name__ == "__main__":
    main()
