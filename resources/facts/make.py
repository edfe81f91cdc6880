"""Makes one file of the facts about platforms, and signs it for those who update without a release.

    python resources/facts/make.py                      what the program ships, after a change
    python resources/facts/make.py --version 2026-12-05.1   the same, as a new version
    python resources/facts/make.py --check              only says whether it is out of date
    python resources/facts/make.py new-key KEY.pem      a key of your own; keep it to yourself
    python resources/facts/make.py sign KEY.pem FILE    the shipped facts, signed

The facts are kept by hand in `rightsdesk/resources/platforms/*.toml`. `new-key` prints the entry
for `rightsdesk/resources/facts_keys.toml`: only files signed with a key that stands there are taken
by `rightsdesk facts update`. A key never goes into the repository.
"""

import argparse
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from resources.signing import new_key, trusted_key
from rightsdesk.resources.facts import decoded, platform_files, read_facts
from rightsdesk.resources.facts_file import body, order, read_body, signed
from rightsdesk.resources.strict_toml import values_of

SHIPPED = PROJECT / "rightsdesk/resources/platforms.facts"
FIRST = "2026-11-29.1"


def made(version: str) -> bytes:
    """The body of all files. Raises FactsError if one does not follow the schema."""
    tables = {}
    for file in platform_files():
        facts = read_facts(file)
        tables[facts.id] = {**values_of(file), "id": facts.id}
    content = body(version, tables)
    for line in read_body(content).lines.values():
        decoded(line)
    return content


def version_now() -> str:
    """The version of what is shipped."""
    return read_body(SHIPPED.read_bytes()).version if SHIPPED.is_file() else FIRST


def sign(key_file: Path, file: Path) -> None:
    """Sign what is shipped. Exits if the program does not know the key."""
    file.write_bytes(signed(SHIPPED.read_bytes(), trusted_key(key_file)))
    print(f"{file}: {version_now()}")


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", default="", metavar="DAY.NUMBER")
    parser.add_argument("--check", action="store_true")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("new-key").add_argument("key", type=Path)
    signing = commands.add_parser("sign")
    signing.add_argument("key", type=Path)
    signing.add_argument("file", type=Path)
    chosen = parser.parse_args()
    if chosen.command == "new-key":
        new_key(chosen.key, order(version_now())[0])
    elif chosen.command == "sign":
        sign(chosen.key, chosen.file)
    elif chosen.check:
        if not SHIPPED.is_file() or SHIPPED.read_bytes() != made(version_now()):
            sys.exit("platforms.facts is out of date: python resources/facts/make.py")
    else:
        SHIPPED.write_bytes(made(chosen.version or version_now()))
        print(f"{SHIPPED.relative_to(PROJECT)}: {version_now()}")


if __name__ == "__main__":
    main()
