"""Ogg Vorbis and Opus: the comment packet changes, audio pages may only get new numbers."""

from __future__ import annotations

import io
import random

import pytest

from rightsdesk.files.containers import container_of
from rightsdesk.files.containers.ogg import pages as oggpages
from rightsdesk.files.errors import Damaged, NotAudio, Unsupported
from tests.files.build import (
    noise,
    ogg_crc,
    ogg_flac,
    ogg_pages,
    opus,
    page,
    speex,
    vorbis,
    vorbis_comments,
)
from tests.files.changing import NO_AI, NOTHING, change, fields, keeps_lengths, plan

ENTRIES = [b"TITLE=Something", b"no equals", b"ARTIST=\xff\xfe", b"copyright=2020 A"]
KINDS = {b"Opus": "opus", b"\x01vor": "vorbis", b"\x7fFLA": "flac", b"Spee": "speex"}
PLAIN = vorbis_comments(ENTRIES)
PICTURE = vorbis_comments([*ENTRIES, b"METADATA_BLOCK_PICTURE=" + b"QUJD" * 60_000])
TWICE_255 = vorbis_comments([b"X=" + b"a" * (510 - 7 - 9 - 12 - 2 - 1)])


@pytest.mark.parametrize(
    "file",
    [
        vorbis(PLAIN + b"\x01"),
        vorbis(vorbis_comments([]) + b"\x01", audio=0),
        vorbis(PLAIN + b"\x01" + bytes(2000)),
        vorbis(PLAIN + b"\x01" + b"something else"),
        vorbis(PLAIN + b"\x01", segments=1),
        vorbis(TWICE_255 + b"\x01", segments=2),
        vorbis(PLAIN + b"\x01", segments=2, end=False),
        vorbis(PICTURE + b"\x01"),
        vorbis(PICTURE + b"\x01", segments=17),
        vorbis(PLAIN + b"\x01") + vorbis(PLAIN + b"\x01", serial=78, segments=1),
        vorbis(PLAIN + b"\x01") + b"garbage after the last page",
        opus(PLAIN),
        opus(PLAIN + bytes(512)),
        opus(PLAIN + b"\x01 kept as RFC 7845 says"),
        opus(PLAIN + b"\x02 someone's"),
        opus(PLAIN, segments=1),
        opus(PICTURE + bytes(800)),
        opus(PICTURE, segments=40),
        opus(PLAIN) + opus(PLAIN, serial=5),
        ogg_flac(PLAIN),
        ogg_flac(PLAIN, counted=False),
        ogg_flac(PLAIN + bytes(40)),
        ogg_flac(PICTURE, (3, noise(36)), (1, bytes(900)), segments=20),
        ogg_flac(PLAIN) + ogg_flac(PLAIN, (6, noise(70_000)), serial=5),
        speex(PLAIN),
        speex(PLAIN + bytes(400)),
        speex(PICTURE, b"one more", noise(700), segments=9),
    ],
    ids=lambda file: f"{KINDS[file[28:32]]}-{len(file)}",
)
def test_fields_come_and_go_and_everything_else_stays(file: bytes) -> None:
    tagged = change(file, NO_AI)
    everything = {"COPYRIGHT": (), **dict.fromkeys(NO_AI, ("x" * 70_000,))}

    assert fields(tagged) == NO_AI
    assert fields(change(tagged, NOTHING)) == {}
    assert_numbered(tagged)
    assert_numbered(change(file, everything))


def assert_numbered(file: bytes) -> None:
    """Every page has a correct checksum, and each stream numbers its pages without a gap."""
    stream = io.BytesIO(file)
    last: dict[bytes, int] = {}
    for ogg_page in oggpages.pages_from(stream, 0, len(file)):
        assert oggpages.is_sound(stream, ogg_page)
        assert ogg_page.sequence == last.get(ogg_page.serial, -1) + 1
        last[ogg_page.serial] = ogg_page.sequence
    assert last


def test_the_checksum_matches_the_specification() -> None:
    for length in (0, 1, 200):
        header, body = noise(30, length), noise(length)
        assert oggpages.checksum(header + body) == ogg_crc(
            header[:22] + bytes(4) + header[26:] + body
        )


