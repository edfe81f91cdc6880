"""`terms compare`: what people and scripts get, and how it fails."""

import os
from pathlib import Path

import pytest

from tests.cli.fakes import run
from tests.unit.terms.texts import HOSTING

TRAINING = "We may train generative AI on your music."


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.md", tmp_path / "new.html"
    old.write_text(HOSTING, "utf-8")
    new.write_text(f"{HOSTING}\n\n{TRAINING}", "utf-8")
    return str(old), str(new)


def test_json_has_exactly_the_agreed_shape(versions: tuple[str, str]) -> None:
    done = run(None, "terms", "compare", *versions, "--json")
    assert done.code == 0
    why = "Now allowed: training AI. Rule: train."
    assert done.json == {
        "ai_relevant": True,
        "direction": "widens",
        "uses": ["generative_training"],
        "broken_fetch": False,
        "paragraphs": [{"old": "", "new": TRAINING, "why": why}],
    }


def test_a_person_reads_what_changed_and_where(versions: tuple[str, str]) -> None:
    out = run(None, "terms", "compare", *versions).out
    assert "AI may do more with uploads than before." in out
    assert "It is about: training AI that makes music." in out
    assert f"New: {TRAINING}" in out
    assert "AI may do less" in run(None, "terms", "compare", *reversed(versions)).out


def test_no_change_and_a_broken_fetch_read_plainly(versions: tuple[str, str]) -> None:
    old, new = versions
    assert "stays as it was" in run(None, "terms", "compare", old, old).out
    Path(new).write_text("Just a moment", "utf-8")
    out = run(None, "terms", "compare", old, new).out
    assert "The new version is no whole text" in out
    assert "Compare the whole documents." in out


def test_excerpts_are_compared_and_said_to_be_no_whole_documents(
    versions: tuple[str, str],
) -> None:
    old, new = versions
    Path(old).write_text("## Your content\n\nYou keep your rights.\nWe host your music.\n", "utf-8")
    Path(new).write_text(f"## Your content\n\nYou keep your rights.\n\n{TRAINING}\n", "utf-8")
    out = run(None, "terms", "compare", old, new).out
    assert "too short to be whole documents (10 and 14 words)" in out
    assert "AI may do more with uploads than before." in out
    there, back = (
        run(None, "terms", "compare", *files, "--json").json for files in ((old, new), (new, old))
    )
    assert (there["broken_fetch"], there["direction"], there["uses"]) == (
        *(True, "widens", ["generative_training"]),
    )
    assert back["direction"] == "narrows"
    alike = run(None, "terms", "compare", old, old).out
    assert "too short" in alike
    assert "They say nothing different about AI." in alike
    Path(new).write_text("Page not found. We host your music.", "utf-8")
    assert "The new version is no whole text" in run(None, "terms", "compare", old, new).out


def test_a_missing_file_or_a_folder_is_wrong_usage(versions: tuple[str, str]) -> None:
    old, _ = versions
    for wrong, cause in ((f"{old}.gone", "not-found"), (str(Path(old).parent), "usage")):
        done = run(None, "terms", "compare", old, wrong, "--json")
        assert (done.code, done.json["error"]["cause"]) == (2, cause)
    assert "changed" not in run(None, "terms", "compare", old, f"{old}.gone").err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_opened(versions: tuple[str, str]) -> None:
    pipe = f"{versions[0]}.pipe"
    os.mkfifo(pipe)
    assert run(None, "terms", "compare", pipe, pipe).code == 2


def test_a_file_that_is_no_text_or_too_long_is_named(versions: tuple[str, str]) -> None:
    old, new = versions
    Path(new).write_bytes(b"\xff\xd8\xff")
    done = run(None, "terms", "compare", old, new)
    assert done.code == 1
    assert f"{new}: The file is not text in UTF-8." in done.err
    Path(new).write_text("a b " * 500_000, "utf-8")
    done = run(None, "terms", "compare", old, new)
    assert done.code == 1
    assert "more than 1,500,000 characters" in done.err
