"""Say texts of the engine in a language: the one rule for it, for the window and for reports.

A translator has the translations of one language. The window takes Qt's; `message_files` reads the
same files without Qt, for the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from rightsdesk import phrases
from rightsdesk.sentences import Counted, Dated, Listed, Sentence

CONTEXT = "RightsDesk"
"""The context of all messages in the Linguist files."""


class Translator(Protocol):
    """What a QTranslator does: the translation with its `%n`, or nothing."""

    def translate(
        self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1, /
    ) -> str | None: ...


Form = Callable[[str], str]
"""Makes of a form the text whose `format` fills in values."""


class Speech:
    """A language, and how texts are said in it. Without a translator that is English.

    `language` is what CLDR calls it: for `phrases`. `form` is given every form before its values
    are filled in: a window sets names in another direction of writing apart.
    """

    def __init__(
        self,
        language: str = phrases.ENGLISH,
        translator: Translator | None = None,
        *,
        form: Form = str,
    ):
        self.translator = translator
        self.language = phrases.ENGLISH if translator is None else language
        self._form = form

    def say(self, text: str) -> str:
        """A sentence of the engine in this language, with its values as they are.

        A text that comes from a file or a server, or that has no translation, stays as it is.
        """
        translator = self.translator
        if not text or (translator is None and (self._form is str or text.isascii())):
            return text
        match text:
            case Sentence(form=form, values=values):
                said = {name: self.say(value) for name, value in values.items()}
                return self._form(self._translated(form)).format(**said)
            case Counted(one=one, many=many, number=number):
                return self.counted(one, many, number)
            case Listed(parts=parts, either=either):
                every = [self.say(part) for part in parts]
                put = phrases.or_list if either else phrases.and_list
                return put(every, self.language)
            case Dated(day=day, skeleton=skeleton):
                return phrases.written(day, skeleton, self.language)
        return self._translated(text)

    def _translated(self, text: str) -> str:
        if self.translator is None:
            return text
        return self.translator.translate(CONTEXT, text) or text

    def counted(self, one: str, many: str, count: int) -> str:
        """`one` or `many` with `%n` filled in, in the form that the number asks for."""
        form = phrases.plural(count, one, many)
        if self.translator is not None:
            form = self.translator.translate(CONTEXT, many, None, count) or form
        return form.replace("%n", self.number(count))

    def number(self, value: int) -> str:
        """`1,200`."""
        return phrases.number(value, self.language)

    def day(self, day: date) -> str:
        """`3 May 2026`."""
        return str(phrases.short_date(day, self.language))
