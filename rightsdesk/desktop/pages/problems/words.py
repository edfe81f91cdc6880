"""What the Problems page calls each kind of problem, what to do about it, and which button does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum

from rightsdesk.changes.states import NEEDS_ANOTHER_FILE, READ_FIRST
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.parts.texts import (
    counted,
    on_day,
    path_text,
    quoted,
    sentence,
    tr,
)
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.workspace.types.findings import Decision, DecisionKind
from rightsdesk.workspace.types.problems import Problem, ProblemKind

_MOST_NAMED = 5


class Mend(StrEnum):
    """What a button of a problem does."""

    SHOW = "show"
    FIX = "fix"
    FIND_FOLDER = "find-folder"
    SIGN_IN = "sign-in"
    CHECK = "check"
    RETRY = "retry"
    CONTINUE = "continue"
    HISTORY = "history"
    ANSWER = "answer"
    CHOOSE = "choose"
    WRITE = "write"
    PLATFORM = "platform"
    RESCAN = "rescan"


K, M = ProblemKind, Mend
_MENDS: dict[ProblemKind, tuple[Mend, ...]] = {
    K.UNFINISHED: (M.CONTINUE, M.HISTORY),
    K.ACCOUNT: (M.SIGN_IN,),
    K.UNREAD: (M.CHECK, M.SIGN_IN),
    K.OLD: (M.CHECK,),
    K.FOLDER: (M.FIND_FOLDER, M.RESCAN),
    K.UNCONFIRMED: (M.CHECK,),
    K.FAILED: (M.RETRY, M.SHOW),
    K.DRIFT: (M.WRITE, M.SHOW),
    K.UNCHOSEN: (M.CHOOSE,),
    K.CONFLICTS: (M.WRITE, M.SHOW),
    K.ATTESTED: (M.PLATFORM,),
    K.REMINDER: (M.PLATFORM,),
    K.SWITCH: (M.PLATFORM,),
    K.QUESTION: (M.ANSWER,),
    K.ITEM: (M.CHECK,),
    K.FILE: (M.SHOW, M.RESCAN),
}


def mends_of(problem: Problem) -> tuple[Mend, ...]:
    """What can be done about a problem; the first is the likely one."""
    if problem.kind is K.CATALOGUE:
        fix = (M.FIX,) if DecisionKind.MERGE in problem.decisions else ()
        show = (M.SHOW,) if search_for(problem) or not fix else ()
        return (*fix, *show)
    if problem.kind is K.FILE and problem.cause is Cause.GONE:
        return (M.RESCAN, M.SHOW)
    if problem.kind is K.FAILED:
        on_files = problem.carrier == CarrierId.FILES
        if problem.cause in NEEDS_ANOTHER_FILE:
            return (M.SHOW, M.RESCAN)
        if problem.cause in READ_FIRST and on_files:
            return (M.RESCAN, M.SHOW)
        if problem.cause is Cause.CHANGED_SINCE:
            return (M.CHECK, M.SHOW)
    return _MENDS[problem.kind]


def mend_text(mend: Mend, problem: Problem) -> str:
    """The text of a button."""
    on_files = problem.carrier in (CarrierId.FILES, "")
    texts = {
        M.SHOW: tr("Show in folder") if problem.kind is K.FILE else tr("Show"),
        M.FIX: tr("Fix…"),
        M.FIND_FOLDER: tr("Find folder…"),
        M.SIGN_IN: tr("Sign in again…"),
        M.CHECK: tr("Check now"),
        M.RETRY: tr("Retry…"),
        M.CONTINUE: tr("Continue…"),
        M.HISTORY: tr("Show in Activity"),
        M.ANSWER: tr("Match…"),
        M.CHOOSE: tr("Choose…"),
        M.WRITE: tr("Write to files…") if on_files else tr("Write there…"),
        M.PLATFORM: tr("Show the steps"),
        M.RESCAN: tr("Rescan"),
    }
    return texts[mend]


def search_for(problem: Problem) -> str:
    """What to search the catalogue for, to see what a problem is about; "" where it has no name."""
    if problem.path:
        return os.path.basename(problem.path)
    if problem.kind is not K.CATALOGUE:
        return ""
    for code in ("ISRC ", "UPC "):
        if problem.where.startswith(code):
            return problem.where.removeprefix(code).strip("“”")
    return problem.where


def kind_title(kind: ProblemKind) -> str:
    """A kind of problem, as the heading of its group and as a filter."""
    titles = {
        K.UNFINISHED: tr("Stopped jobs"),
        K.ACCOUNT: tr("Sign-ins"),
        K.UNREAD: tr("Accounts that can't be read"),
        K.OLD: tr("Checked too long ago"),
        K.FOLDER: tr("Missing folders"),
        K.UNCONFIRMED: tr("Written, not shown yet"),
        K.FAILED: tr("Couldn't be written"),
        K.DRIFT: tr("Changed by others"),
        K.UNCHOSEN: tr("Not chosen yet"),
        K.CONFLICTS: tr("Says otherwise"),
        K.ATTESTED: tr("Your note says otherwise"),
        K.REMINDER: tr("Time to check a switch"),
        K.SWITCH: tr("Switches only you can set"),
        K.QUESTION: tr("Tracks to match"),
        K.CATALOGUE: tr("Codes and duplicates"),
        K.ITEM: tr("Tracks that couldn't be read"),
        K.FILE: tr("Files that couldn't be read"),
    }
    return titles[kind]


def what_to_do(problem: Problem) -> str:
    """What a person can do about it, in a sentence or two."""
    advice = {
        K.UNFINISHED: tr("Continue it, or undo it in Activity."),
        K.ACCOUNT: tr("Sign in to the account again."),
        K.UNREAD: tr("Try again now. If that fails, sign in again."),
        K.OLD: tr("Check it now, or turn on automatic checks in Settings."),
        K.FOLDER: tr(
            "Connect its disk, then rescan. If it was moved, show where it is now: its jobs, their "
            "undo and the proof of the audio go with it."
        ),
        K.UNCONFIRMED: tr("Platforms can take a while. Check again later."),
        K.DRIFT: tr("If that was not you, write your choice there again."),
        K.UNCHOSEN: tr("Choose what AI may do with them."),
        K.CONFLICTS: tr("Write your choice there. You see every change before it is made."),
        K.ATTESTED: tr("Set the switch there, then note how it is now."),
        K.REMINDER: tr("See how it is set, then note it."),
        K.QUESTION: tr("Say which recording each is."),
    }
    return advice.get(problem.kind, sentence(problem.advice))


def sign_of(kind: ProblemKind) -> tuple[str, Tone]:
    """The sign of a kind, and its tone: red is only what says otherwise or failed."""
    if kind in (K.CONFLICTS, K.DRIFT, K.SWITCH, K.ATTESTED):
        return "conflicts", Tone.BAD
    signs = {
        K.ACCOUNT: ("key", Tone.BAD),
        K.FAILED: ("problems", Tone.BAD),
        K.UNFINISHED: ("pause", Tone.OPEN),
        K.FOLDER: ("folder", Tone.OPEN),
        K.UNCHOSEN: ("unchosen", Tone.OPEN),
        K.QUESTION: ("question", Tone.OPEN),
        K.REMINDER: ("clock", Tone.OPEN),
        K.OLD: ("clock", Tone.OPEN),
        K.UNCONFIRMED: ("clock", Tone.OPEN),
        K.CATALOGUE: ("copy", Tone.OPEN),
    }
    return signs.get(kind, ("file", Tone.OPEN))


def place_of(problem: Problem, carriers: Mapping[str, str]) -> str:
    """Where a problem is, as a person calls it."""
    if problem.path:
        return path_text(problem.path)
    return carriers.get(problem.where, path_text(problem.where))


def row_words(problem: Problem, carriers: Mapping[str, str]) -> tuple[str, str]:
    """The two lines of a row: what it is, and where or whose."""
    place = place_of(problem, carriers)
    if problem.kind is K.FILE:
        name, folder = os.path.basename(problem.path), os.path.dirname(problem.path)
        return path_text(name), _joined(problem.artist, path_text(folder))
    if problem.kind is K.FOLDER:
        return place, _joined(problem.artist, sentence(problem.sentence))
    return sentence(problem.sentence), _joined(
        place, problem.artist if problem.artist not in place else ""
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def heading_words(number: int) -> str:
    """The page's answer."""
    if not number:
        return tr("No problems")
    return counted("%n problem", "%n problems", number)


def decision_words(one: Decision) -> tuple[str, str]:
    """The two lines of a decision in force: what was decided about what, and when and why."""
    names = [quoted(name) for name in one.names[:_MOST_NAMED]]
    names += ["…"] if len(one.names) > _MOST_NAMED else []
    if one.kind is DecisionKind.IGNORE:
        about = " · ".join(filter(None, (path_text(one.where), *one.names)))
        day = tr("Ignored {day}").format(day=on_day(one.decided_at))
        return sentence(one.sentence) or about, _joined(
            day, one.reason, about if one.sentence else ""
        )
    forms = {
        DecisionKind.MERGE: tr("Merged: {about}"),
        DecisionKind.KEEP_APART: tr("Kept apart: {about}"),
    }
    about = ", ".join(filter(None, (one.where, *names)))
    return forms[one.kind].format(about=about), tr("Decided {day}").format(
        day=on_day(one.decided_at)
    )
