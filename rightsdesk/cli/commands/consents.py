"""`rightsdesk consent`: what AI may do with the artists' music."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.confirmation import Answers, confirm_change
from rightsdesk.cli.consent_options import NewConsent, read_answers, read_preset
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import (
    AllowWidening,
    ArtistName,
    DryRun,
    Json,
    RecordingName,
    ReleaseName,
    Yes,
    begin,
)
from rightsdesk.cli.output.json_shapes import Shape, consent_shape, opened_shape
from rightsdesk.cli.output.previews import opened_lines
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import consent_words, licensed_words, shown
from rightsdesk.cli.session import Session
from rightsdesk.consent import Consent, Preset, Use, preset_of
from rightsdesk.consent.licences.words import grant_words
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.consent.words import USE_NAMES, permission_name
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from rightsdesk.workspace.words import (
    inherited_reservations,
    inherited_reservations_words,
    own_consents_words,
)

if TYPE_CHECKING:
    from rightsdesk.workspace.types.artists import Details
    from rightsdesk.workspace.types.consents import EffectiveConsent, Opened

HONESTY = (
    "This is a signal, not a lock. It reserves your rights where machines and courts can "
    "read it. It can't stop those who ignore it."
)
NOT_YET = "Files and platforms stay unchanged until you run: rightsdesk tag, rightsdesk sync"

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What AI may do with the music: your consents.\n\n\b\n"
    "rightsdesk consent set --preset no-ai",
)


@app.command()
def show(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    as_json: Json = False,
) -> int:
    """Show the consents, and where each answer comes from.

    \b
    rightsdesk consent show
    rightsdesk consent show --release 'Night Ferry'
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if release or recording:
        scopes = [session.scopes(artist=artist, release=release, recording=recording)[-1]]
    else:
        names = [artist] if artist else [artist_.name for artist_ in workspace.artists.all()]
        scopes = [session.scopes(artist=n, release="", recording="")[0] for n in names]
    scoped_consents = [workspace.consents.of(scope) for scope in scopes]
    for scoped in scoped_consents:
        _print_consent(session, scoped)
    if not scoped_consents:
        session.out.say("There is no artist yet. Add one: rightsdesk artist add NAME")
    session.out.document(
        {"scopes": [_shape_with_details(session, scoped) for scoped in scoped_consents]}
    )
    return Exit.DONE


def _is_artist(scope: Scope) -> bool:
    return scope.kind.value == "artist"


def _details(session: Session, scope: Scope) -> Details | None:
    if _is_artist(scope):
        return session.workspace().artists.details(scope.id)
    return None


def _shape_with_details(session: Session, scoped: EffectiveConsent) -> Shape:
    details = _details(session, scoped.scope)
    otherwise = session.workspace().consents.differing_below(scoped.scope)
    return {
        **consent_shape(scoped),
        "details": asdict(details) if details else None,
        "otherwise": {f"{kind}s": number for kind, number in otherwise.items()},
    }


def _print_consent(session: Session, scoped: EffectiveConsent) -> None:
    out = session.out
    words = licensed_words(scoped.effective, scoped.grants)
    out.say(f"{shown(scoped.name)} ({scoped.scope.kind.value}): {words}")
    if exceptions := own_consents_words(session.workspace().consents.differing_below(scoped.scope)):
        out.say(f"  Different consents below it: {exceptions}.")
    rows = []
    for use in Use:
        kind, name = scoped.origin.get(use, (None, ""))
        own = kind is None or kind is scoped.scope.kind
        source = "" if own else f"from the {kind}: {shown(name)}"
        rows.append((f"  {USE_NAMES[use]}", permission_name(scoped.effective.get(use)), source))
    print_table(out, ("  Use", "Answer", ""), [("", rows)])
    out.say(*(f"  {meaning}" for meaning in _meaning(scoped.effective)))
    out.say(*(f"  Licence: {shown(grant_words(grant))}" for grant in scoped.grants))
    details = _details(session, scoped.scope)
    if details:
        lines = {
            "Rightsholder": details.rightsholder,
            "Contact": details.contact,
            "Terms": details.terms_url,
            "Copyright sentence": "switched off" if details.sentence == "" else details.sentence,
        }
        if details.sidecars:
            lines["XMP sidecars"] = "also written next to FLAC, Ogg and Opus files"
        out.say(*(f"  {name}: {shown(value)}" for name, value in lines.items() if value))
    out.say("")


