"""Facts about platforms from outside their APIs: one TOML file each, read strictly.

A file says what a person found, where, and when. It is never shown as read from an account.
Dates are ISO 8601, `YYYY-MM` where only the month is known. `resources/facts/make.py` puts all
files into one, `platforms.facts`, which is what the program reads (`facts_in_use`).

    name, kind, last_checked      the platform's name, its kind, the day of the last check
    also?                         other names under which a person looks for it
    direction                     what holds without the artist's doing: opt-in, opt-out, says-no,
                                  no-choice, silent, unknown (`DefaultDirection`)
    short                         what it comes down to for an artist, in one to three sentences
    no_control?                   a sentence why there is no switch, if there is more to say
    minutes?                      the time that an artist needs for all of it
    check_again?                  for the editor: the month, and what to look at
    [[fact]]                      one statement of one document; see `findings`
    [[control]]                   a choice that the platform offers; see `controls`
    [[offer]]   short, companies, source        opt-in offers that name AI makers
    [[note]]    about, short, source            what must not be confused with the rest
    [[document]]                  a text to watch: terms, privacy policy, help page; see `documents`
    [sign_in]   steps, reads, writes, field, …  how it is connected: see `signing_in`
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from rightsdesk.folding import letters
from rightsdesk.resources.controls import Control
from rightsdesk.resources.documents import DocumentKind, WatchedDocument
from rightsdesk.resources.facts_in_use import FactsInUse, FactsOrigin, in_use, without
from rightsdesk.resources.findings import Fact
from rightsdesk.resources.signing_in import SignInFacts
from rightsdesk.resources.strict_toml import Day, FilledText, Strict, Texts, from_json, read
from rightsdesk.sentences import together, worded

UNKNOWN_TERMS = "RightsDesk does not know what the terms say about AI training."


class PlatformKind(StrEnum):
    """What a platform is to an artist, in the order in which they are shown."""

    STREAMING = "streaming"
    SOCIAL = "social"
    VIDEO = "video"
    DISTRIBUTOR = "distributor"
    STORE = "store"
    WRITING = "writing"
    WEBSITE = "website"
    SELF_HOSTED = "self-hosted"
    FILES = "files"
    TOOLS = "tools"
    REGISTRY = "registry"
    LICENSING = "licensing"
    COLLECTING_SOCIETY = "collecting-society"
    AI_MAKER = "ai-maker"


class PlatformPlace(StrEnum):
    """Where a platform is shown: among what artists use, or in a place of its own."""

    PLATFORMS = "platforms"
    REGISTRIES = "registries"
    AI_MAKERS = "ai-makers"


_PLACES = {
    PlatformKind.REGISTRY: PlatformPlace.REGISTRIES,
    PlatformKind.LICENSING: PlatformPlace.REGISTRIES,
    PlatformKind.COLLECTING_SOCIETY: PlatformPlace.REGISTRIES,
    PlatformKind.AI_MAKER: PlatformPlace.AI_MAKERS,
}


class DefaultDirection(StrEnum):
    """What holds for AI while an artist does nothing."""

    OPT_IN = "opt-in"
    """No, unless the artist says yes."""
    OPT_OUT = "opt-out"
    """Yes, unless the artist says no."""
    SAYS_NO = "says-no"
    """The platform says no for the artist."""
    NO_CHOICE = "no-choice"
    """It is as it is: there is nothing to choose."""
    SILENT = "silent"
    """The terms have no word on AI: neither a yes nor a no."""
    UNKNOWN = "unknown"
    """No text was found."""


class Offer(Strict, frozen=True, kw_only=True):
    """An opt-in offer that names AI makers."""

    short: FilledText
    companies: Texts
    source: FilledText


class Note(Strict, frozen=True, kw_only=True):
    """A statement apart from terms and controls, which must not be confused with them."""

    about: FilledText
    short: FilledText
    source: FilledText


class PlatformFacts(Strict, frozen=True, kw_only=True):
    """The facts about one platform; see the schema above."""

    name: FilledText
    kind: PlatformKind
    last_checked: Day
    direction: DefaultDirection
    short: FilledText
    id: str = ""
    also: tuple[FilledText, ...] = ()
    minutes: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    check_again: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}(: .+)?)?$")] = ""
    facts: tuple[Fact, ...] = msgspec.field(default=(), name="fact")
    every_control: tuple[Control, ...] = msgspec.field(default=(), name="control")
    why_no_control: str = msgspec.field(default="", name="no_control")
    offers: tuple[Offer, ...] = msgspec.field(default=(), name="offer")
    notes: tuple[Note, ...] = msgspec.field(default=(), name="note")
    documents: tuple[WatchedDocument, ...] = msgspec.field(default=(), name="document")
    sign_in: SignInFacts = SignInFacts()

    def __post_init__(self) -> None:
        if self.why_no_control and self.controls:
            raise ValueError("no_control, though there is a [[control]]")
        if len({control.id for control in self.every_control}) < len(self.every_control):
            raise ValueError("two controls with one id")
        if len({document.id for document in self.documents}) < len(self.documents):
            raise ValueError("two documents with one id")
        if self.direction is DefaultDirection.SILENT and not any(
            fact.silent for fact in self.facts
        ):
            raise ValueError("silent, though no document was searched")

    @property
    def place(self) -> PlatformPlace:
        """Where it is shown."""
        return _PLACES.get(self.kind, PlatformPlace.PLATFORMS)

    @property
    def controls(self) -> tuple[Control, ...]:
        """The switches that are offered as steps."""
        return tuple(control for control in self.every_control if control.is_step)

    @property
    def reported(self) -> tuple[Control, ...]:
        """Switches that are said to exist, but are not sure enough to be a step."""
        return tuple(control for control in self.every_control if not control.is_step)

    def control(self, control_id: str) -> Control | None:
        """The switch with this id that is offered as a step, or None."""
        return next((control for control in self.controls if control.id == control_id), None)

    @property
    def no_control(self) -> str:
        """Why there is no switch to set; "" if there is one."""
        if self.controls:
            return ""
        if self.why_no_control:
            return self.why_no_control
        return worded(
            "A switch is said to exist, but its name or its place is not sure (looked up {month})."
            if self.reported
            else "No switch was found (looked up {month}).",
            month=self.last_checked,
        )

    @property
    def terms(self) -> tuple[Fact, ...]:
        """What its terms say, the newest version first."""
        binding = [fact for fact in self.facts if fact.is_binding]
        return tuple(sorted(binding, key=lambda fact: fact.date, reverse=True))

    @property
    def terms_date(self) -> str:
        """The day of the newest version of its terms that is held; "" if none is known."""
        return max((fact.date for fact in self.terms), default="")

    @property
    def no_terms(self) -> str:
        """That its terms are not known; "" if they are."""
        return "" if self.terms else UNKNOWN_TERMS

    @property
    def terms_url(self) -> str:
        """The page with its terms; "" if that is not known."""
        pages = (d.address for d in self.documents if d.kind is DocumentKind.TERMS and d.address)
        return next(pages, "")

    @property
    def terms_line(self) -> str:
        """What it comes down to and its switches in one paragraph, with dates."""
        switches = ", ".join(f"“{control.label}”" for control in self.controls)
        sentences = [
            self.short,
            worded("It has a setting of its own: {switches}.", switches=switches)
            if switches
            else self.no_control,
            worded(
                "(Terms of {date}; looked up {month}.)"
                if self.terms_date
                else "(Looked up {month}.)",
                date=self.terms_date,
                month=self.last_checked,
            ),
        ]
        return together(sentences)


def current() -> FactsInUse:
    """The facts in use; never installed ones that do not follow the schema."""
    return _sound(in_use())


def platform_facts(platform: str) -> PlatformFacts:
    """The facts about one platform, by its id. Raises KeyError if there are none."""
    return _facts(current(), platform)


def all_facts() -> tuple[PlatformFacts, ...]:
    """The facts about every platform, by name."""
    return _every(current())


def facts_of(platforms: frozenset[str]) -> tuple[PlatformFacts, ...]:
    """The facts about these platforms, by name. Ids without facts are left out; no others are
    decoded."""
    held = current()
    found = (_facts(held, platform) for platform in platforms if platform in held.lines)
    return tuple(sorted(found, key=_by_name))


def facts_named(name: str) -> PlatformFacts | None:
    """The platform of a name or an id in any spelling: CD Baby, cd-baby, cdbaby."""
    wanted = letters(name)
    for facts in all_facts():
        if wanted in map(letters, (facts.id, facts.name, *facts.also)):
            return facts
    return None


def checked(facts: PlatformFacts) -> PlatformFacts:
    """The facts with sure addresses only. Of an address that was never opened its host's front
    page is left: the steps lead on from there."""
    controls = tuple(
        control
        if control.link_verified
        else msgspec.structs.replace(control, link=front_page(control.link))
        for control in facts.every_control
    )
    sign_in = facts.sign_in
    if not sign_in.apps_url_verified:
        sign_in = msgspec.structs.replace(sign_in, apps_url=front_page(sign_in.apps_url))
    return msgspec.structs.replace(facts, every_control=controls, sign_in=sign_in)


def front_page(address: str) -> str:
    """The front page of an address's host; "" for none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def platform_files() -> tuple[Traversable, ...]:
    """The files that are kept by hand, by id."""
    folder = files(__package__) / "platforms"
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return tuple(sorted(found, key=lambda file: file.name))


