"""The key that protects the stored sign-ins: a new one where it is lost, and a passphrase."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.accounts.passphrase import PassphraseDialog
from rightsdesk.desktop.parts.message_box import ask, tell
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.roster.passphrase_prompts import PromptReason
from rightsdesk.workspace.types import Account


def offer_new_key(
    desk: ViewState, parent: QWidget, error: KnownError, then: Callable[[], None]
) -> None:
    """Ask whether to make a new key, naming the accounts that then have to be connected again.

    After a yes the key is made in a worker, and `then` is called.
    """
    workspace = desk.workspace

    def about(concerned: Sequence[Account]) -> None:
        lines = [tr("These accounts then have to be connected again; nothing else is lost:")]
        lines += [f"•  {one.platform_name}: {one.name} ({one.artist})" for one in concerned]

        def agreed() -> None:
            desk.work.run(
                Lane.WAIT,
                lambda _task: workspace.accounts.new_vault_key(),
                lambda _accounts: made(),
                failed=lambda failure: tell(parent, str(failure), name="key-told"),
                owner=parent,
            )

        ask(
            parent,
            f"{error.sentence} {tr('Make a new key?')}",
            tr("&Make a new key"),
            tr("Cancel"),
            agreed,
            title=tr("Make a new key?"),
            details="\n".join(lines) if concerned else "",
            name="new-key",
        )

    def made() -> None:
        desk.something_changed()
        then()

    desk.work_for(parent, workspace.accounts.locked_out, about)


def set_passphrase(desk: ViewState, parent: QWidget) -> None:
    """Ask for a new passphrase, and let it open the stored sign-ins."""
    about = tr(
        "Your system's keyring opens the keys to your accounts, where there is one. A passphrase "
        "opens them, too: also when the keyring loses its entry. It replaces an earlier one."
    )
    dialog = PassphraseDialog(PromptReason.NEW, parent, about=about)

    def say(text: str) -> None:
        tell(parent, text, name="key-told")

    def given() -> None:
        new = dialog.given()
        desk.work.run(
            Lane.WAIT,
            lambda _task: desk.workspace.accounts.set_passphrase(new),
            lambda _none: say(tr("The new passphrase opens your sign-ins now.")),
            failed=lambda error: say(str(error)),
            owner=parent,
        )

    dialog.accepted.connect(given)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
