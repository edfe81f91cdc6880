"""The output streams: results to stdout, everything else to stderr, JSON as one document."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown


class NotPrinted(KnownError):
    """The result can't be written to stdout: the disk of the file it goes to is full, or broken."""

    cause = Cause.OUTPUT


class Output:
    """The two streams of one run of a command.

    `quiet` drops everything but results, `verbose` adds detail, and `as_json` turns the result into
    exactly one JSON document on stdout.
    """

    def __init__(self) -> None:
        self.quiet = False
        self.verbose = False
        self.as_json = False
        self.documented = False
        self.besides: dict[str, Any] = {}
        """Fields that are added to the document: what the command did besides."""
        self._document_stream: TextIO | None = None

    def documents_to(self, stream: TextIO) -> None:
        """Print the document to another stream, when stdout is used for something else."""
        self._document_stream = stream

    def say(self, *lines: str) -> None:
        """Print a result for people. Nothing with `--json`."""
        if not self.as_json:
            for line in lines:
                write(sys.stdout, line)

    def text(self, text: str) -> None:
        """Print a file's content: unchanged in a pipe, escaped on a terminal.

        Always UTF-8, with its own line ends. Nothing with `--json`.
        """
        if self.as_json:
            return
        if sys.stdout.isatty():
            for line in text.splitlines():
                write(sys.stdout, shown(line))
        else:
            with _printing(sys.stdout):
                sys.stdout.flush()
                sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
                sys.stdout.buffer.flush()

    def present(self, *lines: str) -> None:
        """Print what a person has to see before a question: on stderr with `--json`."""
        for line in lines:
            write(sys.stderr if self.as_json else sys.stdout, line)

    def preview(self, *lines: str) -> None:
        """Print what is about to change, where no question follows. Nothing with `-q` or
        `--json`."""
        if not self.quiet:
            self.say(*lines)

    def note(self, *lines: str) -> None:
        """Print a side note on stderr. Nothing with `-q`."""
        if not self.quiet:
            for line in lines:
                write(sys.stderr, line)

    def document(self, document: dict[str, Any]) -> None:
        """Print the result as JSON. Nothing without `--json`."""
        if self.as_json:
            self.documented = True
            write(self._document_stream or sys.stdout, to_json({**document, **self.besides}))

    def failure(self, error: KnownError, document: dict[str, Any] | None = None) -> None:
        """Print an error on stderr, and as the JSON document if there is none yet."""
        for part in (error.sentence, error.untouched, error.advice):
            if part:
                write(sys.stderr, part)
        if not self.documented:
            self.document({**(document or {}), "error": error_shape(error)})


def error_shape(error: KnownError) -> dict[str, str]:
    """Return an error for JSON."""
    shape = {"sentence": error.sentence, "advice": error.advice, "cause": error.cause}
    return {**shape, "untouched": error.untouched} if error.untouched else shape


def to_json(document: dict[str, Any]) -> str:
    r"""Return ASCII JSON: undecodable bytes in paths become `\udcXX`, and so round-trip."""
    return json.dumps(document, ensure_ascii=True, indent=2)


def write(stream: TextIO, line: str) -> None:
    """Write one line; characters that the stream's encoding lacks are escaped.

    Raises NotPrinted if a result is lost. Side notes on stderr may get lost: the work goes on.
    """
    encoding = stream.encoding or "utf-8"
    with _printing(stream):
        stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()


@contextmanager
def _printing(stream: TextIO) -> Iterator[None]:
    """Writes to a stream. A stream that fails is not written to again, also not at exit."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader has seen enough, as in `status | head`
            raise
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        if stream is not sys.stderr:
            raise NotPrinted(
                f"The result could not be written: {error.strerror}.",
                untouched="What this command did until then is done.",
                advice="Make room where the output goes, then run the command again.",
            ) from error