def read_facts(file: Traversable) -> PlatformFacts:
    """All that one file holds. Raises FactsError if it does not follow the schema."""
    facts = read(file, PlatformFacts)
    return msgspec.structs.replace(facts, id=file.name.removesuffix(".toml"))


def decoded(line: bytes) -> PlatformFacts:
    """One line of a facts file. Raises msgspec.ValidationError or msgspec.DecodeError if it does
    not follow the schema."""
    return from_json(line, PlatformFacts)


@lru_cache(maxsize=2)
def _sound(held: FactsInUse) -> FactsInUse:
    """The same, or the shipped ones. What was installed may be of another version's schema."""
    if held.origin is FactsOrigin.SHIPPED:
        return held
    try:
        for platform, line in held.lines.items():
            if decoded(line).id != platform:
                raise ValueError(platform)
    except (msgspec.MsgspecError, ValueError):
        return without("They are made for another version of RightsDesk.")
    return held


@lru_cache(maxsize=512)
def _facts(held: FactsInUse, platform: str) -> PlatformFacts:
    return checked(decoded(held.lines[platform]))


@lru_cache(maxsize=2)
def _every(held: FactsInUse) -> tuple[PlatformFacts, ...]:
    return tuple(sorted((_facts(held, platform) for platform in held.lines), key=_by_name))


def _by_name(facts: PlatformFacts) -> str:
    return facts.name.casefold()
