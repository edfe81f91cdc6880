"""`rightsdesk account`: the artists' logins on platforms."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.browser_sign_in import wait_for
from rightsdesk.cli.commands.upkeep.vault import NewKey, reconnect_list, unlock, with_list
from rightsdesk.cli.confirmation import YES_TO_REMOVE, declined, nobody_to_ask
from rightsdesk.cli.exits import EarlyExit, Exit, exit_code, stopped, usage
from rightsdesk.cli.options import ArtistName, Json, Yes, begin
from rightsdesk.cli.output.json_shapes import account_shape
from rightsdesk.cli.output.output import error_shape, write
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import shown, unread_words
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.cli.prompts import confirmed, is_interactive, secret
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.vault_errors import VaultError
from rightsdesk.suggestions import did_you_mean

if TYPE_CHECKING:
    from rightsdesk.workspace import PendingSignIn
    from rightsdesk.workspace.types.artists import Account

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The artists' logins on platforms.\n\n\b\nrightsdesk account list",
)

PlatformName = Annotated[
    str, typer.Argument(metavar="PLATFORM", help="For example soundcloud or bluesky.")
]
ArtistOfAccount = Annotated[
    str, typer.Option("--artist", "-a", metavar="NAME", help="The account's artist.")
]
AccountName = Annotated[
    str, typer.Option("--account", metavar="NAME", help="The account, if there are several.")
]
NoBrowser = Annotated[
    bool,
    typer.Option(
        "--no-browser",
        help="Print the sign-in address as the only line on stdout, and wait. Everything else, "
        "including a JSON document, goes to stderr.",
    ),
]

Fingerprint = Annotated[
    str,
    typer.Option(
        metavar="SHA256:…",
        help="The fingerprint of an SFTP server's key, as your web host publishes it. For scripts, "
        "which can't answer a question.",
    ),
]
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")

ConfirmLogin = Annotated[
    bool,
    typer.Option(
        "--yes", "-y", help="Confirm that the login is the artist's, even if the names differ."
    ),
]


@app.command()
def add(
    context: typer.Context,
    platform: PlatformName,
    artist: ArtistOfAccount = "",
    client_id: Annotated[
        str, typer.Option(metavar="ID", help="The client ID of your own app on the platform.")
    ] = "",
    identifier: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Your user name, handle, access key, zone, or the address of your site's files.",
        ),
    ] = "",
    secret_stdin: Annotated[
        bool,
        typer.Option("--secret-stdin", help="Read the secret, password or token from stdin."),
    ] = False,
    base_url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="The server's address, for platforms without a central server."
        ),
    ] = "",
    auth_url: Annotated[
        str, typer.Option(metavar="URL", help="The address of its sign-in, if it differs.")
    ] = "",
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT", min=0, max=65535, help="Port of the redirect address; 0: any."
        ),
    ] = 8765,
    accept_fingerprint: Fingerprint = "",
    no_browser: NoBrowser = False,
    new_vault_key: NewKey = False,
    yes: ConfirmLogin = False,
    as_json: Json = False,
) -> int:
    """Connect an account of an artist on a platform.

    Some platforms sign you in through the browser and need a client ID of your own app. Others need
    a user name and an app password, or a token. If something is missing, this command says where to
    get it. Secrets are read from a prompt or from stdin, never from an argument.

    If the login's name differs from the artist's, you are asked whether it is theirs, before
    anything is read. A no removes the account again. Without a terminal, only a login with the name
    of another artist on your roster is refused.

    \b
    rightsdesk account add soundcloud --artist 'Mira Koval' --client-id ID
    rightsdesk account add bluesky --identifier koval.example
    rightsdesk account add peertube --base-url https://video.example --identifier koval
    """
    session = begin(context, as_json=as_json)
    _check_platform(session, platform)
    owner = session.artist(artist)
    workspace = session.workspace()
    way = workspace.platforms.signs_in_by(platform)
    if way == "browser" and not client_id and not base_url:
        app = workspace.accounts.known_app(platform)  # it serves all artists
        client_id = app.client_id if app is not None else ""
    given = {"identifier": identifier, "client_id": client_id}
    _check_form(session, platform, given | {"base_url": base_url, "auth_url": auth_url})
    unlock(session, new_key=new_vault_key)
    if way != "browser":
        hidden = secret(f"{way.capitalize()}: ", from_stdin=secret_stdin)
        account = _with_known_server(
            accept_fingerprint,
            lambda agreed_to: workspace.accounts.add(
                owner.id,
                platform,
                identifier=identifier,
                secret=hidden,
                base_url=base_url,
                fingerprint=agreed_to,
            ),
        )
        return _connected(session, account.id, yes=yes)
    hidden = secret("Client secret (leave empty if you have none): ", from_stdin=secret_stdin)
    pending = workspace.accounts.begin_sign_in(
        owner.id,
        platform,
        client_id=client_id,
        client_secret=hidden,
        base_url=base_url,
        auth_url=auth_url,
        port=port,
    )
    return _sign_in(session, pending, no_browser=no_browser, yes=yes)


def _with_known_server(fingerprint: str, connect: Callable[[str], Account]) -> Account:
    """Connect to a server. If it is unknown, ask whether its key is the right one."""
    from rightsdesk.platforms.http.errors import UnknownHost

    if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
        raise usage("--accept-fingerprint: enter SHA256: and 43 characters.")
    try:
        return connect(fingerprint)
    except UnknownHost as unknown:
        if not is_interactive():
            unknown.advice += f" Then: --accept-fingerprint {unknown.fingerprint}"
            raise
        if not confirmed(f"{unknown} Is it the same?"):
            raise stopped("Nothing was connected or sent.") from None
        return connect(unknown.fingerprint)


def _check_form(session: Session, platform: str, given: Mapping[str, str]) -> None:
    """Raise a usage error for values that can't be right, before a secret is asked for."""
    from rightsdesk.workspace.sign_in import form  # the help does not need it

    found = form.flaws(form.form_of(platform), given)
    for part, sentence in found.items():
        if not form.FieldPart(part).is_secret:
            option = f"--{part.replace('_', '-')}"
            steps = session.workspace().platforms.sign_in_steps(platform)
            raise usage(f"{option}: {sentence}", " ".join(steps))


