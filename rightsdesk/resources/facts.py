"""Facts about platforms from outside their APIs: one TOML file each, read strictly.

A file says what a person found, where, and when. It is never shown as read from an
account. Dates are ISO 8601, `YYYY-MM` where only the month is known. What was not checked
stays in its file for the person who checks it: `all_facts` and `platform_facts` leave it out.

    name, kind, last_checked      the platform's name, its kind, the day of the last check
    [terms]  short, source, verified, date?, url?, url_verified?, strength?
                                  a summary of the terms about AI; or, instead of the table,
    no_terms                      a sentence that says that nothing was found
    no_control                    the same for switches, if there is no [[control]]
    [[control]]                   a choice that the platform offers:
        id, label                 our id for it, and the platform's label
        governs                   the uses it governs (consent.Use)
        where                     the menu path, step by step
        link?, link_verified?     the page itself; false: from memory, never opened
        default                   the state without a choice: on, off, opt-in, none, unknown
        holds_for                 what one choice covers: account, release, track, site
        set_by?, read_by?         person or api; a person by default
        fields?                   the platform's fields that hold it, if RightsDesk reads it
        steps                     sentences that lead there
        evidence, verified        how this is known; false: from memory, not verified
        strength?                 document (read itself) or reported (the default)
        [[control.value]]         an option: id, label, and its meaning as uses and
            means?                permissions, only as far as the sources say
    [[offer]]   short, companies, source, verified        opt-in offers that name AI makers
    [[note]]    about, short, source, verified            what must not be confused with the rest
    [[document]]                  a text to watch: terms, privacy policy, help page; see `documents`
    [sign_in]   steps, reads, writes, field, …          how it is connected: see `signing_in`
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import urlsplit

import msgspec

from rightsdesk.folding import letters
from rightsdesk.resources.documents import Document
from rightsdesk.resources.signing_in import SignInFacts
from rightsdesk.resources.strict_toml import Day, Link, Strict, Text, Texts, read
from rightsdesk.sentences import together, worded

UNKNOWN_TERMS = "RightsDesk does not know what the terms say about AI training."
UNKNOWN_CONTROL = "RightsDesk knows of no switch there."


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
    """The state without a choice. NONE: there is no state to hold."""

    ON = "on"
    OFF = "off"
    OPT_IN = "opt-in"
    NONE = "none"
    UNKNOWN = "unknown"


class HoldsFor(StrEnum):
    """What one choice covers."""

    ACCOUNT = "account"
    RELEASE = "release"
    TRACK = "track"
    SITE = "site"


class By(StrEnum):
    """Who sets or reads a control: a person on the platform's pages, or RightsDesk."""

    PERSON = "person"
    API = "api"


class Strength(StrEnum):
    """How well a checked fact is known: the document itself was read, or others report it."""

    DOCUMENT = "document"
    REPORTED = "reported"


class Terms(Strict, frozen=True, kw_only=True):
    """A summary of what the terms say about AI. `date` is the terms' own, empty if unknown.

    If `verified` is false, the text was recalled and not checked. `url_verified` says the same of
    the address.
    """

    short: Text
    source: Text
    verified: bool
    date: Day = ""
    url: Link = ""
    url_verified: bool = False
    strength: Strength = Strength.REPORTED


class Value(Strict, frozen=True, kw_only=True):
    """An option of a control, and the permission it gives to uses."""

    id: Text
    label: Text
    means: Mapping[str, str] = {}


class Control(Strict, frozen=True, kw_only=True):
    """A choice that the platform offers; see the schema above."""

    id: Text
    label: Text
    governs: Texts
    where: Texts
    default: Default
    holds_for: HoldsFor
    steps: Texts
    evidence: Text
    verified: bool
    link: Link = ""
    link_verified: bool = False
    set_by: By = By.PERSON
    read_by: By = By.PERSON
    values: tuple[Value, ...] = msgspec.field(default=(), name="value")
    fields: tuple[Text, ...] = ()
    strength: Strength = Strength.REPORTED

    def __post_init__(self) -> None:
        if self.set_by is By.PERSON and len(self.values) < 2:
            raise ValueError("a person needs two values to choose from")

    def value(self, value_id: str) -> Value | None:
        """The value with this id, or None."""
        return next((value for value in self.values if value.id == value_id), None)


class Offer(Strict, frozen=True, kw_only=True):
    """An opt-in offer that names AI makers."""

    short: Text
    companies: Texts
    source: Text
    verified: bool


class Note(Strict, frozen=True, kw_only=True):
    """A statement apart from terms and controls, which must not be confused with them."""

    about: Text
    short: Text
    source: Text
    verified: bool


