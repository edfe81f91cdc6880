"""Results of a worker pool are matched to their requests, in any order of arrival."""

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.files.scan.reading import read_batches
from rightsdesk.files.scan.scanner import FoundFile
from rightsdesk.files.scan.tags import ReadTags
from rightsdesk.files.writing.preparing import PreparationResult, WriteRequest, prepare_many
from rightsdesk.store import texts
from rightsdesk.store.schema import files
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.carriers import files as file_carrier
from rightsdesk.workspace.catalogue import scanning
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, choose


def test_files_prepared_in_reverse_order_get_their_own_writes(
    workspace: Workspace, koval: Artist, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def backwards(
        tasks: Iterator[Sequence[tuple[Any, WriteRequest]]], **options: Any
    ) -> Generator[tuple[Any, PreparationResult], None, None]:
        yield from reversed(list(prepare_many(tasks, **options)))

    monkeypatch.setattr(file_carrier, "prepare_many", backwards)
    choose(workspace, koval)
    plan = workspace.jobs.plan_tag(Filter())

    report = workspace.jobs.apply(plan)

    assert report.counts == {"done": len(plan.planned)}
    said = {file.path: file.says for file in workspace.catalogue.inspect([str(music / KOVAL)])}
    expected = PRESETS[Preset.NO_AI]
    assert {said[change.target.locator] for change in plan.planned} == {expected}


def test_files_read_in_reverse_order_are_stored_correctly(
    workspace: Workspace, koval: Artist, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def backwards(
        batches: Iterator[Sequence[FoundFile]], **options: Any
    ) -> Generator[list[tuple[FoundFile, ReadTags]], None, None]:
        for batch in reversed(list(read_batches(batches, **options))):
            yield batch[::-1]

    monkeypatch.setattr(scanning, "read_batches", backwards)
    twin = workspace.artists.add("Twin").id
    copied = music.with_name("copied")
    (music / KOVAL).rename(copied)

    workspace.catalogue.scan(twin, [str(copied)])

    tags = select(files.c.artist_id, files.c.path, files.c.tags).where(files.c.container != "")
    there: dict[int, dict[str, str]] = {koval.id: {}, twin: {}}
    with workspace._database.read() as connection:
        for number, path, said in connection.execute(tags):
            there[number][Path(texts.load_path(path)).name] = said
    assert there[twin] == there[koval.id]
    assert len(set(there[twin].values())) > 5
