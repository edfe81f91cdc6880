"""Exports state no more than the consent, and never damage an existing file."""

import csv
import io
import json
import os
import stat
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.losses import loss_sentences
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.exports import saving
from rightsdesk.workspace.exports.kinds import (
    EXPORTS,
    NoIscc,
    NoSuchExport,
    NotAnAddress,
    NothingToSay,
)
from rightsdesk.workspace.exports.saving import AlreadyThere, NotSaved
from rightsdesk.workspace.exports.spreadsheet import harmless
from rightsdesk.workspace.types.artists import Artist, Details
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from rightsdesk.workspace.use_cases.exports import Saved
from tests.workspace.conftest import choose

SITE = "https://mira.example"
ISCC = f"ISCC:KIC{'A' * 52}"
ALWAYS = [kind.id for kind in EXPORTS if not kind.when]


@pytest.fixture
def mira(workspace: Workspace) -> Scope:
    """An artist with preset No AI."""
    artist = workspace.artists.add("Mira Koval")
    choose(workspace, artist)
    return Scope(ScopeKind.ARTIST, artist.id)


# --- the texts -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALWAYS)
def test_every_export_states_the_consent_and_names_its_gaps(
    workspace: Workspace, mira: Scope, kind: str
) -> None:
    made = workspace.exports.make(kind, mira, site=SITE)
    assert made.text.endswith("\n")
    assert made.name == "Mira Koval"
    assert Use.LIKENESS in {loss.use for loss in made.losses}
    assert all(loss.startswith("This ") for loss in loss_sentences(made.losses))


def test_the_headers_cover_several_dialects_and_name_each_loss_once(
    workspace: Workspace, mira: Scope
) -> None:
    made = workspace.exports.make("headers", mira)
    assert "Content-Usage: train-ai=n, ai-use=n\n" in made.text
    assert "TDM-Reservation: 1\n" in made.text
    assert "X-Robots-Tag: noai\n" in made.text
    [loss] = loss_sentences(made.losses)
    assert loss == "This says nothing about imitating voice or style, search, recommendations."


def test_elements_for_web_pages_cannot_be_broken_out_of(workspace: Workspace, mira: Scope) -> None:
    workspace.artists.set_details(mira.id, Details(terms_url="https://a.example/?a=1&b=2"))
    made = workspace.exports.make("meta", mira)
    assert '<meta name="tdm-reservation" content="1">\n' in made.text
    assert 'content="https://a.example/?a=1&amp;b=2">' in made.text


def test_a_policy_needs_ask_first_and_an_address(workspace: Workspace, mira: Scope) -> None:
    with pytest.raises(NothingToSay, match="ask me"):
        workspace.exports.make("tdm-policy", mira, site=SITE)
    workspace.consents.set(mira, PRESETS[Preset.ASK_FIRST], confirmed=tuple(Use))
    with pytest.raises(NothingToSay):
        workspace.exports.make("tdm-policy", mira)
    policy = json.loads(workspace.exports.make("tdm-policy", mira, site=SITE).text)
    assert policy["uid"] == f"{SITE}/rightsdesk/tdm-policy.json"
    assert any("policy" in note for note in workspace.exports.make("tdmrep", mira, site=SITE).notes)


def test_a_note_for_a_distributor_grants_nothing(workspace: Workspace, mira: Scope) -> None:
    workspace.consents.set(mira, PRESETS[Preset.OPEN], confirmed=tuple(Use))
    with pytest.raises(NothingToSay):
        workspace.exports.make("ddex", mira)


