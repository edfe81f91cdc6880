"""What is known of platforms apart from their APIs: one TOML file each, read strictly.

A file says what somebody looked up, where, and when. It is never taken for something
that was read from an account. Dates are ISO 8601, `YYYY-MM` where only the month is known.

    name, kind, last_checked      how the platform is called, what it is, when somebody looked
    [terms]  short, source, verified, date?, url?, url_verified?
                                  what the terms say of AI, in short; or, in place of the table,
    no_terms                      a sentence that says honestly that nothing was found
    no_control                    the same for switches, where there is no [[control]]
    [[control]]                   a choice that the platform offers:
        id, label                 our word for it, and what the platform writes beside it
        governs                   the uses it is about (consent.Use)
        where                     the menu path, step by step
        link?, link_verified?     the page itself; false: recalled, never opened
        default                   what holds while nobody chooses: on, off, opt-in, none, unknown
        holds_for                 what one choice is for: account, release, track, site
        set_by?, read_by?         person or api; a person, unless it says otherwise
        fields?                   the platform's fields that hold it, where RightsDesk reads it
        steps                     sentences that lead there
        evidence, verified        how this is known; false: recalled, not verified
        [[control.value]]         what can be chosen: id, label, and what it means as uses and
            means?                permissions, only as far as the sources carry it
    [[offer]]   short, companies, source, verified        opt-in offers that name AI makers
    [[note]]    about, short, source, verified            what must not be mixed with the rest
    [sign_in]   steps, reads, writes, field, …          how it is connected: see `signing_in`
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from rightsdesk.folding import letters
from rightsdesk.resources.signing_in import SignInFacts, read_sign_in
from rightsdesk.resources.tables import Table


class PlatformKind(StrEnum):
    """What a platform is to an artist."""

    SOCIAL = "social"
    STREAMING = "streaming"
    VIDEO = "video"
    STORE = "store"
    DISTRIBUTOR = "distributor"
    REGISTRY = "registry"
    LICENSING = "licensing"
    WEBSITE = "website"
    SELF_HOSTED = "self-hosted"


class Default(StrEnum):
    """What holds while nobody chooses. NONE: there is nothing that could hold."""

    ON = "on"
    OFF = "off"
    OPT_IN = "opt-in"
    NONE = "none"
    UNKNOWN = "unknown"


class HoldsFor(StrEnum):
    """What one choice is for."""

    ACCOUNT = "account"
    RELEASE = "release"
    TRACK = "track"
    SITE = "site"


class By(StrEnum):
    """Who sets or reads a control: a person on the platform's pages, or RightsDesk."""

    PERSON = "person"
    API = "api"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the terms say of AI, in short. `date` is the terms' own, empty if not known.

    Where `verified` is false the text was recalled and not looked up; the same goes for
    `url_verified` and the address.
    """

    short: str
    date: str
    url: str
    url_verified: bool
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Value:
    """Something that can be chosen at a control, and which uses (by name) it answers how."""

    id: str
    label: str
    means: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Control:
    """A choice that the platform offers; see the schema above."""

    id: str
    label: str
    governs: tuple[str, ...]
    where: tuple[str, ...]
    link: str
    link_verified: bool
    default: Default
    holds_for: HoldsFor
    set_by: By
    read_by: By
    steps: tuple[str, ...]
    evidence: str
    verified: bool
    values: tuple[Value, ...]
    fields: tuple[str, ...] = ()

    def value(self, value_id: str) -> Value | None:
        """The value with this id, or None."""
        return next((value for value in self.values if value.id == value_id), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """An opt-in offer that names AI makers."""

    short: str
    companies: tuple[str, ...]
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is told apart from terms and controls, so that nobody mixes them up."""

    about: str
    short: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class PlatformFacts:
    """What is known of one platform. Either `terms` or `no_terms` says something."""

    id: str
    name: str
    kind: PlatformKind
    last_checked: str
    terms: Terms | None
    no_terms: str
    controls: tuple[Control, ...]
    no_control: str
    offers: tuple[Offer, ...]
    notes: tuple[Note, ...]
    sign_in: SignInFacts

    def control(self, control_id: str) -> Control | None:
        """The control with this id, or None."""
        return next((control for control in self.controls if control.id == control_id), None)

    @property
    def terms_line(self) -> str:
        """Terms and switches in one paragraph, with dates and how sure they are."""
        told = [self.terms.short if self.terms else self.no_terms]
        switches = ", ".join(f"“{control.label}”" for control in self.controls)
        told.append(f"It has a setting of its own: {switches}." if switches else self.no_control)
        dates = f"looked up {self.last_checked}"
        if self.terms and self.terms.date:
            dates = f"Terms of {self.terms.date}; {dates}"
        if self.terms and not self.terms.verified:
            dates += "; written from memory, not checked"
        return " ".join([*told, f"({dates[:1].upper()}{dates[1:]}.)"])


