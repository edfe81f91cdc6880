"""Waiting for a person who signs in in a browser, here or on another computer."""

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
from rightsdesk.cli.session import Session
from rightsdesk.cli.watching import stoppable
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightsdesk.workspace import PendingSignIn

LONGEST_LINE = 20_000


def wait_for(session: Session, pending: PendingSignIn, *, no_browser: bool) -> int:
    """Open the sign-in page, unless `no_browser`, and wait for the answer; the account's id.

    Where the browser is on another computer, the address that it was sent to can be pasted.
    """
    out, typed = session.out, TypedLines()
    elsewhere = by_ssh(os.environ, pending.redirect_uri)
    with stoppable() as stop:
        if not no_browser and elsewhere and not has_screen(os.environ):
            out.note("Open this address in a browser:", pending.url)
        elif not no_browser:
            out.note("Opening your browser. If nothing opens, go to:", pending.url)
            webbrowser.open(pending.url)
        out.note("Waiting for you to sign in there. Ctrl-C gives up.")
        out.note(*(elsewhere or ([ELSEWHERE] if no_browser else [])), pending.to_register)

        def stop_or_take() -> bool:
            for line in typed.poll():
                if not pending.take(line):
                    out.note(
                        "That is not the address that this sign-in ends at. It begins with "
                        f"{pending.redirect_uri}?"
                    )
            return stop.is_set()

        try:
            return pending.finish(stop_or_take)
        except KeyboardInterrupt:
            pending.cancel()
            raise
        except KnownError:
            if stop.is_set():  # however the wait ended, the person asked for it
                raise stopped("Sign-in given up. Nothing was stored.") from None
            raise


ELSEWHERE = (
    "The browser has to be on this computer. If it is on another one, it ends at a page that "
    "can't be reached: paste the address of that page here."
)


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether a browser of this computer can be seen."""
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def by_ssh(environment: Mapping[str, str], redirect_uri: str) -> list[str]:
    """What to do where the person sits at another computer, connected by ssh; else nothing.

    `SSH_CONNECTION` holds the addresses and ports of the client and of this computer
    (sshd's manual, section ENVIRONMENT).
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
        "by itself. Either run this first on the computer that has the browser:",
        f"    ssh -L {port}:127.0.0.1:{port} {login}",
        "or sign in there without it: the browser ends at a page that can't be reached. Paste "
        "the address of that page here.",
    ]


class TypedLines:
    """Lines that a person types while something else is waited for, without waiting for them.

    A thread that reads would hold up the end of the program; so the terminal is asked whether
    there is anything. Where it can't be (Windows), nothing is ever typed.
    """

    def __init__(self) -> None:
        self._begun = b""
        self._number: int | None = None
        try:
            if os.name == "posix" and sys.stdin is not None:
                self._number = sys.stdin.fileno()
        except (OSError, ValueError):
            pass  # not a real file: a script's own

    def poll(self) -> list[str]:
        """The lines that are complete by now, without empty ones."""
        lines = []
        while self._number is not None and select.select([self._number], [], [], 0)[0]:
            # One at a time: what follows the line may be for somebody else.
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
