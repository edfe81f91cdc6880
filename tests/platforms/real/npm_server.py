"""Starts a server that packaging/start.py installed from npm, and always stops it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from setting_up.servers import INSTALLED, SOURCES, Server, is_ready

SECONDS = 60


@contextmanager
def npm_server(name: str, log: Path, *arguments: str) -> Iterator[dict[str, str]]:
    """What the server reports once it is ready; skips the test if the server can't run.

    Its output goes to `log`. It stops when its standard input closes, even if we are killed.
    """
    server = Server(SOURCES / name, INSTALLED / name)
    node = shutil.which("node")
    if node is None or not is_ready(server):
        pytest.skip(f"the server “{name}” is not installed: packaging/start.py test does it")
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [node, "serve.mjs", *arguments],
            cwd=server.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        try:
            yield _ready_report(process, name, log)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _ready_report(process: "subprocess.Popen[bytes]", name: str, log: Path) -> dict[str, str]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith((b'{"pds"', b'{"issuer"')):  # the servers log in JSON, too
            addresses: dict[str, str] = json.loads(line)
            return addresses
    words = log.read_text("utf-8", "replace")[-2000:]
    raise AssertionError(f"the server “{name}” did not start: {words}")
