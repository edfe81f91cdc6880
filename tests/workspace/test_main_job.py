"""The main job, end to end on real audio: scan, set a consent, preview, write, sync, undo."""

import shutil
import threading
from pathlib import Path

import pytest
from mutagen.flac import FLAC
from mutagen.id3 import GEOB, ID3, TPE1
from mutagen.oggvorbis import OggVorbis

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import (
    AI_USES,
    PRESETS,
    Consent,
    Declaration,
    Permission,
    Preset,
    Standing,
    Use,
)
from rightsdesk.consent.dialects.files.sentence import standard_sentence
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.practice.catalogue import sound
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.workspace import WideningNotConfirmed, Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.problems import Problem
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind, Sort
from tests.workspace.conftest import KOVAL, SignIn, choose, pending_writes

EVERYTHING = Filter()


def standings(workspace: Workspace, carrier: str) -> set[Standing]:
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(EVERYTHING))
    return {row.cells[carrier].standing for row in rows if carrier in row.cells}


def test_a_scan_groups_files_into_recordings_and_releases(
    workspace: Workspace, koval: Artist
) -> None:
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(EVERYTHING))
    assert [(row.release, row.track, row.title) for row in rows] == [
        ("Lantern Songs", "1", "Lantern"),
        ("Lantern Songs", "2", "Lantern (Harbour Version)"),
        ("Lantern Songs", "3", "Small Hours"),
        ("Night Ferry", "1", "Night Ferry"),
        ("Night Ferry", "2", "Љубав у луци"),
        ("Night Ferry", "3", "Paper Moons"),
    ]
    ferry = rows[3]
    assert ferry.cells["file"].count == 3, "master, FLAC and MP3 are the same recording"
    assert ferry.isrc == "QZES52400001"


def test_a_second_scan_finds_nothing_new(workspace: Workspace, koval: Artist) -> None:
    report = workspace.catalogue.scan(koval.id, koval.folders)
    assert (report.new, report.changed, report.unchanged) == (0, 0, koval.files)


def test_an_unreadable_file_is_named_and_the_scan_continues(
    workspace: Workspace, signal: Artist
) -> None:
    report = workspace.catalogue.scan(signal.id, signal.folders)
    assert report.files > 5
    problems = [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "file"]
    assert [Path(p.where).name for p in problems] == ["05 Lost Take.flac"]


def test_no_ai_in_every_file_and_back(workspace: Workspace, koval: Artist, music: Path) -> None:
    before = {path: path.read_bytes() for path in music.rglob("*.*")}
    choose(workspace, koval)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    assert job_name(plan) == "No AI on 9 files"
    widening = {change.target.label for change in plan.widening}
    assert widening == set()
    report = workspace.jobs.apply(plan)
    assert report.counts == {"done": 9}
    assert standings(workspace, "file") == {Standing.AGREES}
    assert {f.says for f in workspace.catalogue.inspect([str(music / koval.name)])} == {
        PRESETS[Preset.NO_AI]
    }
    again = workspace.jobs.plan_tag(EVERYTHING)
    assert (again.changes, again.unchanged) == ((), 9)
    undo = workspace.jobs.plan_undo()
    assert job_name(undo) == "Undo: No AI on 9 files"
    assert workspace.jobs.apply(undo).counts == {"done": 9}
    assert {path: path.read_bytes() for path in before} == before
    assert Standing.AGREES not in standings(workspace, "file")


@pytest.mark.parametrize("kind", ["wav", "aiff", "mp3", "alac", "flac", "ogg", "opus"])
def test_the_preview_of_an_undo_names_what_it_reopens_in_every_kind_of_file(
    workspace: Workspace, koval: Artist, music: Path, kind: str
) -> None:
    new = music / koval.name / f"new.{kind}"
    new.write_bytes(sound(kind))
    workspace.catalogue.scan(koval.id, koval.folders)
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(path=str(new))))
    [change] = workspace.jobs.plan_undo().changes
    assert change.after == Consent()
    assert change.widens == tuple(use for use in Use if use in AI_USES)


