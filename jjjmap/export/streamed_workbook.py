"""A workbook that is written as it comes, leaves none of its pieces behind, and is the same twice."""

from __future__ import annotations

import contextlib
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lxml.etree import LxmlError

from jjjmap.export.dates import export_moment

logger = logging.getLogger(__name__)

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""An archive knows no moment before."""


@contextlib.contextmanager
def streamed_workbook() -> Iterator[Any]:
    """Make a workbook of openpyxl whose sheets grow on the disk, each in a file of its own, not in memory.

    openpyxl puts those among the system's temporary files, and takes them away when the workbook is saved.
    Here they go in any case.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    try:
        yield book
    finally:
        for sheet in book.worksheets:
            _throw_away(sheet)


def write_book(book: Any, file: IO[bytes]) -> None:
    """Write a workbook of openpyxl; ``SOURCE_DATE_EPOCH`` settles the moment that it bears.

    Raises
    ------
    OSError
        The file cannot be written, or the variable holds no moment.
    LxmlError
        A sheet cannot be written.
    """
    from openpyxl.writer.excel import ExcelWriter

    moment = export_moment().replace(microsecond=0, tzinfo=None)
    book.properties.created = book.properties.modified = moment
    with _StableArchive(file, moment.timetuple()[:6]) as archive:
        ExcelWriter(book, archive).save()


class _StableArchive(zipfile.ZipFile):
    """An archive whose members bear the moment of the export, so that its bytes depend on nothing else."""

    def __init__(self, file: IO[bytes], moment: tuple[int, ...]) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED)
        self._moment = moment
        self._date: Any = max(moment, _EARLIEST)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **options: Any) -> None:
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        if name == "docProps/core.xml":
            # openpyxl puts the moment of saving there whatever it was told.
            text = data.decode() if isinstance(data, bytes) else data
            stamp = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*self._moment)
            data = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{stamp}", text)
        super().writestr(zipfile.ZipInfo(name, self._date), data, zipfile.ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **options: Any) -> None:
        info = zipfile.ZipInfo(str(arcname or filename), self._date)
        info.compress_type = zipfile.ZIP_DEFLATED
        with Path(filename).open("rb") as source, self.open(info, "w") as target:
            while piece := source.read(1 << 20):
                target.write(piece)


def _throw_away(sheet: Any) -> None:
    writer = sheet._writer
    if writer is None:  # Its file could not even be begun.
        return
    try:
        if not sheet.closed:
            sheet.close()
    except (OSError, LxmlError, StopIteration) as exc:
        # What could not be written cannot be brought to an end either: it is of no use any more.
        logger.debug("a sheet was given up: %s", exc)
    finally:
        if Path(writer.out).exists():
            writer.cleanup()
