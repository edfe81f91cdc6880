"""Exports: consents in formats for places that RightsDesk does not reach.

A web server's configuration, a site that someone else maintains, a distributor's staff, a registry:
each takes a text. The kinds are data, so lists and menus need not know them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rightsdesk.consent import Declaration, Permission, Use
from rightsdesk.consent.dialects import Dialect, Suite
from rightsdesk.consent.dialects.addresses import web_address
from rightsdesk.consent.dialects.registries.ddex import NOTE, DdexUseTypes
from rightsdesk.consent.dialects.registries.tdm_ai import FIELD as TDM_AI
from rightsdesk.consent.dialects.registries.tdm_ai import TdmAi, iscc_of
from rightsdesk.consent.dialects.web.aipref import AiprefHeader
from rightsdesk.consent.dialects.web.noai import NoaiHeader, NoaiMeta
from rightsdesk.consent.dialects.web.own_site import PATHS, public_url
from rightsdesk.consent.dialects.web.robots import FIELD as ROBOTS
from rightsdesk.consent.dialects.web.robots_txt import RobotsTxt
from rightsdesk.consent.dialects.web.rsl import FIELD as RSL
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.dialects.web.server_headers import (
    WebServer,
    response_headers,
    server_snippet,
)
from rightsdesk.consent.dialects.web.tdmrep import TdmrepHeader, TdmrepMeta
from rightsdesk.consent.dialects.web.tdmrep_file import FILE as TDMREP
from rightsdesk.consent.dialects.web.tdmrep_file import POLICY, TdmrepFile
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.licences.grant import beyond, newly_granted
from rightsdesk.consent.losses import Loss, PartyLoss
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.resources.crawlers import crawler_list
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.roster.artists import artist_by_id
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.queries import artist_of_recording, artist_of_release
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.licences.declared import declaration_of
from rightsdesk.workspace.licences.of_scope import with_grants_of
from rightsdesk.workspace.planning.plan import NoConsentSet
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from rightsdesk.workspace.words import own_consents_words


class NothingToSay(KnownError):
    """The format has no words for this consent."""

    cause = Cause.NOTHING_TO_SAY


class NoSuchExport(KnownError):
    """There is no export with this name."""

    cause = Cause.NO_SUCH_EXPORT


class NoIscc(KnownError):
    """An export for one recording needs the recording's ISCC."""

    cause = Cause.NO_ISCC


class SiteNotKnown(NothingToSay):
    """The text needs a site's address, and the site is unknown."""

    cause = Cause.SITE_NOT_KNOWN


class NotAnAddress(KnownError):
    """The given address is not the address of a web site."""

    cause = Cause.NO_ADDRESS


Languages = Callable[[str], tuple[Dialect, ...]]
"""The dialects of an export, for a site's address ("" if unknown)."""

MadeText = Callable[[Declaration, str], str]
"""The text of an export that is more than one field of a dialect."""


@dataclass(frozen=True, slots=True)
class ExportKind:
    """One kind of text to hand over.

    `place` says where the text goes, `when` under which condition there is any. `for_site`: it
    holds for all of an artist's music. `merges`: it is merged into a file that others write, too.
    `file_name` is the usual name of that file. `points_to_licence`: it links the site's RSL file if
    the address is known. `by_iscc`: it is about one recording, and `languages` takes its ISCC
    instead of an address.
    """

    id: str
    title: str
    file_name: str
    place: str
    languages: Languages = field(repr=False)
    written: MadeText | None = field(default=None, repr=False)
    for_site: bool = True
    merges: bool = False
    points_to_licence: bool = False
    when: str = ""
    by_iscc: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """A text to hand over, with its `losses` and `notes`, and the partners that it cannot name.

    `name` is the scope's name. The text was made from `declared` and `site`.
    """

    kind: ExportKind
    name: str
    text: str
    declared: Declaration
    site: str = ""
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()
    unnamed: tuple[PartyLoss, ...] = ()

    def into(self, existing: str) -> str:
        """The existing file with this text merged in, if the kind merges; else the text.

        Raises DialectError if the existing file can't be parsed.
        """
        if not self.kind.merges:
            return self.text
        fields: Fields = {self.kind.file_name: (existing,)}
        (dialect,) = self.kind.languages(self.site)
        edit = dialect.edit(fields, self.declared)
        return edit.get(self.kind.file_name, (existing,))[0]


def _headers(_site: str) -> tuple[Dialect, ...]:
    return (AiprefHeader(), TdmrepHeader(), NoaiHeader())


def _plain_headers(declared: Declaration, site: str) -> str:
    return "".join(f"{name}: {v}\n" for name, v in response_headers(declared, site).items())


def _snippet(server: WebServer) -> MadeText:
    return lambda declared, site: server_snippet(server, declared, site)


def _page(_site: str) -> tuple[Dialect, ...]:
    return (TdmrepMeta(), NoaiMeta())


