"""`export`: consents as texts for places that RightsDesk does not reach."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk.cli.confirmation import saved
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import (
    ArtistName,
    Json,
    PathName,
    RecordingName,
    ReleaseName,
    absolute,
    begin,
)
from rightsdesk.cli.output.exports import MATRIX
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.session import Session
from rightsdesk.consent.losses import loss_sentences

if TYPE_CHECKING:
    from rightsdesk.workspace.exports.kinds import Export, ExportKind
    from rightsdesk.workspace.types.scopes import Scope

MATRIX_FILE = "rightsdesk-matrix.csv"
_ABOUT_MATRIX = "The standing of every recording, as a table for spreadsheets."


def export(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="The export: see --list.")] = "",
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    site: Annotated[
        str, typer.Option("--site", metavar="URL", help="The address of the artist's web site.")
    ] = "",
    iscc: Annotated[
        str, typer.Option("--iscc", metavar="ISCC", help="The recording's ISCC, for tdm-ai.")
    ] = "",
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead of stdout."),
    ] = "",
    list_kinds: Annotated[bool, typer.Option("--list", help="List the exports.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Change FILE if it exists.")] = False,
    as_json: Json = False,
) -> int:
    """Export your consents as a text: for a web site, a distributor, a registry.

    What the text can't express is listed on stderr. An existing robots.txt or tdmrep.json keeps the
    lines of others. Any other existing FILE is replaced only with --yes.

    \b
    rightsdesk export --list
    rightsdesk export robots --artist 'Mira Koval'
    rightsdesk export headers-nginx --site https://mira.example
    rightsdesk export ddex --release 'Night Ferry' --output ~/ddex-note.csv
    rightsdesk export tdm-ai --recording 'Low Tide' --iscc ISCC:KIC…
    rightsdesk export matrix --output matrix.csv
    """
    session = begin(context, as_json=as_json)
    if list_kinds:
        return _list(session)
    if not kind:
        raise usage("Name the export.", "To see all: rightsdesk export --list")
    place = absolute(output)
    if kind == MATRIX:
        if site or iscc:
            raise usage("The matrix has no web address and no ISCC.", "Omit --site and --iscc.")
        names = {"artist": artist, "release": release, "recording": recording, "path": path}
        return _matrix(session, {**names, "path": absolute(path)}, place, yes=yes)
    if path:
        raise usage("A consent belongs to an artist, a release or a recording, not to a file.")
    _kind_named(kind)
    scope = session.scopes(artist=artist, release=release, recording=recording)[-1]
    return _declaration(session, kind, scope, site, iscc, place, yes=yes)


def _list(session: Session) -> int:
    from rightsdesk.workspace.exports.kinds import EXPORTS

    for kind in EXPORTS:
        session.out.say(f"{kind.id:<16} {kind.title}", f"{'':<16} {kind.place}")
    session.out.say(f"{MATRIX:<16} The matrix (CSV)", f"{'':<16} {_ABOUT_MATRIX}")
    session.out.document({"kinds": [*map(_kind_shape, EXPORTS), _MATRIX_SHAPE]})
    return Exit.DONE


def _kind_named(name: str) -> ExportKind:
    """Return the export of this id. Raises a usage error if there is none."""
    from rightsdesk.workspace.exports.kinds import EXPORTS

    found = next((kind for kind in EXPORTS if kind.id == name), None)
    if found is None:
        raise usage(f"There is no export “{shown(name)}”.", "To see all: rightsdesk export --list")
    return found


def _declaration(
    session: Session, name: str, scope: Scope, site: str, iscc: str, place: str, *, yes: bool
) -> int:
    from rightsdesk.workspace.exports.kinds import NoIscc, NotAnAddress

    out, workspace = session.out, session.workspace()
    kind = _kind_named(name)
    if iscc and not kind.by_iscc:
        raise usage("Only the export for TDM·AI uses an ISCC.", "Omit --iscc.")
    if kind.for_site and scope.kind.value != "artist":
        raise usage(
            "A web site is valid for all of an artist's music.", "Omit --release and --recording."
        )
    try:
        made = workspace.exports.make(kind.id, scope, site=site, iscc=iscc)
    except (NotAnAddress, NoIscc) as error:
        advice = error.advice if site or iscc else f"{error.advice} Add it with --iscc."
        raise usage(error.sentence, advice) from error
    of_site = f", for {shown(made.site)}" if kind.for_site and made.site else ""
    out.note(f"{kind.title}, {shown(made.name)}{of_site}. {kind.place}")
    if made.losses or made.unnamed:
        out.note(
            "What it can't express exactly:",
            *(f"  {loss}" for loss in loss_sentences((*made.losses, *made.unnamed))),
        )
    out.note(*made.notes)
    if not place:
        out.text(made.text)
        out.document(_shape(made, "", ""))
        return Exit.DONE

    def save(replace: bool) -> str:
        return workspace.exports.save(made, place, replace=replace).value

    question = "Insert this and keep the rest?" if kind.merges else "Replace it?"
    became = saved(save, question, yes=yes)
    out.say(f"{shown(place)}: {_BECAME[became]}")
    out.document(_shape(made, place, became))
    return Exit.DONE


def _matrix(session: Session, names: dict[str, str], place: str, *, yes: bool) -> int:
    out, workspace = session.out, session.workspace()
    text = workspace.exports.matrix_csv(session.filter(**names))
    became = ""
    place = os.path.join(place, MATRIX_FILE) if os.path.isdir(place) else place
    if place:

        def save(replace: bool) -> str:
            workspace.exports.save_matrix(text, place, replace=replace)
            return "written"

        became = saved(save, "Replace it?", yes=yes)
        out.say(f"{shown(place)}: {_BECAME[became]}")
    else:
        out.text(text)
    out.document({"kind": MATRIX, "text": text, "output": place, "became": became})
    return Exit.DONE


_BECAME = {
    "written": "written.",
    "merged": "changed; the lines of others were left unchanged.",
    "unchanged": "says this already, and was left unchanged.",
}
_MATRIX_SHAPE = {
    "kind": MATRIX,
    "title": "The matrix (CSV)",
    "file_name": MATRIX_FILE,
    "place": _ABOUT_MATRIX,
    "for_site": False,
}


def _kind_shape(kind: ExportKind) -> dict[str, Any]:
    return {
        "kind": kind.id,
        "title": kind.title,
        "file_name": kind.file_name,
        "place": kind.place,
        "for_site": kind.for_site,
    }


def _shape(made: Export, place: str, became: str) -> dict[str, Any]:
    return {
        **_kind_shape(made.kind),
        "name": made.name,
        "site": made.site,
        "text": made.text,
        "losses": list(loss_sentences((*made.losses, *made.unnamed))),
        "notes": list(made.notes),
        "output": place,
        "became": became,
    }
