"""A page that a site sends instead of a file is not treated as the file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from protego import Protego

from rightsdesk.consent import PRESETS, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.web.own_site import PATHS
from rightsdesk.consent.dialects.web.robots_block import BEGIN, READ_BY_ALL
from rightsdesk.platforms.http.errors import BadAnswer, Refused
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.platforms.sites.web_pages import first_element
from rightsdesk.practice.http import Reply
from rightsdesk.practice.website import PracticeWebsite
from tests.platforms.connected import raises
from tests.platforms.sites.changes import Place, place
from tests.platforms.sites.test_own_site import files

NO_AI = Declaration(PRESETS[Preset.NO_AI])
PAGES = {
    "doctype": b"<!DOCTYPE html><html><body>Mara</body></html>",
    "bom": b"\xef\xbb\xbf<!doctype html><title>Mara</title>",
    "prolog": b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html xmlns="z"/>',
    "bare-div": b'<div id="app"></div><script>User-agent: *\nDisallow: /\n</script>',
    "comments": b"<!-- a --><!-- User-agent: * -->\n<main>Mara</main>",
    "open-comment": b"<!-- User-agent: *\nDisallow: /\n",
    "utf-16": "<html><body>Mara</body></html>".encode("utf-16"),
    "soft-404": b'{"error": "not found"}',
    "words": b"Nothing here.",
    "many-comments": b"<!--<-->" * 1200,
    "unknown": b"<x-app></x-app>",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "html").mkdir()
    return tmp_path / "html"


@pytest.fixture
def practice(root: Path) -> Iterator[PracticeWebsite]:
    with PracticeWebsite(root) as server:
        yield server


@pytest.fixture
def site(practice: PracticeWebsite, root: Path) -> Iterator[Place]:
    found = place(OwnSite(), practice.base_url, identifier=str(root))
    yield found
    found.client.close()


@pytest.mark.parametrize("labelled", ["text/html; charset=utf-8", "text/plain", ""])
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_no_file_of_a_site(
    site: Place, practice: PracticeWebsite, root: Path, page: bytes, labelled: str
) -> None:
    headers = {"Content-Type": labelled} if labelled else {}
    practice.habits.answers["*"] = Reply(200, page, headers)
    assert "robots.txt" not in site.read().fields
    if page.startswith(b"{"):
        assert "rsl.xml" not in site.read().fields
        return  # an unreadable document counts as a document only for tdmrep.json
    assert set(site.read().fields) <= {"site", "rsl.xml"}
    if b"<" not in page:
        assert set(site.read().fields) == {"site"}
    done = site.platform.suite.edit(site.read().fields, NO_AI)
    assert done["file:robots.txt"][0].startswith(BEGIN)
    assert done["robots.txt"] == done["file:robots.txt"]


@pytest.mark.parametrize("name", ["doctype", "prolog", "bare-div", "comments"])
def test_only_our_own_file_is_published_there_and_removed_again(
    site: Place, practice: PracticeWebsite, root: Path, name: str
) -> None:
    practice.habits.answers["*"] = Reply(200, PAGES[name], {"Content-Type": "text/html"})
    done = site.declare(NO_AI)
    assert files(root)["robots.txt"].startswith(BEGIN.encode())
    assert b"<" not in files(root)["robots.txt"]
    site.undo(done)
    assert files(root) == {}


def test_robots_txt_labelled_as_a_page_is_read(site: Place, practice: PracticeWebsite) -> None:
    text = b"User-agent: *\nContent-Usage: train-ai=n\n"
    practice.habits.answers["/robots.txt"] = Reply(200, text, {"Content-Type": "text/html"})
    says = site.platform.suite.read(site.read().fields).consent
    assert says[Use.GENERATIVE_TRAINING] is Permission.PROHIBITED


@pytest.mark.parametrize("held", [PAGES["doctype"], PAGES["words"], PAGES["bare-div"]])
def test_a_page_in_the_folder_is_replaced_and_restored(
    site: Place, root: Path, held: bytes
) -> None:
    (root / "robots.txt").write_bytes(held)
    before = site.read()
    assert "robots.txt" not in before.fields
    done = site.declare(NO_AI)
    assert files(root)["robots.txt"].startswith(BEGIN.encode())
    site.undo(done)
    assert files(root) == {"robots.txt": held}


def test_a_site_behind_a_password_is_reported_as_such(
    site: Place, practice: PracticeWebsite
) -> None:
    practice.habits.answers["/robots.txt"] = Reply(401, b"", {"WWW-Authenticate": "Basic"})
    with raises(Refused, set()) as caught:
        site.read()
    assert "asks for a user name and a password" in caught.value.sentence


def test_a_firewall_is_reported_as_such(site: Place, practice: PracticeWebsite) -> None:
    page = Reply.of_html("<html><body>Checking your browser</body></html>", 403)
    for path in ("/", *(f"/{path}" for path in PATHS.values())):
        practice.habits.answers[path] = page
    with raises(Refused, set()) as caught:
        site.read()
    assert "firewall" in caught.value.advice


def test_forbidden_from_a_storage_service_means_missing(
    site: Place, practice: PracticeWebsite, root: Path
) -> None:
    practice.habits.answers["*"] = Reply(403, b"<Error><Code>AccessDenied</Code></Error>")
    assert set(site.read().fields) == {"site"}
    site.declare(NO_AI)
    assert (root / "robots.txt").exists()


def test_in_a_long_robots_txt_our_block_is_within_the_limit_of_readers(
    site: Place, root: Path
) -> None:
    group = b"User-agent: bot%d\nDisallow: /private/\n\n"
    held = b"".join(group % number for number in range(40_000))
    assert len(held) > 1024 * 1024
    (root / "robots.txt").write_bytes(held)
    statements = site.platform.suite.read(site.read().fields).statements
    assert statements == ()
    done = site.declare(NO_AI)
    robots = next(d for d in site.platform.suite.dialects if "robots.txt" in d.fields)
    assert any("500 KB" in note for note in robots.notes_on(done.after.fields))
    start = files(root)["robots.txt"][:READ_BY_ALL].decode()
    assert not Protego.parse(start).can_fetch("https://mara.example/", "GPTBot")
    assert Protego.parse(start).can_fetch("https://mara.example/x", "bot7")
    site.undo(done)
    assert files(root) == {"robots.txt": held}


def test_a_file_that_is_far_too_large_is_reported(
    site: Place, practice: PracticeWebsite, root: Path
) -> None:
    (root / "robots.txt").write_bytes(b"# x\n" * (1 << 21))
    with raises(BadAnswer, set()) as caught:
        site.read()
    assert "robots.txt" in caught.value.sentence
    assert "4 MB" in caught.value.sentence


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("", None),
        ("User-agent: *", None),
        ("\ufeff \n<DIV>", "div"),
        ("<a:rsl xmlns:a='x'>", "rsl"),
        ("<?xml version='1.0'?><!-- x --><rsl/>", "rsl"),
        ("<?xml", ""),
        ("<!-- x -->", ""),
        ("<!-- x -->\nUser-agent: *", ""),
        ("< b", ""),
    ],
)
def test_the_first_element_of_a_text(text: str, element: str | None) -> None:
    assert first_element(text) == element
