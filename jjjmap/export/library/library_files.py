"""What was read in documents as one file: a workbook, a CSV or a GeoPackage, as its name says."""

from collections.abc import Callable, Sequence
from pathlib import Path

from jjjmap.catalogue.models import Catalogue
from jjjmap.i18n import Language
from jjjmap.paths import GEODATA
from jjjmap.text.records import Document

LIBRARY_SUFFIXES = (".csv", ".xlsx", ".gpkg")


def save_library(
    path: Path,
    documents: Sequence[Document],
    catalogue: Catalogue,
    language: Language,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Write every mention and figure of some documents with its citation.

    Parameters
    ----------
    path
        Ends in one of `LIBRARY_SUFFIXES`; anything else becomes CSV.
    documents
        In the order of the rows.
    catalogue, language
        Name what is mentioned, and in which language.
    cancelled
        Asked between the parts, and before an old file is replaced.

    Returns
    -------
    bool
        False if it was cancelled; nothing was written then.

    Raises
    ------
    ExportFailed
        The file could not be written; one that stood there before is untouched.
    """
    if path.suffix.lower() == ".gpkg":
        from jjjmap.export.library.library_layers import save_library_layers

        return save_library_layers(path, documents, catalogue, language, geodata=GEODATA, cancelled=cancelled)
    from jjjmap.export.library.library_tables import library_tables, write_library_tables

    tables = library_tables(documents, catalogue, language)
    if cancelled():
        return False
    write_library_tables(path, tables)
    return True
