"""Documents: imported into a library as the window does it, and read from there again."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.findings import Severity
from jjjmap.text.documents import reading_worker
from jjjmap.text.importing import Analyser, import_paths
from jjjmap.text.store.library import Library
from tests.fuzzing.mutations import Family
from tests.fuzzing.promises import Fault, KeptWorker, check_findings, untouched, watched
from tests.fuzzing.trial import Trial
from tests.text.document_files import PAGE, SIMPLIFIED, TRADITIONAL, docx, paragraph, pdf

_TABLE = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲县</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
_OUR_FAULTS = ("analysis-failed",)


def catalogue() -> Catalogue:
    """Return two places."""
    places = (
        Place("990001", PlaceKind.COUNTY, "甲县", "Jia County"),
        Place("990002", PlaceKind.COUNTY, "乙县", "Yi County"),
    )
    return Catalogue({place.id: place for place in places}, {}, {}, {}, {})


class DocumentTrial(Trial):
    """A document of one suffix."""

    suffix: str
    files: Sequence[bytes]

    def __init__(self, folder: Path) -> None:
        self._given = folder / "given"
        self._analyser = Analyser(catalogue())
        self._open = ExitStack()
        worker = KeptWorker(reading_worker.MEMORY_BYTES)
        self._open.callback(worker.close)
        self._open.enter_context(watched(reading_worker, by=worker))
        super().__init__(folder)

    def made_seeds(self) -> Sequence[bytes]:
        return self.files

    def run(self, data: bytes) -> str:
        self._given.mkdir()
        path = self._given / f"甲{self.suffix}"
        path.write_bytes(data)
        try:
            with untouched(self._given):
                return self._tried(path)
        finally:
            shutil.rmtree(self._given)

    def close(self) -> None:
        self._open.close()

    def _tried(self, path: Path) -> str:
        # In memory: what a disk does is another subject.
        with Library.open(None) as library:
            report = import_paths([path], library, self._analyser)
            check_findings(report.findings)
            if report.imported:
                document = library.document(report.imported[0].document_id)
                if library.original(document.id) != path.read_bytes():
                    raise Fault("the original is not what was given")
                for mention in document.mentions:
                    if document.text[mention.start : mention.end] != mention.text:
                        raise Fault(f"a mention that is not there: {mention}")
                return "read"
        told = [finding for finding in report.findings if finding.severity is Severity.ERROR]
        if len(told) != 1:
            raise Fault(f"a file that gave no document: {report.findings}")
        if told[0].code in _OUR_FAULTS:
            raise Fault(told[0].message)
        return told[0].code


class Docx(DocumentTrial):
    suffix, family = ".docx", Family.ZIP
    suite_mutants = 80
    files = (
        docx(
            "".join(map(paragraph, SIMPLIFIED.splitlines())) + _TABLE, parts={"docProps/core.xml": "<a>x</a>"}
        ),
        docx(paragraph(TRADITIONAL.replace("\n", ""))),
    )


class Pdf(DocumentTrial):
    suffix, family = ".pdf", Family.TEXT
    suite_mutants = 60
    files = (
        pdf([SIMPLIFIED.splitlines(), ["第二页。"]], info="/Title (Plan) /CreationDate (D:20240305)"),
        pdf([TRADITIONAL.splitlines()], image=True),
    )


class Html(DocumentTrial):
    suffix, family = ".html", Family.TEXT
    suite_mutants = 25
    files = (PAGE.format(charset="utf-8").encode(), PAGE.format(charset="gbk").encode("gbk"))


class Markdown(DocumentTrial):
    suffix, family = ".md", Family.TEXT
    suite_mutants = 25
    files = (
        f"---\ntitle: 甲\n---\n# 甲县\n\n{SIMPLIFIED}\n| 甲 |\n|---|\n| 1 |\n[a](b) `c`\n".encode(),
        f"{TRADITIONAL}\n> x\n\n```\ny\n```\n".encode(),
    )


class PlainText(DocumentTrial):
    suffix, family = ".txt", Family.TEXT
    suite_mutants = 30
    files = (SIMPLIFIED.encode(), TRADITIONAL.encode("gb18030"), SIMPLIFIED.encode("utf-16"))
