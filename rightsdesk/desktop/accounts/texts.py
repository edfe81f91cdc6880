"""The words about accounts: how one stands, what a platform offers, what each deed leaves."""

from __future__ import annotations

from rightsdesk.desktop.design.words import within
from rightsdesk.desktop.parts.texts import (
    counted,
    sentence,
    short_day,
    tr,
    when_text,
)
from rightsdesk.desktop.parts.theme import Accent
from rightsdesk.roster.account_state import AccountState
from rightsdesk.workspace.sign_in.form import SignInForm
from rightsdesk.workspace.types.artists import Account


def state_text(account: Account) -> str:
    """Whether the sign-in holds, and whether what is there can be read."""
    if account.unread_since and account.state == AccountState.CONNECTED:
        return tr("Not readable since {day}").format(day=short_day(account.unread_since))
    return {
        AccountState.CONNECTED: tr("Connected"),
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


def found_text(account: Account) -> str:
    """`5 tracks`, in the platform's own word for what it holds."""
    nouns = account.noun if account.items == 1 else account.nouns
    return f"{counted('%n', '%n', account.items)} {tr(nouns)}"


def place_text(account: Account) -> str:
    """Where an account's secrets go, where that is not the platform's own address; else "".

    Whoever can edit the database could have a secret typed for another place.
    """
    places = dict.fromkeys(place for place in (account.base_url, account.auth_url) if place)
    return tr("This account is at {places}.").format(places=", ".join(places)) if places else ""


def facts_text(account: Account) -> str:
    """What is known of an account, a line each."""
    lines = [account.url, account.base_url if account.base_url != account.url.rstrip("/") else ""]
    if account.looked_at:
        found, when = found_text(account), when_text(account.looked_at)
        lines.append(tr("{found}, checked {when}.").format(found=found, when=when))
    else:
        lines.append(tr("Not checked yet."))
    if account.questions:
        one, many = "%n track needs matching.", "%n tracks need matching."
        lines.append(counted(one, many, account.questions))
    if account.checked_at:
        lines.append(tr("Sign-in tried {when}.").format(when=when_text(account.checked_at)))
    lines += map(sentence, account.lacks)
    if not outage_text(account):
        lines.append(sentence(account.problem))
    return "\n".join(line for line in lines if line)


def outage_text(account: Account) -> str:
    """Since when an account cannot be read, and why; "" where it can, or the sign-in ended."""
    if not account.unread_since or account.state != AccountState.CONNECTED:
        return ""
    form = tr("It could not be read since {when}. What you see is from before. {why}")
    return form.format(
        when=when_text(account.unread_since), why=sentence(account.unread_why)
    ).strip()


def offers_text(form: SignInForm) -> str:
    """What RightsDesk can do on a platform once an account is connected."""
    reads = tr("Reads: {what}.").format(what=tr(form.facts.reads))
    return f"{reads}\n{tr('Writes: {what}.').format(what=tr(form.facts.writes))}"


def check_text(account: Account) -> str:
    """What a check does."""
    return tr(
        "Tries the sign-in and reads what {platform} says now. Changes nothing there."
    ).format(platform=account.platform_name)


def again_text(account: Account) -> str:
    """What signing in again does."""
    return tr("Replaces the key. Everything known about {name} stays.").format(name=account.name)


def remove_text(account: Account) -> str:
    """What disconnecting does."""
    form = tr("Deletes its keys. Nothing changes on {platform} and in your files.")
    return form.format(platform=account.platform_name)


def removal_lines(account: Account) -> list[str]:
    """What ends and what stays, a sentence each, before it is done."""
    platform = account.platform_name
    lines = [
        tr("{platform} is asked to end the sign-in.").format(platform=platform),
        tr("Its keys are deleted from this computer."),
    ]
    if account.items:
        form = tr("What RightsDesk knows of {found} is deleted, with your matches.")
        lines.append(form.format(found=found_text(account)))
    if account.open_changes:
        one = "%n change that a job has left to make there is dropped."
        many = "%n changes that jobs have left to make there are dropped."
        lines.append(counted(one, many, account.open_changes))
    form = tr("What you declared on {platform} stays there, and your files stay as they are.")
    lines.append(form.format(platform=platform))
    form = tr("To undo a job's changes on {platform} later, connect the same login again.")
    lines.append(form.format(platform=platform))
    return lines


def way_text(form: SignInForm) -> str:
    """How a platform is connected, in a few words."""
    if form.in_browser:
        return tr("In your browser, with an app of your own")
    parts = [asked for asked in form.asks if not asked.optional]
    if any(asked.folder for asked in form.asks):
        return tr("The folder or server of your site")
    if len(parts) > 1:
        return tr("With {first} and {last}").format(
            first=_spoken(parts[0].label), last=_spoken(parts[-1].label)
        )
    return tr("With {what}").format(what=_spoken(parts[0].label))


def connect_minutes(form: SignInForm) -> int:
    """How long connecting takes: a minute for each step, two where an app has to be made."""
    return max(1, len(form.facts.steps) * (2 if form.in_browser else 1))


def _spoken(label: str) -> str:
    return within(label)
