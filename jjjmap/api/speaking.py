"""In which language names, columns and sentences come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jjjmap import i18n
from jjjmap.errors import JjjmapError


def use_language(language: str) -> None:
    """Choose the language of names, columns and sentences; Chinese at first.

    Parameters
    ----------
    language
        ``"zh"`` or ``"en"``; anything else is a ValueError.
    """
    i18n.use_language(i18n.Language(language))


@contextmanager
def told() -> Iterator[None]:
    """Add to our errors what the window and the command line would say: why, and what to try."""
    try:
        yield
    except JjjmapError as error:
        for line in _sentences(error):
            error.add_note(line)
        raise


def _sentences(error: JjjmapError) -> list[str]:
    from jjjmap.errors import LayerUnreadable, PlaceUnknown, ProjectUnusable

    match error:
        case LayerUnreadable():
            from jjjmap.layers.opening.reasons import reason_parts

            return [line for line in reason_parts(error.reason, error.detail) if line]
        case ProjectUnusable():
            from jjjmap.project.reasons import reason_parts as why_no_project

            return [line for line in why_no_project(error.reason, error.detail) if line]
        case PlaceUnknown():
            return ["、".join(error.nearest)] if error.nearest else []
    from jjjmap.analysis.running import AnalysisImpossible

    if isinstance(error, AnalysisImpossible):
        return [line for line in (error.finding.message, error.finding.hint) if line]
    return []
