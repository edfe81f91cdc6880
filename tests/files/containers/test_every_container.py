"""Rules for every container: values are read back, everything else stays, damage does no harm."""

from __future__ import annotations

import contextlib
import importlib
import io
import tracemalloc
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.files.containers import (
    CONTAINERS,
    Container,
    container_named,
    container_of,
    foreign_difference,
    same_essence,
)
from rightsdesk.files.errors import NotAudio, Unsupported
from rightsdesk.files.owned import COPYRIGHT_2, OWNED, SETTABLE, XMP_OWNED
from tests.files.build import (
    noise,
)
from tests.files.changing import (
    change,
    fields,
    nothing,
    plan,
    settable,
)
from tests.files.corpus import FILES
from tests.files.fuzz import changed_or_refused, mutations, no_ai_for

every_file = pytest.mark.parametrize("name", FILES)

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
xml_text = st.text(
    st.characters(exclude_characters="\ufffe\uffff", exclude_categories=["Cs", "Cc"])
    | st.sampled_from("\t\n\r"),
    max_size=40,
)
edits = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.just(()), st.tuples(words), st.just(("a", "b")))
        for names, words in (((*OWNED, COPYRIGHT_2), text), (XMP_OWNED, xml_text))
        for name in names
    },
)


@every_file
def test_every_kind_of_file_is_known_by_its_name(name: str) -> None:
    found = container_of(io.BytesIO(FILES[name]))

    assert type(container_named(found.name)) is type(found)
    assert set(settable(FILES[name])) <= {*found.room, COPYRIGHT_2}
    assert found.second_line or COPYRIGHT_2 not in {*settable(FILES[name]), *fields(FILES[name])}
    module, reader = found.reader
    assert getattr(importlib.import_module(module), reader)


def test_every_container_has_a_file_in_the_corpus() -> None:
    names = {container_of(io.BytesIO(data)).name for data in FILES.values()}

    assert names == {container.name for container in CONTAINERS}
    assert len(names) == len(CONTAINERS)


@every_file
@given(earlier=edits, later=edits)
def test_edited_fields_are_read_back_and_nothing_else_changes(
    name: str, earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    names = settable(FILES[name])
    first, second = ({n: v for n, v in edit.items() if n in names} for edit in (earlier, later))
    change(change(FILES[name], first), second)


@every_file
def test_a_file_that_already_has_the_fields_is_not_changed(name: str) -> None:
    assert plan(FILES[name], fields(FILES[name])).empty
    assert plan(FILES[name], {}).empty


@every_file
def test_setting_and_removing_leaves_no_trace_of_ours(name: str) -> None:
    bare = change(FILES[name], nothing(FILES[name]))
    again = change(change(bare, no_ai_for(bare)), nothing(bare))

    assert fields(again) == {}
    assert b"likeness=n" not in again
    assert b"useplus" not in again


@every_file
def test_a_field_that_cannot_be_held_is_refused(name: str) -> None:
    strangers = {*SETTABLE, "TITLE", "dc:rights"} - set(settable(FILES[name]))
    # the line can be set, but it should not be
    if name in ("WAV", "RF64") or name.startswith("M4A"):
        strangers -= {"COPYRIGHT-2"}
    for stranger in strangers:
        with pytest.raises((ValueError, Unsupported)):
            plan(FILES[name], {stranger: ("x",)})


@every_file
def test_mutations_are_refused_or_change_nothing_foreign(name: str) -> None:
    """`python -m tests.files.fuzz` runs the same check for any number of files."""
    outcomes = {changed_or_refused(file) for file in mutations(name, 120)}

    assert "" in outcomes
    assert len(outcomes) > 1


@every_file
def test_a_file_cut_at_any_length_is_refused_or_unharmed(name: str) -> None:
    file = FILES[name]
    for length in range(0, len(file), max(1, len(file) // 150)):
        changed_or_refused(file[:length])


@given(st.binary(max_size=200), st.sampled_from([b"", *(file[:16] for file in FILES.values())]))
def test_noise_is_refused(noise: bytes, start: bytes) -> None:
    with pytest.raises(KnownError):
        fields(start + noise)


@pytest.mark.parametrize("false_size", [b"\xff" * 4, b"\x7f" * 4])
@every_file
def test_a_false_size_costs_no_memory(name: str, false_size: bytes) -> None:
    file = FILES[name]
    tracemalloc.start()
    for at in range(0, min(len(file), 400), 4):
        damaged = file[:at] + false_size + file[at + 4 :]
        with contextlib.suppress(KnownError):
            plan(damaged, no_ai_for(damaged))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 20_000_000


@every_file
def test_a_changed_byte_is_noticed_at_every_position(name: str) -> None:
    """The comparison that guards every write covers the whole file, not only well-formed parts.

    A few bytes may go unnoticed, for example flags of our own frames.
    """
    file = io.BytesIO(FILES[name])
    container = container_of(file)
    unnoticed = 0
    for at in range(0, len(FILES[name]), 3):
        other = bytearray(FILES[name])
        other[at] ^= 0x04
        unnoticed += not noticed(container, file, io.BytesIO(bytes(other)))

    assert unnoticed <= 8


def noticed(container: Container, old: BinaryIO, new: BinaryIO) -> bool:
    try:
        return (
            container_of(new).name != container.name
            or foreign_difference(container, old, new) is not None
            or not same_essence(container, old, new)
            or container.fields(old) != container.fields(new)
        )
    except KnownError:
        return True


@pytest.mark.parametrize("kind", [b"wvPk", b"caff", b"APETAGEX", b"MAC "])
def test_unsupported_kinds_of_audio_are_named(kind: bytes) -> None:
    with pytest.raises(Unsupported, match="can't write yet: "):
        fields(kind + noise(100))


@pytest.mark.parametrize(
    "other", [b"", b"\x89PNG\r\n\x1a\n" + noise(300), b"%PDF-1.7", b"RIFF----AVI "]
)
def test_other_files_are_not_audio(other: bytes) -> None:
    with pytest.raises(NotAudio):
        fields(other)
