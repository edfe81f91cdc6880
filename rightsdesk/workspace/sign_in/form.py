"""The form by which an account is connected: what is asked, and what is wrong with an answer.

What can be seen without asking anybody is told before a browser opens or a password leaves
the computer, and beside the field that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.answer import cleaned
from rightsdesk.platforms.http.errors import AccountAway, AddressRefused, AppRefused, NeedsReconnect
from rightsdesk.platforms.interface import BrowserPlatform, Platform, SignInBy
from rightsdesk.platforms.registry import all_platforms, name_of, platform_by_id
from rightsdesk.resources.facts import platform_facts
from rightsdesk.resources.signing_in import Part, SignInFacts, SignInField

__all__ = [
    "FormFlawed",
    "Part",
    "SignInField",
    "SignInForm",
    "concerned",
    "flaws",
    "form_of",
    "forms",
]

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END [A-Z ]{0,20}PRIVATE KEY-----"
)


@dataclass(frozen=True, slots=True)
class SignInForm:
    """How a platform's accounts are connected.

    `by` is a word of `SignInBy`. `redirect` is the address that has to be registered there,
    "" where none has to. `elsewhere`: whether another server than the platform's own can be
    named; `asks` then ends with its addresses.
    """

    platform: str
    name: str
    noun: str
    nouns: str
    by: str
    facts: SignInFacts
    asks: tuple[SignInField, ...]
    redirect: str = ""
    elsewhere: tuple[SignInField, ...] = ()

    @property
    def in_browser(self) -> bool:
        """Whether the person says yes on the platform's own page."""
        return self.by == SignInBy.BROWSER

    @property
    def again(self) -> SignInForm:
        """The form for an account that is known: what stays as it was is not asked again."""
        asks = tuple(
            msgspec.structs.replace(a, optional=True, hint="leave empty to keep it")
            if a.optional or a.part in (Part.IDENTIFIER, Part.CLIENT_SECRET)
            else a
            for a in self.asks
            if a.part is not Part.BASE_URL
        )
        return replace(self, asks=asks, elsewhere=())


class FormFlawed(KnownError):
    """Something in the form can't be right: nothing was sent. `flaws` has a sentence for each
    field, by its name."""

    cause = "form-flawed"

    def __init__(self, flaws: Mapping[str, str]) -> None:
        super().__init__(" ".join(flaws.values()), untouched="Nothing was sent.")
        self.flaws = dict(flaws)


def forms() -> tuple[SignInForm, ...]:
    """The forms of all platforms that can be connected."""
    return tuple(map(_form, all_platforms()))


def form_of(platform: str) -> SignInForm:
    """The form of one platform. Raises LookupError."""
    return _form(platform_by_id(platform))


def _form(platform: Platform) -> SignInForm:
    facts = platform_facts(platform.id).sign_in
    asked = {one.part for one in facts.asks}
    elsewhere: list[SignInField] = []
    if platform.endpoints.api and Part.BASE_URL not in asked:
        elsewhere.append(
            SignInField(part=Part.BASE_URL, label="Address of the service", optional=True)
        )
        if platform.sign_in is SignInBy.BROWSER:
            elsewhere.append(
                SignInField(part=Part.AUTH_URL, label="Address for signing in", optional=True)
            )
    return SignInForm(
        platform=platform.id,
        name=platform.name,
        noun=platform.noun,
        nouns=platform.nouns,
        by=platform.sign_in.value,
        facts=facts,
        asks=facts.asks,
        redirect=_redirect(platform, facts.steps),
        elsewhere=tuple(elsewhere),
    )


def _redirect(platform: Platform, steps: tuple[str, ...]) -> str:
    if platform.sign_in is not SignInBy.BROWSER:
        return ""
    browser: BrowserPlatform = platform  # type: ignore[assignment]  # what the line above asked
    address = browser.redirect_uri
    return address if any(address in step for step in steps) else ""


def lacking(platform: str, scopes: Iterable[str]) -> tuple[str, ...]:
    """What can't be done without scopes that a platform did not give, a sentence each."""
    name = name_of(platform)
    known = {one.id: one.without for one in platform_facts(platform).sign_in.scopes}
    return tuple(
        f"{name} gave RightsDesk less than it asked for: "
        f"{known.get(scope, f'“{cleaned(scope)}” is missing')}."
        for scope in scopes
    )


def flaws(form: SignInForm, given: Mapping[str, str]) -> dict[str, str]:
    """What can be seen to be wrong without asking anybody: a sentence for each field.

    `given` has what was typed, by the names of the fields. The shape of a platform's own ids
    is only known of the platform's own server.
    """
    own = not given.get(Part.BASE_URL, "").strip()
    found = {}
    for asked in (*form.asks, *form.elsewhere):
        sentence = _flaw(asked, given.get(asked.part, "").strip(), own=own)
        if sentence:
            found[asked.part.value] = sentence
    return found


def _flaw(asked: SignInField, text: str, *, own: bool) -> str:
    if not text:
        return "" if asked.optional else f"The {_spoken(asked)} is missing."
    if asked.key and _KEY.fullmatch(text):
        return ""
    if _INVISIBLE.search(text):
        return f"There is a line break or an invisible letter in the {_spoken(asked)}."
    match asked.part:
        case Part.BASE_URL | Part.AUTH_URL:
            return _address_flaw(text)
        case Part.CLIENT_ID:
            if sentence := _id_flaw(asked, text):
                return sentence
        case _:
            pass
    wanted = asked.shape and (own or asked.part is Part.IDENTIFIER)
    return asked.otherwise if wanted and not re.fullmatch(asked.shape, text) else ""


def _id_flaw(asked: SignInField, text: str) -> str:
    what = _spoken(asked)
    if "://" in text or text.startswith(("www.", "127.0.0.1")):
        return f"This is an address. The {what} is the row of letters and digits beside it."
    if "@" in text:
        return f"This is a mail address. The {what} is given by the platform's page for apps."
    if re.search(r"\s", text):
        return f"There is a space in the {what}. Copy it again, without what is around it."
    if not text.isascii() or not text.isprintable():
        return f"There are letters in it that no {what} has. Copy it again."
    return ""


def _address_flaw(text: str) -> str:
    try:
        origin_of(text)
    except AddressRefused as error:
        if "://" not in text and re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}(/\S*)?", text):
            return f"Begin with https://: https://{text}"
        return str(error)
    return ""


def _spoken(asked: SignInField) -> str:
    return asked.label[:1].lower() + asked.label[1:] if asked.label[1:2].islower() else asked.label


def concerned(form: SignInForm, given: Mapping[str, str], error: KnownError) -> dict[str, str]:
    """The fields that an error is about, with what to say beside each; empty: the whole form."""
    if isinstance(error, FormFlawed):
        return error.flaws
    asked = {one.part for one in (*form.asks, *form.elsewhere)}
    where: list[Part] = []
    if isinstance(error, AppRefused):
        where = [Part.CLIENT_ID]
    elif isinstance(error, NeedsReconnect) and not isinstance(error, AccountAway):
        where = [Part.SECRET]
    elif isinstance(error, AddressRefused):
        places = [Part.BASE_URL, *([Part.IDENTIFIER] if form.by != SignInBy.BROWSER else [])]
        where = [part for part in places if given.get(part, "").strip()]
    return {where[0].value: str(error)} if len(where) == 1 and where[0] in asked else {}
