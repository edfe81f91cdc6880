"""The documents that the terms watch reads: each can be found, and stays at the hosts it names."""

import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from rightsdesk.resources.documents import ARCHIVE_HOST, ArchiveCopy, WatchedDocument
from rightsdesk.resources.facts import all_facts, read_facts
from rightsdesk.resources.strict_toml import FactsError

SMALLEST = """
name = "Somewhere"
kind = "social"
last_checked = "2026-11"
direction = "unknown"
short = "Nothing was found."
[[document]]
id = "terms"
kind = "terms"
title = "Terms"
language = "en"
"""
DOCUMENTS = [(facts.id, document) for facts in all_facts() for document in facts.documents]


def written(tmp_path: Path, more: str) -> tuple[WatchedDocument, ...]:
    file = tmp_path / "here.toml"
    file.write_text(SMALLEST + more, encoding="utf-8")
    return read_facts(file).documents


def test_the_large_platforms_are_watched() -> None:
    assert {"soundcloud", "youtube", "tiktok", "x", "meta", "spotify"} <= {p for p, _ in DOCUMENTS}


@pytest.mark.parametrize(
    ("platform", "document"), DOCUMENTS, ids=[f"{p}-{d.id}" for p, d in DOCUMENTS]
)
def test_addresses_are_whole(platform: str, document: WatchedDocument) -> None:
    assert document.title == document.title.strip()
    if document.address:
        parts = urlsplit(document.address)
        assert parts.scheme == "https"
        assert "." in parts.netloc
    if document.archive:
        assert document.archive.address.startswith(f"{ARCHIVE_HOST}/OpenTermsArchive/")


def test_the_archive_address_is_the_raw_file_of_the_default_branch() -> None:
    copy = ArchiveCopy(collection="contrib", service="SoundCloud", terms="Terms of Service")
    path = urlsplit(copy.address).path
    wanted = "/OpenTermsArchive/contrib-versions/HEAD/SoundCloud/Terms of Service.md"
    assert unquote(path) == wanted


@pytest.mark.parametrize(
    "more",
    [
        "",
        'address = "http://example.org/terms"',
        'archive = { collection = "../x", service = "A", terms = "B" }',
        'archive = { collection = "contrib", service = "..", terms = "B" }',
        'archive = { collection = "contrib", service = "a/b", terms = "B" }',
        'archive = { collection = "contrib", service = "A" }',
        'address = "https://example.org/terms"\nlanguages = "de"',
    ],
)
def test_a_broken_document_fails_for_its_editor(tmp_path: Path, more: str) -> None:
    with pytest.raises((FactsError, tomllib.TOMLDecodeError)):
        written(tmp_path, more)


def test_two_documents_with_one_id_fail(tmp_path: Path) -> None:
    one = 'address = "https://example.org/terms"\n'
    again = SMALLEST[SMALLEST.index("[[document]]") :] + one
    assert len(written(tmp_path, one)) == 1
    with pytest.raises(FactsError, match="two documents"):
        written(tmp_path, one + again)
