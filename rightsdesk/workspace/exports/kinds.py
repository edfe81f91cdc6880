"""What an artist chose, in the languages that go where RightsDesk does not reach.

A web server's configuration, a site that somebody else looks after, a distributor's staff, a
registry: what they take is a text to hand over. The kinds are data, so that whatever shows
them (a list, a menu) need not know any of them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rightsdesk import phrases
from rightsdesk.consent import Declaration, Use
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
from rightsdesk.consent.losses import Loss
from rightsdesk.errors import KnownError
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.resources.crawlers import crawler_list
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.roster.artists import artist_by_id
from rightsdesk.store.database import Database
from rightsdesk.store.queries import artist_of_recording, artist_of_release
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.planning.plan import NothingChosen, declaration_of
from rightsdesk.workspace.types import Scope, ScopeKind
from rightsdesk.workspace.words import own_choices_words


class NothingToSay(KnownError):
    """A language has no word for what was chosen."""

    cause = "nothing-to-say"


class NoSuchExport(KnownError):
    """There is no export of that name."""

    cause = "no-such-export"


class NoIscc(KnownError):
    """What is about one recording has to name it by its ISCC."""

    cause = "no-iscc"


class SiteNotKnown(NothingToSay):
    """The text only says something for one site, and it is not known which."""

    cause = "site-not-known"


class NoAddress(KnownError):
    """What was given as the site's address is none."""

    cause = "no-address"


Languages = Callable[[str], tuple[Dialect, ...]]
"""The dialects of an export, for a site's address ("" where that is not known)."""

Written = Callable[[Declaration, str], str]
"""The text of an export that is more than one field of a dialect."""


@dataclass(frozen=True, slots=True)
class ExportKind:
    """One text to hand over.

    `place` says where it goes, `when` under what condition it says anything at all. With
    `for_site` it speaks for all of an artist's music; with `merges` it goes into a file that
    others write in too. `file_name` is what such a file is called. With `points_to_licence` it
    names the site's RSL file, where the site's address is known. With `by_iscc` it is about one
    recording, and `languages` takes its ISCC in place of an address.
    """

    id: str
    title: str
    file_name: str
    place: str
    languages: Languages = field(repr=False)
    written: Written | None = field(default=None, repr=False)
    for_site: bool = True
    merges: bool = False
    points_to_licence: bool = False
    when: str = ""
    by_iscc: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """A text to hand over: what it cannot say (`losses`), and what to bear in mind (`notes`).

    `name` is whom it speaks for; `declared` and `site` are what it was made from.
    """

    kind: ExportKind
    name: str
    text: str
    declared: Declaration
    site: str = ""
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()

    def into(self, existing: str) -> str:
        """The file that is there with this in it, all else as it is, where the kind merges.

        Raises DialectError where that file cannot be understood.
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


def _snippet(server: WebServer) -> Written:
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
        "Goes into robots.txt at the top of your site, after what stands there.",
        _robots,
        merges=True,
        points_to_licence=True,
    ),
    ExportKind(
        "tdmrep",
        "tdmrep.json",
        TDMREP,
        f"Goes on your site as /{PATHS[TDMREP]}.",
        _tdmrep,
        merges=True,
    ),
    ExportKind(
        "tdm-policy",
        "TDM policy",
        POLICY,
        f"Goes on your site as /{PATHS[POLICY]}, where tdmrep.json points to it.",
        _tdmrep,
        when="It is only needed where you say “ask me” to both kinds of training and to data "
        "mining, and it has to know your site's address.",
    ),
    ExportKind(
        "rsl",
        "RSL licence",
        RSL,
        f"Goes on your site as /{PATHS[RSL]}; robots.txt and the headers point to it.",
        lambda site: (Rsl(),),
    ),
    ExportKind(
        "headers",
        "Response headers",
        "headers.txt",
        "For whoever runs your site's server: it has to send these with every answer.",
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
        "For whoever sends your releases to the shops as DDEX messages.",
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
    """The kind of that id. Raises NoSuchExport."""
    for kind in EXPORTS:
        if kind.id == name.strip().lower():
            return kind
    raise NoSuchExport(f"There is no export “{name}”.")


def export(
    database: Database, kind: ExportKind, scope: Scope, site: str = "", iscc: str = ""
) -> Export:
    """What was chosen for a scope, in words of this kind.

    `site` is the address of the artist's web site; without it that of the only site among
    the artist's accounts is taken. `iscc` is the recording's, for a kind that is `by_iscc`.
    Raises NothingChosen, NothingToSay, SiteNotKnown, NoAddress, and NoIscc.
    """
    scoped = consents.of_scope(database, scope)
    if not scoped.effective:
        raise NothingChosen
    artist_id = _artist_id(database, scope)
    address = _address(site) if site else _known_site(database, artist_id)
    declared = declaration_of(artist_by_id(database, artist_id), scoped.effective)
    languages = kind.languages(_iscc(iscc) if kind.by_iscc else address)
    said = {n: v for dialect in languages for n, v in dialect.encode(declared).items()}
    text = _written(kind, declared, said, address)
    if not text:
        if kind.for_site and not address and _says_something(kind, declared):
            raise _site_not_known(database, artist_id, kind)
        raise NothingToSay(f"{kind.title}: there is nothing to write.", advice=kind.when)
    notes = [note for dialect in languages for note in dialect.notes(declared)]
    if kind.file_name == TDMREP and POLICY in said:
        notes.append("It points to a policy, which has to be on your site too: see “tdm-policy”.")
    if kind.points_to_licence and not address and Rsl().encode(declared):
        notes.append("It does not point to your RSL licence: your site's address is not known.")
    notes += _own_choices(database, scope, scoped.name)
    losses = _losses(Suite(languages), said, declared)
    return Export(kind, scoped.name, text, declared, address, losses, tuple(dict.fromkeys(notes)))


def _written(kind: ExportKind, declared: Declaration, said: Fields, address: str) -> str:
    if kind.written is not None:
        return kind.written(declared, address)
    return next(iter(said.get(kind.file_name, ())), "")


def _says_something(kind: ExportKind, declared: Declaration) -> bool:
    """Whether there is a text for some site: which one doesn't matter."""
    some = "https://site.example"
    said = {n: v for dialect in kind.languages(some) for n, v in dialect.encode(declared).items()}
    return bool(_written(kind, declared, said, some))


