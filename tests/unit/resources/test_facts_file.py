"""The file of facts about platforms: canonical, signed, and refused where a byte differs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.resources import facts_keys
from rightsdesk.resources.facts import decoded, platform_files, read_facts
from rightsdesk.resources.facts_file import (
    MAX_BYTES,
    RefusedFacts,
    body,
    canonical,
    order,
    read_body,
    signed,
    verified,
)
from rightsdesk.resources.facts_in_use import shipped
from tests.signed_facts import FOREIGN, KEYS, OURS, file_of, table

PROJECT = Path(__file__).resolve().parents[3]
FILE = file_of("adobe", "bluesky", "x")


def test_a_signed_file_gives_its_version_and_its_platforms() -> None:
    found = verified(FILE, KEYS)
    assert found.version == "2031-01-01.1"
    assert [decoded(line).name for line in found.lines.values()] == ["Adobe", "Bluesky", "X"]


def test_the_same_facts_are_the_same_bytes() -> None:
    tables = {name: table(name) for name in ("b", "a")}
    again = {name: dict(reversed(table(name).items())) for name in ("a", "b")}
    assert body("2026-12-01.1", tables) == body("2026-12-01.1", again)
    assert canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'


@given(place=st.integers(0, len(FILE) - 1), byte=st.integers(0, 255))
def test_another_byte_anywhere_is_refused(place: int, byte: int) -> None:
    changed = FILE[:place] + bytes([byte]) + FILE[place + 1 :]
    if changed != FILE:
        with pytest.raises(RefusedFacts) as refused:
            verified(changed, KEYS)
        assert refused.value.untouched.startswith("Nothing was changed")


def test_every_byte_counts() -> None:
    for place in range(len(FILE)):
        with pytest.raises(RefusedFacts):
            verified(FILE[:place] + bytes([FILE[place] ^ 1]) + FILE[place + 1 :], KEYS)


@given(length=st.integers(0, len(FILE) - 1))
def test_a_cut_file_is_refused(length: int) -> None:
    with pytest.raises(RefusedFacts):
        verified(FILE[:length], KEYS)


@given(more=st.binary(min_size=1, max_size=40), at=st.integers(0, len(FILE)))
def test_more_bytes_anywhere_are_refused(more: bytes, at: int) -> None:
    with pytest.raises(RefusedFacts):
        verified(FILE[:at] + more + FILE[at:], KEYS)


@given(content=st.binary(max_size=300))
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(RefusedFacts):
        verified(content, KEYS)
    with pytest.raises(RefusedFacts):
        verified(FILE[: FILE.index(b"\n") + 1] + content, KEYS)


def test_no_second_spelling_of_a_signature_is_taken() -> None:
    """The last letter of Base64 has bits that decoders ignore (RFC 4648, section 3.5)."""
    last = FILE.index(b"==\n") - 1
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = letters.index(FILE[last])
    same = letters[at ^ 1 : (at ^ 1) + 1]
    with pytest.raises(RefusedFacts):
        verified(FILE[:last] + same + FILE[last + 1 :], KEYS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (file_of("x", key=FOREIGN), "a key that RightsDesk does not know"),
        (FILE[:-1], "The signature does not fit"),
        (b"x" * (MAX_BYTES + 1), "more than 4 MB"),
        (b"Hello", "no signed file of facts"),
        (FILE.split(b"\n", 3)[3], "no signed file of facts"),
    ],
)
def test_a_refusal_says_what_is_wrong(content: bytes, words: str) -> None:
    with pytest.raises(RefusedFacts, match=words):
        verified(content, KEYS)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b'"schema":1', b'"schema":2', "made for a newer RightsDesk"),
        (b'"platforms":3', b'"platforms":4', "damaged or cut"),
        (b"2031-01-01.1", b"tomorrow", "no file of facts"),
        (b"bluesky {", b"Bluesky {", "damaged or cut"),
        (b"\nx {", b"\na {", "damaged or cut"),
    ],
)
def test_a_body_that_is_not_whole_is_refused_even_if_signed(
    before: bytes, after: bytes, words: str
) -> None:
    whole = FILE.split(b"\n", 3)[3]
    assert before in whole
    with pytest.raises(RefusedFacts, match=words):
        signed(whole.replace(before, after), OURS)


@pytest.mark.parametrize("version", ["", "2026-11-29", "2026-11-29.0", "1.2", "2026-11-29.1 "])
def test_a_version_is_a_day_and_a_number(version: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        order(version)


def test_versions_are_ordered_by_day_then_number() -> None:
    assert order("2026-11-29.9") < order("2026-11-29.10") < order("2026-11-30.1")


# --- what the program ships ------------------------------------------------------------------


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT / "resources/facts/make.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_shipped_is_made_of_the_files() -> None:
    assert make("--check").stderr == ""
    lines = shipped().lines
    assert [decoded(line) for line in lines.values()] == [
        read_facts(file) for file in platform_files()
    ]


def test_a_key_of_ones_own_is_private_and_signs_only_if_it_is_listed(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    entry = make("new-key", str(key)).stdout
    assert re.search(r'^public = "[0-9a-f]{64}"$', entry, re.MULTILINE)
    assert key.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    if sys.platform != "win32":
        assert key.stat().st_mode & 0o77 == 0
    refused = make("sign", str(key), str(tmp_path / "out.facts"))
    assert refused.returncode == 1
    assert "does not list this key" in refused.stderr
    assert not (tmp_path / "out.facts").exists()


def test_trusted_keys_are_named_by_their_hash() -> None:
    assert facts_keys.trusted()
    for name, raw in facts_keys.trusted().items():
        assert re.fullmatch("[0-9a-f]{16}", name)
        assert len(raw) == 32


def test_a_signature_is_what_openssl_calls_one(tmp_path: Path) -> None:
    from base64 import b64decode

    from cryptography.hazmat.primitives import serialization

    top, key_line, signature_line, whole = FILE.split(b"\n", 3)
    (tmp_path / "sealed").write_bytes(top + b"\n" + key_line + b"\n" + whole)
    (tmp_path / "signature").write_bytes(b64decode(signature_line.split()[1]))
    pem = OURS.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "key.pem").write_bytes(pem)
    command = [
        *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"),
        *("-in", "sealed", "-sigfile", "signature"),
    ]
    try:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    assert "Signature Verified Successfully" in done.stdout, done.stderr


def test_a_body_without_platforms_is_a_body() -> None:
    assert read_body(body("2026-12-01.1", {})).lines == {}
