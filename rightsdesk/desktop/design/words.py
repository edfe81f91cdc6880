"""Translation and counting: every word of the window passes through here.

English is the source. A language has a translator made from its Linguist file (see
`resources/translations`); its numbers and dates are written as CLDR has them.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from rightsdesk.desktop.design.directions import DirectedForm
from rightsdesk.errors import KnownError
from rightsdesk.speech import CONTEXT, Speech, Translator


class _Chosen:
    """The language of the window. It is chosen once, before the first window is made."""

    speech = Speech(form=DirectedForm)


def use_language(language: str, translator: Translator | None) -> None:
    """Say everything from now on in a language (as CLDR names it). Without a translator the words
    are English."""
    _Chosen.speech = Speech(language, translator, form=DirectedForm)


def language() -> str:
    """The language of the window, as CLDR names it: for `phrases`."""
    return _Chosen.speech.language


def language_name(code: str) -> str:
    """A language's own name for itself, with a capital and without a country; "" if unknown."""
    if code == "en":  # for Qt it is “American English”
        return "English"
    name = QLocale(code).nativeLanguageName().partition(" de ")[0]  # “español de España”
    return name[:1].upper() + name[1:]


def tr(text: str) -> str:
    """The text in the person's language. Names that its `format` fills in are set apart where
    they are written in the other direction."""
    if _Chosen.speech.translator is not None:
        text = _Chosen.speech.translator.translate(CONTEXT, text) or text
    else:
        text = QCoreApplication.translate(CONTEXT, text)
    return DirectedForm(text) if "{" in text else text


def counted(one: str, many: str, count: int) -> str:
    """`one` or `many` with `%n` filled in. In other languages the form that the number asks for."""
    return _Chosen.speech.counted(one, many, count)


def sentence(text: str) -> str:
    """A sentence of the engine in the person's language, with its values as they are.

    A text that comes from a file or a server, or that has no translation, stays as it is.
    """
    return _Chosen.speech.say(text)


def error_text(error: KnownError) -> str:
    """What a failure says, in the person's language."""
    return " ".join(sentence(part) for part in error.parts)


def within(text: str) -> str:
    """Words that begin with a capital, for the middle of a line.

    Only English words lose it: in other languages the capital may be that of a noun, which no
    rule of letters shows.
    """
    ours = _Chosen.speech.translator is None and text[1:2].islower()
    return text[:1].lower() + text[1:] if ours else text


def number_text(number: int) -> str:
    """`1,200`."""
    return _Chosen.speech.number(number)
