"""A small file of every container and form, for tests over all of them."""

from __future__ import annotations

from tests.files.build import (
    COMM,
    FMT,
    SAMPLES,
    SOUND,
    TITLE,
    aiff,
    apev2,
    box,
    flac,
    id3,
    id3v1,
    ilst,
    mp4,
    mpeg,
    noise,
    ogg_flac,
    opus,
    rf64,
    speex,
    udta,
    vorbis,
    vorbis_comments,
    wav,
)

FRAMES = [("TIT2", b"\x00Title"), ("TCOP", b"\x002020 A"), ("TXXX", b"\x00AI-CONSENT\x00x")]
OLD_FRAMES = [("TT2", b"\x00Title"), ("TXX", b"\x00AI-CONSENT\x00x")]
ENTRIES = vorbis_comments([b"TITLE=Title", b"COPYRIGHT=2020 A", b"AI-CONSENT=x"])
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Someone">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:tdm="http://www.w3.org/ns/tdmrep/" tdm:reservation="0">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Title</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
          <?xpacket end="w"?>""".encode()
XMP_BOX = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), PACKET)
INFO = (b"LIST", b"INFOIART\x02\0\0\0A\0ICOP\x05\0\0\0mine\0\0")
FILES = {
    "MP3 2.2": id3(OLD_FRAMES, version=2, padding=20) + mpeg(),
    "MP3 2.3": id3(FRAMES, padding=200) + mpeg() + apev2() + id3v1(),
    "MP3 2.3 unsynchronised": id3([*FRAMES, ("PRIV", b"\xff\x00\xff\xe0")], stuff=True) + mpeg(),
    "MP3 2.4": id3(FRAMES, version=4, flags=0x10) + id3(FRAMES) + mpeg(),
    "MP3 with XMP": id3([*FRAMES, ("PRIV", b"XMP\0" + PACKET)], padding=99) + mpeg(),
    "FLAC": id3(FRAMES) + flac([(3, noise(18)), (4, ENTRIES), (1, bytes(60))]),
    "Ogg Vorbis": vorbis(ENTRIES + b"\x01", segments=2),
    "Opus": opus(ENTRIES + bytes(40)) + opus(ENTRIES, serial=3),
    "Ogg FLAC": ogg_flac(ENTRIES, (1, bytes(60))),
    "Speex": speex(ENTRIES),
    "M4A": mp4(udta(ilst(TITLE, box(b"cprt", box(b"data", bytes(8), b"2020 A"))))),
    "M4A at the end": mp4(
        udta(box(b"free", bytes(90))), moov_first=False, wide=True, table=b"co64"
    ),
    "M4A with XMP": mp4(udta(ilst(TITLE)), between=XMP_BOX),
    "WAV with lines": wav(FMT, INFO, (b"_PMX", PACKET), SAMPLES, (b"cue ", noise(7))),
    "RF64": rf64(FMT, SAMPLES, (b"id3 ", id3(FRAMES))),
    "AIFF with lines": aiff(COMM, SOUND, (b"(c) ", b"2020 A"), (b"APPL", b"XMP " + PACKET)),
    "WAV": wav(FMT, (b"LIST", b"odd"), SAMPLES, (b"id3 ", id3(FRAMES))) + b"garbage",
    "AIFF": aiff(COMM, (b"ID3 ", id3(FRAMES, padding=9)), SOUND),
}
