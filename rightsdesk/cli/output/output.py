"""Where words go: results to stdout, everything else to stderr, JSON as one document."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from rightsdesk.errors import KnownError
from rightsdesk.shown import shown


class Output:
    """The two streams of one run of a command.

    `quiet` drops what is not a result, `verbose` adds detail, `as_json` turns the result
    into exactly one JSON document on stdout.
    """

    def __init__(self) -> None:
        self.quiet = False
        self.verbose = False
        self.as_json = False
        self.documented = False
        self._document_stream: TextIO | None = None

    def documents_to(self, stream: TextIO) -> None:
        """Where stdout is spoken for, the document goes elsewhere."""
        self._document_stream = stream

    def say(self, *lines: str) -> None:
        """A result for people. Nothing with `--json`."""
        if not self.as_json:
            for line in lines:
                write(sys.stdout, line)

    def text(self, text: str) -> None:
        """A result that is a file's content: to the letter in a pipe, harmless on a terminal.

        Always UTF-8, and with its own line ends. Nothing with `--json`.
        """
        if self.as_json:
            return
        if sys.stdout.isatty():
            for line in text.splitlines():
                write(sys.stdout, shown(line))
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()

    def present(self, *lines: str) -> None:
        """What a person has to see before answering a question: on stderr with `--json`."""
        for line in lines:
            write(sys.stderr if self.as_json else sys.stdout, line)

    def note(self, *lines: str) -> None:
        """Something on the side, on stderr. Nothing with `-q`."""
        if not self.quiet:
            for line in lines:
                write(sys.stderr, line)

    def document(self, document: dict[str, Any]) -> None:
        """The result as JSON. Without `--json` nothing."""
        if self.as_json:
            self.documented = True
            write(self._document_stream or sys.stdout, to_json(document))

    def failure(self, known: KnownError, document: dict[str, Any] | None = None) -> None:
        """An error in words on stderr, and as the JSON document if there is none yet."""
        for part in (known.sentence, known.untouched, known.advice):
            if part:
                write(sys.stderr, part)
        if not self.documented:
            self.document({**(document or {}), "error": error_shape(known)})


def error_shape(known: KnownError) -> dict[str, str]:
    """An error as others may build on it."""
    shape = {"sentence": known.sentence, "advice": known.advice, "cause": known.cause}
    return {**shape, "untouched": known.untouched} if known.untouched else shape


def to_json(document: dict[str, Any]) -> str:
    """Plain ASCII: undecodable bytes in paths come out as `\\udcXX`, and so round-trip."""
    return json.dumps(document, ensure_ascii=True, indent=2)


def write(stream: TextIO, line: str) -> None:
    """One line; what the stream's encoding lacks is written out instead of failing."""
    encoding = stream.encoding or "utf-8"
    stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()