def test_a_page_is_intact_only_while_no_byte_changes() -> None:
    page = oggpages.sealed(b"OggS\0" + bytes(21) + b"\x01\xc8" + noise(200))
    assert oggpages.fits(page)
    assert oggpages.fits(page)
    for at in range(len(page)):
        assert not oggpages.fits(page[:at] + bytes((page[at] ^ 1,)) + page[at + 1 :])


@pytest.mark.parametrize("lacing", [[], [1], [255, 255, 7], [255] * 255])
def test_pages_are_equal_in_single_and_in_large_reads(lacing: list[int]) -> None:
    page = b"OggS" + bytes(22) + bytes((len(lacing),)) + bytes(lacing) + noise(sum(lacing))
    stream = page * (300_000 // len(page) + 1)
    for size in (len(stream), len(stream) - 1, 0, 26, 27):
        f = io.BytesIO(b"tag" + stream[:size])
        whole = list(oggpages.whole_pages(f, 3, size + 3))
        assert [read for read, _ in whole] == list(oggpages.pages_from(f, 3, size + 3))
        assert all(data == page for _, data in whole)


def test_padding_absorbs_a_change_in_place() -> None:
    for file in (opus(PLAIN + bytes(1000)), vorbis(PLAIN + b"\x01" + bytes(1000))):
        assert keeps_lengths(plan(file, NO_AI))


def test_a_change_after_growing_is_in_place() -> None:
    tagged = change(vorbis(PLAIN + b"\x01"), NO_AI)

    assert keeps_lengths(plan(tagged, {"TDM-POLICY": ("https://elsewhere.example/" + "x" * 200,)}))


def test_audio_pages_stay_while_the_headers_have_room() -> None:
    file = vorbis(PLAIN + b"\x01", segments=9)
    patch = plan(file, NO_AI)

    assert len(patch.splices) == 1
    assert change(file, NO_AI).endswith(file[patch.splices[0].end :])


def test_pages_between_the_changes_stay() -> None:
    file = opus(PICTURE, segments=40)
    patch = plan(file, {"TDM-RESERVATION": ("1",)})

    assert len(patch.splices) == 2  # the number of entries at the front, the new entry at the end
    assert sum(splice.length for splice in patch.splices) < 20_000


LINKS = [b"AI-CONSENT=likeness=y", b"COPYRIGHT=2021 B", b"TITLE=Second"]


@pytest.mark.parametrize("length", [1, 300, 70_000])
def test_every_link_of_a_chain_gets_our_fields_and_keeps_its_copyright_line(length: int) -> None:
    for build, framing in ((opus, b""), (vorbis, b"\x01")):
        second = build(vorbis_comments(LINKS) + framing, serial=5, segments=1)
        third = build(vorbis_comments([]) + framing, serial=6)
        chain = build(PLAIN + framing, segments=1) + second + third
        assert fields(chain) == {"COPYRIGHT": ("2020 A",), "AI-CONSENT": ("likeness=y",)}

        edit = {"AI-CONSENT": ("x" * length,), "COPYRIGHT": ("2020 A. " + "y" * length,)}
        tagged = change(chain, edit)
        assert fields(tagged) == edit
        assert_numbered(tagged)
        links = links_of(tagged)
        assert [fields(link).get("AI-CONSENT") for link in links] == [edit["AI-CONSENT"]] * 3
        assert fields(links[1])["COPYRIGHT"] == ("2021 B",)
        bare = change(tagged, NOTHING)
        assert fields(bare) == {}
        assert b"2021 B" in bare


def links_of(chain: bytes) -> list[bytes]:
    """The links of a chain, each as a file."""
    stream = io.BytesIO(chain)
    pages = oggpages.pages_from(stream, 0, len(chain))
    starts = [ogg_page.offset for ogg_page in pages if ogg_page.flags & oggpages.BEGINNING]
    return [chain[a:b] for a, b in zip(starts, [*starts[1:], len(chain)], strict=True)]


def test_an_unreadable_link_stays_unchanged() -> None:
    other = page(b"Speex   " + bytes(40), 0, flags=2, serial=5) + page(b"x", 1, serial=5)

    assert change(opus(PLAIN) + other, NO_AI).endswith(other)


def shared(
    kind: str, comments: bytes, audio: list[int], *, cut: int = 0, end: bool = False
) -> bytes:
    """A stream with these audio packets after the headers, on the page where the headers end.

    `cut`: segments of the last packet that go to the next page. `end`: it is the last page.
    """
    if kind == "vorbis":
        head = b"\x01vorbis" + bytes(22) + b"\x01"
        headers = [b"\x03vorbis" + comments + b"\x01", b"\x05vorbis" + noise(600, 9)]
    else:
        head, headers = b"OpusHead" + bytes(11), [b"OpusTags" + comments]
    packets = [*headers, *(noise(length, length) for length in audio)]
    data, lacing = b"".join(packets), oggpages.lacing_of(packets)
    first = oggpages.lacing_of(headers)
    whole = (len(first) - 1) // 255 * 255  # segments on separate pages
    out, at, number = page(head, 0, flags=2), 0, 1
    for start in range(0, whole, 255):
        size = sum(lacing[start : start + 255])
        out += page(
            data[at : at + size],
            number,
            flags=int(start > 0 and lacing[start - 1] == 255),
            granule=-1,
            lacing=lacing[start : start + 255],
        )
        at, number = at + size, number + 1
    last = lacing[whole : len(lacing) - cut]
    size = sum(last)
    flags = int(whole > 0 and lacing[whole - 1] == 255) | (4 if end else 0)
    out += page(data[at : at + size], number, flags=flags, granule=1357, lacing=last)
    if cut:
        lacing = lacing[len(lacing) - cut :]
        out += page(data[at + size :], number + 1, flags=1, granule=2000, lacing=lacing)
    return out if end else out + page(noise(50), number + 1 + bool(cut), flags=4, granule=2468)


@pytest.mark.parametrize("kind", ["vorbis", "opus"])
@pytest.mark.parametrize("entries", [ENTRIES, [b"LYRICS=" + b"la " * 70_000]])
@pytest.mark.parametrize(
    ("audio", "cut", "end"),
    [
        ([300], 0, False),
        ([300], 0, True),
        ([], 0, True),
        ([5, 0, 510, 255], 0, False),
        ([5, 9000], 20, False),
        ([1] * 100, 0, False),
        ([1] * 100, 0, True),
    ],
)
def test_audio_after_the_headers_stays_on_their_page(
    kind: str, entries: list[bytes], audio: list[int], cut: int, end: bool
) -> None:
    for comments in (vorbis_comments(entries), vorbis_comments([*entries, b"X=" + b"x" * 20_000])):
        file = shared(kind, comments, audio, cut=cut, end=end)
        everything = {**dict.fromkeys(NO_AI, ("x" * 70_000,)), "COPYRIGHT": ()}
        for edit in (NO_AI, everything):
            tagged = change(file, edit)
            assert_numbered(tagged)
            assert audio_pages(tagged) == audio_pages(file)
            assert fields(change(tagged, NOTHING)) == {}


def audio_pages(file: bytes) -> list[tuple[int, int, bytes]]:
    """For each page with audio: granule position, flags, and the audio."""
    stream = io.BytesIO(file)
    container = container_of(stream)
    spans = [span for span in container.essence(stream) if span[1]]
    found = []
    for ogg_page in oggpages.pages_from(stream, 0, len(file)):
        for start, length in spans:
            if ogg_page.offset <= start < ogg_page.end:
                granule = int.from_bytes(ogg_page.header[6:14], "little")
                found.append((granule, ogg_page.flags & oggpages.END, file[start : start + length]))
    return found


def test_every_link_of_a_chain_may_have_audio_on_its_header_page() -> None:
    first = shared("opus", PLAIN, [40, 50])
    second = reserialed(shared("opus", vorbis_comments(LINKS), [60]), 5)
    tagged = change(first + second, NO_AI)
    assert [fields(link)["AI-CONSENT"] for link in links_of(tagged)] == [NO_AI["AI-CONSENT"]] * 2
    assert audio_pages(tagged) == audio_pages(first + second)
    assert_numbered(change(first + second, dict.fromkeys(NO_AI, ("x" * 70_000,))))


def reserialed(file: bytes, serial: int) -> bytes:
    out = b""
    for ogg_page in oggpages.pages_from(io.BytesIO(file), 0, len(file)):
        whole = file[ogg_page.offset : ogg_page.end]
        out += oggpages.sealed(whole[:14] + serial.to_bytes(4, "little") + whole[18:])
    return out


def test_a_page_number_may_be_missing_before_the_comments() -> None:
    head = page(b"OpusHead" + bytes(11), 0, flags=2)
    audio = page(b"audio", 6, flags=4)
    tagged = change(head + ogg_pages([b"OpusTags" + PLAIN], 5) + audio, NO_AI)
    assert fields(tagged) == NO_AI


@pytest.mark.parametrize(
    "file",
    [
        b"OggS",
        opus(PLAIN)[:60],
        opus(PLAIN).replace(b"Something", b"sOmething"),
        opus(PLAIN[:-2]),
        opus(b"\xff\xff\xff\x7f"),
        vorbis(PLAIN),
        vorbis(PLAIN + b"\x00"),
        vorbis(PLAIN + b"\x01", setup=b"\x06vorbis"),
        page(b"OpusHead" + bytes(11), 0, flags=2) + page(b"", 1, lacing=b""),
        ogg_flac(PLAIN).replace(b"fLaC", b"FlAc").replace(b"\x84\0\0", b"\x83\0\0"),
        ogg_flac(PLAIN[:-1]),
        speex(PLAIN[:-1]),
        page(b"Speex   " + b"\xff" * 72, 0, flags=2) + page(PLAIN, 1),
        page(b"Speex   ", 0, flags=2) + page(PLAIN, 1),
    ],
)
def test_damage_is_refused(file: bytes) -> None:
    with pytest.raises(Damaged):
        fields(file)


def test_a_damaged_audio_page_gets_no_valid_checksum() -> None:
    file = bytearray(opus(PLAIN))
    file[-1] ^= 1
    change(bytes(file), NO_AI)

    with pytest.raises(Damaged):
        plan(bytes(file), dict.fromkeys(NO_AI, ("x" * 70_000,)))


def test_truncated_pages_cannot_be_renumbered() -> None:
    file = opus(PLAIN)[:-5]
    change(file, NO_AI)

    with pytest.raises(Damaged):
        plan(file, dict.fromkeys(NO_AI, ("x" * 70_000,)))


@pytest.mark.parametrize(
    ("packet", "error", "word"),
    [
        (b"\x7fFLAC\x02" + bytes(40), Unsupported, "doesn't know"),
        (b"fishead\0" + bytes(40), Unsupported, "skeleton"),
        (b"other   " + bytes(40), Unsupported, "doesn't know"),
        (b"\x80theora" + bytes(40), NotAudio, "video"),
    ],
)
def test_unsupported_codecs_are_named(packet: bytes, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        fields(page(packet, 0, flags=2))


def test_mixed_streams_are_refused() -> None:
    first = page(b"OpusHead" + bytes(11), 0, flags=2)
    other = page(b"OpusHead" + bytes(11), 0, flags=2, serial=9)

    with pytest.raises(Unsupported, match="several streams"):
        fields(first + other)


def test_packets_use_as_many_pages_as_before() -> None:
    numbers = random.Random(1)
    for _ in range(300):
        lacing = numbers.randbytes(numbers.randint(1, 900))
        pages = numbers.randint(1, 8)
        cut = oggpages.cut(lacing, pages)
        assert b"".join(cut) == lacing
        assert all(0 < len(part) <= 255 for part in cut)
        assert len(cut) == pages or len(cut) == -(-len(lacing) // 255) or len(cut) == len(lacing)
        together = numbers.randint(1, min(255, len(lacing)))
        cut = oggpages.cut(lacing, pages, together=together)
        assert b"".join(cut) == lacing
        assert all(0 < len(part) <= 255 for part in cut)
        assert len(cut[-1]) >= together
        assert len(cut) <= max(pages, -(-len(lacing) // 255) + 1)