@cache
def platform_facts(platform: str) -> PlatformFacts:
    """The facts about one platform, by its id. Raises FileNotFoundError where there are none."""
    return read_facts(_folder() / f"{platform}.toml")


@cache
def all_facts() -> tuple[PlatformFacts, ...]:
    """The facts about every platform that somebody looked at, by name."""
    names = [file.name for file in _folder().iterdir() if file.name.endswith(".toml")]
    found = (platform_facts(name.removesuffix(".toml")) for name in names)
    return tuple(sorted(found, key=lambda facts: facts.name.casefold()))


def facts_named(name: str) -> PlatformFacts | None:
    """The platform that a person means by a name or an id, however it is spelt: CD Baby,
    cd-baby, cdbaby."""
    wanted = letters(name)
    for facts in all_facts():
        if wanted in (letters(facts.id), letters(facts.name)):
            return facts
    return None


def _folder() -> Traversable:
    return files(__package__) / "platforms"


def read_facts(file: Traversable) -> PlatformFacts:
    """Read one file. Raises FactsError where it does not keep to the schema."""
    table = Table(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
    terms, sign_in = table.table("terms"), table.table("sign_in")
    controls = tuple(_control(each) for each in table.tables("control"))
    facts = PlatformFacts(
        id=file.name.removesuffix(".toml"),
        name=table.text("name"),
        kind=table.word("kind", PlatformKind),
        last_checked=table.day("last_checked"),
        terms=_terms(terms) if terms else None,
        no_terms="" if terms else table.text("no_terms"),
        controls=controls,
        no_control="" if controls else table.text("no_control"),
        offers=tuple(_offer(each) for each in table.tables("offer")),
        notes=tuple(_note(each) for each in table.tables("note")),
        sign_in=read_sign_in(sign_in) if sign_in else SignInFacts(),
    )
    table.done()
    if len({control.id for control in controls}) < len(controls):
        raise table.wrong("two controls with one id")
    return facts


def _terms(table: Table) -> Terms:
    terms = Terms(
        short=table.text("short"),
        date=table.day("date", ""),
        url=table.link("url"),
        url_verified=table.flag("url_verified", False),
        source=table.text("source"),
        verified=table.flag("verified"),
    )
    table.done()
    return terms


def _control(table: Table) -> Control:
    control = Control(
        id=table.text("id"),
        label=table.text("label"),
        governs=table.texts("governs"),
        where=table.texts("where"),
        link=table.link("link"),
        link_verified=table.flag("link_verified", False),
        default=table.word("default", Default),
        holds_for=table.word("holds_for", HoldsFor),
        set_by=table.word("set_by", By, By.PERSON),
        read_by=table.word("read_by", By, By.PERSON),
        steps=table.texts("steps"),
        evidence=table.text("evidence"),
        verified=table.flag("verified"),
        values=tuple(_value(each) for each in table.tables("value")),
        fields=table.texts("fields", empty=True),
    )
    table.done()
    if control.set_by is By.PERSON and len(control.values) < 2:
        raise table.wrong("a person needs two values to choose from")
    return control


def _value(table: Table) -> Value:
    value = Value(table.text("id"), table.text("label"), table.permissions("means"))
    table.done()
    return value


def _offer(table: Table) -> Offer:
    offer = Offer(
        short=table.text("short"),
        companies=table.texts("companies"),
        source=table.text("source"),
        verified=table.flag("verified"),
    )
    table.done()
    return offer


def _note(table: Table) -> Note:
    note = Note(
        about=table.text("about"),
        short=table.text("short"),
        source=table.text("source"),
        verified=table.flag("verified"),
    )
    table.done()
    return note
