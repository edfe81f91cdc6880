"""`rightsdesk stamp`: proof by somebody else that the ledger's head existed at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, Yes, absolute, begin
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.evidence.types import Stamp, StampCheck, StampSources

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def stamp(
    context: typer.Context,
    rfc3161: Annotated[
        bool, typer.Option("--rfc3161", help="Only by the chosen authority (RFC 3161).")
    ] = False,
    opentimestamps: Annotated[
        bool, typer.Option("--opentimestamps", help="Only by the chosen calendars.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Get time stamps for the history from others, and check them.

    The newest entry's hash is stamped with a time, which covers the whole history up to it. Only
    this hash is sent. First choose who gives time stamps: time stamps are off until then. If
    nothing was done since the last time stamp, none is made.

    \b
    rightsdesk stamp authority https://tsa.example/tsr --root root.pem
    rightsdesk stamp calendars on
    rightsdesk stamp
    rightsdesk stamp list
    rightsdesk stamp check
    rightsdesk stamp export 3 FOLDER
    """
    if context.invoked_subcommand is not None:
        return Exit.DONE
    from rightsdesk.workspace.evidence.types import StampKind

    session = begin(context, as_json=as_json)
    asked = ((StampKind.AUTHORITY, rfc3161), (StampKind.CALENDAR, opentimestamps))
    done = session.workspace().evidence.stamp(*(kind for kind, wanted in asked if wanted))
    for one in done.made:
        session.out.say(_made_line(one))
    for kind in done.covered:
        session.out.say(f"{_KINDS[kind.value]}: nothing was done since the last time stamp.")
    session.out.document(
        {
            "made": [_shape(one) for one in done.made],
            "covered": [kind.value for kind in done.covered],
        }
    )
    return Exit.DONE


@app.command("list")
def list_stamps(context: typer.Context, as_json: Json = False) -> int:
    """List the time stamps, newest first. Asks no server.

    \b
    rightsdesk stamp list
    """
    return _show(begin(context, as_json=as_json), ask=False)


@app.command()
def check(context: typer.Context, as_json: Json = False) -> int:
    """Check all time stamps. Calendars are asked whether pending ones are complete.

    \b
    rightsdesk stamp check --json
    """
    return _show(begin(context, as_json=as_json), ask=True)


@app.command()
def export(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="STAMP", help="The time stamp's number.")],
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Where to write its files.")],
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Write a time stamp's files to a folder, for other programs to check.

    A new folder is made. With `--yes`, files of the same name are replaced.
    docs/ledger.md has the commands.

    \b
    rightsdesk stamp export 3 ~/evidence
    """
    from rightsdesk.workspace.exports.saving import AlreadyThere

    session = begin(context, as_json=as_json)
    evidence = session.workspace().evidence
    try:
        paths = evidence.export_stamp(number, absolute(folder), replace=yes)
    except AlreadyThere as error:
        raise usage(error.sentence, f"{error.untouched} To replace it: --yes") from error
    session.out.say(*(f"{shown(path)}: written." for path in paths))
    session.out.document({"files": paths})
    return Exit.DONE


@app.command()
def authority(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="[ADDRESS|none]", help="The authority's address.")
    ] = "",
    root: Annotated[
        str,
        typer.Option("--root", metavar="FILE", help="Its root certificate, as PEM or DER."),
    ] = "",
    as_json: Json = False,
) -> int:
    """Show or choose the authority that gives time stamps (RFC 3161).

    Without `--root`, the system's certificates are trusted.

    \b
    rightsdesk stamp authority https://tsa.example/tsr --root root.pem
    rightsdesk stamp authority none
    """
    session = begin(context, as_json=as_json)
    evidence = session.workspace().evidence
    if not address:
        if root:
            raise usage("Name the authority's address, too.", "rightsdesk stamp authority ADDRESS")
        return _show_sources(session, evidence.stamp_sources())
    content = _content(absolute(root)) if root else None
    chosen = evidence.choose_authority("" if address == "none" else address, content)
    return _show_sources(session, chosen)


@app.command()
def calendars(
    context: typer.Context,
    choice: Annotated[
        list[str] | None,
        typer.Argument(metavar="[on|off|ADDRESS…]", help="The calendars to use from now on."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Show or choose the calendars that give time stamps (OpenTimestamps).

    They are free of charge. A time stamp is pending for some hours, until a block of Bitcoin has
    it.

    \b
    rightsdesk stamp calendars on
    rightsdesk stamp calendars off
    """
    session = begin(context, as_json=as_json)
    evidence = session.workspace().evidence
    if not choice:
        return _show_sources(session, evidence.stamp_sources())
    addresses = None if choice == ["on"] else [] if choice == ["off"] else choice
    return _show_sources(session, evidence.choose_calendars(addresses))


