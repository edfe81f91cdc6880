"""Wait for a sign-in in a browser, on this computer or on another one."""

from __future__ import annotations

import getpass
import os
import select
import shlex
import sys
import webbrowser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rightsdesk.cli.exits import stopped
from rightsdesk.cli.progress import stop_on_signal
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightsdesk.workspace import PendingSignIn

LONGEST_LINE = 20_000


def wait_for(session: Session, pending: PendingSignIn, *, no_browser: bool) -> int:
    """Open the sign-in page, unless `no_browser`, and wait. Return the account's id.

    If the browser is on another computer, the person can paste the address it ended at.
    """
    out, typed = session.out, TypedLines()
    elsewhere = by_ssh(os.environ, pending.redirect_uri)
    with stop_on_signal() as stop:
        if not no_browser and elsewhere and not has_screen(os.environ):
            out.note("Open this address in a browser:", pending.url)
        elif not no_browser:
            out.note("Opening your browser. If nothing opens, go to:", pending.url)
            webbrowser.open(pending.url)
        out.note("Waiting for your sign-in. Ctrl-C cancels it.")
        out.note(*(elsewhere or ([ELSEWHERE] if no_browser else [])), pending.to_register)

        def stop_or_take() -> bool:
            for line in typed.poll():
                if not pending.take(line):
                    out.note(
                        "That is not the last address of this sign-in. It begins with "
                        f"{pending.redirect_uri}?"
                    )
            return stop.is_set()

        try:
            return pending.finish(stop_or_take)
        except KeyboardInterrupt:
            pending.cancel()
            raise
        except KnownError:
            if stop.is_set():  # the person cancelled, whatever error ended the wait
                raise stopped("The sign-in was cancelled. Nothing was stored.") from None
            raise


ELSEWHERE = (
    "The browser has to be on this computer. On another computer, it ends at a page that "
    "can't be reached: paste the address of that page here."
)


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether this computer shows windows to the person."""
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def by_ssh(environment: Mapping[str, str], redirect_uri: str) -> list[str]:
    """Return instructions for a person who is connected by ssh; otherwise nothing.

    `SSH_CONNECTION` holds the addresses and ports of the client and of this computer (sshd's
    manual, section ENVIRONMENT).
    """
    parts = environment.get("SSH_CONNECTION", "").split()
    if len(parts) != 4:
        return []
    client, _, host, ssh_port = parts
    port = urlsplit(redirect_uri).port
    login = f"-p {shlex.quote(ssh_port)} " if ssh_port != "22" else ""
    login += shlex.quote(f"{getpass.getuser()}@{host}")
    return [
        f"You are connected by ssh from {client}, and the browser there can't reach this computer "
        "directly. Either run this first on the computer with the browser:",
        f"    ssh -L {port}:127.0.0.1:{port} {login}",
        "or sign in there without that: the browser ends at a page that can't be reached. Paste "
        "the address of that page here.",
    ]


class TypedLines:
    """Lines typed while the program waits for something else. Reading never blocks.

    A reading thread would delay the end of the program, so the terminal is polled. Where it can't
    be polled (Windows), no lines are returned.
    """

    def __init__(self) -> None:
        self._begun = b""
        self._number: int | None = None
        try:
            if os.name == "posix" and sys.stdin is not None:
                self._number = sys.stdin.fileno()
        except (OSError, ValueError):
            pass  # not a real file: replaced by a script

    def poll(self) -> list[str]:
        """Return the complete lines typed so far, without empty ones."""
        lines = []
        while self._number is not None and select.select([self._number], [], [], 0)[0]:
            # Byte by byte: input after the line may be for another prompt.
            byte = os.read(self._number, 1)
            if not byte:
                self._number = None
            elif byte != b"\n" and len(self._begun) < LONGEST_LINE:
                self._begun += byte
            else:
                if line := self._begun.decode("utf-8", "replace").strip():
                    lines.append(line)
                self._begun = b""
        return lines
