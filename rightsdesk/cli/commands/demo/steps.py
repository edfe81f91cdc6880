"""The steps of the demo: scan, consent, preview, apply, sync, undo, and again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import fail

from rightsdesk import phrases
from rightsdesk.changes.types import Cancel, Plan, Progress
from rightsdesk.cli.commands.catalogue import scan_lines
from rightsdesk.cli.commands.matrix import print_problems, print_status
from rightsdesk.cli.confirmation import Answers
from rightsdesk.cli.exits import Exit
from rightsdesk.cli.output.output import Output
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.plan_runner import run_plan
from rightsdesk.cli.session import Session
from rightsdesk.consent import PRESETS, Preset, Standing
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.practice import catalogue
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace

EVERYTHING = Filter()
YES = Answers(yes=True)


@contextmanager
def prepared_demo(folder: Path, out: Output) -> Iterator[Session]:
    """Prepare a separate workspace with sample music, signed in to a practice SoundCloud.

    The person's keyring is not used. The vault has a passphrase that only this process knows, so
    the demo's sign-ins end with it.
    """
    music, data = folder / "music", folder / "data"
    number = catalogue.build(music)
    out.say(
        f"Made-up music: {phrases.counted(number, 'file')} in {shown(str(music))}",
        "A practice SoundCloud runs on this computer. Nothing leaves it.",
    )
    passphrase = secrets.token_urlsafe()

    def opener(data_dir: Path | None) -> Workspace:
        from rightsdesk.workspace import Workspace

        return Workspace.open(data_dir, ask_passphrase=lambda _why: passphrase)

    platform = PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None)
    session = Session(opener=opener, out=out, data_dir=data)
    with _no_keyring(), platform, closing(session):
        for name in catalogue.artists():
            artist = session.workspace().artists.add(name)
            folders = [str(music / name)]
            report = session.workspace().catalogue.scan(artist.id, folders)
            out.say("", f"Scanned the folder of {shown(name)}.", *scan_lines(report))
            _sign_in(session, artist, platform.base_url)
        yield session


@contextmanager
def _no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    none: type[KeyringBackend] = fail.Keyring
    keyring.set_keyring(none())
    try:
        yield
    finally:
        keyring.set_keyring(before)


def _sign_in(session: Session, artist: Artist, address: str) -> None:
    workspace = session.workspace()
    pending = workspace.accounts.begin_sign_in(
        artist.id,
        CarrierId.SOUNDCLOUD,
        client_id=CLIENT_ID,
        base_url=address,
        auth_url=address,
        port=0,
    )
    with closing(PracticeBrowser(artist.name)) as browser:
        browser(pending.url)
        number = pending.finish()
    tracks = workspace.accounts.read_items(number)
    account = workspace.accounts.by_id(number)
    count = phrases.counted(tracks, "track")
    session.out.say(f"Signed in to SoundCloud as {shown(account.name)}: {count}.")


def run_headless(session: Session, folder: Path) -> Exit:
    """Run and print the whole job. Saves a picture of the window in `folder`."""
    out, workspace = session.out, session.workspace()
    out.say("")
    for artist in workspace.artists.all():
        workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
        out.say(f"{shown(artist.name)} says: No AI.")
    _heading(out, "Before: what every file and track says today")
    print_status(session, EVERYTHING)
    _heading(out, "The conflicts, and what to do")
    print_problems(session, EVERYTHING)
    _heading(out, "Apply it to the files, then to SoundCloud")
    _apply(session)
    _heading(out, "After: read back from the files and from SoundCloud")
    print_status(session, EVERYTHING)
    _heading(out, "Undo it all")
    for job in workspace.jobs.all():
        if job.undoable:
            _undo(session, job.id)
    print_status(session, EVERYTHING)
    _heading(out, "And apply it again")
    _apply(session)
    print_status(session, EVERYTHING)
    out.say("")
    _picture(workspace, folder / "window.png", out)
    out.say(f"The whole demo is in {shown(str(folder))}. You can delete that folder.")
    return _exit_code(workspace)


def _exit_code(workspace: Workspace) -> Exit:
    """Return whether every carrier that could be read agrees with the consents."""
    left = {Standing.SILENT, Standing.CONFLICTS}
    settled = not any(
        left & set(numbers) for numbers in workspace.catalogue.counts(EVERYTHING).values()
    )
    return Exit.DONE if settled else Exit.SOME_FAILED


def _heading(out: Output, text: str) -> None:
    out.say("", text, "=" * len(text))


def _apply(session: Session) -> None:
    workspace = session.workspace()

    def files(progress: Progress, cancel: Cancel) -> Plan:
        return workspace.jobs.plan_tag(EVERYTHING, progress=progress, cancel=cancel)

    def tracks(progress: Progress, cancel: Cancel) -> Plan:
        return workspace.jobs.plan_sync(EVERYTHING, progress=progress, cancel=cancel)

    run_plan(session, files, YES, reading="Reading files")
    session.out.say("")
    run_plan(session, tracks, YES, reading="Reading SoundCloud")


def _undo(session: Session, job: int) -> None:
    run_plan(
        session,
        lambda progress, cancel: session.workspace().jobs.plan_undo(
            job, progress=progress, cancel=cancel
        ),
        YES,
        reading="Reading the journal",
    )


def _picture(workspace: Workspace, path: Path, out: Output) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Qt's offscreen platform warns on stderr about features it lacks.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    try:
        from rightsdesk.desktop.shell.picture import save_picture

        save_picture(workspace, path, page="catalogue")
    except (ImportError, KnownError) as problem:  # Qt, or a system library it needs, is missing
        out.say(f"No picture of the window could be made: {shown(str(problem))}")
    else:
        out.say(f"A picture of the window: {shown(str(path))}")