def _elements(declared: Declaration, site: str) -> str:
    fields = {n: v for dialect in _page(site) for n, v in dialect.encode(declared).items()}
    return "".join(
        f'<meta name="{html.escape(name.removeprefix("meta:"))}" content="{html.escape(value)}">\n'
        for name, values in fields.items()
        for value in values
    )


def _robots(site: str) -> tuple[Dialect, ...]:
    return (RobotsTxt(crawler_list().kinds, licence_url=public_url(site, RSL)),)


def _tdmrep(site: str) -> tuple[Dialect, ...]:
    return (TdmrepFile(policy_url=public_url(site, POLICY)),)


EXPORTS: tuple[ExportKind, ...] = (
    ExportKind(
        "robots",
        "robots.txt",
        ROBOTS,
        "Goes into robots.txt at the top of your site, after what is there.",
        _robots,
        merges=True,
        points_to_licence=True,
    ),
    ExportKind(
        "tdmrep",
        "tdmrep.json",
        TDMREP,
        worded("Goes on your site as /{paths}.", paths=PATHS[TDMREP]),
        _tdmrep,
        merges=True,
    ),
    ExportKind(
        "tdm-policy",
        "TDM policy",
        POLICY,
        worded(
            "Goes on your site as /{paths}, where tdmrep.json points to it.", paths=PATHS[POLICY]
        ),
        _tdmrep,
        when="It is only needed where you say “ask me” to both kinds of training and to data "
        "mining, and it has to know your site's address.",
    ),
    ExportKind(
        "rsl",
        "RSL licence",
        RSL,
        worded(
            "Goes on your site as /{paths}; robots.txt and the headers point to it.",
            paths=PATHS[RSL],
        ),
        lambda site: (Rsl(),),
    ),
    ExportKind(
        "headers",
        "Response headers",
        "headers.txt",
        "For the administrator of your site's server: it has to send these with every answer.",
        _headers,
        _plain_headers,
        points_to_licence=True,
    ),
    ExportKind(
        "headers-nginx",
        "Response headers, nginx",
        "nginx-headers.conf",
        "Goes into the server's configuration, inside server { }.",
        _headers,
        _snippet(WebServer.NGINX),
        points_to_licence=True,
    ),
    ExportKind(
        "headers-apache",
        "Response headers, Apache",
        "apache-headers.conf",
        "Goes into .htaccess at the top of your site, or into the server's configuration.",
        _headers,
        _snippet(WebServer.APACHE),
        points_to_licence=True,
    ),
    ExportKind(
        "headers-netlify",
        "Response headers, Netlify",
        "netlify-headers.txt",
        "Goes into the file _headers of the folder that is published.",
        _headers,
        _snippet(WebServer.NETLIFY),
        points_to_licence=True,
    ),
    ExportKind(
        "meta",
        "Web page",
        "meta.html",
        "Goes into the <head> of every page of your site.",
        _page,
        _elements,
    ),
    ExportKind(
        "ddex",
        "Note for your distributor (DDEX)",
        NOTE,
        "For the distributor that sends your releases to the shops as DDEX messages.",
        lambda site: (DdexUseTypes(),),
        for_site=False,
        when="There is a word in it for training and data mining only, and only for “no” and "
        "“ask me”.",
    ),
    ExportKind(
        "tdm-ai",
        "TDM·AI registry",
        TDM_AI,
        "For the registry of that name, once for each recording, with that recording's ISCC.",
        lambda iscc: (TdmAi(iscc),),
        for_site=False,
        when="There is a word in it for training and data mining only.",
        by_iscc=True,
    ),
)


def kind_named(name: str) -> ExportKind:
    """The kind with this id. Raises NoSuchExport."""
    for kind in EXPORTS:
        if kind.id == name.strip().lower():
            return kind
    raise NoSuchExport(worded("There is no export “{name}”.", name=name))


def export(
    database: Database,
    kind: ExportKind,
    scope: Scope,
    site: str = "",
    iscc: str = "",
    *,
    now: datetime,
) -> Export:
    """A scope's consent as a text of this kind, with the licences that hold `now` (aware).

    `site` is the address of the artist's web site; by default it comes from the artist's only site
    account. `iscc` is the recording's, for a kind that is `by_iscc`.

    Raises NoConsentSet, NothingToSay, SiteNotKnown, NoAddress and NoIscc.
    """
    scoped = with_grants_of(database, consents.of_scope(database, scope), now)
    if not scoped.effective:
        raise NoConsentSet
    artist_id = _artist_id(database, scope)
    address = _address(site) if site else _known_site(database, artist_id)
    declared = declaration_of(artist_by_id(database, artist_id), scoped.effective, scoped.grants)
    languages = kind.languages(_iscc(iscc) if kind.by_iscc else address)
    fields = {n: v for dialect in languages for n, v in dialect.encode(declared).items()}
    text = _written(kind, declared, fields, address)
    if not text:
        if kind.for_site and not address and _says_something(kind, declared):
            raise _site_not_known(database, artist_id, kind)
        raise NothingToSay(
            worded("{title}: there is nothing to write.", title=kind.title), advice=kind.when
        )
    notes = [note for dialect in languages for note in dialect.notes(declared)]
    if kind.file_name == TDMREP and POLICY in fields:
        notes.append("It points to a policy, which has to be on your site too: see “tdm-policy”.")
    if kind.points_to_licence and not address and Rsl().encode(declared):
        notes.append("It does not point to your RSL licence: your site's address is not known.")
    notes += _own_consents(database, scope, scoped.name)
    suite = Suite(languages)
    return Export(
        *(kind, scoped.name, text, declared, address),
        losses=_losses(suite, fields, declared),
        notes=tuple(dict.fromkeys(notes)),
        unnamed=_unnamed(suite, fields, declared),
    )


