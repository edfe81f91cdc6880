"""XMP sidecars as the engine's carriers: each is known by its audio file and its own path.

The id of a target is that of the audio file, for there may be no sidecar yet: to make one
is a change like any other, from nothing to something, and to undo that removes it again.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection

from rightsdesk.changes.carrier import (
    ChangeRequest,
    Observation,
    Preparation,
    Prepared,
    RecoveryOutcome,
    Written,
    each_when_due,
    read_back,
)
from rightsdesk.changes.types import FILES, SIDECARS, Cancel, Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects.suites import SIDECAR_SUITE
from rightsdesk.errors import KnownError
from rightsdesk.files.containers.base import with_parse_cache
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import opened
from rightsdesk.files.os_errors import UNTOUCHED, Gone
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.patch.patched_view import patched
from rightsdesk.files.sidecars.reading import Sidecar, fits
from rightsdesk.files.sidecars.writing import (
    Changing,
    Kind,
    Making,
    Removing,
    SidecarImage,
    Writing,
)
from rightsdesk.files.writing.checking import WouldHarm
from rightsdesk.files.writing.preparing import holds
from rightsdesk.store.queries import path_of_file
from rightsdesk.workspace.carriers.moved_files import moved_file
from rightsdesk.workspace.carriers.on_disk import OnDisk, all_made_durable, make_durable
from rightsdesk.workspace.catalogue.sidecars import ABSENT, Found, forget, note, read_sidecar

_WAVE = 16  # sidecars between two looks at whether to stop; each folder is made durable once


@dataclass(frozen=True, slots=True)
class PreparedSidecar:
    """A write that is worked out and compared."""

    target: Target
    writing: Writing

    @property
    def side_effects(self) -> Fields:
        """Nothing: a sidecar changes where it was asked to."""
        return {}

    @property
    def before_image(self) -> bytes:
        """What takes it back."""
        return self.writing.image.to_bytes()

    def write(self) -> None:
        """Do it, durably."""
        make_durable(self.writing.put(self.target.locator))


class SidecarCarrier(OnDisk):
    """The sidecars on the disk."""

    suite = SIDECAR_SUITE

    def lane(self, target: Target) -> str:
        """They stop one by one, as files do."""
        return SIDECARS

    def observe(self, target: Target) -> Observation:
        """The properties in it; none, at the stamp ABSENT, where there is no sidecar.

        Raises Gone where its audio file is not there either: both may have moved.
        """
        try:
            identity, fields = read_sidecar(target.locator)
        except Gone:
            return self._absent(target)
        return Observation(fields, identity.stamp)

    def prepare(
        self, asked: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """One by one: they are small."""
        return each_when_due(self._prepare, asked)

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        """One after the other; folders are made durable after every few."""
        ready = [one for one in prepared if isinstance(one, PreparedSidecar)]
        for start in range(0, len(ready), _WAVE):
            if cancel.is_set():
                return
            some = ready[start : start + _WAVE]
            for one, trouble in zip(some, _written(some), strict=True):
                yield one, read_back(self, one.target, trouble)

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """Nothing: a sidecar is not signed."""
        return ""

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """The look as it is: nothing is known of the time before."""
        return observation

    def remember(self, connection: Connection, seen: Sequence[tuple[Target, Observation]]) -> None:
        """What it says now, or that it is there no more."""
        found, gone = [], []
        for target, observation in seen:
            try:
                identity = None if observation.stamp == ABSENT else FileIdentity.of(target.locator)
            except OSError:
                identity = None  # it went away since; the next scan would find the same
            if identity is None:
                gone.append(target.locator)
            elif identity.stamp == observation.stamp:
                found.append(Found(target.id, target.locator, identity, observation.fields))
        note(connection, found)
        forget(connection, gone)

    def settle(self, target: Target, before_image: bytes) -> RecoveryOutcome:
        """It is wholly old or wholly new already; what it is becomes durable."""
        SidecarImage.from_bytes(before_image)
        try:
            make_durable(self.folder(target))
        except Gone:
            path = self._audio(target)
            if path is not None and os.path.lexists(path):
                raise
            return RecoveryOutcome.GONE
        return RecoveryOutcome.WHOLE

    def folder(self, target: Target) -> str:
        """Where it lies itself: a link is replaced, and not what it leads to."""
        return os.path.realpath(os.path.dirname(target.locator))

    def find(
        self, target: Target, before_image: bytes | None, others: Collection[int]
    ) -> Target | None:
        """Beside its audio file, where that has moved to and both kept their names alike."""
        audio = self._audio(target)
        if audio is None or os.path.lexists(target.locator) or os.path.lexists(audio):
            return None
        here = Target(FILES, target.id, audio, os.path.basename(audio))
        moved = moved_file(self._database, here, None, ())
        if moved is None:
            return None
        long_name = target.locator.startswith(audio)
        stem = moved.locator if long_name else os.path.splitext(moved.locator)[0]
        path = stem + os.path.splitext(target.locator)[1]
        return Target(SIDECARS, moved.id, path, os.path.basename(path))

    def _prepare(self, asked: ChangeRequest) -> tuple[Observation, PreparedSidecar | None]:
        target, edit = asked.change.target, asked.change.edit
        earlier = SidecarImage.from_bytes(asked.restore) if asked.restore else None
        try:
            with opened(target.locator) as f:
                identity = FileIdentity.of(f.fileno())
                observation = Observation(Sidecar().fields(with_parse_cache(f)), identity.stamp)
                if observation.stamp != asked.change.stamp or self.holds(observation, edit):
                    return observation, None
                return observation, PreparedSidecar(target, _change(f, identity, edit, earlier))
        except Gone:
            observation = self._absent(target)
        if observation.stamp != asked.change.stamp or self.holds(observation, edit):
            return observation, None
        return observation, PreparedSidecar(target, _making(edit, earlier))

    def _absent(self, target: Target) -> Observation:
        if os.path.lexists(os.path.splitext(target.locator)[0]):  # `song.flac` of `song.flac.xmp`
            return Observation({}, ABSENT)
        audio = self._audio(target)
        if audio is not None and not os.path.lexists(audio):
            raise Gone(
                "The file that this sidecar belongs to is no longer there.",
                advice="If it was moved or renamed, scan its new folder.",
            )
        return Observation({}, ABSENT)

    def _audio(self, target: Target) -> str | None:
        """The path of its audio file; None where that is not in the store any more."""
        with self._database.read() as connection:
            path = path_of_file(connection, target.id) or ""
        return path if fits(target.locator, path) else None


def _making(edit: Fields, earlier: SidecarImage | None) -> Making:
    """A new sidecar, or the one that was removed, as it was."""
    if earlier and earlier.kind is Kind.REMOVED and _says(earlier.held, edit):
        return Making(earlier.held)
    out = io.BytesIO()
    Sidecar().patch(io.BytesIO(), edit).write(io.BytesIO(), out)
    if not _says(out.getvalue(), edit):
        raise _would_harm()
    return Making(out.getvalue())


def _change(
    f: BinaryIO, identity: FileIdentity, edit: Fields, earlier: SidecarImage | None
) -> Writing:
    """The write for a sidecar that is there. One that an earlier job made goes again, if it
    is what that job left or nothing else is in it."""
    f.seek(0)
    content = f.read()
    made = earlier is not None and earlier.kind is Kind.MADE
    if earlier and earlier.is_what_was_made(content) and not any(edit.values()):
        return Removing(content, identity)
    patch = _exactly_back(f, earlier) or Sidecar().patch(f, edit)
    with with_parse_cache(patched(f, patch)) as new:
        container = Sidecar()
        same = list(container.foreign(f)) == list(container.foreign(new))
        says = container.fields(new)
    if not same or not holds(says, edit):
        raise _would_harm()
    if made and not patch.new_size:
        return Removing(content, identity)
    return Changing(patch, BeforeImage.of(f, patch, in_place=False), identity)


def _exactly_back(f: BinaryIO, earlier: SidecarImage | None) -> Patch | None:
    if earlier is None or earlier.kind is not Kind.CHANGED:
        return None
    image = BeforeImage.from_bytes(earlier.held)
    return image.back if image.fits(f) else None


def _says(content: bytes, edit: Fields) -> bool:
    return holds(Sidecar().fields(io.BytesIO(content)), edit)


def _written(some: Sequence[PreparedSidecar]) -> list[KnownError | None]:
    """Do the writes; what went wrong with each, also with its folder afterwards."""
    folders: list[str] = []
    troubles: list[KnownError | None] = []
    for one in some:
        try:
            folders.append(one.writing.put(one.target.locator))
            troubles.append(None)
        except KnownError as error:
            folders.append("")
            troubles.append(error)
    undone = all_made_durable(folders)
    return [undone.get(folder, t) for folder, t in zip(folders, troubles, strict=True)]


def _would_harm() -> WouldHarm:
    return WouldHarm(
        "Changing this sidecar would have harmed what else is in it, so RightsDesk did not.",
        advice="Please report this, with the sidecar if you can.",
        untouched=UNTOUCHED,
    )
