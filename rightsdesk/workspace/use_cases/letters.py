"""Letters to platforms and AI companies: filled, kept, and followed up. Nothing is sent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rightsdesk.resources.letter_forms import LetterForm, letter_forms
from rightsdesk.sentences import worded
from rightsdesk.workspace.letters import log
from rightsdesk.workspace.letters.types import Draft, Letter, NoSuchLetter
from rightsdesk.workspace.types.scopes import Filter
from rightsdesk.workspace.use_cases.core import Core
from rightsdesk.workspace.use_cases.reports import (
    NoSuchForm,
    Printer,
    Reports,
    checked_language,
)

if TYPE_CHECKING:
    from rightsdesk.workspace.documents.blocks import Document

FORMS = ("txt", "html", "pdf")


class Letters:
    """Letters. Thread-safe."""

    def __init__(self, core: Core, reports: Reports) -> None:
        self._database = core.database
        self._clock = core.clock
        self._reports = reports

    def kinds(self, language: str = "en") -> Mapping[str, LetterForm]:
        """The kinds of letters, each in a language. Raises NoSuchForm."""
        code = checked_language(language)
        return {kind: forms[code] for kind, forms in letter_forms().items()}

    def recipients(self) -> list[str]:
        """Names of platforms, AI makers and others that RightsDesk knows, by name."""
        from rightsdesk.resources.facts import all_facts

        return [facts.name for facts in all_facts()]

    def draft(
        self, kind: str, chosen: Filter, recipient: str, *, address: str = "", language: str = "en"
    ) -> Draft:
        """A letter about some music of one artist, filled from the record. Stores nothing.

        Raises NoSuchLetter for an unknown kind, NoSuchForm for an unknown language.
        """
        from rightsdesk.workspace.letters.filling import filled
        from rightsdesk.workspace.reports.words import Words

        forms = self.kinds(language)
        if kind not in forms:
            raise NoSuchLetter(
                worded("There is no letter “{kind}”.", kind=kind),
                untouched="Nothing was written.",
                advice=worded("There are: {kinds}.", kinds=", ".join(forms)),
            )
        with self._reports.gathered(chosen) as report:
            if len(report.owners) != 1:
                raise NoSuchLetter(
                    "A letter is about the music of one artist.",
                    untouched="Nothing was written.",
                    advice="Name the artist.",
                )
            return filled(report, forms[kind], kind, Words(language), recipient, address)

    def write(self, draft: Draft, text: str | None = None) -> Letter:
        """Keep a letter, with the text that a person made of it."""
        return log.write(self._database, draft if text is None else replace(draft, text=text))

    def change(self, number: int, text: str) -> Letter:
        """Replace the text of a letter that was not sent. Raises NoSuchLetter and LetterFixed."""
        return log.change(self._database, number, text)

    def all(self, artist_id: int | None = None) -> list[Letter]:
        """The letters that were kept, newest first."""
        return log.all_letters(self._database, artist_id)

    def named(self, number: int) -> Letter:
        """One letter. Raises NoSuchLetter."""
        return log.letter(self._database, number)

    def sent(self, number: int, on: date | None = None) -> Letter:
        """Note that it was sent, today by default. Raises NoSuchLetter, LetterFixed, LetterOpen."""
        return log.sent(self._database, number, on or self._today())

    def answered(self, number: int, on: date | None = None, said: str = "") -> Letter:
        """Note that it was answered, today by default. Raises NoSuchLetter and LetterOpen."""
        return log.answered(self._database, number, on or self._today(), said)

    def document(self, letter: Letter | Draft) -> Document:
        """The letter as a document, to be printed."""
        from rightsdesk.workspace.letters.paper import paper

        return paper(letter)

    def save(
        self,
        letter: Letter | Draft,
        path: str,
        *,
        printer: Printer | None = None,
        replace: bool = False,
    ) -> None:
        """Save a letter as .txt, .html or .pdf; a PDF needs a `printer`.

        Raises NoSuchForm, AlreadyThere unless `replace`, and NotSaved.
        """
        from rightsdesk.workspace.documents.html_form import html
        from rightsdesk.workspace.documents.text_form import plain_text
        from rightsdesk.workspace.exports import saving

        ending = os.path.splitext(path)[1].lower().removeprefix(".")
        if ending not in FORMS or (ending == "pdf" and printer is None):
            raise NoSuchForm(
                worded("“{name}” is no name for a letter.", name=os.path.basename(path)),
                untouched="Nothing was written.",
                advice="Give a name that ends in .txt, .html or .pdf.",
            )
        saving.refuse_taken(path, replace=replace)
        document = self.document(letter)
        if ending == "pdf" and printer is not None:
            content = printer(document)
        elif ending == "html":
            content = "".join(html(document)).encode()
        else:
            content = plain_text(document).encode()
        saving.save(path, content, replace=replace)

    def _today(self) -> date:
        return self._clock.now().astimezone().date()
