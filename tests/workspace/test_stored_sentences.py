"""What is stored of failures keeps its form, so that a window in another language can say it.

On the command line, and for every other program that reads our output, it is plain English.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from rightsdesk.errors import KnownError
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.sentence_data import MARK, dump_sentence
from rightsdesk.sentences import Sentence, worded
from rightsdesk.speech import Speech
from rightsdesk.store.bulk import insertion, read_many, write_many
from rightsdesk.store.schema import accounts, files, items, metadata
from rightsdesk.store.sentence_text import SentenceText
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue.unread import store_failures
from rightsdesk.workspace.history.words import entry_words
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.matrix import ReadFailure
from rightsdesk.workspace.types.problems import Problem, ProblemKind
from rightsdesk.workspace.types.scopes import Filter
from tests.cli.fakes import run
from tests.unit.test_sentence_data import Marking
from tests.workspace.conftest import SignIn, Song, choose

SPEECH = Speech("de", Marking())
FORM = "This {name} file is damaged, so RightsDesk leaves it alone."


def said(text: str) -> str:
    """A text as a window in another language says it: each message in brackets."""
    return SPEECH.say(text)


def listed(workspace: Workspace, kind: ProblemKind) -> list[Problem]:
    return [problem for problem in workspace.catalogue.problems(Filter()) if problem.kind is kind]


@pytest.fixture
def again(isolated: Path, workspace: Workspace) -> Iterator[Callable[[], Workspace]]:
    """Opens the data folder again, as after a new start of the program."""
    opened = [workspace]

    def reopened() -> Workspace:
        opened[-1].close()
        opened.append(Workspace.open(isolated))
        return opened[-1]

    yield reopened
    opened[-1].close()


@pytest.fixture
def damaged(workspace: Workspace, artist: Artist, song: Song, folder: Path) -> Path:
    """A file whose structure contradicts itself, and a good one beside it."""
    path = song("One.wav", title="One")
    song("Two.flac", title="Two", isrc="QZES52400001")
    path.write_bytes(path.read_bytes()[:60])
    workspace.catalogue.scan(artist.id, [str(folder)])
    return path


def test_these_columns_keep_the_form_of_their_texts() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, SentenceText)
    }
    assert found == {
        *("files.problem", "sidecars.problem", "items.problem", "changes.problem"),
        *("accounts.problem", "accounts.unread_why"),
        *("terms_versions.broken", "terms_sources.unread_why"),
    }


def test_the_problem_of_a_damaged_file(damaged: Path, again: Callable[[], Workspace]) -> None:
    workspace = again()
    [problem] = listed(workspace, ProblemKind.FILE)
    assert problem.sentence == FORM.format(name="WAV")
    assert said(problem.sentence) == f"[{FORM}]".format(name="[WAV]")
    ran = run(workspace, "problems", "--json")
    assert problem.sentence in [one["sentence"] for one in json.loads(ran.out)["problems"]]
    assert MARK not in ran.out


def test_a_problem_of_a_row_in_bulk(workspace: Workspace, artist: Artist) -> None:
    """The driver gets and returns plain values there; these columns are the exception."""
    gone = worded("{name} is gone.", name="a")
    names = ("artist_id", "path", "problem", "identity")
    rows = [
        (artist.id, b"a", gone, ""),
        (artist.id, b"b", "", ""),
        (artist.id, b"c", f"{MARK}c", ""),
        (artist.id, b"d", "plain", ""),
    ]
    f = files.c
    query = select(f.path, f.problem.label("why"), func.length(f.path)).order_by(f.path)
    with workspace._database.write() as connection:
        write_many(connection, insertion(files, names), names, rows)
        read = list(read_many(connection, query))
        one_by_one = [tuple(row) for row in connection.execute(query)]
        with_problems = list(read_many(connection, select(f.path).where(f.problem != "")))
        found = list(read_many(connection, select(f.path).where(f.problem == gone)))
        plain = list(read_many(connection, select(f.path).where(f.problem == "plain")))
    assert read == one_by_one == [(path, why, 1) for _, path, why, _ in rows]
    for some in (read, one_by_one):
        assert [type(why) for _, why, _ in some] == [Sentence, str, str, str]
        assert said(some[0][1]) == "[{name} is gone.]".format(name="[a]")
    assert with_problems == [(b"a",), (b"c",), (b"d",)]
    assert found == [(b"a",)]
    assert plain == [(b"d",)]


def test_what_an_older_version_stored_is_read_and_gets_its_form_when_it_is_found_again(
    damaged: Path, workspace: Workspace, artist: Artist
) -> None:
    plain, why = FORM.format(name="WAV"), worded(FORM, name="WAV")
    with workspace._database.write() as connection:
        connection.exec_driver_sql("UPDATE files SET problem = ? WHERE problem != ''", (plain,))
    [problem] = listed(workspace, ProblemKind.FILE)
    assert (problem.sentence, type(problem.sentence)) == (plain, str)
    failed = [ReadFailure(str(damaged), why)]
    store_failures(workspace._database, artist.id, failed)
    [again] = listed(workspace, ProblemKind.FILE)
    assert (again.sentence, type(again.sentence), again.id) == (plain, Sentence, problem.id)
    generation = workspace._database.generation
    store_failures(workspace._database, artist.id, failed)
    assert workspace._database.generation == generation  # nothing changed, nothing is written


def test_a_failed_change_of_a_job(
    workspace: Workspace, artist: Artist, song: Song, folder: Path, again: Callable[[], Workspace]
) -> None:
    path = song("One.wav", title="One")
    workspace.catalogue.scan(artist.id, [str(folder)])
    choose(workspace, artist)
    plan = workspace.jobs.plan_tag(Filter())
    whole = path.stat()
    path.write_bytes(path.read_bytes()[:60].ljust(whole.st_size, b"\0"))
    report = workspace.jobs.apply(plan)
    [live] = [result.problem for result in report.results]
    assert said(live) != live
    workspace = again()
    [job] = workspace.jobs.all()
    [group] = workspace.jobs.failures(job.id)
    [page] = [workspace.jobs.changes(job.id, 0, 10)]
    for stored in (group.problem, page[0].problem):
        assert (stored, said(stored)) == (live, said(live))
    ran = run(workspace, "jobs", "show", str(job.id), "--json")
    assert [change["problem"] for change in json.loads(ran.out)["changes"]] == [live]
    assert MARK not in ran.out


def test_an_account_that_cannot_be_read(
    workspace: Workspace,
    koval: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
    again: Callable[[], Workspace],
) -> None:
    unsure = sign_in(koval, "Salt & Signal", theirs=False)
    account = sign_in(koval)
    soundcloud.faults.add(Fault(FaultKind.HANG_UP, times=0))
    with pytest.raises(KnownError) as down:
        workspace.accounts.read_items(account.id)
    workspace = again()
    stored: dict[int, Account] = {one.id: one for one in workspace.accounts.all()}
    assert stored[account.id].unread_why == str(down.value)
    assert said(stored[account.id].unread_why) == said(str(down.value)) != str(down.value)
    assert said(stored[unsure.id].problem).startswith("[It is not confirmed yet")
    [unread] = listed(workspace, ProblemKind.UNREAD)
    assert said(str(down.value)) in said(unread.sentence)
    ran = run(workspace, "account", "list", "--json")
    assert MARK not in ran.out
    assert str(down.value) in ran.out.replace("\\u2019", "’")


def test_items_with_the_same_reason_are_one_problem_whichever_version_stored_it(
    workspace: Workspace, koval: Artist, sign_in: SignIn, soundcloud: PracticeSoundCloud
) -> None:
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    why = worded("The answer has no {field}.", field="tag_list")
    with workspace._database.write() as connection:
        numbers = connection.execute(select(items.c.id).order_by(items.c.id)).scalars().all()
        for number, text in zip(numbers, ("".join(why), why, ""), strict=False):
            row = update(items).where(items.c.id == number)
            connection.execute(row.values(problem=text))
        connection.execute(update(items).where(items.c.id > numbers[1]).values(problem=""))
    [problem] = listed(workspace, ProblemKind.ITEM)
    assert (problem.count, problem.advice) == (2, why)
    assert said(problem.advice) == said(why)


def test_an_ignored_problem_and_its_entry_of_the_history(
    damaged: Path, workspace: Workspace, again: Callable[[], Workspace]
) -> None:
    [problem] = listed(workspace, ProblemKind.FILE)
    workspace.catalogue.ignore([problem.id], "old")
    workspace = again()
    [decision] = workspace.catalogue.decisions()
    assert (decision.sentence, said(decision.sentence)) == (
        problem.sentence,
        said(problem.sentence),
    )
    entry = workspace.history.newest_undoable()
    assert entry is not None
    assert said(problem.sentence) in said(entry_words(entry))
    assert entry.deed.after is not None
    assert entry.deed.after["sentence"] == problem.sentence
    ran = run(workspace, "history", "--json")
    assert MARK not in ran.out
    undone = workspace.history.undo(entry.deed.id)
    workspace.history.redo(undone.id)
    assert said(workspace.catalogue.decisions()[0].sentence) == said(problem.sentence)


def test_what_another_program_wrote_into_a_problem_is_shown_and_never_interpreted(
    damaged: Path, workspace: Workspace
) -> None:
    stored = MARK + json.dumps({"form": "{a.__class__}", "values": {"a": "x"}})
    with workspace._database.write() as connection:
        connection.exec_driver_sql("UPDATE files SET problem = ? WHERE problem != ''", (stored,))
    [problem] = listed(workspace, ProblemKind.FILE)
    assert problem.sentence == stored


def test_a_form_is_stored_as_written_down(workspace: Workspace, koval: Artist) -> None:
    why = worded("{name} is gone.", name="a")
    row = {"artist_id": koval.id, "platform": "x", "created_at": "2026-01-01T00:00:00+00:00"}
    with workspace._database.write() as connection:
        connection.execute(insert(accounts), [{**row, "problem": why, "unread_why": why}])
        raw = connection.exec_driver_sql("SELECT problem, unread_why FROM accounts").one()
    assert tuple(raw) == (dump_sentence(why),) * 2
