"""Audio files as carriers of the engine: observed, prepared, written in parallel, recovered."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection, select

from rightsdesk.changes.carrier import (
    ChangeRequest,
    Observation,
    Preparation,
    Prepared,
    RecoveryOutcome,
    Written,
    read_back,
)
from rightsdesk.changes.types import Cancel, Change, Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.consent.fields import difference
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.containers.base import with_parse_cache
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import opened
from rightsdesk.files.os_errors import Gone
from rightsdesk.files.patch.before_image import BeforeImage
from rightsdesk.files.signed.manifest_place import (
    SIGNED,
    SIGNED_BESIDE,
    manifest_beside,
    signature_of,
)
from rightsdesk.files.writing import in_place
from rightsdesk.files.writing.in_place import HalfWritten, Settled, write_in_place
from rightsdesk.files.writing.preparing import PreparedWrite, Write, WriteRequest, prepare_many
from rightsdesk.files.writing.writer import stage
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.schema import files
from rightsdesk.workspace.carriers.moved_files import moved_file
from rightsdesk.workspace.carriers.observations import note_seen, seen_row
from rightsdesk.workspace.carriers.on_disk import OnDisk, all_made_durable, make_durable

WRITERS = 4
"""Files written in parallel: while one waits for the disk, others are prepared."""

_BEGUN_FILES = 32
_BEGUN_BYTES = 64 << 20
"""Limits of what is started before the first result: a cancel has to wait for all of it."""

_TASK = 16  # files per prepare task

_BUNDLE = 4
_SMALL_BYTES = 1 << 20
"""Limits of what a writer gets at once."""

_SETTLING = {
    Settled.WHOLE: RecoveryOutcome.WHOLE,
    Settled.TAKEN_BACK: RecoveryOutcome.TAKEN_BACK,
    Settled.OTHER: RecoveryOutcome.LEFT,
}


@dataclass(frozen=True, slots=True)
class FileObservation(Observation):
    """An observation of a file.

    `essence` is the digest of its audio, if it was taken. `signed` is where its Content Credentials
    are, if that was read.
    """

    identity: FileIdentity
    essence: str | None = None
    signed: str = ""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A write that is computed and verified, with everything that restores the file."""

    target: Target
    work: Write
    identity: FileIdentity
    side_effects: Fields

    @property
    def before_image(self) -> bytes:
        """The bytes that the journal stores."""
        return self.work.before_image

    @property
    def cost(self) -> int:
        """How many bytes go to the disk."""
        return len(self.before_image) if self.work.image else self.work.patch.new_size

    def write(self) -> None:
        """Write in place, or through a temp file that replaces the file."""
        _, folder = self.put()
        if folder:
            make_durable(folder)

    def put(self) -> tuple[FileIdentity, str]:
        """Write.

        Returns the file's new identity, and the folder that is not durable yet, if any.
        """
        path, patch = self.target.locator, self.work.patch
        if patch.empty:
            return self.identity, ""
        if self.work.image is not None:
            return write_in_place(path, self.work.image, self.identity), ""
        with stage(path, patch, self.identity) as staged:
            return staged.replace(folder_follows=True), staged.folder


@dataclass(slots=True)
class _Tried:
    """The result of a write so far."""

    prepared: PreparedFile
    trouble: KnownError | None = None
    identity: FileIdentity | None = None
    folder: str = ""


_Bundle = list[PreparedFile]


