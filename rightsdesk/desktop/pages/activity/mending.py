"""Which button mends a failure: by its cause, else the place where it can be seen."""

from __future__ import annotations

from dataclasses import dataclass

from rightsdesk.changes.states import READ_FIRST
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.enums.carriers import ON_DISK
from rightsdesk.enums.causes import Cause
from rightsdesk.workspace.jobs.failures import FailedGroup

SIGN_IN = frozenset(
    {
        Cause.NEEDS_RECONNECT,
        Cause.ACCOUNT_AWAY,
        Cause.RENEWED_ELSEWHERE,
        Cause.SIGN_IN_REFUSED,
        Cause.NO_SUCH_ACCOUNT,
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a row: what it does (`undo`, `retry`, `accounts` …), and its text. `place` is
    what it is about, where it is about something."""

    key: str
    text: str
    place: str = ""


def mending(group: FailedGroup) -> tuple[Act, ...]:
    """The buttons below a reason. Trying again is the row's own button."""
    acts = []
    if group.cause in SIGN_IN:
        acts.append(Act("accounts", tr("Connect again…")))
    elif group.carrier in ON_DISK:
        if group.cause in READ_FIRST:
            acts.append(Act("rescan", tr("Rescan")))
        if group.places and group.cause not in (Cause.GONE, Cause.SHARE_GONE):
            acts.append(Act("folder", tr("Show in folder"), group.places[0]))
    elif group.cause == Cause.CHANGED_SINCE:
        acts.append(Act("check", tr("Check platforms")))
    if group.places:
        copy = counted("Copy %n name", "Copy %n names", len(group.places))
        acts.append(Act("copy", copy, "\n".join(group.places)))
    return tuple(acts)
