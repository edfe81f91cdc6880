"""What Home says of bars, news and steps, in words."""

from __future__ import annotations

from dataclasses import dataclass

from rightsdesk.consent.licences.words import ends_words
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.parts.texts import (
    consent_short,
    counted,
    licensed_text,
    number_text,
    on_day,
    path_text,
    plain_mnemonic,
    sentence,
    since_day,
    tr,
)
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import NAMES
from rightsdesk.resources.facts import platform_facts
from rightsdesk.workspace.overview.values import (
    Action,
    Home,
    News,
    RosterRow,
    Step,
)
from rightsdesk.workspace.types.matrix import Segment


def carrier_name(carrier: str) -> str:
    """`Files`, `SoundCloud`, `LinkedIn`."""
    if carrier == CarrierId.FILES:
        return tr("Files")
    return NAMES.get(carrier) or platform_facts(carrier).name


def headline(home: Home) -> str:
    """The figure that matters, as a sentence."""
    if not home.recordings:
        return tr("No music yet")
    if not home.consent:
        return tr("What may AI do with your music?")
    choice = consent_short(home.consent)
    # Where no platform is in use, files are all that there is to read.
    if all(
        one.carrier == CarrierId.FILES or set(one.bar) == {Segment.TERMS} for one in home.carriers
    ):
        form = _in_files(home)
    elif home.exceptions:
        # Some recordings have a choice of their own, which is what they are to say.
        form = tr("{said} of {all} recordings say what you chose everywhere")
    elif home.everywhere == home.recordings:
        form = counted(
            "Your recording says {choice} everywhere",
            "All %n recordings say {choice} everywhere",
            home.recordings,
        )
    else:
        form = tr("{said} of {all} recordings say {choice} everywhere")
    return form.format(
        said=number_text(home.everywhere), all=number_text(home.recordings), choice=choice
    )


def _in_files(home: Home) -> str:
    if home.exceptions:
        return tr("{said} of {all} recordings say what you chose in their files")
    if home.everywhere == home.recordings:
        return counted(
            "Your recording says {choice} in its files",
            "All %n recordings say {choice} in their files",
            home.recordings,
        )
    return tr("{said} of {all} recordings say {choice} in their files")


def chosen_words(home: Home) -> str:
    """`your choice since 12 May 2026, with 2 exceptions`."""
    if not home.consent:
        return ""
    words = tr("your choice")
    if home.chosen_at:
        words = f"{words} {since_day(home.chosen_at)}"
    if home.exceptions:
        one, many = "{words}, with %n exception", "{words}, with %n exceptions"
        return counted(one, many, home.exceptions).format(words=words)
    return words


