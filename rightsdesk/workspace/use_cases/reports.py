"""Reports on consent: made, and saved as a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.changes.types import Cancel, Never, Progress, no_progress
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.message_files import languages
from rightsdesk.sentences import worded
from rightsdesk.workspace.exports import saving
from rightsdesk.workspace.types.scopes import Filter
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.documents.blocks import Document
    from rightsdesk.workspace.reports.gathering import Report

Printer = Callable[["Document"], bytes]
"""Makes a PDF of a document. Only the window's room can: it has Qt."""

PDF_RECORDINGS = 1000
"""A PDF of more recordings lists releases."""
PDF_ROWS = 2000
"""The most rows of a long list in a PDF."""


class ReportForm(StrEnum):
    """The form of a report, by the ending of its file's name."""

    PDF = "pdf"
    HTML = "html"
    JSON = "json"


class NoSuchForm(KnownError):
    """A report has no such form, or there is no such language."""

    cause = Cause.NO_SUCH_FORM


def form_of(path: str) -> ReportForm:
    """The form that a file's name asks for. Raises NoSuchForm."""
    ending = os.path.splitext(path)[1].lower().removeprefix(".")
    ending = "html" if ending == "htm" else ending
    if ending not in set(ReportForm):
        raise NoSuchForm(
            worded("“{name}” is no name for a report.", name=os.path.basename(path)),
            untouched="Nothing was written.",
            advice="Give a name that ends in .pdf, .html or .json.",
        )
    return ReportForm(ending)


def checked_language(code: str) -> str:
    """A language that reports are written in. Raises NoSuchForm."""
    if code not in languages():
        raise NoSuchForm(
            worded("There is no language “{code}”.", code=code),
            untouched="Nothing was written.",
            advice=worded("There are: {codes}.", codes=", ".join(languages())),
        )
    return code


class Reports:
    """Reports on consent. Thread-safe."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @contextmanager
    def gathered(
        self,
        chosen: Filter,
        *,
        hash_files: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Iterator[Report]:
        """A report on the filtered music as values, to be read within the block.

        With `hash_files` each file is read whole for its SHA-256 when its recording is asked for;
        `progress` counts them.
        """
        from rightsdesk.workspace.reports import gathering
        from rightsdesk.workspace.reports.recordings import sha256_of

        read = 0

        def hashed(path: str) -> tuple[str, str]:
            nonlocal read
            read += 1
            progress(read, 0, os.path.basename(path))
            return sha256_of(path)

        core = self._core
        with gathering.gathered(
            *(core.database, chosen, core.clock.now(), cancel or Never()),
            hashed if hash_files else None,
        ) as report:
            yield report

    def save(
        self,
        chosen: Filter,
        path: str,
        *,
        language: str = "en",
        printer: Printer | None = None,
        hash_files: bool = False,
        replace: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> int:
        """Save a report on the filtered music; the number of its recordings.

        The name's ending is its form; a PDF needs a `printer`. Raises NoSuchForm, AlreadyThere
        unless `replace`, NotSaved, and Cancelled; then no file was written.
        """
        from rightsdesk.workspace.documents.html_form import html
        from rightsdesk.workspace.reports.annex import ALL, ReportLimits
        from rightsdesk.workspace.reports.json_form import json_parts
        from rightsdesk.workspace.reports.pages import pages

        form, code = form_of(path), checked_language(language)
        saving.refuse_taken(path, replace=replace)
        gathering = self.gathered(chosen, hash_files=hash_files, progress=progress, cancel=cancel)
        with gathering as report:
            if form is ReportForm.PDF:
                if printer is None:
                    raise NoSuchForm("A PDF can't be made here.", untouched="Nothing was written.")
                limits = ReportLimits(PDF_RECORDINGS, PDF_ROWS)
                saving.save(path, printer(pages(report, code, limits)), replace=replace)
            else:
                parts = (
                    json_parts(report)
                    if form is ReportForm.JSON
                    else html(pages(report, code, ALL))
                )
                saving.save(path, (part.encode() for part in parts), replace=replace)
            return report.totals.recordings