def test_music_with_a_different_consent_is_named(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    whole = Scope(ScopeKind.ARTIST, koval.id)
    assert not any("another choice" in note for note in workspace.exports.make("rsl", whole).notes)
    release = Scope(ScopeKind.RELEASE, workspace.catalogue.releases(koval.id)[0][0])
    workspace.consents.set(release, PRESETS[Preset.NO_GENERATIVE])
    assert not any("another choice" in note for note in workspace.exports.make("rsl", whole).notes)
    ask = Consent({Use.GENERATIVE_TRAINING: Permission.CONSTRAINED})
    workspace.consents.set(release, ask, confirmed=tuple(Use))
    [note] = workspace.exports.make("tdm-ai", whole, iscc=ISCC).notes
    assert note == "1 release has another choice; this says that of Mira Koval."
    assert "on request" in workspace.exports.make("ddex", release).text
    assert "on request" not in workspace.exports.make("ddex", whole).text


def test_a_declaration_for_the_registry_names_its_recording(
    workspace: Workspace, mira: Scope
) -> None:
    """docs.tdmai.org: `iscc` and `tdm-reservation` are required."""
    made = json.loads(workspace.exports.make("tdm-ai", mira, iscc=f" {ISCC.lower()} ").text)
    assert (made["iscc"], made["tdm-reservation"]) == (ISCC, 1)
    for wrong in ("", "ISCC:", "ISCC:KIC1", "KIC0000000000", f"{ISCC}\n{ISCC}", "9" * 55):
        with pytest.raises(NoIscc):
            workspace.exports.make("tdm-ai", mira, iscc=wrong)
    short = workspace.exports.make("tdm-ai", mira, iscc="ISCC:EIAQMBEYTRFUGSRN")
    assert any("55 characters" in note for note in short.notes)
    assert not any(
        "55 characters" in n for n in workspace.exports.make("tdm-ai", mira, iscc=ISCC).notes
    )


def test_an_invalid_address_is_no_site(workspace: Workspace, mira: Scope) -> None:
    assert (
        "https://mira.example/" in workspace.exports.make("robots", mira, site="mira.example/").text
    )
    for wrong in ("https://", "a b", "ftp://mira.example", "x\ny"):
        with pytest.raises(NotAnAddress):
            workspace.exports.make("robots", mira, site=wrong)


def test_an_unknown_kind_is_refused(workspace: Workspace, mira: Scope) -> None:
    with pytest.raises(NoSuchExport):
        workspace.exports.make("fax", mira)


# --- files -----------------------------------------------------------------------------------


def test_a_file_is_written_completely_and_never_over_another(
    workspace: Workspace, mira: Scope, tmp_path: Path
) -> None:
    made = workspace.exports.make("rsl", mira)
    file = tmp_path / "rsl.xml"
    assert workspace.exports.save(made, str(tmp_path)) is Saved.WRITTEN
    assert file.read_text() == made.text
    assert workspace.exports.save(made, str(file)) is Saved.UNCHANGED
    file.write_text("somebody's")
    file.chmod(0o640)
    with pytest.raises(AlreadyThere):
        workspace.exports.save(made, str(file))
    assert file.read_text() == "somebody's"
    assert workspace.exports.save(made, str(file), replace=True) is Saved.WRITTEN
    assert file.read_text() == made.text
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["rsl.xml"]


def test_a_robots_txt_keeps_foreign_lines(
    workspace: Workspace, mira: Scope, tmp_path: Path
) -> None:
    theirs = b"User-agent: *\r\nDisallow: /priv\xe9/\r\n"
    file = tmp_path / "robots.txt"
    file.write_bytes(theirs)
    made = workspace.exports.make("robots", mira)
    with pytest.raises(AlreadyThere):
        workspace.exports.save(made, str(file))
    assert workspace.exports.save(made, str(file), replace=True) is Saved.MERGED
    assert file.read_bytes().startswith(theirs)
    assert b"GPTBot" in file.read_bytes()
    assert workspace.exports.save(made, str(file)) is Saved.UNCHANGED


def test_an_unreadable_tdmrep_json_stays(workspace: Workspace, mira: Scope, tmp_path: Path) -> None:
    file = tmp_path / "tdmrep.json"
    file.write_text("[{")
    with pytest.raises(DialectError):
        workspace.exports.save(workspace.exports.make("tdmrep", mira), str(file), replace=True)
    assert file.read_text() == "[{"


def test_a_symlink_stays_a_symlink(workspace: Workspace, mira: Scope, tmp_path: Path) -> None:
    (tmp_path / "real.xml").write_text("old")
    link = tmp_path / "rsl.xml"
    link.symlink_to("real.xml")
    workspace.exports.save(workspace.exports.make("rsl", mira), str(link), replace=True)
    assert link.is_symlink()
    assert "<rsl" in (tmp_path / "real.xml").read_text()


def test_a_failed_export_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotSaved, match="folder") as missing:
        saving.save(str(tmp_path / "no" / "a.txt"), b"x", replace=False)
    assert missing.value.untouched == "Nothing was written."
    assert str(tmp_path / "no") in missing.value.advice
    old = tmp_path / "old.txt"
    old.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotSaved, match="No space left"):
        saving.save(str(tmp_path / "new.txt"), b"new", replace=False)
    with pytest.raises(NotSaved, match="No space left"):
        saving.save(str(old), b"new", replace=True)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["old.txt"]
    assert old.read_bytes() == b"old"


# --- the matrix ------------------------------------------------------------------------------


def test_the_matrix_opens_in_a_spreadsheet(
    workspace: Workspace, koval: Artist, tmp_path: Path
) -> None:
    choose(workspace, koval)
    text = workspace.exports.matrix_csv(Filter(artist_id=koval.id))
    heading, *lines = csv.reader(io.StringIO(text))
    assert len(lines) == len(workspace.catalogue.recordings(Filter(artist_id=koval.id)))
    assert all(len(line) == len(heading) for line in lines)
    first = dict(zip(heading, lines[0], strict=True))
    assert first["Artist"] == "Mira Koval"
    assert first["Consent: training AI that makes music"] == "No"
    assert first["Files: state"] in {"silent", "says it", "says otherwise", "unknown"}
    workspace.exports.save_matrix(text, str(tmp_path / "matrix.csv"))
    assert (tmp_path / "matrix.csv").read_bytes().startswith(b"\xef\xbb\xbfArtist,")
    with pytest.raises(AlreadyThere):
        workspace.exports.save_matrix(text, str(tmp_path / "matrix.csv"))


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM", "\t=1", "  =1", "\uff1d1", "|x"])
def test_a_title_is_never_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Night Ferry", "1+1", "Ünïcode", "'quoted"])
def test_other_titles_stay_unchanged(text: str) -> None:
    assert harmless(text) == text
