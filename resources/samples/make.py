"""Makes the sample sounds of the demo, once: `python resources/samples/make.py`.

Needs ffmpeg. The sound is synthesised here, so nobody else's rights are in it: a soft
chord of one and a half seconds, in all the containers that RightsDesk knows, without a
single tag. The tags are put in when the sample catalogue is built.
"""

import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "rightsdesk" / "practice" / "samples"

CHORD = "aevalsrc='(1-t/1.5)*0.2*(sin(2*PI*220*t)+sin(2*PI*277*t)+sin(2*PI*330*t))':d=1.5"

# 8 kHz, one channel: small, and still all that a container has to hold.
LOSSLESS = ("-ar", "8000", "-ac", "1")
KINDS: dict[str, tuple[str, ...]] = {
    "mp3": ("-ar", "16000", "-ac", "1", "-c:a", "libmp3lame", "-b:a", "32k"),
    "flac": (*LOSSLESS, "-c:a", "flac"),
    "ogg": ("-ar", "16000", "-ac", "1", "-c:a", "libvorbis", "-q:a", "0"),
    "opus": ("-ar", "48000", "-ac", "1", "-c:a", "libopus", "-b:a", "24k"),
    "aac.m4a": ("-ar", "16000", "-ac", "1", "-c:a", "aac", "-b:a", "32k"),
    "alac.m4a": (*LOSSLESS, "-c:a", "alac"),
    # A broadcast wave, as a mastering studio hands it over: its `bext` has to survive.
    "wav": (*LOSSLESS, "-write_bext", "1", "-metadata", "description=Master, as delivered"),
    "aiff": LOSSLESS,
}


def main() -> None:
    """Writes one file of each kind."""
    SAMPLES.mkdir(exist_ok=True)
    for kind, options in KINDS.items():
        command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", CHORD]
        bare = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
        subprocess.run([*command, *bare, *options, SAMPLES / f"sample.{kind}"], check=True)
    sizes = sum(file.stat().st_size for file in SAMPLES.glob("sample.*"))
    sys.stdout.write(f"{len(KINDS)} sounds, {sizes:,} bytes\n")


if __name__ == "__main__":
    main()