def test_a_nearer_consent_wins_and_the_source_of_the_rest_is_shown(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval)
    release = {title: id for id, title in workspace.catalogue.releases(koval.id)}["Lantern Songs"]
    scope = Scope(ScopeKind.RELEASE, release)
    opened = Consent({Use.DATA_MINING: Permission.ALLOWED})
    with pytest.raises(WideningNotConfirmed) as refused:
        workspace.consents.set(scope, opened)
    assert refused.value.uses == (Use.DATA_MINING,)
    workspace.consents.set(scope, opened, confirmed=[Use.DATA_MINING])
    [first, *_] = workspace.catalogue.recordings(Filter(release_id=release))
    scoped = workspace.catalogue.recording(first).scoped
    assert scoped.effective[Use.DATA_MINING] is Permission.ALLOWED
    assert scoped.origin[Use.DATA_MINING] == (ScopeKind.RELEASE, "Lantern Songs")
    assert scoped.origin[Use.LIKENESS] == (ScopeKind.ARTIST, koval.name)
    workspace.consents.set(scope, None)
    assert workspace.consents.of(scope).effective == PRESETS[Preset.NO_AI]


def test_changing_an_artists_consent_counts_what_inherits_it(
    workspace: Workspace, koval: Artist
) -> None:
    choose(workspace, koval, Preset.OPEN)
    scope = Scope(ScopeKind.ARTIST, koval.id)
    workspace.consents.set(scope, PRESETS[Preset.NO_AI])
    assert set(workspace.consents.widened_by(scope, None)) == set(PRESETS[Preset.ASK_FIRST]) - {
        Use.SEARCH,
        Use.RECOMMENDATION,
    }


def test_without_a_consent_there_is_nothing_to_write(workspace: Workspace, koval: Artist) -> None:
    with pytest.raises(KnownError, match="Nothing has been chosen"):
        workspace.jobs.plan_tag(EVERYTHING)


def test_a_contradiction_in_a_file_is_shown_per_dialect(
    workspace: Workspace, koval: Artist
) -> None:
    [number] = workspace.catalogue.recordings(Filter(text="small hours"))
    [view] = workspace.catalogue.recording(number).carriers
    assert view.conflicts == (Use.GENERATIVE_TRAINING,)
    assert view.says[Use.GENERATIVE_TRAINING] is Permission.PROHIBITED
    assert {s.dialect: s.says.get(Use.GENERATIVE_TRAINING) for s in view.statements} == {
        "ai-consent": Permission.ALLOWED,
        "aipref": Permission.PROHIBITED,
    }
    assert view.statements[0].carrier == "----:com.apple.iTunes:AI-CONSENT"


