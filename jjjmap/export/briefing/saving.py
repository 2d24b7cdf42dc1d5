"""Writes briefings for one, several or all places: each file whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.catalogue.details import Describer
from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.errors import ExportFailed, RenderingStopped
from jjjmap.export.briefing.contents import brief_place
from jjjmap.export.briefing.workshop import Files, Stop, Workshop
from jjjmap.export.files import real_target, reason_text, write_atomically
from jjjmap.export.marks import Audience
from jjjmap.export.renderer import Renderer
from jjjmap.i18n import Language, _

if TYPE_CHECKING:
    from jjjmap.layers.layer_rows import LayerRows
    from jjjmap.text.store.library import Library

FORMATS = ("pdf", "docx", "html")
"""What a briefing can be written as; also the suffixes."""

_AT_ONCE = 3
"""So many places are under way: one is drawn, one is printed, and one lies ready."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\s]+')
_UNSEEN_SORTS = frozenset({"Cf", "Cs", "Cn"})
"""What joins, parts or turns letters, halves of letters, and what is none."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""Letters by name, but nothing is seen of them."""
_LONGEST_NAME_BYTES = 150
"""Of the place in the name of a file: with id and suffix that stays far below what systems take."""


def briefing_path(folder: Path, place: Place, language: Language, suffix: str) -> Path:
    """Return the file of a briefing, ``<name>_<id>.<suffix>``; nothing is looked up on the disk.

    The id keeps namesakes apart, and names that a system has for itself from being such names.
    """
    name = _clean(place.name(language)).strip("_. ")
    short = name.encode("utf-8")[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore").rstrip("_. ")
    return folder / f"{short}_{_clean(place.id)}.{suffix}"


def _clean(name: str) -> str:
    """Return a name without what systems forbid in one, and without what nobody would see in it."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSEEN_SORTS)
    return _FORBIDDEN.sub("_", _UNSEEN.sub("", seen))


def save_briefings(
    place_ids: Iterable[str],
    folder: Path,
    formats: Sequence[str],
    *,
    catalogue: Catalogue,
    language: Language,
    renderer: Renderer,
    library: Library | None = None,
    firms: Sequence[LayerRows] = (),
    audience: Audience = Audience.INTERNAL,
    page_template: Path | None = None,
    docx_template: Path | None = None,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Path, ...]:
    """Write briefings, a file for each place and format; see `briefing_path` for their names.

    Parameters
    ----------
    place_ids
        Each is written once.
    folder
        Is made if it is missing. Files that stand there under the same names are replaced.
    formats
        Of `FORMATS`.
    renderer
        Draws the maps and prints.
    library
        The user's documents, opened in this thread; None for none.
    firms
        Lists of the user's that are summed up within each place.
    page_template
        A user's template for PDF and HTML, see `page.briefing_html`.
    docx_template
        A user's Word file, see `docx.briefing_docx`.
    progress
        Told the share that is done.
    cancelled
        Asked between two pieces of work, in several threads but never in two at once.

    Returns
    -------
    tuple of Path
        The files that are whole, in the order of writing: all of them, or those that were done when it was
        cancelled.

    Raises
    ------
    ExportFailed
        A file could not be written; those before it are whole.
    TemplateInvalid
        A template cannot be used.
    RenderingFailed, LibraryUnusable, RowsUnreadable
        As for those who read and draw.
    KeyError
        The catalogue has no such place.
    """
    wanted = tuple(dict.fromkeys(place_ids))
    kinds = tuple(suffix for suffix in FORMATS if suffix in formats)
    places = [catalogue.places[place_id] for place_id in wanted]
    if docx_template is not None and "docx" in kinds:
        _check_docx_template(docx_template)
    if page_template is not None and {"pdf", "html"} & set(kinds):
        from jjjmap.export.briefing.page import FILTER_NAMES
        from jjjmap.export.briefing.template import check_template

        check_template(page_template, FILTER_NAMES)
    _make_folder(folder)
    describer = Describer(catalogue)
    written: list[Path] = []
    stop = Stop(cancelled)
    following = iter(places)
    under_way: deque[Future[Files]] = deque()
    with Workshop(
        catalogue, renderer, audience, stop, page_template=page_template, docx_template=docx_template
    ) as workshop:

        def begin(place: Place) -> Files:
            # In this thread, in which the library was opened.
            briefing = brief_place(
                catalogue,
                place.id,
                language,
                library=library,
                firms=firms,
                audience=audience,
                describer=describer,
            )
            return workshop.begin(briefing, kinds)

        try:
            for number, place in enumerate(places):
                progress(number / len(places))
                if stop.asked():
                    return tuple(written)
                for other in islice(following, _AT_ONCE - len(under_way)):
                    under_way.append(_tried(begin, other))
                for suffix, content in under_way.popleft().result().items():
                    path = briefing_path(folder, place, language, suffix)
                    if not write_atomically(path, content.result(), cancelled=stop.asked):
                        return tuple(written)
                    written.append(path)
        except RenderingStopped:
            return tuple(written)
    progress(1.0)
    return tuple(written)


def _tried(begin: Callable[[Place], Files], place: Place) -> Future[Files]:
    """Begin with a place; what goes wrong is told when its turn comes, behind the files before it."""
    begun: Future[Files] = Future()
    try:
        begun.set_result(begin(place))
    except Exception as exc:
        begun.set_exception(exc)
    return begun


def _check_docx_template(path: Path) -> None:
    """Raise TemplateInvalid before the first file is written, not behind it."""
    from jjjmap.export.briefing.docx import FIELDS
    from jjjmap.export.briefing.docx_template import fill_fields, open_template

    fill_fields(open_template(path), path, dict.fromkeys(FIELDS, ""))


def _make_folder(folder: Path) -> None:
    try:
        real_target(folder).mkdir(parents=True, exist_ok=True)
    except FileExistsError as exc:
        raise ExportFailed(folder, _("这个名字是一个文件，不是文件夹。")) from exc
    except OSError as exc:
        raise ExportFailed(folder, reason_text(exc)) from exc
