"""Translation and counting: every word of the window passes through here.

English is the source. A language has a translator made from its Linguist file (see
`resources/translations`); its numbers and dates are written as CLDR has them.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QCoreApplication

from rightsdesk import phrases
from rightsdesk.errors import KnownError
from rightsdesk.sentences import Counted, Dated, Listed, Sentence

CONTEXT = "RightsDesk"
"""The context of all messages in the Linguist files."""


class Translator(Protocol):
    """What a QTranslator does: the translation with its `%n`, or nothing."""

    def translate(
        self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1, /
    ) -> str | None: ...


class _Chosen:
    """The language of the window. It is chosen once, before the first window is made."""

    language = phrases.ENGLISH
    translator: Translator | None = None


def use_language(language: str, translator: Translator | None) -> None:
    """Say everything from now on in a language (as CLDR names it). Without a translator the words
    are English."""
    _Chosen.language = language if translator is not None else phrases.ENGLISH
    _Chosen.translator = translator


def language() -> str:
    """The language of the window, as CLDR names it: for `phrases`."""
    return _Chosen.language


def tr(text: str) -> str:
    """The text in the person's language."""
    if _Chosen.translator is not None:
        return _Chosen.translator.translate(CONTEXT, text) or text
    return QCoreApplication.translate(CONTEXT, text)


def counted(one: str, many: str, count: int) -> str:
    """`one` or `many` with `%n` filled in. In other languages the form that the number asks for."""
    form = phrases.plural(count, one, many)
    if _Chosen.translator is not None:
        form = _Chosen.translator.translate(CONTEXT, many, None, count) or form
    return form.replace("%n", number_text(count))


def sentence(text: str) -> str:
    """A sentence of the engine in the person's language, with its values as they are.

    A text that comes from a file or a server, or that has no translation, stays as it is.
    """
    translator = _Chosen.translator
    if translator is None or not text:
        return text
    match text:
        case Sentence(form=form, values=values):
            form = translator.translate(CONTEXT, form) or form
            return form.format_map({name: sentence(value) for name, value in values.items()})
        case Counted(one=one, many=many, number=number):
            return counted(one, many, number)
        case Listed(parts=parts, either=either):
            every = [sentence(part) for part in parts]
            put = phrases.or_list if either else phrases.and_list
            return put(every, language())
        case Dated(day=day, skeleton=skeleton):
            return phrases.written(day, skeleton, language())
    return translator.translate(CONTEXT, text) or text


def error_text(error: KnownError) -> str:
    """What a failure says, in the person's language."""
    return " ".join(sentence(part) for part in error.parts)


def within(text: str) -> str:
    """Words that begin with a capital, for the middle of a line.

    Only English words lose it: in other languages the capital may be that of a noun, which no
    rule of letters shows.
    """
    ours = _Chosen.translator is None and text[1:2].islower()
    return text[:1].lower() + text[1:] if ours else text


def number_text(number: int) -> str:
    """`1,200`."""
    return phrases.number(number, language())