def test_soundcloud_is_read_matched_written_and_undone(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    before = soundcloud.tracks(koval.name)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    assert workspace.accounts.by_id(account.id).items == 5
    [question] = workspace.accounts.questions(koval.id)
    assert question.title == "Lantern (Harbour)"
    assert len(question.candidates) >= 2
    assert job_name(plan) == "No AI on 4 SoundCloud tracks"
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert report.counts == {"done": 4}
    assert Standing.AGREES in standings(workspace, "soundcloud")
    licences = {track["urn"]: track["license"] for track in before}
    assert {t["urn"]: t["license"] for t in soundcloud.tracks(koval.name)} == licences
    assert workspace.jobs.plan_sync(EVERYTHING).changes == ()
    undo = workspace.jobs.plan_undo()
    assert workspace.jobs.apply(undo).counts == {"done": 4}
    kept = ("tag_list", "description")
    assert [[t[k] or "" for k in kept] for t in soundcloud.tracks(koval.name)] == [
        [t[k] or "" for k in kept] for t in before
    ]


def test_an_unreadable_account_does_not_stop_the_other(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    soundcloud: PracticeSoundCloud,
    sign_in: SignIn,
) -> None:
    for artist in (koval, signal):
        sign_in(artist)
        choose(workspace, artist)
    soundcloud.revoke(koval.name)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    [note] = plan.notes
    assert "Mira Koval" in note
    assert "no longer accepts" in note
    assert job_name(plan) == "No AI on 2 SoundCloud tracks"


def test_drift_on_the_platform_is_reported_until_it_is_settled(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())

    def drifts() -> list[Problem]:
        return [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "drift"]

    workspace.accounts.read_items(account.id)
    assert drifts() == [], "a write by RightsDesk is no drift"
    target = plan.planned[0].target
    asks = standard_sentence(Declaration(Consent({Use.LIKENESS: Permission.CONSTRAINED})))
    soundcloud.edit(target.locator, tag_list="", description=asks)
    workspace.accounts.read_items(account.id)
    workspace.accounts.read_items(account.id)
    [drift] = drifts()
    assert (drift.where, drift.artist) == (f"{target.label}, SoundCloud", KOVAL)
    assert drift.sentence.startswith("Changed without RightsDesk: ")
    assert "imitating voice or style: “No” became “Ask me”" in drift.sentence
    workspace.jobs.apply(workspace.jobs.plan_sync(EVERYTHING))
    assert drifts() == []


def test_without_an_account_there_is_nothing_to_sync(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    with pytest.raises(KnownError, match="No account is connected"):
        workspace.jobs.plan_sync(EVERYTHING)


def test_an_answered_match_links_the_track_and_is_remembered(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    choose(workspace, koval)
    workspace.accounts.read_items(account.id)
    [question] = workspace.accounts.questions()
    workspace.accounts.answer(question.item_id, question.candidates[0].recording_id)
    workspace.accounts.read_items(account.id)
    assert workspace.accounts.questions() == []
    assert len(workspace.jobs.plan_sync(EVERYTHING).planned) == 5


def test_a_track_with_an_open_match_is_unknown(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    choose(workspace, koval)
    workspace.accounts.read_items(account.id)
    [question] = workspace.accounts.questions()
    recordings = [candidate.recording_id for candidate in question.candidates]
    cells = [row.cells["soundcloud"] for row in workspace.catalogue.rows(recordings)]
    found = [cell.standing for cell in cells if "needs matching" in cell.problem]
    assert set(found) == {Standing.UNKNOWN}
    counted = workspace.catalogue.counts(EVERYTHING)["soundcloud"]
    assert counted[Standing.UNKNOWN] == len(found)
    assert workspace.jobs.plan_sync(EVERYTHING).waiting == 1
    workspace.accounts.answer(question.item_id, recordings[0])
    assert Standing.UNKNOWN not in workspace.catalogue.counts(EVERYTHING)["soundcloud"]
    assert workspace.jobs.plan_sync(EVERYTHING).waiting == 0


def test_without_a_consent_nothing_agrees_and_nothing_is_left_to_write(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    workspace.accounts.read_items(sign_in(koval).id)
    assert pending_writes(workspace) == 0
    counted = workspace.catalogue.counts(EVERYTHING)
    assert all(Standing.AGREES not in numbers for numbers in counted.values())
    choose(workspace, koval)
    assert pending_writes(workspace) == len(workspace.jobs.plan_sync(EVERYTHING).planned)


def test_the_answer_none_of_these_is_remembered_too(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    [question] = workspace.accounts.questions()
    workspace.accounts.answer(question.item_id, None)
    workspace.accounts.read_items(account.id)
    assert workspace.accounts.questions() == []
    [row] = workspace.catalogue.rows(workspace.catalogue.recordings(Filter(text=question.title)))
    assert set(row.cells) == {"soundcloud"}, "the track is a recording of its own"


def test_a_track_changed_on_soundcloud_since_the_preview_is_skipped(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    urn = plan.planned[0].target.locator
    soundcloud.edit(urn, description="New words by the artist.")
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert report.counts == {"done": 3, "skipped": 1}
    [track] = [t for t in soundcloud.tracks(koval.name) if t["urn"] == urn]
    assert track["description"] == "New words by the artist."


def test_a_login_never_serves_two_artists(
    workspace: Workspace, koval: Artist, signal: Artist, sign_in: SignIn
) -> None:
    sign_in(koval)
    with pytest.raises(KnownError, match="connected for Mira Koval already"):
        sign_in(signal, koval.name)
    assert [a.artist for a in workspace.accounts.all()] == [koval.name]


def test_an_ended_sign_in_asks_to_reconnect_and_then_continues(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    choose(workspace, koval)
    plan = workspace.jobs.plan_sync(EVERYTHING)
    soundcloud.revoke(koval.name)
    report = workspace.jobs.apply(plan, confirmed=plan.confirmation())
    assert report.counts == {"planned": 4}, "no change failed"
    assert workspace.accounts.by_id(account.id).state == "reconnect"
    with pytest.raises(KnownError, match="no longer accepts"):
        workspace.accounts.check(account.id)
    sign_in(koval)
    assert workspace.accounts.by_id(account.id).state == "connected"
    [job] = [job for job in workspace.jobs.all() if job.open_changes]
    rest = workspace.jobs.plan_resume(job.id)
    assert workspace.jobs.apply(rest, confirmed=rest.confirmation()).counts == {"done": 4}


def test_removing_an_account_forgets_its_secrets_and_items(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    assert workspace.accounts.remove(account.id) == ""
    assert workspace.accounts.all() == []
    assert "soundcloud" not in workspace.catalogue.counts(EVERYTHING)


def test_no_token_is_stored_in_clear(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, sign_in: SignIn
) -> None:
    sign_in(koval)
    tokens = soundcloud.oauth.issued
    assert tokens
    for path in workspace.data_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(token.encode() in data for token in tokens), path.name


def test_the_matrix_is_searched_filtered_and_sorted(workspace: Workspace, koval: Artist) -> None:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(workspace.catalogue.find(release="Night Ferry")))
    agreeing = Filter(standing=Standing.AGREES)
    assert len(workspace.catalogue.recordings(agreeing)) == 3
    assert workspace.catalogue.counts(EVERYTHING)["file"][Standing.AGREES] == 3
    [only] = workspace.catalogue.recordings(Filter(text="љубав"))
    assert workspace.catalogue.rows([only])[0].title == "Љубав у луци"
    worst_first = workspace.catalogue.recordings(EVERYTHING, Sort("file"))
    assert set(worst_first[-3:]) == set(workspace.catalogue.recordings(agreeing))
    by_title = workspace.catalogue.rows(
        workspace.catalogue.recordings(EVERYTHING, Sort("title", descending=True))
    )
    assert by_title[-1].title == "Lantern"


def test_a_file_changed_between_preview_and_apply_is_skipped(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    plan = workspace.jobs.plan_tag(EVERYTHING)
    path = Path(plan.planned[0].target.locator)
    path.write_bytes(path.read_bytes() + b"\0")
    report = workspace.jobs.apply(plan)
    assert report.counts == {"done": 8, "skipped": 1}
    [skipped] = [r for r in report.results if r.outcome is Outcome.SKIPPED]
    assert skipped.change.target.locator == str(path)


def test_a_corrected_title_in_a_file_is_adopted(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    [path] = music.rglob("01 Lantern.ogg")
    tags = OggVorbis(path)
    tags["title"], tags["album"] = "Lantern, Relit", "Lantern Songs (Deluxe)"
    tags.save()
    workspace.catalogue.scan(koval.id, koval.folders)
    [row] = workspace.catalogue.rows(workspace.catalogue.recordings(Filter(text="relit")))
    assert (row.title, row.release, row.isrc) == (
        "Lantern, Relit",
        "Lantern Songs (Deluxe)",
        "QZES52400011",
    )


def test_a_declaration_removed_by_another_program_is_reported(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    [path] = music.rglob("02*.flac")
    FLAC(path).delete()
    workspace.catalogue.scan(koval.id, koval.folders)
    [drift] = [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "drift"]
    assert (drift.where, drift.artist) == (str(path), koval.name)
    assert "“No” became “nothing said”" in drift.sentence
    plan = workspace.jobs.plan_tag(EVERYTHING)
    workspace.jobs.apply(plan)
    assert [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "drift"] == []


def test_a_signed_file_is_left_alone_without_agreement(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    [path] = music.rglob("03 Paper Moons.mp3")
    tags = ID3(path)
    tags.add(GEOB(mime="application/c2pa", filename="", desc="c2pa", data=b"manifest"))
    tags.save(path, v2_version=3)
    workspace.catalogue.scan(koval.id, koval.folders)
    choose(workspace, koval)
    [skipped] = [c for c in workspace.jobs.plan_tag(EVERYTHING).changes if c.problem]
    assert skipped.target.locator == str(path)
    assert "Content Credentials" in skipped.problem
    agreed = workspace.jobs.plan_tag(EVERYTHING, even_signed=True)
    assert workspace.jobs.apply(agreed).counts == {"done": 9}


@pytest.mark.parametrize("beside", [False, True])
def test_an_undo_leaves_a_newly_signed_file_alone(
    workspace: Workspace, koval: Artist, music: Path, beside: bool
) -> None:
    [path] = music.rglob("03 Paper Moons.mp3")
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    tags = ID3(path)
    frame = GEOB(mime="application/c2pa", filename="", desc="c2pa", data=b"manifest")
    tags.add(TPE1(text="Mira") if beside else frame)
    tags.save(path, v2_version=3)
    if beside:
        path.with_suffix(".c2pa").write_bytes(b"manifest")
    [skipped] = [c for c in workspace.jobs.plan_undo().changes if c.problem]
    assert skipped.target.locator == str(path)
    assert "Content Credentials" in skipped.problem
    signed = path.read_bytes()
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": 8, "skipped": 1}
    assert path.read_bytes() == signed


def test_restoring_a_signed_file_needs_no_agreement(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    [path] = music.rglob("03 Paper Moons.mp3")
    path.with_suffix(".c2pa").write_bytes(b"manifest")
    before = path.read_bytes()
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING, even_signed=True))
    assert path.read_bytes() != before
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": 9}
    assert path.read_bytes() == before


def test_a_signature_in_a_separate_file_counts_too(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    [path] = music.rglob("03 Paper Moons.mp3")
    path.with_suffix(".c2pa").write_bytes(b"manifest")
    choose(workspace, koval)
    [skipped] = [c for c in workspace.jobs.plan_tag(EVERYTHING).changes if c.problem]
    assert skipped.target.locator == str(path)
    assert "The Content Credentials in 03 Paper Moons.c2pa" in skipped.problem
    agreed = workspace.jobs.plan_tag(EVERYTHING, even_signed=True)
    assert workspace.jobs.apply(agreed).counts == {"done": 9}


def test_every_statement_is_named_as_other_programs_show_it(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    places = {
        Path(file.path).suffix: {s.dialect: s.carrier for s in file.statements}
        for file in workspace.catalogue.inspect([str(music / koval.name)])
    }
    assert places[".wav"]["ai-consent"] == "TXXX:AI-CONSENT"
    assert places[".wav"]["copyright-sentence"] == "TCOP"
    assert places[".m4a"]["plus"] == "XMP plus:DataMining"
    assert places[".flac"]["copyright-sentence"] == "COPYRIGHT"


def test_xmp_is_written_where_a_file_has_room_for_it(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    spoken = {
        Path(file.path).suffix: {s.dialect for s in file.statements}
        for file in workspace.catalogue.inspect([str(music / koval.name)])
    }
    text = {"ai-consent", "aipref", "tdmrep", "copyright-sentence"}
    xmp = {"plus", "xmp-rights", "tdmrep-xmp"}
    assert spoken[".flac"] == spoken[".ogg"] == spoken[".opus"] == text
    assert spoken[".mp3"] == spoken[".wav"] == spoken[".m4a"] == text | xmp


def test_a_missing_file_is_reported_and_stops_nothing(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    (music / koval.name / "Lantern Songs").rename(music / "elsewhere")
    report = workspace.catalogue.scan(koval.id, koval.folders)
    assert report.missing == 3
    cells = {
        row.title: row.cells
        for row in workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    }
    assert cells["Lantern"][CarrierId.FILES].standing is Standing.UNKNOWN
    assert cells["Lantern"][CarrierId.FILES].problem == "No file of it is where it was."
    gone = [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "file"]
    assert [p.sentence for p in gone] == ["The file is no longer there."] * 3
    assert {p.advice for p in gone} == {"Put it back, or scan the folder where it is now."}
    assert {p.cause for p in gone} == {Cause.GONE}
    choose(workspace, koval)
    assert workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING)).counts == {"done": 6}


def test_a_moved_folder_is_the_same_music(workspace: Workspace, koval: Artist, music: Path) -> None:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    songs = music / koval.name / "Lantern Songs"
    songs.rename(songs.with_name("Lantern Songs (2024)"))
    workspace.catalogue.scan(koval.id, koval.folders)
    assert standings(workspace, "file") == {Standing.AGREES}
    assert workspace.jobs.plan_tag(EVERYTHING).changes == ()


def test_a_folder_of_another_artist_is_refused_and_not_remembered(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    other = workspace.artists.add("Salt & Signal")
    for folder in music.iterdir():
        if folder.name != koval.name:
            shutil.rmtree(folder)
    report = workspace.catalogue.scan(other.id, [str(music)])
    assert f"belongs to {koval.name} here" in report.theirs[0].problem
    assert (report.files, report.new, report.failed) == (0, 0, ())
    assert workspace.artists.named("Salt & Signal").folders == ()


def test_a_job_names_its_artist_and_is_no_problem_of_other_artists(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    for artist in (koval, signal):
        choose(workspace, artist)
    stop = threading.Event()
    stop.set()
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(artist_id=koval.id)), cancel=stop)
    assert [job.artists for job in workspace.jobs.all()] == [(KOVAL,)]
    [unfinished] = [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "unfinished"]
    assert unfinished.artist == KOVAL
    of_other = workspace.catalogue.problems(Filter(artist_id=signal.id))
    assert "unfinished" not in {problem.kind for problem in of_other}
