"""`rightsdesk vault`: the protection of stored sign-ins, and a new key after a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.exits import EarlyExit, Exit, exit_code, usage
from rightsdesk.cli.options import Json, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.prompts import NoTerminal, confirmed, is_interactive, new_passphrase, secret
from rightsdesk.cli.session import Session
from rightsdesk.roster import passphrases
from rightsdesk.roster.vault_errors import VaultError

if TYPE_CHECKING:
    from rightsdesk.workspace.types.artists import Account

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What protects your stored sign-ins.\n\n\b\nrightsdesk vault passphrase",
)

NewKey = Annotated[
    bool,
    typer.Option(
        "--new-vault-key",
        help="Make a new key if the key to the stored sign-ins is lost. All accounts then "
        "have to be connected again.",
    ),
]


@app.command()
def passphrase(
    context: typer.Context,
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help="Read the new passphrase from stdin.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Set or change the passphrase that opens your stored sign-ins.

    If the system has a keyring, it still opens them, and the passphrase helps if the keyring loses
    its entry. Without a keyring only the passphrase opens them. It needs at least 8 characters. In
    scripts, RIGHTSDESK_PASSPHRASE holds the present passphrase.

    \b
    rightsdesk vault passphrase
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if secret_stdin:
        new = secret("", from_stdin=True)
    elif is_interactive():
        new = new_passphrase()
        if not new:
            raise usage("No passphrase was entered. Nothing was changed.")
    else:
        raise NoTerminal(
            "There is no terminal to ask for the new passphrase.",
            advice="Add --secret-stdin to read it from stdin.",
            untouched="Nothing was changed.",
        )
    before = workspace.accounts.vault_kept_by()
    workspace.accounts.set_passphrase(new)
    kept_by = workspace.accounts.vault_kept_by()
    changed = "Changed" if "passphrase" in before else "Set"
    also = " The keyring opens them, too." if "keyring" in kept_by else ""
    session.out.say(f"{changed} the passphrase for your sign-ins.{also}")
    strength = passphrases.hint(new)
    if secret_stdin:
        session.out.note(strength)
    session.out.document({"opened_by": kept_by.split(" and "), "strength": strength})
    return Exit.DONE


def unlock(session: Session, *, new_key: bool) -> None:
    """Unlock the vault. If its key is lost, offer a new one.

    Raises the vault's error if the person declines.
    """
    workspace = session.workspace()
    try:
        workspace.accounts.unlock_vault()
        return
    except VaultError as error:
        if not (error.lost or error.may_be_lost):
            raise
        lost = error
    accounts = workspace.accounts.locked_out()
    if not new_key:
        if not is_interactive() or session.out.as_json or session.out.quiet:
            with_accounts = with_list(lost, accounts)
            raise EarlyExit(exit_code(with_accounts), with_accounts, reconnect_list(accounts))
        names = listed(accounts)
        question = f"{lost.sentence} Make a new key?"
        if accounts:
            have = phrases.plural(len(accounts), "has", "have")
            question += f" {phrases.counted(len(accounts), 'account')} then {have} to be connected "
            question += f"again: {names}."
        if not confirmed(question):
            raise lost
    workspace.accounts.new_vault_key()
    again = f" To connect again: {listed(accounts)}." if accounts else ""
    session.out.note(f"Made a new key for your sign-ins.{again}")


def with_list(error: VaultError, accounts: list[Account]) -> VaultError:
    """Return the error with the accounts to connect again, and how to make a new key."""
    advice = error.advice
    if accounts:
        advice += f" This affects: {listed(accounts)}."
    advice += " To make a new key, add --new-vault-key to account reconnect or account add."
    with_accounts = VaultError(error.sentence, advice=advice, untouched=error.untouched)
    with_accounts.cause = error.cause
    return with_accounts


def reconnect_list(accounts: list[Account]) -> dict[str, Any]:
    """Return the accounts to connect again, for JSON."""
    return {
        "reconnect": [
            {
                "id": account.id,
                "platform": account.platform,
                "name": account.name,
                "artist": account.artist,
            }
            for account in accounts
        ]
    }


def listed(accounts: list[Account]) -> str:
    """Return accounts as an enumeration in a sentence."""
    return ", ".join(
        f"{account.platform_name} {shown(account.name)} ({shown(account.artist)})"
        for account in accounts
    )
