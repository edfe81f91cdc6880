"""Newer facts about platforms: from a file or an address, verified, and installed whole or not.

The installed file lies in the data folder (`resources.facts_in_use`). It is taken only if it is
signed with a key that the program knows, follows its schema, and is newer than what is in use.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rightsdesk import data_folder
from rightsdesk.enums.causes import Cause
from rightsdesk.resources import facts_keys
from rightsdesk.resources.facts import current, decoded
from rightsdesk.resources.facts_file import Body, RefusedFacts, order, verified
from rightsdesk.resources.facts_in_use import NAME, FactsOrigin, read_limited, shipped
from rightsdesk.sentences import worded
from rightsdesk.store import deeds

if TYPE_CHECKING:
    from rightsdesk.clock import Clock
    from rightsdesk.store.database import Database

SERVICE = "The address of facts"
_CLIENT = "facts"


class NotNewer(RefusedFacts):
    """The file is not newer than the facts in use."""

    cause = Cause.FACTS_NOT_NEWER


class NoFactsFile(RefusedFacts):
    """The file cannot be read, or the new one cannot be stored."""

    cause = Cause.FACTS_FILE


class NoAddress(RefusedFacts):
    """Neither a file nor an address was named, and none is stored."""

    cause = Cause.NO_ADDRESS

    def __init__(self) -> None:
        super().__init__(
            "There is no address to get newer facts from.",
            advice="Name a file or an address.",
        )


@dataclass(frozen=True, slots=True)
class FactsState:
    """Which facts are in use: version, origin and number of platforms. `problem` says why
    installed ones are not, or ""; `shipped` is the version that the program came with."""

    version: str
    origin: FactsOrigin
    platforms: int
    shipped: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FactsUpdate:
    """Installed facts: the versions before and now, and the platforms whose facts differ."""

    before: str
    version: str
    changed: tuple[str, ...]


def state() -> FactsState:
    """Which facts are in use."""
    held = current()
    return FactsState(held.version, held.origin, len(held.lines), shipped().version, held.problem)


def from_file(folder: Path, database: Database, path: str) -> FactsUpdate:
    """Install a file. Raises RefusedFacts; then nothing was changed."""
    try:
        content = read_limited(Path(path).expanduser())
    except (OSError, ValueError) as error:
        raise NoFactsFile(
            worded(
                "{path} can't be read: {why}.",
                path=path,
                why=getattr(error, "strerror", None) or error,
            )
        ) from error
    return install(folder, database, content, path)


def from_address(folder: Path, database: Database, clock: Clock, address: str) -> FactsUpdate:
    """Fetch a file and install it. Raises RefusedFacts and PlatformError; then nothing was
    changed."""
    from rightsdesk.platforms.http.address import origin_of
    from rightsdesk.platforms.http.limits import Limits
    from rightsdesk.platforms.http.public_pages import PublicPages
    from rightsdesk.store.limits import keep_limit, stored_limits

    origin = str(origin_of(address))
    limits = Limits(stored_limits(database), changed=partial(keep_limit, database), clock=clock)
    limiter = limits.of(service=SERVICE, host=origin, client_id=_CLIENT)
    with PublicPages(origin, limiter=limiter, service=SERVICE, clock=clock) as pages:
        return install(folder, database, pages.fetch(address).body, address)


def install(folder: Path, database: Database, content: bytes, source: str) -> FactsUpdate:
    """Verify a signed file and put it in the place of the installed one, in one step.

    The history has its version, its digest and the `source`: a path or an address.

    Raises RefusedFacts; then nothing was changed.
    """
    body = verified(content, facts_keys.trusted())
    _check_schema(body)
    before = current()
    if order(body.version) <= order(before.version):
        raise NotNewer(
            worded(
                "These facts ({version}) are not newer than the ones in use ({in_use}).",
                version=body.version,
                in_use=before.version,
            )
        )
    changed = sorted(
        platform
        for platform in {*body.lines, *before.lines}
        if body.lines.get(platform) != before.lines.get(platform)
    )
    with database.write() as connection:
        after = {
            "version": body.version,
            "sha256": hashlib.sha256(content).hexdigest(),
            "source": source.encode("utf-8", "replace").decode(),
            "changed": changed,
        }
        deeds.note(
            connection,
            deeds.DeedKind.FACTS_INSTALLED,
            before={"version": before.version},
            after=after,
        )
        _replace(folder / NAME, content)
    return FactsUpdate(before.version, body.version, tuple(changed))


def _check_schema(body: Body) -> None:
    """Raise RefusedFacts if this program cannot read every platform."""
    for platform, line in body.lines.items():
        try:
            fits = decoded(line).id == platform
        except (msgspec.MsgspecError, RecursionError, ValueError):
            fits = False
        if not fits:
            raise RefusedFacts(
                worded(
                    "The facts about “{platform}” are not written as this RightsDesk reads them.",
                    platform=platform,
                ),
                advice="Update RightsDesk first.",
            )


def _replace(target: Path, content: bytes) -> None:
    temp_file = target.with_name(f".{NAME}-{secrets.token_hex(4)}.part")
    try:
        data_folder.create_private(temp_file)
        temp_file.write_bytes(content)
        data_folder.sync_file(temp_file)
        os.replace(temp_file, target)
        data_folder.sync_folder(target.parent)
    except OSError as error:
        with suppress(OSError):
            temp_file.unlink(missing_ok=True)
        raise NoFactsFile(
            worded("The new facts can't be stored: {why}.", why=error.strerror or error),
            advice="Make room on the disk of RightsDesk's data folder, then try again.",
        ) from error
