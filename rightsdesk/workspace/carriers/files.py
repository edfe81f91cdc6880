"""Files as the engine's carriers: read, prepared, written side by side, and settled."""

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
from rightsdesk.changes.types import FILES, Cancel, Change, Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.consent.fields import difference
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
from rightsdesk.store import texts
from rightsdesk.store.schema import files
from rightsdesk.workspace.carriers.moved_files import moved_file
from rightsdesk.workspace.carriers.observations import note_seen, seen_row
from rightsdesk.workspace.carriers.on_disk import OnDisk, all_made_durable, make_durable

WRITERS = 4
"""Files written side by side: while one waits for the disk, others can be made ready."""

_BEGUN_FILES = 32
_BEGUN_BYTES = 64 << 20
"""How much is begun before the first of it is reported: a cancel has to wait for it."""

_TASK = 16  # files that are worked out at a time

_BUNDLE = 4
_SMALL_BYTES = 1 << 20
"""How much is handed to a writer at once."""

_SETTLING = {
    Settled.WHOLE: RecoveryOutcome.WHOLE,
    Settled.TAKEN_BACK: RecoveryOutcome.TAKEN_BACK,
    Settled.OTHER: RecoveryOutcome.LEFT,
}


@dataclass(frozen=True, slots=True)
class FileObservation(Observation):
    """A look at a file. `essence` is the digest of its audio, where that was taken; `signed`
    is where Content Credentials lie in it, where that was looked for."""

    identity: FileIdentity
    essence: str | None = None
    signed: str = ""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A write that is worked out and compared, with all that brings the file back."""

    target: Target
    work: Write
    identity: FileIdentity
    side_effects: Fields

    @property
    def before_image(self) -> bytes:
        """What the journal keeps."""
        return self.work.before_image

    @property
    def cost(self) -> int:
        """How many bytes go to the disk."""
        return len(self.before_image) if self.work.image else self.work.patch.new_size

    def write(self) -> None:
        """By the safe writer, in place or beside the file and then into its place."""
        _, folder = self.put()
        if folder:
            make_durable(folder)

    def put(self) -> tuple[FileIdentity, str]:
        """Write; the file's new identity, and the folder that is not yet durable, if any."""
        path, patch = self.target.locator, self.work.patch
        if patch.empty:
            return self.identity, ""
        if self.work.image is not None:
            return write_in_place(path, self.work.image, self.identity), ""
        with stage(path, patch, self.identity) as staged:
            return staged.replace(folder_follows=True), staged.folder


@dataclass(slots=True)
class _Tried:
    """What came of a write so far."""

    prepared: PreparedFile
    trouble: KnownError | None = None
    identity: FileIdentity | None = None
    folder: str = ""


_Bundle = list[PreparedFile]


