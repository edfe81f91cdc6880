"""The words about accounts: how one stands, what a platform offers, what each deed leaves."""

from __future__ import annotations

from rightsdesk.desktop.parts.texts import counted, short_day, tr, when_text
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.roster.account_state import AccountState
from rightsdesk.workspace.sign_in.form import SignInForm
from rightsdesk.workspace.types import Account


def state_text(account: Account) -> str:
    """Whether the sign-in holds, and whether what is there can be read."""
    if account.unread_since and account.state == AccountState.CONNECTED:
        return tr("Not readable since {day}").format(day=short_day(account.unread_since))
    return {
        AccountState.CONNECTED: tr("Signed in"),
        AccountState.RECONNECT: tr("Sign in again"),
        AccountState.UNCHECKED: tr("Not tried yet"),
        AccountState.UNCONFIRMED: tr("Whose is it?"),
    }[account.state]


def state_sign(account: Account) -> tuple[str, Accent]:
    """The icon of the same, and its colour."""
    if account.state == AccountState.CONNECTED:
        if account.unread_since:
            return "unknown", Accent.OPEN
        return "agrees", Accent.GOOD
    if account.state == AccountState.RECONNECT:
        return "conflicts", Accent.BAD
    return "unknown", Accent.DIM


def looked_text(account: Account) -> str:
    """When an item was last read there."""
    return when_text(account.looked_at) if account.looked_at else tr("never")


def found_text(account: Account) -> str:
    """`5 tracks`, in the platform's own word for what it holds."""
    nouns = account.noun if account.items == 1 else account.nouns
    return f"{counted('%n', '%n', account.items)} {tr(nouns)}"


def found_short(account: Account) -> str:
    """`5 tracks, 1 question`; nothing while nobody looked."""
    if not account.looked_at:
        return ""
    if not account.questions:
        return found_text(account)
    asked = counted("%n question", "%n questions", account.questions)
    return f"{found_text(account)}, {asked}"


def place_text(account: Account) -> str:
    """Where an account's secrets go, where that is not the platform's own address; else "".

    Who could edit the database would like a secret to be typed for elsewhere.
    """
    places = dict.fromkeys(place for place in (account.base_url, account.auth_url) if place)
    return tr("This account is at {places}.").format(places=", ".join(places)) if places else ""


def facts_text(account: Account) -> str:
    """What is known of an account, a line each."""
    lines = [account.url, account.base_url if account.base_url != account.url.rstrip("/") else ""]
    if account.looked_at:
        lines.append(
            tr("{found} found there; last looked {when}.").format(
                found=found_text(account), when=when_text(account.looked_at)
            )
        )
    else:
        lines.append(tr("Nobody has looked there yet."))
    if account.questions:
        form = "%n track needs matching."
        forms = "%n tracks need matching."
        lines.append(counted(form, forms, account.questions))
    if account.checked_at:
        lines.append(tr("Sign-in last tried {when}.").format(when=when_text(account.checked_at)))
    if account.unread_since:
        form = tr("It could not be read since {when}: {why}")
        since = when_text(account.unread_since)
        lines.append(form.format(when=since, why=account.unread_why))
    lines += account.lacks
    if account.problem not in account.unread_why:
        lines.append(account.problem)
    return "\n".join(line for line in lines if line)


def offers_text(form: SignInForm) -> str:
    """What RightsDesk can do on a platform once an account is connected."""
    reads = tr("Reads: {what}.").format(what=tr(form.facts.reads))
    return f"{reads}\n{tr('Writes: {what}.').format(what=tr(form.facts.writes))}"


def check_text(account: Account) -> str:
    """What a check does."""
    return tr(
        "Tries the sign-in and reads what {platform} says now. Nothing is changed there."
    ).format(platform=account.platform_name)


def again_text(account: Account) -> str:
    """What signing in again does."""
    return tr("Puts a new key in the place of the old one. All that is known of it stays.")


def remove_text(account: Account) -> str:
    """What removing does."""
    form = tr(
        "Deletes its keys here and what was noted of {found}. On {platform} and in your "
        "files nothing changes."
    )
    if not account.items:
        form = tr("Deletes its keys here. On {platform} and in your files nothing changes.")
    return form.format(found=found_text(account), platform=account.platform_name)


def removal_text(account: Account) -> str:
    """The same, before it is done, in full."""
    lines = [
        tr("{platform} is told to end the sign-in, where it can be.").format(
            platform=account.platform_name
        ),
        tr("Its keys are deleted from this computer."),
        tr(
            "What you declared on {platform} stays there, and your files stay as they are. "
            "The list of jobs stays; to undo their changes there, the same login has to be "
            "connected for {artist} again."
        ).format(platform=account.platform_name, artist=account.artist),
    ]
    if account.open_changes:
        form = "%n change that a job has left to make there is given up."
        forms = "%n changes that jobs have left to make there are given up."
        lines.append(counted(form, forms, account.open_changes))
    if account.items:
        noted = tr("What was noted of {found} is deleted, with your answers to questions on them.")
        lines.insert(2, noted.format(found=found_text(account)))
    return "\n".join(f"•  {line}" for line in lines)