class FileCarrier(OnDisk):
    """The audio files on the disk."""

    suite = FILE_SUITE

    def lane(self, target: Target) -> str:
        """One lane: files fail one by one, and a full disk is reported for each."""
        return CarrierId.FILES

    def observe(self, target: Target) -> FileObservation:
        """The file's owned fields, with its identity as the stamp."""
        with opened(target.locator) as f:
            identity = FileIdentity.of(f.fileno())
            container = container_of(with_parse_cache(f))
            found = signature_of(container, f)
            signed = found.place if found else ""
            return FileObservation(container.fields(f), identity.stamp, identity, signed=signed)

    def prepare(
        self, requests: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """The patch for each edit, or an earlier patch's inverse if it still fits.

        At RightsDesk's first change of a file, its audio digest is taken.
        """
        with closing(prepare_many(self._requests(requests), stopped=cancel.is_set)) as found:
            for request, finding in found:
                if isinstance(finding, KnownError):
                    yield request, finding
                else:
                    yield request, _preparation(request.change, finding)

    def _requests(
        self, requests: Iterable[ChangeRequest]
    ) -> Iterator[list[tuple[ChangeRequest, WriteRequest]]]:
        """Each request with the edit of its file, in small batches."""
        line = iter(requests)
        while batch := list(islice(line, self.batch)):
            recorded = self._with_essence([request.change.target.locator for request in batch])
            write_requests = [(request, _request(request, recorded)) for request in batch]
            for start in range(0, len(write_requests), _TASK):
                yield write_requests[start : start + _TASK]

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        """Writes in parallel; the folders of results that are ready together are flushed once."""
        ready = deque(_bundles(file for file in prepared if isinstance(file, PreparedFile)))
        begun: deque[tuple[_Bundle, Future[list[_Tried]]]] = deque()
        with ThreadPoolExecutor(WRITERS, thread_name_prefix="write") as pool:
            while ready or begun:
                while ready and not cancel.is_set() and _more(begun, ready[0]):
                    bundle = ready.popleft()
                    begun.append((bundle, pool.submit(_try, bundle)))
                if not begun:
                    return
                done = [begun.popleft()]
                done[0][1].result()
                while begun and begun[0][1].done():
                    done.append(begun.popleft())
                tried = [tried_file for _, future in done for tried_file in future.result()]
                _sync_folders(tried)
                for tried_file in tried:
                    yield tried_file.prepared, self._read_back(tried_file)

    def _read_back(self, tried: _Tried) -> Written:
        """The observation after a write. The writer has already read the bytes back."""
        prepared = tried.prepared
        if isinstance(tried.trouble, HalfWritten):
            return Written(None, tried.trouble)
        if tried.trouble is None and tried.identity is not None:
            stamp, essence = tried.identity.stamp, prepared.work.essence or None
            return Written(FileObservation(prepared.work.says, stamp, tried.identity, essence))
        written = read_back(self, prepared.target, tried.trouble)
        if isinstance(written.observation, FileObservation):
            return replace(
                written,
                observation=replace(written.observation, essence=prepared.work.essence or None),
            )
        return written

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """A warning if the file got Content Credentials since the change."""
        signed = observation.signed if isinstance(observation, FileObservation) else ""
        manifest = "" if signed else manifest_beside(target.locator)
        image = before_image() if signed or manifest else None
        if not image:
            return ""
        with opened(target.locator) as f:
            exact = BeforeImage.from_bytes(image).fits(f)
        return "" if exact else worded(SIGNED_BESIDE, name=manifest) if manifest else SIGNED

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """The observation with the audio digest from before the file's first change."""
        essence = BeforeImage.from_bytes(before_image).essence
        return (
            replace(observation, essence=essence)
            if isinstance(observation, FileObservation) and essence
            else observation
        )

    def remember(self, connection: Connection, seen: Sequence[tuple[Target, Observation]]) -> None:
        """Store fields, what they say, the new identity, and the original audio digest.

        Rows are found by path: since the plan was made, a file may have been forgotten and its id
        reused.
        """
        rows = [
            {
                "id": number,
                "identity": observation.identity.to_str(),
                "essence": observation.essence,
                **seen_row(self.suite, observation.fields),
            }
            for number, observation in _numbered(connection, seen)
        ]
        note_seen(connection, files, rows)

    def settle(self, target: Target, before_image: bytes) -> RecoveryOutcome:
        """Restore from the before-image if a write in place was cut off."""
        image = BeforeImage.from_bytes(before_image)
        try:
            if image.in_place:
                return _SETTLING[in_place.settle(target.locator, image)]
            make_durable(self.folder(target))
        except Gone:
            if not self._missed(target):
                raise
            return RecoveryOutcome.GONE
        return RecoveryOutcome.WHOLE

    def find(
        self, target: Target, before_image: bytes | None, others: Collection[int]
    ) -> Target | None:
        """The moved file, by what the change wrote into it, and by its inode."""
        if os.path.lexists(target.locator):
            return None
        image = BeforeImage.from_bytes(before_image) if before_image else None
        return moved_file(self._database, target, image, others)

    def _missed(self, target: Target) -> bool:
        """Whether a scan already found the file missing, so that it won't come back."""
        with self._database.read() as connection:
            query = select(files.c.missing).where(files.c.path == texts.dump_path(target.locator))
            return connection.execute(query).scalar() is not False

    def _with_essence(self, paths: Iterable[str]) -> set[str]:
        by_path = files.c.path.in_([texts.dump_path(path) for path in paths])
        query = select(files.c.path).where(by_path, files.c.essence.is_not(None))
        with self._database.read() as connection:
            return {texts.load_path(raw) for raw in connection.execute(query).scalars()}


def _numbered(
    connection: Connection, seen: Sequence[tuple[Target, Observation]]
) -> Iterator[tuple[int, FileObservation]]:
    """The observations of known files, each with the file's current id."""
    observations = {
        texts.dump_path(target.locator): observation
        for target, observation in seen
        if isinstance(observation, FileObservation)
    }
    for row in connection.execute(
        select(files.c.id, files.c.path).where(files.c.path.in_(observations))
    ):
        yield row.id, observations[row.path]


def _bundles(prepared: Iterable[PreparedFile]) -> Iterator[_Bundle]:
    """Bundles of small files: each hand-over wakes a thread."""
    bundle: _Bundle = []
    for file in prepared:
        if bundle and (len(bundle) == _BUNDLE or _cost(bundle) + file.cost > _SMALL_BYTES):
            yield bundle
            bundle = []
        bundle.append(file)
    if bundle:
        yield bundle


def _cost(bundle: _Bundle) -> int:
    return sum(file.cost for file in bundle)


def _more(begun: Collection[tuple[_Bundle, object]], bundle: _Bundle) -> bool:
    """Whether more may be started: a cancel has to wait for all of it."""
    if sum(len(started) for started, _ in begun) + len(bundle) > _BEGUN_FILES:
        return False
    return not begun or sum(_cost(started) for started, _ in begun) + _cost(bundle) <= _BEGUN_BYTES


def _request(request: ChangeRequest, recorded: Collection[str]) -> WriteRequest:
    """The write request for a change. The paths in `recorded` already have an audio digest."""
    change = request.change
    path = change.target.locator
    return WriteRequest(path, change.edit, change.stamp, request.restore, path not in recorded)


def _preparation(
    change: Change, found: PreparedWrite
) -> tuple[FileObservation, PreparedFile | None]:
    observation = FileObservation(found.fields, found.identity.stamp, found.identity)
    if found.write is None:
        return observation, None
    changed = difference(found.fields, found.write.says)
    side_effects = {name: values for name, values in changed.items() if name not in change.edit}
    return observation, PreparedFile(change.target, found.write, found.identity, side_effects)


def _try(bundle: _Bundle) -> list[_Tried]:
    return [_try_one(file) for file in bundle]


def _try_one(file: PreparedFile) -> _Tried:
    tried = _Tried(file)
    try:
        tried.identity, tried.folder = file.put()
    except KnownError as error:
        tried.trouble = error
    return tried


def _sync_folders(tried: Sequence[_Tried]) -> None:
    """Flush the folders of replaced files. An error goes to each file of its folder."""
    troubles = all_made_durable(tried_file.folder for tried_file in tried)
    for tried_file in tried:
        tried_file.trouble = troubles.get(tried_file.folder, tried_file.trouble)