class FileCarrier(OnDisk):
    """The files on the disk."""

    suite = FILE_SUITE

    def lane(self, target: Target) -> str:
        """Files stop one by one: a full disk or a lost share is told for each."""
        return FILES

    def observe(self, target: Target) -> FileObservation:
        """The owned fields of the file, and its identity as the stamp."""
        with opened(target.locator) as f:
            identity = FileIdentity.of(f.fileno())
            container = container_of(with_parse_cache(f))
            found = signature_of(container, f)
            signed = found.place if found else ""
            return FileObservation(container.fields(f), identity.stamp, identity, signed=signed)

    def prepare(
        self, asked: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """The patch for each edit, or the inverse of an earlier one where it still fits.

        The first time that RightsDesk changes a file, the digest of its audio is taken.
        """
        with closing(prepare_many(self._requests(asked), stopped=cancel.is_set)) as found:
            for request, one in found:
                came = one if isinstance(one, KnownError) else _preparation(request.change, one)
                yield request, came

    def _requests(
        self, asked: Iterable[ChangeRequest]
    ) -> Iterator[list[tuple[ChangeRequest, WriteRequest]]]:
        """Each request with what its file shall say, a few at a time."""
        line = iter(asked)
        while some := list(islice(line, self.batch)):
            known = self._with_essence([one.change.target.locator for one in some])
            requests = [(one, _request(one, known)) for one in some]
            for start in range(0, len(requests), _TASK):
                yield requests[start : start + _TASK]

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        """Side by side; what is done at a time has its folders made durable once."""
        ready = deque(_bundles(one for one in prepared if isinstance(one, PreparedFile)))
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
                tried = [one for _, future in done for one in future.result()]
                _sync_folders(tried)
                for one in tried:
                    yield one.prepared, self._read_back(one)

    def _read_back(self, tried: _Tried) -> Written:
        """What was written was read back as bytes, and what those say is known already."""
        one = tried.prepared
        if isinstance(tried.trouble, HalfWritten):
            return Written(None, tried.trouble)
        if tried.trouble is None and tried.identity is not None:
            stamp, essence = tried.identity.stamp, one.work.essence or None
            return Written(FileObservation(one.work.says, stamp, tried.identity, essence))
        written = read_back(self, one.target, tried.trouble)
        if isinstance(written.observation, FileObservation):
            return replace(
                written, observation=replace(written.observation, essence=one.work.essence or None)
            )
        return written

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """Content Credentials that somebody has put on the file since."""
        signed = observation.signed if isinstance(observation, FileObservation) else ""
        beside = "" if signed else manifest_beside(target.locator)
        image = before_image() if signed or beside else None
        if not image:
            return ""
        with opened(target.locator) as f:
            exact = BeforeImage.from_bytes(image).fits(f)
        return "" if exact else SIGNED_BESIDE.format(name=beside) if beside else SIGNED

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """What the audio was, where this was the first change of the file."""
        essence = BeforeImage.from_bytes(before_image).essence
        return (
            replace(observation, essence=essence)
            if isinstance(observation, FileObservation) and essence
            else observation
        )

    def remember(self, connection: Connection, seen: Sequence[tuple[Target, Observation]]) -> None:
        """The fields, what they say, the file's new identity, and what its audio was.

        By path: since the plan was made, a file may have been forgotten, and its number given
        to another.
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
        """From the before-image, where a write in place was cut off."""
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
        """By what the change wrote into it, and by its inode."""
        if os.path.lexists(target.locator):
            return None
        image = BeforeImage.from_bytes(before_image) if before_image else None
        return moved_file(self._database, target, image, others)

    def _missed(self, target: Target) -> bool:
        """Whether a scan has already looked for the file in vain, so that it won't come back."""
        with self._database.read() as connection:
            query = select(files.c.missing).where(files.c.path == texts.dump_path(target.locator))
            return connection.execute(query).scalar() is not False

    def _with_essence(self, paths: Iterable[str]) -> set[str]:
        asked = files.c.path.in_([texts.dump_path(path) for path in paths])
        query = select(files.c.path).where(asked, files.c.essence.is_not(None))
        with self._database.read() as connection:
            return {texts.load_path(raw) for raw in connection.execute(query).scalars()}


def _numbered(
    connection: Connection, seen: Sequence[tuple[Target, Observation]]
) -> Iterator[tuple[int, FileObservation]]:
    """The looks at files that are known, each with the number that its file has now."""
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
    """Small files a few at a time: each handing over wakes a thread, and each end another."""
    bundle: _Bundle = []
    for one in prepared:
        if bundle and (len(bundle) == _BUNDLE or _cost(bundle) + one.cost > _SMALL_BYTES):
            yield bundle
            bundle = []
        bundle.append(one)
    if bundle:
        yield bundle


def _cost(bundle: _Bundle) -> int:
    return sum(one.cost for one in bundle)


def _more(begun: Collection[tuple[_Bundle, object]], bundle: _Bundle) -> bool:
    """Whether more may be begun: a cancel has to wait for all of it."""
    if sum(len(other) for other, _ in begun) + len(bundle) > _BEGUN_FILES:
        return False
    return not begun or sum(_cost(other) for other, _ in begun) + _cost(bundle) <= _BEGUN_BYTES


def _request(asked: ChangeRequest, known: Collection[str]) -> WriteRequest:
    """What the file shall say. Of the paths that are `known`, the audio's digest was taken."""
    change = asked.change
    path = change.target.locator
    return WriteRequest(path, change.edit, change.stamp, asked.restore, path not in known)


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
    return [_try_one(one) for one in bundle]


def _try_one(one: PreparedFile) -> _Tried:
    tried = _Tried(one)
    try:
        tried.identity, tried.folder = one.put()
    except KnownError as error:
        tried.trouble = error
    return tried


def _sync_folders(tried: Sequence[_Tried]) -> None:
    """Make what was replaced durable; what went wrong goes to each file of the folder."""
    troubles = all_made_durable(one.folder for one in tried)
    for one in tried:
        one.trouble = troubles.get(one.folder, one.trouble)
