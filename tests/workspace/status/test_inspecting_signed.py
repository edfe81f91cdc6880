"""Content Credentials in `inspect`: they can refuse, and their signature is not checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.workspace.status.inspecting import inspect_file
from rightsdesk.workspace.types.matrix import FileInspection
from tests.files.build import flac, id3, opus, vorbis_comments
from tests.files.jumbf import Encodable, assertion, manifest, superbox

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
G, OTHER = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING


def store(**entries: str) -> bytes:
    data: dict[str, Encodable] = {
        f"cawg.{key}": {"use": use, "constraint_info": "ask"} for key, use in entries.items()
    }
    return superbox(b"c2pa", "c2pa", manifest(assertion({"entries": data})))


def inspected(folder: Path, manifest_store: bytes, *fields: bytes) -> FileInspection:
    head = b"\0application/c2pa\0c2pa\0c2pa\0"
    file = folder / "song.flac"
    comments = (4, vorbis_comments(fields))
    file.write_bytes(id3([("GEOB", head + manifest_store)], version=4) + flac([comments]))
    return inspect_file(str(file))


@pytest.mark.parametrize(
    ("signed", "tag", "says", "conflicts"),
    [
        ("notAllowed", b"", {G: NO}, ()),
        (
            "notAllowed",
            b"AI-CONSENT=generative-training=y, other-training=y",
            {G: NO, OTHER: YES},
            (G,),
        ),
        ("notAllowed", b"AI-CONSENT=generative-training=n", {G: NO}, ()),
        ("constrained", b"AI-CONSENT=generative-training=y", {G: ASK}, (G,)),
        ("allowed", b"", {}, ()),
        ("allowed", b"AI-CONSENT=other-training=y", {OTHER: YES}, ()),
        ("allowed", b"AI-CONSENT=generative-training=n", {G: NO}, (G,)),
        ("allowed", b"AI-CONSENT=generative-training=y", {G: YES}, ()),
    ],
)
def test_a_manifest_can_refuse_but_allows_nothing(
    tmp_path: Path, signed: str, tag: bytes, says: dict[Use, Permission], conflicts: tuple[Use, ...]
) -> None:
    found = inspected(tmp_path, store(ai_generative_training=signed), *filter(None, [tag]))

    assert found.says == Consent(says)
    assert found.conflicts == conflicts
    assert found.statements[-1].dialect == "cawg"
    assert found.statements[-1].carrier == "ID3 GEOB, signature not checked"


def test_an_unreadable_manifest_is_reported_and_may_refuse_anything(tmp_path: Path) -> None:
    tag = b"AI-CONSENT=generative-training=y, search=n"
    found = inspected(tmp_path, store(ai_training="notAllowed")[:-5], tag)

    assert found.says == Consent({Use.SEARCH: NO})
    (signed,) = [statement for statement in found.statements if statement.problem]
    assert "can't be read" in signed.problem


def test_a_manifest_in_a_separate_file_is_read_too(tmp_path: Path) -> None:
    song = tmp_path / "song.opus"
    song.write_bytes(opus(vorbis_comments([b"AI-CONSENT=generative-training=y"])))
    song.with_suffix(".c2pa").write_bytes(store(ai_generative_training="notAllowed"))
    found = inspect_file(str(song))

    assert found.says == Consent({G: NO})
    assert found.conflicts == (G,)
    assert found.statements[-1].carrier == "song.c2pa, signature not checked"