def news_words(news: News) -> str:
    """`4 tracks on SoundCloud changed without RightsDesk since 21 November`."""
    if news.carrier == CarrierId.FILES:
        form = counted(
            "%n file was changed outside RightsDesk",
            "%n files were changed outside RightsDesk",
            news.count,
        )
        return f"{form} {on_day(news.at)}"
    form = counted(
        "%n track on {platform} was changed outside RightsDesk",
        "%n tracks on {platform} were changed outside RightsDesk",
        news.count,
    )
    return f"{form.format(platform=carrier_name(news.carrier))} {on_day(news.at)}"


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step: what to do, why or how long, and its button."""

    title: str
    under: str
    button: str


def step_words(step: Step) -> StepWords:
    """What to do next, in words."""
    platform = carrier_name(step.platform) if step.platform else ""
    match step.action:
        case Action.RECONNECT:
            return StepWords(
                tr("Sign in to {platform} again").format(platform=platform),
                tr("The sign-in of {name} has ended").format(name=step.name),
                tr("Sign in"),
            )
        case Action.FIND_FOLDER:
            return StepWords(tr("Can't find a music folder"), path_text(step.name), tr("Find it…"))
        case Action.CHOOSE:
            one, many = "%n recording has no choice yet", "%n recordings have no choice yet"
            return StepWords(tr("Say what AI may do"), counted(one, many, step.count), tr("Choose"))
        case Action.WRITE:
            return _write_words(step, platform)
        case Action.SWITCH_OFF:
            return _switch_words(step, platform)
        case Action.ANSWER:
            one, many = "%n {platform} track needs matching", "%n {platform} tracks need matching"
            return StepWords(
                counted(one, many, step.count).format(platform=platform),
                tr("Is this your recording?"),
                tr("Answer"),
            )
        case Action.ADD_MUSIC:
            return StepWords(
                tr("Add the music"),
                tr("Choose the folder that it is in"),
                tr("Choose a folder…"),
            )
        case Action.CONNECT:
            return StepWords(
                tr("Where else is your music?"),
                tr("SoundCloud, YouTube, Bluesky and more"),
                tr("Connect…"),
            )
        case Action.RESERVE_SITE:
            return StepWords(
                tr("Protect your own web site"),
                tr("robots.txt, tdmrep.json and headers"),
                tr("Set up"),
            )
        case Action.LICENCE_ENDS:
            return StepWords(
                tr("A licence {ends}").format(ends=sentence(ends_words(step.count))),
                tr("{name}: extend it, or let it end").format(name=step.name),
                tr("Show"),
            )
        case Action.UNREAD:
            return StepWords(
                tr("{platform} can't be read").format(platform=platform),
                tr("{name}, {since}").format(name=step.name, since=since_day(step.since)),
                tr("Show"),
            )
        case Action.LOOK_AGAIN:
            return StepWords(
                tr("Check {platform} again").format(platform=platform),
                tr("Is your note still right?"),
                tr("Check"),
            )


def _write_words(step: Step, platform: str) -> StepWords:
    if step.platform == CarrierId.FILES:
        title = counted("Write to %n file", "Write to %n files", step.count)
    else:
        one, many = "Write to %n {platform} track", "Write to %n {platform} tracks"
        title = counted(one, many, step.count).format(platform=platform)
    if step.otherwise:
        one = "%n of them says something else today"
        many = "%n of them say something else today"
        return StepWords(title, counted(one, many, step.otherwise), tr("Review"))
    return StepWords(title, tr("Your choice is not there yet"), tr("Review"))


def _switch_words(step: Step, platform: str) -> StepWords:
    control = next(
        (one for one in platform_facts(step.platform).controls if one.id == step.control), None
    )
    label = tr(control.label) if control else ""
    minutes = counted("%n minute", "%n minutes", step.minutes)
    under = tr("On unless you switch it off") if step.on_by_default else label
    return StepWords(
        tr("Set “{label}” on {platform}").format(label=label, platform=platform),
        f"{under} · {minutes}",
        tr("Show me how"),
    )


def recordings_and_consent(row: RosterRow) -> str:
    """`61 recordings · No AI, except Klay until 2027`, or `… · no choice yet`."""
    words = counted("%n recording", "%n recordings", row.recordings)
    if not row.recordings:
        words = tr("no recordings")
    if not row.recordings and not row.consent:
        return words
    choice = tr("no choice yet")
    if row.consent:
        choice = licensed_text(consent_short(row.consent), row.grants)
    return f"{words} · {choice}"


def percent(row: RosterRow) -> str:
    """How many of an artist's recordings state their consent everywhere; "" without any."""
    if not row.recordings or not row.consent:
        return ""
    # Rounded down: 100 % is said only where it is all of them.
    return tr("{number} %").format(number=number_text(100 * row.everywhere // row.recordings))


def newest_words(row: RosterRow) -> str:
    """What changed for an artist, the most important first; a dash where nothing did."""
    if row.terms:
        return counted("%n change in terms", "%n changes in terms", row.terms)
    return news_words(row.news[0]) if row.news else "–"


OPTIONAL = (Action.CONNECT, Action.RESERVE_SITE, Action.LICENCE_ENDS)
"""Steps that widen what is covered. An artist without them is settled all the same."""
SETTLED = 3
"""From this urgency on an artist needs nothing of a person."""


def need_of(row: RosterRow) -> tuple[int, str, Tone]:
    """What an artist needs of a person: how urgent (0 first), in words, and its tone."""
    number = sum(step.action not in OPTIONAL for step in row.steps)
    steps = counted("%n step", "%n steps", number)
    if row.broken:
        return 0, steps, Tone.BAD
    if not row.recordings:
        return SETTLED, tr("no music yet"), Tone.DIM
    if not row.consent:
        return 1, tr("choose"), Tone.BAD
    if number:
        return 2, steps, Tone.OPEN
    if unread := row.bar.get(Segment.UNKNOWN, 0):  # a damaged file, say: it is no promise kept
        return SETTLED, counted("%n not read", "%n not read", unread), Tone.DIM
    return SETTLED + 1, tr("settled"), Tone.GOOD


def button_text(words: str) -> str:
    """Words for a button: names in them may have a `&`."""
    return plain_mnemonic(words)
