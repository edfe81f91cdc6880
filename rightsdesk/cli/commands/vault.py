"""`rightsdesk vault`: what protects the stored sign-ins, and a new key where that is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.asking import NoOneToAsk, agreed, new_passphrase, secret, someone_is_there
from rightsdesk.cli.exits import Ended, Exit, code_of, usage
from rightsdesk.cli.options import Json, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.session import Session
from rightsdesk.roster import passphrases
from rightsdesk.roster.vault_errors import VaultError

if TYPE_CHECKING:
    from rightsdesk.workspace.types import Account

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What protects your stored sign-ins.",
)

NewKey = Annotated[
    bool,
    typer.Option(
        "--new-vault-key",
        help="Where the key to the stored sign-ins is lost: make a new one. All accounts then "
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

    Where the system has a keyring, that opens them as before, and the passphrase helps when
    the keyring loses its entry. Without a keyring the passphrase alone opens them. It needs
    at least 8 characters. RIGHTSDESK_PASSPHRASE gives the present one where nobody is there
    to ask.
    """
    session = begin(context, as_json=as_json)
    workspace = session.workspace()
    if secret_stdin:
        new = secret("", from_stdin=True)
    elif someone_is_there():
        new = new_passphrase()
        if not new:
            raise usage("No passphrase was given. Nothing was changed.")
    else:
        raise NoOneToAsk(
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


def openable(session: Session, *, new_key: bool) -> None:
    """Open what keeps the sign-ins. Where its key is lost, offer a new one; raises the vault's
    error where that is not wanted."""
    workspace = session.workspace()
    try:
        workspace.accounts.unlock_vault()
        return
    except VaultError as error:
        if not (error.lost or error.may_be_lost):
            raise
        lost = error
    concerned = workspace.accounts.locked_out()
    if not new_key:
        if not someone_is_there() or session.out.as_json or session.out.quiet:
            told = with_list(lost, concerned)
            raise Ended(code_of(told), told, reconnect_list(concerned))
        names = listed(concerned)
        question = f"{lost.sentence} Make a new key?"
        if concerned:
            have = phrases.plural(len(concerned), "has", "have")
            question += (
                f" {phrases.counted(len(concerned), 'account')} then {have} to be connected "
            )
            question += f"again: {names}."
        if not agreed(question):
            raise lost
    workspace.accounts.new_vault_key()
    again = f" To connect again: {listed(concerned)}." if concerned else ""
    session.out.note(f"Made a new key for your sign-ins.{again}")


def with_list(error: VaultError, concerned: list[Account]) -> VaultError:
    """The error, naming the accounts that need to be connected again and the way."""
    advice = error.advice
    if concerned:
        advice += f" It concerns: {listed(concerned)}."
    advice += " To make a new key, add --new-vault-key to account reconnect or account add."
    told = VaultError(error.sentence, advice=advice, untouched=error.untouched)
    told.cause = error.cause
    return told


def reconnect_list(concerned: list[Account]) -> dict[str, Any]:
    """The same accounts, for a JSON document."""
    return {
        "reconnect": [
            {"id": one.id, "platform": one.platform, "name": one.name, "artist": one.artist}
            for one in concerned
        ]
    }


def listed(concerned: list[Account]) -> str:
    """Accounts in a sentence."""
    return ", ".join(
        f"{one.platform_name} {shown(one.name)} ({shown(one.artist)})" for one in concerned
    )