@app.command()
def reconnect(
    context: typer.Context,
    platform: PlatformName,
    artist: ArtistOfAccount = "",
    account: AccountName = "",
    identifier: Annotated[
        str,
        typer.Option(metavar="NAME", help="A new user name or key; without it, the stored one."),
    ] = "",
    secret_stdin: Annotated[
        bool,
        typer.Option(
            "--secret-stdin", help="Read the new password, token or client secret from stdin."
        ),
    ] = False,
    accept_fingerprint: Fingerprint = "",
    no_browser: NoBrowser = False,
    new_vault_key: NewKey = False,
    yes: ConfirmLogin = False,
    as_json: Json = False,
) -> int:
    """Sign in again, if a platform asks for it. The login has to be the same.

    If the key to the stored sign-ins is lost, RightsDesk offers a new one.

    \b
    rightsdesk account reconnect soundcloud --artist 'Mira Koval'
    rightsdesk account reconnect soundcloud --new-vault-key
    """
    session = begin(context, as_json=as_json)
    found = _account(session, platform, artist, account)
    workspace = session.workspace()
    unlock(session, new_key=new_vault_key)
    places = dict.fromkeys(place for place in (found.base_url, found.auth_url) if place)
    if places:  # someone who edited the database could redirect the secret to another server
        write(sys.stderr, f"This account's server is {phrases.and_list(map(shown, places))}.")
    if found.signs_in_by == "browser":
        client_secret = ""
        if secret_stdin or not workspace.accounts.has_stored_login(found.id):
            prompt = "Client secret (leave empty if you have none): "
            client_secret = secret(prompt, from_stdin=secret_stdin)
        pending = workspace.accounts.reconnect(found.id, client_secret=client_secret)
        return _sign_in(session, pending, no_browser=no_browser, yes=yes)
    hidden = secret(f"New {found.signs_in_by}: ", from_stdin=secret_stdin)
    _with_known_server(
        accept_fingerprint,
        lambda agreed_to: workspace.accounts.renew(
            found.id, identifier=identifier, secret=hidden, fingerprint=agreed_to
        ),
    )
    return _connected(session, found.id, yes=yes)


def _sign_in(session: Session, pending: PendingSignIn, *, no_browser: bool, yes: bool) -> Exit:
    if no_browser:
        write(sys.stdout, pending.url)
    number = wait_for(session, pending, no_browser=no_browser)
    return _connected(session, number, yes=yes, on_the_side=no_browser)


def _connected(session: Session, number: int, *, yes: bool, on_the_side: bool = False) -> Exit:
    out = session.out
    if on_the_side:
        out.documents_to(sys.stderr)
    _confirmed(session, number, yes=yes)
    unread = _first_read(session, number)
    account = session.workspace().accounts.by_id(number)
    line = f"Connected {account.platform_name} as {shown(account.name)}"
    line += f" for {shown(account.artist)}"
    if unread is None:
        line += f": {phrases.counted(account.items, 'item')}."
    else:
        line += f". Its items could not be read yet: {shown(str(unread))}"
    lines = [line, *map(shown, account.lacks)]
    if unread is not None:
        lines.append("The sign-in was stored. To read the items later: rightsdesk account check")
    if on_the_side:
        write(sys.stderr, "\n".join(lines))
    else:
        out.say(*lines)
    document = {"account": account_shape(account)}
    out.document(document | ({"error": error_shape(unread)} if unread else {}))
    return Exit.DONE if unread is None else Exit.SOME_FAILED