def _content(path: str) -> bytes:
    from rightsdesk.workspace.evidence.sources import LARGEST_ROOT

    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST_ROOT)
    except OSError as error:
        raise usage(f"This file can't be read: {shown(path)}", "Check its name.") from error


def _show(session: Session, *, ask: bool) -> int:
    checks = session.workspace().evidence.check_stamps(ask=ask)
    if checks:
        headers = ("Stamp", "Entry", "Made (UTC)", "By", "State")
        print_table(session.out, headers, [("", [_row(one) for one in checks])])
        session.out.say(*_notes(checks))
    else:
        session.out.say("There are no time stamps yet. To make one: rightsdesk stamp")
    session.out.document({"stamps": [_checked_shape(one) for one in checks]})
    return Exit.SOME_FAILED if any(map(_is_bad, checks)) else Exit.DONE


def _is_bad(one: StampCheck) -> bool:
    return one.state.value == "broken" or not one.fits


def _row(one: StampCheck) -> tuple[str, str, str, str, str]:
    stamp = one.stamp
    return (
        *(str(stamp.id), phrases.number(stamp.head.number), phrases.iso_minute(stamp.made_at)),
        *(shown(stamp.source.replace(" ", ", ")), _state(one)),
    )


def _state(one: StampCheck) -> str:
    if not one.fits:
        return "the ledger has another entry there, or none"
    if one.blocks:
        return f"claims block {', '.join(map(str, one.blocks))}, not checked"
    if one.at is not None:
        return f"holds: {one.at:%Y-%m-%d %H:%M} UTC"
    return _STATES[one.state.value]


_STATES = {
    "pending": "pending",
    "no-root": "not checked: no root certificate",
    "unreadable": "not checked: can't be read",
    "broken": "does not hold",
}
_KINDS = {"rfc3161": "Authority", "opentimestamps": "Calendars"}


def _notes(checks: Sequence[StampCheck]) -> list[str]:
    states = {one.state.value for one in checks}
    found = {
        "pending": "Pending: a block of Bitcoin has it in some hours. Then: rightsdesk stamp check",
        "claims-block": "Claims a block: RightsDesk has no blocks to compare it with. Other "
        "programs for OpenTimestamps check that: rightsdesk stamp export",
        "no-root": "Name the authority's root certificate: rightsdesk stamp authority ADDRESS "
        "--root FILE",
        "unreadable": "Can't be read: the reply is not in the strict form. Install openssl, which "
        "reads it.",
    }
    return [words for state, words in found.items() if state in states]


def _made_line(one: Stamp) -> str:
    hosts = shown(one.source.replace(" ", ", "))
    entry = phrases.number(one.head.number)
    if one.kind.value == "opentimestamps":
        return f"Time stamp {one.id} of entry {entry}, by {hosts}: pending for some hours."
    return f"Time stamp {one.id} of entry {entry}, by {hosts}: it holds."


def _shape(one: Stamp) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "entry": one.head.number,
        "hash": one.head.hash,
        "source": one.source.split(),
        "made_at": one.made_at,
        "upgraded_at": one.upgraded_at,
    }


def _checked_shape(one: StampCheck) -> dict[str, Any]:
    return {
        **_shape(one.stamp),
        "state": one.state.value,
        "fits": one.fits,
        "at": one.at.isoformat() if one.at else "",
        "blocks": list(one.blocks),
        "by": one.by,
        "detail": one.detail,
    }


def _show_sources(session: Session, chosen: StampSources) -> int:
    own = "your root certificate" if chosen.root else "the system's certificates"
    authority_words = f"{shown(chosen.authority)}, with {own}" if chosen.authority else "none"
    session.out.say(
        f"Authority: {authority_words}",
        f"Calendars: {shown(', '.join(chosen.calendars)) or 'none'}",
    )
    session.out.document(
        {
            "authority": chosen.authority,
            "own_root": bool(chosen.root),
            "calendars": list(chosen.calendars),
        }
    )
    return Exit.DONE