@app.command("set")
def set_consent(
    context: typer.Context,
    answers: Annotated[
        list[str] | None,
        typer.Argument(metavar="USE=PERMISSION", help="Single answers, see above."),
    ] = None,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    every_artist: Annotated[
        bool,
        typer.Option(
            "--every-artist", help="For all artists: what differs for single releases stays."
        ),
    ] = False,
    preset: Annotated[
        str,
        typer.Option("--preset", metavar="|".join(Preset), help="A ready-made consent."),
    ] = "",
    inherit: Annotated[
        bool, typer.Option("--inherit", help="Drop this release's or recording's own answers.")
    ] = False,
    rightsholder: Annotated[
        str | None, typer.Option(metavar="NAME", help="The holder of the rights.")
    ] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="WHERE", help="The contact for licences.")
    ] = None,
    terms_url: Annotated[
        str | None, typer.Option(metavar="URL", help="A page with your terms.")
    ] = None,
    sentence: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Your own copyright sentence; '' for none, 'standard'."),
    ] = None,
    sidecars: Annotated[
        bool | None,
        typer.Option(
            "--sidecars/--no-sidecars",
            help="Also create .xmp sidecars next to FLAC, Ogg and Opus files without one. Off by "
            "default. Existing ones are kept up to date; only an undo removes created ones.",
        ),
    ] = None,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Set what AI may do: for an artist, a release or a recording.

    The nearest answer wins: recording, then release, then artist.

    \b
    Uses         generative-training, other-training, likeness, ai-input,
                 data-mining, search, recommendation
    Permissions  no, ask, yes (or prohibited, constrained, allowed), and inherit

    \b
    rightsdesk consent set --artist 'Mira Koval' --preset no-ai
    rightsdesk consent set --release 'Night Ferry' generative-training=ask
    rightsdesk consent set --recording QZES52400001 ai-input=inherit
    rightsdesk consent set --every-artist --preset no-ai
    """
    session = begin(context, as_json=as_json)
    given = read_answers(read_preset(preset), answers or (), inherit=inherit)
    details = {
        "rightsholder": rightsholder,
        "contact": contact,
        "terms_url": terms_url,
        "sentence": sentence,
        "sidecars": sidecars,
    }
    changed = {name: value for name, value in details.items() if value is not None}
    if given is None and not changed:
        raise usage("Name what to set: a --preset, or answers such as likeness=no.")
    if every_artist:
        if artist or release or recording or changed or given is None or not given.base:
            raise usage(
                "--every-artist sets a --preset for all artists, and nothing else.",
                "rightsdesk consent set --every-artist --preset no-ai",
            )
        answers_given = Answers(yes, allow_widening, dry_run)
        return _set_every_artist(session, given.over(Consent()), answers_given)
    scopes = session.scopes(
        artist=artist, release=release, recording=recording, otherwise=", or --every-artist"
    )
    if changed and not _is_artist(scopes[-1]):
        raise usage(
            "Contact, terms, copyright sentence and sidecars can be set for an artist only."
        )
    if inherit and _is_artist(scopes[-1]):
        raise usage(
            "An artist has nothing to inherit from.", "To drop one answer: likeness=inherit"
        )
    step = _step(session, scopes, given, changed)
    return _carry_out(session, step, Answers(yes, allow_widening, dry_run))


def _set_every_artist(session: Session, consent: Consent, answers: Answers) -> Exit:
    """Set one consent for all artists, as one entry of the history."""
    out, workspace = session.out, session.workspace()
    artists = {artist.id: artist for artist in workspace.artists.all()}
    if not artists:
        raise usage("There is no artist yet.", "Add one: rightsdesk artist add NAME")
    change = workspace.consents.preview_artists(list(artists), consent)
    changing = [artists[scope.id] for scope in change.scopes]

    def shape(outcome: str) -> Shape:
        return {
            "artists": [{"id": one.id, "name": one.name} for one in changing],
            "dry_run": answers.dry_run,
            "after": consent.to_json(),
            "widens": [use.value for use in change.uses],
            "opens": [opened_shape(opened) for opened in change.opened],
            "outcome": outcome,
        }

    if not changing:
        out.say("This is the consent of every artist already. Nothing was changed.")
        out.document(shape("unchanged"))
        return Exit.DONE
    lines = [f"{phrases.counted(len(changing), 'artist')}: {consent_words(consent)}"]
    lines += [f"  {meaning}" for meaning in _meaning(consent)]
    for one in changing:
        lines.append(
            f"  {shown(one.name)}: {consent_words(one.consent)} → {consent_words(consent)}"
        )
        below = workspace.consents.differing_below(Scope(ScopeKind.ARTIST, one.id))
        if kept := own_consents_words(below):
            lines.append(f"    stays different: {kept}")
    lines += opened_lines(change.uses, change.opened)
    ended = confirm_change(out, lines, change.uses, shape, answers)
    if ended is not None:
        return ended
    workspace.consents.set_artists(list(artists), consent, confirmed=change.uses)
    out.say(f"Done. {NOT_YET}", HONESTY)
    out.document(shape("done"))
    return Exit.DONE


@dataclass(frozen=True, slots=True)
class _Step:
    """One change of a consent, with everything a person has to know before confirming."""

    scoped: EffectiveConsent
    own: Consent | None
    effective: Consent
    widens: tuple[Use, ...]
    details: Details | None
    after: EffectiveConsent
    sidecars_end: bool = False
    opens: tuple[Opened, ...] = ()

    @property
    def answers_change(self) -> bool:
        return (self.own or Consent()) != self.scoped.own


def _step(
    session: Session, scopes: Sequence[Scope], given: NewConsent | None, changed: dict[str, Any]
) -> _Step:
    workspace, scope = session.workspace(), scopes[-1]
    scoped = workspace.consents.of(scope)
    own = given.over(scoped.own) if given else scoped.own
    above = workspace.consents.of(scopes[-2]) if len(scopes) > 1 else None
    from_above = above.effective if above else Consent()
    origin = {**(above.origin if above else {}), **dict.fromkeys(own, (scope.kind, scoped.name))}
    after = replace(scoped, own=own, effective=from_above.overlaid(own), origin=origin)
    stated = own if own else None
    widens = workspace.consents.widened_by(scope, stated) if own != scoped.own else ()
    opens = workspace.consents.opened_by(scope, stated) if widens else ()
    details, sidecars_end = None, False
    if changed:
        if changed.get("sentence") == "standard":
            changed["sentence"] = None
        old = workspace.artists.details(scope.id)
        new = replace(old, **changed)
        details = new if new != old else None
        sidecars_end = old.sidecars and not new.sidecars
    return _Step(scoped, stated, after.effective, widens, details, after, sidecars_end, opens)


def _carry_out(session: Session, step: _Step, answers: Answers) -> Exit:
    out, workspace, scope = session.out, session.workspace(), step.scoped.scope
    if not step.answers_change and step.details is None:
        out.say("This is your consent already. Nothing was changed.")
        out.document(_step_shape(step, "unchanged", answers.dry_run))
        return Exit.DONE
    ended = confirm_change(
        *(out, list(_step_lines(step)), step.widens),
        lambda outcome: _step_shape(step, outcome, answers.dry_run),
        answers,
    )
    if ended is not None:
        return ended
    if step.details is not None:
        workspace.artists.set_details(scope.id, step.details)
    if step.answers_change:
        workspace.consents.set(scope, step.own, confirmed=step.widens)
    out.say(f"Done. {NOT_YET}", HONESTY)
    out.document(_step_shape(step, "done", answers.dry_run))
    return Exit.DONE


def _step_lines(step: _Step) -> list[str]:
    scoped = step.scoped
    lines = [f"{shown(scoped.name)} ({scoped.scope.kind.value})"]
    for use in Use:
        before, after = scoped.effective.get(use), step.effective.get(use)
        if before != after:
            change = f"{permission_name(before)} → {permission_name(after)}"
            lines.append(f"  {USE_NAMES[use]}: {change}")
    if step.answers_change and len(lines) == 1:
        lines.append("  The answers stay the same; only where they are stated changes.")
    elif step.answers_change:
        lines += [f"  {meaning}" for meaning in _meaning(step.effective)]
    if step.answers_change and (rest := inherited_reservations_words(step.after)):
        answers = " ".join(f"{use.token}=yes" for use in inherited_reservations(step.after))
        lines.append(f"  {shown(rest)}")
        lines.append(f"  To allow that, too, add {answers} --allow-widening")
    if step.details is not None:
        for name, value in asdict(step.details).items():
            lines.append(f"  {name.replace('_', ' ')}: {_detail_words(value)}")
        if step.sidecars_end:
            lines.append("  Existing sidecars stay, and are kept up to date.")
    lines += opened_lines(step.widens, step.opens)
    return lines


def _meaning(consent: Consent) -> list[str]:
    """What a preset means, as its card in the window says it; nothing for other answers."""
    preset = preset_of(consent)
    return [PRESET_TEXTS[preset].meaning] if preset else []


def _detail_words(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "also written" if value else "not written"
    return "standard wording" if value is None else shown(value) or "none"


def _step_shape(step: _Step, outcome: str, dry_run: bool) -> Shape:
    return {
        "scope": {
            "kind": step.scoped.scope.kind.value,
            "id": step.scoped.scope.id,
            "name": step.scoped.name,
        },
        "dry_run": dry_run,
        "before": step.scoped.effective.to_json(),
        "after": step.effective.to_json(),
        "own": (step.own or Consent()).to_json(),
        "widens": [use.value for use in step.widens],
        "opens": [opened_shape(opened) for opened in step.opens],
        "details": asdict(step.details) if step.details else None,
        "outcome": outcome,
    }
