"""An undo does what its preview says, in every kind of file."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Consent, Use
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.roster.passphrase_prompts import PromptReason
from rightsdesk.roster.vault import PassphraseNeeded
from rightsdesk.store.database import FILE_NAME
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.files.changing import change, fields
from tests.files.corpus import FILES
from tests.workspace.conftest import SignIn, choose

EVERYTHING = Filter()


def says(workspace: Workspace, music: Path) -> dict[str, Consent]:
    return {Path(f.path).name: f.says for f in workspace.catalogue.inspect([str(music)])}


def test_the_preview_of_an_undo_shows_the_result_of_each_file(
    workspace: Workspace, signal: Artist, music: Path
) -> None:
    folder = music / signal.name
    before = says(workspace, folder)
    choose(workspace, signal)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    undo = workspace.jobs.plan_undo()
    promised = {change.target.label: change.after for change in undo.planned}
    assert {name[-4:] for name in promised} >= {"aiff", ".wav"}
    assert promised == {name: before[name] for name in promised}
    assert [c.target.label for c in undo.planned if Use.LIKENESS not in c.widens] == []
    workspace.jobs.apply(undo)
    assert says(workspace, folder) == before


@pytest.mark.parametrize("second", [False, True])
def test_each_of_two_copyright_lines_is_undone_where_it_is_still_ours(
    workspace: Workspace, tmp_path: Path, second: bool
) -> None:
    """The format's own line was not set directly: it followed the tag's line."""
    path = tmp_path / "a" / "one.aiff"
    path.parent.mkdir()
    path.write_bytes(FILES["AIFF"])
    artist = workspace.artists.add("A")
    workspace.catalogue.scan(artist.id, [str(path.parent)])
    choose(workspace, artist)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    ours, other = ("COPYRIGHT", "COPYRIGHT-2") if second else ("COPYRIGHT-2", "COPYRIGHT")
    kept = {"COPYRIGHT-2": fields(path.read_bytes())["COPYRIGHT-2"]} if not second else {}
    edit = {other: ("somebody else's",), **kept}
    path.write_bytes(change(path.read_bytes(), edit))
    [undone] = workspace.jobs.plan_undo().planned
    assert ours in undone.edit
    assert other not in undone.edit
    assert other in undone.problem


@pytest.mark.usefixtures("no_keyring")
def test_refusing_the_passphrase_once_stops_all_tracks(
    workspace: Workspace, koval: Artist, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("RIGHTSDESK_PASSPHRASE", "open sesame")
        account = sign_in(koval)
        choose(workspace, koval)
        plan = workspace.jobs.plan_sync(EVERYTHING)
        workspace.jobs.apply(plan, confirmed=plan.confirmation())
    asked: list[PromptReason] = []

    def refuse(why: PromptReason) -> str:
        asked.append(why)
        return ""

    with Workspace.open(workspace.data_dir, ask_passphrase=refuse) as again:
        works: list[Callable[[], object]] = [
            again.jobs.plan_undo,
            lambda: again.jobs.plan_sync(EVERYTHING),
            lambda: again.accounts.read_accounts([account.id]),
        ]
        for number, work in enumerate(works):
            with pytest.raises(PassphraseNeeded):
                work()
            assert len(asked) == number + 1


def test_a_track_that_could_not_be_checked_is_marked(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval)
    gone, *_ = sorted((music / koval.name).rglob("*.mp3"))
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    gone.write_bytes(b"")
    unread = [c for c in workspace.jobs.plan_undo().changes if c.unread]
    assert [(c.target.locator, bool(c.problem)) for c in unread] == [(str(gone), True)]
    workspace.catalogue.scan(koval.id, koval.folders)
    unread = [c for c in workspace.jobs.plan_tag(EVERYTHING).changes if c.unread]
    assert [(c.target.locator, c.before) for c in unread] == [(str(gone), Consent())]


def damage_an_image(workspace: Workspace) -> int:
    """Change one byte in the middle of a before-image. Returns the change's id."""
    with closing(sqlite3.connect(workspace.data_dir / FILE_NAME)) as there, there:
        query = "SELECT id, before_image FROM changes WHERE before_image IS NOT NULL"
        number, image = there.execute(query).fetchone()
        image = bytearray(image)
        image[len(image) // 2] ^= 1
        there.execute("UPDATE changes SET before_image = ? WHERE id = ?", [bytes(image), number])
    return int(number)


def test_a_damaged_before_image_is_reported_and_the_others_are_undone(
    workspace: Workspace, signal: Artist, music: Path
) -> None:
    folder = music / signal.name
    before = says(workspace, folder)
    choose(workspace, signal)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    tagged = says(workspace, folder)
    damage_an_image(workspace)
    undo = workspace.jobs.plan_undo()
    [refused] = [change for change in undo.changes if change.outcome is Outcome.FAILED]
    assert "damaged" in refused.problem
    assert refused not in undo.planned
    workspace.jobs.apply(undo)
    after = says(workspace, folder)
    name = refused.target.label
    assert after.pop(name) == tagged[name]
    assert after == {other: said for other, said in before.items() if other != name}


def test_an_image_damaged_after_the_plan_is_not_used(
    workspace: Workspace, signal: Artist, music: Path
) -> None:
    choose(workspace, signal)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    tagged = says(workspace, music / signal.name)
    undo = workspace.jobs.plan_undo()
    damaged = damage_an_image(workspace)
    report = workspace.jobs.apply(undo)
    [failed] = [result for result in report.results if result.outcome is Outcome.FAILED]
    assert failed.change.exact_undo_of == damaged
    assert "damaged" in failed.problem
    name = failed.change.target.label
    assert says(workspace, music / signal.name)[name] == tagged[name]


def test_images_of_an_older_journal_have_no_digest_and_are_used(
    workspace: Workspace, signal: Artist, music: Path
) -> None:
    before = says(workspace, music / signal.name)
    choose(workspace, signal)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    with closing(sqlite3.connect(workspace.data_dir / FILE_NAME)) as there, there:
        there.execute("UPDATE changes SET image_digest = NULL")
    workspace.jobs.apply(workspace.jobs.plan_undo())
    assert says(workspace, music / signal.name) == before


def test_each_stored_image_has_its_sha_256(workspace: Workspace, signal: Artist) -> None:
    choose(workspace, signal)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    with closing(sqlite3.connect(workspace.data_dir / FILE_NAME)) as there:
        rows = there.execute(
            "SELECT before_image, image_digest FROM changes WHERE before_image IS NOT NULL"
        ).fetchall()
    assert rows
    assert all(hashlib.sha256(image).digest() == digest for image, digest in rows)


def test_an_undo_removes_only_our_part_from_an_edited_track(
    workspace: Workspace, koval: Artist, sign_in: SignIn, soundcloud: PracticeSoundCloud
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    before = [(t["tag_list"], t["description"] or "") for t in soundcloud.tracks(koval.name)]
    plan = workspace.jobs.plan_sync(EVERYTHING)
    workspace.jobs.apply(plan, confirmed=plan.confirmation())
    for track in soundcloud.tracks(koval.name):
        text, tags = f"{track['description']}\n\nOn tour in May.", f'{track["tag_list"]} "new one"'
        soundcloud.edit(track["urn"], description=text, tag_list=tags)
    undo = workspace.jobs.plan_undo()
    assert [change.problem for change in undo.changes if change.problem] == []
    workspace.jobs.apply(undo, confirmed=undo.confirmation())
    after = [(t["tag_list"], t["description"] or "") for t in soundcloud.tracks(koval.name)]
    assert after == [
        (f'{tags} "new one"'.strip(), f"{text}\n\nOn tour in May.".strip()) for tags, text in before
    ]


class Counted:
    """The counts that a person is shown, in order."""

    def __init__(self) -> None:
        self.numbers: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int, _label: str) -> None:
        self.numbers.append((done, total))


def test_the_counts_of_an_undo_never_go_back(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    """Also where a moved file has its folder scanned first."""
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
    moved = next((music / koval.name).rglob("*.flac"))
    moved.rename(moved.with_name("moved.flac"))
    reading, applying = Counted(), Counted()
    undo = workspace.jobs.plan_undo(progress=reading)
    workspace.jobs.apply(undo, progress=applying, confirmed=undo.confirmation())
    assert (0, 0) in reading.numbers, "a scan has no count of the job's changes"
    assert reading.numbers == sorted(reading.numbers)
    assert applying.numbers == [(number + 1, 9) for number in range(9)]


def test_the_counts_of_a_plan_for_files_and_platforms_never_go_back(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    sign_in(koval)
    choose(workspace, koval)
    counted = Counted()
    workspace.jobs.plan_write(EVERYTHING, progress=counted)
    assert counted.numbers == sorted(counted.numbers)
    assert {total for _, total in counted.numbers} == {0}


def test_the_counts_of_a_scan_never_go_back(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    odd = music / koval.name / "Night Ferry" / "z new.flac"
    odd.write_bytes((music / koval.name / "Night Ferry" / "01 Night Ferry.flac").read_bytes())
    counted = Counted()
    workspace.catalogue.scan(koval.id, [str(music / koval.name)], progress=counted)
    assert counted.numbers == sorted(counted.numbers)
