"""Memory of a passed peak goes back to the system."""

import subprocess
import sys

import pytest

PEAK = """
import ctypes, sys, threading
from pathlib import Path

from rightsdesk.desktop.state.heap import give_back_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

if sys.argv[1] == "given":
    give_back_memory()
before = resident()

def work():
    bytearray(30_000_000)  # freed: from now on smaller blocks come from a heap
    blocks = [bytearray(200_000) for _ in range(500)]
    kept.append(blocks[-1])

kept = []
for _ in range(3):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps what was freed")
def test_little_of_a_peak_is_kept() -> None:
    def kept(how: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", PEAK, how], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    assert kept("given") < 20_000_000