def _written(kind: ExportKind, declared: Declaration, fields: Fields, address: str) -> str:
    if kind.written is not None:
        return kind.written(declared, address)
    return next(iter(fields.get(kind.file_name, ())), "")


def _says_something(kind: ExportKind, declared: Declaration) -> bool:
    """Whether there is a text for some site, whatever its address."""
    any_site = "https://site.example"
    fields = {
        n: v for dialect in kind.languages(any_site) for n, v in dialect.encode(declared).items()
    }
    return bool(_written(kind, declared, fields, any_site))


def _site_not_known(database: Database, artist_id: int, kind: ExportKind) -> SiteNotKnown:
    sites = [a.base_url for a in all_accounts(database, artist_id) if a.platform == OwnSite.id]
    return SiteNotKnown(
        worded(
            "{title}: it has to name your site's address, and it is not known which site it is "
            "for. Yours are {sites}."
            if sites
            else "{title}: it has to name your site's address, and it is not known which site it "
            "is for.",
            title=kind.title,
            sites=", ".join(sites),
        ),
        untouched="Nothing was written.",
        advice="Give the address of the site.",
    )


_THIS = worded("This")
"""The name of an export in its losses: it may consist of several dialects."""


def _losses(suite: Suite, fields: Fields, declared: Declaration) -> tuple[Loss, ...]:
    """Uses that the text as a whole states differently from the consent, or not at all."""
    consent, written = declared.consent, suite.read(fields).consent
    return tuple(
        Loss(_THIS, use, consent.get(use), written.get(use))
        for use in Use
        if consent.get(use) != written.get(use)
    )


def _unnamed(suite: Suite, fields: Fields, declared: Declaration) -> tuple[PartyLoss, ...]:
    """The partners with a licence whom the text as a whole does not name."""
    written, named = suite.read(fields).consent, suite.grants_in(fields)
    needed = beyond(declared.grants, {use: written.get(use, Permission.ALLOWED) for use in Use})
    lost = (PartyLoss(_THIS, grant.partner) for grant in needed if newly_granted(named, [grant]))
    return tuple(dict.fromkeys(lost))


def _address(site: str) -> str:
    address = web_address(site if "://" in site else f"https://{site}").rstrip("/")
    if not address:
        raise NotAnAddress(
            worded("“{site}” is not a web address.", site=site), advice="Example: https://name.com"
        )
    return address


def _iscc(text: str) -> str:
    if not text.strip():
        raise NoIscc(
            "The registry takes a declaration only with the recording's ISCC.",
            advice="An ISCC (ISO 24138) is computed from the audio file by tools of that name.",
        )
    if not (iscc := iscc_of(text)):
        raise NoIscc(
            worded("“{text}” is not an ISCC.", text=text.strip()[:80]),
            advice="Example: ISCC:KIC…",
        )
    return iscc


def _known_site(database: Database, artist_id: int) -> str:
    sites = [a.base_url for a in all_accounts(database, artist_id) if a.platform == OwnSite.id]
    return sites[0].rstrip("/") if len(sites) == 1 else ""


def _artist_id(database: Database, scope: Scope) -> int:
    if scope.kind is ScopeKind.ARTIST:
        return scope.id
    owner = artist_of_release if scope.kind is ScopeKind.RELEASE else artist_of_recording
    with database.read() as connection:
        found = owner(connection, scope.id)
    if found is None:
        raise consents.NoLongerThere(scope.kind)
    return found


def _own_consents(database: Database, scope: Scope, name: str) -> Sequence[str]:
    """A note if part of the music has a different consent."""
    numbers = consents.differing_below(database, scope)
    parts = own_consents_words(numbers)
    if not parts:
        return ()
    return (
        worded(
            "{parts} has another choice; this says that of {name}."
            if sum(numbers.values()) == 1
            else "{parts} have another choice; this says that of {name}.",
            parts=parts,
            name=name,
        ),
    )
