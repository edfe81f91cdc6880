"""Starts a server program of the system on this machine, and always stops it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest

SECONDS = 20


def program(name: str) -> str:
    """The program's path; skips the test if it is not installed."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed here")
    return path


def free_port() -> int:
    """A port on which no program listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], ready: str, environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """The program, after it printed `ready` on its standard error."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        try:
            output = _until(process, ready)
            assert ready in output, output
            yield process
        finally:
            process.terminate()
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _until(process: "subprocess.Popen[str]", ready: str) -> str:
    assert process.stderr is not None
    output = ""
    for line in process.stderr:
        output += line
        if ready in line:
            break
    return output
