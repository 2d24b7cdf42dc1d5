"""The two languages of the program: Chinese is the source language, English a gettext catalogue.

It lies below Qt because the command line, legends and exports speak too.
"""

import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache

from jjjmap.paths import RESOURCES


class Language(StrEnum):
    """A language of the program; the value is its BCP 47 tag."""

    ZH = "zh"
    EN = "en"

    @property
    def html_tag(self) -> str:
        """The tag that browsers use to choose glyph shapes."""
        return "zh-CN" if self is Language.ZH else "en"


_in_use = Language.ZH
_spoken_here: ContextVar[Language | None] = ContextVar("language", default=None)
"""Set where one piece of work speaks another language than the program; seen by that work's thread alone."""


@cache
def _translations_for(language: Language) -> gettext.NullTranslations:
    if language is Language.ZH:
        return gettext.NullTranslations()  # The sentences in the code.
    return gettext.translation("jjjmap", RESOURCES / "locale", languages=[language.value], fallback=True)


def use_language(language: Language) -> None:
    """Switch every later `_` to `language`."""
    global _in_use
    _in_use = language


def language_of_environment() -> Language:
    """Return English where the first of ``LC_ALL``, ``LC_MESSAGES``, ``LANG`` says so, else Chinese."""
    tag = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return Language.EN if tag.lower().startswith("en") else Language.ZH


def language() -> Language:
    """Return the language in use."""
    return _spoken_here.get() or _in_use


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for a while, in this thread only: an English export leaves the window Chinese."""
    token = _spoken_here.set(language)
    try:
        yield
    finally:
        _spoken_here.reset(token)


def _(message: str) -> str:
    """Translate a whole sentence; named holes are filled by the caller with ``format``."""
    return _translations_for(language()).gettext(message)


def in_language(language: Language) -> Callable[[str], str]:
    """Return a translating function for one language, whatever language is in use."""
    return _translations_for(language).gettext
