"""Connecting an account in a worker: begin, wait, and take back what was given up meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightsdesk.desktop.state.tasks import Task
from rightsdesk.workspace.sign_in.form import FieldPart, SignInForm
from rightsdesk.workspace.types.artists import Account

if TYPE_CHECKING:
    from rightsdesk.workspace import PendingSignIn, Workspace


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that answered; `new` where it was not this artist's before."""

    account: Account
    new: bool


@dataclass(frozen=True, slots=True)
class ConnectionRequest:
    """What to connect: for whom, where, and the account that is known already, if any."""

    artist_id: int
    form: SignInForm
    again: Account | None
    port: int

    def begin(self, workspace: Workspace, given: Mapping[str, str]) -> PendingSignIn:
        """Start a sign-in through the browser."""
        client_id, secret = given[FieldPart.CLIENT_ID], given.get(FieldPart.CLIENT_SECRET, "")
        if self.again is not None:
            return workspace.accounts.reconnect(
                self.again.id, client_id=client_id, client_secret=secret
            )
        return workspace.accounts.begin_sign_in(
            self.artist_id,
            self.form.platform,
            client_id=client_id,
            client_secret=secret,
            base_url=given.get(FieldPart.BASE_URL, ""),
            auth_url=given.get(FieldPart.AUTH_URL, ""),
            port=self.port,
        )

    def finish(
        self, workspace: Workspace, pending: PendingSignIn
    ) -> Callable[[Task], Connected | None]:
        """Waits for the browser's answer."""
        return self._connect(
            workspace, lambda task: workspace.accounts.by_id(pending.finish(task.cancelled.is_set))
        )

    def by_secret(
        self, workspace: Workspace, given: Mapping[str, str], fingerprint: str = ""
    ) -> Callable[[Task], Connected | None]:
        """Connects by a password, a token or keys; `fingerprint` is that of a server's key to
        which the person agreed."""
        identifier, secret = given.get(FieldPart.IDENTIFIER, ""), given.get(FieldPart.SECRET, "")

        def connect(_task: Task) -> Account:
            if self.again is not None:
                return workspace.accounts.renew(
                    self.again.id, identifier=identifier, secret=secret, fingerprint=fingerprint
                )
            return workspace.accounts.add(
                self.artist_id,
                self.form.platform,
                identifier=identifier,
                secret=secret,
                base_url=given.get(FieldPart.BASE_URL, ""),
                fingerprint=fingerprint,
            )

        return self._connect(workspace, connect)

    def _connect(
        self, workspace: Workspace, connect: Callable[[Task], Account]
    ) -> Callable[[Task], Connected | None]:
        def work(task: Task) -> Connected | None:
            before = {
                account.id for account in workspace.accounts.all(self.artist_id, counted=False)
            }
            account = connect(task)
            new = account.id not in before
            if not task.cancelled.is_set():
                return Connected(account, new)
            if new:  # given up in the last moment: nothing of it stays
                workspace.accounts.remove(account.id)
            return None

        return work