def _first_read(session: Session, number: int) -> KnownError | None:
    """Read the items of a new account. Return the error if that fails."""
    try:
        _read_items(session, number)
    except KnownError as error:
        return error
    return None


def _confirmed(session: Session, number: int, *, yes: bool) -> None:
    """Make sure that the login is the artist's; otherwise remove the account again.

    Without a terminal, only a login with another artist's name is refused.
    """
    out, workspace = session.out, session.workspace()
    account = workspace.accounts.by_id(number)
    if account.state != AccountState.UNCONFIRMED:
        return
    login, name = shown(account.name), shown(account.artist)
    removed = "The account was removed again, with everything that was read."
    if not yes and is_interactive() and not (out.as_json or out.quiet):
        question = f"The login on {account.platform_name} is “{login}”. Is that {name}'s?"
        if not confirmed(question):
            raise stopped(f"{removed} {_remove_again(session, account)}")
    elif not yes:
        if other := workspace.accounts.namesake(number):
            removed += f" {_remove_again(session, account)}"
            raise usage(
                f"The login on {account.platform_name} is “{login}”, which is {shown(other)}'s "
                f"name and not {name}'s. {removed}",
                f"Sign in with {name}'s login, or add --yes if this one is theirs.",
            )
        write(sys.stderr, f"The login is named “{login}”: check that it is {name}'s.")
    workspace.accounts.confirm(number)


def _remove_again(session: Session, account: Account) -> str:
    """Remove an account that is not the artist's. Return whether its sign-in was ended, too."""
    problem = session.workspace().accounts.remove(account.id)
    return shown(problem) or f"The sign-in was ended at {account.platform_name}, too."


def _read_items(session: Session, account_id: int) -> None:
    with stop_on_signal() as stop, show_progress(session.out, "Reading items") as progress:
        session.workspace().accounts.read_items(account_id, progress=progress, cancel=stop)


@app.command("list")
def list_accounts(context: typer.Context, artist: ArtistName = "", as_json: Json = False) -> int:
    """List the accounts and whether they work.

    \b
    rightsdesk account list
    rightsdesk account list --artist 'Mira Koval' --json
    """
    session = begin(context, as_json=as_json)
    artist_id = session.artist(artist).id if artist else None
    accounts = session.workspace().accounts.all(artist_id)
    rows = [
        (
            shown(account.artist),
            account.platform_name,
            shown(account.name),
            phrases.number(account.items),
            _state_words(account),
            phrases.iso_minute(account.checked_at),
        )
        for account in accounts
    ]
    if rows:
        headers = ("Artist", "Platform", "Account", "Items", "State", "Checked (UTC)")
        print_table(session.out, headers, [("", rows)])
    else:
        session.out.say("No account yet. Add one: rightsdesk account add soundcloud --artist NAME")
    session.out.document({"accounts": [account_shape(account) for account in accounts]})
    return Exit.DONE


@app.command()
def check(
    context: typer.Context,
    platform: Annotated[
        str, typer.Argument(metavar="[PLATFORM]", help="For example soundcloud; without it, all.")
    ] = "",
    artist: ArtistOfAccount = "",
    account: AccountName = "",
    as_json: Json = False,
) -> int:
    """Check one account or all: does the login work, which tracks are there?

    Lists the accounts that have to be connected again.

    \b
    rightsdesk account check
    rightsdesk account check soundcloud --artist 'Mira Koval'
    """
    session = begin(context, as_json=as_json)
    if not platform:
        return _check_all(session, artist)
    found = _account(session, platform, artist, account)
    try:
        checked = _checked(session, found)
    except VaultError as error:
        if not error.lost:
            raise
        accounts = session.workspace().accounts.locked_out()
        document = reconnect_list(accounts)
        with_accounts = with_list(error, accounts)
        raise EarlyExit(exit_code(with_accounts), with_accounts, document) from error
    session.out.say(f"{checked.platform_name}, {shown(checked.name)}: {_state_words(checked)}")
    session.out.document({"account": account_shape(checked)})
    return Exit.DONE if checked.state == AccountState.CONNECTED else Exit.SOME_FAILED


def _checked(session: Session, account: Account) -> Account:
    checked = session.workspace().accounts.check(account.id)
    if checked.state == AccountState.CONNECTED:
        _read_items(session, checked.id)
    return session.workspace().accounts.by_id(account.id)