class PlatformFacts(Strict, frozen=True, kw_only=True):
    """The facts about one platform. Either `terms` or `no_terms` has text."""

    name: Text
    kind: PlatformKind
    last_checked: Day
    id: str = ""
    terms: Terms | None = None
    no_terms: str = ""
    controls: tuple[Control, ...] = msgspec.field(default=(), name="control")
    no_control: str = ""
    offers: tuple[Offer, ...] = msgspec.field(default=(), name="offer")
    notes: tuple[Note, ...] = msgspec.field(default=(), name="note")
    documents: tuple[Document, ...] = msgspec.field(default=(), name="document")
    sign_in: SignInFacts = SignInFacts()

    def __post_init__(self) -> None:
        if bool(self.terms) == bool(self.no_terms.strip()):
            raise ValueError("either [terms] or no_terms has to be there")
        if bool(self.controls) == bool(self.no_control.strip()):
            raise ValueError("either [[control]] or no_control has to be there")
        if len({control.id for control in self.controls}) < len(self.controls):
            raise ValueError("two controls with one id")
        if len({document.id for document in self.documents}) < len(self.documents):
            raise ValueError("two documents with one id")

    def control(self, control_id: str) -> Control | None:
        """The control with this id, or None."""
        return next((control for control in self.controls if control.id == control_id), None)

    @property
    def terms_line(self) -> str:
        """Terms and switches in one paragraph, with dates and how certain they are."""
        sentences = [self.terms.short if self.terms else self.no_terms]
        switches = ", ".join(f"“{control.label}”" for control in self.controls)
        sentences.append(
            worded("It has a setting of its own: {switches}.", switches=switches)
            if switches
            else self.no_control
        )
        date = self.terms.date if self.terms else ""
        dates = worded(
            "(Terms of {date}; looked up {month}.)" if date else "(Looked up {month}.)",
            date=date,
            month=self.last_checked,
        )
        return together((*sentences, dates))


@cache
def platform_facts(platform: str) -> PlatformFacts:
    """The checked facts about one platform, by its id. Raises FileNotFoundError if there is no
    file."""
    return checked(read_facts(_folder() / f"{platform}.toml"))


@cache
def all_facts() -> tuple[PlatformFacts, ...]:
    """The checked facts about every platform, by name; platforms without any are left out."""
    names = [file.name for file in _folder().iterdir() if file.name.endswith(".toml")]
    written = (read_facts(_folder() / name) for name in names)
    found = (platform_facts(facts.id) for facts in written if is_offered(facts))
    return tuple(sorted(found, key=lambda facts: facts.name.casefold()))


def checked(facts: PlatformFacts) -> PlatformFacts:
    """The facts without what was not checked. Of an address that was not checked its host's
    front page is left: the steps lead on from there."""
    terms = facts.terms if facts.terms and facts.terms.verified else None
    if terms and not terms.url_verified:
        terms = msgspec.structs.replace(terms, url="")
    controls = tuple(
        control
        if control.link_verified
        else msgspec.structs.replace(control, link=front_page(control.link))
        for control in facts.controls
        if control.verified
    )
    sign_in = facts.sign_in
    if not sign_in.apps_url_verified:
        sign_in = msgspec.structs.replace(sign_in, apps_url=front_page(sign_in.apps_url))
    return msgspec.structs.replace(
        facts,
        terms=terms,
        no_terms="" if terms else facts.no_terms or UNKNOWN_TERMS,
        controls=controls,
        no_control="" if controls else facts.no_control or UNKNOWN_CONTROL,
        offers=tuple(offer for offer in facts.offers if offer.verified),
        notes=tuple(note for note in facts.notes if note.verified),
        sign_in=sign_in,
    )


def is_offered(facts: PlatformFacts) -> bool:
    """Whether anything is left of a platform's facts once they are checked."""
    left = checked(facts)
    dropped = (len(facts.controls), len(facts.offers), len(facts.notes), bool(facts.terms)) != (
        *(len(left.controls), len(left.offers), len(left.notes), bool(left.terms)),
    )
    return not dropped or bool(
        left.terms or left.controls or left.offers or left.notes or left.sign_in.asks
    )


def front_page(address: str) -> str:
    """The front page of an address's host; "" for none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def facts_named(name: str) -> PlatformFacts | None:
    """The platform of a name or an id in any spelling: CD Baby, cd-baby, cdbaby."""
    wanted = letters(name)
    for facts in all_facts():
        if wanted in (letters(facts.id), letters(facts.name)):
            return facts
    return None


def _folder() -> Traversable:
    return files(__package__) / "platforms"


def read_facts(file: Traversable) -> PlatformFacts:
    """All that one file holds, also what was not checked. Raises FactsError if it does not follow
    the schema."""
    facts = read(file, PlatformFacts)
    return msgspec.structs.replace(facts, id=file.name.removesuffix(".toml"))
