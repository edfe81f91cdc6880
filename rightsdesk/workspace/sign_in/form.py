"""The sign-in form of a platform: its fields, and what is wrong with an answer.

Obvious errors are shown next to their field, before a browser opens or a password leaves the
computer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.answer import cleaned
from rightsdesk.platforms.http.errors import AccountAway, AddressRefused, AppRefused, NeedsReconnect
from rightsdesk.platforms.interface import Platform, SignInBy, by_browser
from rightsdesk.platforms.registry import all_platforms, name_of, platform_by_id
from rightsdesk.resources.facts import platform_facts
from rightsdesk.resources.signing_in import FieldPart, SignInFacts, SignInField
from rightsdesk.sentences import together, worded

__all__ = [
    "FieldPart",
    "FormFlawed",
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

    `by` is a value of `SignInBy`. `redirect` is the address to register at the platform, or "".
    `elsewhere` has address fields if another server than the platform's own can be used.
    """

    platform: CarrierId
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
        """Whether the person confirms on the platform's own page."""
        return self.by == SignInBy.BROWSER

    @property
    def again(self) -> SignInForm:
        """The form for a known account: stored answers are optional."""
        asks = tuple(
            msgspec.structs.replace(a, optional=True, hint="leave empty to keep it")
            if a.optional or a.part in (FieldPart.IDENTIFIER, FieldPart.CLIENT_SECRET)
            else a
            for a in self.asks
            if a.part is not FieldPart.BASE_URL
        )
        return replace(self, asks=asks, elsewhere=())

    @property
    def with_app(self) -> SignInForm:
        """The form where the app is known from another account: its secret is optional."""
        asks = tuple(
            msgspec.structs.replace(a, optional=True, hint="leave empty to use the stored one")
            if a.part is FieldPart.CLIENT_SECRET
            else a
            for a in self.asks
        )
        return replace(self, asks=asks)


class FormFlawed(KnownError):
    """The form has errors; nothing was sent. `flaws` has a sentence per field name."""

    cause = Cause.FORM_FLAWED

    def __init__(self, flaws: Mapping[str, str]) -> None:
        super().__init__(together(flaws.values()), untouched="Nothing was sent.")
        self.flaws = dict(flaws)


def forms() -> tuple[SignInForm, ...]:
    """The forms of all platforms that can be connected."""
    return tuple(map(_form, all_platforms()))


def form_of(platform: str) -> SignInForm:
    """The form of one platform. Raises LookupError."""
    return _form(platform_by_id(CarrierId(platform)))


def _form(platform: Platform) -> SignInForm:
    facts = platform_facts(platform.id).sign_in
    parts = {field.part for field in facts.asks}
    elsewhere: list[SignInField] = []
    if platform.endpoints.api and FieldPart.BASE_URL not in parts:
        elsewhere.append(
            SignInField(part=FieldPart.BASE_URL, label="Address of the service", optional=True)
        )
        if by_browser(platform):
            elsewhere.append(
                SignInField(part=FieldPart.AUTH_URL, label="Address for signing in", optional=True)
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
    address = platform.redirect_uri if by_browser(platform) else ""
    return address if any(address in step for step in steps) else ""


def lacking(platform: CarrierId, scopes: Iterable[str]) -> tuple[str, ...]:
    """One sentence per scope that a platform did not grant: what can't be done without it."""
    name = name_of(platform)
    without_scope = {
        scope_facts.id: scope_facts.without
        for scope_facts in platform_facts(platform).sign_in.scopes
    }
    return tuple(
        worded(
            "{name} gave RightsDesk less than it asked for: {lack}.",
            name=name,
            lack=without_scope.get(scope) or worded("“{scope}” is missing", scope=cleaned(scope)),
        )
        for scope in scopes
    )


def flaws(form: SignInForm, answers: Mapping[str, str]) -> dict[str, str]:
    """Errors that are visible without a call: one sentence per field name.

    `answers` has what was typed, by field name. The shape of a platform's ids is only checked for
    the platform's own server.
    """
    own_server = not answers.get(FieldPart.BASE_URL, "").strip()
    found = {}
    for field in (*form.asks, *form.elsewhere):
        sentence = _flaw(field, answers.get(field.part, "").strip(), own=own_server)
        if sentence:
            found[field.part.value] = sentence
    return found


def _flaw(field: SignInField, text: str, *, own: bool) -> str:
    if not text:
        return "" if field.optional else worded("“{field}” is missing.", field=field.label)
    if field.key and _KEY.fullmatch(text):
        return ""
    if _INVISIBLE.search(text):
        return worded(
            "There is a line break or an invisible letter in “{field}”.", field=field.label
        )
    match field.part:
        case FieldPart.BASE_URL | FieldPart.AUTH_URL:
            return _address_flaw(text)
        case FieldPart.CLIENT_ID:
            if sentence := _id_flaw(field, text):
                return sentence
        case _:
            pass
    has_shape = field.shape and (own or field.part is FieldPart.IDENTIFIER)
    return field.otherwise if has_shape and not re.fullmatch(field.shape, text) else ""


def _id_flaw(field: SignInField, text: str) -> str:
    name = field.label
    if "://" in text or text.startswith(("www.", "127.0.0.1")):
        return worded(
            "This is an address. “{field}” is the row of letters and digits next to it.", field=name
        )
    if "@" in text:
        return worded(
            "This is a mail address. “{field}” is given by the platform's page for apps.",
            field=name,
        )
    if re.search(r"\s", text):
        return worded(
            "There is a space in “{field}”. Copy it again, without what is around it.", field=name
        )
    if not text.isascii() or not text.isprintable():
        return worded("“{field}” never has letters like these. Copy it again.", field=name)
    return ""


def _address_flaw(text: str) -> str:
    try:
        origin_of(text)
    except AddressRefused as error:
        if "://" not in text and re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}(/\S*)?", text):
            return worded("Begin with https://: {address}", address=f"https://{text}")
        return str(error)
    return ""


def concerned(form: SignInForm, answers: Mapping[str, str], error: KnownError) -> dict[str, str]:
    """The fields that an error is about, each with a sentence; empty means the whole form."""
    if isinstance(error, FormFlawed):
        return error.flaws
    parts = {field.part for field in (*form.asks, *form.elsewhere)}
    about: list[FieldPart] = []
    if isinstance(error, AppRefused):
        about = [FieldPart.CLIENT_ID]
    elif isinstance(error, NeedsReconnect) and not isinstance(error, AccountAway):
        about = [FieldPart.SECRET]
    elif isinstance(error, AddressRefused):
        places = [
            FieldPart.BASE_URL,
            *([FieldPart.IDENTIFIER] if form.by != SignInBy.BROWSER else []),
        ]
        about = [part for part in places if answers.get(part, "").strip()]
    return {about[0].value: str(error)} if len(about) == 1 and about[0] in parts else {}
