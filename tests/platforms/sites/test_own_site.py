"""The artist's own site: what it shows, what is published, and when that counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.web.own_site import FILE_FIELDS, FOLDERS, PATHS, same_on_site
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.fields import edited
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    ChangedThere,
    ItemGone,
    Offline,
    PlatformError,
    RateLimited,
    Refused,
    ServerTrouble,
)
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.platforms.read_after_write import NotShownYet
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.website import PracticeWebsite
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.sites.changes import PASSWORD, Place, place
from tests.unit.strategies import declarations

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
NO_AI = Declaration(PRESETS[Preset.NO_AI], rightsholder="Mara Linde", contact="hi@mara.example")
TERMS = "https://mara.example/terms"
ON_REQUEST = Declaration(
    Consent(
        {
            Use.GENERATIVE_TRAINING: ASK,
            Use.OTHER_TRAINING: ASK,
            Use.DATA_MINING: ASK,
            Use.AI_INPUT: NO,
            Use.SEARCH: YES,
        }
    ),
    terms_url=TERMS,
)
ROBOTS = b"# mine\nUser-agent: *\nDisallow: /private/\n\nSitemap: https://mara.example/map.xml\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "public_html"
    folder.mkdir()
    return folder


@pytest.fixture
def practice(root: Path) -> Iterator[PracticeWebsite]:
    with PracticeWebsite(root) as server:
        yield server


@pytest.fixture
def site(practice: PracticeWebsite, root: Path) -> Iterator[Place]:
    found = place(OwnSite(), practice.base_url, identifier=str(root))
    yield found
    found.client.close()


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_an_empty_site_states_nothing(site: Place) -> None:
    item = site.read()
    assert set(item.fields) == {"site"}
    assert not site.platform.suite.read(item.fields).consent
    assert site.platform.whoami(site.client).remote_id == site.client.base_url


def test_a_reservation_is_published_shown_and_undone(site: Place, root: Path) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    (root / "robots.txt").chmod(0o640)
    done = site.declare(NO_AI)
    assert set(files(root)) == {"robots.txt", ".well-known/tdmrep.json", "rightsdesk/rsl.xml"}
    assert files(root)["robots.txt"].startswith(ROBOTS + b"\n# BEGIN RightsDesk\n")
    assert (
        f"License: {site.client.base_url}/rightsdesk/rsl.xml".encode() in files(root)["robots.txt"]
    )
    assert (root / "robots.txt").stat().st_mode & 0o777 == 0o640
    assert (root / "rightsdesk" / "rsl.xml").stat().st_mode & 0o777 == 0o644
    says = site.platform.suite.read(done.after.fields)
    assert says.consent[Use.GENERATIVE_TRAINING] is NO
    assert says.consent[Use.SEARCH] is YES
    assert (says.conflicts, says.problems) == ((), ())
    site.undo(done)
    assert files(root) == {"robots.txt": ROBOTS}
    assert list(root.iterdir()) == [root / "robots.txt"], "folders that were created are gone, too"


@pytest.mark.parametrize(
    "robots",
    [
        ROBOTS.rstrip(b"\n"),
        ROBOTS.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbfUser-agent: *\nDisallow:",
        b"# Lied f\xfcr Mara\nUser-agent: GPTBot\n",
        b"",
    ],
    ids=["no-newline", "crlf", "bom", "latin-1", "empty"],
)
def test_undo_restores_every_byte(site: Place, root: Path, robots: bytes) -> None:
    (root / "robots.txt").write_bytes(robots)
    done = site.declare(NO_AI)
    assert files(root)["robots.txt"].startswith(robots)
    site.undo(done)
    assert files(root) == {"robots.txt": robots}


def test_ask_first_is_stated_by_the_policy_and_the_licence(site: Place, root: Path) -> None:
    site.declare(ON_REQUEST)
    assert b"obtainConsent" in files(root)["rightsdesk/tdm-policy.json"]
    assert b"/rightsdesk/tdm-policy.json" in files(root)[".well-known/tdmrep.json"]
    done = site.declare(NO_AI)
    assert "rightsdesk/tdm-policy.json" not in files(root)
    site.undo(done)
    assert "rightsdesk/tdm-policy.json" in files(root)


def test_a_second_plan_has_nothing_to_send(site: Place, practice: PracticeWebsite) -> None:
    site.declare(NO_AI)
    before = len(practice.seen)
    item = site.read()
    assert site.plan(item, NO_AI) == {}
    site.platform.write(site.client, item.remote_id, item, {})
    assert len(practice.seen) - before == len(PATHS) + 1


def test_headers_and_pages_are_read_unchanged(site: Place, practice: PracticeWebsite) -> None:
    practice.habits.headers = {
        "Content-Usage": "train-ai=n",
        "TDM-Reservation": "1",
        "X-Robots-Tag": "noindex, noai",
        "Set-Cookie": "secret=1",
    }
    practice.habits.head = (
        '<META NAME="Robots" CONTENT="noai"><meta name="tdm-reservation" content="0">'
    )
    fields = site.read().fields
    assert fields["content-usage"] == ("train-ai=n",)
    assert fields["x-robots-tag"] == ("noindex, noai",)
    assert fields["meta:robots"] == ("noai",)
    says = site.platform.suite.read(fields)
    assert {s.dialect for s in says.statements} == {
        "aipref-header",
        "tdmrep-header",
        "noai-header",
        "tdmrep-meta",
        "noai-meta",
    }
    assert says.consent[Use.GENERATIVE_TRAINING] is NO
    assert Use.GENERATIVE_TRAINING in says.conflicts
    edit = site.plan(site.read(), NO_AI)
    assert set(edit) <= {*PATHS, *FILE_FIELDS, *FOLDERS}


def test_the_sites_own_licence_is_read_and_kept(
    site: Place, practice: PracticeWebsite, root: Path
) -> None:
    own = Rsl().encode(Declaration(PRESETS[Preset.OPEN]))["rsl.xml"][0]
    (root / "licence.xml").write_text(own)
    (root / "robots.txt").write_text("License: /licence.xml\n")
    practice.habits.headers = {
        "Link": "</licence.xml>; rel=license; type=application/rsl+xml, "
        "<https://elsewhere.example/x>; type=application/rsl+xml"
    }
    assert site.read().fields["linked:rsl.xml"] == (own,)
    done = site.declare(NO_AI)
    assert (root / "licence.xml").read_text() == own
    assert Use.GENERATIVE_TRAINING in site.platform.suite.read(done.after.fields).conflicts


def test_a_delayed_cache_is_reported(site: Place, practice: PracticeWebsite, root: Path) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    practice.freeze()
    before = site.read()
    edit = site.plan(before, NO_AI)
    with raises(NotShownYet, set()) as caught:
        site.platform.write(site.client, before.remote_id, before, edit)
    assert "still shows the old version of rightsdesk/rsl.xml" in caught.value.sentence
    assert not site.holds(site.read(), edit)
    again = site.read()
    waiting = site.plan(again, NO_AI)
    assert not set(waiting) & set(FILE_FIELDS)
    with raises(NotShownYet, set()):
        site.platform.write(site.client, again.remote_id, again, waiting)
    practice.thaw()
    assert site.holds(site.read(), edit)
    assert site.plan(site.read(), NO_AI) == {}


def test_a_server_that_hides_dot_folders_is_reported(
    site: Place, practice: PracticeWebsite
) -> None:
    practice.habits.hides_dot_folders = True
    before = site.read()
    with raises(NotShownYet, set()) as caught:
        site.write(before, site.plan(before, NO_AI))
    assert "begin with a dot" in caught.value.advice


def test_a_robots_txt_made_by_a_program_is_kept_in_the_file(
    site: Place, practice: PracticeWebsite, root: Path
) -> None:
    practice.habits.generated["/robots.txt"] = "User-agent: *\nDisallow: /wp-admin/\n"
    done = site.declare(NO_AI)
    assert b"Disallow: /wp-admin/" in files(root)["robots.txt"]
    site.undo(done)
    assert files(root) == {}
    assert site.read().fields["robots.txt"] == ("User-agent: *\nDisallow: /wp-admin/\n",)


def test_a_created_file_is_removed_even_if_the_site_shows_nothing_there(
    site: Place, practice: PracticeWebsite, root: Path
) -> None:
    """A program answered there before.

    A 404 after the file is removed is no fault of the server.
    """
    practice.habits.generated["/robots.txt"] = "User-agent: *\nDisallow: /wp-admin/\n"
    done = site.declare(NO_AI)
    practice.habits.generated.clear()
    back = {name: done.before.fields.get(name, ()) for name in done.edit}
    site.platform.write(site.client, done.after.remote_id, done.after, back)
    assert files(root) == {}


def test_headers_of_a_proxy_in_front_do_not_get_into_the_file(
    site: Place, practice: PracticeWebsite, root: Path
) -> None:
    practice.habits.prepended = "# managed\nUser-agent: Bytespider\nDisallow: /\n\n"
    (root / "robots.txt").write_bytes(ROBOTS)
    done = site.declare(NO_AI)
    assert b"managed" not in files(root)["robots.txt"]
    site.undo(done)
    assert files(root) == {"robots.txt": ROBOTS}


def test_a_single_page_site_has_no_files(site: Place, practice: PracticeWebsite) -> None:
    practice.habits.always_a_page = True
    assert set(site.read().fields) == {"site"}
    site.declare(NO_AI)


def test_a_file_that_changed_since_is_left_alone(site: Place, root: Path) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    before = site.read()
    edit = site.plan(before, NO_AI)
    (root / "robots.txt").write_bytes(b"User-agent: *\nAllow: /\n")
    with raises(ChangedThere, set()) as caught:
        site.platform.write(site.client, before.remote_id, before, edit)
    assert caught.value.skips
    assert files(root) == {"robots.txt": b"User-agent: *\nAllow: /\n"}
    assert site.read().stamp != before.stamp


def test_if_one_file_cannot_be_written_none_is_written(
    site: Place, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    before = site.read()
    folder = site.client.folder  # type: ignore[attr-defined]
    write = folder.write

    def full(path: str, data: bytes) -> None:
        if path == "robots.txt" and data != ROBOTS:
            raise Refused("The disk is full.")
        write(path, data)

    monkeypatch.setattr(folder, "write", full)
    with raises(Refused, set()):
        site.platform.write(site.client, before.remote_id, before, site.plan(before, NO_AI))
    assert files(root) == {"robots.txt": ROBOTS}


def test_a_link_stays_a_link(site: Place, root: Path, tmp_path: Path) -> None:
    real = tmp_path / "robots.txt"
    real.write_bytes(ROBOTS)
    (root / "robots.txt").symlink_to(real)
    folder = site.client.folder  # type: ignore[attr-defined]
    folder.write("robots.txt", b"User-agent: *\n")
    assert (root / "robots.txt").is_symlink()
    assert real.read_bytes() == b"User-agent: *\n"
    assert [path.name for path in root.iterdir()] == ["robots.txt"]


def test_a_damaged_block_is_named_and_kept(site: Place, root: Path) -> None:
    (root / "robots.txt").write_text("# BEGIN RightsDesk\nUser-agent: *\nDisallow: /\n")
    item = site.read()
    assert "has no end" in site.platform.suite.read(item.fields).problems[0]
    assert "robots.txt" not in site.plan(item, NO_AI)
    site.declare(NO_AI)


def test_a_site_without_a_folder_is_read_only(practice: PracticeWebsite) -> None:
    site = place(OwnSite(), practice.base_url)
    before = site.read()
    with raises(Refused, set()) as caught:
        site.platform.write(site.client, before.remote_id, before, site.plan(before, NO_AI))
    assert "where the files" in caught.value.sentence
    site.client.close()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.ERROR, ServerTrouble),
        (FaultKind.TOO_MANY, RateLimited),
        (FaultKind.OVERSIZED, BadAnswer),
        (FaultKind.HANG_UP, Offline),
        (FaultKind.CUT_OFF, PlatformError),
    ],
)
def test_a_failing_site_is_not_treated_as_empty(
    site: Place, practice: PracticeWebsite, root: Path, kind: FaultKind, error: type[PlatformError]
) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    practice.faults.add(Fault(kind, on="GET /robots.txt", times=0, status=500))
    with raises(error, set()):
        site.read()
    practice.faults.clear()


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        ("", "/srv/site"),
        ("http://mara.example", "/srv/site"),
        ("https://mara.example/blog", "/srv/site"),
        ("https://user@mara.example", "/srv/site"),
        ("https://mara.example", "ftp://mara.example/site"),
        ("https://mara.example", "site"),
        ("https://mara.example", f"sftp://mara:{PASSWORD}@mara.example/site"),
        ("https://mara.example", "sftp:///site"),
        ("https://mara.example", "sftp://-oProxyCommand=x/site"),
        ("https://mara.example", "webdav://mara.example/site"),
        ("https://mara.example", f"webdavs://mara:{PASSWORD}@mara.example/site"),
        ("https://mara.example", "s3://mara/site"),
        ("https://mara.example", f"s3://AKIAMARA:{PASSWORD}@storage.example/mara"),
    ],
)
def test_an_unusable_address_is_refused(address: str, identifier: str) -> None:
    with raises(AddressRefused, {PASSWORD}):
        place(OwnSite(), address, identifier=identifier)


def test_a_missing_folder_is_reported(practice: PracticeWebsite, tmp_path: Path) -> None:
    site = place(OwnSite(), practice.base_url, identifier=str(tmp_path / "nowhere"))
    with raises(ItemGone, set()):
        site.platform.whoami(site.client)
    site.client.close()


def test_an_unreachable_site_is_reported(root: Path) -> None:
    site = place(OwnSite(), "http://127.0.0.1:1", identifier=str(root), fake_clock=FakeClock())
    with raises(Offline, set()):
        site.platform.whoami(site.client)
    site.client.close()


@given(declared=declarations)
def test_the_planned_result_never_widens_and_is_stable(declared: Declaration) -> None:
    suite = OwnSite.suite
    start = {"site": ("https://mara.example",), "robots.txt": ("User-agent: *\nAllow: /\n",)}
    fields = edited(start, suite.edit(start, declared))
    for use, answer in suite.read(fields).consent.items():
        assert answer.rank <= declared.consent.get(use, NO).rank
    assert suite.edit(fields, declared) == {}


def test_line_ends_are_ignored_on_the_site_but_kept_in_the_file() -> None:
    assert same_on_site("robots.txt", ("a\nb\n",), ("\ufeffa\r\n\r\nb",))
    assert not same_on_site("file:robots.txt", ("a\n",), ("a\r\n",))
    assert not same_on_site("robots.txt", ("a\n",), ())