def _check_all(session: Session, artist: str) -> Exit:
    workspace = session.workspace()
    artist_id = session.artist(artist).id if artist else None
    accounts, shapes, lost = workspace.accounts.all(artist_id), [], None
    all_good = True
    for account in accounts:
        problem = ""
        try:
            checked = _checked(session, account)
        except KnownError as error:
            checked, problem = workspace.accounts.by_id(account.id), str(error)
            lost = error if isinstance(error, VaultError) and error.lost else lost
        all_good = all_good and not problem and checked.state == AccountState.CONNECTED
        state = problem or _state_words(checked)
        if problem and checked.state == AccountState.RECONNECT:
            state = f"connect again: {shown(problem)}"
        name = f"{checked.platform_name}, {shown(checked.name)} ({shown(checked.artist)})"
        session.out.say(f"{name}: {state}")
        shapes.append(account_shape(checked) | {"error": problem})
    if not accounts:
        session.out.say("No account yet. Add one: rightsdesk account add soundcloud --artist NAME")
    document: dict[str, Any] = {"accounts": shapes}
    if lost is not None:
        locked_out = workspace.accounts.locked_out()
        document |= reconnect_list(locked_out)
        session.out.note(str(with_list(lost, locked_out)))
    session.out.document(document)
    return Exit.DONE if all_good else Exit.SOME_FAILED


@app.command()
def remove(
    context: typer.Context,
    platform: PlatformName,
    artist: ArtistOfAccount = "",
    account: AccountName = "",
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Sign out and remove the account from RightsDesk. The tracks stay unchanged.

    Shows first what ends and what stays.

    \b
    rightsdesk account remove soundcloud --artist 'Mira Koval'
    """
    session = begin(context, as_json=as_json)
    found = _account(session, platform, artist, account)
    show = session.out.preview if yes else session.out.present
    show(*_removal_lines(found))
    if not yes:
        if not is_interactive():
            document = {"removed": None, "account": account_shape(found)}
            raise nobody_to_ask(YES_TO_REMOVE, document)
        if not confirmed("Remove it?"):
            return declined(session.out, {"removed": None})
    problem = session.workspace().accounts.remove(found.id)
    session.out.say(f"Removed {shown(found.name)}.")
    if found.open_changes:
        left = phrases.counted(found.open_changes, "change")
        session.out.say(f"Cancelled with it: {left} that jobs still had to make there.")
    if problem:
        session.out.note(problem)
    session.out.document({"removed": account_shape(found)})
    return Exit.DONE


def _removal_lines(account: Account) -> list[str]:
    """Return the lines about what ends with an account, and what stays."""
    name = f"{account.platform_name} account {shown(account.name)} of {shown(account.artist)}"
    things = account.noun if account.items == 1 else account.nouns
    lines = [
        f"This removes the {name} from RightsDesk.",
        "What ends:",
        "  The stored sign-in is deleted here, and ended at the platform if that is possible.",
        f"  {phrases.number(account.items)} {things} and everything read there are deleted here.",
        "  Changes that jobs made there can't be undone from here any more.",
    ]
    if account.open_changes:
        left = phrases.counted(account.open_changes, "change")
        lines.append(f"  Jobs still have {left} to make there, which are cancelled.")
    lines += [
        "What stays:",
        f"  The {account.nouns} at {account.platform_name}, with everything written there.",
        "  Your music, consents and other accounts, and the list of jobs.",
    ]
    return lines


def _state_words(account: Account) -> str:
    parts = [unread_words(account) or shown(account.problem), *map(shown, account.lacks)]
    words = " ".join(part for part in parts if part)
    return f"{account.state}: {words}" if words else account.state


def _check_platform(session: Session, platform: str) -> None:
    ids = [name for name, _ in session.workspace().platforms.connectable()]
    if platform not in ids:
        there = f"There are: {', '.join(ids)}."
        advice = shown(did_you_mean(platform, ids)) or there
        raise usage(f"There is no platform “{shown(platform)}”.", advice)


def _account(session: Session, platform: str, artist: str, name: str) -> Account:
    _check_platform(session, platform)
    artist_id = session.artist(artist).id if artist else None
    found = [
        account
        for account in session.workspace().accounts.all(artist_id)
        if account.platform == platform and name in ("", account.name, str(account.id))
    ]
    if not found:
        raise usage("There is no such account.", "To see all: rightsdesk account list")
    if len(found) > 1:
        names = ", ".join(f"{shown(a.name)} ({shown(a.artist)})" for a in found)
        raise usage("Name one of them: --artist or --account.", f"There are: {names}.")
    return found[0]
