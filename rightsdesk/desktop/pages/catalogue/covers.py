"""Covers of releases as thumbnails: read and made small by workers, a few hundred kept in memory.

The bytes come from files and are hostile: they are decoded with limits, and what does not fit or
is no image is no cover.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader

from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError

PIXELS = 128
"""The side of a thumbnail: sharp at twice the usual size."""
MOST_PIXELS = 8000
"""The longest side of a cover that is decoded."""
MOST_MEGABYTES = 128
"""What decoding one cover may take."""
KEPT = 300
AT_ONCE = 2
KEEP_ABOVE = 64 << 10
"""Bytes from which a cover is worth keeping as a thumbnail."""


class Thumbnails(QObject):
    """Hands out thumbnails that are there, and gets those that are not. `arrived` when some are."""

    arrived = Signal()

    def __init__(self, view_state: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view_state = view_state
        self._kept: OrderedDict[int, QImage | None] = OrderedDict()
        self._stale: set[int] = set()
        self._wanted: list[int] = []
        self._under_way: set[int] = set()
        self._generation = 0
        self._soon = QTimer(self, singleShot=True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._next)
        view_state.facts_changed.connect(self.forget)

    def thumbnail(self, release_id: int) -> QImage | None:
        """The thumbnail of a release if it is there by now; asks for it if not."""
        kept = self._kept.get(release_id)
        if release_id in self._kept:
            self._kept.move_to_end(release_id)
            if release_id not in self._stale:
                return kept
        if release_id not in self._under_way and release_id not in self._wanted:
            self._wanted.append(release_id)
            del self._wanted[: -2 * AT_ONCE - 40]  # what was scrolled past is not in view any more
            if not self._soon.isActive():
                self._soon.start()
        return kept

    def forget(self) -> None:
        """Files may have changed: ask again for what is in view; the old ones stay until then."""
        self._stale = set(self._kept)
        self._wanted.clear()
        self._generation += 1

    def _next(self) -> None:
        while self._wanted and len(self._under_way) < AT_ONCE:
            release_id = self._wanted.pop()
            self._under_way.add(release_id)
            self._get(release_id, self._generation)

    def _get(self, release_id: int, generation: int) -> None:
        catalogue = self._view_state.workspace.catalogue

        def done(image: QImage | None) -> None:
            self._under_way.discard(release_id)
            if generation == self._generation:
                self._kept[release_id] = image
                self._stale.discard(release_id)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
                self.arrived.emit()
            self._next()

        def failed(_error: KnownError) -> None:
            done(None)

        read = _read(catalogue.cover, catalogue.keep_cover, release_id)
        self._view_state.work.run(Lane.SHORT, lambda _task: read(), done, failed=failed, owner=self)


def _read(
    cover: Callable[[int], bytes | None], keep: Callable[[int, bytes], None], release_id: int
) -> Callable[[], QImage | None]:
    def read() -> QImage | None:
        data = cover(release_id)
        image = thumbnail(data) if data else None
        if data and image is not None and len(data) > KEEP_ABOVE:
            keep(release_id, as_png(image))
        return image

    return read


FORMATS = (
    (re.compile(rb"\xff\xd8\xff"), b"jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), b"png"),
    (re.compile(rb"GIF8[79]a"), b"gif"),
    (re.compile(rb"BM"), b"bmp"),
    (re.compile(rb"RIFF[\x00-\xff]{4}WEBP"), b"webp"),
)
"""How the formats begin that covers may have."""


def thumbnail(data: bytes) -> QImage | None:
    """A picture as a square of `PIXELS`, its middle if it is none; None if it cannot be read.

    Qt is told the format. To find it out, it would ask its SVG reader too, which connects signals
    while it holds Python's lock: in a worker that can stop the whole window for good.
    """
    named = next((name for start, name in FORMATS if start.match(data)), None)
    if named is None:
        return None
    device = QBuffer()
    device.setData(QByteArray(data))
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(device, QByteArray(named))
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(MOST_MEGABYTES)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MOST_PIXELS or size.isEmpty():
        return None
    wanted = size.scaled(QSize(PIXELS, PIXELS), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    if min(size.width(), size.height()) > PIXELS:
        reader.setScaledSize(wanted)
    image = reader.read()
    if image.isNull():
        return None
    side = min(image.width(), image.height())
    middle = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    square = image.copy(middle).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    smooth = Qt.TransformationMode.SmoothTransformation
    return square if side <= PIXELS else square.scaledToWidth(PIXELS, smooth)


def as_png(image: QImage) -> bytes:
    """The image as the bytes of a PNG."""
    device = QBuffer()
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(device, "PNG")  # type: ignore[call-overload]  # PNG is a str in Qt's own words
    return bytes(device.data().data())
