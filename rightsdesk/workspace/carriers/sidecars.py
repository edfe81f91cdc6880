"""XMP sidecars as carriers of the engine. A target has its audio file's id and its own path.

The audio file's id is used because the sidecar may not exist yet. Creating one is a change like any
other, from nothing to something. Its undo removes the sidecar again.
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
    prepare_lazily,
    read_back,
)
from rightsdesk.changes.types import Cancel, Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects.suites import SIDECAR_SUITE
from rightsdesk.enums.carriers import CarrierId
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
    Making,
    Removing,
    SidecarImage,
    WriteKind,
    Writing,
)
from rightsdesk.files.writing.checking import WouldHarm
from rightsdesk.files.writing.preparing import holds
from rightsdesk.store.queries import path_of_file
from rightsdesk.workspace.carriers.moved_files import moved_file
from rightsdesk.workspace.carriers.on_disk import OnDisk, all_made_durable, make_durable
from rightsdesk.workspace.catalogue.sidecars import ABSENT, FoundSidecar, forget, note, read_sidecar

_WAVE = 16  # sidecars between two cancel checks; each folder is made durable once


@dataclass(frozen=True, slots=True)
class PreparedSidecar:
    """A write that is computed and verified, and not yet done."""

    target: Target
    writing: Writing

    @property
    def side_effects(self) -> Fields:
        """Empty: a sidecar changes only in the fields of the edit."""
        return {}

    @property
    def before_image(self) -> bytes:
        """The inverse of the write."""
        return self.writing.image.to_bytes()

    def write(self) -> None:
        """Write, durably."""
        make_durable(self.writing.put(self.target.locator))


class SidecarCarrier(OnDisk):
    """The sidecars on the disk."""

    suite = SIDECAR_SUITE

    def lane(self, target: Target) -> str:
        """One lane, as for files: a failure stops no other sidecar."""
        return CarrierId.SIDECARS

    def observe(self, target: Target) -> Observation:
        """The sidecar's properties; none, with the stamp ABSENT, if there is no sidecar.

        Raises Gone if the audio file is missing, too: both may have moved.
        """
        try:
            identity, fields = read_sidecar(target.locator)
        except Gone:
            return self._absent(target)
        return Observation(fields, identity.stamp)

    def prepare(
        self, requests: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """Prepares one sidecar at a time: they are small."""
        return prepare_lazily(self._prepare, requests)

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        """Writes one after the other; flushes the folders once per wave."""
        ready = [sidecar for sidecar in prepared if isinstance(sidecar, PreparedSidecar)]
        for start in range(0, len(ready), _WAVE):
            if cancel.is_set():
                return
            wave = ready[start : start + _WAVE]
            for sidecar, trouble in zip(wave, _written(wave), strict=True):
                yield sidecar, read_back(self, sidecar.target, trouble)

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """Always "": a sidecar is not signed."""
        return ""

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """The observation unchanged: a sidecar holds no audio."""
        return observation

    def remember(self, connection: Connection, seen: Sequence[tuple[Target, Observation]]) -> None:
        """Store what each sidecar says now, or that it is gone."""
        found, gone = [], []
        for target, observation in seen:
            try:
                identity = None if observation.stamp == ABSENT else FileIdentity.of(target.locator)
            except OSError:
                identity = None  # removed meanwhile; the next scan would find the same
            if identity is None:
                gone.append(target.locator)
            elif identity.stamp == observation.stamp:
                found.append(FoundSidecar(target.id, target.locator, identity, observation.fields))
        note(connection, found)
        forget(connection, gone)

    def settle(self, target: Target, before_image: bytes) -> RecoveryOutcome:
        """Make the sidecar durable: writes replace it whole, so it is either old or new."""
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
        """The folder of the sidecar itself: a write replaces a link, not its target."""
        return os.path.realpath(os.path.dirname(target.locator))

    def find(
        self, target: Target, before_image: bytes | None, others: Collection[int]
    ) -> Target | None:
        """The sidecar next to its moved audio file, if both kept matching names."""
        audio = self._audio(target)
        if audio is None or os.path.lexists(target.locator) or os.path.lexists(audio):
            return None
        here = Target(CarrierId.FILES, target.id, audio, os.path.basename(audio))
        moved = moved_file(self._database, here, None, ())
        if moved is None:
            return None
        long_name = target.locator.startswith(audio)
        stem = moved.locator if long_name else os.path.splitext(moved.locator)[0]
        path = stem + os.path.splitext(target.locator)[1]
        return Target(CarrierId.SIDECARS, moved.id, path, os.path.basename(path))

    def _prepare(self, request: ChangeRequest) -> tuple[Observation, PreparedSidecar | None]:
        target, edit = request.change.target, request.change.edit
        earlier = SidecarImage.from_bytes(request.restore) if request.restore else None
        try:
            with opened(target.locator) as f:
                identity = FileIdentity.of(f.fileno())
                observation = Observation(Sidecar().fields(with_parse_cache(f)), identity.stamp)
                if observation.stamp != request.change.stamp or self.holds(observation, edit):
                    return observation, None
                return observation, PreparedSidecar(target, _change(f, identity, edit, earlier))
        except Gone:
            observation = self._absent(target)
        if observation.stamp != request.change.stamp or self.holds(observation, edit):
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
        """The path of the audio file; None if the store no longer has it."""
        with self._database.read() as connection:
            path = path_of_file(connection, target.id) or ""
        return path if fits(target.locator, path) else None


def _making(edit: Fields, earlier: SidecarImage | None) -> Making:
    """A new sidecar, or the removed one exactly as it was."""
    if earlier and earlier.kind is WriteKind.REMOVED and _says(earlier.held, edit):
        return Making(earlier.held)
    out = io.BytesIO()
    Sidecar().patch(io.BytesIO(), edit).write(io.BytesIO(), out)
    if not _says(out.getvalue(), edit):
        raise _would_harm()
    return Making(out.getvalue())


def _change(
    f: BinaryIO, identity: FileIdentity, edit: Fields, earlier: SidecarImage | None
) -> Writing:
    """The write for an existing sidecar.

    A sidecar that an earlier job made is removed if nothing else is in it, or it is exactly as that
    job left it.
    """
    f.seek(0)
    content = f.read()
    was_made = earlier is not None and earlier.kind is WriteKind.MADE
    if earlier and earlier.is_what_was_made(content) and not any(edit.values()):
        return Removing(content, identity)
    patch = _exactly_back(f, earlier) or Sidecar().patch(f, edit)
    with with_parse_cache(patched(f, patch)) as new:
        container = Sidecar()
        same = list(container.foreign(f)) == list(container.foreign(new))
        says = container.fields(new)
    if not same or not holds(says, edit):
        raise _would_harm()
    if was_made and not patch.new_size:
        return Removing(content, identity)
    return Changing(patch, BeforeImage.of(f, patch, in_place=False), identity)


def _exactly_back(f: BinaryIO, earlier: SidecarImage | None) -> Patch | None:
    if earlier is None or earlier.kind is not WriteKind.CHANGED:
        return None
    image = BeforeImage.from_bytes(earlier.held)
    return image.back if image.fits(f) else None


def _says(content: bytes, edit: Fields) -> bool:
    return holds(Sidecar().fields(io.BytesIO(content)), edit)


def _written(wave: Sequence[PreparedSidecar]) -> list[KnownError | None]:
    """Do the writes. Returns the error of each, including its folder's."""
    folders: list[str] = []
    troubles: list[KnownError | None] = []
    for sidecar in wave:
        try:
            folders.append(sidecar.writing.put(sidecar.target.locator))
            troubles.append(None)
        except KnownError as error:
            folders.append("")
            troubles.append(error)
    undone = all_made_durable(folders)
    return [undone.get(folder, t) for folder, t in zip(folders, troubles, strict=True)]


def _would_harm() -> WouldHarm:
    return WouldHarm(
        "Changing this sidecar would have harmed its other content, so RightsDesk did not.",
        advice="Please report this, with the sidecar if you can.",
        untouched=UNTOUCHED,
    )