def _site_not_known(database: Database, artist_id: int, kind: ExportKind) -> SiteNotKnown:
    sites = [a.base_url for a in all_accounts(database, artist_id) if a.platform == OwnSite.id]
    which = f" Yours are {', '.join(sites)}." if sites else ""
    return SiteNotKnown(
        f"{kind.title}: it has to name your site's address, and it is not known which site it is "
        f"for.{which}",
        untouched="Nothing was written.",
        advice="Give the address of the site.",
    )


def _losses(suite: Suite, said: Fields, declared: Declaration) -> tuple[Loss, ...]:
    """What the text as a whole says otherwise than chosen, or not at all."""
    wanted, there = declared.consent, suite.read(said).consent
    return tuple(
        Loss("This", use, wanted.get(use), there.get(use))
        for use in Use
        if wanted.get(use) != there.get(use)
    )


def _address(site: str) -> str:
    address = web_address(site if "://" in site else f"https://{site}").rstrip("/")
    if not address:
        raise NoAddress(f"“{site}” is no address of a web site.", advice="As in https://name.com")
    return address


def _iscc(text: str) -> str:
    if not text.strip():
        raise NoIscc(
            "The registry takes a declaration only with the recording's ISCC.",
            advice="An ISCC (ISO 24138) is computed from the audio file by tools of that name.",
        )
    if not (iscc := iscc_of(text)):
        raise NoIscc(f"“{text.strip()[:80]}” is no ISCC.", advice="As in ISCC:KIC…")
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


def _own_choices(database: Database, scope: Scope, name: str) -> Sequence[str]:
    """A sentence where some of the music that is meant is to say something else."""
    numbers = consents.otherwise_below(database, scope)
    told = own_choices_words(numbers)
    if not told:
        return ()
    verb = phrases.plural(sum(numbers.values()), "has", "have")
    return (f"{told} {verb} another choice; this says that of {name}.",)
